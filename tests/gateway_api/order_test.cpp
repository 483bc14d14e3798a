#include "gateway_api/gateway_fixture.h"

// Orders and positions from the body to the answer, bad ones above all.

namespace tribook::test {

using gateway::Door;
using http::Method;

namespace {

std::string order(const std::string& fields) {
  return R"({"symbol":"EURUSD","side":"BUY","volume":1)" + (fields.empty() ? "" : "," + fields) +
         "}";
}

}  // namespace

TEST_CASE("a market order is filled, and its position closed in two parts") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const Answer filled =
      f.client(Method::Post, "/api/orders/market",
               order(R"("sl":1.08,"tp":"1.09","clientOrderId":"c-1","comment":"é",)"
                     R"("strategyId":"s","metadata":{"a":[1,2]})"));
  INFO(filled.body);
  REQUIRE(filled.status == 201);
  CHECK(filled["status"] == "FILLED");
  CHECK(filled["clientOrderId"] == "c-1");
  CHECK(filled["filledVolume"] == "1");
  CHECK(filled["filledPrice"] == "1.08460");
  CHECK(filled["venue"] == "BBOOK");
  CHECK(filled["routingReason"] == "default: internalise");
  CHECK(filled["warnings"] == "[]");
  const std::string id = filled["positionId"];

  const Answer positions = f.client(Method::Get, "/api/account/positions");
  CHECK(positions["items.0.id"] == id);
  CHECK(positions["items.0.openPrice"] == "1.08460");
  CHECK(positions["items.0.currentPrice"] == "1.08450");
  CHECK(positions["items.0.unrealizedPnL"] == "-10.00");
  CHECK(positions["items.0.sl"] == "1.08000");
  CHECK(positions["items.0.tp"] == "1.09000");

  const Answer summary = f.client(Method::Get, "/api/account/summary");
  CHECK(summary["balance"] == "10000.00");
  CHECK(summary["equity"] == "9990.00");
  CHECK(summary["margin"] == "1084.55");
  CHECK(summary["freeMargin"] == "8905.45");
  CHECK(summary["marginLevel"] == "921.12");
  CHECK(summary["unrealizedPnL"] == "-10.00");
  CHECK(summary["currency"] == "USD");

  f.add_quote("EURUSD", "1.08560", "1.08570");
  const Answer part =
      f.client(Method::Post, "/api/positions/" + id + "/close-partial", R"({"volume":0.4})");
  INFO(part.body);
  REQUIRE(part.status == 200);
  CHECK(part["positionId"] == id);
  CHECK(part["closedVolume"] == "0.4");
  CHECK(part["closePrice"] == "1.08560");
  CHECK(part["realizedPnL"] == "40.00");
  const Answer rest = f.client(Method::Post, "/api/positions/" + id + "/close");
  REQUIRE(rest.status == 200);
  CHECK(rest["closedVolume"] == "0.6");
  CHECK(rest["realizedPnL"] == "60.00");

  CHECK(f.client(Method::Get, "/api/account/positions").items() == 0);
  const Answer closed = f.client(Method::Get, "/api/account/positions?status=closed");
  CHECK(closed["items.0.realizedPnL"] == "100.00");
  CHECK(closed["items.0.closeReason"] == "MANUAL");
  CHECK(closed["items.0.closePrice"] == "1.08560");
  CHECK(f.client(Method::Get, "/api/account/trades").items() == 3);
  const Answer orders = f.client(Method::Get, "/api/account/orders?status=all");
  CHECK(orders.items() == 3);
  CHECK(orders["items.2.comment"] == "é");
  CHECK(orders["items.2.metadata"] == R"({"a":[1,2]})");
  CHECK(f.client(Method::Get, "/api/account/orders").items() == 0);
  CHECK(f.client(Method::Get, "/api/account/summary")["balance"] == "10100.00");
  const Answer ledger = f.client(Method::Get, "/api/account/ledger");
  CHECK(ledger["items.0.type"] == "REALIZED_PNL");
  CHECK(ledger["items.0.amount"] == "60.00");
  CHECK(ledger["items.0.balanceBefore"] == "10040.00");
  CHECK(ledger["items.2.type"] == "DEPOSIT");
}

TEST_CASE("a client order id is good for one order") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string body = order(R"("clientOrderId":"once")");
  const Answer first = f.client(Method::Post, "/api/orders/market", body);
  const Answer again = f.client(Method::Post, "/api/orders/market", body);
  CHECK(again.status == first.status);
  CHECK(again.body == first.body);
  CHECK(f.client(Method::Get, "/api/account/positions").items() == 1);
  const Answer other =
      f.client(Method::Post, "/api/orders/market",
               R"({"symbol":"EURUSD","side":"SELL","volume":1,"clientOrderId":"once"})");
  CHECK(other.status == 409);
  CHECK(other["code"] == "DUPLICATE");
}

TEST_CASE("orders that risk refuses have an id and a code") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice", "500");
  const auto refused = [&](const std::string& body, const std::string& code) {
    const Answer answer = f.client(Method::Post, "/api/orders/market", body);
    INFO(body << " -> " << answer.body);
    CHECK(answer.status == 422);
    CHECK(answer["code"] == code);
    CHECK_FALSE(answer["orderId"].empty());
    CHECK(answer["orderStatus"] == "REJECTED");
  };
  const auto with = [](const std::string& symbol, const std::string& volume) {
    return R"({"symbol":")" + symbol + R"(","side":"BUY","volume":)" + volume + "}";
  };
  refused(with("NOSUCH", "1"), "SYMBOL_UNKNOWN");
  refused(with("a-very-long-name-of-a-symbol", "1"), "SYMBOL_UNKNOWN");
  refused(with("EURUSD", "0"), "VOLUME_OUT_OF_RANGE");
  refused(with("EURUSD", "-1"), "VOLUME_OUT_OF_RANGE");
  refused(with("EURUSD", "1000000"), "VOLUME_OUT_OF_RANGE");
  refused(with("EURUSD", "0.015"), "VOLUME_STEP");
  refused(with("EURUSD", "1"), "INSUFFICIENT_MARGIN");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":0.01,"sl":-1})", "PRICE_INVALID");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":0.01,"sl":1.1})", "PRICE_INVALID");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":0.01,"tp":1.0900001})", "PRICE_INVALID");
  CHECK(f.client(Method::Get, "/api/account/orders?status=all").items() == 10);
  REQUIRE(f.admin(Method::Post, "/admin/symbols/EURUSD/disable").status == 200);
  refused(with("EURUSD", "0.01"), "SYMBOL_DISABLED");
}

TEST_CASE("bodies that are no order never reach the engine") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const auto refused = [&](const std::string& body, const std::string& detail,
                           unsigned status = 400) {
    const Answer answer = f.client(Method::Post, "/api/orders/market", body);
    INFO(body.substr(0, 200) << " -> " << answer.body);
    CHECK(answer.status == status);
    CHECK(answer["code"] == "VALIDATION");
    CHECK(answer["detail"] == detail);
  };
  refused("", "the body is empty");
  refused("{", "the body is not well-formed JSON");
  refused("[]", "the body must be an object");
  refused("{}", "symbol is required");
  refused(order(R"("volume":2)"), "the key \"volume\" stands twice in one object");
  refused(order("\"comment\":\"\xff\""), "the body is not valid UTF-8");
  refused(R"({"symbol":"EURUSD","side":"BUY"})", "volume is required");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":null})", "volume is required");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":NaN})", "the body is not well-formed JSON");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":"NaN"})", "volume must be a number");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":true})", "volume must be a number");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":)" + std::string(400, '9') + "}",
          "volume is out of range");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":1e-400})", "volume has more than 8 decimals");
  refused(R"({"symbol":"EURUSD","side":"buy","volume":1})", "side must be one of BUY SELL");
  refused(R"({"symbol":7,"side":"BUY","volume":1})", "symbol must be a string");
  refused(R"({"symbol":"EURUSD","side":"BUY","volume":[1]})", "volume must be a number");
  refused(order(R"("timeInForce":"GTD")"), "timeInForce must be IOC or FOK for a market order");
  refused(order(R"("clientOrderId":"")"), "clientOrderId must not be empty");
  refused(order(R"("clientOrderId":")" + std::string(65, 'x') + "\""),
          "clientOrderId is longer than 64 bytes");
  refused(order(R"("maxSlippagePips":-1)"), "maxSlippagePips must not be negative");
  refused(order(R"("metadata":")" + std::string(1'024, 'x') + "\""),
          "metadata is longer than 1024 bytes");
  refused(order(R"("x":)" + std::string(40, '[') + std::string(40, ']')),
          "the body is nested too deeply");
  refused(order(R"("trailing":{"distancePips":0})"), "trailing.distancePips must be above 0");
  refused(order(R"("trailing":{"distancePips":1.005})"),
          "trailing.distancePips has more than 2 decimals");
  refused(order(R"("trailing":7)"), "trailing must be an object");
  CHECK(f.client(Method::Get, "/api/account/orders?status=all").items() == 0);
  for (const char* resting : {"GTC", "DAY", "GTD"}) {
    refused(order(R"("timeInForce":")" + std::string(resting) + "\""),
            "timeInForce must be IOC or FOK for a market order");
  }
  refused(order(R"("expiresAt":"2030-01-01T00:00:00Z")"),
          "expiresAt does not go with a market order");
  refused(order(R"("price":1.1)"), "price does not go with an order of type MARKET");
  refused(order(R"("triggerPrice":"1.1")"),
          "triggerPrice does not go with an order of type MARKET");
  refused(order(R"("type":"LIMIT","price":1.1)"), "type must be MARKET at this path");
  CHECK(f.client(Method::Get, "/api/account/orders?status=all").items() == 0);
  CHECK(f.client(Method::Post, "/api/orders/market",
                 order(R"("timeInForce":"IOC","type":"market","price":null,"unknown":1)"))
            .status == 201);
  CHECK(f.house.slab().in_use() == 0);
}

TEST_CASE("positions of others and of nobody") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string id = f.client(Method::Post, "/api/orders/market", order(""))["positionId"];
  f.add_client("bert");
  for (const std::string& path : {"/api/positions/" + id, std::string("/api/positions/4711")}) {
    CHECK(f.client(Method::Post, path + "/close").status == 404);
    CHECK(f.client(Method::Post, path + "/close-partial", R"({"volume":0.1})").status == 404);
    CHECK(f.client(Method::Put, path + "/modify", R"({"sl":1})").status == 404);
  }
  for (const char* bad : {"0", "-1", "x", "1.5", "99999999999999999999", "1%00"}) {
    CAPTURE(bad);
    CHECK(f.client(Method::Post, std::string("/api/positions/") + bad + "/close").status == 400);
  }
}

TEST_CASE("closing a part") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string id = f.client(Method::Post, "/api/orders/market", order(""))["positionId"];
  const auto close = [&](const std::string& body) {
    return f.client(Method::Post, "/api/positions/" + id + "/close-partial", body);
  };
  CHECK(close("{}").status == 400);
  CHECK(close(R"({"volume":"x"})").status == 400);
  CHECK(close(R"({"volume":0})")["code"] == "VOLUME_OUT_OF_RANGE");
  CHECK(close(R"({"volume":-1})")["code"] == "VOLUME_OUT_OF_RANGE");
  CHECK(close(R"({"volume":0.005})").status == 422);
  CHECK(close(R"({"volume":2})").status == 422);
  CHECK(f.client(Method::Get, "/api/account/positions")["items.0.volume"] == "1");
}

TEST_CASE("stops are set, kept and removed") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string id = f.client(Method::Post, "/api/orders/market", order(""))["positionId"];
  const auto modify = [&](const std::string& body) {
    return f.client(Method::Put, "/api/positions/" + id + "/modify", body);
  };
  const Answer both = modify(R"({"sl":1.08,"tp":1.09})");
  INFO(both.body);
  CHECK(both.status == 200);
  CHECK(both["sl"] == "1.08000");
  const Answer one = modify(R"({"sl":null})");
  CHECK(one["sl"] == "null");
  CHECK(one["tp"] == "1.09000");
  CHECK(modify(R"({"tp":1.05})")["code"] == "PRICE_INVALID");
  CHECK(modify("{}").status == 400);
  CHECK(modify(R"({"sl":"low"})")["detail"] == "sl must be a number");
  const Answer follows = modify(R"({"trailing":{"distancePips":50,"stepPips":10}})");
  CHECK(follows["trailing.distancePips"] == "50");
  CHECK(follows["trailing.stepPips"] == "10");
  CHECK(follows["sl"] == "1.07950");
  CHECK(modify(R"({"breakEven":{"offsetPips":5}})")["breakEven.offsetPips"] == "5");
  CHECK(modify(R"({"trailing":null})")["trailing"] == "null");
  CHECK(modify(R"({"breakEven":{"offsetPips":-1}})").status == 400);
}

TEST_CASE("a full ring is answered BUSY, a long wait 202") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const auto headers = GatewayFixture::bearer(f.client_token);
  const auto waiting =
      f.start(Door::Client, Method::Post, "/api/orders/market", order(""), headers);
  f.house.clock().set(f.house.clock().now() + std::chrono::seconds{6});
  f.gate->tick();
  REQUIRE(f.network.replies.contains(waiting));
  const Answer late = f.take(waiting);
  CHECK(late.status == 202);
  CHECK(late["status"] == "PENDING");
  unsigned status = 0;
  std::size_t started = 0;
  for (; started < 20'000 && status != 503; ++started) {
    const auto request = f.start(Door::Client, Method::Post, "/api/orders/market",
                                 order(R"("comment":"x")"), headers);
    if (f.network.replies.contains(request)) status = f.network.replies[request].status;
  }
  CHECK(status == 503);
  // And all is well again when the house has caught up.
  for (int i = 0; i < 200; ++i) f.step();
  CHECK(f.gate->pending() == 0);
  CHECK(f.house.slab().in_use() == 0);
  CHECK(f.client(Method::Get, "/api/account/summary").status == 200);
}

}  // namespace tribook::test
