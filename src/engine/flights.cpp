#include "engine/flights.h"

#include <algorithm>

#include "engine/asked_limits.h"
#include "engine/closing.h"
#include "engine/fill_limits.h"
#include "engine/flight_fills.h"
#include "engine/killing.h"
#include "engine/watching.h"
#include "tribook/base/canary.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::engine {
namespace {

// ---- What an order closes first ----

std::uint32_t first_target(const State& state, const WorkingOrder& order) {
  if (order.closes) return find_position(state, order.account, order.closes);
  const Account& account = state.account(order.account);
  if (!closes_first(account)) return 0;
  return next_to_close(state, account, order.symbol, opposite(order.side));
}

std::uint32_t next_target(const State& state, const WorkingOrder& order, std::uint32_t index) {
  return order.closes ? 0 : next_after(state, state.account(order.account), index);
}

Volume closable(const State& state, const WorkingOrder& order) {
  if (!order.closes) return closable(state, state.account(order.account), order.symbol, order.side);
  const std::uint32_t index = first_target(state, order);
  return index != 0 ? closable_volume(state, state.positions[index]) : Volume{};
}

// ---- Prices ----

Price price_now(const State& state, const WorkingOrder& order) {
  return opening_price(order.side, state.quote_for(state.account(order.account), order.symbol));
}

// 0: any. A take-profit is a limit, also at the venue.
Price worst_price(const State& state, const WorkingOrder& order) {
  if (order.rests_as_limit()) return order.limit;
  if (order.closes) {
    if (order.reason != CloseReason::TakeProfit) return {};
    const std::uint32_t index = first_target(state, order);
    return index != 0 ? state.positions[index].take_profit : Price{};
  }
  if (order.type == OrderType::Market) return state.desk.flights[order.flight].worst_price;
  return worst_price_from(order.side, order.trigger, order.max_slippage_pips,
                          state.symbol(order.symbol).instrument);
}

Price limit_at_venue(const State& state, const WorkingOrder& order) {
  return price_without_markup(state, state.account(order.account),
                              state.symbol(order.symbol).instrument, order.side,
                              worst_price(state, order));
}

// ---- What is told ----

void tell(State& state, WorkingOrder& order, TextRef text = {}) {
  order.updated = state.now;
  state.emit(order.account, describe(order), text);
}

// On its way: what it had stays told.
void tell_out(State& state, WorkingOrder& order, TextRef text) {
  set_out(state, order, true);
  const OrderEvent event = order.filled.is_zero() ? OrderEvent::Send : OrderEvent::FillPart;
  const OrderStatus next = next_status(order.status, event);
  TB_ASSERT(next != kIllegal);
  order.status = next;
  tell(state, order, text);
  if (order.type != OrderType::Market) state.emit(order.account, describe_terms(state, order));
}

// The house's parts of what it closes, in their order.
RejectCode close_at_house(State& state, std::uint32_t index, Volume volume) {
  WorkingOrder& order = state.orders.pool[index];
  const Price price = price_now(state, order);
  std::uint32_t next = first_target(state, order);
  while (!volume.is_zero() && next != 0) {
    const std::uint32_t target = next;
    next = next_target(state, order, target);
    const Position& position = state.positions[target];
    const Volume house = position.volume - volume_at_venue(state, position);
    const Volume part = std::min(volume, house);
    if (part.is_zero()) continue;
    if (!close_part(state, order, target, {part, price, {}, {}})) return RejectCode::ValueOverflow;
    volume -= part;
  }
  state.emit_account(state.account(order.account));
  return RejectCode::None;
}

// ---- What is asked ----

VenueRequest request_of(const State& state, const WorkingOrder& order, VenueRequestKind kind,
                        Volume volume, Price limit) {
  VenueRequest request;
  request.volume = volume;
  request.limit = limit;
  request.worst = worst_price(state, order);
  request.order = order.id;
  request.flight = order.flight;
  request.account = order.account;
  request.symbol = order.symbol;
  request.side = order.side;
  request.kind = kind;
  const bool is_whole = order.time_in_force == TimeInForce::Fok;
  request.time_in_force = is_whole ? TimeInForce::Fok : TimeInForce::Ioc;
  return request;
}

// What of `volume` stands at venues is asked of them; how much that is.
Volume send_closing_parts(State& state, std::uint32_t index, Volume volume) {
  const WorkingOrder& order = state.orders.pool[index];
  const Price limit = limit_at_venue(state, order);
  Volume sent;
  for (std::uint32_t target = first_target(state, order); target != 0 && !volume.is_zero();
       target = next_target(state, order, target)) {
    Position& position = state.positions[target];
    const Volume of_this = std::min(volume, closable_volume(state, position));
    volume -= of_this;
    const Volume part =
        of_this.is_zero() ? Volume{} : venue_share_of_close(state, position, of_this);
    if (part.is_zero()) continue;
    if (!has_room_for_requests(state, 1)) break;
    state.desk.parts[position.venue_part].closing += part;
    sent += part;
    VenueRequest request = request_of(state, order, VenueRequestKind::Close, part, limit);
    request.position = position.id;
    ask_venue(state, request);
    emit_position(state, position, PositionAction::Modified);
  }
  return sent;
}

// What the venue's part reserves while it is on its way: what the whole needs beyond the house's.
Money reserved_beside(const Opening& whole, const Opening& house) {
  return std::max(whole.required_margin - std::max(house.required_margin, Money{}), Money{});
}

// What opens is checked whole, at the house's price, and the house's part once more beside what
// the venue's reserves.
RejectCode execute_opening(State& state, std::uint32_t index, Volume volume) {
  WorkingOrder& order = state.orders.pool[index];
  const Account& account = state.account(order.account);
  const Symbol& symbol = state.symbol(order.symbol);
  const Price price = price_now(state, order);
  if (is_beyond(order.side, price, worst_price(state, order))) return RejectCode::None;
  const auto plan = [&](Volume of, Opening& opening) {
    return plan_opening(state, account, symbol, order.side, of, price, opening,
                        filled_before(order));
  };
  Opening whole;
  std::uint32_t warned = 0;
  RejectCode code = check_states(state, account, symbol, false);
  if (code == RejectCode::None) code = plan(volume, whole);
  if (code == RejectCode::None) code = check_fill_limits(state, order, volume, price, warned);
  if (code != RejectCode::None) return code;
  order.warned |= warned;
  const bool grows = position_to_grow(state, account, order.symbol, order.side, order.opened) != 0;
  if (!grows && !has_room_for_position(state)) return RejectCode::LimitReached;
  const Volume part = venue_share_of_opening(symbol.instrument, order.book, volume);
  const Volume rest = volume - part;
  Opening house;
  if (!rest.is_zero()) code = plan(rest, house);
  if (!part.is_zero()) {
    if (!has_room_for_requests(state, 1)) return RejectCode::LimitReached;
    VenueRequest request =
        request_of(state, order, VenueRequestKind::Open, part, limit_at_venue(state, order));
    request.reserved = reserved_beside(whole, house);
    if (!rest.is_zero() && house.free_margin_after < request.reserved)
      code = RejectCode::InsufficientMargin;
    ask_venue(state, request);
    state.emit_account(account);
  }
  if (rest.is_zero() || code != RejectCode::None) return code;
  if (!part.is_zero() && base::is_broken(base::Broken::RemainderDropped)) return code;
  open_part(state, order, {rest, price, {}, {}});
  return RejectCode::None;
}

// First what closes, each position at its own place, then what opens: when its venues have closed.
RejectCode execute(State& state, std::uint32_t index, Volume volume) {
  WorkingOrder& order = state.orders.pool[index];
  const Volume closing = std::min(volume, closable(state, order));
  const Volume opening = volume - closing;
  const Volume sent = send_closing_parts(state, index, closing);
  const Volume house = closing - sent;
  if (!house.is_zero()) {
    const RejectCode code = close_at_house(state, index, house);
    if (code != RejectCode::None) return code;
  }
  if (opening.is_zero()) return RejectCode::None;
  if (sent.is_zero()) return execute_opening(state, index, opening);
  state.desk.flights[order.flight].deferred = opening;
  return RejectCode::None;
}

// What waited to open. Meanwhile there may be something to close again.
RejectCode execute_deferred(State& state, std::uint32_t index, Volume volume) {
  const WorkingOrder& order = state.orders.pool[index];
  if (is_beyond(order.side, price_now(state, order), worst_price(state, order)))
    return RejectCode::None;
  return execute(state, index, volume);
}

// ---- What becomes of it ----

void rest_again(State& state, std::uint32_t index) {
  WorkingOrders& orders = state.orders;
  WorkingOrder& order = orders.pool[index];
  if (order.expires.ns != 0 && order.expires <= state.now)
    return end_order(state, index, OrderEvent::Expire, RejectCode::None);
  if (order.priority == 0) order.priority = ++orders.last_priority;
  advance_order(state, index, OrderEvent::Rest);
  if (order.expires.ns != 0) orders.expiries.insert(orders.by_expiry, index, order.expires.ns);
  arm_order(state, index);
}

// After an execution, or when its venues have done with it. Which part of a slippage's limit was
// passed is not told apart from a venue that had no more.
void end_or_rest(State& state, std::uint32_t index, RejectCode code) {
  WorkingOrder& order = state.orders.pool[index];
  const Flight& out = state.desk.flights[order.flight];
  if (!order.filled.is_zero()) end_partner(state, order);
  set_out(state, order, out.open != 0 || !out.deferred.is_zero());
  if (order.left().is_zero()) return drop_order(state, index);
  if (order.is_out) {
    if (code != RejectCode::None) state.desk.flights[order.flight].code = code;
    return;
  }
  const bool may_rest = order.rests_as_limit() && !is_at_once(order.type, order.time_in_force);
  // What is cancelled at rest does not come back to it.
  if (may_rest && is_cancelled(state, order)) code = RejectCode::KillSwitch;
  const bool is_venues = code == RejectCode::VenueRejected || code == RejectCode::VenueTimedOut;
  if (may_rest && (code == RejectCode::None || is_venues)) {
    return rest_again(state, index);
  }
  const bool has_slippage = !order.rests_as_limit() && order.max_slippage_pips.raw >= 0;
  if (code == RejectCode::None && has_slippage) code = RejectCode::Slippage;
  const bool is_untouched = order.filled.is_zero() && order.priority == 0;
  const bool is_refused = code != RejectCode::None && code != RejectCode::FillOrKill;
  const bool is_rejected = is_untouched && is_refused;
  Account& account = state.account(order.account);
  end_order(state, index, is_rejected ? OrderEvent::Reject : OrderEvent::Cancel, code);
  if (is_rejected) note_refused(state, account);
}

void finish(State& state, std::uint32_t index, RejectCode code) {
  const Warned warned = take_warned(state.orders.pool[index]);
  end_or_rest(state, index, code);
  tell_warned(state, warned);
}

}  // namespace

bool goes_out(const State& state, const WorkingOrder& order) {
  const Account& account = state.account(order.account);
  const Instrument& instrument = state.symbol(order.symbol).instrument;
  const Volume closing = std::min(order.left(), closable(state, order));
  if (!venue_share_of_opening(instrument, order.book, order.left() - closing).is_zero())
    return true;
  if (closing.is_zero()) return false;
  std::uint32_t target = next_to_close(state, account, order.symbol, opposite(order.side));
  for (Volume done; done < closing && target != 0; target = next_after(state, account, target)) {
    const Position& position = state.positions[target];
    if (position.venue_part != 0) return true;
    done += position.volume;
  }
  return false;
}

namespace {

// All that it closes is the house's, or one part of one position at its venue.
RejectCode check_closing_whole(const State& state, const WorkingOrder& order, Volume volume) {
  Volume here;
  Money booked;
  int requests = 0;
  for (std::uint32_t target = first_target(state, order); target != 0 && !volume.is_zero();
       target = next_target(state, order, target)) {
    const Position& position = state.positions[target];
    const Volume of_this = std::min(volume, closable_volume(state, position));
    if (of_this.is_zero()) continue;
    volume -= of_this;
    const Volume part = venue_share_of_close(state, position, of_this);
    if (!part.is_zero()) ++requests;
    Closed closed;
    closed.volume = of_this - part;
    closed.price = price_now(state, order);
    if (closed.volume.is_zero()) continue;
    if (!price_closing(state, position, closed, with_more(filled_before(order), here), booked))
      return RejectCode::ValueOverflow;
    booked += closed.realized - closed.charge;
    here += closed.volume;
  }
  const int places = requests + (here.is_zero() ? 0 : 1);
  return places > 1 ? RejectCode::FillOrKill : RejectCode::None;
}

}  // namespace

RejectCode check_fill_or_kill(const State& state, const WorkingOrder& order) {
  if (order.time_in_force != TimeInForce::Fok) return RejectCode::None;
  const Volume closing = std::min(order.left(), closable(state, order));
  const Volume opening = order.left() - closing;
  if (opening.is_zero()) return check_closing_whole(state, order, closing);
  const Instrument& instrument = state.symbol(order.symbol).instrument;
  const bool is_one =
      closing.is_zero() && venue_share_of_opening(instrument, order.book, opening) == opening;
  return is_one ? RejectCode::None : RejectCode::FillOrKill;
}

bool has_room_to_go_out(const State& state) {
  return !state.desk.flights.is_full() && has_room_for_requests(state, 1);
}

std::uint32_t place_out(State& state, const WorkingOrder& order, std::span<const std::byte> texts,
                        Price worst_price) {
  const std::uint32_t index = add_order(state, order, texts);
  state.desk.flights[flight_of(state, index)].worst_price = worst_price;
  return index;
}

void execute_out(State& state, std::uint32_t index, TextRef text) {
  flight_of(state, index);
  state.orders.expiries.remove(state.orders.by_expiry, index);
  tell_out(state, state.orders.pool[index], text);
  finish(state, index, execute(state, index, state.orders.pool[index].left()));
}

bool has_room_to_close_out(const State& state) {
  return has_room_for_orders(state, 1, 0) && has_room_to_go_out(state);
}

bool close_out(State& state, std::uint32_t index, Volume volume, CloseReason reason,
               Origin origin) {
  const Position& position = state.positions[index];
  if (!has_room_to_close_out(state)) return false;
  WorkingOrder order;
  order.id = OrderId{++state.last_order};
  order.volume = volume;
  order.created = state.now;
  order.account = position.account;
  order.symbol = position.symbol;
  order.side = opposite(position.side);
  order.type = OrderType::Market;
  order.time_in_force = TimeInForce::Ioc;
  order.book = position.book;
  order.origin = origin;
  order.position = order.closes = position.id;
  order.is_awaited = reason == CloseReason::Manual;
  order.reason = reason;
  execute_out(state, place_out(state, order, {}, {}), {});
  return true;
}

void settle_flight(State& state, std::uint32_t index, RejectCode code) {
  Flight& flight = state.desk.flights[index];
  if (code != RejectCode::None) flight.code = code;
  if (flight.open != 0 || flight.order == 0) return;
  RejectCode ending = flight.code;
  flight.code = RejectCode::None;
  const Volume opening = flight.deferred;
  flight.deferred = {};
  const std::uint32_t order = flight.order;
  if (!opening.is_zero() && ending == RejectCode::None)
    ending = execute_deferred(state, order, opening);
  finish(state, order, ending);
}

}  // namespace tribook::engine
