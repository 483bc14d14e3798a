#include <stdexcept>
#include <string>

#include "gateway_api/stream_fixture.h"

// What throws in a gateway, and what the gateway is after that.

namespace tribook::test {
namespace {

using http::Method;

constexpr auto kOrder = R"({"symbol":"EURUSD","side":"BUY","volume":1})";

struct Fault : StreamFixture {
  Fault() {
    options.routing_reason = [this](std::uint16_t) {
      if (std::exchange(reason_throws, false)) throw std::runtime_error("no reason");
      return std::string("by rule");
    };
    options.venue_name = [this](VenueId) {
      if (std::exchange(name_throws, false)) throw std::runtime_error("no name");
      return std::string("feed");
    };
  }

  void fail_with_a_quote() {
    Command command = quote(108'550);
    name_throws = true;
    REQUIRE(house.post(command));
    bool has_thrown = false;
    for (int i = 0; i < 20 && !has_thrown; ++i) {
      house.pump();
      try {
        gate->drain();
      } catch (const std::runtime_error& error) {
        has_thrown = error.what() == std::string("no name");
      }
    }
    REQUIRE(has_thrown);
  }
  /// EURUSD, in points.
  static Command quote(std::int64_t bid) {
    QuoteCommand body;
    body.symbol = SymbolId{1};
    body.bid = Price{bid * 1'000};
    body.ask = Price{(bid + 10) * 1'000};
    body.never_stale = 1;
    return Command::make(body);
  }
  std::size_t positions() { return client(Method::Get, "/api/account/positions").items(); }

  bool reason_throws = false;
  bool name_throws = false;
};

}  // namespace

TEST_CASE("an order whose answer cannot be made is answered with 500, and is there") {
  Fault f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"orders"})");
  static_cast<void>(session.take("order_update"));
  const auto texts = f.house.slab().in_use();
  f.reason_throws = true;
  const Answer answer = f.client(Method::Post, "/api/orders/market", kOrder);
  CHECK(answer.status == 500);
  CHECK(answer["code"] == "INTERNAL");
  CHECK(f.network.errors == std::vector<std::string>{"/api/orders/market: no reason"});
  CHECK(f.positions() == 1);
  CHECK_FALSE(session.take("order_update").empty());
  CHECK(f.gate->pending() == 0);
  CHECK(f.house.slab().in_use() == texts);
  CHECK(f.client(Method::Post, "/api/orders/market", kOrder).status == 201);
}

TEST_CASE("a gateway in doubt forgets who waited and who listened, and nothing else") {
  Fault f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"quotes","symbols":["EURUSD"]})");
  f.say(session, R"({"action":"subscribe","type":"positions"})");
  const auto texts = f.house.slab().in_use();
  f.fail_with_a_quote();
  const std::uint32_t lost = f.start(gateway::Door::Client, Method::Post, "/api/orders/market",
                                     kOrder, Fault::bearer(f.client_token));
  CHECK(f.gate->sessions() == 1);
  CHECK(f.gate->pending() == 1);

  f.gate->forget();
  CHECK(f.gate->sessions() == 0);
  CHECK(f.gate->pending() == 0);
  session.sent.clear();
  for (int i = 0; i < 20; ++i) f.house.pump();
  f.gate->discard();
  CHECK(f.gate->discarded() > 0);
  f.gate->begin_anew();
  f.gate->stream().close(session);  // as its connection ends
  CHECK(session.sent.empty());
  CHECK(f.house.slab().in_use() == texts);

  // What was sent was done, its answer finds nobody, and the next one its own.
  CHECK(f.positions() == 1);
  CHECK_FALSE(f.network.replies.contains(lost));
  CHECK(f.trade()["filledPrice"] == "1.08560");
  CHECK(f.positions() == 2);
  FakeSession& again = f.connect();
  f.say(again, R"({"action":"subscribe","type":"quotes","symbols":["EURUSD"]})");
  REQUIRE(f.house.post(Fault::quote(108'650)));
  for (int i = 0; i < 20; ++i) f.step();
  CHECK_FALSE(again.take("tick").empty());
}

TEST_CASE("a gateway that failed is not asked who the next one is") {
  Fault f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"quotes","symbols":["EURUSD"]})");
  REQUIRE(f.house.post(Fault::quote(108'550)));
  for (int i = 0; i < 20; ++i) f.house.pump();
  f.name_throws = true;
  // The event that comes in fails before the request is looked at.
  CHECK_THROWS_WITH(f.start(gateway::Door::Client, Method::Get, "/api/symbols", "",
                            Fault::bearer(f.client_token)),
                    "no name");
  f.gate->forget();
  f.gate->begin_anew();
  CHECK(f.client(Method::Get, "/api/symbols").status == 200);
}

}  // namespace tribook::test
