#include "engine/flight_fills.h"

#include <algorithm>

#include "engine/closing.h"
#include "engine/flights.h"
#include "engine/solvency.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::engine {
namespace {

void tell_filled(State& state, WorkingOrder& order, Volume volume, Price price) {
  note_fill(order, volume, price);
  const bool is_full = order.left().is_zero();
  if (is_full || !is_final(order.status)) order.ended_with = RejectCode::None;
  if (is_final(order.status)) {
    order.status = status_after_late_fill(order.status, is_full);
  } else {
    order.status = next_status(order.status, is_full ? OrderEvent::Fill : OrderEvent::FillPart);
    TB_ASSERT(order.status != kIllegal);
  }
  order.updated = state.now;
  OrderUpdated updated = describe(order);
  updated.code = order.ended_with;
  state.emit(order.account, updated);
}

}  // namespace

void end_partner(State& state, WorkingOrder& order) {
  const std::uint32_t partner = order.partner;
  if (partner == 0) return;
  order.partner = 0;
  WorkingOrder& other = state.orders.pool[partner];
  other.partner = 0;
  if (!other.is_out) end_order(state, partner, OrderEvent::Cancel, RejectCode::OneCancelsOther);
}

void open_part(State& state, WorkingOrder& order, const Dealt& dealt) {
  const Account& account = state.account(order.account);
  OpeningOrder opening{order.id,          order.account, order.symbol,        order.side,
                       Book::B,           dealt.volume,  order.stop_loss,     order.take_profit,
                       dealt.venue_price, order.opened,  filled_before(order)};
  const Opening opened = price_opening(state, account, state.symbol(order.symbol), dealt.volume,
                                       dealt.price, opening.before);
  order.position = next_position(state, account, order.symbol, order.side, order.opened);
  tell_filled(state, order, dealt.volume, dealt.price);
  note_opened(order, dealt.volume, dealt.price);
  open_position(state, opening, opened);
  order.opened = order.position;
  note_charge(state, order, dealt.volume, dealt.price);
  if (has_room_for_trail(state, order.position)) follow_as_ordered(state, order);
}

// False when its result cannot be expressed as money.
bool close_part(State& state, WorkingOrder& order, std::uint32_t index, const Dealt& dealt) {
  const Position& position = state.positions[index];
  Closed closed;
  closed.order = order.id;
  closed.volume = dealt.volume;
  closed.price = dealt.price;
  if (order.closes) closed.reason = order.reason;
  closed.venue_price = dealt.venue_price;
  closed.request = dealt.request;
  if (!price_closing(state, position, closed, filled_before(order))) return false;
  order.position = position.id;
  tell_filled(state, order, dealt.volume, dealt.price);
  book_closing(state, index, closed);
  note_charge(state, order, dealt.volume, dealt.price);
  return true;
}

namespace {

bool does_margin_fit_with(const State& state, const WorkingOrder& order, const Dealt& dealt) {
  const Account& account = state.account(order.account);
  const Symbol& symbol = state.symbol(order.symbol);
  const Opening opening =
      price_opening(state, account, symbol, dealt.volume, dealt.price, filled_before(order));
  MarginSide buys;
  MarginSide sells;
  if (const std::uint32_t h = find_holding(state, account, order.symbol); h != 0) {
    buys = state.holdings[h].buys;
    sells = state.holdings[h].sells;
  }
  (order.side == Side::Buy ? buys : sells) +=
      MarginSide{opening.basis, dealt.volume, cost_of(dealt.price, dealt.volume)};
  return does_margin_fit(symbol.instrument, buys, sells, state.leverage_for(account, order.symbol),
                         account.currency);
}

bool give_opening(State& state, WorkingOrder& order, const Dealt& dealt) {
  const Account& account = state.account(order.account);
  if (account.state == AccountState::Closed) return false;  // it could not get rid of it
  const bool is_netting = account.mode == PositionMode::Netting;
  if (is_netting && next_to_close(state, account, order.symbol, opposite(order.side)) != 0)
    return false;
  const bool grows = position_to_grow(state, account, order.symbol, order.side, order.opened) != 0;
  if (!grows && !has_room_for_position(state)) return false;
  if (const std::uint32_t h = find_holding(state, account, order.symbol); h != 0) {
    const Volume held = state.holdings[h].side(order.side).volume;
    if (held.raw > kMaxFixedRaw - dealt.volume.raw) return false;
  }
  if (!does_margin_fit_with(state, order, dealt)) return false;
  open_part(state, order, dealt);
  return true;
}

// Other requests to close its position close it no more.
void forget_closing(State& state, const VenueRequest& request) {
  VenueDesk& desk = state.desk;
  for (std::uint32_t i = 1; i <= desk.requests.extent(); ++i) {
    VenueRequest& other = desk.requests[i];
    if (other.id == request.id || !other.closes() || other.position != request.position) continue;
    stop_closing(state, other, other.left);
    other.position = {};
  }
}

// What was asked for and did not come in time may have been asked for again meanwhile.
bool give_closing(State& state, const VenueRequest& request, WorkingOrder& order,
                  const Dealt& dealt) {
  const std::uint32_t index = find_position(state, request.account, request.position);
  if (index == 0 || state.positions[index].venue_part == 0) return false;
  VenuePart& part = state.desk.parts[state.positions[index].venue_part];
  const Volume awaited = request.is_done() ? Volume{} : dealt.volume;
  // All of it is done, whatever was asked for since: that is the house's then.
  if (dealt.volume == part.volume && part.closing > awaited) forget_closing(state, request);
  if (dealt.volume > part.volume - part.closing + awaited) return false;
  part.closing -= awaited;
  if (!close_part(state, order, index, dealt)) {
    part.closing += awaited;
    return false;
  }
  Account& account = state.account(request.account);
  state.emit_account(account);
  if (order.reason == CloseReason::StopOut || order.reason == CloseReason::StopLoss)
    cover_negative_balance(state, account);
  return true;
}

// With the markup of now, which may be more than when it was asked: what that makes worse than the
// client's limit of then is the house's, and so is what a venue does beyond the limit it was told.
Price price_to_client(const State& state, const VenueRequest& request, Price price) {
  const Instrument& instrument = state.symbol(request.symbol).instrument;
  const Account& owner = state.account(request.account);
  const Price marked = price_with_markup(state, owner, instrument, request.side, price);
  const Price worst = request.worst;
  if (worst.is_zero()) return marked;
  return request.side == Side::Buy ? std::min(marked, worst) : std::max(marked, worst);
}

}  // namespace

bool give_to_client(State& state, const VenueRequest& request, Volume volume, Price price) {
  if (request.flight == 0) return false;
  WorkingOrder& order = order_of(state, request.flight);
  if (volume > order.left()) return false;
  const Dealt dealt{volume, price_to_client(state, request, price), price, request.id};
  const std::uint32_t index = state.desk.flights[request.flight].order;
  // His limit is another by now: what he did not want any more he does not get.
  const bool is_changed = order.rests_as_limit() && order.limit != request.worst;
  if (request.is_done() && is_changed && is_beyond(order.side, dealt.price, order.limit))
    return false;
  const bool is_given = request.kind == VenueRequestKind::Open
                            ? give_opening(state, order, dealt)
                            : give_closing(state, request, order, dealt);
  if (!is_given || index == 0) return is_given;
  end_partner(state, order);
  if (request.is_done() && order.left().is_zero()) {
    drop_order(state, index);
  } else if (order.place != 0) {
    arm_order(state, index);  // a fill that came late met it where it was triggered again
  }
  return true;
}

}  // namespace tribook::engine
