#include "engine/flights.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "engine/valued.h"
#include "tribook/base/assert.h"
#include "tribook/domain/lifecycle.h"

// Closing a position or a part of it: what is booked and told, and what is taken away.

namespace tribook::engine {
namespace {

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
  refresh_watches(state, account);
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

void remove_position(State& state, std::uint32_t index) {
  const Position position = state.positions[index];
  Account& account = state.account(position.account);
  drop_trail(state, position.id);
  remove_levels(state, index);
  state.marks.end(position, account.group);
  unlink_position(state, index);
  state.positions.give_back(index);
  --account.positions;
  --state.symbol(position.symbol).positions;
  if (state.holdings[position.holding].positions == 0) {
    drop_holding(state, account, position.holding);
  }
}

// Its venue paid or was paid: in what it owes the house gains as the client does.
void close_at_venue(State& state, Position& position, const Closed& closed) {
  const Cost opened = take_venue_part(state, position, closed.volume);
  const Cost dealt = cost_of(closed.venue_price, closed.volume);
  const Cost gain = position.side == Side::Buy ? dealt - opened : opened - dealt;
  settle_with_venue(state, state.symbol(position.symbol), gain, closed.request, position.id);
}

}  // namespace

void unlink_position(State& state, std::uint32_t index) {
  const Position& position = state.positions[index];
  Holding& holding = state.holdings[position.holding];
  if (position.next != 0) {
    state.positions[position.next].previous = position.previous;
  } else {
    holding.oldest_position = position.previous;
  }
  if (position.previous != 0) {
    state.positions[position.previous].next = position.next;
  } else {
    holding.first_position = position.next;
  }
  --holding.positions;
  state.position_index.erase(position.id.value);
}

void shrink_position(State& state, std::uint32_t index, Volume volume) {
  Position& position = state.positions[index];
  Holding& holding = state.holdings[position.holding];
  const PartOfPosition part = part_of(position, volume);
  leave_value(state, position);
  MarginSide& side = holding.side(position.side);
  side.basis -= part.basis;
  side.cost = side.cost - part.cost;
  position.open_cost = position.open_cost - part.cost;
  position.basis -= part.basis;
  position.volume -= volume;
  side.volume -= volume;
  join_value(state, position);
}

bool price_closing(const State& state, const Position& position, Closed& closed,
                   const FilledBefore& before, Money booked) {
  const Account& account = state.account(position.account);
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  const Cost cost = part_of(position, closed.volume).cost;
  const auto realized = profit_and_loss(instrument, position.side, cost, closed.volume,
                                        closed.price, account.currency, state.rates);
  const auto charge =
      commission(instrument, state.commission_for(account, instrument), closed.volume, closed.price,
                 account.currency, state.rates, before);
  if (!realized) return false;
  closed.realized = *realized;
  // What no rate converts is not charged: whatever settings became, a position can be closed.
  closed.charge = charge.value_or(Money{});
  const Money balance = account.balance + booked + closed.realized - closed.charge;
  return balance <= kMaxMoney && balance >= -kMaxMoney;
}

void emit_closing_order(State& state, const Position& position, const Closed& closed,
                        Origin origin) {
  OrderUpdated updated;
  updated.order = closed.order;
  updated.position = position.id;
  updated.volume = closed.volume;
  updated.filled_volume = closed.volume;
  updated.filled_price = closed.price;
  updated.symbol = position.symbol;
  updated.side = opposite(position.side);
  updated.status = next_status(OrderStatus::Accepted, OrderEvent::Fill);
  updated.book = position.book;
  updated.reason = closed.reason;
  updated.origin = origin;
  state.emit(position.account, updated);
}

void book_closing(State& state, std::uint32_t index, const Closed& closed) {
  Position& position = state.positions[index];
  Account& account = state.account(position.account);
  const Quote quote = state.quote_for(account, position.symbol);
  if (!closed.venue_price.is_zero()) close_at_venue(state, position, closed);
  emit_trade(state, position, closed.order, opposite(position.side), closed.volume, closed.price,
             closed.realized, closed.charge, closed.reason);
  book(state, account, LedgerType::RealizedPnl, HouseAccount::TradingPnl, closed.realized,
       position.id);
  book(state, account, LedgerType::Commission, HouseAccount::Commission, -closed.charge,
       position.id);

  position.commission -= closed.charge;
  position.realized_total += closed.realized;
  note_close(position, closed.volume, closed.price, closed.reason);
  shrink_position(state, index, closed.volume);
  refresh_book(state, position);
  refresh_margin(state, state.holdings[position.holding]);
  PositionReduced reduced;
  reduced.realized_pnl = closed.realized;
  reduced.realized_total = position.realized_total;
  reduced.position = position.id;
  reduced.order = closed.order;
  reduced.closed_volume = closed.volume;
  reduced.left_volume = position.volume;
  reduced.price = closed.price;
  reduced.bid = quote.bid;
  reduced.ask = quote.ask;
  reduced.reason = closed.reason;
  state.emit(account.id, reduced);
  const bool is_closed = position.volume.is_zero();
  emit_position(state, position, is_closed ? PositionAction::Closed : PositionAction::Modified);
  if (is_closed) {
    remove_position(state, index);
  } else {
    rearm_trail(state, position.id);
  }
}

namespace {

Closed closed_now(const State& state, const Position& position, Volume volume) {
  Closed closed;
  closed.volume = volume;
  closed.price = closing_price(position.side,
                               state.quote_for(state.account(position.account), position.symbol));
  return closed;
}

}  // namespace

RejectCode check_reducing(const State& state, std::uint32_t index, Volume volume) {
  const Position& position = state.positions[index];
  if (!venue_share_of_close(state, position, volume).is_zero())
    return has_room_to_close_out(state) ? RejectCode::None : RejectCode::LimitReached;
  Closed closed = closed_now(state, position, volume);
  return price_closing(state, position, closed) ? RejectCode::None : RejectCode::ValueOverflow;
}

bool reduce_position(State& state, std::uint32_t index, Volume volume, CloseReason reason,
                     Origin origin) {
  const Position& position = state.positions[index];
  if (!venue_share_of_close(state, position, volume).is_zero())
    return close_out(state, index, volume, reason, origin);
  Account& account = state.account(position.account);
  Closed closed = closed_now(state, position, volume);
  closed.reason = reason;
  if (!price_closing(state, position, closed)) return false;
  closed.order = OrderId{++state.last_order};
  emit_closing_order(state, position, closed, origin);
  book_closing(state, index, closed);
  state.emit_account(account);
  return true;
}

}  // namespace tribook::engine
