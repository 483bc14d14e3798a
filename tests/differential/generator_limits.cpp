#include <algorithm>

#include "differential/generator.h"

// Limits near what is in play, so that they bite now and then; kill switches that go off again
// soon.

namespace tribook::differential {

// So many hundredths.
Rational Generator::part(std::int64_t least, std::int64_t most) {
  return Rational(random_.between(least, most)) / 100;
}

reference::Scope Generator::any_scope() {
  reference::Scope scope;
  const std::uint64_t which = below(8);
  if (which >= 1 && which <= 3) {
    scope.level = reference::Scope::Level::Account;
    scope.account = one_in(100) ? 999'999 : any_account();
  } else if (which <= 5 && which != 0) {
    scope.level = reference::Scope::Level::Symbol;
    scope.name = any_symbol();
  } else if (which != 0 && has(Capability::Groups)) {
    const auto& groups = engine().groups();
    if (groups.empty() && !one_in(10)) return scope;
    scope.level = reference::Scope::Level::Group;
    scope.name = groups.empty() || one_in(2) ? "retail" : groups.begin()->first;
  }
  return scope;
}

std::optional<Action> Generator::asked_limit() {
  return put_limit(static_cast<reference::Limit>(below(reference::kAskedLimits)));
}

std::optional<Action> Generator::filled_limit() {
  constexpr auto kFilled = std::uint64_t(reference::kLimits - reference::kAskedLimits);
  const auto limit = static_cast<reference::Limit>(reference::kAskedLimits + int(below(kFilled)));
  if (limit == reference::Limit::MaxDrawdown && !has(Capability::Drawdown)) return std::nullopt;
  return put_limit(limit);
}

// One more, or another threshold, beside what the level sets already.
std::optional<Action> Generator::put_limit(reference::Limit limit) {
  reference::PutLimits put{any_scope(), {}};
  reference::Scope known = put.scope;
  if (known.account != 0) known.account = reference_->account(known.account);
  const auto found = engine().limits().find(known);
  if (found != engine().limits().end()) put.limits = found->second;
  if (put.limits.size() > 3) put.limits.erase(put.limits.begin());
  const Label account =
      put.scope.account != 0 && put.scope.account != 999'999 ? put.scope.account : any_account();
  const reference::LimitMode mode = one_in(4)   ? reference::LimitMode::Warn
                                    : one_in(8) ? reference::LimitMode::Off
                                                : reference::LimitMode::Reject;
  put.limits[limit] = {threshold_of(limit, account), mode};
  return put;
}

std::optional<Action> Generator::no_limits() {
  std::vector<reference::Scope> set;
  for (const auto& [scope, limits] : engine().limits()) {
    if (!limits.empty()) set.push_back(scope);
  }
  if (set.empty()) return std::nullopt;
  reference::Scope scope = any(set);
  if (scope.account != 0) scope.account = labelled(scope.account);
  return reference::PutLimits{scope, {}};
}

// Of so many lots, about, in account currency.
Rational Generator::value_of(Label label, const reference::Symbol& traded, const Rational& volume) {
  const reference::Account& owner = engine().accounts().at(reference_->account(label));
  const auto rate = rate_of(traded.name);
  if (!rate) return 1'000;
  const auto value = engine().convert(volume * traded.contract * rate->ask, traded.quote,
                                      owner.settings.currency, reference::Crossing::Mid);
  return value.value_or(1'000);
}

Rational Generator::threshold_of(reference::Limit limit, Label account) {
  const Rational wanted = int(limit) < reference::kAskedLimits ? asked_threshold(limit, account)
                                                               : filled_threshold(limit, account);
  const bool is_of_money =
      limit == reference::Limit::MaxOrderValue || limit == reference::Limit::MaxExposure ||
      limit == reference::Limit::MaxSymbolExposure ||
      limit == reference::Limit::MaxCurrencyExposure ||
      limit == reference::Limit::MaxLossPerTrade || limit == reference::Limit::MaxDailyLoss;
  const Rational most = is_of_money ? Rational(10'000'000'000) : Rational(10'000);
  return std::min(std::max(round_digits(wanted, one_in(2) ? 2 : 8), Rational(0)), most);
}

Rational Generator::asked_threshold(reference::Limit limit, Label account) {
  const reference::Symbol& traded = engine().symbols().at(any_symbol());
  const Rational volume = volume_for(account, traded);
  const auto rate = rate_of(traded.name);
  switch (limit) {
    case reference::Limit::MinOrderVolume:
      return volume * part(10, 100);
    case reference::Limit::MaxOrderVolume:
      return volume * part(50, 300);
    case reference::Limit::MaxOrderValue:
      return value_of(account, traded, volume) * part(50, 300);
    case reference::Limit::MaxPriceDistance:
      return part(5, 40);
    case reference::Limit::MinStopDistance:
      return rate ? Rational(rate->bid / 2'000 / traded.pip * random_.between(1, 30)) : 10;
    case reference::Limit::MinRewardRisk:
      return part(10, 300);
    case reference::Limit::MaxPendingOrders:
      return random_.between(0, 5);
    case reference::Limit::DuplicateWindow:
      return random_.between(1, 600);
    default:
      return 1;
  }
}

Rational Generator::filled_threshold(reference::Limit limit, Label account) {
  const reference::Id id = reference_->account(account);
  const reference::Symbol& traded = engine().symbols().at(any_symbol());
  const Rational volume = volume_for(account, traded);
  const reference::Figures now = engine().figures(id);
  const Rational exposure = engine().exposure_of(id).value_or(0);
  const Rational value = value_of(account, traded, volume);
  switch (limit) {
    case reference::Limit::MaxPositionVolume:
      return volume * part(50, 300);
    case reference::Limit::MaxOpenPositions: {
      const auto positions = open_positions();
      const auto held = std::count_if(positions.begin(), positions.end(),
                                      [&](const auto& one) { return one.account == id; });
      return held + random_.between(0, 3);
    }
    case reference::Limit::MaxExposure:
      return exposure + value * part(20, 300);
    case reference::Limit::MaxSymbolExposure:
    case reference::Limit::MaxCurrencyExposure:
      return exposure * part(30, 100) + value * part(20, 300);
    case reference::Limit::MaxConcentration:
      return random_.between(40, 99);
    case reference::Limit::MaxDayVolume:
      return engine().accounts().at(id).day_volume + volume * part(20, 400);
    case reference::Limit::MaxRiskPerTrade:
      return part(50, 1'500);
    case reference::Limit::MaxLossPerTrade:
      return now.equity * part(1, 15);
    case reference::Limit::MaxDailyLoss: {
      const Rational loss = engine().accounts().at(id).day_base - now.equity;
      return loss > 0 && one_in(2) ? Rational(loss * part(90, 120)) : now.equity * part(0, 5);
    }
    case reference::Limit::MaxLeverage:
      return now.equity > 0 && exposure > 0 ? Rational(exposure / now.equity * part(60, 400))
                                            : Rational(random_.between(1, 60));
    default:
      return part(0, 500);  // of a day's loss and of the fall from the peak
  }
}

// One of the last ones, as it was.
std::optional<Action> Generator::order_again() {
  const auto& orders = engine().orders();
  int tries = 0;
  for (auto at = orders.rbegin(); at != orders.rend() && tries < 6; ++at, ++tries) {
    const reference::Order& order = at->second;
    if (order.closes != 0 || !one_in(2)) continue;
    if (reference_->label_of_order(order.id) == 0) continue;
    reference::PlaceOrder again = order.request;
    again.account = labelled(again.account);
    again.book = reference::Book::B;
    again.hedge_ratio = 0;
    if (!again.max_slippage_pips) again.expected_price = std::nullopt;
    return again;
  }
  return std::nullopt;
}

std::optional<Action> Generator::kill_switch() {
  const auto action = static_cast<reference::KillAction>(one_in(30) ? 0 : 1 + below(3));
  return reference::SetKillSwitch{any_scope(), action};
}

std::optional<Action> Generator::end_kill_switch() {
  std::vector<reference::Scope> on;
  for (const auto& [scope, action] : engine().kill_switches()) {
    if (action != reference::KillAction::None) on.push_back(scope);
  }
  if (on.empty()) return std::nullopt;
  reference::Scope scope = any(on);
  if (scope.account != 0) scope.account = labelled(scope.account);
  return reference::SetKillSwitch{scope, reference::KillAction::None};
}

}  // namespace tribook::differential
