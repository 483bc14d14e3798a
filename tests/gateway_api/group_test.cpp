#include "gateway_api/gateway_fixture.h"

// Groups, and accounts that an operator changes.

namespace tribook::test {

using gateway::Door;
using http::Method;

namespace {

std::string add_client_of(GatewayFixture& f, const std::string& name, const std::string& group) {
  const Answer answer =
      f.admin(Method::Post, "/admin/accounts",
              R"({"username":")" + name +
                  R"(","password":"secret","initialDeposit":10000,"group":")" + group + "\"}");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  f.client_token = f.log_in(Door::Client, name);
  return answer["id"];
}

}  // namespace

TEST_CASE("a group is made, shown and changed part by part") {
  GatewayFixture f;
  f.add_eurusd();
  const Answer made = f.admin(
      Method::Post, "/admin/groups",
      R"({"name":"vip","spreadMarkup":1.5,"stopOutLevel":30,"commission":{"amount":7,"currency":"EUR"},
          "symbols":[{"symbol":"EURUSD","leverageCap":50}]})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made["spreadMarkup"] == "1.5");
  CHECK(made["stopOutLevel"] == "30");
  CHECK(made["commission.amount"] == "7");
  CHECK(made["commission.currency"] == "EUR");
  CHECK(made["symbols.0.leverageCap"] == "50");
  CHECK(f.admin(Method::Get, "/admin/groups/vip").body == made.body);
  CHECK(f.admin(Method::Get, "/admin/groups")["items.0.name"] == "vip");
  const Answer changed = f.admin(Method::Put, "/admin/groups/vip",
                                 R"({"spreadMarkup":null,"commission":{"amount":8}})");
  CHECK(changed.status == 200);
  CHECK(changed["commission.amount"] == "8");
  CHECK(changed["commission.currency"] == "EUR");
  CHECK(changed["stopOutLevel"] == "30");
  const Answer levels =
      f.admin(Method::Put, "/admin/groups/vip", R"({"marginCallLevels":[80,120.5]})");
  CHECK(levels["marginCallLevels.0"] == "120.5");
  CHECK(levels["marginCallLevels.1"] == "80");
  const Answer one = f.admin(Method::Put, "/admin/groups/vip/symbols",
                             R"({"symbol":"EURUSD","leverageCap":null})");
  CHECK(one.status == 200);
  CHECK(one["symbols.0.symbol"].empty());
  CHECK(f.admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 409);
  CHECK(f.admin(Method::Get, "/admin/groups/none").status == 404);
  CHECK(f.admin(Method::Put, "/admin/groups/none", "{}").status == 404);
}

TEST_CASE("groups that cannot be") {
  GatewayFixture f;
  f.add_eurusd();
  for (const char* body :
       {"{}", R"({"name":""})", R"({"name":"a b"})", R"({"name":"a","stopOutLevel":-1})",
        R"({"name":"a","marginCallLevels":[-1]})", R"({"name":"a","marginCallLevels":[1,1]})",
        R"({"name":"a","spreadMarkup":-1})", R"({"name":"a","leverageCap":0})",
        R"({"name":"a","symbols":{}})", R"({"name":"a","symbols":[{}]})",
        R"({"name":"a","symbols":[{"symbol":"GBPUSD"}]})",
        R"({"name":"a","commission":{"amount":-1,"currency":"USD"}})"}) {
    const Answer answer = f.admin(Method::Post, "/admin/groups", body);
    INFO(body << " -> " << answer.body);
    CHECK(answer.status == 400);
  }
  CHECK(f.admin(Method::Get, "/admin/groups").items() == 0);
}

TEST_CASE("a group says how its accounts close, are stopped out and pay swap") {
  GatewayFixture f;
  f.add_eurusd();
  const Answer made = f.admin(
      Method::Post, "/admin/groups",
      R"({"name":"vip","closing":"FIFO","stopOutOrder":"SMART","swapFree":true,"swapFreeDays":3})");
  INFO(made.body);
  REQUIRE(made.status == 201);
  CHECK(made["closing"] == "FIFO");
  CHECK(made["stopOutOrder"] == "SMART");
  CHECK(made["swapFree"] == "true");
  CHECK(made["swapFreeDays"] == "3");
  const std::string path = "/admin/accounts/" + add_client_of(f, "alice", "vip");
  const auto account = [&](const char* field) { return f.admin(Method::Get, path)[field]; };
  CHECK(account("closing") == "FIFO");
  CHECK(account("stopOutOrder") == "SMART");
  CHECK(account("swapFree") == "true");
  const Answer own = f.admin(Method::Post, "/admin/accounts",
                             R"({"username":"bob","group":"vip","closing":"ANY"})");
  CHECK(own["closing"] == "ANY");
  CHECK(own["stopOutOrder"] == "SMART");
  const Answer changed =
      f.admin(Method::Put, "/admin/groups/vip", R"({"closing":"LIFO","swapFree":null})");
  CHECK(changed["closing"] == "LIFO");
  CHECK(changed["swapFree"] == "null");
  CHECK(account("closing") == "LIFO");
  CHECK(account("swapFree") == "false");
  CHECK(f.admin(Method::Put, "/admin/groups/vip", R"({"closing":"NONE"})").status == 400);
  CHECK(f.admin(Method::Put, "/admin/groups/vip", R"({"swapFreeDays":366})").status == 400);
}

TEST_CASE("an account is in no group with null, or an empty name") {
  GatewayFixture f;
  f.add_eurusd();
  REQUIRE(f.admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201);
  const std::string path = "/admin/accounts/" + add_client_of(f, "alice", "vip");
  const auto group = [&] { return f.admin(Method::Get, path)["group"]; };
  for (const std::string& where : {path, path + "/group"}) {
    for (const char* none : {R"({"group":null})", R"({"group":""})"}) {
      CHECK(group() == "vip");
      const Answer changed = f.admin(Method::Put, where, none);
      INFO(where << " " << none << " -> " << changed.body);
      CHECK(changed.status == 200);
      CHECK(changed["group"] == "null");
      CHECK(group() == "null");
      CHECK(f.admin(Method::Put, where, R"({"group":"vip"})").status == 200);
    }
  }
  CHECK(f.admin(Method::Post, "/admin/accounts", R"({"username":"bob","group":""})")["group"] ==
        "null");
}

TEST_CASE("one rule and one bound for levels, of accounts and of groups") {
  GatewayFixture f;
  const auto refused = [&](const Answer& answer, const std::string& detail) {
    INFO(answer.body);
    CHECK(answer.status == 400);
    CHECK(answer["detail"] == detail);
  };
  const auto make = [&](const std::string& fields) {
    return f.admin(Method::Post, "/admin/accounts", R"({"username":"nina",)" + fields + "}");
  };
  const std::string above = "stopOutLevel must not be above the highest of marginCallLevels";
  refused(make(R"("stopOutLevel":101)"), above);
  refused(make(R"("stopOutLevel":81,"marginCallLevels":[70,80])"), above);
  refused(make(R"("stopOutLevel":10001)"), "stopOutLevel must be 0 to 10,000 percent");
  refused(f.admin(Method::Post, "/admin/groups",
                  R"({"name":"a","stopOutLevel":81,"marginCallLevels":[80]})"),
          above);
  refused(f.admin(Method::Post, "/admin/groups", R"({"name":"a","marginCallLevels":[10001]})"),
          "marginCallLevels[0] must be 0 to 10,000 percent");
  REQUIRE(f.admin(Method::Post, "/admin/groups", R"({"name":"a","stopOutLevel":80})").status ==
          201);
  REQUIRE(f.admin(Method::Post, "/admin/groups", R"({"name":"b","stopOutLevel":150})").status ==
          201);
  refused(make(R"("group":"b")"), above);
  const std::string id = add_client_of(f, "alice", "a");
  refused(f.admin(Method::Put, "/admin/accounts/" + id + "/group", R"({"group":"b"})"),
          "group: the account's stopOutLevel would be above the highest of its marginCallLevels");
  refused(f.admin(Method::Put, "/admin/groups/a", R"({"stopOutLevel":101})"),
          "an account of the group would have a stopOutLevel above the highest of its "
          "marginCallLevels");
  CHECK(f.admin(Method::Put, "/admin/groups/a", R"({"stopOutLevel":100})").status == 200);
  CHECK(make(R"("stopOutLevel":9000,"marginCallLevels":[10000])").status == 201);
}

TEST_CASE("an account deals and is shown at its group's prices") {
  GatewayFixture f;
  f.add_eurusd();
  CHECK(f.admin(Method::Post, "/admin/groups", R"({"name":"wide","spreadMarkup":2})").status ==
        201);
  add_client_of(f, "alice", "wide");
  const Answer order = f.client(Method::Post, "/api/orders/market",
                                R"({"symbol":"EURUSD","side":"BUY","volume":1})");
  INFO(order.body);
  REQUIRE(order.status == 201);
  CHECK(order["filledPrice"] == "1.08470");
  const Answer positions = f.client(Method::Get, "/api/account/positions");
  CHECK(positions["items.0.currentPrice"] == "1.08440");
  CHECK(positions["items.0.unrealizedPnL"] == "-30.00");
  CHECK(f.client(Method::Get, "/api/symbols")["items.0.ask"] == "1.08470");
  const Answer closer = f.admin(Method::Put, "/admin/groups/wide", R"({"spreadMarkup":0})");
  CHECK(closer.status == 200);
  CHECK(f.client(Method::Get, "/api/account/positions")["items.0.currentPrice"] == "1.08450");
}

TEST_CASE("an operator changes leverage, group and state of an account") {
  GatewayFixture f;
  f.add_eurusd();
  CHECK(f.admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201);
  const std::string path = "/admin/accounts/" + f.add_client("alice");
  CHECK(f.admin(Method::Put, path + "/leverage", R"({"leverage":50})")["leverage"] == "50");
  CHECK(f.admin(Method::Put, path + "/leverage", R"({"leverage":501})").status == 400);
  CHECK(f.admin(Method::Put, path + "/leverage", "{}").status == 400);
  CHECK(f.admin(Method::Put, path + "/group", R"({"group":"vip"})")["group"] == "vip");
  CHECK(f.admin(Method::Put, path + "/group", R"({"group":null})").status == 200);
  CHECK(f.admin(Method::Put, path + "/group", R"({"group":"none"})")["code"] == "GROUP_UNKNOWN");
  CHECK(f.admin(Method::Put, path + "/suspend")["status"] == "SUSPENDED");
  CHECK(f.admin(Method::Post, path + "/activate")["status"] == "ACTIVE");
  CHECK(f.admin(Method::Delete, path)["status"] == "CLOSED");
  CHECK(f.admin(Method::Put, "/admin/accounts/4711/suspend").status == 404);
}

TEST_CASE("an operator changes what an account has of its own") {
  GatewayFixture f;
  f.add_eurusd();
  CHECK(f.admin(Method::Post, "/admin/groups",
                R"({"name":"vip","stopOutLevel":20,"swapFree":true,"swapFreeDays":3})")
            .status == 201);
  const std::string id = f.add_client("alice");
  const std::string path = "/admin/accounts/" + id;
  const auto put = [&](const char* body) { return f.admin(Method::Put, path, body); };
  const auto refused = [](const Answer& answer, unsigned status, const char* detail) {
    INFO(answer.body);
    CHECK(answer.status == status);
    CHECK(answer["detail"] == detail);
  };
  CHECK(put(R"({"group":"vip"})")["stopOutLevel"] == "20");
  CHECK(f.admin(Method::Get, path)["ownOptions.0"].empty());
  const Answer changed =
      put(R"({"stopOutLevel":30,"marginCallLevels":[120,80],"negativeBalanceProtection":false,)"
          R"("closing":"FIFO","stopOutOrder":"SMART","marginMode":"NETTING"})");
  INFO(changed.body);
  CHECK(changed.status == 200);
  CHECK(changed["stopOutLevel"] == "30");
  CHECK(changed["marginCallLevels"] == "[120,80]");
  CHECK(changed["negativeBalanceProtection"] == "false");
  CHECK(changed["closing"] == "FIFO");
  CHECK(changed["stopOutOrder"] == "SMART");
  CHECK(changed["marginMode"] == "NETTING");
  CHECK(changed["swapFree"] == "true");
  CHECK(changed["swapFreeDays"] == "3");
  CHECK(changed["ownOptions.0"] == "stopOutLevel");
  CHECK(put(R"({"swapFreeDays":5})")["swapFreeDays"] == "5");
  const Answer left = put(R"({"stopOutLevel":null,"swapFree":null,"closing":null})");
  CHECK(left["stopOutLevel"] == "20");
  CHECK(left["swapFreeDays"] == "3");
  CHECK(left["closing"] == "ANY");
  refused(put(R"({"stopOutLevel":130})"), 400,
          "stopOutLevel must not be above the highest of marginCallLevels");
  refused(put(R"({"closing":"SOMEHOW"})"), 400, "closing must be one of ANY FIFO LIFO");
  refused(put(R"({"swapFree":null,"swapFreeFee":1})"), 400,
          "swapFree is null, and its days or fee are not");
  refused(put(R"({"password":"other"})"), 400,
          "password is changed at /admin/accounts/{id}/password");
  CHECK(put(R"({"marginMode":null})").status == 400);
  f.client(Method::Post, "/api/orders/market", R"({"symbol":"EURUSD","side":"BUY","volume":1})");
  CHECK(put(R"({"marginMode":"HEDGING","stopOutLevel":10})")["code"] == "IN_USE");
  CHECK(f.admin(Method::Get, path)["stopOutLevel"] == "20");
}

TEST_CASE("an operator changes several things of an account at once") {
  GatewayFixture f;
  CHECK(f.admin(Method::Post, "/admin/groups", R"({"name":"vip"})").status == 201);
  const std::string path = "/admin/accounts/" + f.add_client("alice");
  const auto put = [&](const char* body) { return f.admin(Method::Put, path, body); };
  const Answer changed = put(R"({"leverage":50,"group":"vip","status":"CLOSE_ONLY"})");
  INFO(changed.body);
  CHECK(changed.status == 200);
  CHECK(changed["leverage"] == "50");
  CHECK(changed["group"] == "vip");
  CHECK(changed["status"] == "CLOSE_ONLY");
  CHECK(put(R"({"group":null})")["group"] == "null");
  CHECK(put("{}").status == 400);
  CHECK(put(R"({"leverage":501})").status == 400);
  CHECK(put(R"({"status":"GONE"})").status == 400);
  CHECK(put(R"({"currency":"EUR"})")["detail"] == "currency cannot be changed");
  CHECK(put(R"({"leverage":60,"email":"a@b"})").status == 422);
  CHECK(put(R"({"group":"none"})")["code"] == "GROUP_UNKNOWN");
  CHECK(f.admin(Method::Get, path)["leverage"] == "50");
  CHECK(f.admin(Method::Put, "/admin/accounts/4711", R"({"leverage":50})").status == 404);
}

}  // namespace tribook::test
