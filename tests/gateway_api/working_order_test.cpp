#include "gateway_api/gateway_fixture.h"

// Orders that rest, from request to answer.

namespace tribook::test {
namespace {

using http::Method;

struct Desk : GatewayFixture {
  Desk() {
    add_eurusd();
    account = add_client("alice");
  }
  Answer place(const std::string& type, const std::string& more) {
    return client(Method::Post, "/api/orders/" + type,
                  R"({"symbol":"EURUSD","side":"BUY","volume":1)" + more + "}");
  }
  std::string rest(const std::string& type, const std::string& more) {
    const Answer answer = place(type, more);
    INFO(answer.body);
    REQUIRE(answer.status == 201);
    REQUIRE(answer["status"] == "WORKING");
    return answer["orderId"];
  }
  Answer open_orders() { return client(Method::Get, "/api/account/orders"); }

  std::string account;
};

TEST_CASE("resting order: placed, shown whole, filled when the quote reaches it") {
  Desk d;
  const std::string id =
      d.rest("limit", R"(,"price":1.08,"sl":1.07,"tp":1.09,"clientOrderId":"mine","comment":"c",)"
                      R"("trailing":{"distancePips":20,"stepPips":5})");
  const Answer open = d.open_orders();
  REQUIRE(open.items() == 1);
  CHECK(open["items.0.orderId"] == id);
  CHECK(open["items.0.type"] == "LIMIT");
  CHECK(open["items.0.status"] == "WORKING");
  CHECK(open["items.0.price"] == "1.08000");
  CHECK(open["items.0.triggerPrice"] == "null");
  CHECK(open["items.0.timeInForce"] == "GTC");
  CHECK(open["items.0.expiresAt"] == "null");
  CHECK(open["items.0.trailing.distancePips"] == "20");
  CHECK(open["items.0.filledPrice"] == "null");
  CHECK(open["items.0.clientOrderId"] == "mine");
  CHECK(d.client(Method::Get, "/api/account/summary")["margin"] == "0.00");
  // The answer to the quote waits for all that followed from it.
  d.add_quote("EURUSD", "1.07980", "1.07990");
  CHECK(d.open_orders().items() == 0);
  const Answer all = d.client(Method::Get, "/api/account/orders?status=all");
  CHECK(all["items.0.status"] == "FILLED");
  CHECK(all["items.0.filledPrice"] == "1.07990");
  CHECK(all["items.0.comment"] == "c");
  const Answer positions = d.client(Method::Get, "/api/account/positions");
  CHECK(positions["items.0.openPrice"] == "1.07990");
  CHECK(positions["items.0.trailing.stepPips"] == "5");
  CHECK(positions["items.0.sl"] == "1.07780");
}

TEST_CASE("resting order: one that the market has reached answers with its fill") {
  Desk d;
  const Answer limit = d.place("limit", R"(,"price":1.09)");
  CHECK(limit["status"] == "FILLED");
  CHECK(limit["filledPrice"] == "1.08460");
  const Answer stop = d.place("stop", R"(,"triggerPrice":1.08460)");
  INFO(stop.body);
  CHECK(stop.status == 201);
  CHECK(stop["status"] == "FILLED");
  CHECK_FALSE(stop["positionId"] == "null");
  CHECK(d.place("limit", R"(,"price":1.08,"timeInForce":"FOK")")["code"] == "FOK");
  const Answer ioc = d.place("limit", R"(,"price":1.08,"timeInForce":"IOC")");
  CHECK(ioc.status == 201);
  CHECK(ioc["status"] == "CANCELLED");
}

TEST_CASE("resting order: changed and cancelled") {
  Desk d;
  const std::string id = d.rest("stop-limit", R"(,"triggerPrice":1.09,"price":1.091)");
  const auto modify = [&](const std::string& body) {
    return d.client(Method::Put, "/api/orders/ORD-" + id + "/modify", body);
  };
  const Answer changed = modify(
      R"({"price":1.092,"sl":1.085,"volume":0.5,"timeInForce":"GTD","expiresAt":"2030-01-01T00:00:00Z"})");
  INFO(changed.body);
  CHECK(changed.status == 200);
  CHECK(changed["price"] == "1.09200");
  CHECK(changed["triggerPrice"] == "1.09000");
  CHECK(changed["sl"] == "1.08500");
  CHECK(changed["volume"] == "0.5");
  CHECK(changed["expiresAt"] == "2030-01-01T00:00:00.000Z");
  CHECK(modify(R"({"sl":null})")["sl"] == "null");
  CHECK(modify(R"({"timeInForce":"GTC"})")["expiresAt"] == "null");
  CHECK(modify(R"({"price":1.0920001})")["code"] == "PRICE_INVALID");
  CHECK(modify("{}").status == 400);
  CHECK(modify(R"({"timeInForce":"IOC"})").status == 400);
  const Answer cancelled = d.client(Method::Delete, "/api/orders/" + id);
  CHECK(cancelled.status == 200);
  CHECK(cancelled["status"] == "CANCELLED");
  const Answer again = d.client(Method::Delete, "/api/orders/" + id);
  CHECK(again.status == 409);
  CHECK(again["code"] == "ORDER_NOT_WORKING");
  CHECK(again["orderStatus"] == "CANCELLED");
  CHECK(d.client(Method::Delete, "/api/orders/4711").status == 404);
  CHECK(d.client(Method::Delete, "/api/orders/x").status == 400);
}

TEST_CASE("resting order: another client's is not there") {
  Desk d;
  const std::string id = d.rest("limit", R"(,"price":1.08)");
  d.add_client("bert");
  CHECK(d.client(Method::Delete, "/api/orders/" + id).status == 404);
  CHECK(d.client(Method::Put, "/api/orders/" + id + "/modify", R"({"sl":1.07})").status == 404);
}

TEST_CASE("resting order: a limit moved into the market answers with its fill") {
  Desk d;
  const std::string id = d.rest("limit", R"(,"price":1.08)");
  const Answer moved = d.client(Method::Put, "/api/orders/" + id + "/modify", R"({"price":1.09})");
  CHECK(moved["status"] == "FILLED");
  CHECK(moved["filledPrice"] == "1.08460");
}

TEST_CASE("resting order: bodies that are none") {
  Desk d;
  const auto refused = [&](const std::string& type, const std::string& more,
                           const std::string& detail) {
    const Answer answer = d.place(type, more);
    INFO(answer.body);
    CHECK(answer.status == 400);
    CHECK(answer["detail"] == detail);
  };
  refused("limit", "", "price is required");
  refused("stop", R"(,"price":1)", "triggerPrice is required");
  refused("stop-limit", R"(,"triggerPrice":1)", "price is required");
  refused("limit", R"(,"price":-1)", "price must not be negative");
  refused("limit", R"(,"price":1,"timeInForce":"GTD")", "expiresAt is required with GTD");
  refused("limit", R"(,"price":1,"timeInForce":"DAY","expiresAt":"2030-01-01T00:00:00Z")",
          "expiresAt goes with GTD alone");
  refused("limit", R"(,"price":1,"expiresAt":"tomorrow")",
          "expiresAt must be a time like 2026-01-21T22:00:00Z");
  refused("stop", R"(,"triggerPrice":1,"timeInForce":"IOC")",
          "timeInForce must be GTC, DAY or GTD for a stop");
  refused("limit", R"(,"price":1,"triggerPrice":1)",
          "triggerPrice does not go with an order of type LIMIT");
  refused("stop", R"(,"triggerPrice":1,"price":1)", "price does not go with an order of type STOP");
  CHECK(d.house.slab().in_use() == 0);
}

TEST_CASE("resting order: what is not valid says which field, and why") {
  Desk d;
  const std::string past = R"("expiresAt":"2020-01-01T00:00:00Z")";
  const std::string later = "expiresAt must be later than now";
  const Answer placed = d.place("limit", R"(,"price":1.08,)" + past);
  CHECK(placed["code"] == "VALIDATION");
  CHECK(placed["detail"] == later);
  CHECK_FALSE(placed["orderId"] == "null");
  const Answer checked = d.client(
      Method::Post, "/api/orders/check",
      R"({"symbol":"EURUSD","side":"BUY","volume":1,"type":"LIMIT","price":1.08,)" + past + "}");
  CHECK(checked["code"] == "VALIDATION");
  CHECK(checked["reason"] == later);
  const Answer pair = d.client(
      Method::Post, "/api/orders/oco",
      R"({"symbol":"EURUSD","orders":[{"type":"LIMIT","side":"BUY","volume":1,"price":1.07},)"
      R"({"type":"LIMIT","side":"SELL","volume":1,"price":1.09}],)" +
          past + "}");
  CHECK(pair["detail"] == later);
  const auto modify = [&](const std::string& id, const std::string& body) {
    const Answer answer = d.client(Method::Put, "/api/orders/" + id + "/modify", body);
    INFO(answer.body);
    CHECK(answer["code"] == "VALIDATION");
    return answer["detail"];
  };
  const std::string limit = d.rest("limit", R"(,"price":1.08)");
  const std::string stop = d.rest("stop", R"(,"triggerPrice":1.09)");
  CHECK(modify(limit, "{" + past + "}") == later);
  CHECK(modify(limit, R"({"price":0})") == "price must be above 0");
  CHECK(modify(stop, R"({"triggerPrice":"0"})") == "triggerPrice must be above 0");
  CHECK(modify(limit, R"({"triggerPrice":1.09})") ==
        "triggerPrice does not go with an order of type LIMIT");
  CHECK(modify(stop, R"({"price":1.09})") == "price does not go with an order of type STOP");
  CHECK(modify(limit, R"({"timeInForce":"IOC"})") ==
        "timeInForce must be GTC, DAY or GTD for an order that rests");
}

TEST_CASE("a check decides as the placing does") {
  Desk d;
  const auto check = [&](const std::string& more) {
    return d.client(Method::Post, "/api/orders/check",
                    R"({"symbol":"EURUSD","side":"BUY","volume":1)" + more + "}");
  };
  const std::string bodies[] = {R"(,"price":1.08)", R"(,"triggerPrice":1.09)",
                                R"(,"timeInForce":"GTC")", R"(,"timeInForce":"FOK")", ""};
  for (const std::string& body : bodies) {
    INFO(body);
    const Answer placed = d.place("market", body);
    const Answer checked = check(body);
    CHECK(checked["detail"] == placed["detail"]);
    CHECK((checked["valid"] == "true") == (placed.status == 201));
  }
  const Answer limit = check(R"(,"type":"LIMIT","price":1.08)");
  CHECK(limit["valid"] == "true");
  CHECK(d.place("market", R"(,"type":"LIMIT","price":1.08)").status == 400);
}

TEST_CASE("an order that was filled as it came keeps when it would have ended, and its trail") {
  Desk d;
  const Answer filled = d.place("limit", R"(,"price":1.09,"expiresAt":"2030-01-01T00:00:00Z",)"
                                         R"("trailing":{"distancePips":20})");
  REQUIRE(filled["status"] == "FILLED");
  const Answer all = d.client(Method::Get, "/api/account/orders?status=all");
  CHECK(all["items.0.timeInForce"] == "GTD");
  CHECK(all["items.0.expiresAt"] == "2030-01-01T00:00:00.000Z");
  CHECK(all["items.0.trailing.distancePips"] == "20");
}

TEST_CASE("OCO: two orders, of which one remains") {
  Desk d;
  const auto pair = [&](const std::string& more) {
    return d.client(
        Method::Post, "/api/orders/oco",
        R"({"symbol":"EURUSD","orders":[{"type":"STOP","side":"BUY","volume":1,"triggerPrice":1.09},)"
        R"({"type":"STOP","side":"SELL","volume":1,"triggerPrice":1.08}])" +
            more + "}");
  };
  const Answer placed = pair(R"(,"clientOrderId":"both")");
  INFO(placed.body);
  CHECK(placed.status == 201);
  CHECK(placed["orders.0.status"] == "WORKING");
  CHECK(placed["orders.1.status"] == "WORKING");
  const std::string second = placed["orders.1.orderId"];
  CHECK(d.open_orders()["items.1.ocoOrderId"] == second);
  d.add_quote("EURUSD", "1.09000", "1.09010");
  CHECK(d.open_orders().items() == 0);
  const Answer all = d.client(Method::Get, "/api/account/orders?status=all");
  CHECK(all["items.0.status"] == "CANCELLED");
  CHECK(all["items.0.rejectCode"] == "OCO");
  CHECK(all["items.1.status"] == "FILLED");
  const Answer again = pair(R"(,"clientOrderId":"both")");
  CHECK(again["orders.0.status"] == "FILLED");
  CHECK(again["orders.1.status"] == "CANCELLED");
  CHECK(pair(R"(,"clientOrderId":"both","timeInForce":"DAY")").status == 409);
  CHECK(pair(R"(,"timeInForce":"IOC")").status == 400);
  CHECK(d.client(Method::Post, "/api/orders/oco", R"({"symbol":"EURUSD","orders":[{}]})").status ==
        400);
}

TEST_CASE("check: says what would be, and nothing is placed") {
  Desk d;
  const auto check = [&](const std::string& more) {
    return d.client(Method::Post, "/api/orders/check",
                    R"({"symbol":"EURUSD","side":"BUY")" + more + "}");
  };
  const Answer good = check(R"(,"volume":1)");
  INFO(good.body);
  CHECK(good.status == 200);
  CHECK(good["valid"] == "true");
  CHECK(good["code"] == "null");
  const Answer large = check(R"(,"volume":90)");
  CHECK(large["valid"] == "false");
  CHECK(large["code"] == "INSUFFICIENT_MARGIN");
  CHECK(large["failedCheck"] == "margin");
  CHECK_FALSE(large["reason"].empty());
  CHECK(check(R"(,"volume":90,"type":"LIMIT","price":1.08)")["valid"] == "true");
  CHECK(check(R"(,"volume":1,"type":"LIMIT","price":1.08,"timeInForce":"DAY")")["valid"] == "true");
  CHECK(check(R"(,"volume":1,"type":"stop","triggerPrice":1.080001)")["failedCheck"] == "price");
  CHECK(check(R"(,"volume":1,"type":"ICEBERG")").status == 400);
  CHECK(d.client(Method::Get, "/api/account/orders?status=all").items() == 0);
  CHECK(d.place("market", "")["orderId"] == "1");
}

}  // namespace
}  // namespace tribook::test
