#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {

bool at_once(const PlaceOrder& request) {
  return request.type == OrderType::Market || request.time_in_force == TimeInForce::Ioc ||
         request.time_in_force == TimeInForce::Fok;
}

bool has_limit(OrderType type) { return type == OrderType::Limit || type == OrderType::StopLimit; }

bool has_trigger(OrderType type) { return type == OrderType::Stop || type == OrderType::StopLimit; }

namespace {

bool on_grid(const Rational& price, const Rational& tick) {
  return price > 0 && is_multiple(price, tick);
}

}  // namespace

bool Engine::is_resting(const Order& order) const {
  if (order.closes != 0 || order.requests_open > 0 || order.deferred > 0) return false;
  return order.status == OrderStatus::Working || order.status == OrderStatus::PartiallyFilled;
}

bool Engine::acts_as_limit(const Order& order) const {
  return order.request.type == OrderType::Limit || order.is_limit_now;
}

// The first reason in the order that the README lists; empty if there is none.
std::string Engine::order_refusal(const PlaceOrder& request, const Asking& asking,
                                  std::set<Limit>& warned) const {
  const Account& owner = account(request.account);
  const Symbol& traded = symbol(request.symbol);
  if (!is_whole(request)) return "VALIDATION";
  Order probe;
  probe.request = request;
  const bool reduces = request.volume <= closable(probe);
  if (!reduces && asking.is_more && is_killed(owner.id, traded.name)) return "KILL_SWITCH";
  const std::string refusal = state_refusal(request, reduces);
  if (!refusal.empty()) return refusal;
  if (at_once(request) && !is_open(traded.schedule, now_)) return "MARKET_CLOSED";
  if (request.volume < traded.min_volume || request.volume > traded.max_volume) {
    return "VOLUME_OUT_OF_RANGE";
  }
  if (!is_multiple(request.volume, traded.volume_step)) return "VOLUME_STEP";
  const bool needs_quote = at_once(request) || request.type == OrderType::TrailingStop;
  if (needs_quote && !is_fresh(traded)) return "STALE_QUOTE";
  const std::string of_prices = price_refusal(request, traded, quote_for(owner, traded));
  return of_prices.empty() ? asked_refusal(request, asking, warned) : of_prices;
}

// Of account and symbol: looked at when an order comes, and again when it executes.
std::string Engine::state_refusal(const PlaceOrder& request, bool reduces) const {
  const AccountState state = account(request.account).settings.state;
  const TradeState traded = symbol(request.symbol).state;
  if (state == AccountState::Suspended || state == AccountState::Closed) return "FORBIDDEN";
  if (!reduces && state == AccountState::CloseOnly) return "FORBIDDEN";
  if (traded == TradeState::Disabled) return "SYMBOL_DISABLED";
  if (!reduces && traded == TradeState::CloseOnly) return "SYMBOL_DISABLED";
  return "";
}

// Time in force and trailing go with the type.
bool Engine::is_whole(const PlaceOrder& request) const {
  const bool dated = request.time_in_force == TimeInForce::Gtd;
  if (dated && request.expires_at <= now_) return false;
  const bool trails = request.type == OrderType::TrailingStop;
  if ((has_trigger(request.type) || trails) && at_once(request)) return false;
  return !trails || (request.trailing && request.trailing->distance_pips > 0);
}

std::string Engine::price_refusal(const PlaceOrder& request, const Symbol& traded,
                                  const std::optional<Rate>& rate) const {
  const bool buy = request.side == Side::Buy;
  if (has_limit(request.type) && !on_grid(request.price, traded.tick)) return "PRICE_INVALID";
  if (has_trigger(request.type) && !on_grid(request.trigger, traded.tick)) return "PRICE_INVALID";
  if (request.trailing && request.trailing->distance_pips < traded.stops_level_pips) {
    return "PRICE_INVALID";
  }
  const Rational level = traded.stops_level_pips * traded.pip;
  const bool limit = request.type == OrderType::Limit;
  if (rate && level > 0 && !at_once(request) && (limit || has_trigger(request.type))) {
    const Rational here = buy ? rate->ask : rate->bid;
    const Rational there = limit ? request.price : request.trigger;
    const bool marketable = buy ? there >= here : there <= here;
    if (!(limit && marketable) && absolute(there - here) < level) return "PRICE_INVALID";
  }
  Rational below = request.price;
  Rational above = request.price;
  if (request.type == OrderType::Stop) below = above = request.trigger;
  if (request.type == OrderType::Market || request.type == OrderType::TrailingStop) {
    if (!rate) return "";
    below = above = buy ? rate->bid : rate->ask;
  }
  return bracket_refusal(traded, request.side, below, above, request.sl, request.tp);
}

// A stop-loss belongs behind the price that closes, a take-profit before it.
std::string Engine::bracket_refusal(const Symbol& traded, Side side, const Rational& below,
                                    const Rational& above, const std::optional<Rational>& sl,
                                    const std::optional<Rational>& tp) const {
  const Rational level = traded.stops_level_pips * traded.pip;
  for (const auto& [price, is_stop] : {std::pair(sl, true), std::pair(tp, false)}) {
    if (!price || *price == 0) continue;
    if (!on_grid(*price, traded.tick)) return "PRICE_INVALID";
    const bool must_be_below = is_stop == (side == Side::Buy);
    const bool good = must_be_below ? *price < below && *price <= below - level
                                    : *price > above && *price >= above + level;
    if (!good) return "PRICE_INVALID";
  }
  return "";
}

Id Engine::new_order(const PlaceOrder& request, OrderStatus status) {
  const Id id = next_id_++;
  Order& order = orders_[id];
  order.id = id;
  order.request = request;
  order.trigger = request.trigger;
  if (request.sl && *request.sl == 0) order.request.sl.reset();
  if (request.tp && *request.tp == 0) order.request.tp.reset();
  if (request.time_in_force == TimeInForce::Day) order.expires = next_rollover(now_).time;
  if (request.time_in_force == TimeInForce::Gtd) order.expires = request.expires_at;
  const bool slips = request.type == OrderType::Market && request.max_slippage_pips;
  // Of the price when it came, also for what waits for a venue first.
  if (slips && !request.expected_price && house_price(order) > 0) {
    order.request.expected_price = house_price(order);
  }
  if (status != OrderStatus::Pending) set_status(order, status);
  return id;
}

// An unknown account or symbol leaves no order behind; any other refusal a rejected one.
Id Engine::place(const PlaceOrder& request, const Asking& asking) {
  if (!accounts_.contains(request.account)) {
    result_.code = "NOT_FOUND";
    return 0;
  }
  if (!symbols_.contains(request.symbol)) {
    result_.code = "SYMBOL_UNKNOWN";
    return 0;
  }
  std::set<Limit> warned;
  const std::string refusal = order_refusal(request, asking, warned);
  const Id id = new_order(request, OrderStatus::Pending);
  Order& order = orders_.at(id);
  if (!refusal.empty()) {
    finish(order, OrderStatus::Rejected, refusal);
  } else {
    set_status(order, OrderStatus::Accepted);
    if (!asking.is_pair) result_.warned[id].merge(warned);
  }
  return id;
}

void Engine::place_oco(const PlaceOco& pair) {
  const bool resting = !at_once(pair.first) && !at_once(pair.second);
  if (!resting || pair.first.account != pair.second.account) {
    result_.code = "VALIDATION";
    return;
  }
  const Asking both{2, true};
  std::set<Limit> warned;  // told of the first, of both
  for (const PlaceOrder* request : {&pair.first, &pair.second}) {
    if (!accounts_.contains(request->account)) result_.code = "NOT_FOUND";
    if (!symbols_.contains(request->symbol)) result_.code = "SYMBOL_UNKNOWN";
    if (!result_.code.empty()) return;
    result_.code = order_refusal(*request, both, warned);
    if (!result_.code.empty()) return;  // neither is placed
  }
  result_.id = place(pair.first, both);
  result_.second_id = place(pair.second, both);
  result_.warned[result_.id].merge(warned);
  orders_.at(result_.id).partner = result_.second_id;
  orders_.at(result_.second_id).partner = result_.id;
  if (settings_.orders_go_round) {  // both rest before either may fill
    for (const Id id : {result_.id, result_.second_id}) rest(orders_.at(id));
    for (const Id id : {result_.id, result_.second_id}) wake(orders_.at(id));
    return;
  }
  start(orders_.at(result_.id));
  Order& second = orders_.at(result_.second_id);
  if (second.status == OrderStatus::Accepted) start(second);
}

// A resting order that may be reached already.
void Engine::wake(Order& order) {
  if (!is_tradable(symbol(order.request.symbol))) return;
  if (!acts_as_limit(order)) {
    fire_stop(order);
  } else if (!settings_.orders_go_round) {
    execute_order(order);
  } else if (is_marketable(order) || best_maker(order, house_price(order), {}) != nullptr) {
    fire_limit(order);
  }
}

// An accepted order executes, or rests until a quote wakes it.
void Engine::start(Order& order) {
  const Symbol& traded = symbol(order.request.symbol);
  const bool tradable = is_tradable(traded);
  const OrderType type = order.request.type;
  if (type == OrderType::TrailingStop) {
    const Rational distance = order.request.trailing->distance_pips * traded.pip;
    order.trigger = house_price(order) + sign_of(order.request.side) * distance;
  }
  if (type == OrderType::Market || (acts_as_limit(order) && tradable)) {
    execute_order(order);
    return;
  }
  rest(order);
  if (tradable && !acts_as_limit(order)) fire_stop(order);
}

void Engine::rest(Order& order) {
  if (order.sequence == 0) order.sequence = next_sequence_++;
  set_status(order, order.filled > 0 ? OrderStatus::PartiallyFilled : OrderStatus::Working);
}

void Engine::set_status(Order& order, OrderStatus status) {
  if (order.status == status) return;
  order.status = status;
  tell(order);
}

void Engine::tell(const Order& order) {
  Event event;
  event.kind = Event::Kind::OrderStatus;
  event.account = order.request.account;
  event.order = order.id;
  event.status = order.status;
  event.code = order.reject_code;
  emit(event);
}

void Engine::finish(Order& order, OrderStatus status, const std::string& code) {
  order.reject_code = code;
  order.deferred = 0;
  set_status(order, status);
}

// After an execution: what the order has become.
void Engine::end_or_rest(Order& order, const std::string& code) {
  if (order.filled == order.request.volume) return;
  if (order.requests_open > 0 || order.deferred > 0) {
    if (!code.empty()) order.venue_code = code;  // why the house's part failed: it ends the rest
    set_status(order, order.filled > 0 ? OrderStatus::PartiallyFilled : OrderStatus::Filling);
    return;
  }
  const bool of_venue = code == "VENUE_REJECTED" || code == "TIMEOUT";
  const bool may_rest = acts_as_limit(order) && !at_once(order.request);
  if (may_rest && (code.empty() || of_venue)) {
    const bool is_over = order.expires != 0 && order.expires <= now_;  // while it was at the venue
    if (is_over) return finish(order, OrderStatus::Expired);
    rest(order);
    return;
  }
  const bool untouched = order.filled == 0 && order.sequence == 0;
  const bool slipped = code.empty() && order.request.max_slippage_pips.has_value();
  const std::string reason = slipped ? "SLIPPAGE" : code;
  const bool cancels = reason.empty() || reason == "SELF_TRADE" || reason == "FOK";
  const bool rejected = untouched && !cancels;
  finish(order, rejected ? OrderStatus::Rejected : OrderStatus::Cancelled, reason);
}

void Engine::cancel_partner(Order& order) {
  if (order.partner == 0) return;
  Order& partner = orders_.at(order.partner);
  order.partner = 0;
  partner.partner = 0;
  const bool is_round = settings_.orders_go_round && partner.status == OrderStatus::Triggered;
  if (is_resting(partner) || partner.status == OrderStatus::Accepted || is_round) {
    finish(partner, OrderStatus::Cancelled, "OCO");
  }
}

std::string Engine::cancel_order(Id id) {
  const auto found = orders_.find(id);
  if (found == orders_.end()) return "NOT_FOUND";
  if (!is_resting(found->second)) return "VALIDATION";
  finish(found->second, OrderStatus::Cancelled);
  return "";
}

// Keeps its priority only when nothing but the size changes, and that to less.
std::string Engine::modify_order(const ModifyOrder& change) {
  const auto found = orders_.find(change.order);
  if (found == orders_.end()) return "NOT_FOUND";
  Order& order = found->second;
  if (!is_resting(order)) return "VALIDATION";
  if (order.is_limit_now && change.trigger) return "VALIDATION";  // it is of the past
  PlaceOrder request = order.request;
  request.volume = change.volume.value_or(request.volume);
  request.price = change.price.value_or(request.price);
  request.trigger = change.trigger.value_or(request.trigger);
  if (change.sl) request.sl = change.sl;
  if (change.tp) request.tp = change.tp;
  if (change.expires_at) {
    request.time_in_force = TimeInForce::Gtd;
    request.expires_at = *change.expires_at;
  }
  if (order.filled > 0 && request.volume <= order.filled) return "VALIDATION";
  PlaceOrder asked = request;
  if (order.is_limit_now) asked.type = OrderType::Limit;
  const Asking asking{0, false, true, request.volume > order.request.volume};
  std::set<Limit> warned;
  const std::string refusal = order_refusal(asked, asking, warned);
  if (!refusal.empty()) return refusal;
  const bool triggers_anew = request.trigger != order.request.trigger;
  const bool moved = triggers_anew || request.price != order.request.price;
  const bool keeps = !moved && request.volume <= order.request.volume;
  order.request = request;
  if (request.sl && *request.sl == 0) order.request.sl.reset();
  if (request.tp && *request.tp == 0) order.request.tp.reset();
  if (triggers_anew) order.trigger = request.trigger;
  result_.warned[order.id].merge(warned);
  if (change.expires_at) order.expires = *change.expires_at;
  tell(order);
  if (!keeps) order.sequence = next_sequence_++;
  if (moved) wake(order);
  return "";
}

}  // namespace tribook::reference
