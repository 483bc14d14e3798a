#include "gateway_api/stream_fixture.h"

#include <set>

#include "gateway/json/time_text.h"

// What quotes make of candles and positions, told at the timer's pace.

namespace tribook::test {

using http::Method;

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kNoon = 1'768'996'800'000;  // 2026-01-21

std::string subscription(const std::string& timeframe, const std::string& symbol = "EURUSD") {
  return R"({"action":"subscribe","type":"candles","symbols":[")" + symbol + R"("],"timeframe":")" +
         timeframe + "\"}";
}

struct MarketFixture : StreamFixture {
  MarketFixture() { clock(kNoon); }
  void clock(std::int64_t ms) {
    REQUIRE(admin(Method::Post, "/admin/clock", R"({"now":)" + time_text(ms) + "}").status == 200);
  }
  static std::string time_text(std::int64_t ms) {
    std::string text = "\"";
    json::append_time(text, TimeNs::from_ms(ms));
    return text + "\"";
  }
  void bid(const std::string& price) { add_quote("EURUSD", price, price); }
};

std::string shape(const Answer& candle) {
  return std::to_string((std::stoll(candle["time"]) - kNoon) / kMinute) + " " + candle["open"] +
         " " + candle["high"] + " " + candle["low"] + " " + candle["close"] + " " +
         candle["volume"];
}

std::vector<std::string> shapes(FakeSession& session) {
  std::vector<std::string> result;
  for (const Answer& candle : session.take("candle")) result.push_back(shape(candle));
  return result;
}

using Shapes = std::vector<std::string>;

}  // namespace

TEST_CASE("a candle comes at once, then when it changed, and its end before the next") {
  MarketFixture f;
  FakeSession& session = f.connect();
  f.bid("1.10000");
  f.say(session, subscription("1m"));
  auto first = session.take("candle");
  REQUIRE(first.size() == 1);
  CHECK(first[0].body ==
        R"({"type":"candle","symbol":"EURUSD","timeframe":"1m","time":1768996800000,)"
        R"("open":1.10000,"high":1.10000,"low":1.10000,"close":1.10000,"volume":1})");
  f.gate->tick();
  CHECK(shapes(session).empty());
  f.bid("1.20000");
  f.bid("1.15000");
  CHECK(shapes(session).empty());
  f.gate->tick();
  CHECK(shapes(session) == Shapes{"0 1.10000 1.20000 1.10000 1.15000 3"});

  f.bid("1.05000");  // its end, which no turn saw
  f.clock(kNoon + kMinute);
  f.bid("1.30000");
  f.gate->tick();
  CHECK(shapes(session) ==
        Shapes{"0 1.10000 1.20000 1.05000 1.05000 4", "1 1.30000 1.30000 1.30000 1.30000 1"});
  f.clock(kNoon + 3 * kMinute);
  f.bid("1.40000");
  f.gate->tick();  // what was told last has not changed since
  CHECK(shapes(session) == Shapes{"3 1.40000 1.40000 1.40000 1.40000 1"});
  CHECK(session.sent.empty());
}

TEST_CASE("several timeframes of a symbol side by side, each ended by itself") {
  MarketFixture f;
  FakeSession& session = f.connect();
  FakeSession& other = f.connect();
  f.bid("1.1");
  for (const std::string timeframe : {"1m", "1h", "1d", "1m"})
    f.say(session, subscription(timeframe));
  f.say(other, subscription("1h"));
  const auto timeframes = [&](FakeSession& of) {
    std::set<std::string> result;
    session.sent.clear();
    other.sent.clear();
    f.bid("1.1");
    f.gate->tick();
    for (const Answer& candle : of.take("candle")) {
      CHECK(result.insert(candle["timeframe"]).second);
    }
    return result;
  };
  using Set = std::set<std::string>;
  CHECK(timeframes(session) == Set{"1m", "1h", "1d"});
  CHECK(timeframes(other) == Set{"1h"});
  f.say(session,
        R"({"action":"unsubscribe","type":"candles","symbols":["EURUSD"],"timeframe":"1h"})");
  CHECK(timeframes(session) == Set{"1m", "1d"});
  CHECK(timeframes(other) == Set{"1h"});
  f.say(session, R"({"action":"unsubscribe","type":"candles","symbols":["EURUSD"]})");
  CHECK(timeframes(session).empty());
  f.gate->stream().close(other);
  f.bid("1.1");
  f.gate->tick();
}

TEST_CASE("a candle that begins after the subscription") {
  MarketFixture f;
  f.admin(Method::Post, "/admin/symbols", R"({"symbol":"GBPUSD"})");
  FakeSession& session = f.connect();
  f.say(session, subscription("5m", "GBPUSD"));
  CHECK(session.sent.empty());
  f.add_quote("GBPUSD", "1.25", "1.26");
  f.gate->tick();
  CHECK(shapes(session) == Shapes{"0 1.25000 1.25000 1.25000 1.25000 1"});
}

TEST_CASE("a slow reader of candles gets all that it missed when it has read the rest") {
  MarketFixture f;
  FakeSession& session = f.connect();
  f.bid("1.1");
  f.say(session, subscription("1m"));
  session.sent.resize(200);  // waiting to be read
  session.is_slow = true;
  for (int minute = 0; minute < 3; ++minute) {
    f.clock(kNoon + minute * kMinute);
    f.bid("1." + std::to_string(2 + minute));
    f.gate->tick();
  }
  CHECK(session.sent.size() == 200);
  session.sent.clear();
  f.gate->stream().drained(session);
  CHECK(shapes(session) == Shapes{"0 1.10000 1.20000 1.10000 1.20000 2",
                                  "1 1.30000 1.30000 1.30000 1.30000 1",
                                  "2 1.40000 1.40000 1.40000 1.40000 1"});
  f.bid("1.5");
  f.gate->tick();
  CHECK(shapes(session) == Shapes{"2 1.40000 1.50000 1.40000 1.50000 2"});
}

TEST_CASE("subscriptions to candles that are no good, or too many") {
  MarketFixture f;
  FakeSession& session = f.connect();
  const auto code_of = [&](const std::string& text) {
    f.say(session, text);
    const auto errors = session.take("error");
    return errors.empty() ? std::string() : errors[0]["code"];
  };
  CHECK(code_of(R"({"action":"subscribe","type":"candles","symbols":["EURUSD"]})") == "VALIDATION");
  CHECK(code_of(subscription("2m")) == "VALIDATION");
  CHECK(code_of(R"({"action":"subscribe","type":"candles","timeframe":"1m"})") == "VALIDATION");
  CHECK(code_of(R"({"action":"subscribe","type":"candles","symbols":"*","timeframe":"1m"})") ==
        "VALIDATION");
  CHECK(code_of(subscription("1m", "NOSUCH")) == "SYMBOL_UNKNOWN");
  CHECK(code_of(R"({"action":"unsubscribe","type":"candles","timeframe":"9m"})") == "VALIDATION");
  f.say(session, R"({"action":"subscribe","type":"weather"})");
  const auto errors = session.take("error");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0]["detail"] ==
        "type must be one of quotes candles depth tape account positions orders trades "
        "alerts");

  std::string names;
  for (int i = 0; i < 37; ++i) {
    const std::string name =
        std::string(i < 26 ? "XX" : "YY") + static_cast<char>('A' + i % 26) + "USD";
    REQUIRE(f.admin(Method::Post, "/admin/symbols", R"({"symbol":")" + name + "\"}").status == 201);
    names += ",\"" + name + "\"";
  }
  names.erase(0, 1);
  const auto many = [&](const std::string& timeframe) {
    return code_of(R"({"action":"subscribe","type":"candles","symbols":[)" + names +
                   R"(],"timeframe":")" + timeframe + "\"}");
  };
  for (const std::string timeframe : {"1m", "5m", "15m", "30m", "1h", "4h"}) {
    CHECK(many(timeframe).empty());
  }
  CHECK(many("1d") == "LIMIT_REACHED");  // the 259th
  CHECK(many("4h").empty());             // nothing new
  CHECK(code_of(subscription("1d")).empty());
}

TEST_CASE("positions are valued at the timer's pace, as position_update values them") {
  MarketFixture f;
  const std::string first = f.trade("BUY")["positionId"];
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"positions"})");
  auto values = session.take("position_values");
  REQUIRE(values.size() == 1);  // the latest, at once
  CHECK(values[0].body == R"({"type":"position_values","positions":[{"id":)" + first +
                              R"(,"currentPrice":1.08450,"unrealizedPnL":-10.00}]})");
  f.gate->tick();
  CHECK(session.sent.empty());
  f.add_quote("EURUSD", "1.08600", "1.08610");
  f.add_quote("EURUSD", "1.08700", "1.08710");
  CHECK(session.sent.empty());
  f.gate->tick();
  values = session.take("position_values");
  REQUIRE(values.size() == 1);
  CHECK(values[0]["positions.0.unrealizedPnL"] == "240.00");
  CHECK(values[0]["positions.0.currentPrice"] == "1.08700");
  CHECK(values[0]["seq"].empty());
  f.client(Method::Put, "/api/positions/" + first + "/modify", R"({"sl":1.08})");
  const auto update = session.take("position_update").at(0);
  CHECK(update["position.unrealizedPnL"] == values[0]["positions.0.unrealizedPnL"]);
  CHECK(update["position.currentPrice"] == values[0]["positions.0.currentPrice"]);

  // Of two positions only the one whose price moved; the seller's is the ask.
  const std::string second = f.trade("SELL")["positionId"];
  f.add_quote("EURUSD", "1.08700", "1.08720");
  f.gate->tick();
  values = session.take("position_values");
  REQUIRE(values.size() == 1);
  CHECK(values[0]["positions.0.id"] == second);
  CHECK(values[0]["positions.0.currentPrice"] == "1.08720");
  CHECK(values[0]["positions.1.id"].empty());
  f.client(Method::Post, "/api/positions/" + first + "/close");
  f.client(Method::Post, "/api/positions/" + second + "/close");
  session.sent.clear();
  f.add_quote("EURUSD", "1.09", "1.09");
  f.gate->tick();
  CHECK(session.take("position_values").empty());
}

TEST_CASE("a slow reader of values gets the latest of all of them") {
  MarketFixture f;
  f.trade();
  f.trade();
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"positions"})");
  session.sent.assign(200, std::make_shared<const std::string>("{}"));
  session.is_slow = true;
  for (const char* price : {"1.09", "1.10", "1.11"}) {
    f.add_quote("EURUSD", price, price);
    f.gate->tick();
  }
  CHECK(session.take("position_values").empty());
  session.sent.clear();
  f.gate->stream().drained(session);
  const auto values = session.take("position_values");
  REQUIRE_FALSE(values.empty());
  CHECK(values.back()["positions.0.currentPrice"] == "1.11000");
  CHECK(values.back()["positions.1.currentPrice"] == "1.11000");
  f.gate->stream().drained(session);
  CHECK(session.sent.empty());
  f.say(session, R"({"action":"unsubscribe","type":"positions"})");
  f.add_quote("EURUSD", "1.2", "1.2");
  f.gate->tick();
  CHECK(session.sent.empty());
}

}  // namespace tribook::test
