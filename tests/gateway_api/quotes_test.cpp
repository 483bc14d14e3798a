#include "gateway_api/gateway_fixture.h"

// Quotes of the manual venue.

namespace tribook::test {

using gateway::Door;
using http::Method;

TEST_CASE("each quote of an array is settled before the next") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const std::string id =
      f.client(Method::Post, "/api/orders/market",
               R"({"symbol":"EURUSD","side":"BUY","volume":1,"sl":1.08,"tp":1.09})")["positionId"];
  // The first one takes the profit; the second, which would have stopped the loss, finds nothing.
  const Answer answer = f.admin(Method::Post, "/admin/quotes",
                                R"([{"symbol":"EURUSD","bid":1.0901,"ask":"1.0902"},
                                    {"symbol":"EURUSD","bid":1.05,"ask":1.05}])");
  INFO(answer.body);
  CHECK(answer.status == 200);
  CHECK(answer["accepted"] == "2");
  const Answer closed = f.client(Method::Get, "/api/account/positions?status=closed");
  CHECK(closed["items.0.id"] == id);
  CHECK(closed["items.0.closeReason"] == "TP_HIT");
  CHECK(f.admin(Method::Post, "/admin/quotes", "[]")["accepted"] == "0");
}

TEST_CASE("an array with a mistake does nothing and names it") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const auto refused = [&](const std::string& element, const std::string& detail,
                           unsigned status = 400) {
    const Answer answer = f.admin(Method::Post, "/admin/quotes",
                                  R"([{"symbol":"EURUSD","bid":2,"ask":2},)" + element + "]");
    INFO(element << " -> " << answer.body);
    CHECK(answer.status == status);
    CHECK(answer["detail"] == detail);
  };
  refused(R"({"symbol":"EURUSD","bid":0,"ask":1})", "[1].bid must be above 0");
  refused(R"({"symbol":"EURUSD","bid":-1,"ask":1})", "[1].bid must be above 0");
  refused(R"({"symbol":"EURUSD","bid":1.1,"ask":1})", "[1].ask must be at least the bid");
  refused(R"({"symbol":"EURUSD","bid":1})", "[1].ask must be at least the bid");
  refused(R"({"bid":1,"ask":1})", "[1].symbol is required");
  refused(R"({"symbol":"EURUSD","bid":"a","ask":1})", "[1].bid must be a number");
  refused("7", "[1] must be an object");
  refused(R"({"symbol":"NOSUCH","bid":1,"ask":1})", "[1]: There is no such symbol", 422);
  CHECK(f.client(Method::Get, "/api/symbols")["items.0.bid"] == "1.08450");
  CHECK(f.admin(Method::Post, "/admin/quotes", R"({"symbol":"EURUSD","bid":1,"ask":1})").status ==
        400);
}

TEST_CASE("without a manual venue nobody quotes") {
  GatewayFixture f;
  f.options.manual_venue.reset();
  CHECK(f.admin(Method::Post, "/admin/quotes", "[]").status == 403);
}

}  // namespace tribook::test
