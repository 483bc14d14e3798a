#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include "tribook/domain/candle.h"

using namespace tribook;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

struct Tick {
  TimeNs time;
  std::int64_t bid = 0;
};

Candle candle_of(const std::vector<Tick>& ticks) {
  Candle candle;
  for (const Tick& tick : ticks) candle.add({tick.bid}, tick.time);
  return candle;
}

}  // namespace

TEST_CASE("timeframes have names, lengths and no others") {
  const std::vector<std::pair<std::string_view, std::int64_t>> rows{
      {"1m", 60},    {"5m", 300},    {"15m", 900},  {"30m", 1'800},
      {"1h", 3'600}, {"4h", 14'400}, {"1d", 86'400}};
  REQUIRE(rows.size() == kTimeframes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto timeframe = timeframe_from(rows[i].first);
    REQUIRE(timeframe == timeframe_at(i));
    CHECK(name_of(*timeframe) == rows[i].first);
    CHECK(length_ns(*timeframe) == rows[i].second * kSecond);
  }
  for (const std::string_view other : {"", "1", "1M", "2m", "1w", "60m", "1m "}) {
    CHECK_FALSE(timeframe_from(other));
  }
}

TEST_CASE("a candle starts at a whole multiple of its length, UTC") {
  const TimeNs noon{1'768'996'800 * kSecond};  // 2026-01-21T12:00:00Z
  for (std::size_t i = 0; i < kTimeframes; ++i)
    CHECK(candle_start(timeframe_at(i), noon).ns <= noon.ns);
  CHECK(candle_start(Timeframe::M1, noon) == noon);
  CHECK(candle_start(Timeframe::H4, noon) == noon);
  CHECK(candle_start(Timeframe::D1, noon).ns == noon.ns - 12 * 3'600 * kSecond);
  const TimeNs just_before{noon.ns - 1};
  CHECK(candle_start(Timeframe::M1, just_before).ns == noon.ns - 60 * kSecond);
  CHECK(candle_start(Timeframe::H4, just_before).ns == noon.ns - 4 * 3'600 * kSecond);
  CHECK(candle_start(Timeframe::M1, {-1}).ns == -60 * kSecond);
  CHECK(candle_start(Timeframe::M1, {0}).ns == 0);
}

TEST_CASE("a candle takes in ticks") {
  Candle candle;
  CHECK(candle.is_empty());
  candle.add({5}, {10});
  candle.add({9}, {11});
  candle.add({2}, {12});
  candle.add({4}, {12});
  CHECK(candle == Candle{{}, {5}, {9}, {2}, {4}, 4, {10}, {12}});
}

TEST_CASE("a part that is empty changes nothing") {
  const Candle full = Candle::of({0}, {7}, {3});
  Candle candle = full;
  candle.merge({});
  CHECK(candle == full);
  Candle empty;
  empty.merge(full);
  CHECK(empty == full);
}

TEST_CASE("of parts that begin or end at one moment, the first opens and the second closes") {
  Candle first = Candle::of({0}, {1}, {5});
  first.merge(Candle::of({0}, {2}, {5}));
  CHECK(first.open == Price{1});
  CHECK(first.close == Price{2});
}

TEST_CASE("parts put together in any order are the candle of all ticks") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Tick> ticks;
    std::int64_t time = 0;
    for (std::size_t i = 0; i < 1 + random() % 12; ++i) {
      time += 1 + static_cast<std::int64_t>(random() % 5);
      ticks.push_back({{time}, 100 + static_cast<std::int64_t>(random() % 50)});
    }
    std::vector<std::vector<Tick>> parts(1 + random() % 4);
    for (const Tick& tick : ticks) parts[random() % parts.size()].push_back(tick);
    std::shuffle(parts.begin(), parts.end(), random);
    Candle merged;
    for (const auto& part : parts) merged.merge(candle_of(part));
    REQUIRE(merged == candle_of(ticks));
  }
}
