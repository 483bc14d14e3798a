#include <catch2/catch.hpp>

#include <set>
#include <string>

#include "gateway/api/problem.h"
#include "gateway/api/routes.h"

using namespace tribook;
using namespace tribook::gateway;

TEST_CASE("every route is found by its own path and by no other") {
  std::set<std::string> seen;
  for (const Route& route : kRoutes) {
    CAPTURE(route.pattern);
    CHECK(seen.insert(std::to_string(static_cast<int>(route.door)) + std::string(route.pattern) +
                      std::string(http::name_of(route.method)))
              .second);
    std::string path(route.pattern);
    const auto brace = path.find('{');
    if (brace != std::string::npos) path.replace(brace, path.find('}') - brace + 1, "12%2F3");
    const RouteMatch match = find_route(route.door, route.method, path);
    REQUIRE(match.route == &route);
    CHECK(match.param == (brace == std::string::npos ? "" : "12/3"));
    CHECK(find_route(route.door, route.method, path + "/").route == nullptr);
    CHECK(find_route(route.door, route.method, path + "/x").route != &route);
    const Door other = route.door == Door::Client ? Door::Admin : Door::Client;
    if (!route.is_public()) CHECK(find_route(other, route.method, path).route == nullptr);
  }
}

TEST_CASE("the table of roles, cell by cell") {
  const auto roles = {Role::Client, Role::Support, Role::RiskManager, Role::Admin,
                      Role::SuperAdmin};
  for (const Route& route : kRoutes) {
    CAPTURE(route.pattern, http::name_of(route.method));
    for (const Role role : roles) {
      CAPTURE(name_of(role));
      const bool is_client = role == Role::Client;
      if (route.is_public()) {
        CHECK(route.admits(role));
      } else if (route.door == Door::Client) {
        CHECK(route.admits(role) == is_client);
      } else {
        if (is_client) CHECK_FALSE(route.admits(role));
        if (role == Role::SuperAdmin) CHECK(route.admits(role));
        if (role == Role::Support && route.method != http::Method::Get) {
          CHECK(route.admits(role) == (route.endpoint == Endpoint::AdminLogout));
        }
      }
    }
  }
  const auto admits = [](Endpoint endpoint, Role role) {
    return kRoutes[static_cast<std::size_t>(endpoint)].admits(role);
  };
  CHECK(admits(Endpoint::Deposit, Role::Admin));
  CHECK_FALSE(admits(Endpoint::Deposit, Role::RiskManager));
  CHECK(admits(Endpoint::PutSymbolSettings, Role::RiskManager));
  CHECK_FALSE(admits(Endpoint::CreateSymbol, Role::RiskManager));
  CHECK(admits(Endpoint::ListAccounts, Role::Support));
  CHECK_FALSE(admits(Endpoint::ListPositions, Role::Support));
  CHECK(admits(Endpoint::GetRiskSettings, Role::Support));
  CHECK(admits(Endpoint::PutRiskSettings, Role::RiskManager));
  CHECK(admits(Endpoint::PutKillSwitch, Role::RiskManager));
  CHECK(admits(Endpoint::DeleteKillSwitch, Role::RiskManager));
  CHECK_FALSE(admits(Endpoint::ListKillSwitches, Role::Support));
  // Without a login: nothing but logins and what machines watch.
  for (const Route& route : kRoutes) {
    const bool is_open = route.pattern.ends_with("/login") || route.pattern == "/healthz" ||
                         route.pattern == "/readyz" || route.pattern == "/metrics";
    CHECK(route.is_public() == is_open);
  }
}

TEST_CASE("other methods are told which ones there are") {
  CHECK(find_route(Door::Client, http::Method::Delete, "/api/login").allowed == "POST");
  CHECK(find_route(Door::Admin, http::Method::Delete, "/admin/accounts").allowed ==
        "GET, HEAD, POST");
  CHECK(find_route(Door::Client, http::Method::Head, "/healthz").route != nullptr);
  CHECK(find_route(Door::Client, http::Method::Get, "/api/nothing").allowed.empty());
  CHECK(find_route(Door::Client, http::Method::Post, "/api/positions//close").route == nullptr);
  CHECK(find_route(Door::Client, http::Method::Get, "").route == nullptr);
}

TEST_CASE("each code has its status") {
  for (const RejectCode code : all_reject_codes()) {
    const auto response = problem(code);
    CAPTURE(name_of(code));
    CHECK(response.status == status_of(code));
    CHECK(response.status >= 400);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.body.find("\"code\":\"" + std::string(name_of(code)) + "\"") !=
          std::string::npos);
  }
  CHECK(status_of(RejectCode::Validation) == 400);
  CHECK(status_of(RejectCode::InsufficientMargin) == 422);
  CHECK(status_of(RejectCode::Busy) == 503);
  for (const RejectCode code : {RejectCode::RateLimited, RejectCode::OrdersPerSecond,
                                RejectCode::OrdersPerMinute, RejectCode::OrdersPerDay}) {
    CHECK(status_of(code) == 429);
  }
}
