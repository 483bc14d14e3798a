#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {
namespace {

bool no_worse(Side side, const Rational& price, const Rational& than) {
  return side == Side::Buy ? price <= than : price >= than;
}

}  // namespace

Rational Engine::house_price(const Order& order) const {
  const auto rate = quote_for(account(order.request.account), symbol(order.request.symbol));
  if (!rate) return 0;
  return order.request.side == Side::Buy ? rate->ask : rate->bid;
}

std::optional<Rational> Engine::worst_price(const Order& order) const {
  const PlaceOrder& request = order.request;
  if (acts_as_limit(order)) return request.price;
  if (order.closes != 0) {  // a take-profit is a limit, also at the provider
    if (order.close_reason != CloseReason::TakeProfit) return std::nullopt;
    return positions_.at(order.closes).tp;
  }
  if (!request.max_slippage_pips) return std::nullopt;
  Rational from = request.type == OrderType::Market ? house_price(order) : order.trigger;
  if (request.expected_price) from = *request.expected_price;
  const Rational slippage = *request.max_slippage_pips * symbol(request.symbol).pip;
  return from + sign_of(request.side) * slippage;
}

bool Engine::is_marketable(const Order& order) const {
  const Rational price = house_price(order);
  return price > 0 && no_worse(order.request.side, price, order.request.price);
}

// What an order of the other side closes before it opens anything, in that order.
std::vector<Id> Engine::closing_targets(const Order& order) const {
  if (order.closes != 0) return {order.closes};
  const Account& owner = account(order.request.account);
  const Closing closing = *options_of(owner).closing;
  const bool netting = owner.settings.mode == AccountMode::Netting;
  std::vector<Id> result;
  if (!netting && closing == Closing::Any) return result;
  for (const auto& [id, position] : positions_) {
    if (position.open && position.account == owner.id && position.symbol == order.request.symbol &&
        position.side != order.request.side) {
      result.push_back(id);
    }
  }
  if (!netting && closing == Closing::Lifo) std::reverse(result.begin(), result.end());
  return result;
}

Rational Engine::closable(const Order& order) const {
  Rational result = 0;
  for (const Id id : closing_targets(order)) {
    const Position& position = positions_.at(id);
    result += position.volume - position.closing;
  }
  return result;
}

// First what closes, each position at its own book, then what opens, where the router says.
void Engine::execute_order(Order& order) {
  const Rational left = order.request.volume - order.filled;
  const Rational reducing = smaller(left, closable(order));
  const Rational opening = left - reducing;
  const bool executes = !acts_as_limit(order) || is_marketable(order) ||
                        best_maker(order, house_price(order), {}) != nullptr;  // else it rests on
  if (is_held_back(order)) return rest(order);
  if (order.closes == 0 && executes) {
    const std::string refusal = state_refusal(order.request, opening == 0);
    if (!refusal.empty()) return end_or_rest(order, refusal);
  }
  if (order.request.time_in_force == TimeInForce::Fok) {
    const std::string refusal = fok_refusal(order, left);
    if (!refusal.empty()) return end_or_rest(order, refusal);
  }
  end_or_rest(order, execute_parts(order, left));
}

std::string Engine::execute_parts(Order& order, const Rational& volume) {
  const Rational reducing = smaller(volume, closable(order));
  const Rational opening = volume - reducing;
  const Rational filled = order.filled;
  const auto worst = worst_price(order);
  const bool in_reach = !worst || no_worse(order.request.side, house_price(order), *worst);
  Rational house_closing = reducing;
  Rational venue_closing = 0;
  if (in_reach) {
    venue_closing = send_closing_parts(order, reducing);
    house_closing -= venue_closing;
  }
  std::string code;
  if (house_closing > 0) code = take(order, house_closing);
  const bool closed = order.filled - filled + venue_closing >= volume - opening;
  if (code.empty() && closed && opening > 0) {
    if (venue_closing > 0) {
      order.deferred = opening;
    } else {
      code = execute_opening(order, opening);
    }
  }
  return code;
}

// Sends what stands at providers to them; answers how much that is.
Rational Engine::send_closing_parts(Order& order, Rational reducing) {
  Rational result = 0;
  for (const Id id : closing_targets(order)) {
    Position& position = positions_.at(id);
    const Rational volume = smaller(reducing, position.volume - position.closing);
    if (volume == 0) continue;
    reducing -= volume;
    const Rational part = venue_part(position, volume);
    if (part == 0) continue;
    position.closing += part;
    result += part;
    std::optional<Rational> limit;
    if (const auto worst = worst_price(order)) {
      limit = without_markup(account(order.request.account), symbol(position.symbol),
                             order.request.side, *worst);
    }
    send(VenueRequest::Kind::Close, order, id, part, limit);
  }
  return result;
}

// In the provider's steps; the rest is the house's.
Rational Engine::venue_part_of_opening(const Order& order, const Rational& volume) const {
  const PlaceOrder& request = order.request;
  if (request.book == Book::B) return 0;
  const Symbol& traded = symbol(request.symbol);
  const Rational share = request.book == Book::A ? volume : volume * request.hedge_ratio;
  const Rational part = floor_to(share, traded.venue_step);
  return part < traded.venue_min_volume ? Rational(0) : part;
}

std::string Engine::execute_opening(Order& order, const Rational& volume) {
  const PlaceOrder& request = order.request;
  if (request.book == Book::B) return take(order, volume);
  const auto worst = worst_price(order);
  if (worst && !no_worse(request.side, house_price(order), *worst)) return "";
  std::set<Limit> warned;
  const std::string refusal = open_refusal(order, volume, house_price(order), warned);
  if (!refusal.empty()) return refusal;
  result_.warned[order.id].merge(warned);
  const Symbol& traded = symbol(request.symbol);
  const Rational part = venue_part_of_opening(order, volume);
  if (part > 0) {
    std::optional<Rational> limit;
    if (worst) limit = without_markup(account(request.account), traded, request.side, *worst);
    const Id id = send(VenueRequest::Kind::Open, order, 0, part, limit);
    if (settings_.venues_reserve) {
      const Rational whole = margin_need(order, volume, house_price(order)).value_or(0);
      Rational house = 0;
      if (part < volume) house = margin_need(order, volume - part, house_price(order)).value_or(0);
      requests_.at(id).reserved = larger(whole - larger(house, Rational(0)), Rational(0));
    }
  }
  return part < volume ? take(order, volume - part) : "";
}

// The better of the clients' book and the house, level by level; makers first at equal prices.
// Answers why the rest of the order must end, if so.
std::string Engine::take(Order& order, Rational volume) {
  std::set<Id> skipped;
  while (volume > 0) {
    const Rational house = house_price(order);
    const auto worst = worst_price(order);
    Order* maker = best_maker(order, house, skipped);
    if (maker != nullptr) {
      if (maker->request.account == order.request.account) {
        const std::string code = prevent_self_trade(order, *maker, volume);
        if (!code.empty()) return code;
        continue;
      }
      const std::string code = cross(order, *maker, volume);
      if (!code.empty()) return code;
      continue;
    }
    if (worst && !no_worse(order.request.side, house, *worst)) return "";
    return fill(order, volume, house);
  }
  return "";
}

// Closes by id, and orders of the A- and C-book, do not meet other clients.
Order* Engine::best_maker(const Order& taker, const Rational& house, const std::set<Id>& skipped) {
  if (!settings_.clients_meet || taker.closes != 0) return nullptr;
  if (taker.request.book != Book::B || taker.stays_with_house) return nullptr;
  const Side side = taker.request.side;
  const auto worst = worst_price(taker);
  Order* best = nullptr;
  for (auto& [id, maker] : orders_) {
    if (id == taker.id || !is_resting(maker) || !acts_as_limit(maker)) continue;
    if (maker.request.symbol != taker.request.symbol || maker.request.side == side) continue;
    if (maker.request.book != Book::B || skipped.contains(id)) continue;
    const Rational& price = maker.request.price;
    if (!no_worse(side, price, house) || (worst && !no_worse(side, price, *worst))) continue;
    if (closes_at_venue(maker) || closes_at_venue(taker) || is_held_back(maker)) continue;
    const bool better = best == nullptr ||
                        (price != best->request.price ? no_worse(side, price, best->request.price)
                                                      : maker.sequence < best->sequence);
    if (better) best = &maker;
  }
  return best;
}

bool Engine::closes_at_venue(const Order& order) const {
  for (const Id id : closing_targets(order)) {
    if (positions_.at(id).venue_volume > 0) return true;
  }
  return false;
}

std::string Engine::prevent_self_trade(Order& taker, Order& maker, Rational& volume) {
  const SelfTrade policy = symbol(taker.request.symbol).self_trade;
  if (policy == SelfTrade::CancelNewest) return "SELF_TRADE";
  if (policy == SelfTrade::CancelOldest) {
    finish(maker, OrderStatus::Cancelled, "SELF_TRADE");
    return "";
  }
  const Rational both = smaller(volume, maker.request.volume - maker.filled);
  const bool taker_ends = both == volume;
  if (both == maker.request.volume - maker.filled) {
    finish(maker, OrderStatus::Cancelled, "SELF_TRADE");
  } else {
    maker.request.volume -= both;
    tell(maker);
  }
  if (taker_ends) return "SELF_TRADE";
  volume -= both;
  taker.request.volume -= both;
  return "";
}

// How much of a volume an order may fill: what closes always, what opens if margin allows it.
Rational Engine::allowed(const Order& order, const Rational& volume, const Rational& price,
                         std::string& refusal) const {
  const Rational closing = smaller(volume, closable(order));
  if (closing == volume) return volume;
  refusal = open_refusal(order, volume - closing, price);
  return refusal.empty() ? volume : closing;
}

std::string Engine::cross(Order& taker, Order& maker, Rational& volume) {
  const Rational price = maker.request.price;
  Rational most = smaller(volume, maker.request.volume - maker.filled);
  // What closes is a fill of its own, so that what opens is checked with that done.
  for (const Order* one : {&taker, &maker}) {
    if (closable(*one) > 0) most = smaller(most, closable(*one));
  }
  std::string taker_refusal;
  const Rational taken = allowed(taker, most, price, taker_refusal);
  if (taken == 0) return taker_refusal;
  std::string maker_refusal;
  const Rational both = allowed(maker, taken, price, maker_refusal);
  if (both > 0) {
    fill(taker, both, price);
    set_status(maker, OrderStatus::Triggered);
    fill(maker, both, price);
    result_.warned.erase(maker.id);  // nobody waits for him
    tape_.push_back({taker.request.symbol, both, price, taker.request.side, now_});
    volume -= both;
  }
  if (maker.filled < maker.request.volume) {
    if (!maker_refusal.empty()) {
      finish(maker, OrderStatus::Cancelled, maker_refusal);
    } else if (both > 0) {
      rest(maker);
    }
  }
  return maker_refusal.empty() && taken < most ? taker_refusal : "";
}

std::map<Rational, Rational> Engine::depth(const std::string& name, Side side) const {
  std::map<Rational, Rational> result;
  for (const auto& [id, order] : orders_) {
    const PlaceOrder& request = order.request;
    if (!is_resting(order) || !acts_as_limit(order) || request.book != Book::B) continue;
    if (request.symbol == name && request.side == side) {
      result[request.price] += request.volume - order.filled;
    }
  }
  return result;
}

// At how many places it would be: the house and its clients are one, each part of a position at a
// provider is one, and so is what opens there. Where something stands at a provider, or goes there,
// what closes is one place and what opens another.
int Engine::places_of(const Order& order, const Rational& volume) const {
  const auto worst = worst_price(order);
  if (worst && !no_worse(order.request.side, house_price(order), *worst)) return 1;
  const Rational closing = smaller(volume, closable(order));
  const Rational opening = volume - closing;
  const Rational opening_part = opening > 0 ? venue_part_of_opening(order, opening) : Rational(0);
  bool goes_out = opening_part > 0;
  Rational passed = 0;
  Rational left = closing;
  Rational here = opening - opening_part;
  int places = goes_out ? 1 : 0;
  for (const Id id : closing_targets(order)) {
    const Position& position = positions_.at(id);
    if (passed < closing && position.venue_volume > 0) goes_out = true;
    passed += position.volume;
    const Rational of_this = smaller(left, position.volume - position.closing);
    if (of_this == 0) continue;
    left -= of_this;
    const Rational part = venue_part(position, of_this);
    if (part > 0) ++places;
    here += of_this - part;
  }
  if (here > 0) ++places;
  return goes_out && closing > 0 && opening > 0 ? 2 : places;
}

// Whole or not at all: nobody could say of two places that both fill or neither does. At one place
// another engine, that is as this one, tries it.
std::string Engine::fok_refusal(const Order& order, const Rational& volume) const {
  if (places_of(order, volume) > 1) return "FOK";
  Engine trial(*this);
  Order& tried = trial.orders_.at(order.id);
  const std::string refusal = trial.execute_parts(tried, volume);
  if (tried.request.volume != order.request.volume) return "SELF_TRADE";
  if (!refusal.empty()) return refusal;
  const bool whole = tried.filled == tried.request.volume || tried.requests_open == 1;
  return whole ? "" : "FOK";
}

}  // namespace tribook::reference
