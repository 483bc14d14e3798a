#include "reference/engine.h"

namespace tribook::reference {
namespace {

bool levered(MarginMode mode) {
  return mode == MarginMode::Forex || mode == MarginMode::CfdLeverage;
}

Rational maintenance_rate(const MarginSettings& margin) {
  return margin.maintenance_rate.value_or(margin.initial_rate);
}

Rational capped(const Rational& leverage, const Rational& cap) {
  return cap > 0 ? smaller(leverage, cap) : leverage;
}

}  // namespace

std::string Engine::margin_currency(const Symbol& traded) const {
  if (!traded.margin_currency.empty()) return traded.margin_currency;
  return traded.margin.mode == MarginMode::Forex ? traded.base : traded.quote;
}

// Before leverage and rate, in the margin currency.
Rational Engine::margin_amount(const Symbol& traded, const Rational& volume,
                               const Rational& cost) const {
  const MarginSettings& margin = traded.margin;
  switch (margin.mode) {
    case MarginMode::Forex:
      return volume * traded.contract;
    case MarginMode::Cfd:
      return traded.contract * cost * margin.percent / 100;
    case MarginMode::CfdLeverage:
      return traded.contract * cost;
    case MarginMode::Futures:
      return volume * margin.initial_per_lot;
  }
  return 0;
}

Rational Engine::notional_amount(const Symbol& traded, const Rational& volume,
                                 const Rational& cost) const {
  if (traded.margin.mode == MarginMode::Forex) return volume * traded.contract;
  return cost * traded.contract;
}

std::optional<Rational> Engine::margin_basis(const Account& owner, const Symbol& traded,
                                             const Rational& volume, const Rational& cost) const {
  const Rational amount = margin_amount(traded, volume, cost);
  const auto converted =
      convert(amount, margin_currency(traded), owner.settings.currency, Crossing::Mid);
  if (!converted) return std::nullopt;
  return round_digits(*converted, kBasisDigits);
}

Engine::SideMargin Engine::held_side(Id owner, const Symbol& traded, Side side) const {
  SideMargin result;
  for (const auto& [id, position] : positions_) {
    if (!position.open || position.account != owner || position.symbol != traded.name) continue;
    if (position.side != side) continue;
    result.volume += position.volume;
    result.notional += notional_amount(traded, position.volume, position.cost);
    result.rated += position.basis * maintenance_rate(traded.margin);
  }
  return result;
}

// Each tier takes its part of the side's volume (or notional), the last one all that is above.
Rational Engine::side_margin(const Account& owner, const Symbol& traded,
                             const SideMargin& side) const {
  const MarginSettings& margin = traded.margin;
  if (side.volume == 0 || !levered(margin.mode)) return side.rated;
  const GroupSymbol group = group_symbol(owner, traded);
  const Rational own = capped(owner.settings.leverage, group.leverage_cap.value_or(0));
  if (margin.tiers.empty()) return side.rated / capped(own, margin.leverage_cap);
  const bool by_notional = margin.tiers.front().up_to_notional.has_value();
  const Rational total = by_notional ? side.notional : side.volume;
  Rational result = 0;
  Rational from = 0;
  for (std::size_t i = 0; i < margin.tiers.size() && from < total; ++i) {
    const Tier& tier = margin.tiers[i];
    const auto limit = by_notional ? tier.up_to_notional : tier.up_to_volume;
    const bool last = i + 1 == margin.tiers.size() || !limit;
    const Rational to = last ? total : smaller(total, *limit);
    result += side.rated * (to - from) / total / capped(own, tier.leverage);
    from = to;
  }
  return result;
}

// Rounded once, here.
Rational Engine::symbol_margin(const Account& owner, const Symbol& traded, const SideMargin& buys,
                               const SideMargin& sells) const {
  const Rational long_margin = side_margin(owner, traded, buys);
  const Rational short_margin = side_margin(owner, traded, sells);
  const Rational sum = long_margin + short_margin;
  const bool long_larger = buys.volume >= sells.volume;
  const Rational& larger_volume = long_larger ? buys.volume : sells.volume;
  const Rational& larger_margin = long_larger ? long_margin : short_margin;
  const Rational uncovered = absolute(buys.volume - sells.volume);
  const Rational net =
      larger_volume == 0 ? Rational(0) : Rational(larger_margin * uncovered / larger_volume);
  Rational result = 0;
  switch (traded.margin.hedged) {
    case HedgedPolicy::LargerLeg:
      result = larger(long_margin, short_margin);
      break;
    case HedgedPolicy::Sum:
      result = sum;
      break;
    case HedgedPolicy::Net:
      result = net;
      break;
    case HedgedPolicy::Percent:
      result = net + traded.margin.hedged_percent / 100 * (sum - net);
      break;
  }
  return round_digits(result, digits(owner.settings.currency));
}

Rational Engine::used_margin(Id owner, const std::string& name) const {
  const Symbol& traded = symbol(name);
  return symbol_margin(account(owner), traded, held_side(owner, traded, Side::Buy),
                       held_side(owner, traded, Side::Sell));
}

// Just after the fill, with what it costs, free margin must not be below zero: with the new volume
// at the initial rate and all that is held at maintenance, and as everything stands then.
std::optional<Rational> Engine::margin_need(const Order& order, const Rational& volume,
                                            const Rational& price) const {
  const Account& owner = account(order.request.account);
  const Symbol& traded = symbol(order.request.symbol);
  const bool buy = order.request.side == Side::Buy;
  const auto basis = margin_basis(owner, traded, volume, volume * price);
  if (!basis) return std::nullopt;
  const auto margin_with = [&](const Rational& rate) {
    SideMargin buys = held_side(owner.id, traded, Side::Buy);
    SideMargin sells = held_side(owner.id, traded, Side::Sell);
    SideMargin& grown = buy ? buys : sells;
    grown.volume += volume;
    grown.notional += notional_amount(traded, volume, volume * price);
    grown.rated += *basis * rate;
    return symbol_margin(owner, traded, buys, sells);
  };
  const Rational needed =
      larger(margin_with(traded.margin.initial_rate), margin_with(maintenance_rate(traded.margin)));
  return needed - used_margin(owner.id, traded.name);
}

std::string Engine::margin_refusal(const Order& order, const Rational& volume,
                                   const Rational& price) const {
  const Account& owner = account(order.request.account);
  const Symbol& traded = symbol(order.request.symbol);
  const bool buy = order.request.side == Side::Buy;
  const auto needed = margin_need(order, volume, price);
  if (!needed) return "NO_CONVERSION";
  const Rate rate = *quote_for(owner, traded);
  const Rational move = (buy ? rate.bid : rate.ask) - price;
  const Rational gain = into_account(sign_of(order.request.side) * move * volume * traded.contract,
                                     traded.quote, owner.settings.currency);
  const Rational charge = commission_for(order, traded, volume, price).amount;
  const Rational free = figures(owner.id).free_margin + gain - charge - *needed;
  return free >= 0 ? "" : "INSUFFICIENT_MARGIN";
}

Rational Engine::reserved_at_venues(Id id) const {
  Rational result = 0;
  for (const auto& [request_id, request] : requests_) {
    if (request.reserved != 0 && orders_.at(request.order).request.account == id)
      result += request.reserved;
  }
  return result;
}

Rational Engine::mark(const Position& position) const {
  const auto rate = quote_for(account(position.account), symbol(position.symbol));
  if (!rate) return 0;
  return position.side == Side::Buy ? rate->bid : rate->ask;
}

// What closing it now would book.
Rational Engine::unrealized(const Position& position) const {
  const Symbol& traded = symbol(position.symbol);
  const Rational move = mark(position) * position.volume - position.cost;
  return into_account(sign_of(position.side) * move * traded.contract, traded.quote,
                      account(position.account).settings.currency);
}

Figures Engine::figures(Id id) const {
  const Account& owner = account(id);
  Figures result;
  result.balance = owner.balance;
  result.credit = owner.credit;
  std::set<std::string> held;
  for (const auto& [position_id, position] : positions_) {
    if (!position.open || position.account != id) continue;
    result.unrealized += unrealized(position);
    held.insert(position.symbol);
  }
  for (const std::string& name : held) result.margin += used_margin(id, name);
  result.equity = result.balance + result.credit + result.unrealized;
  result.free_margin = result.equity - result.margin - reserved_at_venues(id);
  if (result.margin != 0) result.level = round_digits(result.equity / result.margin * 100, 2);
  return result;
}

}  // namespace tribook::reference
