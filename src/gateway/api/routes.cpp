#include "gateway/api/routes.h"

namespace tribook::gateway {
namespace {

constexpr RoleSet kClient = role_bit(Role::Client);
constexpr RoleSet kSuper = role_bit(Role::SuperAdmin);
constexpr RoleSet kManage = kSuper | role_bit(Role::Admin);
constexpr RoleSet kRisk = kManage | role_bit(Role::RiskManager);
constexpr RoleSet kStaff = kRisk | role_bit(Role::Support);

constexpr auto kGet = http::Method::Get;
constexpr auto kPost = http::Method::Post;
constexpr auto kPut = http::Method::Put;
constexpr auto kDelete = http::Method::Delete;

}  // namespace

// Section by section: what clients do; what only SUPER_ADMIN and ADMIN do (accounts, money,
// symbols, quotes, clock); what RISK_MANAGER does too (settings of symbols, positions); what
// SUPPORT may read.
// clang-format off
constexpr std::array<Route, kEndpoints> kTable{{
    {Endpoint::ClientHealth, Door::Client, kGet, "/healthz", kPublic},
    {Endpoint::ClientReady, Door::Client, kGet, "/readyz", kPublic},
    {Endpoint::ClientLogin, Door::Client, kPost, "/api/login", kPublic},
    {Endpoint::ClientLogout, Door::Client, kPost, "/api/logout", kClient},
    {Endpoint::Profile, Door::Client, kGet, "/api/profile", kClient},
    {Endpoint::PlaceMarketOrder, Door::Client, kPost, "/api/orders/market", kClient},
    {Endpoint::PlaceLimitOrder, Door::Client, kPost, "/api/orders/limit", kClient},
    {Endpoint::PlaceStopOrder, Door::Client, kPost, "/api/orders/stop", kClient},
    {Endpoint::PlaceStopLimitOrder, Door::Client, kPost, "/api/orders/stop-limit", kClient},
    {Endpoint::PlaceOrderPair, Door::Client, kPost, "/api/orders/oco", kClient},
    {Endpoint::CheckOrder, Door::Client, kPost, "/api/orders/check", kClient},
    {Endpoint::ModifyOrder, Door::Client, kPut, "/api/orders/{id}/modify", kClient},
    {Endpoint::CancelOrder, Door::Client, kDelete, "/api/orders/{id}", kClient},
    {Endpoint::AccountSummary, Door::Client, kGet, "/api/account/summary", kClient},
    {Endpoint::AccountPositions, Door::Client, kGet, "/api/account/positions", kClient},
    {Endpoint::AccountOrders, Door::Client, kGet, "/api/account/orders", kClient},
    {Endpoint::AccountTrades, Door::Client, kGet, "/api/account/trades", kClient},
    {Endpoint::AccountLedger, Door::Client, kGet, "/api/account/ledger", kClient},
    {Endpoint::AccountDays, Door::Client, kGet, "/api/account/days", kClient},
    {Endpoint::Symbols, Door::Client, kGet, "/api/symbols", kClient},
    {Endpoint::FundingRates, Door::Client, kGet, "/api/funding", kClient},
    {Endpoint::Ohlc, Door::Client, kGet, "/api/ohlc", kClient},
    {Endpoint::Ticks, Door::Client, kGet, "/api/ticks", kClient},
    {Endpoint::Volatility, Door::Client, kGet, "/api/volatility", kClient},
    {Endpoint::MarginPreview, Door::Client, kGet, "/api/risk/margin-preview", kClient},
    {Endpoint::CalculateLot, Door::Client, kGet, "/api/risk/calculate-lot", kClient},
    {Endpoint::RiskSummary, Door::Client, kGet, "/api/risk/summary", kClient},
    {Endpoint::ClosePosition, Door::Client, kPost, "/api/positions/{id}/close", kClient},
    {Endpoint::ClosePositionPart, Door::Client, kPost, "/api/positions/{id}/close-partial", kClient},
    {Endpoint::ClosePositionBy, Door::Client, kPost, "/api/positions/{id}/close-by", kClient},
    {Endpoint::CloseAllPositions, Door::Client, kPost, "/api/positions/close-all", kClient},
    {Endpoint::ModifyPosition, Door::Client, kPut, "/api/positions/{id}/modify", kClient},
    {Endpoint::AccountWithdrawals, Door::Client, kGet, "/api/account/withdrawals", kClient},
    {Endpoint::AskForWithdrawal, Door::Client, kPost, "/api/account/withdrawals", kClient},
    {Endpoint::ExplainOrder, Door::Client, kGet, "/api/orders/{id}/explain", kClient},
    {Endpoint::ExplainPosition, Door::Client, kGet, "/api/positions/{id}/explain", kClient},
    {Endpoint::ExplainAccount, Door::Client, kGet, "/api/account/explain", kClient},
    {Endpoint::AdminHealth, Door::Admin, kGet, "/healthz", kPublic},
    {Endpoint::AdminReady, Door::Admin, kGet, "/readyz", kPublic},
    {Endpoint::Metrics, Door::Admin, kGet, "/metrics", kPublic},
    {Endpoint::AdminLogin, Door::Admin, kPost, "/admin/login", kPublic},
    {Endpoint::AdminLogout, Door::Admin, kPost, "/admin/logout", kStaff},
    {Endpoint::ListAccounts, Door::Admin, kGet, "/admin/accounts", kStaff},
    {Endpoint::CreateAccount, Door::Admin, kPost, "/admin/accounts", kManage},
    {Endpoint::GetAccount, Door::Admin, kGet, "/admin/accounts/{id}", kStaff},
    {Endpoint::PutAccount, Door::Admin, kPut, "/admin/accounts/{id}", kManage},
    {Endpoint::PutLeverage, Door::Admin, kPut, "/admin/accounts/{id}/leverage", kManage},
    {Endpoint::PutGroup, Door::Admin, kPut, "/admin/accounts/{id}/group", kManage},
    {Endpoint::PutPassword, Door::Admin, kPut, "/admin/accounts/{id}/password", kManage},
    {Endpoint::SuspendAccount, Door::Admin, kPut, "/admin/accounts/{id}/suspend", kManage},
    {Endpoint::PostSuspendAccount, Door::Admin, kPost, "/admin/accounts/{id}/suspend", kManage},
    {Endpoint::ActivateAccount, Door::Admin, kPut, "/admin/accounts/{id}/activate", kManage},
    {Endpoint::PostActivateAccount, Door::Admin, kPost, "/admin/accounts/{id}/activate", kManage},
    {Endpoint::CloseOnlyAccount, Door::Admin, kPut, "/admin/accounts/{id}/close-only", kManage},
    {Endpoint::CloseAccount, Door::Admin, kDelete, "/admin/accounts/{id}", kManage},
    {Endpoint::Deposit, Door::Admin, kPost, "/admin/deposit", kManage},
    {Endpoint::Withdraw, Door::Admin, kPost, "/admin/withdraw", kManage},
    {Endpoint::Adjust, Door::Admin, kPost, "/admin/adjust", kManage},
    {Endpoint::Bonus, Door::Admin, kPost, "/admin/bonus", kManage},
    {Endpoint::Credit, Door::Admin, kPost, "/admin/credit", kManage},
    {Endpoint::ListWithdrawals, Door::Admin, kGet, "/admin/withdrawals", kStaff},
    {Endpoint::ApproveWithdrawal, Door::Admin, kPost, "/admin/withdrawals/{id}/approve", kManage},
    {Endpoint::RejectWithdrawal, Door::Admin, kPost, "/admin/withdrawals/{id}/reject", kManage},
    {Endpoint::ListGroups, Door::Admin, kGet, "/admin/groups", kStaff},
    {Endpoint::CreateGroup, Door::Admin, kPost, "/admin/groups", kManage},
    {Endpoint::GetGroup, Door::Admin, kGet, "/admin/groups/{group}", kStaff},
    {Endpoint::ChangeGroup, Door::Admin, kPut, "/admin/groups/{group}", kManage},
    {Endpoint::ChangeGroupSymbol, Door::Admin, kPut, "/admin/groups/{group}/symbols", kManage},
    {Endpoint::ListSymbols, Door::Admin, kGet, "/admin/symbols", kStaff},
    {Endpoint::CreateSymbol, Door::Admin, kPost, "/admin/symbols", kManage},
    {Endpoint::GetSymbol, Door::Admin, kGet, "/admin/symbols/{symbol}", kStaff},
    {Endpoint::PutSymbol, Door::Admin, kPut, "/admin/symbols/{symbol}", kRisk},
    {Endpoint::PutSymbolSettings, Door::Admin, kPut, "/admin/symbols/{symbol}/settings", kRisk},
    {Endpoint::EnableSymbol, Door::Admin, kPost, "/admin/symbols/{symbol}/enable", kRisk},
    {Endpoint::DisableSymbol, Door::Admin, kPost, "/admin/symbols/{symbol}/disable", kRisk},
    {Endpoint::PostQuotes, Door::Admin, kPost, "/admin/quotes", kManage},
    {Endpoint::SetClock, Door::Admin, kPost, "/admin/clock", kManage},
    {Endpoint::ListPositions, Door::Admin, kGet, "/admin/positions", kRisk},
    {Endpoint::ListOrders, Door::Admin, kGet, "/admin/orders", kRisk},
    {Endpoint::ListAlerts, Door::Admin, kGet, "/admin/alerts", kRisk},
    {Endpoint::ListExposure, Door::Admin, kGet, "/admin/exposure", kRisk},
    {Endpoint::ListVenueRequests, Door::Admin, kGet, "/admin/venue-requests", kRisk},
    {Endpoint::AdminVolatility, Door::Admin, kGet, "/admin/volatility", kStaff},
    {Endpoint::GetRiskSettings, Door::Admin, kGet, "/admin/risk-settings", kStaff},
    {Endpoint::PutRiskSettings, Door::Admin, kPut, "/admin/risk-settings", kRisk},
    {Endpoint::GetAccountRisk, Door::Admin, kGet, "/admin/accounts/{id}/risk", kStaff},
    {Endpoint::ListKillSwitches, Door::Admin, kGet, "/admin/kill-switch", kRisk},
    {Endpoint::PutKillSwitch, Door::Admin, kPut, "/admin/kill-switch", kRisk},
    {Endpoint::DeleteKillSwitch, Door::Admin, kDelete, "/admin/kill-switch", kRisk},
    {Endpoint::ExplainAnyOrder, Door::Admin, kGet, "/admin/orders/{id}/explain", kRisk},
    {Endpoint::ExplainAnyPosition, Door::Admin, kGet, "/admin/positions/{id}/explain", kRisk},
    {Endpoint::ExplainAnyAccount, Door::Admin, kGet, "/admin/accounts/{id}/explain", kRisk},
    {Endpoint::ExplainAlert, Door::Admin, kGet, "/admin/alerts/{id}/explain", kRisk},
}};
// clang-format on

namespace {

constexpr bool rows_stand_in_place() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (kTable[i].endpoint != static_cast<Endpoint>(i) || kTable[i].roles == 0) return false;
  }
  return true;
}
static_assert(rows_stand_in_place());

// Takes the segment in front: "/a/b" -> "a", "/b".
std::string_view take_segment(std::string_view& path) {
  const auto end = path.find('/', 1);
  const auto segment = path.substr(1, end == std::string_view::npos ? end : end - 1);
  path.remove_prefix(end == std::string_view::npos ? path.size() : end);
  return segment;
}

bool matches(std::string_view pattern, std::string_view path, std::string_view& param) {
  param = {};
  while (!pattern.empty() && !path.empty()) {
    if (path.front() != '/') return false;
    const auto wanted = take_segment(pattern);
    const auto given = take_segment(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return false;
      param = given;
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

const std::array<Route, kEndpoints> kRoutes = kTable;

RouteMatch find_route(Door door, http::Method method, std::string_view path) {
  if (method == http::Method::Head) method = http::Method::Get;
  RouteMatch match;
  std::string_view param;
  for (const Route& route : kRoutes) {
    if (route.door != door || !matches(route.pattern, path, param)) continue;
    if (route.method == method) {
      match.allowed.clear();
      if (!http::percent_decode(param, false, match.param)) return {};
      match.route = &route;
      return match;
    }
    if (!match.allowed.empty()) match.allowed += ", ";
    match.allowed += http::name_of(route.method);
    if (route.method == kGet) match.allowed += ", HEAD";
  }
  return match;
}

}  // namespace tribook::gateway
