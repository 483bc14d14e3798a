#pragma once

#include <compare>
#include <map>
#include <string>
#include <vector>

#include "reference/settings.h"

// Limits of risk and kill switches, for the house, groups, accounts and symbols.

namespace tribook::reference {

/// In the order in which they are looked at.
enum class Limit {
  // Of what is asked, when an order is placed or changed.
  MinOrderVolume,
  MaxOrderVolume,
  MaxOrderValue,
  MaxPriceDistance,
  MinStopDistance,
  StopLossRequired,
  MinRewardRisk,
  MaxPendingOrders,
  DuplicateWindow,
  // Of what the account would hold, at each fill that opens.
  MaxPositionVolume,
  MaxOpenPositions,
  MaxExposure,
  MaxSymbolExposure,
  MaxCurrencyExposure,
  MaxConcentration,
  MaxDayVolume,
  MaxRiskPerTrade,
  MaxLossPerTrade,
  MaxDailyLoss,
  MaxDailyLossPercent,
  MaxDrawdown,
  MaxLeverage
};
constexpr int kLimits = 22;
constexpr int kAskedLimits = 9;

enum class LimitMode { Off, Warn, Reject };
enum class KillAction { None, Block, Cancel, Flatten };

struct LimitSetting {
  Rational threshold = 0;
  LimitMode mode = LimitMode::Reject;
};
using LimitSet = std::map<Limit, LimitSetting>;

/// Whom a limit or a kill switch holds for, from the widest to the narrowest.
struct Scope {
  enum class Level { House, Group, Account, Symbol };
  Level level = Level::House;
  Id account = 0;
  std::string name;  ///< of a group or symbol
  auto operator<=>(const Scope&) const = default;
};

/// From the narrowest to the widest, but for a group that the account does not have.
std::vector<Scope> scopes_of(Id account, const std::string& group, const std::string& symbol);

std::string code_of(Limit limit);
std::string name_of(Limit limit);

}  // namespace tribook::reference
