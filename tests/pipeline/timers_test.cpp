#include <catch2/catch.hpp>
#include <map>

#include "support/house_runner.h"
#include "support/random.h"
#include "support/timers.h"

// Timers through the whole pipeline: one after the other at their nominal times, once, whatever the
// clock does and whenever the house dies.

namespace tribook::test {
namespace {

const std::int32_t kMonday = date(2026, 1, 19);

app::PipelineSettings settings_of(core::ClockKind clock, TimeNs start = {}) {
  app::PipelineSettings settings = small_settings();
  settings.clock = clock;
  settings.start = start;
  return settings;
}

Command clock_to(TimeNs now) {
  SetClock clock;
  clock.now = now;
  return Command::make(clock);
}

Command quote(SymbolId symbol) {
  QuoteCommand body;
  body.symbol = symbol;
  body.bid = price("1.10000");
  body.ask = price("1.10000");
  body.never_stale = 1;
  return Command::make(body);
}

Command market(AccountId account, SymbolId symbol) {
  Command command = Command::make(House::order_of(symbol, Side::Buy, "0.01"));
  command.header.account = account;
  return command;
}

Instrument euro() {
  Instrument instrument = with_swap(forex("EUR", "USD"), SwapMode::Money, "-1", "-1", kNoTripleDay);
  instrument.funding = {ratio("0.0001"), 8, {}};
  return instrument;
}

// Accounts with positions; every fourth is of a symbol that charges nothing.
void set_up(HouseRunner& house, int accounts, int positions) {
  house.submit(house.create_symbol(euro()));
  house.submit(house.create_symbol(forex("GBP", "USD")));
  for (int i = 0; i < accounts; ++i) {
    house.submit(
        house.create_account("trader" + std::to_string(i), "USD", Money::from_whole(100'000)));
  }
  house.submit(quote(SymbolId{1}));
  house.submit(quote(SymbolId{2}));
  for (int i = 0; i < positions; ++i) {
    const AccountId account{1 + static_cast<std::uint32_t>(i % accounts)};
    house.submit(market(account, SymbolId{static_cast<std::uint16_t>(1 + i % 4 / 3)}));
  }
}

/// What the journal tells of charges: by position and type, the times at which they were booked.
struct Charges {
  std::map<std::pair<std::uint64_t, LedgerType>, std::vector<TimeNs>> of;
  std::vector<std::pair<CommandKind, TimeNs>> timers;  // each as it began
  std::uint64_t hash = 0;
};

Charges replayed(journal::Disk& disk) {
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  Charges charges;
  const auto on_event = [&](const Event& event) {
    if (event.header.kind != EventKind::LedgerPosted) return;
    const auto posted = event.get<LedgerPosted>();
    if (posted.type != LedgerType::Swap && posted.type != LedgerType::Funding) return;
    charges.of[{posted.reference, posted.type}].push_back(event.header.time);
  };
  const auto on_record = [&](const Record& record) {
    const CommandKind kind = record.command.header.kind;
    if (kind != CommandKind::Rollover && kind != CommandKind::Funding) return;
    const std::pair timer{kind, record.time};
    if (charges.timers.empty() || charges.timers.back() != timer) charges.timers.push_back(timer);
  };
  REQUIRE(replica.replay(disk, "journal", {}, on_event, on_record).is_good);
  charges.hash = replica.house().state_hash();
  return charges;
}

void pump_all(HouseRunner& house) {
  for (int i = 0; i < 200; ++i) house.pump();
}

}  // namespace

TEST_CASE("a clock that leaps goes through all timers between, in order, before its answer") {
  journal::MemoryDisk disk;
  {
    HouseRunner house(Layout::Stepped, disk,
                      settings_of(core::ClockKind::Driven, utc(kMonday, 12)));
    set_up(house, 2, 8);
    house.submit(clock_to(utc(kMonday + 1, 23)));
    house.stop();
  }
  const Charges charges = replayed(disk);
  using Timers = decltype(charges.timers);
  CHECK(charges.timers == Timers{{CommandKind::Funding, utc(kMonday, 16)},
                                 {CommandKind::Rollover, utc(kMonday, 22)},
                                 {CommandKind::Funding, utc(kMonday + 1, 0)},
                                 {CommandKind::Funding, utc(kMonday + 1, 8)},
                                 {CommandKind::Funding, utc(kMonday + 1, 16)},
                                 {CommandKind::Rollover, utc(kMonday + 1, 22)}});
  REQUIRE(charges.of.size() == 12);  // six of the eight positions, swap and funding
  for (const auto& [what, times] : charges.of) {
    CHECK(times.size() == (what.second == LedgerType::Swap ? 2 : 4));
  }
}

TEST_CASE("a house that was down for three nights books each once, at its nominal time") {
  journal::MemoryDisk disk;
  {
    HouseRunner house(Layout::Stepped, disk, settings_of(core::ClockKind::System));
    house.clock().set(utc(kMonday, 12));
    set_up(house, 2, 8);
    house.stop();
  }
  for (int i = 0; i < 2; ++i) {
    HouseRunner house(Layout::Stepped, disk, settings_of(core::ClockKind::System));
    house.clock().set(utc(kMonday + 3, 12));
    pump_all(house);
    house.stop();
  }
  const Charges charges = replayed(disk);
  REQUIRE(charges.of.size() == 12);
  for (const auto& [what, times] : charges.of) {
    if (what.second != LedgerType::Swap) continue;
    CHECK(times == std::vector{utc(kMonday, 22), utc(kMonday + 1, 22), utc(kMonday + 2, 22)});
  }
}

TEST_CASE("a rollover that a death cuts anywhere is finished once") {
  Random random(20'260'119);
  INFO(random.reproduce());
  journal::MemoryDisk undisturbed;
  {
    HouseRunner house(Layout::Stepped, undisturbed,
                      settings_of(core::ClockKind::Driven, utc(kMonday, 12)));
    set_up(house, 5, 600);
    house.submit(clock_to(utc(kMonday + 4, 12)));
    house.stop();
  }
  const Charges wanted = replayed(undisturbed);
  journal::MemoryDisk disk;
  const auto settings = settings_of(core::ClockKind::Driven, utc(kMonday, 12));
  {
    HouseRunner house(Layout::Stepped, disk, settings);
    set_up(house, 5, 600);
    house.abandon();
    for (int i = 0; i < 20; ++i) house.pump();
  }
  for (int death = 0; death < 12; ++death) {
    HouseRunner house(Layout::Stepped, disk, settings);
    house.post(clock_to(utc(kMonday + 4, 12)));
    for (auto turns = random.below(4); turns > 0; --turns) house.pump();
    house.abandon();
  }
  {
    HouseRunner house(Layout::Stepped, disk, settings);
    house.submit(clock_to(utc(kMonday + 4, 12)));
    house.stop();
  }
  const Charges charges = replayed(disk);
  CHECK(charges.timers == wanted.timers);
  CHECK(charges.of == wanted.of);
}

TEST_CASE("timers give the same state in every layout") {
  std::vector<std::uint64_t> hashes;
  for (const Layout layout : {Layout::Stepped, Layout::Fused, Layout::Split}) {
    journal::MemoryDisk disk;
    HouseRunner house(layout, disk, settings_of(core::ClockKind::Driven, utc(kMonday, 12)));
    set_up(house, 3, 100);
    house.submit(clock_to(utc(kMonday + 9, 12)));
    house.stop();
    hashes.push_back(house.pipeline().sequencer().house().state_hash());
    CHECK(replayed(disk).hash == hashes.back());
  }
  CHECK(hashes[0] == hashes[1]);
  CHECK(hashes[0] == hashes[2]);
}

}  // namespace tribook::test
