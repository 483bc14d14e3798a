#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>
#include <vector>

#include "venue/simulated/brownian_path.h"
#include "venue/simulated/market_clock.h"
#include "venue/simulated/noise.h"

namespace tribook::venue::simulated {
namespace {

constexpr double kNow = 1.79e9;

TEST_CASE("a path's values do not depend on the order of the questions") {
  const std::uint32_t seed = 20'261'121;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  std::vector<std::pair<double, double>> values;
  BrownianPath forward(7);
  for (int i = 0; i < 20'000; ++i) {
    const double time = kNow + i * 0.37 + (i % 100 == 0 ? 1e8 : 0);
    values.emplace_back(time, forward.at(time));
  }
  std::shuffle(values.begin(), values.end(), random);
  BrownianPath shuffled(7);
  for (const auto& [time, value] : values) {
    REQUIRE(shuffled.at(time) == value);
    if (random() % 64 == 0) REQUIRE(BrownianPath(7).at(time) == value);
  }
}

TEST_CASE("another seed is another path") {
  BrownianPath a(1);
  BrownianPath b(2);
  double product = 0;
  double squares_a = 0;
  double squares_b = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double from = kNow + i * 60.0;
    const double move_a = a.at(from + 60) - a.at(from);
    const double move_b = b.at(from + 60) - b.at(from);
    product += move_a * move_b;
    squares_a += move_a * move_a;
    squares_b += move_b * move_b;
  }
  CHECK(std::abs(product / std::sqrt(squares_a * squares_b)) < 0.05);
}

TEST_CASE("a path moves by its variance at every scale, and without a jump") {
  for (const double step : {0.5, 1.0, 10.0, 60.0, 3'600.0, 86'400.0}) {
    double squares = 0;
    int count = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      BrownianPath path(seed);
      const int steps = step < 3'600 ? 4'000 : 500;
      for (int i = 0; i < steps; ++i, ++count) {
        // Days apart, so that the clusters of one time do not decide.
        const double from = kNow + i * 31'557.0 * 3;
        const double move = path.at(from + step) - path.at(from);
        squares += move * move;
      }
    }
    INFO("step " << step);
    CHECK(squares / count / step == Approx(1).epsilon(0.12));
  }
  BrownianPath path(3);
  for (int i = 0; i < 100'000; ++i) {
    const double from = kNow + i * 0.125 / 4;
    REQUIRE(std::abs(path.at(from + 0.125 / 4) - path.at(from)) < 3);
  }
}

TEST_CASE("a path comes back to zero, each at another time") {
  int near_zero = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    BrownianPath path(seed);
    double most = 0;
    bool has_returned = false;
    for (double time = kNow; time < kNow + 67'108'864; time += 86'400) {
      const double value = std::abs(path.at(time));
      most = std::max(most, value);
      has_returned = has_returned || value < 400;
    }
    CHECK(most < 5 * std::sqrt(67'108'864.0 / 4) * 1.5);
    CHECK(has_returned);
    if (std::abs(path.at(kNow)) < 200) ++near_zero;
  }
  CHECK(near_zero < 10);
}

TEST_CASE("how fast a path is followed") {
  BrownianPath path(5);
  constexpr int count = 4'000'000;
  const auto begin = std::chrono::steady_clock::now();
  double sum = 0;
  for (int i = 0; i < count; ++i) sum += path.at(kNow + i * 0.1);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::cout << "path: " << count / took.count() / 1e6 << " million values a second, sum " << sum
            << "\n";
  CHECK(took.count() < 8);
}

TEST_CASE("chance is even, and normal") {
  double sum = 0;
  double squares = 0;
  double fourths = 0;
  double even = 0;
  constexpr int count = 400'000;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t first = mix(9, i);
    const double value = gaussian(first, mix(first, 1));
    sum += value;
    squares += value * value;
    fourths += value * value * value * value;
    const double part = uniform(first);
    REQUIRE((part >= 0 && part < 1));
    even += part;
  }
  CHECK(std::abs(sum / count) < 0.01);
  CHECK(squares / count == Approx(1).epsilon(0.01));
  CHECK(fourths / count == Approx(2.83).epsilon(0.03));
  CHECK(even / count == Approx(0.5).epsilon(0.005));
  for (const double x : {-300.0, -20.0, -1.0, -1e-9, 0.0, 0.3, 1.0, 12.345, 20.0, 300.0}) {
    CHECK(exponential(x) == Approx(std::exp(x)).epsilon(1e-14));
  }
}

TEST_CASE("market time passes like time over a week, and all but stands at the weekend") {
  const MarketClock global(Rhythm::Global);
  const MarketClock crypto(Rhythm::Crypto);
  constexpr std::int64_t hour_ns = 3'600'000'000'000;
  const TimeNs monday{1'795'392'000'000'000'000 / (168 * hour_ns) * (168 * hour_ns) + 96 * hour_ns};
  for (const MarketClock* clock : {&global, &crypto}) {
    CHECK(clock->seconds_at(monday + std::chrono::hours{168}) - clock->seconds_at(monday) ==
          Approx(604'800));
    double last = clock->seconds_at(monday);
    for (int minute = 1; minute <= 20'160; ++minute) {
      const double next = clock->seconds_at(monday + std::chrono::minutes{minute});
      REQUIRE(next > last);
      REQUIRE(next - last < 60 * 3.5);
      last = next;
    }
  }
  const auto passed = [&](const MarketClock& clock, int from_hour, int to_hour) {
    return clock.seconds_at(monday + std::chrono::hours{to_hour}) -
           clock.seconds_at(monday + std::chrono::hours{from_hour});
  };
  CHECK(passed(global, 118, 165) < 3'600 * 2);
  CHECK(passed(crypto, 118, 165) > 3'600 * 30);
  CHECK(passed(global, 13, 16) > 3 * passed(global, 3, 6));
  CHECK(passed(crypto, 13, 16) < 2.5 * passed(crypto, 3, 6));
  // Before 1970 too.
  CHECK(global.seconds_at(TimeNs{-hour_ns}) < global.seconds_at(TimeNs{}));
}

}  // namespace
}  // namespace tribook::venue::simulated
