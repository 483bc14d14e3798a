#include "venue/replay/replay_venue.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "venue_replay/tick_files.h"

namespace tribook::venue::replay {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using market_data::QuoteRefusal;
using tests::TickFolder;

constexpr std::int64_t kMay1Ns = 1'398'902'400'000'000'000;
constexpr TimeNs kNow{1'700'000'000'000'000'000};

// A venue, what it is wired to, and the time.
struct World {
  TickFolder folder;
  ReplaySettings settings;
  runtime::Ring<Command> ring{"quotes", 1024};
  std::map<std::string, SymbolId, std::less<>> symbols{{"EURUSD", SymbolId{1}},
                                                       {"XAUUSD", SymbolId{2}}};
  std::vector<std::string> reports;
  TimeNs now = kNow;

  World() {
    settings.venue = VenueId{7};
    settings.speed = 0;
  }

  void add(const std::string& symbol, const std::string& rows, int offset_minutes = 0) {
    const std::string name = std::to_string(settings.files.size()) + ".gz";
    settings.files.push_back({symbol, folder.write_gzip(name, rows), offset_minutes});
  }

  ReplayVenue venue() {
    return {settings, ring,
            [this](std::string_view name) {
              const auto found = symbols.find(name);
              return found == symbols.end() ? SymbolId{} : found->second;
            },
            [this](std::string_view text) { reports.emplace_back(text); }};
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

  // The bids that come when time has moved on by `passed`.
  std::vector<std::int64_t> bids_after(ReplayVenue& venue, std::chrono::nanoseconds passed) {
    now = now + passed;
    std::vector<std::int64_t> bids;
    while (venue.do_work(now) > 0) {
      for (const QuoteCommand& quote : drain()) bids.push_back(quote.bid.raw / kFixedOne);
    }
    return bids;
  }
};

using Bids = std::vector<std::int64_t>;

// n ticks a second apart, bids 100 .. 100 + n - 1.
std::string seconds(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += "20140501," + std::to_string(i * 1000) + "," + std::to_string(100 + i) + "," +
            std::to_string(101 + i) + "\n";
  }
  return text;
}

TEST_CASE("a tick becomes a quote that says where it is from") {
  World world;
  world.add("XAUUSD", "20140501,43.142,1291.677,1292.033\n", -300);
  ReplayVenue venue = world.venue();
  CHECK(venue.name() == "replay");
  CHECK(venue.do_work(world.now) == 2);  // read one, sent one
  CHECK(venue.finished());
  const auto quotes = world.drain();
  REQUIRE(quotes.size() == 1);
  CHECK(quotes[0].bid.raw == 129'167'700'000);
  CHECK(quotes[0].ask.raw == 129'203'300'000);
  CHECK(quotes[0].venue_time.ns == kMay1Ns + 43'142'000 + 5 * 3'600'000'000'000);
  CHECK(quotes[0].symbol == SymbolId{2});
  CHECK(quotes[0].venue == VenueId{7});
  CHECK(quotes[0].never_stale == 1);
  CHECK(quotes[0].drives_clock == 1);
  CHECK(venue.do_work(world.now) == 0);
}

TEST_CASE("a full ring holds ticks back, and none is lost") {
  World world;
  world.add("EURUSD", seconds(3'000));
  runtime::Ring<Command> small("small", 4);
  ReplayVenue venue(
      world.settings, small, [](std::string_view) { return SymbolId{1}; }, [](std::string_view) {});
  std::int64_t expected = 100;
  int idle = 0;
  while (!venue.finished()) {
    idle += venue.do_work(kNow) == 0 ? 1 : 0;
    REQUIRE(small.depth() <= 8);
    Command command;
    // One at a time, so that the ring is full most of the time.
    REQUIRE(small.try_pop(command));
    REQUIRE(command.get<QuoteCommand>().bid == Price::from_whole(expected));
    ++expected;
  }
  Command command;
  while (small.try_pop(command)) {
    REQUIRE(command.get<QuoteCommand>().bid == Price::from_whole(expected));
    ++expected;
  }
  CHECK(expected == 3'100);
  CHECK(venue.quotes_sent() == 3'000);
  CHECK(venue.filter().accepted() == 3'000);
  CHECK(small.figures().refused > 2'000);
  // A round that finds the ring full says that it did nothing.
  CHECK(idle == 0);
}

TEST_CASE("a round without room does nothing and says so") {
  World world;
  world.add("EURUSD", seconds(100));
  runtime::Ring<Command> small("small", 1);
  ReplayVenue venue(
      world.settings, small, [](std::string_view) { return SymbolId{1}; }, [](std::string_view) {});
  while (venue.do_work(kNow) > 0) {
  }
  const std::uint64_t read = venue.rows_read();
  CHECK(read < 100);
  for (int i = 0; i < 10; ++i) CHECK(venue.do_work(kNow) == 0);
  CHECK(venue.rows_read() == read);
  CHECK_FALSE(venue.finished());
}

TEST_CASE("a round reads no more rows than it may") {
  World world;
  world.settings.rows_per_round_max = 3;
  world.add("EURUSD", seconds(5) + "junk\njunk\njunk\njunk\n" + "20140501,6000,7,7\n");
  ReplayVenue venue = world.venue();
  for (const std::uint64_t read : {3U, 6U, 9U, 10U}) {
    venue.do_work(world.now);
    CHECK(venue.rows_read() == read);
  }
  CHECK(venue.finished());
  CHECK(venue.rows_malformed() == 4);
}

TEST_CASE("at a speed, ticks come when they are due") {
  const std::uint32_t speed = GENERATE(1U, 10U, 1'000U);
  World world;
  world.settings.speed = speed;
  world.add("EURUSD", seconds(6));
  ReplayVenue venue = world.venue();
  const std::chrono::nanoseconds second = std::chrono::nanoseconds(1s) / speed;
  CHECK(world.bids_after(venue, 0ns) == Bids{100});
  CHECK(world.bids_after(venue, second - 1ns).empty());
  CHECK(world.bids_after(venue, 1ns) == Bids{101});
  CHECK(world.bids_after(venue, 3 * second) == Bids{102, 103, 104});
  CHECK_FALSE(venue.finished());
  CHECK(world.bids_after(venue, 100'000h) == Bids{105});
  CHECK(venue.finished());
}

TEST_CASE("a clock set back stops nothing and repeats nothing") {
  World world;
  world.settings.speed = 1;
  world.add("EURUSD", seconds(3));
  ReplayVenue venue = world.venue();
  CHECK(world.bids_after(venue, 0s) == Bids{100});
  CHECK(world.bids_after(venue, -3600s).empty());
  CHECK(world.bids_after(venue, 1s) == Bids{101});
  CHECK(world.bids_after(venue, 1s) == Bids{102});
}

TEST_CASE("time does not pass while paused") {
  World world;
  world.settings.speed = 1;
  world.settings.start_paused = true;
  world.add("EURUSD", seconds(4));
  ReplayVenue venue = world.venue();
  CHECK(world.bids_after(venue, 10s).empty());
  CHECK(venue.state() == ReplayState::Paused);
  CHECK(venue.rows_read() == 0);
  venue.resume();
  CHECK(world.bids_after(venue, 10s) == Bids{100});
  CHECK(venue.state() == ReplayState::Playing);
  CHECK(world.bids_after(venue, 500ms).empty());
  venue.pause();
  CHECK(world.bids_after(venue, 0ms).empty());
  CHECK(world.bids_after(venue, 3600s).empty());
  venue.resume();
  CHECK(world.bids_after(venue, 0ms).empty());
  CHECK(world.bids_after(venue, 500ms) == Bids{101});
  CHECK(world.bids_after(venue, 2s) == Bids{102, 103});
}

TEST_CASE("nothing is played before every symbol exists") {
  World world;
  world.settings.speed = 1;
  world.symbols.erase("XAUUSD");
  world.add("EURUSD", seconds(2));
  world.add("XAUUSD", "20140501,500,900,900\n");
  ReplayVenue venue = world.venue();
  for (int i = 0; i < 5; ++i) CHECK(world.bids_after(venue, 60s).empty());
  CHECK(venue.state() == ReplayState::Waiting);
  REQUIRE(world.reports.size() == 1);
  CHECK_THAT(world.reports[0], Contains("waits until symbol XAUUSD exists"));
  world.symbols["XAUUSD"] = SymbolId{2};
  CHECK(world.bids_after(venue, 60s) == Bids{100});
  world.symbols.clear();  // each is asked for once
  CHECK(world.bids_after(venue, 500ms) == Bids{900});
  CHECK(world.bids_after(venue, 500ms) == Bids{101});
  CHECK(venue.finished());
}

TEST_CASE("files are merged by UTC time, ties in their order") {
  World world;
  world.settings.rows_per_round_max = GENERATE(1UL, 2UL, 256UL);
  world.add("EURUSD", "20140501,3600001,103,103\n20140501,3600005,103,103\n");
  world.add("XAUUSD", "20140501,0,110,110\n20140501,1,111,111\n20140501,9,112,112\n", -60);
  world.add("EURUSD", "20140501,3600004,103,104\n20140501,3600005,103,105\n");
  ReplayVenue venue = world.venue();
  std::vector<std::string> seen;  // milliseconds after 01:00 UTC, ask
  while (!venue.finished()) {
    venue.do_work(world.now);
    for (const QuoteCommand& quote : world.drain()) {
      const std::int64_t ms = (quote.venue_time.ns - kMay1Ns) / 1'000'000 - 3'600'000;
      seen.push_back(std::to_string(ms) + ":" + std::to_string(quote.ask.raw / kFixedOne));
    }
  }
  CHECK(seen ==
        std::vector<std::string>{"0:110", "1:103", "1:111", "4:104", "5:103", "5:105", "9:112"});
}

TEST_CASE("bad quotes are refused and counted by reason and symbol") {
  World world;
  world.add("EURUSD",
            "20140501,10,100,100\n20140501,11,101,100\n20140501,12,0,1\n20140501,9,100,100\n"
            "20140501,13,500,500\n20140501,14,100,101\n");
  world.add("XAUUSD", "20140501,12,-1,1\n20140501,13,1,2\n");
  ReplayVenue venue = world.venue();
  CHECK(world.bids_after(venue, 0s) == Bids{100, 1, 100});
  CHECK(venue.finished());
  CHECK(venue.rows_read() == 8);
  CHECK(venue.quotes_sent() == 3);
  CHECK(venue.filter().refused(QuoteRefusal::Crossed) == 1);
  CHECK(venue.filter().refused(QuoteRefusal::NonPositive) == 2);
  CHECK(venue.filter().refused(QuoteRefusal::OutOfOrder) == 1);
  CHECK(venue.filter().refused(QuoteRefusal::Jump) == 1);
  CHECK(venue.filter().refused(SymbolId{2}, QuoteRefusal::NonPositive) == 1);
}

TEST_CASE("malformed rows are reported, the first of them one by one") {
  World world;
  std::string rows = "20140501,1,1,1\n";
  for (int i = 0; i < 30; ++i) rows += "junk\n";
  world.add("EURUSD", rows + "20140501,2,2,2,\n20140501,3,1,1\n");
  ReplayVenue venue = world.venue();
  CHECK(world.bids_after(venue, 0s) == Bids{1, 1});
  CHECK(venue.rows_malformed() == 31);
  CHECK(venue.rows_read() == 33);
  REQUIRE(world.reports.size() == ReplayVenue::kReportsPerFile);
  CHECK_THAT(world.reports[0], Contains("0.gz:2: row passed over: not four columns"));
  CHECK_THAT(world.reports[9], Contains("0.gz:11: ") && Contains("only counted"));
}

TEST_CASE("a file that breaks off stops the replay with a reason") {
  World world;
  world.add("EURUSD", seconds(2'000));
  world.add("XAUUSD", seconds(2'000));
  const std::string bytes = tests::read_bytes(world.settings.files[1].path);
  (void)world.folder.write("1.gz", std::string_view(bytes).substr(0, bytes.size() - 4));
  ReplayVenue venue = world.venue();
  const Bids bids = world.bids_after(venue, 0s);
  CHECK(venue.state() == ReplayState::Failed);
  CHECK_FALSE(venue.finished());
  CHECK_THAT(venue.error(), Contains("1.gz: the gzip file is truncated after line 2000"));
  REQUIRE(world.reports.size() == 1);
  CHECK_THAT(world.reports[0], Contains("venue replay stops") && Contains("truncated"));
  CHECK(bids.size() == 4'000);
  CHECK(venue.do_work(world.now) == 0);
}

TEST_CASE("what is wrong with the settings is told at once") {
  World world;
  CHECK_THROWS_AS(world.venue(), std::invalid_argument);
  world.settings.files.push_back({"EURUSD", world.folder.path("none.gz"), 0});
  CHECK_THROWS_WITH(world.venue(), Contains("none.gz"));
  world.settings.files.clear();
  for (std::size_t i = 0; i <= kReplayFilesMax; ++i) world.add("EURUSD", seconds(1));
  CHECK_THROWS_WITH(world.venue(), Contains("1 to 64 files"));
}

TEST_CASE("one that begins anew goes on behind the tick that it took last") {
  World world;
  world.add("EURUSD", "bad\n" + seconds(600));
  world.add("XAUUSD", seconds(600));  // the same times
  world.settings.rows_per_round_max = 200;
  world.settings.speed = 0;
  runtime::Ring<Command> small("small", 7);
  ReplayVenue venue(
      world.settings, small,
      [](std::string_view name) { return name == "EURUSD" ? SymbolId{1} : SymbolId{2}; },
      [&](std::string_view text) { world.reports.emplace_back(text); });
  std::map<std::uint64_t, Bids> got;
  for (int round = 0; !venue.finished(); ++round) {
    REQUIRE(round < 100'000);
    if (round % 13 == 0) venue.begin_anew();
    venue.do_work(world.now);
    Command command;
    for (int i = 0; i < 5 && small.try_pop(command); ++i) {
      const auto quote = command.get<QuoteCommand>();
      got[quote.symbol.value].push_back(quote.bid.raw / kFixedOne);
    }
  }
  Command command;
  while (small.try_pop(command)) {
    const auto quote = command.get<QuoteCommand>();
    got[quote.symbol.value].push_back(quote.bid.raw / kFixedOne);
  }
  for (const std::uint64_t symbol : {1U, 2U}) {
    REQUIRE(got[symbol].size() == 600);
    for (std::size_t i = 0; i < 600; ++i) CHECK(got[symbol][i] == 100 + static_cast<int>(i));
  }
  CHECK(venue.rows_read() == 1'201);
  CHECK(venue.rows_malformed() == 1);
  CHECK(world.reports.size() == 1);
}

TEST_CASE("one whose file has gone cannot begin anew, and can once it is back") {
  World world;
  world.add("EURUSD", seconds(10));
  world.settings.rows_per_round_max = 4;
  ReplayVenue venue = world.venue();
  venue.do_work(world.now);
  const std::string path = world.settings.files[0].path;
  std::filesystem::rename(path, path + ".away");
  CHECK_THROWS_WITH(venue.begin_anew(), Contains("0.gz"));
  std::filesystem::rename(path + ".away", path);
  venue.begin_anew();
  while (venue.do_work(world.now) > 0) {
  }
  CHECK(venue.finished());
  CHECK(world.drain().size() == 10);
}

TEST_CASE("closing lets go of the files") {
  World world;
  world.add("EURUSD", seconds(10));
  ReplayVenue venue = world.venue();
  venue.do_work(world.now);
  venue.on_close();
  CHECK(world.drain().size() == 10);
}

}  // namespace
}  // namespace tribook::venue::replay
