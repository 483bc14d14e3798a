#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/message.h"
#include "tribook/domain/enums.h"

// Every endpoint, who may use it and where it is: the one table from which requests are routed and
// roles enforced. A row's place is its Endpoint.

namespace tribook::gateway {

enum class Door : std::uint8_t { Client, Admin };

enum class Endpoint : std::uint8_t {
  ClientHealth,
  ClientReady,
  ClientLogin,
  ClientLogout,
  Profile,
  PlaceMarketOrder,
  PlaceLimitOrder,
  PlaceStopOrder,
  PlaceStopLimitOrder,
  PlaceOrderPair,
  CheckOrder,
  ModifyOrder,
  CancelOrder,
  AccountSummary,
  AccountPositions,
  AccountOrders,
  AccountTrades,
  AccountLedger,
  AccountDays,
  Symbols,
  FundingRates,
  Ohlc,
  Ticks,
  Volatility,
  MarginPreview,
  CalculateLot,
  RiskSummary,
  ClosePosition,
  ClosePositionPart,
  ClosePositionBy,
  CloseAllPositions,
  ModifyPosition,
  AccountWithdrawals,
  AskForWithdrawal,
  ExplainOrder,
  ExplainPosition,
  ExplainAccount,
  AdminHealth,
  AdminReady,
  Metrics,
  AdminLogin,
  AdminLogout,
  ListAccounts,
  CreateAccount,
  GetAccount,
  PutAccount,
  PutLeverage,
  PutGroup,
  PutPassword,
  SuspendAccount,
  PostSuspendAccount,
  ActivateAccount,
  PostActivateAccount,
  CloseOnlyAccount,
  CloseAccount,
  Deposit,
  Withdraw,
  Adjust,
  Bonus,
  Credit,
  ListWithdrawals,
  ApproveWithdrawal,
  RejectWithdrawal,
  ListGroups,
  CreateGroup,
  GetGroup,
  ChangeGroup,
  ChangeGroupSymbol,
  ListSymbols,
  CreateSymbol,
  GetSymbol,
  PutSymbol,
  PutSymbolSettings,
  EnableSymbol,
  DisableSymbol,
  PostQuotes,
  SetClock,
  ListPositions,
  ListOrders,
  ListAlerts,
  ListExposure,
  ListVenueRequests,
  AdminVolatility,
  GetRiskSettings,
  PutRiskSettings,
  GetAccountRisk,
  ListKillSwitches,
  PutKillSwitch,
  DeleteKillSwitch,
  ExplainAnyOrder,
  ExplainAnyPosition,
  ExplainAnyAccount,
  ExplainAlert,
};
inline constexpr std::size_t kEndpoints = 93;

/// A set of roles, one bit each.
using RoleSet = std::uint8_t;
constexpr RoleSet role_bit(Role role) {
  return static_cast<RoleSet>(1U << static_cast<unsigned>(role));
}
/// No login needed.
inline constexpr RoleSet kPublic = 0x80;

struct Route {
  Endpoint endpoint;
  Door door;
  http::Method method;
  std::string_view pattern;  ///< a segment in braces takes any text
  RoleSet roles;

  [[nodiscard]] constexpr bool is_public() const { return roles == kPublic; }
  [[nodiscard]] constexpr bool admits(Role role) const {
    return is_public() || (roles & role_bit(role)) != 0;
  }
};

extern const std::array<Route, kEndpoints> kRoutes;

struct RouteMatch {
  const Route* route = nullptr;  ///< null: see allowed
  std::string param;             ///< the segment in braces, decoded
  std::string allowed;           ///< methods of the path, when it has others only; else empty
};

RouteMatch find_route(Door door, http::Method method, std::string_view path);

}  // namespace tribook::gateway
