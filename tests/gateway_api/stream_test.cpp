#include "gateway_api/stream_fixture.h"

// The stream: sessions, subscriptions, the account's own messages, requests.

namespace tribook::test {

using gateway::Door;
using http::Method;

TEST_CASE("ticks go to those who asked, the same text to all") {
  StreamFixture f;
  f.admin(Method::Post, "/admin/symbols", R"({"symbol":"GBPUSD"})");
  FakeSession& one = f.connect();
  FakeSession& all = f.connect();
  FakeSession& none = f.connect();
  f.say(one, R"({"action":"subscribe","type":"quotes","symbols":["EURUSD"]})");
  f.say(all, R"({"action":"subscribe","type":"quotes"})");
  CHECK(one.take("tick").size() == 1);  // the latest, at once
  CHECK(all.take("tick").size() == 1);
  f.add_quote("EURUSD", "1.08500", "1.08512");
  f.add_quote("GBPUSD", "1.27", "1.2701");
  REQUIRE(all.sent.size() == 2);
  REQUIRE(one.sent.size() == 1);
  CHECK(one.sent.front() == all.sent.front());
  const Answer tick = one.take("tick").front();
  CHECK(tick["symbol"] == "EURUSD");
  CHECK(tick["bid"] == "1.08500");
  CHECK(tick["ask"] == "1.08512");
  CHECK(tick["spread"] == "0.00012");
  CHECK(tick["timestamp"] == std::to_string(f.settings_of_test().start.ms()));
  CHECK(tick["lp"] == "venue7");
  CHECK(none.sent.empty());

  f.say(one, R"({"action":"unsubscribe","type":"quotes","symbols":["EURUSD"]})");
  f.say(all, R"({"action":"unsubscribe","type":"quotes","symbols":["EURUSD"]})");
  all.sent.clear();
  f.add_quote("EURUSD", "1.08600", "1.08612");
  f.add_quote("GBPUSD", "1.28", "1.2801");
  CHECK(one.sent.empty());
  CHECK(all.take("tick").size() == 1);
}

TEST_CASE("every quote of an array is a tick") {
  StreamFixture f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"quotes","symbols":"*"})");
  session.sent.clear();
  f.admin(
      Method::Post, "/admin/quotes",
      R"([{"symbol":"EURUSD","bid":1,"ask":1},{"symbol":"EURUSD","bid":2,"ask":2},{"symbol":"EURUSD","bid":3,"ask":3}])");
  const auto ticks = session.take("tick");
  REQUIRE(ticks.size() == 3);
  CHECK(ticks[1]["bid"] == "2.00000");
}

TEST_CASE("a slow reader gets the latest quote only") {
  StreamFixture f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"quotes"})");
  session.sent.clear();
  session.is_slow = true;
  for (int i = 0; i < 200; ++i) f.add_quote("EURUSD", "1." + std::to_string(1'000 + i), "2");
  CHECK(session.sent.size() == 128);
  session.sent.clear();
  f.gate->stream().drained(session);
  const auto ticks = session.take("tick");
  REQUIRE(ticks.size() == 1);
  CHECK(ticks[0]["bid"] == "1.11990");
}

TEST_CASE("a session ends when its user gets another password, and nobody else's does") {
  StreamFixture f;
  FakeSession& session = f.connect();
  f.add_client("bert");
  FakeSession& bert = f.connect();
  CHECK(f.admin(Method::Put, "/admin/accounts/" + f.account + "/password", R"({"password":"x"})")
            .status == 200);
  CHECK(session.closed_with == http::CloseCode::PolicyViolation);
  CHECK(session.take("error").front()["code"] == "UNAUTHENTICATED");
  CHECK(bert.is_open);
  f.client_token = f.log_in(gateway::Door::Client, "alice", "x");
  FakeSession& again = f.connect();
  f.say(again, R"({"action":"subscribe","type":"account"})");
  CHECK(again.is_open);
}

TEST_CASE("an account hears of its own orders, positions and money") {
  StreamFixture f;
  FakeSession& session = f.connect();
  FakeSession& silent = f.connect();
  const std::string alices = f.client_token;
  f.add_client("bert");
  FakeSession& bert = f.connect();
  f.client_token = alices;
  for (const std::string type : {"account", "positions", "orders", "trades"}) {
    f.say(session, R"({"action":"subscribe","type":")" + type + "\"}");
    f.say(bert, R"({"action":"subscribe","type":")" + type + "\"}");
  }
  const auto first = session.take("account_update");
  REQUIRE(first.size() == 1);
  CHECK(first[0].body ==
        R"({"type":"account_update","seq":1,"balance":10000.00,"equity":10000.00,)"
        R"("margin":0.00,"freeMargin":10000.00,"marginLevel":null,"unrealizedPnL":0.00})");
  bert.sent.clear();
  const Answer order = f.trade();
  const std::string id = order["positionId"];

  const auto filled = session.take("order_filled");
  REQUIRE(filled.size() == 1);
  CHECK(filled[0]["orderId"] == "ORD-" + order["orderId"]);
  CHECK(filled[0]["positionId"] == id);
  CHECK(filled[0]["symbol"] == "EURUSD");
  CHECK(filled[0]["side"] == "BUY");
  CHECK(filled[0]["volume"] == "1");
  CHECK(filled[0]["filledPrice"] == "1.08460");
  const auto updates = session.take("order_update");
  REQUIRE(updates.size() == 1);
  CHECK(updates[0]["status"] == "FILLED");
  CHECK(updates[0]["clientOrderId"] == "c1");
  const auto opened = session.take("position_update");
  REQUIRE(opened.size() == 1);
  CHECK(opened[0]["action"] == "opened");
  CHECK(opened[0]["position.id"] == id);
  CHECK(opened[0]["position.openPrice"] == "1.08460");
  CHECK(opened[0]["position.currentPrice"] == "1.08450");
  CHECK(opened[0]["position.unrealizedPnL"] == "-10.00");
  CHECK(session.take("trade").size() == 1);
  const auto account = session.take("account_update");
  REQUIRE(account.size() == 1);
  CHECK(account[0]["equity"] == "9990.00");
  CHECK(account[0]["margin"] == "1084.55");
  CHECK(session.sent.empty());
  CHECK(silent.sent.empty());
  CHECK(bert.sent.empty());

  f.client(Method::Put, "/api/positions/" + id + "/modify", R"({"sl":1.08})");
  CHECK(session.take("position_update").at(0)["action"] == "modified");
  f.client(Method::Post, "/api/positions/" + id + "/close-partial", R"({"volume":0.25})");
  const auto part = session.take("position_update");
  REQUIRE(part.size() == 1);
  CHECK(part[0]["action"] == "modified");
  CHECK(part[0]["position.volume"] == "0.75");
  f.client(Method::Post, "/api/positions/" + id + "/close");
  const auto closed = session.take("position_update");
  REQUIRE(closed.size() == 1);
  CHECK(closed[0]["action"] == "closed");
  CHECK(closed[0]["position.closePrice"] == "1.08450");
  CHECK(closed[0]["position.closeReason"] == "MANUAL");
  CHECK(closed[0]["position.realizedPnL"] == "-10.00");
}

TEST_CASE("account messages are numbered without a gap") {
  StreamFixture f;
  FakeSession& session = f.connect();
  for (const std::string type : {"account", "positions", "orders", "trades", "quotes"}) {
    f.say(session, R"({"action":"subscribe","type":")" + type + "\"}");
  }
  for (int i = 0; i < 3; ++i) f.trade();
  std::uint64_t expected = 0;
  for (const auto& text : session.sent) {
    Answer answer;
    answer.body = *text;
    if (!answer["seq"].empty()) CHECK(answer["seq"] == std::to_string(++expected));
  }
  CHECK(expected == 16);
}

TEST_CASE("equity follows the quotes, at the timer's pace") {
  StreamFixture f;
  f.trade();
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"account"})");
  session.sent.clear();
  f.add_quote("EURUSD", "1.08600", "1.08610");
  f.add_quote("EURUSD", "1.08700", "1.08710");
  CHECK(session.sent.empty());
  f.gate->tick();
  const auto updates = session.take("account_update");
  REQUIRE(updates.size() == 1);
  CHECK(updates[0]["unrealizedPnL"] == "240.00");
  f.gate->tick();
  CHECK(session.sent.empty());
}

TEST_CASE("a session says who it is by header or first message") {
  StreamFixture f;
  FakeSession& silent = f.connect(GatewayFixture::Headers{});
  f.say(silent, R"({"action":"auth","token":")" + f.client_token + R"(","requestId":"a"})");
  const auto welcome = silent.take("authenticated");
  REQUIRE(welcome.size() == 1);
  CHECK(welcome[0]["requestId"] == "a");
  CHECK(welcome[0]["accountId"] == f.account);
  f.say(silent, R"({"action":"auth","token":")" + f.client_token + "\"}");
  CHECK(silent.take("error").size() == 1);
  CHECK(silent.is_open);

  FakeSession& forged = f.connect(GatewayFixture::Headers{});
  f.say(forged, R"({"action":"auth","token":"x.y.z"})");
  CHECK(forged.take("error").at(0)["code"] == "UNAUTHENTICATED");
  CHECK(forged.closed_with == http::CloseCode::PolicyViolation);

  FakeSession& early = f.connect(GatewayFixture::Headers{});
  f.say(early, R"({"action":"subscribe","type":"quotes"})");
  CHECK_FALSE(early.is_open);
  CHECK(early.take("tick").empty());

  f.connect(GatewayFixture::bearer("x.y.z"));
  REQUIRE(f.refusal);
  CHECK(f.refusal->status == 401);
  f.connect(GatewayFixture::bearer(f.admin_token));
  REQUIRE(f.refusal);
  CHECK(f.refusal->status == 401);
  f.connect(GatewayFixture::bearer(f.client_token, {{"X-Account-Id", "77"}}));
  REQUIRE(f.refusal);
  CHECK(f.refusal->status == 403);
}

TEST_CASE("sessions end with their token, and those that never showed one") {
  StreamFixture f;
  FakeSession& unknown = f.connect(GatewayFixture::Headers{});
  FakeSession& first = f.connect();
  f.house.clock().set(f.house.clock().now() + std::chrono::seconds{11});
  f.gate->tick();
  CHECK_FALSE(unknown.is_open);
  CHECK(first.is_open);
  f.client(Method::Post, "/api/logout");
  f.house.clock().set(f.house.clock().now() + std::chrono::seconds{2});
  f.gate->tick();
  CHECK_FALSE(first.is_open);
  f.client_token = f.log_in(Door::Client, "alice");
  FakeSession& second = f.connect();
  f.house.clock().set(f.house.clock().now() + std::chrono::hours{24});
  f.gate->tick();
  CHECK_FALSE(second.is_open);
  CHECK(f.gate->sessions() == 3);
}

TEST_CASE("orders and positions over the stream") {
  StreamFixture f;
  FakeSession& session = f.connect();
  f.say(session,
        R"({"action":"order.new","requestId":7,"symbol":"EURUSD","side":"BUY","volume":1})");
  const auto placed = session.take("response");
  REQUIRE(placed.size() == 1);
  CHECK(placed[0]["requestId"] == "7");
  CHECK(placed[0]["status"] == "FILLED");
  CHECK(placed[0]["httpStatus"] == "201");
  const std::string id = placed[0]["positionId"];
  f.say(session,
        R"({"action":"position.modify","requestId":"m","positionId":)" + id + R"(,"sl":1.08})");
  CHECK(session.take("response").at(0)["sl"] == "1.08000");
  f.say(session,
        R"({"action":"position.close","requestId":"p","positionId":)" + id + R"(,"volume":0.5})");
  CHECK(session.take("response").at(0)["closedVolume"] == "0.5");
  f.say(session, R"({"action":"position.close","requestId":"c","positionId":")" + id + "\"}");
  CHECK(session.take("response").at(0)["closedVolume"] == "0.5");
  const Answer list = f.client(Method::Get, "/api/account/orders?status=all");
  CHECK(list.items() == 3);

  const auto refused = [&](const std::string& text, const std::string& code) {
    f.say(session, text);
    const auto errors = session.take("error");
    INFO(text);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0]["code"] == code);
    return errors[0];
  };
  const Answer rejected =
      refused(R"({"action":"order.new","requestId":"z","symbol":"EURUSD","side":"BUY","volume":0})",
              "VOLUME_OUT_OF_RANGE");
  CHECK(rejected["requestId"] == "z");
  CHECK_FALSE(rejected["orderId"].empty());
  refused(R"({"action":"position.close","requestId":"c","positionId":4711})", "NOT_FOUND");
  refused(R"({"action":"position.close","requestId":"c"})", "VALIDATION");
  refused(R"({"action":"order.cancel","requestId":"c","orderId":"ORD-4711"})", "NOT_FOUND");
  refused(R"({"action":"order.cancel","requestId":"c","orderId":1})", "ORDER_NOT_WORKING");
  refused(R"({"action":"order.cancel","requestId":"c"})", "VALIDATION");
  refused(R"({"action":"order.new","type":"limit","requestId":"c"})", "VALIDATION");
  refused(R"({"action":"order.new","type":"iceberg","requestId":"c"})", "VALIDATION");
  refused(R"({"action":"dance"})", "VALIDATION");
}

TEST_CASE("what finds the ring full is refused at once, what is in it answered once") {
  StreamFixture f;
  FakeSession& session = f.connect();
  const std::size_t places = f.house.pipeline().gateway(0).commands->capacity();
  const auto say = [&](std::size_t number) {
    f.gate->stream().message(session, R"({"action":"order.new","requestId":)" +
                                          std::to_string(number) +
                                          R"(,"symbol":"EURUSD","volume":0.01,"side":")" +
                                          (number % 2 == 0 ? "BUY" : "SELL") + "\"}");
  };
  for (std::size_t number = 0; number < 2 * places; ++number) say(number);
  const auto refused = session.take("error");  // the house has not moved yet
  REQUIRE(refused.size() == places);
  for (std::size_t i = 0; i < refused.size(); ++i) {
    REQUIRE(refused[i]["code"] == "BUSY");
    REQUIRE(refused[i]["requestId"] == std::to_string(places + i));
  }
  CHECK(f.gate->pending() == places);
  SECTION("a house that goes on") {
    for (int i = 0; i < 400 && f.gate->pending() > 0; ++i) f.step();
    const auto done = session.take("response");
    REQUIRE(done.size() == places);
    for (std::size_t i = 0; i < done.size(); ++i) {
      REQUIRE(done[i]["httpStatus"] == "201");
      REQUIRE(done[i]["requestId"] == std::to_string(i));
    }
  }
  SECTION("one that does not") {
    f.house.clock().set(f.house.clock().now() + std::chrono::seconds{6});
    f.gate->tick();
    const auto late = session.take("response");
    REQUIRE(late.size() == places);
    CHECK(late.front()["httpStatus"] == "202");
    CHECK(late.back()["status"] == "PENDING");
    say(1);
    CHECK(session.take("error").at(0)["code"] == "BUSY");
    CHECK(f.gate->pending() == 0);
    for (int i = 0; i < 400; ++i) f.step();
    CHECK(session.take("response").empty());  // once
    say(2);
    for (int i = 0; i < 20; ++i) f.step();
    CHECK(session.take("response").size() == 1);
  }
  CHECK(session.take("error").empty());
  CHECK(f.house.slab().in_use() == 0);
}

TEST_CASE("messages that are none") {
  StreamFixture f;
  FakeSession& session = f.connect();
  for (const char* text :
       {"", "x", "[]", "1", "{", R"({"action":"subscribe","action":"x"})", R"({"action":1})",
        R"({"action":"subscribe"})", R"({"action":"subscribe","type":"everything"})",
        R"({"action":"subscribe","type":"quotes","symbols":"EURUSD"})",
        R"({"action":"subscribe","type":"quotes","symbols":7})",
        R"({"action":"subscribe","type":"quotes","symbols":[7]})",
        R"({"action":"subscribe","type":"quotes","symbols":["NOSUCH"]})",
        R"({"action":"position.close","positionId":-1})"}) {
    CAPTURE(text);
    f.say(session, text);
    CHECK(session.take("error").size() == 1);
    CHECK(session.is_open);
  }
  f.say(session, R"({"action":"subscribe","type":"trades","requestId":"s"})");
  CHECK(session.take("response").at(0)["requestId"] == "s");
}

TEST_CASE("a session that is gone is not answered") {
  StreamFixture f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"quotes"})");
  session.sent.clear();
  f.gate->stream().message(session,
                           R"({"action":"order.new","symbol":"EURUSD","side":"BUY","volume":1})");
  session.is_open = false;
  f.gate->stream().close(session);
  f.sessions.pop_back();  // nothing may touch it any more
  f.add_quote("EURUSD", "1.08", "1.08");
  CHECK(f.gate->sessions() == 0);
  CHECK(f.client(Method::Get, "/api/account/positions").items() == 1);
}

}  // namespace tribook::test
