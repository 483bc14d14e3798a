#include <map>
#include <random>

#include "venue_simulated/markets.h"

// When a symbol ticks, and with which spread.

namespace tribook::venue::simulated {
namespace {

using namespace std::chrono_literals;

TEST_CASE("ticks do not depend on where one began to ask") {
  const std::uint32_t seed = 20'261'123;
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const Market market(1, usual_setups());
  // Over the opening on Sunday evening.
  const TimeNs from = utc("2026-11-15 21:30");
  const TimeNs until = utc("2026-11-15 22:30");
  for (const char* name : {"EURUSD", "GBPJPY", "US30", "SOLUSD"}) {
    const auto all = ticks_of(market, name, from, until);
    REQUIRE(all.size() > 200);
    for (int round = 0; round < 30; ++round) {
      const TimeNs a = from + std::chrono::milliseconds(random() % 3'600'000);
      const TimeNs b = a + std::chrono::milliseconds(random() % 100'000);
      std::vector<MarketTick> expected;
      for (const MarketTick& tick : all) {
        if (tick.time >= a && tick.time < b) expected.push_back(tick);
      }
      if (b > until) continue;
      REQUIRE(ticks_of(market, name, a, b) == expected);
    }
    // Two neighbouring spans have all of it, once.
    const TimeNs middle = all[all.size() / 2].time;
    auto parts = ticks_of(market, name, from, middle);
    const auto rest = ticks_of(market, name, middle, until);
    parts.insert(parts.end(), rest.begin(), rest.end());
    REQUIRE(parts == all);
  }
}

TEST_CASE("ticks come in order, on whole milliseconds, and are quotes of that instant") {
  const Market market(2, usual_setups());
  for (std::size_t i = 0; i < market.size(); ++i) {
    TickSource source(market, i);
    const SymbolPlan& plan = market.symbol(i);
    TimeNs last = utc("2026-11-18 12:59:59.999");
    for (const MarketTick& tick :
         ticks_of(market, plan.name, utc("2026-11-18 13:00"), utc("2026-11-18 13:20"))) {
      REQUIRE(last < tick.time);
      REQUIRE(tick.time.ns % 1'000'000 == 0);
      REQUIRE(tick.time - last < 25s);
      REQUIRE(tick.bid.raw > 0);
      REQUIRE(tick.bid < tick.ask);
      REQUIRE(tick.bid.raw % plan.tick_raw == 0);
      REQUIRE(tick.ask.raw % plan.tick_raw == 0);
      const double middle = source.middle_at(tick.time);
      REQUIRE(number(tick.bid) <= middle + plan.tick);
      REQUIRE(number(tick.ask) >= middle - plan.tick);
      last = tick.time;
    }
  }
}

double per_second(const Market& market, const char* name, const std::string& from,
                  std::chrono::seconds length) {
  const auto ticks = ticks_of(market, name, utc(from), utc(from) + length);
  return static_cast<double>(ticks.size()) / static_cast<double>(length.count());
}

TEST_CASE("so many ticks a second as the hour has") {
  const Market market(1, usual_setups());
  for (const auto& [name, rate] :
       std::map<const char*, double>{{"EURUSD", 1.2}, {"AUDNZD", 0.7}, {"XAUUSD", 1.6}}) {
    INFO(name);
    CHECK(per_second(market, name, "2026-11-18 14:00", 3'600s) == Approx(rate * 2).epsilon(0.1));
    CHECK(per_second(market, name, "2026-11-18 00:00", 86'400s) ==
          Approx(rate * 1.05).epsilon(0.1));
    CHECK(per_second(market, name, "2026-11-18 04:00", 3'600s) == Approx(rate * 0.5).epsilon(0.25));
  }
  CHECK(per_second(market, "BTCUSD", "2026-11-21 00:00", 86'400s) > 0.8);
}

TEST_CASE("spreads are usual, wider when it is quiet, widest around the rollover") {
  const Market market(1, usual_setups());
  const auto spread = [&](const char* name, const std::string& from) {
    const auto ticks = ticks_of(market, name, utc(from), utc(from) + 10min);
    double sum = 0;
    for (const MarketTick& tick : ticks) sum += number(tick.ask - tick.bid);
    return sum / static_cast<double>(ticks.size());
  };
  CHECK(spread("EURUSD", "2026-11-18 14:00") == Approx(0.000064).epsilon(0.2));
  CHECK(spread("USDJPY", "2026-11-18 14:00") == Approx(0.0078).epsilon(0.2));
  CHECK(spread("XAUUSD", "2026-11-18 14:00") == Approx(0.24).epsilon(0.3));
  CHECK(spread("BTCUSD", "2026-11-18 14:00") == Approx(15).epsilon(0.5));
  CHECK(spread("US30", "2026-11-18 14:00") == Approx(2.8).epsilon(0.4));
  const double busy = spread("GBPUSD", "2026-11-18 14:00");
  CHECK(spread("GBPUSD", "2026-11-18 04:00") > 1.15 * busy);
  CHECK(spread("GBPUSD", "2026-11-18 22:00") > 2.5 * busy);  // 17:00 in New York, winter
  CHECK(spread("GBPUSD", "2026-07-15 21:00") > 2.5 * busy);  // and in summer
  CHECK(spread("GBPUSD", "2026-07-15 22:10") < 2.2 * busy);
  CHECK(spread("BTCUSD", "2026-11-18 22:00") < 2.0 * spread("BTCUSD", "2026-11-18 14:00"));
}

TEST_CASE("no symbol ticks while it is closed, whatever the clocks of the place do") {
  std::vector<SymbolSetup> setups = usual_setups();
  setups[18].schedule = tests::custom("Europe/Berlin",
                                      {{"MON", "01:15", "22:00"},
                                       {"TUE", "01:15", "22:00"},
                                       {"WED", "01:15", "22:00"},
                                       {"THU", "01:15", "22:00"},
                                       {"FRI", "01:15", "22:00"}},
                                      {"2026-12-25"});
  const Market market(1, setups);
  const auto count = [&](const char* name, const std::string& from, const std::string& until) {
    return ticks_of(market, name, utc(from), utc(until)).size();
  };
  const auto first = [&](const char* name, const std::string& from) {
    return ticks_of(market, name, utc(from), utc(from) + 200h).front().time;
  };
  const auto last = [&](const char* name, const std::string& until) {
    return ticks_of(market, name, utc(until) - 60s, utc(until)).back().time;
  };
  // Winter, the week in which New York goes forward, summer, the week in which it goes back.
  CHECK(count("EURUSD", "2026-01-16 22:00", "2026-01-18 22:00") == 0);
  CHECK(count("EURUSD", "2026-03-06 22:00", "2026-03-08 21:00") == 0);
  CHECK(count("EURUSD", "2026-07-17 21:00", "2026-07-19 21:00") == 0);
  CHECK(count("EURUSD", "2026-10-30 21:00", "2026-11-01 22:00") == 0);
  // It ticks in the first second, and in the last minute.
  for (const char* open :
       {"2026-01-18 22:00", "2026-03-08 21:00", "2026-07-19 21:00", "2026-11-01 22:00"}) {
    CHECK(first("EURUSD", open) - utc(open) < 1s);
    CHECK(first("AUDNZD", open) - utc(open) < 1s);
  }
  CHECK(utc("2026-03-06 22:00") - last("EURUSD", "2026-03-06 22:00") < 21s);
  CHECK(utc("2026-10-30 21:00") - last("EURUSD", "2026-10-30 21:00") < 21s);
  CHECK(count("BTCUSD", "2026-03-06 22:00", "2026-03-08 21:00") > 50'000);
  // Berlin's clocks change on other days.
  CHECK(count("DE40", "2026-03-27 21:00", "2026-03-29 23:15") == 0);
  CHECK(first("DE40", "2026-03-27 21:00") - utc("2026-03-29 23:15") < 1s);
  CHECK(count("DE40", "2026-12-24 21:00", "2026-12-28 00:15") == 0);
  // From within a time in which it is closed.
  CHECK(first("EURUSD", "2026-01-17 12:34") - utc("2026-01-18 22:00") < 1s);
}

TEST_CASE("what never opens has no ticks") {
  SymbolSetup setup = setup_of("EURUSD");
  setup.schedule = tests::custom("Nowhere/Land", {{"MON", "01:00", "02:00"}});
  const Market market(1, {setup});
  TickSource source(market, 0);
  source.seek(utc("2026-11-18 14:00"));
  CHECK(source.next_time() == calendar::kNever);
  CHECK(!source.is_open(utc("2026-11-16 01:30")));
  CHECK(ticks_of(market, "EURUSD", utc("2026-11-18 14:00"), calendar::kNever).empty());
}

TEST_CASE("over a weekend a price moves less than on a day") {
  const Market market(1, usual_setups());
  TickSource source(market, index_of(market, "EURUSD"));
  double weekends = 0;
  double days = 0;
  double most = 0;
  for (int week = 0; week < 400; ++week) {
    const TimeNs friday = utc("2019-01-04 22:00") + week * 168h;
    const double gap = source.middle_at(friday + 48h) / source.middle_at(friday) - 1;
    const double day = source.middle_at(friday) / source.middle_at(friday - 24h) - 1;
    weekends += gap * gap;
    days += day * day;
    most = std::max(most, std::abs(gap));
  }
  CHECK(weekends < 0.1 * days);
  CHECK(weekends > 0.001 * days);
  CHECK(most < 0.01);
}

}  // namespace
}  // namespace tribook::venue::simulated
