#include <algorithm>

#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/fill_limits.h"
#include "engine/flight_fills.h"
#include "engine/killing.h"
#include "engine/opening_order.h"
#include "tribook/base/assert.h"
#include "tribook/base/canary.h"

// How an order is filled: what stands against it in an account that closes first, then the rest.

namespace tribook::engine {

Plan split(const State& state, const Account& account, const NewOrder& order) {
  Plan plan;
  plan.price = opening_price(order.side, state.quote_for(account, order.symbol));
  plan.closing = std::min(order.volume, closable(state, account, order.symbol, order.side));
  plan.opening = order.volume - plan.closing;
  return plan;
}

RejectCode check_states(const State& state, const Account& account, const Symbol& symbol,
                        bool only_closes) {
  if (!only_closes && is_killed(state, account, symbol.instrument.id))
    return RejectCode::KillSwitch;
  return check_states_alone(account, symbol, only_closes);
}

RejectCode check_states_alone(const Account& account, const Symbol& symbol, bool only_closes) {
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

Fill next_fill(const State& state, const WorkingOrder& order, Volume volume, Price price) {
  const Volume closing = closable(state, state.account(order.account), order.symbol, order.side);
  const bool closes = !closing.is_zero();
  return {closes ? std::min(volume, closing) : volume, price, closes, {}, 0};
}

void tell_filling(State& state, Filling& filling) {
  state.emit(filling.order.account, describe(filling.order), filling.text);
  filling.text = {};
  filling.is_new = false;
}

void settle_charge(const State& state, Filling& filling) {
  if (!filling.at_price.is_zero())
    note_charge(state, filling.order, filling.at_price, filling.price);
  filling.at_price = {};
}

namespace {

// What opens adds to or becomes a position; its stop-loss may follow the price.
RejectCode check_room(const State& state, const WorkingOrder& order, std::uint32_t besides) {
  const Account& account = state.account(order.account);
  const bool grows = position_to_grow(state, account, order.symbol, order.side, order.opened) != 0;
  if (!grows && !has_room_for_position(state, besides)) return RejectCode::LimitReached;
  const PositionId position = next_position(state, account, order.symbol, order.side, order.opened);
  return order.trailing_distance.is_zero() || has_room_for_trail(state, position, besides)
             ? RejectCode::None
             : RejectCode::LimitReached;
}

}  // namespace

FilledBefore filled_before(const Filling& filling) {
  const WorkingOrder& order = filling.order;
  return {filling.at_price, order.charge, order.filled > filling.at_price};
}

void count_fill(Filling& filling, const Fill& fill) {
  note_fill(filling.order, fill.volume, fill.price);
  if (!fill.closes) note_opened(filling.order, fill.volume, fill.price);
  filling.price = fill.price;
  filling.at_price += fill.volume;
}

RejectCode check_fill(const State& state, Filling& filling, Fill& fill, std::uint32_t besides) {
  const WorkingOrder& order = filling.order;
  const Account& account = state.account(order.account);
  const Symbol& symbol = state.symbol(order.symbol);
  if (filling.price != fill.price) settle_charge(state, filling);
  if (fill.closes) {
    return check_closing_by_order(state, account, order.symbol, order.side, fill.volume, fill.price,
                                  filled_before(filling));
  }
  if (const auto code = check_states(state, account, symbol, false); code != RejectCode::None)
    return code;
  if (const auto code = check_room(state, order, besides); code != RejectCode::None) return code;
  const auto code = plan_opening(state, account, symbol, order.side, fill.volume, fill.price,
                                 fill.opened, filled_before(filling));
  if (code != RejectCode::None) return code;
  if (base::is_broken(base::Broken::LimitsIgnoredAtFill)) return RejectCode::None;
  return check_fill_limits(state, order, fill.volume, fill.price, fill.warned);
}

RejectCode check_house_fill(const State& state, WorkingOrder& order) {
  const Quote quote = state.quote_for(state.account(order.account), order.symbol);
  Filling filling(order);
  Fill fill = next_fill(state, order, order.left(), opening_price(order.side, quote));
  const RejectCode code = check_fill(state, filling, fill);
  if (code == RejectCode::None) order.warned |= fill.warned;
  return code;
}

void book_fill(State& state, Filling& filling, const Fill& fill) {
  WorkingOrder& order = filling.order;
  Account& account = state.account(order.account);
  const OpeningOrder booked{order.id,   order.account, order.symbol,          order.side,
                            order.book, fill.volume,   order.stop_loss,       order.take_profit,
                            {},         order.opened,  filled_before(filling)};
  count_fill(filling, fill);
  order.warned |= fill.warned;
  order.status =
      next_status(order.status, order.left().is_zero() ? OrderEvent::Fill : OrderEvent::FillPart);
  TB_ASSERT(order.status != kIllegal);
  order.updated = state.now;
  order.position = fill.closes
                       ? last_to_close(state, account, order.symbol, order.side, fill.volume)
                       : next_position(state, account, order.symbol, order.side, order.opened);
  tell_filling(state, filling);
  if (fill.closes) {
    close_by_order(state, account, booked, fill.volume, fill.price);
    state.emit_account(account);
  } else {
    order.opened = order.position;
    open_position(state, booked, fill.opened);
  }
  if (!fill.closes) follow_as_ordered(state, order);
  end_partner(state, order);
}

}  // namespace tribook::engine
