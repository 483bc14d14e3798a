#include "tribook/domain/limit_level.h"

#include <algorithm>
#include <iterator>

namespace tribook {
namespace {

using L = Limit;
using U = LimitUnit;
using S = LimitStage;
using C = RejectCode;

constexpr LimitTerms kTerms[] = {
    {L::MinOrderVolume, "minOrderVolume", C::OrderTooSmall, U::Lots, S::Asked, true,
     "the volume of one order"},
    {L::MaxOrderVolume, "maxOrderVolume", C::OrderTooLarge, U::Lots, S::Asked, false,
     "the volume of one order"},
    {L::MaxOrderValue, "maxOrderValue", C::OrderValue, U::Amount, S::Asked, false,
     "the notional value of one order"},
    {L::MaxPriceDistance, "maxPriceDistance", C::PriceDistance, U::Percent, S::Asked, false,
     "the distance of an order's prices from the market"},
    {L::MinStopDistance, "minStopDistance", C::StopDistance, U::Pips, S::Asked, true,
     "the distance of a stop-loss from the price of entry"},
    {L::StopLossRequired, "stopLossRequired", C::StopLossRequired, U::Flag, S::Asked, true,
     "a stop-loss on everything that opens"},
    {L::MinRewardRisk, "minRewardRisk", C::RewardRisk, U::Times, S::Asked, true,
     "the distance of the take-profit over that of the stop-loss"},
    {L::MaxPendingOrders, "maxPendingOrders", C::PendingOrders, U::Number, S::Asked, false,
     "orders of the account that rest in one symbol"},
    {L::DuplicateWindow, "duplicateWindow", C::DuplicateOrder, U::Seconds, S::Asked, true,
     "the time between two orders that are alike"},
    {L::MaxPositionVolume, "maxPositionVolume", C::PositionSize, U::Lots, S::Filled, false,
     "the volume held on one side of a symbol"},
    {L::MaxOpenPositions, "maxOpenPositions", C::OpenPositions, U::Number, S::Filled, false,
     "the account's open positions"},
    {L::MaxExposure, "maxExposure", C::ExposureTotal, U::Amount, S::Filled, false,
     "the net value of all symbols together"},
    {L::MaxSymbolExposure, "maxSymbolExposure", C::ExposureSymbol, U::Amount, S::Filled, false,
     "the net value of one symbol"},
    {L::MaxCurrencyExposure, "maxCurrencyExposure", C::ExposureCurrency, U::Amount, S::Filled,
     false, "the net value of one currency"},
    {L::MaxConcentration, "maxConcentration", C::Concentration, U::Percent, S::Filled, false,
     "one symbol's part of the exposure"},
    {L::MaxDayVolume, "maxDayVolume", C::DayVolume, U::Lots, S::Filled, false,
     "lots dealt in one day"},
    {L::MaxRiskPerTrade, "maxRiskPerTrade", C::RiskPerTrade, U::Percent, S::Filled, false,
     "the loss at the stop-loss as a part of equity"},
    {L::MaxLossPerTrade, "maxLossPerTrade", C::LossPerTrade, U::Amount, S::Filled, false,
     "the loss at the stop-loss"},
    {L::MaxDailyLoss, "maxDailyLoss", C::DailyLoss, U::Amount, S::Filled, false, "the day's loss"},
    {L::MaxDailyLossPercent, "maxDailyLossPercent", C::DailyLossPercent, U::Percent, S::Filled,
     false, "the day's loss as a part of the equity at its beginning"},
    {L::MaxDrawdown, "maxDrawdown", C::Drawdown, U::Percent, S::Filled, false,
     "the fall of equity from its peak"},
    {L::MaxLeverage, "maxLeverage", C::LeverageReached, U::Times, S::Filled, false,
     "exposure over equity"},
    {L::OrdersPerSecond, "ordersPerSecond", C::OrdersPerSecond, U::Number, S::Paced, false,
     "new orders in a second"},
    {L::OrdersPerMinute, "ordersPerMinute", C::OrdersPerMinute, U::Number, S::Paced, false,
     "new orders in a minute"},
    {L::OrdersPerDay, "ordersPerDay", C::OrdersPerDay, U::Number, S::Paced, false,
     "new orders in a day"},
    {L::MaxPositionLoss, "maxPositionLoss", C::None, U::Percent, S::Watched, false,
     "a position's loss as a part of equity"},
    {L::MaxRejectsPerMinute, "maxRejectsPerMinute", C::None, U::Number, S::Watched, false,
     "orders refused in a minute"},
};

constexpr bool is_in_order() {
  if (std::size(kTerms) != kLimits) return false;
  for (std::size_t i = 0; i < kLimits; ++i) {
    if (kTerms[i].limit != static_cast<Limit>(i)) return false;
  }
  return true;
}
static_assert(is_in_order());

InstrumentProblem wrong(std::string_view field, std::string_view what) {
  return {RejectCode::Validation, field, what};
}

constexpr std::int64_t most_of(LimitUnit unit) {
  switch (unit) {
    case LimitUnit::Percent:
    case LimitUnit::Times:
      return 10'000 * kFixedOne;
    case LimitUnit::Number:
    case LimitUnit::Pips:
      return 1'000'000'000 * kFixedOne;
    case LimitUnit::Seconds:
      return 86'400 * kFixedOne;
    case LimitUnit::Flag:
      return kFixedOne;
    case LimitUnit::Lots:
    case LimitUnit::Amount:
      break;
  }
  return kMaxFixedRaw;
}

// What a crossing may set off: it has to be of the account in all, not of one order.
constexpr bool may_kill(Limit limit) {
  switch (limit) {
    case L::MaxExposure:
    case L::MaxDailyLoss:
    case L::MaxDailyLossPercent:
    case L::MaxDrawdown:
    case L::MaxLeverage:
    case L::MaxRejectsPerMinute:
      return true;
    default:
      return false;
  }
}

InstrumentProblem check_one(const LimitSet& limits, const LimitTerms& terms) {
  const auto i = static_cast<std::size_t>(terms.limit);
  const std::int64_t at = limits.threshold[i];
  if (at < 0 || at > most_of(terms.unit)) return wrong(terms.name, "is out of its range");
  if (terms.unit == LimitUnit::Number && at % kFixedOne != 0)
    return wrong(terms.name, "must be a whole number");
  if (terms.unit == LimitUnit::Flag && at != kFixedOne) return wrong(terms.name, "must be true");
  if (!is_valid(limits.mode[i])) return wrong(terms.name, "must be OFF, WARN or REJECT");
  if (terms.stage == LimitStage::Watched && limits.mode[i] == LimitMode::Reject)
    return wrong(terms.name, "is only watched: it can be OFF or WARN");
  if (!is_valid(limits.kill[i])) return wrong(terms.name, "must name an action of a kill switch");
  if (limits.kill[i] != KillAction::None && !may_kill(terms.limit))
    return wrong(terms.name, "sets off no kill switch");
  return {};
}

}  // namespace

const LimitTerms& terms_of(Limit limit) { return kTerms[static_cast<std::size_t>(limit)]; }

std::optional<Limit> limit_of(std::string_view name) {
  const auto* found = std::find_if(std::begin(kTerms), std::end(kTerms),
                                   [&](const LimitTerms& terms) { return terms.name == name; });
  if (found == std::end(kTerms)) return std::nullopt;
  return found->limit;
}

std::optional<Limit> limit_of(RejectCode code) {
  if (code == RejectCode::None) return std::nullopt;
  const auto* found = std::find_if(std::begin(kTerms), std::end(kTerms),
                                   [&](const LimitTerms& terms) { return terms.code == code; });
  if (found == std::end(kTerms)) return std::nullopt;
  return found->limit;
}

InstrumentProblem check(const LimitSet& limits) {
  if (limits.sets >> kLimits != 0 || limits.reserved != std::array<std::uint8_t, 4>{})
    return wrong("limits", "must be known ones");
  for (std::size_t i = 0; i < LimitSet::kRoom; ++i) {
    const bool is_set = (limits.sets >> i & 1U) != 0;
    const bool is_zero = limits.threshold[i] == 0 && limits.mode[i] == LimitMode::Off &&
                         limits.kill[i] == KillAction::None;
    if (!is_set && !is_zero) return wrong("limits", "must be set to be anything");
    if (!is_set) continue;
    const auto problem = check_one(limits, kTerms[i]);
    if (problem.code != RejectCode::None) return problem;
  }
  return {};
}

InstrumentProblem check(const LimitSet& limits, ScopeLevel level) {
  const InstrumentProblem problem = check(limits);
  if (problem.code != RejectCode::None || level != ScopeLevel::Symbol) return problem;
  if (limits.has(L::MaxRejectsPerMinute))
    return wrong(terms_of(L::MaxRejectsPerMinute).name, "is of an account, not of a symbol");
  for (std::size_t i = 0; i < kLimits; ++i) {
    if (limits.kill[i] != KillAction::None)
      return wrong(kTerms[i].name, "sets off no kill switch at a symbol's level");
  }
  return {};
}

}  // namespace tribook
