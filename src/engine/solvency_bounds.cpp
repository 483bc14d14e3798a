#include <algorithm>
#include <bit>
#include <limits>

#include "engine/exposure.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "engine/valued.h"
#include "engine/watching.h"

// When must an account be looked at again? Its equity rises with every bid and falls with every ask
// that it depends on. What it would lose were every price to go against it by its own size is its
// weight (see exposure.h): all of them may go by that part of themselves which makes up the slack,
// the equity above the next level, before the level can be reached. So each price has room by what
// it can do, and a hedge has its net at stake and the spread.
//
//   net bought: the bid may fall so far      both held: the spread may grow so much
//   net sold:   the ask may rise so far      converted by: both, by 1/16 of the price at most
//
// Bounds that are too narrow only cost time; they are never too wide. So one that is not much
// narrower than it might be stays where it is: to move it is dear.
//
// An account that was called has levels to be armed again above it. Its bounds hold back the bid
// and the ask on both sides, each by the part that reaches neither the level below nor the one
// above.

namespace tribook::engine {
namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLargestMove = kMaxFixedRaw;
// Parts of a price are counted in 2^-32.
constexpr int kPartBits = 32;
constexpr int128 kLargestPart = int128{1} << (kPartBits + 8);
constexpr int128 kLargestDrift = (int128{1} << kPartBits) / kDriftOfRates;

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
  state.watch_levels.remove(front.spread_bounds, spread_node(watch));
}

void need_watch(State& state, Account& account, SymbolId symbol) {
  std::uint32_t watch = find_watch(state, account, symbol);
  if (watch == 0) {
    watch = state.watches.take();
    TB_ASSERT(watch != 0);  // there are as many as holdings can ask for
    state.watches[watch].account = account.id;
    state.watches[watch].symbol = symbol;
    state.watches[watch].next_of_account = account.first_watch;
    account.first_watch = watch;
  }
  state.watches[watch].is_needed = true;
}

void drop_unneeded(State& state, Account& account) {
  std::uint32_t* link = &account.first_watch;
  while (*link != 0) {
    Watch& watch = state.watches[*link];
    if (watch.is_needed) {
      link = &watch.next_of_account;
      continue;
    }
    const std::uint32_t index = *link;
    *link = watch.next_of_account;
    remove_bounds(state, account, index);
    state.watches.give_back(index);
  }
}

// ---- How far ----

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

// Which part of itself every price may go; 0: none.
int128 part_for(Money slack, int128 weight) {
  if (slack.raw <= 0) return 0;
  const int128 bounded = std::min(slack, kMaxMoney).raw << kPartBits;
  return weight == 0 ? kLargestPart : std::min(bounded / weight, kLargestPart);
}

// Upwards rates multiply each other as they drift and spreads may go: twice is enough for all that.
int128 part_upwards(Money slack, const Exposure& exposure) {
  return part_for(slack - Money{2 * exposure.of_spreads}, 2 * exposure.weight);
}

// The same of an account that stands between these two; below 0: a level may be reached already.
int128 part_between(const Account& account, const Standing& least, const Standing& most,
                    const Exposure& exposure) {
  const Money below = slack_below(account, least);
  if (below.raw <= 0) return -1;
  const int128 downwards = part_for(below, exposure.weight);
  if (account.called_levels == 0) return downwards;
  const Money above = slack_above(account, most);
  return above.raw <= 0 ? -1 : std::min(downwards, part_upwards(above, exposure));
}

// The same for what is watched of it besides.
int128 part_unwatched(const Account& account, const Standing& now, const Unwatched& bounds,
                      const Exposure& exposure) {
  const Money rounding = rounding_of(account);
  int128 part = kLargestPart;
  if (bounds.above)
    part = part_for(now.equity - *bounds.above - Money{1} - rounding, exposure.weight);
  if (bounds.below)
    part = std::min(part, part_upwards(*bounds.below - now.equity - rounding, exposure));
  return part;
}

std::int64_t part_of_price(int128 part, std::int64_t price) {
  return static_cast<std::int64_t>(std::min<int128>((price * part) >> kPartBits, kLargestMove));
}

// ---- Where ----

// A group's price that its markup has pushed to the end of the range stands still while the
// symbol's own goes on.
bool is_at_the_end(const Quote& quote, const Instrument& instrument) {
  const std::int64_t tick = instrument.tick_size.raw;
  return quote.bid.raw <= tick || quote.ask.raw > kMaxFixedRaw - tick;
}

void limit_holding(State& state, const Account& account, const Holding& holding, int128 part) {
  Watch& watch = state.watches[find_watch(state, account, holding.symbol)];
  const std::int64_t bid = state.fronts(holding.symbol, account.group).prices.bid.raw;
  watch.move = std::min(watch.move, part_of_price(part, bid));
  watch.needs_lower |= holding.buys.volume > holding.sells.volume;
  watch.needs_upper |= holding.buys.volume < holding.sells.volume;
  if (holding.buys.volume.is_zero() || holding.sells.volume.is_zero()) return;
  watch.spread_move = part_of_price(part / kSpreadPart, bid);
}

// Conversions take the symbol's own price, bounds stand at the group's: rounded to the tick one by
// one, the first may go a tick further than the second.
void limit_rate(State& state, const Account& account, SymbolId symbol, int128 part) {
  Watch& watch = state.watches[find_watch(state, account, symbol)];
  const std::int64_t move =
      part_of_price(std::min(part, kLargestDrift), state.rates.quote(symbol).bid.raw);
  const std::int64_t tick = state.symbol(symbol).instrument.tick_size.raw;
  watch.move = std::min(watch.move, account.group ? move - tick : move);
  watch.needs_lower = watch.needs_upper = true;
}

void limit_watches(State& state, const Account& account, int128 part, bool also_rises) {
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    Watch& watch = state.watches[w];
    watch.move = part == 0 ? 0 : kNoLimit;
    watch.spread_move = kNoLimit;
    watch.needs_lower = watch.needs_upper = also_rises;
  }
  if (part == 0) return;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    limit_holding(state, account, holding, part);
    const RateBook::Chain& chain = chain_of(state, account, holding);
    for (std::size_t i = 0; i < chain.length; ++i) {
      limit_rate(state, account, chain.steps[i].symbol, part);
    }
  }
}

// Lets the bound stand `move` away from `from`, or where it is if that is nearly as far.
void put_bound(State& state, TriggerHeaps::Heap& heap, std::uint32_t node, std::int64_t from,
               std::int64_t move) {
  TriggerHeaps& heaps = state.watch_levels;
  if (heaps.is_in_heap(node)) {
    const std::int64_t key = heaps.key(node);
    if (key > from && key - from <= move && key - from >= move / 2) return;
    heaps.remove(heap, node);
  }
  heaps.insert(heap, node, from + (move - move / 8));
}

void put_bounds(State& state, const Account& account, std::uint32_t index) {
  const Watch& watch = state.watches[index];
  Front& front = state.front(account, watch.symbol);
  const Quote quote = state.quote_for(account, watch.symbol);
  TriggerHeaps& heaps = state.watch_levels;
  if (watch.move <= 0 || watch.spread_move <= 0 || !quote.is_known() ||
      is_at_the_end(quote, state.symbol(watch.symbol).instrument)) {
    remove_bounds(state, account, index);
    return heaps.insert(front.lower_bounds, lower_node(index), kAlways);
  }
  const auto [bid, ask] = std::pair(quote.bid.raw, quote.ask.raw);
  if (watch.needs_lower) {
    put_bound(state, front.lower_bounds, lower_node(index), -bid, watch.move);
  } else {
    heaps.remove(front.lower_bounds, lower_node(index));
  }
  if (watch.needs_upper) {
    put_bound(state, front.upper_bounds, upper_node(index), ask, watch.move);
  } else {
    heaps.remove(front.upper_bounds, upper_node(index));
  }
  if (watch.spread_move != kNoLimit) {
    put_bound(state, front.spread_bounds, spread_node(index), ask - bid, watch.spread_move);
  } else {
    heaps.remove(front.spread_bounds, spread_node(index));
  }
}

void put_all_bounds(State& state, const Account& account, int128 part, bool also_rises) {
  limit_watches(state, account, part, also_rises);
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    put_bounds(state, account, w);
  }
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

void refresh_watches(State& state, Account& account) {
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    state.watches[w].is_needed = false;
  }
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    need_watch(state, account, holding.symbol);
    const RateBook::Chain& chain = chain_of(state, account, holding);
    for (std::size_t i = 0; i < chain.length; ++i) {
      need_watch(state, account, chain.steps[i].symbol);
    }
  }
  drop_unneeded(state, account);
  state.look_at_next_quote(account);
}

void refresh_all_watches(State& state) {
  for (Account& account : state.accounts) {
    if (account.positions == 0) continue;
    forget_values(state, account);
    refresh_watches(state, account);
  }
}

bool is_beyond_doubt(State& state, const Account& account) {
  if (account.positions == 0) return account.called_levels == 0;
  const bool is_called = account.called_levels != 0;
  const auto exposure = expose(state, account, is_called);
  if (!exposure) return false;
  const int128 part = part_between(account, {exposure->equity_least, account.used_margin},
                                   {exposure->equity_most, account.used_margin}, *exposure);
  if (part < 0) return false;
  put_all_bounds(state, account, part, is_called);
  return true;
}

void set_bounds(State& state, Account& account, const std::optional<Standing>& now) {
  const bool is_looked_at_closely = now && is_watched(state, account);
  const Unwatched bounds = is_looked_at_closely ? unwatched(state, account, *now) : Unwatched{};
  const bool also_rises = account.called_levels != 0 || bounds.below;
  const auto exposure = now ? expose(state, account, also_rises) : std::nullopt;
  int128 part = exposure ? part_between(account, *now, *now, *exposure) : 0;
  if (exposure && is_looked_at_closely)
    part = std::min(part, part_unwatched(account, *now, bounds, *exposure));
  put_all_bounds(state, account, std::max<int128>(part, 0), also_rises);
}

}  // namespace tribook::engine
