#include "gateway_api/gateway_fixture.h"

// Limits of the house, groups, accounts and symbols: set, shown, and where each value comes from.

namespace tribook::test {

using http::Method;

namespace {

const std::string kPath = "/admin/risk-settings";

Answer put(GatewayFixture& f, const std::string& query, const std::string& limits) {
  return f.admin(Method::Put, kPath + query, R"({"limits":)" + limits + "}");
}

// Refused, with this in the detail; and nothing was changed.
void refused(GatewayFixture& f, const std::string& limits, const std::string& detail) {
  INFO(limits);
  const std::string before = f.admin(Method::Get, kPath).body;
  const Answer answer = put(f, "", limits);
  CHECK(answer.status == 400);
  CHECK(answer["code"] == "VALIDATION");
  CHECK(answer["detail"] == detail);
  CHECK(f.admin(Method::Get, kPath).body == before);
}

}  // namespace

TEST_CASE("limits of the house are set part by part") {
  GatewayFixture f;
  const Answer none = f.admin(Method::Get, kPath);
  CHECK(none.status == 200);
  CHECK(none.body == R"({"scope":{"level":"HOUSE"},"limits":{},"effective":{}})");
  const Answer made = put(f, "", R"({"maxOpenPositions":5,"stopLossRequired":true,
      "maxDailyLoss":{"value":"1000.50","mode":"WARN","killSwitch":"BLOCK"}})");
  INFO(made.body);
  REQUIRE(made.status == 200);
  CHECK(made["limits.maxOpenPositions.value"] == "5");
  CHECK(made["limits.maxOpenPositions.mode"] == "REJECT");
  CHECK(made["limits.maxOpenPositions.killSwitch"].empty());
  CHECK(made["limits.stopLossRequired.value"] == "true");
  CHECK(made["limits.maxDailyLoss.value"] == "1000.5");
  CHECK(made["limits.maxDailyLoss.mode"] == "WARN");
  CHECK(made["limits.maxDailyLoss.killSwitch"] == "BLOCK");
  CHECK(made["effective.maxDailyLoss.level"] == "HOUSE");
  CHECK(f.admin(Method::Get, kPath).body == made.body);
  const Answer changed = put(f, "", R"({"maxOpenPositions":null,
      "maxDailyLoss":{"mode":"REJECT","killSwitch":null}})");
  CHECK(changed["limits.maxOpenPositions"].empty());
  CHECK(changed["limits.stopLossRequired.mode"] == "REJECT");
  CHECK(changed["limits.maxDailyLoss.value"] == "1000.5");
  CHECK(changed["limits.maxDailyLoss.mode"] == "REJECT");
  CHECK(changed["limits.maxDailyLoss.killSwitch"].empty());
}

TEST_CASE("a number warns where nothing can be rejected, and false switches a flag off") {
  GatewayFixture f;
  const Answer made = put(f, "", R"({"maxPositionLoss":3,"stopLossRequired":false,
      "maxLeverage":{"mode":"OFF"}})");
  INFO(made.body);
  REQUIRE(made.status == 200);
  CHECK(made["limits.maxPositionLoss.mode"] == "WARN");
  CHECK(made["limits.stopLossRequired.mode"] == "OFF");
  CHECK(made["limits.maxLeverage.mode"] == "OFF");
}

TEST_CASE("what holds is the narrowest level's, and says which that is") {
  GatewayFixture f;
  f.add_eurusd();
  const std::string account = f.add_client("alice");
  REQUIRE(f.admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201);
  REQUIRE(
      f.admin(Method::Put, "/admin/accounts/" + account + "/group", R"({"group":"vip"})").status ==
      200);
  REQUIRE(put(f, "", R"({"maxOpenPositions":5,"maxExposure":1000000})").status == 200);
  const Answer group = put(f, "?group=vip", R"({"maxOpenPositions":10})");
  CHECK(group["scope.level"] == "GROUP");
  CHECK(group["scope.group"] == "vip");
  CHECK(group["limits.maxExposure"].empty());
  CHECK(group["effective.maxExposure.level"] == "HOUSE");
  CHECK(group["effective.maxOpenPositions.value"] == "10");
  const Answer before = f.admin(Method::Get, kPath + "?accountId=" + account);
  CHECK(before["effective.maxOpenPositions.level"] == "GROUP");
  const Answer own =
      put(f, "?accountId=" + account, R"({"maxOpenPositions":{"value":2,"mode":"WARN"}})");
  CHECK(own["scope.accountId"] == account);
  CHECK(own["effective.maxOpenPositions.value"] == "2");
  CHECK(own["effective.maxOpenPositions.mode"] == "WARN");
  CHECK(own["effective.maxOpenPositions.level"] == "ACCOUNT");
  const Answer symbol = put(f, "?symbol=EURUSD", R"({"maxOpenPositions":{"mode":"OFF"}})");
  CHECK(symbol["scope.symbol"] == "EURUSD");
  CHECK(symbol["effective.maxOpenPositions.level"] == "SYMBOL");
  CHECK(symbol["effective.maxExposure.level"] == "HOUSE");
  CHECK(f.admin(Method::Get, kPath)["effective.maxOpenPositions.value"] == "5");
}

TEST_CASE("limits that cannot be are refused by name") {
  GatewayFixture f;
  refused(f, R"({"maxOpenPosition":5})", "limits.maxOpenPosition is no limit");
  refused(f, R"({"maxOpenPositions":1.5})", "limits.maxOpenPositions must be a whole number");
  refused(f, R"({"maxOpenPositions":-1})", "limits.maxOpenPositions is out of its range");
  refused(f, R"({"maxOpenPositions":{"value":5,"mode":"MAYBE"}})",
          "limits.maxOpenPositions.mode must be one of OFF WARN REJECT");
  refused(f, R"({"maxOpenPositions":{"mode":"WARN"}})",
          "limits.maxOpenPositions.value is required");
  refused(f, R"({"maxOpenPositions":{"value":5,"limit":6}})",
          "limits.maxOpenPositions.limit is not known");
  refused(f, R"({"maxOpenPositions":{"value":5,"killSwitch":"BLOCK"}})",
          "limits.maxOpenPositions sets off no kill switch");
  refused(f, R"({"maxPositionLoss":{"value":5,"mode":"REJECT"}})",
          "limits.maxPositionLoss is only watched: it can be OFF or WARN");
  refused(f, R"({"stopLossRequired":1})", "limits.stopLossRequired must be true or false");
  refused(f, R"([1])", "limits must be an object");
  CHECK(f.admin(Method::Put, kPath, "{}")["detail"] == "limits is required");
}

TEST_CASE("limits are of one level that there is") {
  GatewayFixture f;
  f.add_eurusd();
  const auto status = [&](const std::string& query) {
    return f.admin(Method::Get, kPath + query).status;
  };
  CHECK(status("?group=none") == 422);
  CHECK(status("?symbol=NONE") == 422);
  CHECK(status("?accountId=77") == 404);
  CHECK(status("?accountId=x") == 400);
  CHECK(status("?symbol=EURUSD&accountId=1") == 400);
  CHECK(status("?level=GROUP") == 400);
  CHECK(put(f, "?group=none", "{}").status == 422);
}

TEST_CASE("support may read limits, risk managers may change them") {
  GatewayFixture f;
  f.create_admin("sue", Role::Support);
  f.create_admin("rick", Role::RiskManager);
  f.admin_token = f.log_in(gateway::Door::Admin, "sue");
  CHECK(f.admin(Method::Get, kPath).status == 200);
  CHECK(put(f, "", R"({"maxLeverage":20})").status == 403);
  CHECK(f.admin(Method::Get, "/admin/kill-switch").status == 403);
  f.admin_token = f.log_in(gateway::Door::Admin, "rick");
  CHECK(put(f, "", R"({"maxLeverage":20})").status == 200);
}

TEST_CASE("an account's risk shows how it stands, its limits and whether it is stopped") {
  GatewayFixture f;
  f.add_eurusd();
  const std::string account = f.add_client("alice");
  REQUIRE(put(f, "", R"({"maxOpenPositions":5})").status == 200);
  REQUIRE(
      f.client(Method::Post, "/api/orders/market", R"({"symbol":"EURUSD","side":"BUY","volume":1})")
          .status == 201);
  const Answer own = f.client(Method::Get, "/api/risk/summary");
  INFO(own.body);
  REQUIRE(own.status == 200);
  CHECK(own["equity"] == "9990.00");
  CHECK(own["margin"] == "1084.55");
  CHECK(own["freeMargin"] == "8905.45");
  CHECK_FALSE(own["marginLevel"].empty());
  CHECK(own["positions"] == "1");
  CHECK(own["killSwitch"] == "null");
  CHECK(own["limits.maxOpenPositions.value"] == "5");
  CHECK(own["limits.maxOpenPositions.level"] == "HOUSE");
  const Answer shown = f.admin(Method::Get, "/admin/accounts/" + account + "/risk");
  CHECK(shown.body == own.body);
  CHECK(f.admin(Method::Get, "/admin/accounts/77/risk").status == 404);
  CHECK(f.admin(Method::Get, "/admin/accounts/x/risk").status == 400);
}

}  // namespace tribook::test
