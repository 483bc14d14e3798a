#include <algorithm>

#include "differential/generator.h"

namespace tribook::differential {

using reference::OrderType;

// Of one lot, about, in account currency; 0 when that cannot be said.
Rational Generator::margin_of_lot(const reference::Account& owner,
                                  const reference::Symbol& traded) const {
  const reference::MarginSettings& margin = traded.margin;
  const auto rate = rate_of(traded.name);
  if (!rate) return 0;
  const bool in_base = margin.mode == reference::MarginMode::Forex;
  Rational amount = in_base ? traded.contract : Rational(traded.contract * rate->ask);
  Rational leverage = owner.settings.leverage;
  if (margin.leverage_cap > 0) leverage = std::min(leverage, margin.leverage_cap);
  if (margin.mode == reference::MarginMode::Cfd) leverage = 100 / margin.percent;
  if (margin.mode == reference::MarginMode::Futures) {
    amount = margin.initial_per_lot;
    leverage = 1;
  }
  std::string currency = in_base ? traded.base : traded.quote;
  if (!traded.margin_currency.empty()) currency = traded.margin_currency;
  const auto converted =
      engine().convert(amount, currency, owner.settings.currency, reference::Crossing::Mid);
  return converted.value_or(0) * margin.initial_rate / leverage;
}

// From the smallest to more than the account's free margin carries.
Rational Generator::volume_for(Label account, const reference::Symbol& traded) {
  const reference::Id id = reference_->account(account);
  const Rational lot = margin_of_lot(engine().accounts().at(id), traded);
  if (lot == 0 || one_in(8)) return traded.min_volume * static_cast<std::int64_t>(1 + below(40));
  const Rational free = engine().figures(id).free_margin;
  const Rational part = Rational(1 + static_cast<std::int64_t>(below(one_in(4) ? 110 : 60))) / 100;
  const Rational lots = floor_to(free * part / lot, traded.volume_step);
  if (lots < traded.min_volume || lots > traded.max_volume) return traded.min_volume;
  return one_in(60) ? Rational(lots + traded.volume_step / 2) : lots;
}

// On the tick, mostly; on both sides of the price.
Rational Generator::near(const reference::Symbol& traded, const Rational& price) {
  const auto ticks = static_cast<std::int64_t>(floor_of(price / traded.tick / 400)) + 4;
  const Rational level =
      floor_to(price, traded.tick) + traded.tick * random_.between(-ticks, ticks);
  if (level <= 0) return traded.tick;
  return one_in(80) ? Rational(level + traded.tick / 2) : level;
}

void Generator::add_brackets(reference::PlaceOrder& order, const reference::Rate& rate) {
  const reference::Symbol& traded = engine().symbols().at(order.symbol);
  const bool buy = order.side == reference::Side::Buy;
  const Rational from = order.price != 0 ? order.price : buy ? rate.bid : rate.ask;
  const Rational away = from / 2'000 * static_cast<std::int64_t>(1 + below(40));
  const Rational sign = buy ? 1 : -1;
  const auto good = [&](const Rational& price) {
    return floor_to(price > traded.tick ? price : traded.tick, traded.tick);
  };
  if (one_in(3)) order.sl = one_in(12) ? near(traded, from) : good(from - sign * away);
  if (one_in(3)) order.tp = one_in(12) ? near(traded, from) : good(from + sign * away);
}

reference::PlaceOrder Generator::order_for(const reference::Symbol& traded) {
  reference::PlaceOrder order;
  order.account = any_account();
  order.symbol = traded.name;
  order.side = reference::Side(below(2));
  order.volume = volume_for(order.account, traded);
  return order;
}

reference::Trailing Generator::any_trailing() {
  return {static_cast<std::int64_t>(1 + below(60)), static_cast<std::int64_t>(below(8))};
}

std::optional<Action> Generator::market_order() {
  const reference::Symbol& traded = engine().symbols().at(any_symbol());
  reference::PlaceOrder order = order_for(traded);
  const auto rate = rate_of(traded.name);
  if (one_in(12)) order.time_in_force = reference::TimeInForce::Fok;
  if (!rate) return order;
  // Against what is held already, so that legs are hedged.
  const std::vector<reference::Position> open = open_positions();
  if (!open.empty() && one_in(3)) {
    const reference::Position& held = any(open);
    order.account = reference_->label_of_account(held.account);
    order.symbol = held.symbol;
    order.side = opposite(held.side);
    if (one_in(2)) order.volume = held.volume;
  }
  const auto dealt = rate_of(order.symbol);
  if (dealt) add_brackets(order, *dealt);
  if (has(Capability::Trailing) && one_in(10)) order.trailing = any_trailing();
  if (dealt && one_in(6)) {
    const Rational tick = engine().symbols().at(order.symbol).tick;
    order.max_slippage_pips = static_cast<std::int64_t>(below(3));
    order.expected_price = (order.side == reference::Side::Buy ? dealt->ask : dealt->bid) +
                           tick * random_.between(-30, 30);
  }
  return order;
}

std::optional<reference::PlaceOrder> Generator::resting_order() {
  const reference::Symbol& traded = engine().symbols().at(any_symbol());
  const auto rate = rate_of(traded.name);
  if (!rate) return std::nullopt;
  reference::PlaceOrder order = order_for(traded);
  order.type = one_in(2) ? OrderType::Limit : OrderType(1 + below(3));
  if (order.type != OrderType::Stop) order.price = near(traded, rate->bid);
  // Clients meet between the house's prices.
  if (order.type == OrderType::Limit && one_in(3))
    order.price = floor_to((rate->bid + rate->ask) / 2, traded.tick);
  if (order.type != OrderType::Limit) order.trigger = near(traded, rate->ask);
  const bool limit = order.type == OrderType::Limit;
  order.time_in_force = one_in(2) ? reference::TimeInForce::Gtc : reference::TimeInForce(below(5));
  const bool at_once = order.time_in_force == reference::TimeInForce::Ioc ||
                       order.time_in_force == reference::TimeInForce::Fok;
  if (at_once && !limit && !one_in(20)) order.time_in_force = reference::TimeInForce::Gtc;
  if (order.time_in_force == reference::TimeInForce::Gtd) {
    order.expires_at = engine().now() + 1'000 * random_.between(-5, 7'200);
  }
  if (order.type == OrderType::Stop && one_in(4)) order.max_slippage_pips = Rational(2);
  if (has(Capability::Trailing) && one_in(10)) order.trailing = any_trailing();
  add_brackets(order, *rate);
  return order;
}

std::optional<Action> Generator::working_order() {
  const auto order = resting_order();
  if (!order) return std::nullopt;
  return *order;
}

std::optional<Action> Generator::oco_orders() {
  auto first = resting_order();
  auto second = resting_order();
  if (!first || !second) return std::nullopt;
  first->max_slippage_pips = std::nullopt;
  second->account = first->account;
  if (second->symbol != first->symbol) return std::nullopt;
  second->time_in_force = first->time_in_force;
  second->expires_at = first->expires_at;
  second->max_slippage_pips = std::nullopt;
  first->trailing = second->trailing = std::nullopt;  // legs have none
  return reference::PlaceOco{*first, *second};
}

// Part or all of it goes to the provider, at once or when a quote reaches it.
std::optional<Action> Generator::venue_order() {
  Action action = *market_order();
  if (has(Capability::WorkingOrders) && one_in(3)) {
    if (const auto resting = resting_order()) action = *resting;
  }
  if (has(Capability::Oco) && one_in(12)) {
    if (const auto pair = oco_orders()) action = *pair;
  }
  const auto book = reference::Book(1 + below(2));
  const Rational ratio = Rational(static_cast<std::int64_t>(below(101))) / 100;
  const auto route = [&](reference::PlaceOrder& order) {
    order.book = book;
    if (book == reference::Book::C) order.hedge_ratio = ratio;
  };
  if (auto* order = std::get_if<reference::PlaceOrder>(&action)) route(*order);
  if (auto* pair = std::get_if<reference::PlaceOco>(&action)) {
    route(pair->first);
    route(pair->second);
  }
  return action;
}

std::optional<Action> Generator::venue_report() {
  std::vector<Label> waiting;
  Label label = 0;
  for (const auto& [id, request] : engine().venue_requests()) {
    ++label;
    if (!request.done || one_in(20)) waiting.push_back(label);
  }
  if (waiting.empty()) return std::nullopt;
  reference::VenueReport report;
  report.request = any(waiting);
  report.kind = reference::VenueReport::Kind(one_in(4) ? 1 + below(2) : 0);
  const auto& requests = engine().venue_requests();
  const reference::VenueRequest& request =
      std::next(requests.begin(), static_cast<std::ptrdiff_t>(report.request - 1))->second;
  report.volume = one_in(2) ? request.left : engine().symbols().at(request.symbol).venue_step;
  const auto rate = rate_of(request.symbol);
  report.price = near(engine().symbols().at(request.symbol), rate ? rate->bid : Rational(1));
  return report;
}

// One that rests, mostly.
std::optional<Label> Generator::any_order() {
  std::vector<Label> resting;
  for (const auto& [id, order] : engine().orders()) {
    const Label label = reference_->label_of_order(id);
    if (label == 0) continue;
    const bool rests = order.status == reference::OrderStatus::Working ||
                       order.status == reference::OrderStatus::PartiallyFilled;
    if (rests || one_in(100)) resting.push_back(label);
  }
  if (resting.empty()) return std::nullopt;
  return any(resting);
}

std::optional<Action> Generator::cancel_order() {
  const auto label = any_order();
  if (!label) return std::nullopt;
  return reference::CancelOrder{*label};
}

std::optional<Action> Generator::modify_order() {
  const auto label = any_order();
  if (!label) return std::nullopt;
  const reference::Id id = reference_->order(*label);
  const reference::PlaceOrder& now = engine().orders().at(id).request;
  const reference::Symbol& traded = engine().symbols().at(now.symbol);
  reference::ModifyOrder change;
  change.order = *label;
  if (one_in(2)) change.volume = now.volume + traded.volume_step * random_.between(-3, 3);
  if (now.price != 0 && one_in(2)) change.price = near(traded, now.price);
  if (now.trigger != 0 && one_in(2)) change.trigger = near(traded, now.trigger);
  if (one_in(4)) change.sl = one_in(2) ? Rational(0) : near(traded, now.price + now.trigger);
  if (one_in(6)) change.expires_at = engine().now() + 1'000 * random_.between(-5, 3'600);
  return change;
}

}  // namespace tribook::differential
