#include "app/house_guard.h"

#include <catch2/catch.hpp>

#include <string>

#include "tribook/domain/fixed.h"

// Which kill switches the house sets off by itself, and when. Times are in seconds.

namespace tribook::app {
namespace {

constexpr SymbolId kSymbol{3};
constexpr UserId kHand{7};

TimeNs at(std::int64_t seconds) { return TimeNs::from_ms(1'000'000'000 + seconds * 1'000); }

config::Guard all() {
  config::Guard settings;
  settings.feed_silent = std::chrono::seconds{10};
  settings.journal_behind = std::chrono::seconds{4};
  settings.journal_action = KillAction::Cancel;
  settings.venue_failures = 4;
  settings.venue_window = std::chrono::seconds{60};
  settings.venue_action = KillAction::Flatten;
  return settings;
}

/// A house of which a test changes what it is about, and its guard. What the guard says is done.
struct Watched {
  explicit Watched(const config::Guard& settings = all()) : guard(settings) {
    figures.time = figures.clock = at(0);
    figures.symbols = {{kSymbol, true, at(0)}};
  }

  std::vector<GuardCommand> look(std::int64_t seconds) {
    figures.time = figures.clock = at(seconds);
    auto commands = guard.look(figures);
    for (const GuardCommand& command : commands) {
      lift(command.set.scope);
      if (command.set.action != KillAction::None)
        figures.switches.push_back({command.set.scope, {}, command.set.cause});
    }
    return commands;
  }
  void lift(const RiskScope& scope) {
    std::erase_if(figures.switches,
                  [&](const GuardFigures::Switch& on) { return on.scope == scope; });
  }
  void put_by_hand(const RiskScope& scope) {
    figures.switches.push_back({scope, kHand, KillCause::Manual});
  }
  void quote(std::int64_t seconds) { figures.symbols[0].last_quote = at(seconds); }

  HouseGuard guard;
  GuardFigures figures;
};

const RiskScope kOfSymbol = RiskScope::of(kSymbol);
const RiskScope kOfHouse = RiskScope::house();

void check(const std::vector<GuardCommand>& commands, const RiskScope& scope, KillAction action,
           KillCause cause) {
  REQUIRE(commands.size() == 1);
  CHECK(commands[0].set.scope == scope);
  CHECK(commands[0].set.action == action);
  CHECK(commands[0].set.cause == cause);
  CHECK(commands[0].set.limit == Limit::Count);
}

TEST_CASE("a guard that is set to nothing does nothing") {
  Watched house{config::Guard{}};
  CHECK_FALSE(config::Guard{}.is_on());
  house.look(0);
  house.figures.sequenced = {9};
  house.figures.venue_failures = 1'000'000;
  CHECK(house.look(1).empty());
  CHECK(house.look(100'000).empty());
}

TEST_CASE("a feed that is silent for so long blocks its symbol, and says how long it was") {
  Watched house;
  CHECK(house.look(0).empty());
  CHECK(house.look(9).empty());
  const auto commands = house.look(10);
  check(commands, kOfSymbol, KillAction::Block, KillCause::Feed);
  CHECK(commands[0].set.measured == 10 * kFixedOne);
  CHECK(commands[0].set.threshold == 10 * kFixedOne);
  CHECK(commands[0].reason.text.view() == "no quote for 10 s");
}

TEST_CASE("the switch of a silent feed is set once, and taken away when quotes come again") {
  Watched house;
  house.look(0);
  REQUIRE(house.look(12).size() == 1);
  CHECK(house.look(13).empty());
  CHECK(house.look(500).empty());
  house.quote(501);
  check(house.look(502), kOfSymbol, KillAction::None, KillCause::Feed);
  CHECK(house.look(503).empty());
  check(house.look(511), kOfSymbol, KillAction::Block, KillCause::Feed);
}

TEST_CASE("the switch of a silent feed stays when it is not to be taken away") {
  config::Guard settings = all();
  settings.feed_lifts = false;
  Watched house{settings};
  house.look(0);
  REQUIRE(house.look(10).size() == 1);
  house.quote(11);
  CHECK(house.look(11).empty());
  CHECK(house.look(40).empty());
}

TEST_CASE("a switch that a hand took away is not set again before quotes have come") {
  Watched house;
  house.look(0);
  REQUIRE(house.look(10).size() == 1);
  house.lift(kOfSymbol);
  CHECK(house.look(11).empty());
  CHECK(house.look(100).empty());
  house.quote(101);
  CHECK(house.look(101).empty());
  check(house.look(111), kOfSymbol, KillAction::Block, KillCause::Feed);
}

TEST_CASE("a hand's switch of a symbol is neither replaced nor taken away") {
  Watched house;
  house.look(0);
  house.put_by_hand(kOfSymbol);
  CHECK(house.look(10).empty());
  house.quote(20);
  CHECK(house.look(20).empty());
  // One that is told to be of a feed is a hand's all the same.
  house.figures.switches = {{kOfSymbol, kHand, KillCause::Feed}};
  CHECK(house.look(21).empty());
}

TEST_CASE("a hand's switch of the house keeps no feed from being looked at") {
  Watched house;
  house.look(0);
  house.put_by_hand(kOfHouse);
  check(house.look(10), kOfSymbol, KillAction::Block, KillCause::Feed);
}

TEST_CASE("a feed may be silent while its market is closed, and has its time once it opens") {
  Watched house;
  house.look(0);
  house.figures.symbols[0].is_open = false;
  CHECK(house.look(1'000).empty());
  house.figures.symbols[0].is_open = true;
  CHECK(house.look(1'001).empty());
  CHECK(house.look(1'010).empty());
  check(house.look(1'011), kOfSymbol, KillAction::Block, KillCause::Feed);
}

TEST_CASE("a symbol that was never quoted is left alone") {
  Watched house;
  house.figures.symbols[0].last_quote = {};
  house.look(0);
  CHECK(house.look(1'000).empty());
}

TEST_CASE("a house that comes up gives old quotes their time, and knows its own switch") {
  Watched house;
  CHECK(house.look(5'000).empty());
  CHECK(house.look(5'009).empty());
  CHECK(house.look(5'010).size() == 1);
  Watched again;
  again.figures.switches = {{kOfSymbol, {}, KillCause::Feed}};
  CHECK(again.look(5'000).empty());
  again.quote(5'001);
  check(again.look(5'002), kOfSymbol, KillAction::None, KillCause::Feed);
}

// Not silent feeds.
config::Guard of_house() {
  config::Guard settings = all();
  settings.feed_silent = {};
  return settings;
}

TEST_CASE("a record that waits for so long to be durable switches off the house") {
  Watched house{of_house()};
  house.figures.sequenced = {5};
  house.figures.written = {4};
  CHECK(house.look(0).empty());
  house.figures.sequenced = {8};
  CHECK(house.look(3).empty());
  const auto commands = house.look(4);
  check(commands, kOfHouse, KillAction::Cancel, KillCause::Journal);
  CHECK(commands[0].set.measured == 4 * kFixedOne);
  CHECK(commands[0].set.threshold == 4 * kFixedOne);
  CHECK(commands[0].reason.text.view() == "the journal is 4 s behind");
  CHECK(house.look(5).empty());
}

TEST_CASE("a journal that keeps up is not behind, however much is under way") {
  Watched house{of_house()};
  for (std::uint64_t i = 0; i < 100; ++i) {
    house.figures.written = {i * 1'000};
    house.figures.sequenced = {i * 1'000 + 999};
    CHECK(house.look(static_cast<std::int64_t>(i)).empty());
  }
}

TEST_CASE("the age is that of the oldest record, not of those behind it") {
  Watched house{of_house()};
  house.figures.sequenced = {5};
  house.look(0);
  house.figures.sequenced = {9};
  house.look(3);
  house.figures.written = {5};
  CHECK(house.look(6).empty());
  CHECK(house.look(7).size() == 1);
}

TEST_CASE("a journal's switch is not set again before it has caught up, and never taken away") {
  Watched house{of_house()};
  house.figures.sequenced = {5};
  house.look(0);
  REQUIRE(house.look(4).size() == 1);
  house.lift(kOfHouse);
  CHECK(house.look(5).empty());
  house.figures.written = {5};
  CHECK(house.look(6).empty());
  house.figures.sequenced = {6};
  CHECK(house.look(7).empty());
  check(house.look(11), kOfHouse, KillAction::Cancel, KillCause::Journal);
  house.figures.written = {6};
  CHECK(house.look(12).empty());
}

TEST_CASE("venues that fail so often within the window switch off the house") {
  Watched house{of_house()};
  house.figures.venue_failures = 50;  // before it looked
  CHECK(house.look(0).empty());
  house.figures.venue_failures = 53;
  CHECK(house.look(10).empty());
  house.figures.venue_failures = 54;
  const auto commands = house.look(69);
  check(commands, kOfHouse, KillAction::Flatten, KillCause::Venue);
  CHECK(commands[0].set.measured == 4 * kFixedOne);
  CHECK(commands[0].set.threshold == 4 * kFixedOne);
  CHECK(commands[0].reason.text.view() == "4 requests failed at venues within 60 s");
  CHECK(house.look(70).empty());
}

TEST_CASE("what failed before the window does not count") {
  Watched house{of_house()};
  house.look(0);
  house.figures.venue_failures = 3;
  house.look(10);
  house.figures.venue_failures = 4;
  CHECK(house.look(70).empty());
  house.figures.venue_failures = 7;
  CHECK(house.look(71).size() == 1);
}

TEST_CASE("a venue's switch is not set again before less than half as many fail") {
  Watched house{of_house()};
  house.look(0);
  house.figures.venue_failures = 4;
  REQUIRE(house.look(1).size() == 1);
  house.lift(kOfHouse);
  house.figures.venue_failures = 6;
  CHECK(house.look(50).empty());
  house.figures.venue_failures = 8;
  CHECK(house.look(65).empty());
  CHECK(house.look(111).empty());  // two are left
  house.figures.venue_failures = 10;
  CHECK(house.look(112).empty());
  CHECK(house.look(172).empty());  // none
  house.figures.venue_failures = 14;
  CHECK(house.look(173).size() == 1);
}

TEST_CASE("a switch of the house that is on is left as it is, whosever it is") {
  Watched house{of_house()};
  house.figures.sequenced = {5};
  house.look(0);
  house.put_by_hand(kOfHouse);
  house.figures.venue_failures = 100;
  CHECK(house.look(20).empty());
  house.figures.written = {5};
  CHECK(house.look(21).empty());
  // It is gone, and venues fail.
  house.lift(kOfHouse);
  check(house.look(22), kOfHouse, KillAction::Flatten, KillCause::Venue);
}

TEST_CASE("of two reasons at once the house says one") {
  Watched house{of_house()};
  house.figures.sequenced = {5};
  house.look(0);
  house.figures.venue_failures = 100;
  check(house.look(20), kOfHouse, KillAction::Cancel, KillCause::Journal);
  CHECK(house.look(21).empty());
}

}  // namespace
}  // namespace tribook::app
