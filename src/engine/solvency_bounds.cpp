#include <algorithm>
#include <bit>
#include <limits>

#include "engine/positions.h"
#include "engine/solvency.h"
#include "engine/valued.h"

// When must an account be looked at again? Its equity rises with every bid and falls with every ask
// that it depends on, so only a falling bid or a rising ask can bring it below a level. The slack
// (equity above the next level) is split evenly over all the ways in which a price can eat it:
//
//   a holding's own symbol:  loss <= (buys + sells) x contract x rate x move
//   each symbol on its conversion chain:  loss <= |unrealised| x relative move
//
// and each watched symbol gets the smallest move that its ways allow. Rates on a chain may drift by
// 1/16 before they are looked at themselves; four of them are within a factor of 2, which is
// charged in full. Bounds that are too narrow only cost time; they are never too wide.
//
// An account that was called has levels to be armed again above it. The same sums tell how far a
// bid may rise or an ask fall before the lowest of them may be reached.

namespace tribook::engine {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();
constexpr int128 kLargestMove = kMaxFixedRaw;
constexpr int kDriftOfRates = 16;
constexpr int128 kSafety = 2;

std::uint32_t find_watch(const State& state, const Account& account, SymbolId symbol) {
  std::uint32_t watch = account.first_watch;
  while (watch != 0 && state.watches[watch].symbol != symbol) {
    watch = state.watches[watch].next_of_account;
  }
  return watch;
}

void remove_bounds(State& state, const Account& account, std::uint32_t watch) {
  Front& front = state.front(account, state.watches[watch].symbol);
  state.watch_levels.remove(front.lower_bounds, lower_node(watch));
  state.watch_levels.remove(front.upper_bounds, upper_node(watch));
  state.watch_levels.remove(front.upper_bids, upper_bid_node(watch));
  state.watch_levels.remove(front.lower_asks, lower_ask_node(watch));
}

void add_watch(State& state, Account& account, SymbolId symbol) {
  if (find_watch(state, account, symbol) != 0) return;
  // The limit that holds, not the room there is: a house with larger tables must do the same.
  if (state.watches.in_use() >= state.limits.positions) {
    account.lacks_watches = true;
    return;
  }
  const std::uint32_t watch = state.watches.take();
  state.watches[watch] = {account.id, symbol, account.first_watch, 0, 0};
  account.first_watch = watch;
}

const RateBook::Chain& chain_of(const State& state, const Account& account,
                                const Holding& holding) {
  return state.rates.chain(state.symbol(holding.symbol).instrument.quote, account.currency);
}

// A group's price that its markup has pushed to the end of the range stands still while the
// symbol's own goes on.
bool is_at_the_end(const Quote& quote, const Instrument& instrument) {
  const std::int64_t tick = instrument.tick_size.raw;
  return quote.bid.raw <= tick || quote.ask.raw > kMaxFixedRaw - tick;
}

// Which of a watch's two ways.
using Way = std::int64_t Watch::*;

void tighten(State& state, const Account& account, SymbolId symbol, Way way, int128 move) {
  const std::uint32_t watch = find_watch(state, account, symbol);
  if (watch == 0) return;  // lacks_watches: looked at after every quote anyway
  const auto bounded = static_cast<std::int64_t>(std::clamp<int128>(move, 0, kLargestMove));
  state.watches[watch].*way = std::min(state.watches[watch].*way, bounded);
}

// How far the holding's own price may go for `share` of account money; 0 when that cannot be said.
int128 own_move(const State& state, const Account& account, const Holding& holding, Money share) {
  const Instrument& instrument = state.symbol(holding.symbol).instrument;
  const Volume both = holding.buys.volume + holding.sells.volume;
  Product per_unit(static_cast<int128>(both.raw));
  per_unit.scale(static_cast<std::uint64_t>(instrument.contract_size.raw), 1);
  per_unit.divide_by_power_of_ten(16);
  if (!state.rates.convert(per_unit, instrument.quote, account.currency, Crossing::Loss)) return 0;
  const auto value = per_unit.round(kFixedDigits);
  if (!value) return 0;
  if (value->is_zero()) return kLargestMove;
  const auto scaled = checked_multiply<int128>(share.raw, kFixedOne);
  return scaled ? *scaled / (value->raw * kSafety) : kLargestMove;
}

// How far a conversion symbol's price may go when `exposed` account money is converted through it.
int128 converted_move(const Quote& quote, Money exposed, Money share) {
  const int128 drift = quote.bid.raw / kDriftOfRates;
  const auto scaled = checked_multiply<int128>(share.raw, quote.bid.raw);
  if (!scaled || exposed.raw <= 0) return drift;
  return std::min(drift, *scaled / (exposed.raw * kSafety));
}

// Conversions take the symbol's own price, bounds stand at the group's: rounded to the tick one by
// one, the first may go a tick further than the second.
int128 conversion_move(const State& state, const Account& account, SymbolId step, Money exposed,
                       Money share) {
  const int128 move = converted_move(state.rates.quote(step), exposed, share);
  return account.group ? move - state.symbol(step).instrument.tick_size.raw : move;
}

// What equity must be for the level, cut to 10^-8; empty when it cannot be said.
std::optional<Money> needed_for(const Standing& now, Ratio level) {
  const auto scaled = checked_multiply<int128>(now.used_margin.raw, level.raw);
  if (!scaled) return std::nullopt;
  return Money{*scaled / (100 * static_cast<int128>(kFixedOne))};
}

// By how much sums of rounded amounts may be off.
Money rounding_of(const Account& account) {
  Money minor_unit{1};
  for (int digits = minor_digits(account.currency); digits < kFixedDigits; ++digits)
    minor_unit.raw *= 10;
  return Money{minor_unit.raw * (static_cast<int128>(account.positions) + 1)};
}

// Equity above the level at which something happens next on the way down; not above zero: look at
// every quote. The levels that were called are the highest.
Money slack_below(const Account& account, const Standing& now) {
  const auto called = static_cast<std::size_t>(std::popcount(account.called_levels));
  const MarginCallLevels& levels = account.margin_call_levels;
  Ratio level = account.stop_out_level;
  if (called < levels.count) level = std::max(level, levels.level[called]);
  const auto needed = needed_for(now, level);
  return needed ? now.equity - *needed - Money{1} - rounding_of(account) : Money{};
}

// Equity missing to the lowest level that was called. REQUIRES: one was.
Money slack_above(const Account& account, const Standing& now) {
  const auto called = static_cast<std::size_t>(std::popcount(account.called_levels));
  const auto needed = needed_for(now, account.margin_call_levels.level[called - 1]);
  return needed ? *needed - now.equity - rounding_of(account) : Money{};
}

void set_moves(State& state, const Account& account, Way way, Money slack) {
  int ways = 0;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    ways += 1 + chain_of(state, account, state.holdings[h]).length;
  }
  const Money share{slack.raw / std::max(ways, 1)};
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    const RateBook::Chain& chain = chain_of(state, account, holding);
    tighten(state, account, holding.symbol, way, own_move(state, account, holding, share));
    if (chain.length == 0) continue;
    // What a rate on the way of conversion multiplies; the standing is known, so is this.
    const Money exposed = value_of(state, holding).value_or(HoldingValue{}).exposed + slack;
    for (std::size_t i = 0; i < chain.length; ++i) {
      const SymbolId step = chain.steps[i].symbol;
      tighten(state, account, step, way, conversion_move(state, account, step, exposed, share));
    }
  }
}

void insert_bounds(State& state, const Account& account, std::uint32_t index, bool has_rise) {
  const Watch& watch = state.watches[index];
  Front& front = state.front(account, watch.symbol);
  const Quote quote = state.quote_for(account, watch.symbol);
  const bool always =
      !quote.is_known() || is_at_the_end(quote, state.symbol(watch.symbol).instrument);
  const auto key = [&](std::int64_t move, std::int64_t from) {
    constexpr auto most = static_cast<std::int64_t>(kLargestMove);
    return move <= 0 || always ? kAlways : from + std::min(move, most);
  };
  TriggerHeaps& heaps = state.watch_levels;
  heaps.insert(front.lower_bounds, lower_node(index), key(watch.allowed_fall, -quote.bid.raw));
  heaps.insert(front.upper_bounds, upper_node(index), key(watch.allowed_fall, quote.ask.raw));
  if (!has_rise) return;
  heaps.insert(front.upper_bids, upper_bid_node(index), key(watch.allowed_rise, quote.bid.raw));
  heaps.insert(front.lower_asks, lower_ask_node(index), key(watch.allowed_rise, -quote.ask.raw));
}

}  // namespace

void drop_watches(State& state, Account& account) {
  for (std::uint32_t w = account.first_watch; w != 0;) {
    const Watch watch = state.watches[w];
    remove_bounds(state, account, w);
    state.watches.give_back(w);
    w = watch.next_of_account;
  }
  account.first_watch = 0;
}

void rebuild_watches(State& state, Account& account) {
  drop_watches(state, account);
  account.lacks_watches = false;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    add_watch(state, account, holding.symbol);
    const RateBook::Chain& chain = chain_of(state, account, holding);
    for (std::size_t i = 0; i < chain.length; ++i) add_watch(state, account, chain.steps[i].symbol);
  }
  // Some of them are of no use, and which depends on the order of its holdings.
  if (account.lacks_watches) drop_watches(state, account);
  state.look_at_next_quote(account);
}

void rebuild_all_watches(State& state) {
  for (Account& account : state.accounts) {
    if (account.positions == 0) continue;
    forget_values(state, account);
    rebuild_watches(state, account);
  }
}

void set_bounds(State& state, Account& account, const std::optional<Standing>& now) {
  const bool is_called = account.called_levels != 0;
  const Money below = now ? slack_below(account, *now) : Money{};
  const Money above = now && is_called ? slack_above(account, *now) : Money{1};
  const bool always = below.raw <= 0 || above.raw <= 0;
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    remove_bounds(state, account, w);
    state.watches[w].allowed_fall = state.watches[w].allowed_rise = always ? 0 : kNoLimit;
  }
  if (!always) set_moves(state, account, &Watch::allowed_fall, below);
  if (!always && is_called) set_moves(state, account, &Watch::allowed_rise, above);
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    insert_bounds(state, account, w, is_called && !always);
  }
}

}  // namespace tribook::engine
