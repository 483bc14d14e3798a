#include "engine/positions.h"

#include <algorithm>

#include "engine/solvency.h"
#include "engine/valued.h"
#include "tribook/base/assert.h"
#include "tribook/domain/lifecycle.h"

namespace tribook::engine {
namespace {

void insert_levels(State& state, std::uint32_t index) {
  const Position& position = state.positions[index];
  Front& front = state.front(state.account(position.account), position.symbol);
  if (!position.stop_loss.is_zero()) {
    state.position_levels.insert(front.stop_losses(position.side), stop_loss_node(index),
                                 stop_loss_key(position.side, position.stop_loss));
  }
  if (!position.take_profit.is_zero()) {
    state.position_levels.insert(front.take_profits(position.side), take_profit_node(index),
                                 take_profit_key(position.side, position.take_profit));
  }
}

std::uint32_t make_holding(State& state, Account& account, Symbol& symbol) {
  const std::uint32_t index = link_holding(state, account, symbol);
  refresh_watches(state, account);
  begin_value(state, state.holdings[index]);
  return index;
}

}  // namespace

void remove_levels(State& state, std::uint32_t index) {
  const Position& position = state.positions[index];
  Front& front = state.front(state.account(position.account), position.symbol);
  state.position_levels.remove(front.stop_losses(position.side), stop_loss_node(index));
  state.position_levels.remove(front.take_profits(position.side), take_profit_node(index));
}

void rearm_levels(State& state, std::uint32_t index) {
  remove_levels(state, index);
  insert_levels(state, index);
}

void emit_position(State& state, Position& position, PositionAction action) {
  position.updated = state.now;
  PositionUpdated updated = describe(position, action);
  updated.is_closing = closing_at_venue(state, position).is_zero() ? 0 : 1;
  state.emit(position.account, updated);
}

std::uint32_t link_holding(State& state, Account& account, Symbol& symbol) {
  const std::uint32_t index = state.holdings.take();
  TB_ASSERT(index != 0);
  Holding& holding = state.holdings[index];
  holding.account = account.id;
  holding.symbol = symbol.instrument.id;
  holding.next_of_account = account.first_holding;
  account.first_holding = index;
  holding.next_of_symbol = symbol.first_holding;
  if (symbol.first_holding != 0) state.holdings[symbol.first_holding].previous_of_symbol = index;
  symbol.first_holding = index;
  return index;
}

void link_position(State& state, std::uint32_t index, std::uint32_t holding_index) {
  Position& position = state.positions[index];
  Holding& holding = state.holdings[holding_index];
  position.holding = holding_index;
  position.next = holding.first_position;
  if (holding.first_position != 0) {
    state.positions[holding.first_position].previous = index;
  } else {
    holding.oldest_position = index;
  }
  holding.first_position = index;
  ++holding.positions;
  state.position_index.insert(position.id.value, index);
}

std::uint32_t find_holding(const State& state, const Account& account, SymbolId symbol) {
  std::uint32_t holding = account.first_holding;
  while (holding != 0 && state.holdings[holding].symbol != symbol) {
    holding = state.holdings[holding].next_of_account;
  }
  return holding;
}

namespace {

bool fits(const Instrument& instrument, const MarginSide& buys, const MarginSide& sells,
          std::uint32_t leverage, Currency currency) {
  return used_margin(instrument, buys, sells, leverage, instrument.margin.maintenance_rate,
                     currency)
      .has_value();
}

}  // namespace

bool does_either_fit(const Instrument& instrument, const MarginSide& buys, const MarginSide& sells,
                     std::uint32_t leverage, Currency currency) {
  // Elsewhere both sides have no less than either.
  const bool may_grow = instrument.margin.hedged == HedgedMargin::Net ||
                        instrument.margin.hedged == HedgedMargin::Percent;
  if (!may_grow || buys.volume.is_zero() || sells.volume.is_zero()) return true;
  return fits(instrument, buys, {}, leverage, currency) &&
         fits(instrument, {}, sells, leverage, currency);
}

bool does_margin_fit(const Instrument& instrument, const MarginSide& buys, const MarginSide& sells,
                     std::uint32_t leverage, Currency currency) {
  return fits(instrument, buys, sells, leverage, currency) &&
         does_either_fit(instrument, buys, sells, leverage, currency);
}

PartOfPosition part_of(const Position& position, Volume volume) {
  const Money left{share_of(position.basis.raw, position.volume - volume, position.volume)};
  return {Cost{share_of(position.open_cost.raw, volume, position.volume)}, position.basis - left};
}

PositionId next_position(const State& state, const Account& account, SymbolId symbol, Side side,
                         PositionId opened) {
  const std::uint32_t grown = position_to_grow(state, account, symbol, side, opened);
  return grown != 0 ? state.positions[grown].id : PositionId{state.last_position + 1};
}

bool has_room_for_position(const State& state, std::uint32_t besides) {
  return state.positions.in_use() + besides < state.limits.positions;
}

void set_used_margin(State& state, Holding& holding) {
  Account& account = state.account(holding.account);
  const Instrument& instrument = state.symbol(holding.symbol).instrument;
  const auto used = used_margin(instrument, holding.buys, holding.sells,
                                state.leverage_for(account, holding.symbol),
                                instrument.margin.maintenance_rate, account.currency);
  // All that makes it grow asks does_margin_fit.
  const Money now = used.value_or(kMaxMoney);
  account.used_margin += now - holding.used_margin;
  holding.used_margin = now;
}

void refresh_margin(State& state, Holding& holding) {
  set_used_margin(state, holding);
  state.look_at_next_quote(state.account(holding.account));
}

void book(State& state, Account& account, LedgerType type, HouseAccount house, Money amount,
          PositionId reference) {
  if (amount.is_zero()) return;
  LedgerPosted posted;
  posted.amount = amount;
  posted.entry = state.ledger.post(account.balance, account.currency, house, amount);
  posted.balance_after = account.balance;
  posted.reference = reference.value;
  posted.type = type;
  posted.house = house;
  posted.reference_is_position = reference ? 1 : 0;
  state.emit(account.id, posted);
}

namespace {

void count_for_day(State& state, Volume volume) {
  const std::int64_t day = day_of(state.now);
  if (day > state.day_volume.day) state.day_volume = {day, {}};
  const auto sum = checked_add(state.day_volume.volume.raw, volume.raw);
  if (sum) state.day_volume.volume = Volume{*sum};
}

}  // namespace

void emit_trade(State& state, const Position& position, OrderId order, Side side, Volume volume,
                Price price, Money realized, Money charge, CloseReason reason) {
  count_for_day(state, volume);
  TradeExecuted trade;
  trade.realized_pnl = realized;
  trade.commission = -charge;
  trade.trade = TradeId{++state.last_trade};
  const bool is_last = reason != CloseReason::None && volume == position.volume;
  if (is_last && !position.swap.is_zero()) {
    state.emit(position.account, TradeSwap{position.swap, trade.trade, {}});
  }
  trade.order = order;
  trade.position = position.id;
  trade.volume = volume;
  trade.price = price;
  trade.symbol = position.symbol;
  trade.side = side;
  trade.book = position.book;
  trade.reason = reason;
  const Marks::Range marks = state.marks_of(position);
  trade.highest = marks.highest;
  trade.lowest = marks.lowest;
  state.emit(position.account, trade);
}

namespace {

std::uint32_t make_position(State& state, const OpeningOrder& order) {
  Account& account = state.account(order.account);
  Symbol& symbol = state.symbol(order.symbol);
  const std::uint32_t index = state.positions.take();
  TB_ASSERT(index != 0);
  Position& position = state.positions[index];
  position.id = PositionId{++state.last_position};
  position.account = order.account;
  position.symbol = order.symbol;
  position.side = order.side;
  position.book = order.book;
  position.open_time = state.now;
  position.highest = closing_price(order.side, state.quote_for(account, order.symbol));
  position.lowest = position.highest;
  std::uint32_t holding = find_holding(state, account, order.symbol);
  if (holding == 0) holding = make_holding(state, account, symbol);
  link_position(state, index, holding);
  state.marks.begin(position, account.group);
  ++account.positions;
  ++symbol.positions;
  return index;
}

void note_open(Holding& holding, Price price) {
  holding.highest_open = std::max(holding.highest_open, price);
  const bool is_first = holding.lowest_open.is_zero();
  holding.lowest_open = is_first ? price : std::min(holding.lowest_open, price);
}

// What the order says of its levels replaces those of a position that it adds to.
void grow(State& state, std::uint32_t index, const OpeningOrder& order, const Opening& opening) {
  Position& position = state.positions[index];
  grow_position(state, index, order.volume, opening);
  position.commission -= opening.commission;
  if (!order.venue_price.is_zero())
    add_venue_part(state, position, order.volume, order.venue_price);
  refresh_book(state, position);
  remove_levels(state, index);
  if (!order.stop_loss.is_zero()) position.stop_loss = order.stop_loss;
  if (!order.take_profit.is_zero()) position.take_profit = order.take_profit;
  insert_levels(state, index);
  refresh_margin(state, state.holdings[position.holding]);
}

}  // namespace

void grow_position(State& state, std::uint32_t index, Volume volume, const Opening& opening) {
  Position& position = state.positions[index];
  const MarginSide more{opening.basis, volume, cost_of(opening.price, volume)};
  leave_value(state, position);
  position.volume += volume;
  position.open_cost = position.open_cost + more.cost;
  position.basis += more.basis;
  Holding& holding = state.holdings[position.holding];
  holding.side(position.side) += more;
  note_open(holding, opening.price);
  join_value(state, position);
}

std::uint32_t position_to_grow(const State& state, const Account& account, SymbolId symbol,
                               Side side, PositionId opened) {
  if (account.mode != PositionMode::Netting) return find_position(state, account.id, opened);
  const std::uint32_t holding = find_holding(state, account, symbol);
  const std::uint32_t index = holding != 0 ? state.holdings[holding].first_position : 0;
  return index != 0 && state.positions[index].side == side ? index : 0;
}

void open_position(State& state, const OpeningOrder& order, const Opening& opening) {
  Account& account = state.account(order.account);
  std::uint32_t index = position_to_grow(state, account, order.symbol, order.side, order.opened);
  const bool is_new = index == 0;
  if (is_new) index = make_position(state, order);
  grow(state, index, order, opening);
  Position& position = state.positions[index];
  if (!is_new) rearm_trail(state, position.id);
  emit_trade(state, position, order.id, order.side, order.volume, opening.price, {},
             opening.commission, CloseReason::None);
  emit_position(state, position, is_new ? PositionAction::Opened : PositionAction::Modified);
  book(state, account, LedgerType::Commission, HouseAccount::Commission, -opening.commission,
       position.id);
  state.emit_account(account);
}

void change_levels(State& state, std::uint32_t index, Price stop_loss, Price take_profit) {
  remove_levels(state, index);
  Position& position = state.positions[index];
  position.stop_loss = stop_loss;
  position.take_profit = take_profit;
  insert_levels(state, index);
  rearm_trail(state, position.id);
  emit_position(state, position, PositionAction::Modified);
}

std::uint32_t find_position(const State& state, AccountId account, PositionId id) {
  const std::uint32_t index = id ? state.position_index.find(id.value) : 0;
  return index != 0 && state.positions[index].account == account ? index : 0;
}

}  // namespace tribook::engine
