#include <algorithm>
#include <catch2/catch.hpp>

#include "support/house_runner.h"
#include "support/kill_switches.h"
#include "support/timers.h"

// Kill switches of many accounts through the whole pipeline: nothing is sequenced between their
// records, who set them is answered when all is done, and a house that dies meanwhile goes on.

namespace tribook::test {
namespace {

const std::int32_t kMonday = date(2026, 1, 19);
constexpr int kAccounts = 40;
constexpr int kPositions = 6'000;  // more than one turn of the sequencer sweeps

app::PipelineSettings settings_of() {
  app::PipelineSettings settings = small_settings();
  settings.clock = core::ClockKind::Driven;
  settings.start = utc(kMonday, 12);
  return settings;
}

Command clock_to(TimeNs now) {
  SetClock clock;
  clock.now = now;
  return Command::make(clock);
}

Command market(AccountId account) {
  Command command = Command::make(House::order_of(SymbolId{1}, Side::Buy, "0.01"));
  command.header.account = account;
  return command;
}

Command kill(HouseRunner& house, const RiskScope& scope, KillAction action) {
  Command command = switch_command(scope, action);
  command.header.text =
      put_spec(house.slab(), KillReason{FixedText<128>::of("nothing opens any more")});
  return command;
}

void set_up(HouseRunner& house) {
  Instrument euro = forex("EUR", "USD");
  euro = with_swap(euro, SwapMode::Money, "-1", "-1", kNoTripleDay);
  house.submit(house.create_symbol(euro));
  for (int i = 0; i < kAccounts; ++i) {
    house.submit(
        house.create_account("trader" + std::to_string(i), "USD", Money::from_whole(100'000)));
  }
  QuoteCommand quote;
  quote.symbol = SymbolId{1};
  quote.bid = quote.ask = price("1.10000");
  quote.never_stale = 1;
  house.submit(Command::make(quote));
  for (int i = 0; i < kPositions; ++i) {
    house.submit(market(AccountId{1 + static_cast<std::uint32_t>(i % kAccounts)}));
  }
}

// Reads what it is told, as a full ring would hold the house up.
void work_off(HouseRunner& house) {
  for (int i = 0; i < 400; ++i) {
    house.pump();
    for (Event event; house.poll(event);) continue;
  }
}

/// What the journal says.
struct Journaled {
  std::vector<CommandKind> kinds;
  std::vector<KillSwept> swept;
  std::size_t changed = 0;
  std::uint64_t hash = 0;
  bool is_killed = false;
};

Journaled replayed(journal::Disk& disk) {
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  Journaled journaled;
  const auto on_event = [&](const Event& event) {
    if (event.header.kind == EventKind::KillSwept)
      journaled.swept.push_back(event.get<KillSwept>());
    if (event.header.kind == EventKind::KillSwitchChanged) ++journaled.changed;
  };
  const auto on_record = [&](const Record& record) {
    journaled.kinds.push_back(record.command.header.kind);
  };
  REQUIRE(replica.replay(disk, "journal", {}, on_event, on_record).is_good);
  const auto& house = replica.house();
  journaled.hash = house.state_hash();
  journaled.is_killed = house.engine().check_order(AccountId{1}, market({}).get<NewOrder>()) ==
                        RejectCode::KillSwitch;
  return journaled;
}

// No other record stands between those of the sweep.
bool is_in_one_piece(const std::vector<CommandKind>& kinds) {
  const auto first = std::find(kinds.begin(), kinds.end(), CommandKind::SetKillSwitch);
  const auto after = std::find_if(first + 1, kinds.end(),
                                  [](CommandKind kind) { return kind != CommandKind::KillSweep; });
  return std::count(first, after, CommandKind::KillSweep) > 4 &&
         std::count(after, kinds.end(), CommandKind::KillSweep) == 0;
}

}  // namespace

TEST_CASE("a kill switch gives the same state in every layout, and is answered when all is done") {
  std::vector<std::uint64_t> hashes;
  for (const Layout layout : {Layout::Stepped, Layout::Fused, Layout::Split}) {
    journal::MemoryDisk disk;
    HouseRunner house(layout, disk, settings_of());
    set_up(house);
    const auto answer = house.submit(kill(house, RiskScope::house(), KillAction::Flatten));
    REQUIRE_FALSE(answer.empty());
    CHECK(answer.front().header.kind == EventKind::KillSwitchChanged);
    const auto refused = house.submit(market(AccountId{2}));
    REQUIRE(refused.size() == 1);
    CHECK(refused.front().get<OrderUpdated>().code == RejectCode::KillSwitch);
    house.stop();
    const auto& engine = house.pipeline().sequencer().house().engine();
    for (std::uint32_t i = 1; i <= kAccounts; ++i) {
      CHECK(engine.figures(AccountId{i}).positions == 0);
    }
    const Journaled journaled = replayed(disk);
    CHECK(is_in_one_piece(journaled.kinds));
    REQUIRE(journaled.swept.size() == 1);
    CHECK(journaled.swept.front().closed == kPositions);
    hashes.push_back(house.pipeline().sequencer().house().state_hash());
    CHECK(journaled.hash == hashes.back());
  }
  CHECK(hashes[0] == hashes[1]);
  CHECK(hashes[0] == hashes[2]);
}

TEST_CASE("a rollover and an off command that are there meanwhile wait until all is swept") {
  journal::MemoryDisk disk;
  {
    HouseRunner house(Layout::Stepped, disk, settings_of());
    set_up(house);
    REQUIRE(house.post(kill(house, RiskScope::of(SymbolId{1}), KillAction::Flatten)));
    REQUIRE(house.post(clock_to(utc(kMonday, 23))));
    REQUIRE(house.post(kill(house, RiskScope::of(SymbolId{1}), KillAction::None)));
    work_off(house);
    house.stop();
  }
  const Journaled journaled = replayed(disk);
  CHECK(is_in_one_piece(journaled.kinds));
  REQUIRE(journaled.swept.size() == 1);
  CHECK(journaled.swept.front().closed == kPositions);
  CHECK(journaled.changed == 2);
  CHECK_FALSE(journaled.is_killed);
  CHECK(std::count(journaled.kinds.begin(), journaled.kinds.end(), CommandKind::Rollover) > 0);
}

TEST_CASE("a house that dies while it sweeps goes on where it was, and stays switched off") {
  journal::MemoryDisk disk;
  {
    HouseRunner house(Layout::Stepped, disk, settings_of());
    set_up(house);
    REQUIRE(house.post(kill(house, RiskScope::house(), KillAction::Flatten)));
    house.pump();
    house.abandon();
  }
  const Journaled cut = replayed(disk);
  CHECK(std::count(cut.kinds.begin(), cut.kinds.end(), CommandKind::KillSweep) > 4);
  CHECK(cut.swept.empty());
  for (int death = 0; death < 2; ++death) {
    HouseRunner house(Layout::Stepped, disk, settings_of());
    house.pump();
    house.abandon();
  }
  HouseRunner house(Layout::Stepped, disk, settings_of());
  work_off(house);
  CHECK(house.submit(market(AccountId{2})).front().get<OrderUpdated>().code ==
        RejectCode::KillSwitch);
  house.stop();
  const Journaled journaled = replayed(disk);
  REQUIRE(journaled.swept.size() == 1);
  CHECK(journaled.swept.front().closed == kPositions);
  CHECK(journaled.is_killed);
  CHECK(journaled.hash == house.pipeline().sequencer().house().state_hash());
}

}  // namespace tribook::test
