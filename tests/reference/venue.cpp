#include "reference/engine.h"

namespace tribook::reference {

Id Engine::send(VenueRequest::Kind kind, Order& order, Id position, const Rational& volume,
                std::optional<Rational> limit) {
  const Id id = next_id_++;
  VenueRequest& request = requests_[id];
  request.id = id;
  request.kind = kind;
  request.order = order.id;
  request.position = position;
  request.symbol = order.request.symbol;
  request.side =
      kind == VenueRequest::Kind::HedgeBack ? opposite(order.request.side) : order.request.side;
  request.volume = request.left = volume;
  request.limit = limit;
  if (kind != VenueRequest::Kind::HedgeBack) request.worst = worst_price(order);
  if (kind != VenueRequest::Kind::HedgeBack) order.requests_open += 1;
  Event event;
  event.kind = Event::Kind::VenueRequest;
  event.account = order.request.account;
  event.order = order.id;
  event.position = position;
  event.code = kind == VenueRequest::Kind::Open    ? "OPEN"
               : kind == VenueRequest::Kind::Close ? "CLOSE"
                                                   : "HEDGE_BACK";
  event.volume = volume;
  event.price = limit.value_or(0);
  emit(event);
  return id;
}

Rational Engine::with_markup(const Account& owner, const Symbol& traded, Side side,
                             const Rational& price) const {
  const Rational share = markup_pips(owner, traded) * traded.pip / 2;
  if (share == 0) return price;
  return side == Side::Buy ? ceiling_to(price + share, traded.tick)
                           : floor_to(price - share, traded.tick);
}

// The worst price at the provider that is still good for the client with the markup on it.
Rational Engine::without_markup(const Account& owner, const Symbol& traded, Side side,
                                const Rational& price) const {
  const Rational share = markup_pips(owner, traded) * traded.pip / 2;
  if (share == 0) return price;
  return side == Side::Buy ? floor_to(price - share, traded.tick)
                           : ceiling_to(price + share, traded.tick);
}

std::string Engine::venue_report(const VenueReport& report) {
  const auto found = requests_.find(report.request);
  if (found == requests_.end()) return "NOT_FOUND";
  VenueRequest& request = found->second;
  if (report.kind == VenueReport::Kind::Fill) {
    if (report.volume <= 0 || report.price <= 0 || report.volume > request.left) {
      return "VALIDATION";
    }
    venue_fill(request, report.volume, report.price);
    return "";
  }
  if (request.done) return "";
  venue_end(request, report.kind == VenueReport::Kind::Reject ? "VENUE_REJECTED" : "TIMEOUT");
  return "";
}

// A fill is never lost, however late: it is the client's, or the house's until it is undone.
void Engine::venue_fill(VenueRequest& request, const Rational& volume, const Rational& price) {
  Order& order = orders_.at(request.order);
  const Account& owner = account(order.request.account);
  const Symbol& traded = symbol(request.symbol);
  const Rational signed_volume = sign_of(request.side) * volume;
  const bool late = request.done;
  remove_share(request.reserved, volume, request.left, kBasisDigits);
  request.left -= volume;
  venue_volume_[request.symbol] += signed_volume;
  Rational client_price = with_markup(owner, traded, request.side, price);
  // Never worse than the client's limit when it was asked: what is beyond it is the house's.
  if (request.worst) {
    client_price = request.side == Side::Buy ? smaller(client_price, *request.worst)
                                             : larger(client_price, *request.worst);
  }
  bool given = false;
  if (request.kind == VenueRequest::Kind::HedgeBack) {
    settle_with_venue(
        traded, sign_of(request.side) * (request.undone_price - price) * volume * traded.contract,
        request.position);
    house_hedge_[request.symbol] += signed_volume;
    given = true;
  } else if (!late || traded.late_fill == LateFill::GiveToClient) {
    given = give_to_client(request, order, volume, price, client_price);
  }
  const bool awaited = !late && request.kind == VenueRequest::Kind::Close && request.position != 0;
  if (!given && awaited) positions_.at(request.position).closing -= volume;
  if (!given) {
    house_hedge_[request.symbol] += signed_volume;
    VenueRequest& back =
        requests_.at(send(VenueRequest::Kind::HedgeBack, order, request.position, volume, {}));
    back.undone_price = price;
  }
  if (request.left > 0 || late) return;
  request.done = true;
  if (request.kind == VenueRequest::Kind::HedgeBack) return;
  order.requests_open -= 1;
  settle_order(order, "");
}

// All of it is closed by a late fill: what was asked for since closes nothing any more.
void Engine::forget_closing(Position& position, const VenueRequest& by) {
  for (auto& [id, other] : requests_) {
    if (id == by.id || other.kind != VenueRequest::Kind::Close || other.done) continue;
    if (other.position != by.position) continue;
    position.closing -= other.left;
    other.position = 0;
  }
}

// False if there is nothing left that it could close, or open beside.
bool Engine::give_to_client(VenueRequest& request, Order& order, const Rational& volume,
                            const Rational& price, const Rational& client_price) {
  const Account& owner = account(order.request.account);
  if (request.kind == VenueRequest::Kind::Open) {
    if (owner.settings.state == AccountState::Closed) return false;
    const bool netting = owner.settings.mode == AccountMode::Netting;
    if (netting && !closing_targets(order).empty()) return false;
    if (volume > order.request.volume - order.filled) return false;
    // He changed his limit to a better one since.
    if (request.done && acts_as_limit(order) &&
        !no_worse(request.side, client_price, *worst_price(order)))
      return false;
    open_volume(order, volume, client_price, price);
    return true;
  }
  if (request.position == 0) return false;
  Position& position = positions_.at(request.position);
  const Rational reserved = request.done ? Rational(0) : volume;
  if (position.open && volume == position.venue_volume) forget_closing(position, request);
  const Rational available = position.venue_volume - position.closing + reserved;
  if (!position.open || volume > available) return false;
  if (volume > order.request.volume - order.filled) return false;
  position.closing -= reserved;
  close_volume(order, position, volume, client_price, price);
  return true;
}

void Engine::venue_end(VenueRequest& request, const std::string& code) {
  request.done = true;
  request.reserved = 0;
  if (request.kind == VenueRequest::Kind::HedgeBack) return;
  if (request.kind == VenueRequest::Kind::Close && request.position != 0) {
    positions_.at(request.position).closing -= request.left;
  }
  Order& order = orders_.at(request.order);
  order.requests_open -= 1;
  settle_order(order, code);
}

// When nothing of the order is at a venue any more.
void Engine::settle_order(Order& order, const std::string& code) {
  if (order.requests_open > 0) {
    if (!code.empty()) order.venue_code = code;
    return;
  }
  std::string ending = code.empty() ? order.venue_code : code;
  order.venue_code.clear();
  const Rational opening = order.deferred;
  order.deferred = 0;
  order.stays_with_house = true;
  if (opening > 0 && ending.empty()) ending = execute_parts(order, opening);
  order.stays_with_house = false;
  const OrderStatus before = order.status;
  end_or_rest(order, ending);
  if (order.status == before && is_resting(order)) tell(order);  // it is back
}

}  // namespace tribook::reference
