#include "gateway_api/gateway_fixture.h"

// Netting, closing in order, close-by, close-all and the states of an account, from body to answer.

namespace tribook::test {

using http::Method;

namespace {

std::string order(const std::string& side, const std::string& volume) {
  return R"({"symbol":"EURUSD","side":")" + side + R"(","volume":)" + volume + "}";
}

std::string open(GatewayFixture& f, const std::string& side, const std::string& volume) {
  const Answer answer = f.client(Method::Post, "/api/orders/market", order(side, volume));
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  return answer["positionId"];
}

std::string add_client(GatewayFixture& f, const std::string& fields) {
  const Answer answer =
      f.admin(Method::Post, "/admin/accounts",
              R"({"username":"alice","password":"secret","initialDeposit":10000,)" + fields + "}");
  INFO(answer.body);
  REQUIRE(answer.status == 201);
  f.client_token = f.log_in(gateway::Door::Client, "alice");
  return answer["id"];
}

}  // namespace

TEST_CASE("an account says its mode and in which order it closes") {
  GatewayFixture f;
  const std::string id = add_client(f, R"("marginMode":"NETTING","closing":"LIFO")");
  const Answer shown = f.admin(Method::Get, "/admin/accounts/" + id);
  CHECK(shown["marginMode"] == "NETTING");
  CHECK(shown["closing"] == "LIFO");
  CHECK(
      f.admin(Method::Post, "/admin/accounts", R"({"username":"al","closing":"OLDEST"})").status ==
      400);
}

TEST_CASE("the rest of a reversal that margin refuses is a warning") {
  GatewayFixture f;
  f.add_eurusd();
  add_client(f, R"("marginMode":"NETTING")");
  open(f, "BUY", "5");
  const Answer answer = f.client(Method::Post, "/api/orders/market", order("SELL", "50"));
  INFO(answer.body);
  CHECK(answer.status == 201);
  CHECK(answer["status"] == "CANCELLED");
  CHECK(answer["filledVolume"] == "5");
  CHECK(answer["warnings.0"] == "INSUFFICIENT_MARGIN");
}

TEST_CASE("two positions are closed against each other") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string buy = open(f, "BUY", "1");
  const std::string sell = open(f, "SELL", "0.4");
  const std::string path = "/api/positions/" + buy + "/close-by";
  const Answer answer = f.client(Method::Post, path, R"({"positionId":)" + sell + "}");
  INFO(answer.body);
  CHECK(answer.status == 200);
  CHECK(answer["positionId"] == buy);
  CHECK(answer["closedVolume"] == "0.4");
  CHECK(answer["closePrice"] == "1.08450");
  CHECK(answer["realizedPnL"] == "-4.00");
  CHECK(f.client(Method::Post, path, R"({"positionId":)" + sell + "}").status == 404);
  CHECK(f.client(Method::Post, path, R"({"positionId":)" + buy + "}")["code"] == "NOT_OPPOSITE");
  CHECK(f.client(Method::Post, path, R"({"positionId":"x"})").status == 400);
  CHECK(f.client(Method::Post, path, "{}").status == 400);
}

TEST_CASE("all positions are closed") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  open(f, "BUY", "1");
  open(f, "SELL", "0.5");
  CHECK(f.client(Method::Post, "/api/positions/close-all", R"({"symbol":"NOSUCH"})")["code"] ==
        "SYMBOL_UNKNOWN");
  CHECK(f.client(Method::Post, "/api/positions/close-all", R"({"symbol":7})").status == 400);
  const Answer answer = f.client(Method::Post, "/api/positions/close-all");
  INFO(answer.body);
  CHECK(answer.status == 200);
  CHECK(answer["closedPositions"] == "2");
  CHECK(answer["openPositions"] == "0");
  CHECK(answer["realizedPnL"] == "-15.00");
  CHECK(answer["items.0.closePrice"] == "1.08450");
  CHECK(answer["items.1.closePrice"] == "1.08460");
}

TEST_CASE("an operator changes the state of an account") {
  GatewayFixture f;
  f.add_eurusd();
  const std::string id = add_client(f, R"("currency":"USD")");
  const std::string path = "/admin/accounts/" + id;
  const Answer suspended = f.admin(Method::Put, path + "/suspend");
  CHECK(suspended.status == 200);
  CHECK(suspended["status"] == "SUSPENDED");
  CHECK(f.client(Method::Post, "/api/orders/market", order("BUY", "1"))["code"] ==
        "ACCOUNT_DISABLED");
  CHECK(f.admin(Method::Put, path + "/close-only")["status"] == "CLOSE_ONLY");
  CHECK(f.client(Method::Post, "/api/orders/market", order("BUY", "1"))["code"] ==
        "ACCOUNT_CLOSE_ONLY");
  CHECK(f.admin(Method::Put, path + "/activate")["status"] == "ACTIVE");
  open(f, "BUY", "1");
  CHECK(f.admin(Method::Delete, path)["code"] == "IN_USE");
  CHECK(f.admin(Method::Put, "/admin/accounts/99/suspend").status == 404);
  CHECK(f.admin(Method::Put, "/admin/accounts/x/suspend").status == 400);
}

TEST_CASE("positions show their highest and lowest mark") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string id = open(f, "BUY", "1");
  f.add_quote("EURUSD", "1.08550", "1.08560");
  f.add_quote("EURUSD", "1.08350", "1.08360");
  const Answer positions = f.client(Method::Get, "/api/account/positions");
  CHECK(positions["items.0.highestPrice"] == "1.08550");
  CHECK(positions["items.0.lowestPrice"] == "1.08350");
  f.client(Method::Post, "/api/positions/" + id + "/close");
  const Answer closed = f.client(Method::Get, "/api/account/positions?status=closed");
  CHECK(closed["items.0.highestPrice"] == "1.08550");
  CHECK(closed["items.0.lowestPrice"] == "1.08350");
}

}  // namespace tribook::test
