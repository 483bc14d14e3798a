#include <algorithm>
#include <vector>

#include "gateway_api/gateway_fixture.h"

// Limits that warn, in the answers to orders. The engine's word of them is put among its events
// here: which limits it warns of is its own tests' matter.

namespace tribook::test {

using http::Method;

namespace {

// Before the end of the request, as if it were of the order with this place among its orders; with
// none, of the order that was only asked about.
std::vector<Event> warned_events(const std::vector<Event>& events, std::size_t place,
                                 std::uint32_t limits) {
  std::vector<Event> all;
  std::vector<OrderId> orders;
  for (const Event& event : events) {
    if (event.header.kind == EventKind::OrderUpdated) {
      const OrderId order = event.get<OrderUpdated>().order;
      if (std::find(orders.begin(), orders.end(), order) == orders.end()) orders.push_back(order);
    } else if (event.header.kind == EventKind::Settled) {
      OrderWarned warned;
      if (place < orders.size()) warned.order = orders[place];
      warned.limits = limits;
      Event between = event;
      between.set(warned);
      all.push_back(between);
    }
    all.push_back(event);
  }
  return all;
}

struct Desk : GatewayFixture {
  Desk() {
    add_eurusd();
    add_client("alice");
  }

  Answer warned(Method method, const std::string& target, const std::string& body,
                std::uint32_t limits, std::size_t place = 0) {
    const auto request = start(gateway::Door::Client, method, target, body, bearer(client_token));
    const auto port = house.pipeline().gateway(0);
    for (int i = 0; i < 200; ++i) {
      house.pump();
      std::vector<Event> events;
      Event event;
      while (port.events->try_pop(event)) events.push_back(event);
      for (const Event& told : warned_events(events, place, limits))
        REQUIRE(port.events->try_push(told));
      gate->drain();
      network.run();
    }
    return take(request);
  }
};

const std::string kMarket = R"({"symbol":"EURUSD","side":"BUY","volume":1})";

}  // namespace

TEST_CASE("an order that passes limits which warn says so by their names") {
  Desk f;
  const std::uint32_t limits = bit_of(Limit::MaxExposure) | bit_of(Limit::OrdersPerDay);
  const Answer placed = f.warned(Method::Post, "/api/orders/market", kMarket, limits);
  INFO(placed.body);
  CHECK(placed.status == 201);
  CHECK(placed["warnings"] == R"(["maxExposure","ordersPerDay"])");
  CHECK(f.client(Method::Post, "/api/orders/market", kMarket)["warnings"] == "[]");
}

TEST_CASE("a check says which limits an order would pass") {
  Desk f;
  const Answer checked =
      f.warned(Method::Post, "/api/orders/check", kMarket, bit_of(Limit::MaxConcentration));
  INFO(checked.body);
  CHECK(checked["valid"] == "true");
  CHECK(checked["warnings"] == R"(["maxConcentration"])");
}

TEST_CASE("of a pair each order has its own warnings") {
  Desk f;
  const Answer placed = f.warned(Method::Post, "/api/orders/oco",
                                 R"({"symbol":"EURUSD","orders":[
          {"type":"LIMIT","side":"BUY","volume":1,"price":1.08},
          {"type":"STOP","side":"BUY","volume":1,"triggerPrice":1.09}]})",
                                 bit_of(Limit::MaxOrderVolume), 1);
  INFO(placed.body);
  CHECK(placed.status == 201);
  CHECK(placed["orders.0.warnings"] == "[]");
  CHECK(placed["orders.1.warnings"] == R"(["maxOrderVolume"])");
}

TEST_CASE("a change that passes a limit which warns says so besides") {
  Desk f;
  const Answer placed = f.client(Method::Post, "/api/orders/limit",
                                 R"({"symbol":"EURUSD","side":"BUY","volume":1,"price":1.08})");
  REQUIRE(placed.status == 201);
  const std::string target = "/api/orders/" + placed["orderId"] + "/modify";
  const Answer changed =
      f.warned(Method::Put, target, R"({"volume":2})", bit_of(Limit::MaxOrderValue));
  INFO(changed.body);
  CHECK(changed.status == 200);
  CHECK(changed["volume"] == "2");
  CHECK(changed["warnings"] == R"(["maxOrderValue"])");
  CHECK(f.client(Method::Put, target, R"({"volume":3})")["warnings"].empty());
}

}  // namespace tribook::test
