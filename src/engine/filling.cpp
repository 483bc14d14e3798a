#include <algorithm>

#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/flights.h"
#include "engine/opening_order.h"

// How an order is filled: what stands against it in an account that closes first, then the rest.

namespace tribook::engine {

Plan split(const State& state, const Account& account, const NewOrder& order) {
  Plan plan;
  plan.price = opening_price(order.side, state.quote_for(account, order.symbol));
  plan.closing = std::min(order.volume, closable(state, account, order.symbol, order.side));
  plan.opening = order.volume - plan.closing;
  return plan;
}

RejectCode check_states(const Account& account, const Symbol& symbol, bool only_closes) {
  if (account.state == AccountState::CloseOnly && !only_closes) return RejectCode::AccountCloseOnly;
  if (account.state == AccountState::Suspended || account.state == AccountState::Closed)
    return RejectCode::AccountDisabled;
  switch (symbol.instrument.effective_state()) {
    case SymbolState::Disabled:
      return RejectCode::SymbolDisabled;
    case SymbolState::CloseOnly:
      return only_closes ? RejectCode::None : RejectCode::SymbolCloseOnly;
    case SymbolState::Open:
      break;
  }
  return RejectCode::None;
}

RejectCode check_filling(const State& state, const Account& account, const NewOrder& order,
                         Plan& plan) {
  const std::uint32_t grown = position_to_grow(state, account, order.symbol, order.side);
  const bool trails = !order.trailing_distance.is_zero() && !plan.only_closes();
  const PositionId position = next_position(state, account, order.symbol, order.side);
  // What closes before the rest opens makes room for it.
  const bool has_room = !plan.closing.is_zero() || grown != 0 || has_room_for_position(state);
  if (!has_room || (trails && !has_room_for_trail(state, position)))
    return RejectCode::LimitReached;
  if (!plan.closing.is_zero()) {
    return check_closing_by_order(state, account, order.symbol, order.side, plan.closing,
                                  plan.price);
  }
  return plan_opening(state, account, state.symbol(order.symbol), order.side, order.volume,
                      plan.price, plan.opened);
}

namespace {

// The closing part is executed whatever becomes of the rest, which is checked alone after it.
// False when nothing opened.
bool fill_by_closing(State& state, OrderUpdated& updated, OpeningOrder order, Plan& plan,
                     TextRef text) {
  Account& account = state.account(order.account);
  const Symbol& symbol = state.symbol(order.symbol);
  const bool is_all = plan.only_closes();
  updated.status = next_status(updated.status, is_all ? OrderEvent::Fill : OrderEvent::FillPart);
  updated.position = last_to_close(state, account, order.symbol, order.side, plan.closing);
  updated.filled_volume = plan.closing;
  state.emit(account.id, updated, text);
  close_by_order(state, account, order, plan.closing, plan.price);
  if (is_all) {
    state.emit_account(account);
    return false;
  }

  updated.code = plan_opening(state, account, symbol, order.side, plan.opening, plan.price,
                              plan.opened, {plan.closing, {}, false});
  if (updated.code != RejectCode::None) {
    updated.status = next_status(updated.status, OrderEvent::Cancel);
    state.emit(account.id, updated);
    state.emit_account(account);
    return false;
  }
  updated.status = next_status(updated.status, OrderEvent::Fill);
  updated.position = next_position(state, account, order.symbol, order.side);
  updated.filled_volume = updated.volume;
  state.emit(account.id, updated);
  order.volume = plan.opening;
  open_position(state, order, plan.opened);
  return true;
}

}  // namespace

void fill_order(State& state, AccountId account, OrderUpdated updated, TextRef text, Plan plan,
                PipDistance trailing_distance, PipDistance trailing_step) {
  const OpeningOrder order{updated.order,
                           account,
                           updated.symbol,
                           updated.side,
                           updated.book,
                           updated.volume,
                           updated.stop_loss,
                           updated.take_profit,
                           {},
                           {},
                           {}};
  updated.filled_price = plan.price;
  if (!plan.closing.is_zero()) {
    if (!fill_by_closing(state, updated, order, plan, text)) return;
  } else {
    updated.status = next_status(updated.status, OrderEvent::Fill);
    updated.position = next_position(state, state.account(account), order.symbol, order.side);
    updated.filled_volume = updated.volume;
    state.emit(account, updated, text);
    open_position(state, order, plan.opened);
  }
  if (trailing_distance.is_zero()) return;
  Trail trail;
  // A position that was there may wait for break-even.
  if (const Trail* now = find_trail(state, updated.position); now != nullptr) trail = *now;
  trail.distance = trailing_distance;
  trail.step = trailing_step;
  set_trail(state, state.position_index.find(updated.position.value), trail, true);
}

namespace {

// It keeps a place among the working orders while something of it is at a venue.
void send_order(State& state, const CommandHeader& header, const NewOrder& order, OrderId id) {
  const auto texts = state.slab.get(header.text);
  if (has_room_for_orders(state, 1, texts.size()) && has_room_to_go_out(state)) {
    WorkingOrder working = working_of(state, header.account, order, id);
    working.status = next_status(OrderStatus::Pending, OrderEvent::Accept);
    working.is_awaited = true;
    const std::uint32_t index = place_out(state, working, texts, order.worst_price);
    return execute_out(state, index, header.text);
  }
  OrderUpdated updated = describe(order, id);
  updated.code = RejectCode::LimitReached;
  updated.status = next_status(OrderStatus::Pending, OrderEvent::Reject);
  state.emit(header.account, updated, header.text);
}

}  // namespace

void fill_order(State& state, const CommandHeader& header, const NewOrder& order, OrderId id,
                const Plan& plan) {
  if (goes_out(state, state.account(header.account), order, plan, order.book))
    return send_order(state, header, order, id);
  OrderUpdated updated = describe(order, id);
  updated.status = next_status(OrderStatus::Pending, OrderEvent::Accept);
  fill_order(state, header.account, updated, header.text, plan, order.trailing_distance,
             order.trailing_step);
}

}  // namespace tribook::engine
