#include "gateway_api/stream_fixture.h"

// Kill switches by hand: on, off, shown, and told to whom they hold for.

namespace tribook::test {

using http::Method;

namespace {

const std::string kPath = "/admin/kill-switch";

Answer turn_on(GatewayFixture& f, const std::string& scope, const std::string& action = "BLOCK") {
  return f.admin(Method::Put, kPath,
                 R"({"scope":)" + scope + R"(,"action":")" + action + R"(","reason":"a test"})");
}

std::string of_account(const std::string& account) {
  return R"({"level":"ACCOUNT","accountId":)" + account + "}";
}

struct Desk : StreamFixture {
  Desk() { REQUIRE(admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201); }
  // A session that hears of alerts.
  FakeSession& listen() {
    FakeSession& session = connect();
    say(session, R"({"action":"subscribe","type":"alerts"})");
    session.sent.clear();
    return session;
  }
};

}  // namespace

TEST_CASE("a kill switch goes on and off, and says who, why and since when") {
  Desk f;
  CHECK(f.admin(Method::Get, kPath).items() == 0);
  const Answer on = turn_on(f, of_account(f.account));
  INFO(on.body);
  REQUIRE(on.status == 200);
  CHECK(on["scope.level"] == "ACCOUNT");
  CHECK(on["scope.accountId"] == f.account);
  CHECK(on["action"] == "BLOCK");
  CHECK(on["cause"] == "MANUAL");
  CHECK(on["reason"] == "a test");
  CHECK(on["actor"] == "root");
  CHECK_FALSE(on["since"].empty());
  CHECK(on["limit"].empty());
  const Answer list = f.admin(Method::Get, kPath);
  CHECK(list.items() == 1);
  CHECK(list["items.0.scope.accountId"] == f.account);
  CHECK(turn_on(f, of_account(f.account), "CANCEL")["action"] == "CANCEL");
  CHECK(f.admin(Method::Get, kPath).items() == 1);
  const std::string query = "?level=ACCOUNT&accountId=" + f.account;
  const Answer off = f.admin(Method::Delete, kPath + query);
  CHECK(off.status == 200);
  CHECK(off["action"] == "NONE");
  CHECK(f.admin(Method::Get, kPath).items() == 0);
  CHECK(f.admin(Method::Delete, kPath + query).status == 404);
}

TEST_CASE("there is a kill switch of each level") {
  Desk f;
  const std::pair<std::string, std::string> scopes[] = {
      {R"({"level":"HOUSE"})", "?level=HOUSE"},
      {R"({"level":"GROUP","group":"vip"})", "?level=GROUP&group=vip"},
      {of_account(f.account), "?level=ACCOUNT&accountId=" + f.account},
      {R"({"level":"SYMBOL","symbol":"EURUSD"})", "?level=SYMBOL&symbol=EURUSD"}};
  for (const auto& [scope, query] : scopes) {
    INFO(scope);
    CHECK(turn_on(f, scope).status == 200);
  }
  CHECK(f.admin(Method::Get, kPath).items() == 4);
  for (const auto& [scope, query] : scopes) {
    INFO(query);
    CHECK(f.admin(Method::Delete, kPath + query + "&reason=over").status == 200);
  }
  CHECK(f.admin(Method::Get, kPath).items() == 0);
}

TEST_CASE("kill switches that cannot be") {
  Desk f;
  const auto status = [&](const std::string& body) {
    INFO(body);
    return f.admin(Method::Put, kPath, body).status;
  };
  CHECK(status("{}") == 400);
  CHECK(status(R"({"scope":{"level":"HOUSE"},"action":"BLOCK"})") == 400);
  CHECK(status(R"({"scope":{"level":"HOUSE"},"action":"NONE","reason":"x"})") == 400);
  CHECK(status(R"({"scope":{"level":"HOUSE"},"action":"BLOCK","reason":""})") == 400);
  CHECK(status(R"({"scope":{"level":"HOUSE"},"action":"BLOCK","reason":")" + std::string(129, 'x') +
               "\"}") == 400);
  CHECK(status(R"({"scope":{},"action":"BLOCK","reason":"x"})") == 400);
  CHECK(status(R"({"scope":{"level":"HOUSE","symbol":"EURUSD"},"action":"BLOCK","reason":"x"})") ==
        400);
  CHECK(status(R"({"scope":{"level":"GROUP"},"action":"BLOCK","reason":"x"})") == 400);
  CHECK(status(R"({"scope":{"level":"GROUP","group":"none"},"action":"BLOCK","reason":"x"})") ==
        422);
  CHECK(f.admin(Method::Delete, kPath).status == 400);
  CHECK(f.admin(Method::Delete, kPath + "?level=HOUSE").status == 404);
  CHECK(f.admin(Method::Get, kPath).items() == 0);
}

TEST_CASE("a client sees that he is stopped and why, not by whom") {
  Desk f;
  REQUIRE(turn_on(f, R"({"level":"HOUSE"})").status == 200);
  const Answer own = f.client(Method::Get, "/api/risk/summary");
  CHECK(own["killSwitch.scope.level"] == "HOUSE");
  CHECK(own["killSwitch.action"] == "BLOCK");
  CHECK(own["killSwitch.reason"] == "a test");
  CHECK(own["killSwitch.actor"].empty());
  const Answer shown = f.admin(Method::Get, "/admin/accounts/" + f.account + "/risk");
  CHECK(shown["killSwitch.actor"] == "root");
}

TEST_CASE("kill switches are alerts, of the operators and of whom they hold for") {
  Desk f;
  FakeSession& session = f.listen();
  REQUIRE(turn_on(f, R"({"level":"HOUSE"})").status == 200);
  f.step();
  const auto told = session.take("alert");
  REQUIRE(told.size() == 1);
  CHECK(told[0]["kind"] == "KILL_SWITCH");
  CHECK(told[0]["severity"] == "CRITICAL");
  CHECK(told[0]["details.action"] == "BLOCK");
  CHECK(told[0]["details.scope.level"] == "HOUSE");
  CHECK(told[0]["details.actor"].empty());
  CHECK_FALSE(told[0]["message"].empty());
  CHECK_FALSE(told[0]["seq"].empty());
  REQUIRE(f.admin(Method::Delete, kPath + "?level=HOUSE").status == 200);
  f.step();
  CHECK(session.take("alert").at(0)["severity"] == "INFO");
  REQUIRE(turn_on(f, R"({"level":"GROUP","group":"vip"})").status == 200);
  f.step();
  CHECK(session.take("alert").empty());  // he is in no group
  REQUIRE(f.admin(Method::Put, "/admin/accounts/" + f.account + "/group", R"({"group":"vip"})")
              .status == 200);
  REQUIRE(turn_on(f, R"({"level":"GROUP","group":"vip"})", "CANCEL").status == 200);
  f.step();
  const auto grouped = session.take("alert");
  REQUIRE(grouped.size() == 1);
  CHECK(grouped[0]["details.scope.group"].empty());
  REQUIRE(turn_on(f, of_account(f.account)).status == 200);
  f.step();
  CHECK(session.take("alert").at(0)["accountId"] == f.account);
  const Answer list = f.admin(Method::Get, "/admin/alerts");
  REQUIRE(list.items() == 5);
  CHECK(list["items.0.type"] == "KILL_SWITCH");
  CHECK(list["items.0.accountId"] == f.account);
  CHECK(list["items.0.details.actor"] == "root");
  CHECK(list["items.0.details.reason"] == "a test");
  CHECK(list["items.0.timestamp"] == list["items.0.createdAt"]);
  CHECK(list["items.4.accountId"] == "null");
  CHECK(f.admin(Method::Get, "/admin/alerts?accountId=" + f.account).items() == 1);
}

TEST_CASE("an account hears of the limits that it crosses") {
  Desk f;
  FakeSession& session = f.listen();
  RiskAlert crossed;
  crossed.alert = {7};
  crossed.equity = Money::from_whole(9'000);
  crossed.base = Money::from_whole(10'000);
  crossed.measured = 1'000 * kFixedOne;
  crossed.threshold = 800 * kFixedOne;
  crossed.limit = Limit::MaxDailyLoss;
  Event event;
  event.header.account = AccountId{static_cast<std::uint32_t>(std::stoul(f.account))};
  event.set(crossed);
  f.gate->stream().on_event(event);
  const auto told = session.take("alert");
  REQUIRE(told.size() == 1);
  CHECK(told[0]["id"] == "7");
  CHECK(told[0]["kind"] == "LIMIT");
  CHECK(told[0]["severity"] == "WARNING");
  CHECK(told[0]["accountId"] == f.account);
  CHECK(told[0]["message"] == "Near its limit: the day's loss");
  CHECK(told[0]["details.limit"] == "maxDailyLoss");
  CHECK(told[0]["details.measured"] == "1000");
  CHECK(told[0]["details.threshold"] == "800");
  CHECK(told[0]["details.equity"] == "9000.00");
  CHECK(told[0]["details.base"] == "10000.00");
  CHECK(told[0]["details.over"] == "false");
}

}  // namespace tribook::test
