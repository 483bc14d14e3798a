#include "gateway_api/history_fake.h"

#include <algorithm>
#include <cstdio>
#include <random>

#include "gateway/json/time_text.h"

// /api/ohlc and /api/ticks: from memory alone, and with a store that is some ticks behind.

namespace tribook::test {

using http::Method;

namespace {

struct Played {
  std::int64_t ms = 0;
  std::int64_t points = 0;  // bid in 0.00001
  bool is_live = true;      // else a history has it
};

std::string price(std::int64_t points) {
  char text[32];
  std::snprintf(text, sizeof text, "%d.%05d", static_cast<int>(points / 100'000),
                static_cast<int>(points % 100'000));
  return text;
}

std::string moment(std::int64_t ms) {
  std::string text;
  json::append_time(text, TimeNs::from_ms(ms));
  return text;
}

/// What the definition says, in the API's words; oldest first.
std::vector<std::string> aggregate(const std::vector<Played>& ticks, std::int64_t minutes) {
  std::vector<std::string> candles;
  for (std::size_t i = 0; i < ticks.size();) {
    const std::int64_t start = ticks[i].ms / (minutes * 60'000) * (minutes * 60'000);
    std::vector<std::int64_t> bids;
    for (; i < ticks.size() && ticks[i].ms < start + minutes * 60'000; ++i) {
      bids.push_back(ticks[i].points);
    }
    candles.push_back(R"({"time":")" + moment(start) + R"(","open":)" + price(bids.front()) +
                      R"(,"high":)" + price(*std::max_element(bids.begin(), bids.end())) +
                      R"(,"low":)" + price(*std::min_element(bids.begin(), bids.end())) +
                      R"(,"close":)" + price(bids.back()) + R"(,"volume":)" +
                      std::to_string(bids.size()) + "}");
  }
  return candles;
}

void play(GatewayFixture& f, const Played& tick) {
  REQUIRE(f.admin(Method::Post, "/admin/clock", R"({"now":")" + moment(tick.ms) + "\"}").status ==
          200);
  f.add_quote("EURUSD", price(tick.points), price(tick.points + 10));
}

/// Live ticks, and others of a history among them.
std::vector<Played> random_ticks(std::mt19937_64& random, std::size_t count, bool with_history) {
  std::vector<Played> ticks;
  Played tick{1'768'910'000'000, 108'000, true};
  for (std::size_t i = 0; i < count; ++i) {
    tick.ms += 1 + static_cast<std::int64_t>(random() % 40'000);
    tick.points += static_cast<std::int64_t>(random() % 41) - 20;
    tick.is_live = !with_history || (i >= count / 5 && random() % 8 != 0);
    ticks.push_back(tick);
  }
  return ticks;
}

void add_history(FakeReader& reader, const Played& tick) {
  const TimeNs time = TimeNs::from_ms(tick.ms);
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    const TimeNs start = candle_start(timeframe_at(i), time);
    Candle& candle = reader.history[i][start];
    candle.start = start;
    candle.add({tick.points * 1'000}, time);
  }
}

std::vector<std::string> reversed(std::vector<std::string> list) {
  std::reverse(list.begin(), list.end());
  return list;
}

/// All pages of a list, each as it came. Empty when one was refused for a store that is behind.
std::vector<std::string> pages(GatewayFixture& f, const std::string& path, std::size_t limit,
                               bool is_newest_first) {
  std::vector<std::string> all;
  std::string cursor;
  for (int page = 0; page < 1'000; ++page) {
    const Answer answer = f.client(Method::Get, path + "&limit=" + std::to_string(limit) + cursor);
    INFO(answer.body);
    if (answer.status == 503) {
      CHECK(answer["code"] == "BUSY");
      return {};
    }
    REQUIRE(answer.status == 200);
    auto items = items_of(answer);
    if (!is_newest_first) items = reversed(std::move(items));
    all.insert(all.end(), items.begin(), items.end());
    if (answer["nextCursor"].empty()) return is_newest_first ? all : reversed(std::move(all));
    REQUIRE(items.size() == limit);
    cursor = "&cursor=" + answer["nextCursor"];
  }
  FAIL("pages without end");
  return all;
}

views::ViewLimits limits(std::size_t candles, std::size_t ticks) {
  auto limits = StoredFixture::limits();
  limits.candles = candles;
  limits.ticks = ticks;
  return limits;
}

}  // namespace

TEST_CASE("candles and ticks of memory alone") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937_64 random(seed);
  GatewayFixture f;
  REQUIRE(f.admin(Method::Post, "/admin/symbols", R"({"symbol":"EURUSD"})").status == 201);
  f.add_client("alice");
  CHECK(f.client(Method::Get, "/api/ohlc?symbol=EURUSD&timeframe=1m").body ==
        R"({"symbol":"EURUSD","timeframe":"1m","items":[]})");
  CHECK(f.client(Method::Get, "/api/ticks?symbol=EURUSD").body ==
        R"({"symbol":"EURUSD","items":[]})");
  const auto ticks = random_ticks(random, 100, false);
  for (const Played& tick : ticks) play(f, tick);
  for (const auto& [name, minutes] : {std::pair{"1m", 1}, {"5m", 5}, {"1h", 60}, {"1d", 1'440}}) {
    const std::string path = std::string("/api/ohlc?symbol=EURUSD&timeframe=") + name;
    for (const std::size_t limit : {1U, 7U, 1'000U}) {
      CAPTURE(name, limit);
      CHECK(pages(f, path, limit, false) == aggregate(ticks, minutes));
    }
  }
  const Answer newest = f.client(Method::Get, "/api/ticks?symbol=EURUSD&limit=2");
  CHECK(newest.items() == 2);
  CHECK(newest["items.0.bid"] == price(ticks.back().points));
  CHECK(newest["items.0.ask"] == price(ticks.back().points + 10));
  CHECK(newest["items.0.time"] == moment(ticks.back().ms));
  CHECK(newest["items.1.sequence"] == newest["nextCursor"]);
  CHECK(pages(f, "/api/ticks?symbol=EURUSD", 9, true).size() == ticks.size());

  const std::string from = std::to_string(ticks[60].ms);
  const std::string until = moment(ticks[80].ms);
  CHECK(f.client(Method::Get, "/api/ticks?symbol=EURUSD&from=" + from + "&to=" + until).items() ==
        20);
  CHECK(f.client(Method::Get, "/api/ticks?symbol=EURUSD&from=" + until + "&to=" + from).items() ==
        0);
}

TEST_CASE("memory and store make one list, whatever the store's lag") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937_64 random(seed);
  StoredFixture f(limits(8, 16), limits(2'000, 4'000));
  f.both([](GatewayFixture& one) {
    REQUIRE(one.admin(Method::Post, "/admin/symbols", R"({"symbol":"EURUSD"})").status == 201);
    one.add_client("alice");
  });
  const auto ticks = random_ticks(random, 300, true);
  std::vector<Played> live;
  for (const Played& tick : ticks) {
    if (tick.is_live) {
      play(f.house, tick);
      live.push_back(tick);
    } else {
      add_history(f.reader, tick);
    }
  }
  std::size_t stored = 0;
  for (const std::size_t lag : {200U, 60U, 17U, 16U, 15U, 5U, 1U, 0U}) {
    for (; stored + lag < live.size(); ++stored) play(f.all, live[stored]);
    for (const auto& [name, minutes] : {std::pair{"1m", 1}, {"15m", 15}, {"4h", 240}}) {
      const std::string path = std::string("/api/ohlc?symbol=EURUSD&timeframe=") + name;
      for (const std::size_t limit : {3U, 9U, 1'000U}) {
        CAPTURE(lag, name, limit);
        const auto got = pages(f.house, path, limit, false);
        // Eight minutes hold some 24 ticks; the longer candles are all in memory.
        if (got.empty()) CHECK((minutes == 1 && lag > 8));
        if (!got.empty()) CHECK(got == aggregate(ticks, minutes));
      }
    }
    const auto got = pages(f.house, "/api/ticks?symbol=EURUSD", 7, true);
    CAPTURE(lag);
    CHECK(got.empty() == (lag > 16));
    if (!got.empty()) {
      REQUIRE(got.size() == live.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        const Played& tick = live[live.size() - 1 - i];
        CHECK(got[i].find(moment(tick.ms)) != std::string::npos);
        CHECK(got[i].find("\"bid\":" + price(tick.points)) != std::string::npos);
      }
    }
  }
  const std::string path = "/api/ohlc?symbol=EURUSD&timeframe=1m";
  f.reader.is_broken = true;
  CHECK(f.house.client(Method::Get, path)["code"] == "UNAVAILABLE");
  CHECK(f.house.client(Method::Get, "/api/ticks?symbol=EURUSD&limit=15").status == 200);
  CHECK(f.house.client(Method::Get, "/api/ticks?symbol=EURUSD&limit=16").status == 503);
  f.history.is_full = true;
  CHECK(f.house.client(Method::Get, path)["code"] == "BUSY");
}

TEST_CASE("windows that are no good") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  for (const char* bad :
       {"ohlc?symbol=EURUSD", "ohlc?symbol=EURUSD&timeframe=2m", "ohlc?timeframe=1m",
        "ohlc?symbol=EURUSD&timeframe=1m&limit=0", "ohlc?symbol=EURUSD&timeframe=1m&limit=1001",
        "ohlc?symbol=EURUSD&timeframe=1m&from=noon", "ohlc?symbol=EURUSD&timeframe=1m&to=-1",
        "ohlc?symbol=EURUSD&timeframe=1m&to=9223372036855",
        "ohlc?symbol=EURUSD&timeframe=1m&cursor=18446744073709551615",
        "ohlc?symbol=EURUSD&timeframe=1m&cursor=x", "ticks", "ticks?symbol=EURUSD&cursor=0",
        "ticks?symbol=EURUSD&from=1.5"}) {
    CAPTURE(bad);
    const Answer answer = f.client(Method::Get, std::string("/api/") + bad);
    CHECK(answer.status == 400);
    CHECK(answer["code"] == "VALIDATION");
  }
  CHECK(f.client(Method::Get, "/api/ohlc?symbol=NO&timeframe=1m")["code"] == "SYMBOL_UNKNOWN");
  CHECK(f.client(Method::Get, "/api/ticks?symbol=NO")["code"] == "SYMBOL_UNKNOWN");
  CHECK(f.client(Method::Get, "/api/ticks?symbol=EURUSD&to=9223372036854").items() == 1);
  f.client_token = "none";
  CHECK(f.client(Method::Get, "/api/ticks?symbol=EURUSD").status == 401);
}

}  // namespace tribook::test
