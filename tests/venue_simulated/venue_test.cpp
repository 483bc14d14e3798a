#include "venue/simulated/simulated_venue.h"

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "venue_simulated/markets.h"

namespace tribook::venue::simulated {
namespace {

using namespace std::chrono_literals;
using market_data::QuoteRefusal;

constexpr TimeNs kStart{1'795'010'400'250'000'000};     // 2026-11-18 14:00, a Wednesday
constexpr TimeNs kSaturday{1'795'262'400'000'000'000};  // 2026-11-21 12:00

std::shared_ptr<const Market> usual_market() {
  static const auto made = std::make_shared<const Market>(1, usual_setups());
  return made;
}

SimulatedSettings settings_of(std::size_t ticks_per_round = 256) {
  SimulatedSettings settings;
  settings.name = "market";
  settings.venue = VenueId{3};
  settings.ticks_per_round_max = ticks_per_round;
  return settings;
}

struct World {
  explicit World(std::size_t ring_size = 4'096, std::size_t ticks_per_round = 256)
      : ring("quotes", ring_size), venue(settings_of(ticks_per_round), ring) {}

  void run() {
    venue.begin(usual_market());
    venue.resume();
  }

  std::vector<QuoteCommand> drain() {
    std::vector<QuoteCommand> quotes;
    Command command;
    while (ring.try_pop(command)) {
      REQUIRE(command.header.kind == CommandKind::Quote);
      CHECK(command.header.gateway == kNoGateway);
      quotes.push_back(command.get<QuoteCommand>());
    }
    return quotes;
  }

  runtime::Ring<Command> ring;
  SimulatedVenue venue;
};

std::set<std::uint64_t> symbols_of(const std::vector<QuoteCommand>& quotes) {
  std::set<std::uint64_t> symbols;
  for (const QuoteCommand& quote : quotes) symbols.insert(quote.symbol.value);
  return symbols;
}

TEST_CASE("without a market, and until it is told to go on, it does nothing") {
  World world;
  CHECK(world.venue.name() == "market");
  CHECK(world.venue.not_ready() == "venue market has no market yet");
  CHECK(world.venue.do_work(kStart) == 0);
  world.venue.resume();
  CHECK(world.venue.do_work(kStart) == 0);
  world.venue.pause();
  world.venue.begin(usual_market());
  CHECK(world.venue.do_work(kStart) == 0);
  CHECK(world.venue.not_ready() == "EURUSD has no quote yet");
  CHECK(world.drain().empty());
}

TEST_CASE("at first every open symbol is quoted at once, then as the ticks come") {
  World world;
  world.run();
  CHECK(world.venue.do_work(kStart) == usual_market()->size());
  CHECK(world.venue.not_ready().empty());
  const auto first = world.drain();
  REQUIRE(first.size() == usual_market()->size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    const MarketTick tick = TickSource(*usual_market(), i).quote_at(kStart);
    CHECK(first[i].symbol.value == i + 1);
    CHECK(first[i].venue == VenueId{3});
    CHECK(first[i].bid == tick.bid);
    CHECK(first[i].ask == tick.ask);
    CHECK(first[i].venue_time == kStart);
    CHECK(first[i].never_stale == 0);
    CHECK(first[i].drives_clock == 0);
  }
  CHECK(world.venue.do_work(kStart) == 0);

  std::map<std::uint64_t, std::vector<MarketTick>> got;
  TimeNs last = kStart;
  for (TimeNs now = kStart; now <= kStart + 60s; now = now + 10ms) {
    world.venue.do_work(now);
    for (const QuoteCommand& quote : world.drain()) {
      CHECK(quote.venue_time <= now);
      CHECK(now - quote.venue_time < 10ms);
      CHECK(quote.venue_time >= last);  // merged by time
      last = quote.venue_time;
      got[quote.symbol.value].push_back({quote.venue_time, quote.bid, quote.ask});
    }
  }
  for (std::size_t i = 0; i < usual_market()->size(); ++i) {
    CHECK(got[i + 1] == ticks_of(*usual_market(), usual_market()->symbol(i).name, kStart + 1ns,
                                 kStart + 60s + 1ns));
  }
  CHECK(world.venue.times_behind() == 0);
  CHECK(world.venue.conflated() == 0);
  CHECK(world.venue.filter().accepted() == world.venue.quotes_sent());
}

TEST_CASE("two venues of one market send the same") {
  World first;
  World second;
  first.run();
  first.venue.do_work(kStart);
  first.drain();
  for (TimeNs now = kStart; now <= kStart + 30s; now = now + 7ms) first.venue.do_work(now);
  second.run();
  second.venue.do_work(kStart + 10s);
  second.drain();
  for (TimeNs now = kStart + 10s; now <= kStart + 30s; now = now + 13ms) {
    second.venue.do_work(now);
  }
  first.venue.do_work(kStart + 30s);
  second.venue.do_work(kStart + 30s);
  auto early = first.drain();
  std::erase_if(early, [](const QuoteCommand& quote) { return quote.venue_time <= kStart + 10s; });
  const auto late = second.drain();
  REQUIRE(early.size() == late.size());
  for (std::size_t i = 0; i < early.size(); ++i) {
    CHECK(early[i].bid == late[i].bid);
    CHECK(early[i].ask == late[i].ask);
    CHECK(early[i].venue_time == late[i].venue_time);
    CHECK(early[i].symbol == late[i].symbol);
  }
}

TEST_CASE("at the weekend coins alone tick, of the rest the last price is told") {
  World world;
  world.run();
  world.venue.do_work(kSaturday);
  std::vector<QuoteCommand> ticks;
  std::vector<QuoteCommand> references;
  for (const QuoteCommand& quote : world.drain()) {
    (quote.is_reference != 0 ? references : ticks).push_back(quote);
  }
  CHECK(symbols_of(ticks) == std::set<std::uint64_t>{21, 22, 23, 24});
  CHECK(references.size() == usual_market()->size() - ticks.size());
  for (const QuoteCommand& quote : references) {
    const auto last = ticks_of(*usual_market(), usual_market()->symbol(quote.symbol.value - 1).name,
                               kSaturday - 24h, kSaturday)
                          .back();
    CHECK(quote.bid == last.bid);
    CHECK(quote.ask == last.ask);
    CHECK(quote.venue_time == last.time);
  }
  CHECK(world.venue.not_ready().empty());
  const TimeNs opening = utc("2026-11-22 22:00");
  world.venue.do_work(opening - 3s);  // long after: everything anew
  world.drain();
  for (TimeNs now = opening - 3s; now < opening; now = now + 50ms) world.venue.do_work(now);
  CHECK(symbols_of(world.drain()) == std::set<std::uint64_t>{21, 22, 23, 24});
  for (TimeNs now = opening; now <= opening + 1s; now = now + 50ms) world.venue.do_work(now);
  CHECK(symbols_of(world.drain()).size() == usual_market()->size());
}

TEST_CASE("what fell behind goes on from now, each symbol once") {
  World world;
  world.run();
  world.venue.do_work(kStart);
  world.drain();
  CHECK(world.venue.do_work(kStart + 10s) == usual_market()->size());
  CHECK(world.venue.times_behind() == 1);
  const auto quotes = world.drain();
  REQUIRE(quotes.size() == usual_market()->size());
  for (const QuoteCommand& quote : quotes) CHECK(quote.venue_time == kStart + 10s);
  // A delay that is not too long loses nothing.
  world.venue.do_work(kStart + 11s);
  world.venue.do_work(kStart + 11s + 1'900ms);
  CHECK(world.venue.times_behind() == 1);
  std::size_t expected = 0;
  for (std::size_t i = 0; i < usual_market()->size(); ++i) {
    expected += ticks_of(*usual_market(), usual_market()->symbol(i).name, kStart + 10s + 1ns,
                         kStart + 12'900ms + 1ns)
                    .size();
  }
  CHECK(world.drain().size() == expected);
}

TEST_CASE("one that begins anew quotes each symbol as it stands, then as the ticks come") {
  World world(16);
  World other;
  for (World* one : {&world, &other}) one->run();
  world.venue.do_work(kStart);  // some wait for room
  world.venue.begin_anew();
  static_cast<void>(world.drain());
  const TimeNs later = kStart + 5s;
  std::size_t quotes = 0;
  std::set<std::uint64_t> symbols;
  for (int i = 0; i < 100 && symbols.size() < usual_market()->size(); ++i) {
    world.venue.do_work(later);
    for (const QuoteCommand& quote : world.drain()) {
      CHECK(quote.venue_time == later);
      symbols.insert(quote.symbol.value);
      ++quotes;
    }
  }
  CHECK(quotes == usual_market()->size());
  CHECK(world.venue.not_ready().empty());
  // From here on it sends what one sends that never failed.
  other.venue.do_work(later);
  static_cast<void>(other.drain());
  for (TimeNs now = later; now <= later + 10s; now = now + 10ms) {
    world.venue.do_work(now);
    other.venue.do_work(now);
    const auto a = world.drain();
    const auto b = other.drain();
    REQUIRE(a.size() == b.size());
    for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].bid == b[i].bid);
  }
}

TEST_CASE("a pause leaves out what came in it") {
  World world;
  world.run();
  world.venue.do_work(kStart);
  world.drain();
  world.venue.pause();
  CHECK(world.venue.do_work(kStart + 1s) == 0);
  CHECK(world.venue.do_work(kStart + 1h) == 0);
  world.venue.resume();
  CHECK(world.venue.do_work(kStart + 1h) == usual_market()->size());
  CHECK(world.venue.times_behind() == 0);
  for (const QuoteCommand& quote : world.drain()) CHECK(quote.venue_time == kStart + 1h);
}

TEST_CASE("a clock that is set back stops nothing, and the venue's time stands until it is past") {
  World world;
  world.run();
  world.venue.do_work(kStart);
  world.drain();
  CHECK(world.venue.do_work(kStart - 1h) == usual_market()->size());
  CHECK(world.venue.times_behind() == 1);
  for (TimeNs now = kStart - 1h; now < kStart - 1h + 10s; now = now + 100ms) {
    world.venue.do_work(now);
  }
  const auto quotes = world.drain();
  CHECK(quotes.size() > 2 * usual_market()->size());
  for (const QuoteCommand& quote : quotes) CHECK(quote.venue_time == kStart);
  CHECK(world.venue.filter().refused(QuoteRefusal::OutOfOrder) == 0);
}

TEST_CASE("in a full ring the newest of each symbol waits, the others are counted") {
  World world(4);
  world.run();
  world.venue.do_work(kStart);
  CHECK(!world.venue.not_ready().empty());
  std::uint64_t accepted = 0;
  for (TimeNs now = kStart; now <= kStart + 5s; now = now + 100ms) world.venue.do_work(now);
  CHECK(world.ring.depth() == 4);
  CHECK(world.venue.do_work(kStart + 5s) == 0);
  accepted = world.venue.filter().accepted();
  std::map<std::uint64_t, QuoteCommand> newest;
  std::size_t count = 0;
  for (int round = 0; round < 100; ++round) {
    const auto quotes = world.drain();
    for (const QuoteCommand& quote : quotes) {
      const auto found = newest.find(quote.symbol.value);
      if (found != newest.end()) CHECK(found->second.venue_time <= quote.venue_time);
      newest[quote.symbol.value] = quote;
      ++count;
    }
    world.venue.do_work(kStart + 5s);
  }
  CHECK(world.venue.conflated() > 0);
  CHECK(accepted == count + world.venue.conflated());
  CHECK(world.venue.quotes_sent() == count);
  CHECK(world.venue.not_ready().empty());
  for (std::size_t i = 0; i < usual_market()->size(); ++i) {
    const auto ticks =
        ticks_of(*usual_market(), usual_market()->symbol(i).name, kStart + 1ns, kStart + 5s + 1ns);
    if (ticks.empty()) continue;
    CHECK(newest.at(i + 1).bid == ticks.back().bid);
    CHECK(newest.at(i + 1).venue_time == ticks.back().time);
  }
}

TEST_CASE("a round does no more than it may") {
  World world(4'096, 5);
  world.run();
  std::size_t rounds = 0;
  while (true) {
    const std::size_t work = world.venue.do_work(kStart);
    CHECK(work <= 5);
    if (work == 0) break;
    ++rounds;
  }
  CHECK(rounds == 5);
  CHECK(world.drain().size() == usual_market()->size());
  std::size_t sent = 0;
  while (world.venue.do_work(kStart + 1'500ms) > 0) {
    const auto quotes = world.drain();
    CHECK(quotes.size() <= 5);
    sent += quotes.size();
  }
  CHECK(sent > 20);
}

TEST_CASE("what a symbol is quoted passes the filter, day and night, over gaps too") {
  World world(1 << 16);
  world.run();
  for (int week = 0; week < 3; ++week) {
    for (int hour = 0; hour < 168; ++hour) {
      for (int step = 0; step < 3; ++step) {
        world.venue.do_work(utc("2026-11-02 00:00") + week * 168h + hour * 1h + step * 1s);
        world.drain();
      }
    }
  }
  for (std::size_t i = 1; i < market_data::kQuoteRefusals; ++i) {
    CHECK(world.venue.filter().refused(static_cast<QuoteRefusal>(i)) == 0);
  }
  CHECK(world.venue.filter().accepted() > 20'000);
}

TEST_CASE("a market begun by another thread is seen whole") {
  for (int round = 0; round < 20; ++round) {
    World world;
    world.venue.resume();
    std::atomic<bool> is_quoted{false};
    std::thread stage([&] {
      while (world.venue.do_work(kStart) == 0) std::this_thread::yield();
      is_quoted.store(true);
    });
    world.venue.begin(std::make_shared<const Market>(2, usual_setups()));
    while (!is_quoted.load()) REQUIRE(world.venue.not_ready().size() < 100);
    stage.join();
    CHECK(world.venue.not_ready().empty());
  }
}

}  // namespace
}  // namespace tribook::venue::simulated
