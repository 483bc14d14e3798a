#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

#include "engine/fields.h"
#include "engine/groups.h"
#include "engine/kill_sweeps.h"
#include "engine/order_archive.h"
#include "engine/positions.h"
#include "engine/risk_rules.h"
#include "engine/venue_archive.h"
#include "tribook/domain/charges.h"

// The other way of state_save.cpp. Nothing that was read is used as an index, a count or a key of a
// table before it has been checked; what is inconsistent fails the archive.

namespace tribook::engine {
namespace {

using Reader = base::ArchiveReader;

// Sums of a table's amounts stay within 128 bits.
bool is_amount(Money money) { return magnitude(money.raw) <= magnitude(kMaxMoney.raw) * 1'000; }

void load_currencies(Reader& archive, State& state) {
  for (auto left = archive.count(RateBook::kCurrenciesMax, sizeof(Currency)); left > 0; --left) {
    const std::size_t before = state.rates.currencies().size();
    Currency currency;
    archive(currency);
    archive.demand(state.rates.add_currency(currency));
    archive.demand(state.rates.currencies().size() == before + 1);
  }
}

bool is_sane(const Quote& quote) {
  return quote.bid.raw >= 0 && quote.bid.raw <= kMaxFixedRaw && quote.ask >= quote.bid &&
         quote.ask.raw <= kMaxFixedRaw;
}

// The quote is what the venue's prices come to.
bool is_of_venue(const Quote& quote, const Symbol& symbol) {
  const BidAsk& venue = symbol.venue_prices;
  if (!quote.is_known()) return venue.bid.is_zero() && venue.ask.is_zero();
  const auto own = with_markup(symbol.instrument, venue.bid, venue.ask);
  return own && own->bid == quote.bid && own->ask == quote.ask;
}

void load_symbols(Reader& archive, State& state) {
  for (auto left = archive.count(state.capacity.symbols, kInstrumentBytes); left > 0; --left) {
    Symbol symbol;
    Quote quote;
    describe_instrument(archive, symbol.instrument);
    describe_quote(archive, quote);
    archive(symbol.venue_time, symbol.quoted, symbol.venue, symbol.is_session_open,
            symbol.venue_prices.bid, symbol.venue_prices.ask);
    archive.demand(symbol.instrument.id.value == state.symbols.size() &&
                   check(symbol.instrument).code == RejectCode::None && is_sane(quote));
    archive.demand(archive.ok() && is_of_venue(quote, symbol));
    if (!archive.ok()) return;
    state.symbols.push_back(symbol);
    archive.demand(state.rates.restore_symbol(symbol.instrument, quote));
  }
  state.rates.find_chains();
}

void load_groups(Reader& archive, State& state) {
  for (auto left = archive.count(GroupBook::kGroupsMax, kGroupBytes); left > 0; --left) {
    GroupSpec spec;
    describe_group(archive, spec);
    archive.demand(check(spec).code == RejectCode::None && !state.groups.find(spec.name.view()));
    if (!archive.ok()) return;
    state.groups.put(state.groups.next(), spec);
  }
  const std::size_t most = GroupBook::kGroupsMax * state.symbols.size();
  for (auto left = archive.count(most, kTermsBytes); left > 0; --left) {
    GroupId group;
    SymbolId symbol;
    GroupTerms terms;
    archive(group, symbol);
    describe_terms(archive, terms);
    archive.demand(state.groups.has(group) && symbol.value < state.symbols.size() &&
                   terms.sets != 0 && check(terms).code == RejectCode::None);
    if (!archive.ok()) return;
    state.groups.put_terms(group, symbol, terms);
    // What it sets nothing of was saved as nothing.
    archive.demand(std::memcmp(&state.groups.own_terms(group, symbol), &terms, sizeof terms) == 0);
  }
  for (std::size_t i = 1; i < state.symbols.size(); ++i) price_anew(state, state.symbols[i]);
}

void load_accounts(Reader& archive, State& state) {
  for (auto left = archive.count(state.capacity.accounts, kAccountBytes); left > 0; --left) {
    Account account;
    describe_account(archive, account);
    account.id = AccountId{static_cast<std::uint32_t>(state.accounts.size())};
    archive.demand(account.leverage > 0 && is_amount(account.balance) && is_amount(account.credit));
    archive.demand(!account.group || state.groups.has(account.group));
    archive.demand((account.from_group & ~kAllOptions) == 0);
    if (!archive.ok()) return;
    archive.demand(
        check_values(account.own).code == RejectCode::None &&
        check(state.groups.options(account.group, account.own, account.from_group)).code ==
            RejectCode::None);
    if (!archive.ok()) return;
    take_options(state, account);
    archive.demand(account.called_levels >> account.margin_call_levels.count == 0);
    archive.demand(account.stop_out_obstacle == RejectCode::None ||
                   account.stop_out_obstacle == RejectCode::ValueOverflow ||
                   account.stop_out_obstacle == RejectCode::LimitReached);
    if (!archive.ok()) return;
    state.accounts.push_back(account);
    if (account.is_to_be_looked_at) state.to_look_at.push_back(account.id);
  }
}

void arm(State& state, std::uint32_t index, bool stop_loss, bool take_profit) {
  const Position& position = state.positions[index];
  Front& front = state.front(state.account(position.account), position.symbol);
  if (stop_loss) {
    state.position_levels.insert(front.stop_losses(position.side), stop_loss_node(index),
                                 stop_loss_key(position.side, position.stop_loss));
  }
  if (take_profit) {
    state.position_levels.insert(front.take_profits(position.side), take_profit_node(index),
                                 take_profit_key(position.side, position.take_profit));
  }
}

bool is_sane(const State& state, const Position& position) {
  return position.id && position.id.value <= state.last_position &&
         state.position_index.find(position.id.value) == 0 && position.volume.raw > 0 &&
         position.volume.raw <= kMaxFixedRaw && position.closed_volume.raw >= 0 &&
         is_amount(position.basis) && position.stop_loss.raw >= 0 &&
         position.take_profit.raw >= 0 && position.lowest.raw >= 0 &&
         position.lowest <= position.highest && position.highest.raw <= kMaxFixedRaw;
}

void load_position(Reader& archive, State& state, std::uint32_t holding_index) {
  Holding& holding = state.holdings[holding_index];
  Position position;
  bool has_stop_loss = false;
  bool has_take_profit = false;
  describe_position(archive, position);
  VenuePart part;
  describe_venue_part(archive, part);
  archive(has_stop_loss, has_take_profit, position.highest, position.lowest);
  archive.demand(is_sane(state, position));
  if (!archive.ok()) return;
  archive.demand(holding.first_position == 0 ||
                 state.positions[holding.first_position].id < position.id);
  archive.demand(is_sane(part, position));
  archive.demand(!has_stop_loss || !position.stop_loss.is_zero());
  archive.demand(!has_take_profit || !position.take_profit.is_zero());
  MarginSide& side = holding.side(position.side);
  archive.demand(side.volume.raw <= kMaxFixedRaw - position.volume.raw);
  const std::uint32_t index = archive.ok() ? state.positions.take() : 0;
  if (index == 0) return archive.fail();
  position.account = holding.account;
  position.symbol = holding.symbol;
  state.positions[index] = position;
  link_position(state, index, holding_index);
  restore_venue_part(state, index, part);
  side += {position.basis, position.volume, position.open_cost};
  arm(state, index, has_stop_loss, has_take_profit);
  state.marks.begin(state.positions[index], state.account(position.account).group);
}

void load_holding(Reader& archive, State& state, Symbol& symbol) {
  AccountId id;
  Money used_margin;
  Price highest;
  Price lowest;
  archive(id, used_margin, highest, lowest);
  const std::uint32_t count = archive.count(state.capacity.positions, kPositionBytes);
  Account* account = state.find_account(id);
  archive.demand(account != nullptr && count > 0 && used_margin.raw >= 0 &&
                 used_margin <= kMaxMoney && !state.holdings.is_full());
  archive.demand(lowest.raw >= 0 && lowest <= highest && highest.raw <= kMaxFixedRaw);
  if (!archive.ok()) return;
  archive.demand(find_holding(state, *account, symbol.instrument.id) == 0);
  if (!archive.ok()) return;
  const std::uint32_t holding = link_holding(state, *account, symbol);
  state.holdings[holding].used_margin = used_margin;
  state.holdings[holding].highest_open = highest;
  state.holdings[holding].lowest_open = lowest;
  account->positions += count;
  symbol.positions += count;
  for (std::uint32_t i = 0; i < count && archive.ok(); ++i) load_position(archive, state, holding);
}

void check_margins(Reader& archive, const State& state) {
  for (const Account& account : state.accounts) {
    Money sum;
    for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
      sum += state.holdings[h].used_margin;
    }
    archive.demand(sum == account.used_margin);
  }
}

void load_bound(Reader& archive, State& state, TriggerHeaps::Heap& heap, std::uint32_t node) {
  bool is_set = false;
  std::int64_t key = 0;
  archive(is_set, key);
  archive.demand(is_set || key == 0);
  if (archive.ok() && is_set) state.watch_levels.insert(heap, node, key);
}

void load_watches(Reader& archive, State& state, Account& account) {
  SymbolId before;
  for (auto left = archive.count(state.symbols.size() - 1, kWatchBytes); left > 0; --left) {
    SymbolId id;
    archive(id);
    Symbol* symbol = state.find_symbol(id);
    archive.demand(symbol != nullptr && id > before);
    const std::uint32_t watch = archive.ok() ? state.watches.take() : 0;
    if (watch == 0) return archive.fail();
    state.watches[watch].account = account.id;
    state.watches[watch].symbol = id;
    state.watches[watch].next_of_account = account.first_watch;
    account.first_watch = watch;
    Front& front = state.front(account, id);
    load_bound(archive, state, front.lower_bounds, lower_node(watch));
    load_bound(archive, state, front.upper_bounds, upper_node(watch));
    load_bound(archive, state, front.spread_bounds, spread_node(watch));
    before = id;
  }
}

bool has_room_for(const EngineLimits& capacity, const EngineLimits& limits) {
  return limits.accounts <= capacity.accounts && limits.positions <= capacity.positions &&
         limits.symbols <= capacity.symbols && limits.client_ids <= capacity.client_ids &&
         limits.orders <= capacity.orders;
}

void load_limits(Reader& archive, State& state) {
  EngineLimits limits;
  EngineLimits largest;
  describe_limits(archive, limits);
  describe_limits(archive, largest);
  archive.demand(has_room_for(state.capacity, limits) && has_room_for(state.capacity, largest));
  if (!archive.ok()) return;
  state.limits = limits;
  state.largest = largest;
  state.client_ids.set_limit(limits.client_ids);
}

void load_withdrawals(Reader& archive, State& state) {
  state.withdrawals.load(archive);
  for (const Withdrawal& withdrawal : state.withdrawals.pending()) {
    archive.demand(state.find_account(withdrawal.account) != nullptr &&
                   is_amount(withdrawal.amount));
  }
}

}  // namespace

void Engine::load(base::ArchiveReader& archive) {
  State& state = *state_;
  TB_ASSERT(!state.root && state.accounts.size() == 1 && state.symbols.size() == 1);
  std::uint64_t events = 0;
  archive(state.root, state.now, state.last_order, state.last_position, state.last_trade,
          state.last_alert, events);
  state.events = base::Digest(events);
  archive(state.day_volume.day, state.day_volume.volume);
  load_limits(archive, state);
  load_currencies(archive, state);
  state.ledger.load(archive);
  load_symbols(archive, state);
  if (archive.ok()) load_groups(archive, state);
  load_accounts(archive, state);
  if (archive.ok()) load_rules(archive, state);
  if (archive.ok()) load_risks(archive, state);
  for (std::size_t i = 1; i < state.symbols.size() && archive.ok(); ++i) {
    for (auto left = archive.count(state.capacity.positions, kHoldingBytes);
         left > 0 && archive.ok(); --left) {
      load_holding(archive, state, state.symbols[i]);
    }
  }
  check_margins(archive, state);
  for (std::size_t i = 1; i < state.accounts.size() && archive.ok(); ++i) {
    load_watches(archive, state, state.accounts[i]);
  }
  state.client_ids.load(archive);
  state.timers.load(archive, state.accounts.size());
  archive.demand(archive.ok() && is_sweep_sane(state));
  state.recent_orders.load(archive, state.accounts.size(), state.symbols.size(), state.now);
  if (archive.ok()) load_orders(archive, state);
  if (archive.ok()) load_trails(archive, state);
  load_withdrawals(archive, state);
  if (archive.ok()) load_desk(archive, state);
}

}  // namespace tribook::engine
