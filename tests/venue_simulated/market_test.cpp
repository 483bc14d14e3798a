#include <cmath>
#include <iostream>
#include <map>
#include <random>

#include "tribook/base/hash.h"
#include "venue_simulated/markets.h"

// Prices: consistent, as lively as they should be, the same for the same seed.

namespace tribook::venue::simulated {
namespace {

using namespace std::chrono_literals;

TEST_CASE("crosses agree with the majors at every instant") {
  const std::uint32_t seed = 20'261'122;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  struct Cross {
    const char* cross;
    const char* left;
    const char* right;
    bool is_product;
  };
  const std::vector<Cross> crosses{{"EURJPY", "EURUSD", "USDJPY", true},
                                   {"EURGBP", "EURUSD", "GBPUSD", false},
                                   {"EURCHF", "EURUSD", "USDCHF", true},
                                   {"AUDNZD", "AUDUSD", "NZDUSD", false}};
  for (int round = 0; round < 200; ++round) {
    const Market market(random(), usual_setups());
    const TimeNs time = utc("2026-11-16 00:00") + std::chrono::milliseconds(random() % 345'600'000);
    for (const Cross& one : crosses) {
      TickSource cross(market, index_of(market, one.cross));
      TickSource left(market, index_of(market, one.left));
      TickSource right(market, index_of(market, one.right));
      const double other = one.is_product ? left.middle_at(time) * right.middle_at(time)
                                          : left.middle_at(time) / right.middle_at(time);
      INFO(one.cross << " round " << round);
      REQUIRE(cross.middle_at(time) == Approx(other).epsilon(1e-12));
      const MarketTick a = cross.quote_at(time);
      const MarketTick b = left.quote_at(time);
      const MarketTick c = right.quote_at(time);
      const double low =
          one.is_product ? number(b.bid) * number(c.bid) : number(b.bid) / number(c.ask);
      const double high =
          one.is_product ? number(b.ask) * number(c.ask) : number(b.ask) / number(c.bid);
      // No free lunch: the two ways never stand apart.
      REQUIRE(number(a.bid) <= high);
      REQUIRE(number(a.ask) >= low);
    }
  }
}

TEST_CASE("volatility is about what it should be, over many years") {
  const std::map<std::string, double> wanted{{"EURUSD", 6.7},  {"USDJPY", 8.7}, {"EURJPY", 8.6},
                                             {"XAUUSD", 12.8}, {"US500", 13.4}, {"BTCUSD", 35.9},
                                             {"EURGBP", 5.1}};
  const Market market(5, usual_setups());
  for (const auto& [name, percent] : wanted) {
    TickSource source(market, index_of(market, name));
    double squares = 0;
    TimeNs time = utc("2000-01-03 12:00");
    double last = source.middle_at(time);
    constexpr int weeks = 1'500;
    for (int week = 0; week < weeks; ++week) {
      time = time + 168h;
      const double next = source.middle_at(time);
      squares += std::log(next / last) * std::log(next / last);
      last = next;
    }
    const double realised = std::sqrt(squares / weeks * 365.25 / 7) * 100;
    INFO(name << " " << realised);
    CHECK(realised == Approx(percent).epsilon(0.15));
  }
}

TEST_CASE("volatility from minute to minute, over a working week") {
  const Market market(6, usual_setups());
  for (const char* name : {"EURUSD", "GBPJPY", "XAUUSD", "US30", "ETHUSD"}) {
    TickSource source(market, index_of(market, name));
    double squares = 0;
    int count = 0;
    for (int week = 0; week < 26; ++week) {
      TimeNs time = utc("2026-01-05 00:00") + week * 168h;
      double last = source.middle_at(time);
      for (int minute = 1; minute <= 10'080; ++minute, ++count) {
        const double next = source.middle_at(time + std::chrono::minutes{minute});
        squares += (next / last - 1) * (next / last - 1);
        last = next;
      }
    }
    double weights = 0;
    for (const SymbolPlan::Term& term : source.plan().terms) weights += term.weight * term.weight;
    const double wanted = std::sqrt(weights * 31'557'600) * 100;
    const double realised = std::sqrt(squares / count * 525'960) * 100;
    INFO(name << ": " << realised << " of " << wanted << " percent a year");
    CHECK(realised > 0.6 * wanted);
    CHECK(realised < 1.6 * wanted);
  }
}

TEST_CASE("what belongs together moves together") {
  const Market market(8, usual_setups());
  const auto correlation = [&](const char* a, const char* b) {
    TickSource first(market, index_of(market, a));
    TickSource second(market, index_of(market, b));
    double product = 0;
    double squares_first = 0;
    double squares_second = 0;
    for (int day = 0; day < 3'000; ++day) {
      const TimeNs time = utc("2010-01-04 12:00") + day * 24h;
      const double x = std::log(first.middle_at(time + 24h) / first.middle_at(time));
      const double y = std::log(second.middle_at(time + 24h) / second.middle_at(time));
      product += x * y;
      squares_first += x * x;
      squares_second += y * y;
    }
    return product / std::sqrt(squares_first * squares_second);
  };
  CHECK(correlation("EURUSD", "GBPUSD") > 0.5);
  CHECK(correlation("AUDUSD", "NZDUSD") > 0.6);
  CHECK(correlation("EURUSD", "USDCHF") < -0.4);
  CHECK(correlation("XAUUSD", "XAGUSD") > 0.4);
  CHECK(correlation("US500", "US30") > 0.7);
  CHECK(correlation("BTCUSD", "ETHUSD") > 0.5);
  CHECK(std::abs(correlation("BTCUSD", "EURGBP")) < 0.3);
}

TEST_CASE("a price stays within reach of its anchor for decades") {
  const Market market(11, usual_setups());
  for (std::size_t i = 0; i < market.size(); ++i) {
    TickSource source(market, i);
    const SymbolPlan& plan = market.symbol(i);
    for (int week = 0; week < 2'000; ++week) {
      const double middle = source.middle_at(utc("1990-01-01 00:00") + week * 168h);
      INFO(plan.name << " " << middle);
      REQUIRE(middle > plan.anchor / 8);
      REQUIRE(middle < plan.anchor * 8);
    }
  }
}

TEST_CASE("the same seed gives the same market, on any machine") {
  const Market market(1, usual_setups());
  const Market again(1, usual_setups());
  const Market other(2, usual_setups());
  base::Digest digest;
  base::Digest digest_again;
  base::Digest digest_other;
  const auto take = [](const Market& from, base::Digest& into) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      ticks_between(from, i, utc("2026-11-18 13:55"), utc("2026-11-18 14:00"),
                    [&into](const MarketTick& tick) {
                      into.mix(static_cast<std::uint64_t>(tick.time.ns));
                      into.mix(static_cast<std::uint64_t>(tick.bid.raw));
                      into.mix(static_cast<std::uint64_t>(tick.ask.raw));
                    });
    }
  };
  take(market, digest);
  take(again, digest_again);
  take(other, digest_other);
  std::cout << "market of seed 1: " << std::hex << digest.value() << std::dec << "\n";
  CHECK(digest.value() == digest_again.value());
  CHECK(digest.value() != digest_other.value());
  CHECK(digest.value() == 0xFE5A'8A0F'4010'FE74);
}

TEST_CASE("a symbol does not depend on which others there are, or on their order") {
  std::vector<SymbolSetup> setups = usual_setups();
  const Market whole(3, setups);
  const Market alone(3, {setups[8]});
  std::reverse(setups.begin(), setups.end());
  const Market reversed(3, setups);
  const TimeNs from = utc("2026-11-18 13:55");
  const auto ticks = ticks_of(whole, "EURJPY", from, from + 60s);
  CHECK(!ticks.empty());
  CHECK(ticks == ticks_of(alone, "EURJPY", from, from + 60s));
  CHECK(ticks == ticks_of(reversed, "EURJPY", from, from + 60s));
}

TEST_CASE("what an operator wants otherwise") {
  std::vector<SymbolSetup> setups = usual_setups();
  setups[0].price = Ratio::from_whole(2);  // EURUSD
  setups[0].volatility = Ratio::from_whole(20);
  setups[0].spread = Ratio::from_whole(10);
  setups[0].ticks = Ratio::from_whole(5);
  setups[16].price = Ratio::from_whole(1'000);  // US500
  setups[16].volatility = Ratio{};
  setups[7].price = Ratio::from_whole(3);  // EURGBP, a cross: it alone
  setups[7].volatility = Ratio::from_whole(2);
  const Market market(4, setups);
  const Market usual(4, usual_setups());
  const auto plan = [&](const char* name) { return market.symbol(index_of(market, name)); };
  const auto weights = [&](const char* name) {
    double sum = 0;
    for (const SymbolPlan::Term& term : plan(name).terms) sum += term.weight * term.weight;
    return std::sqrt(sum * 31'557'600) * 100;
  };
  CHECK(plan("EURUSD").anchor == Approx(2));
  CHECK(plan("EURJPY").anchor == Approx(310));
  CHECK(plan("EURGBP").anchor == Approx(3));
  CHECK(plan("GBPUSD").anchor == Approx(1.33));
  CHECK(weights("EURUSD") == Approx(20));
  CHECK(weights("EURGBP") == Approx(2));
  CHECK(plan("US500").terms.empty());
  CHECK(plan("EURUSD").spread == Approx(0.0005));
  CHECK(plan("EURUSD").ticks == Approx(5));
  const TimeNs time = utc("2026-11-18 14:00");
  CHECK(TickSource(market, index_of(market, "US500")).middle_at(time) == Approx(1'000));
  CHECK(TickSource(market, 1).middle_at(time) == TickSource(usual, 1).middle_at(time));
}

TEST_CASE("symbols that are not in the tables get what is usual for their kind") {
  std::vector<SymbolSetup> setups{setup_of("ABCXYZ"), setup_of("FOOUSD", Category::Crypto),
                                  setup_of("SOMETHING", Category::Index),
                                  setup_of("US500.cash", Category::Index),
                                  setup_of("STOCKX", Category::Cfd)};
  setups[0].id = SymbolId{1};
  const Market market(1, setups);
  const TimeNs time = utc("2026-11-18 14:00");
  for (std::size_t i = 0; i < setups.size(); ++i) {
    const MarketTick tick = TickSource(market, i).quote_at(time);
    INFO(market.symbol(i).name);
    CHECK(tick.bid.raw > 0);
    CHECK(tick.bid < tick.ask);
  }
  CHECK(market.symbol(3).anchor == Approx(6'700));
  CHECK(market.symbol(1).rhythm == Rhythm::Crypto);
}

TEST_CASE("prices of any size keep 0 < bid < ask, on whole ticks") {
  for (const std::int64_t price :
       {std::int64_t{1}, kFixedOne / 1'000, kFixedOne, kFixedOne * 1'000'000'000}) {
    for (const std::int64_t tick : {std::int64_t{1}, kFixedOne, kFixedOne * 1'000}) {
      SymbolSetup setup = setup_of("US500", Category::Index);
      setup.price = Ratio{price};
      setup.tick_size = Price{tick};
      setup.volatility = Ratio::from_whole(1'000);
      setup.spread = Ratio::from_whole(1'000'000);
      const Market market(1, {setup});
      TickSource source(market, 0);
      for (int hour = 0; hour < 1'000; ++hour) {
        const MarketTick quote = source.quote_at(utc("2026-01-01 00:00") + hour * 7h);
        REQUIRE(quote.bid.raw > 0);
        REQUIRE(quote.bid < quote.ask);
        REQUIRE(quote.ask.raw <= kMaxFixedRaw);
        REQUIRE(quote.bid.raw % tick == 0);
        REQUIRE(quote.ask.raw % tick == 0);
      }
    }
  }
}

}  // namespace
}  // namespace tribook::venue::simulated
