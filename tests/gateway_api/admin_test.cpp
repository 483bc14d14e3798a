#include "gateway_api/gateway_fixture.h"

// The operator's door: accounts, symbols, lists, the clock, roles.

namespace tribook::test {

using gateway::Door;
using http::Method;

TEST_CASE("accounts are made with the usual terms") {
  GatewayFixture f;
  const Answer made =
      f.admin(Method::Post, "/admin/accounts", R"({"username":"alice","email":"a@example.com"})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  const std::string id = made["id"];
  CHECK(made["accountNumber"] == "TB-" + id);
  CHECK(made["username"] == "alice");
  CHECK(made["password"] == "generated-16char");
  CHECK(made["accountType"] == "DEMO");
  CHECK(made["balance"] == "5000.00");
  CHECK(made["leverage"] == "100");
  CHECK(made["marginMode"] == "HEDGING");
  CHECK(made["currency"] == "USD");
  CHECK(made["status"] == "ACTIVE");
  CHECK(f.log_in(Door::Client, "alice", "generated-16char").size() > 20);

  CHECK(f.admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201);
  const Answer live =
      f.admin(Method::Post, "/admin/accounts",
              R"({"username":"bert","password":"p","accountType":"LIVE","currency":"JPY",
                                  "leverage":500,"group":"vip","stopOutLevel":30,
                                  "stopOutOrder":"SMART","marginCallLevels":[80,120.5]})");
  REQUIRE(live.status == 201);
  CHECK(live["stopOutOrder"] == "SMART");
  CHECK(live["marginCallLevels.0"] == "120.5");
  CHECK(live["marginCallLevels.1"] == "80");
  CHECK(made["stopOutOrder"] == "LARGEST_LOSS");
  CHECK(made["marginCallLevels.0"] == "100");
  CHECK(live["password"].empty());
  CHECK(live["balance"] == "0");
  CHECK(live["group"] == "vip");
  CHECK(live["stopOutLevel"] == "30");

  const Answer again = f.admin(Method::Post, "/admin/accounts", R"({"username":"alice"})");
  CHECK(again.status == 409);
  CHECK(again["code"] == "DUPLICATE");
  CHECK(f.admin(Method::Get, "/admin/accounts/" + id)["username"] == "alice");
  CHECK(f.admin(Method::Get, "/admin/accounts").items() == 2);
  const Answer page = f.admin(Method::Get, "/admin/accounts?limit=1");
  CHECK(page.items() == 1);
  CHECK(f.admin(Method::Get, "/admin/accounts?cursor=" + page["nextCursor"])["items.0.username"] ==
        "bert");
  CHECK(f.admin(Method::Get, "/admin/accounts/4711").status == 404);
  CHECK(f.admin(Method::Get, "/admin/accounts/99999999999").status == 404);
  CHECK(f.admin(Method::Get, "/admin/accounts/x").status == 400);
}

TEST_CASE("accounts that cannot be") {
  GatewayFixture f;
  const auto refused = [&](const std::string& body, const std::string& detail,
                           unsigned status = 400) {
    const Answer answer = f.admin(Method::Post, "/admin/accounts", body);
    INFO(body << " -> " << answer.body);
    CHECK(answer.status == status);
    CHECK(answer["detail"] == detail);
  };
  refused(R"({"username":"nina","stopOutOrder":"FIRST"})",
          "stopOutOrder must be one of LARGEST_LOSS LARGEST_MARGIN SMART");
  refused(R"({"username":"nina","marginCallLevels":[100,80,100]})",
          "marginCallLevels has a level twice");
  refused(R"({"username":"nina","marginCallLevels":[9,8,7,6,5,4,3,2,1]})",
          "marginCallLevels[8] is one too many: at most 8");
  refused(R"({"username":"nina","marginCallLevels":[100,-1]})",
          "marginCallLevels[1] must be 0 to 10,000 percent");
  refused("{}", "username is required");
  refused(R"({"username":"a"})", "username must have 2 to 100 characters");
  refused(R"({"username":"al","password":""})", "password must have 1 to 72 bytes");
  refused(R"({"username":"al","password":")" + std::string(73, 'x') + "\"}",
          "password must have 1 to 72 bytes");
  refused(R"({"username":"al","password":"a\u0000b"})", "password must have 1 to 72 bytes");
  refused(R"({"username":"a\u0000l"})", "username must not contain control characters");
  refused(R"({"username":"al","leverage":0})", "leverage must be 1 to 500");
  refused(R"({"username":"al","leverage":501})", "leverage must be 1 to 500");
  refused(R"({"username":"al","initialDeposit":-1})", "initialDeposit must not be negative");
  refused(R"({"username":"al","initialDeposit":-0.00000001})",
          "initialDeposit must not be negative");
  refused(R"({"username":"al","initialDeposit":0.001})",
          "initialDeposit has more decimals than its currency");
  refused(R"({"username":"al","currency":"usd"})",
          "currency must be a 2 to 8 letter code in capitals");
  refused(R"({"username":"al","email":"nobody"})", "email must be an e-mail address");
  refused(R"({"username":"al","accountType":"PAPER"})", "accountType must be one of DEMO LIVE");
  refused(R"({"username":"al","closing":"OLDEST"})", "closing must be one of ANY FIFO LIFO");
  refused(R"({"username":"al","swapFree":1})", "swapFree must be true or false");
  refused(R"({"username":"al","swapFreeDays":366})", "swapFreeDays must be 0 to 365");
  refused(R"({"username":"al","swapFreeFee":-1})", "swapFreeFee must not be negative");
  CHECK(f.admin(Method::Get, "/admin/accounts").items() == 0);
}

TEST_CASE("symbols are made, changed, switched off and on") {
  GatewayFixture f;
  const Answer made = f.admin(Method::Post, "/admin/symbols",
                              R"({"symbol":"BTC/USD","category":"CRYPTO","baseCurrency":"BTC",
                                  "quoteCurrency":"USD","digits":2})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made["margin.mode"] == "CFD_LEVERAGE");
  CHECK(f.admin(Method::Post, "/admin/symbols", made.body).status == 409);
  const std::string path = "/admin/symbols/BTC%2FUSD";
  CHECK(f.admin(Method::Get, path).body == made.body);
  const Answer changed =
      f.admin(Method::Put, path + "/settings", R"({"maxVolume":5,"swapLong":-3})");
  CHECK(changed.status == 200);
  CHECK(changed["maxVolume"] == "5");
  CHECK(changed["swap.mode"] == "POINTS");
  CHECK(f.admin(Method::Put, path, R"({"minVolume":0.02})")["minVolume"] == "0.02");
  CHECK(f.admin(Method::Post, path + "/disable")["enabled"] == "false");
  CHECK(f.admin(Method::Post, path + "/enable", "{}")["enabled"] == "true");
  CHECK(f.admin(Method::Get, "/admin/symbols").items() == 1);

  CHECK(f.admin(Method::Get, "/admin/symbols/NOSUCH").status == 404);
  CHECK(f.admin(Method::Put, "/admin/symbols/NOSUCH", "{}").status == 404);
  CHECK(f.admin(Method::Post, "/admin/symbols/NOSUCH/enable").status == 404);
  const Answer other = f.admin(Method::Put, path, R"({"category":"METAL"})");
  CHECK(other["code"] == "VALIDATION");
  CHECK(other["detail"] == "category cannot be changed");
  CHECK(f.admin(Method::Put, path, R"({"quoteCurrency":"EUR"})")["detail"] ==
        "quoteCurrency cannot be changed");
  const Answer wrong = f.admin(Method::Put, path, R"({"minVolume":10})");
  CHECK(wrong.status == 400);
  CHECK(wrong["detail"] == "maxVolume must be at least minVolume");
  const Answer tiers =
      f.admin(Method::Put, path, R"({"margin":{"tiers":[{"upToVolume":1.5,"leverage":5}]}})");
  CHECK(tiers["margin.tiers.0.upToVolume"] == "1.5");
  CHECK(tiers["margin.tiers.0.leverage"] == "5");
}

TEST_CASE("positions and orders of all accounts, in pages") {
  GatewayFixture f;
  f.add_eurusd();
  for (const char* name : {"alice", "bert", "cleo"}) {
    f.add_client(name);
    for (int i = 0; i < 3; ++i) {
      REQUIRE(f.client(Method::Post, "/api/orders/market",
                       R"({"symbol":"EURUSD","side":"SELL","volume":0.1})")
                  .status == 201);
    }
  }
  for (const std::string list : {"/admin/positions?limit=2", "/admin/orders?status=all&limit=2"}) {
    CAPTURE(list);
    std::size_t seen = 0;
    std::string cursor;
    do {
      const Answer page = f.admin(Method::Get, list + (cursor.empty() ? "" : "&cursor=" + cursor));
      REQUIRE(page.status == 200);
      REQUIRE(page.items() > 0);
      seen += page.items();
      cursor = page["nextCursor"];
    } while (!cursor.empty() && seen < 100);
    CHECK(seen == 9);
  }
  const Answer one = f.admin(Method::Get, "/admin/positions?accountId=2");
  CHECK(one.items() == 3);
  CHECK(one["items.0.accountId"] == "2");
  CHECK(f.admin(Method::Get, "/admin/positions?accountId=77").items() == 0);
  CHECK(f.admin(Method::Get, "/admin/orders").items() == 0);
  CHECK(f.admin(Method::Get, "/admin/positions?cursor=5").status == 400);
  CHECK(f.admin(Method::Get, "/admin/positions?limit=1001").status == 400);
}

TEST_CASE("the clock goes forward only, and only where it is manual") {
  GatewayFixture f;
  const Answer moved = f.admin(Method::Post, "/admin/clock", R"({"now":"2026-01-21T22:00:00Z"})");
  INFO(moved.body);
  CHECK(moved.status == 200);
  CHECK(moved["now"] == "2026-01-21T22:00:00.000Z");
  const Answer back = f.admin(Method::Post, "/admin/clock", R"({"now":"2026-01-21T21:59:59Z"})");
  CHECK(back.status == 422);
  CHECK(back["code"] == "CLOCK_BACKWARDS");
  for (const char* body : {"{}", R"({"now":"noon"})", R"({"now":1769032800000})"}) {
    CHECK(f.admin(Method::Post, "/admin/clock", body).status == 400);
  }
  f.options.manual_clock = false;
  CHECK(f.admin(Method::Post, "/admin/clock", R"({"now":"2026-01-22T22:00:00Z"})").status == 403);
}

TEST_CASE("roles are enforced at the door") {
  GatewayFixture f;
  f.create_admin("sue", Role::Support);
  f.create_admin("rita", Role::RiskManager);
  f.create_admin("adam", Role::Admin);
  for (const auto& [name, role] : {std::pair{"sue", Role::Support},
                                   {"rita", Role::RiskManager},
                                   {"adam", Role::Admin},
                                   {"root", Role::SuperAdmin}}) {
    const std::string token = f.log_in(Door::Admin, name);
    for (const gateway::Route& route : gateway::kRoutes) {
      if (route.door != Door::Admin || route.is_public()) continue;
      if (route.endpoint == gateway::Endpoint::AdminLogout) continue;
      std::string path(route.pattern);
      const auto brace = path.find('{');
      if (brace != std::string::npos) path.replace(brace, path.find('}') - brace + 1, "4711");
      const Answer answer =
          f.send(Door::Admin, route.method, path, "", GatewayFixture::bearer(token));
      CAPTURE(name, path, answer.body);
      CHECK((answer.status == 403) == !route.admits(role));
    }
  }
}

}  // namespace tribook::test
