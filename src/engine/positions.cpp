#include "engine/positions.h"

#include "engine/solvency.h"
#include "tribook/base/assert.h"
#include "tribook/base/wide.h"
#include "tribook/domain/lifecycle.h"

namespace tribook::engine {
namespace {

void remove_levels(State& state, std::uint32_t index) {
  const Position& position = state.positions[index];
  Front& front = state.front(state.account(position.account), position.symbol);
  state.position_levels.remove(front.stop_losses(position.side), stop_loss_node(index));
  state.position_levels.remove(front.take_profits(position.side), take_profit_node(index));
}

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

// value x part / whole, rounded half away from zero.
int128 share_of(int128 value, Volume part, Volume whole) {
  if (part == whole) return value;
  if (part.is_zero()) return 0;
  base::Wide scaled(magnitude(value));
  const bool fits = scaled.multiply(static_cast<std::uint64_t>(part.raw)) && scaled.multiply(2) &&
                    scaled.add(base::Wide(static_cast<uint128>(whole.raw)));
  TB_ASSERT(fits);
  scaled.divide(static_cast<std::uint64_t>(whole.raw));
  scaled.divide(2);
  const auto share = static_cast<int128>(*scaled.narrow());
  return value < 0 ? -share : share;
}

std::uint32_t make_holding(State& state, Account& account, Symbol& symbol) {
  const std::uint32_t index = link_holding(state, account, symbol);
  rebuild_watches(state, account);
  return index;
}

void drop_holding(State& state, Account& account, std::uint32_t index) {
  const Holding& holding = state.holdings[index];
  std::uint32_t* link = &account.first_holding;
  while (*link != index) link = &state.holdings[*link].next_of_account;
  *link = holding.next_of_account;
  if (holding.next_of_symbol != 0) {
    state.holdings[holding.next_of_symbol].previous_of_symbol = holding.previous_of_symbol;
  }
  if (holding.previous_of_symbol != 0) {
    state.holdings[holding.previous_of_symbol].next_of_symbol = holding.next_of_symbol;
  } else {
    state.symbol(holding.symbol).first_holding = holding.next_of_symbol;
  }
  state.holdings.give_back(index);
  rebuild_watches(state, account);
}

void emit_position(State& state, Position& position, PositionAction action) {
  position.updated = state.now;
  state.emit(position.account, describe(position, action));
}

}  // namespace

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
  if (holding.first_position != 0) state.positions[holding.first_position].previous = index;
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

Money unrealized_pnl(const State& state, const Position& position) {
  const Symbol& symbol = state.symbol(position.symbol);
  const Account& account = state.account(position.account);
  const Price mark = closing_price(position.side, state.quote_for(account, position.symbol));
  const auto pnl = profit_and_loss(symbol.instrument, position.side, position.open_cost,
                                   position.volume, mark, account.currency, state.rates);
  if (pnl) return *pnl;
  // Beyond what money can express: as good or as bad as can be.
  const bool is_gain =
      (cost_of(mark, position.volume) > position.open_cost) == (position.side == Side::Buy);
  return is_gain ? kMaxMoney : -kMaxMoney;
}

Money unrealized_pnl(const State& state, const Account& account) {
  Money sum;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    for (std::uint32_t p = state.holdings[h].first_position; p != 0; p = state.positions[p].next) {
      sum += unrealized_pnl(state, state.positions[p]);
    }
  }
  return sum;
}

PositionId next_position(const State& state) { return PositionId{state.last_position + 1}; }

bool has_room_for_position(const State& state) {
  return state.positions.in_use() < state.limits.positions;
}

void refresh_margin(State& state, Holding& holding) {
  Account& account = state.account(holding.account);
  const Instrument& instrument = state.symbol(holding.symbol).instrument;
  const auto used = used_margin(instrument, holding.buys, holding.sells,
                                state.leverage_for(account, holding.symbol),
                                instrument.margin.maintenance_rate, account.currency);
  // A larger leg left alone under NET may be beyond what money can express: as much as can be.
  const Money now = used.value_or(kMaxMoney);
  account.used_margin += now - holding.used_margin;
  holding.used_margin = now;
  state.look_at_next_quote(account);
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

// What the position has behind it, for whoever is told of it again. A sum that does not fit stays.
void note_close(Position& position, Volume volume, Price price, CloseReason reason) {
  const auto volumes = checked_add(position.closed_volume.raw, volume.raw);
  const auto costs = checked_add(position.closed_cost.raw, cost_of(price, volume).raw);
  if (volumes && costs) {
    position.closed_volume = {*volumes};
    position.closed_cost = {*costs};
  }
  position.last_reason = reason;
}

void emit_trade(State& state, const Position& position, OrderId order, Side side, Volume volume,
                Price price, Money realized, Money charge, CloseReason reason) {
  count_for_day(state, volume);
  TradeExecuted trade;
  trade.realized_pnl = realized;
  trade.commission = -charge;
  trade.trade = TradeId{++state.last_trade};
  trade.order = order;
  trade.position = position.id;
  trade.volume = volume;
  trade.price = price;
  trade.symbol = position.symbol;
  trade.side = side;
  trade.book = position.book;
  trade.reason = reason;
  state.emit(position.account, trade);
}

void unlink_position(State& state, std::uint32_t index) {
  const Position& position = state.positions[index];
  Holding& holding = state.holdings[position.holding];
  if (position.next != 0) state.positions[position.next].previous = position.previous;
  if (position.previous != 0) {
    state.positions[position.previous].next = position.next;
  } else {
    holding.first_position = position.next;
  }
  --holding.positions;
  state.position_index.erase(position.id.value);
}

}  // namespace

void open_position(State& state, const OpeningOrder& order, const Opening& opening) {
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
  position.volume = order.volume;
  position.open_cost = cost_of(opening.price, order.volume);
  position.basis = opening.basis;
  position.commission = -opening.commission;
  position.stop_loss = order.stop_loss;
  position.take_profit = order.take_profit;
  position.open_time = state.now;

  std::uint32_t holding = find_holding(state, account, order.symbol);
  if (holding == 0) holding = make_holding(state, account, symbol);
  link_position(state, index, holding);
  MarginSide& side = state.holdings[holding].side(order.side);
  side.basis += opening.basis;
  side.volume += order.volume;
  ++account.positions;
  ++symbol.positions;
  refresh_margin(state, state.holdings[holding]);
  insert_levels(state, index);

  emit_trade(state, position, order.id, order.side, order.volume, opening.price, {},
             opening.commission, CloseReason::None);
  emit_position(state, position, PositionAction::Opened);
  book(state, account, LedgerType::Commission, HouseAccount::Commission, -opening.commission,
       position.id);
  state.emit_account(account);
}

namespace {

void emit_closing_order(State& state, const Position& position, OrderId order, Volume volume,
                        Price price, CloseReason reason, Origin origin) {
  OrderUpdated updated;
  updated.order = order;
  updated.position = position.id;
  updated.volume = volume;
  updated.filled_volume = volume;
  updated.filled_price = price;
  updated.symbol = position.symbol;
  updated.side = opposite(position.side);
  updated.status = next_status(OrderStatus::Accepted, OrderEvent::Fill);
  updated.book = position.book;
  updated.reason = reason;
  updated.origin = origin;
  state.emit(position.account, updated);
}

// What is left of the position and its side of the holding after `volume` went.
void shrink(State& state, std::uint32_t index, Volume volume) {
  Position& position = state.positions[index];
  Holding& holding = state.holdings[position.holding];
  const Cost cost{share_of(position.open_cost.raw, volume, position.volume)};
  const Money basis{share_of(position.basis.raw, position.volume - volume, position.volume)};
  MarginSide& side = holding.side(position.side);
  side.basis += basis - position.basis;
  position.open_cost = position.open_cost - cost;
  position.basis = basis;
  position.volume -= volume;
  side.volume -= volume;
}

void remove_position(State& state, std::uint32_t index) {
  const Position position = state.positions[index];
  Account& account = state.account(position.account);
  remove_levels(state, index);
  unlink_position(state, index);
  state.positions.give_back(index);
  --account.positions;
  --state.symbol(position.symbol).positions;
  if (state.holdings[position.holding].positions == 0) {
    drop_holding(state, account, position.holding);
  }
}

}  // namespace

bool reduce_position(State& state, std::uint32_t index, Volume volume, CloseReason reason,
                     Origin origin) {
  Position& position = state.positions[index];
  Account& account = state.account(position.account);
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  const Quote quote = state.quote_for(account, position.symbol);
  const Price price = closing_price(position.side, quote);
  const Cost cost{share_of(position.open_cost.raw, volume, position.volume)};
  const auto realized = profit_and_loss(instrument, position.side, cost, volume, price,
                                        account.currency, state.rates);
  const auto charge = commission(instrument, state.groups.commission(account.group, instrument),
                                 volume, price, account.currency, state.rates);
  if (!realized || !charge) return false;

  const OrderId order{++state.last_order};
  emit_closing_order(state, position, order, volume, price, reason, origin);
  emit_trade(state, position, order, opposite(position.side), volume, price, *realized, *charge,
             reason);
  book(state, account, LedgerType::RealizedPnl, HouseAccount::TradingPnl, *realized, position.id);
  book(state, account, LedgerType::Commission, HouseAccount::Commission, -*charge, position.id);

  position.commission -= *charge;
  position.realized_total += *realized;
  note_close(position, volume, price, reason);
  shrink(state, index, volume);
  refresh_margin(state, state.holdings[position.holding]);
  PositionReduced reduced;
  reduced.realized_pnl = *realized;
  reduced.realized_total = position.realized_total;
  reduced.position = position.id;
  reduced.order = order;
  reduced.closed_volume = volume;
  reduced.left_volume = position.volume;
  reduced.price = price;
  reduced.bid = quote.bid;
  reduced.ask = quote.ask;
  reduced.reason = reason;
  state.emit(account.id, reduced);
  const bool is_closed = position.volume.is_zero();
  emit_position(state, position, is_closed ? PositionAction::Closed : PositionAction::Modified);
  if (is_closed) remove_position(state, index);
  state.emit_account(account);
  return true;
}

void change_levels(State& state, std::uint32_t index, Price stop_loss, Price take_profit) {
  remove_levels(state, index);
  Position& position = state.positions[index];
  position.stop_loss = stop_loss;
  position.take_profit = take_profit;
  insert_levels(state, index);
  emit_position(state, position, PositionAction::Modified);
}

std::uint32_t find_position(const State& state, AccountId account, PositionId id) {
  const std::uint32_t index = id ? state.position_index.find(id.value) : 0;
  return index != 0 && state.positions[index].account == account ? index : 0;
}

}  // namespace tribook::engine
