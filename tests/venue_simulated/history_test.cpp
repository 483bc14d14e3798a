#include "venue/simulated/history.h"

#include <chrono>
#include <iostream>
#include <map>

#include "venue_simulated/markets.h"

namespace tribook::venue::simulated {
namespace {

using namespace std::chrono_literals;
using Key = std::pair<std::size_t, Timeframe>;
using Candles = std::map<Key, std::vector<Candle>>;

// 2026-11-18 14:37:21.5, a Wednesday, in the middle of every timeframe.
constexpr TimeNs kUntil{1'795'012'641'500'000'000};

Candles fill(const Market& market, TimeNs from, TimeNs until) {
  Candles candles;
  fill_history(market, from, until,
               [&](std::size_t symbol, Timeframe timeframe, const Candle& candle) {
                 candles[{symbol, timeframe}].push_back(candle);
               });
  return candles;
}

// Of whole candles of a shorter timeframe.
std::vector<Candle> rolled_up(const std::vector<Candle>& candles, Timeframe timeframe) {
  std::vector<Candle> result;
  for (const Candle& part : candles) {
    const TimeNs start = candle_start(timeframe, part.start);
    if (result.empty() || result.back().start != start) {
      result.push_back(Candle{});
      result.back().merge(part);
      result.back().start = start;
    } else {
      result.back().merge(part);
    }
  }
  return result;
}

const Market& market() {
  static const Market made(1, usual_setups());
  return made;
}

const Candles& whole() {
  static const Candles made = fill(market(), TimeNs{}, kUntil);
  return made;
}

TEST_CASE("every timeframe of every symbol is there, in order, as deep as it should be") {
  REQUIRE(whole().size() == market().size() * kTimeframes);
  for (const auto& [key, candles] : whole()) {
    const auto& [symbol, timeframe] = key;
    INFO(market().symbol(symbol).name << " " << name_of(timeframe));
    const std::chrono::nanoseconds length{length_ns(timeframe)};
    CHECK(candles.front().start >= kUntil - history_depth(timeframe));
    CHECK(candles.front().start < kUntil - history_depth(timeframe) + length + 72h);
    CHECK(candles.back().start == candle_start(timeframe, kUntil));
    TimeNs last{};
    for (const Candle& candle : candles) {
      REQUIRE(candle.start > last);
      REQUIRE(candle.start == candle_start(timeframe, candle.start));
      REQUIRE(candle.ticks > 0);
      REQUIRE(candle.low.raw > 0);
      REQUIRE(candle.low <= std::min(candle.open, candle.close));
      REQUIRE(candle.high >= std::max(candle.open, candle.close));
      REQUIRE(candle.start <= candle.first);
      REQUIRE(candle.first <= candle.last);
      REQUIRE(candle.last < candle.start + length);
      REQUIRE(candle.last < kUntil);
      last = candle.start;
    }
  }
}

TEST_CASE("the newest hours are the ticks") {
  for (std::size_t symbol = 0; symbol < market().size(); ++symbol) {
    for (std::size_t i = 0; i < 5; ++i) {
      const Timeframe timeframe = timeframe_at(i);
      std::vector<Candle> expected;
      const TimeNs from = utc("2026-11-18 08:00");
      ticks_between(market(), symbol, from, kUntil, [&](const MarketTick& tick) {
        const TimeNs start = candle_start(timeframe, tick.time);
        if (expected.empty() || expected.back().start != start) {
          expected.push_back(Candle::of(start, tick.bid, tick.time));
        } else {
          expected.back().add(tick.bid, tick.time);
        }
      });
      std::vector<Candle> got;
      for (const Candle& candle : whole().at({symbol, timeframe})) {
        if (candle.start >= from) got.push_back(candle);
      }
      INFO(market().symbol(symbol).name << " " << name_of(timeframe));
      REQUIRE(!expected.empty());
      CHECK(got == expected);
    }
  }
}

TEST_CASE("a longer timeframe is the shorter one put together") {
  for (std::size_t symbol = 0; symbol < market().size(); ++symbol) {
    for (std::size_t i = 0; i + 1 < kTimeframes; ++i) {
      const auto& parts = whole().at({symbol, timeframe_at(i)});
      for (std::size_t k = i + 1; k < kTimeframes; ++k) {
        const Timeframe longer = timeframe_at(k);
        std::map<std::int64_t, Candle> wholes;
        for (const Candle& candle : whole().at({symbol, longer})) {
          wholes[candle.start.ns] = candle;
        }
        auto rolled = rolled_up(parts, longer);
        rolled.erase(rolled.begin());  // its beginning may be too old for the shorter timeframe
        INFO(market().symbol(symbol).name << " " << name_of(longer));
        for (const Candle& candle : rolled) REQUIRE(wholes.at(candle.start.ns) == candle);
      }
    }
  }
}

TEST_CASE("a later history tells the same of what both took from ticks, and joins an earlier one") {
  const TimeNs later = kUntil + 2h;
  const Candles gap = fill(market(), kUntil, later);
  const Candles again = fill(market(), TimeNs{}, later);
  for (const auto& [key, candles] : gap) {
    INFO(market().symbol(key.first).name << " " << name_of(key.second));
    CHECK(candles.front().first >= kUntil);
    const Candle& joint = candles.front();
    Candle merged = whole().at(key).back();
    if (merged.start == joint.start) {
      merged.merge(joint);
    } else {
      merged = joint;
    }
    for (const Candle& candle : again.at(key)) {
      if (candle.start != joint.start) continue;
      CHECK(candle.open == merged.open);
      CHECK(candle.close == merged.close);
      // What a day had before the newest hours is sampled, now up to a later hour.
      if (key.second < Timeframe::H4) CHECK(candle == merged);
    }
  }
}

TEST_CASE("samples and ticks agree on prices, counts and ranges") {
  // A day that one history has by samples, and the ticks themselves.
  const TimeNs from = utc("2026-11-17 00:00");
  for (const char* name : {"EURUSD", "XAUUSD", "BTCUSD"}) {
    const std::size_t symbol = index_of(market(), name);
    Candle ticks;
    ticks_between(market(), symbol, from, from + 24h, [&](const MarketTick& tick) {
      if (ticks.is_empty()) ticks.start = from;
      ticks.add(tick.bid, tick.time);
    });
    const auto& days = whole().at({symbol, Timeframe::D1});
    const Candle sampled = days[days.size() - 2];
    INFO(name);
    REQUIRE(sampled.start == from);
    CHECK(static_cast<double>(sampled.ticks) ==
          Approx(static_cast<double>(ticks.ticks)).epsilon(0.05));
    const double range = number(ticks.high - ticks.low);
    CHECK(number(sampled.high - sampled.low) == Approx(range).epsilon(0.1));
    CHECK(std::abs(number(sampled.close - ticks.close)) < 0.1 * range);
  }
}

TEST_CASE("there are no candles of times that were closed") {
  const auto& minutes = whole().at({index_of(market(), "EURUSD"), Timeframe::H1});
  for (const Candle& candle : minutes) {
    REQUIRE(market().symbol(0).schedule.is_open(candle.first));
    REQUIRE(market().symbol(0).schedule.is_open(candle.last));
  }
  const auto days = [&](const char* name) {
    return whole().at({index_of(market(), name), Timeframe::D1}).size();
  };
  CHECK(days("BTCUSD") >= 800);
  CHECK(days("EURUSD") < 700);
  CHECK(days("EURUSD") > 650);
}

TEST_CASE("a history of nothing is empty") {
  CHECK(fill(market(), kUntil, kUntil).empty());
  CHECK(fill(market(), kUntil + 1h, kUntil).empty());
  CHECK(fill(Market(1, {}), TimeNs{}, kUntil).empty());
  CHECK(fill(market(), kUntil, kUntil + 1ms).size() <= market().size() * kTimeframes);
}

TEST_CASE("the whole history is made in a few seconds") {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t count = 0;
  fill_history(market(), TimeNs{}, kUntil,
               [&count](std::size_t, Timeframe, const Candle&) { ++count; });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << "history: " << count << " candles of " << market().size() << " symbols in "
            << took.count() << " s\n";
  CHECK(took.count() < 15);
}

}  // namespace
}  // namespace tribook::venue::simulated
