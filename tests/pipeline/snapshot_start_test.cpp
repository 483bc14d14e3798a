#include <catch2/catch.hpp>

#include "snapshot_runs.h"
#include "support/same_views.h"
#include "tribook/journal/verify.h"

// A start from a snapshot comes to what a start from the whole journal comes to; one that is no
// good is passed over.

namespace tribook::test {
namespace {

/// What a start comes to, and what it said of the way.
struct Start {
  explicit Start(const journal::MemoryDisk& from, bool begins_with_snapshot,
                 app::PipelineSettings wanted)
      : disk(std::make_unique<journal::MemoryDisk>()) {
    copy(const_cast<journal::MemoryDisk&>(from), *disk, "journal");
    copy(const_cast<journal::MemoryDisk&>(from), *disk, "snapshots");
    wanted.begins_with_snapshot = begins_with_snapshot;
    pipeline = std::make_unique<app::Pipeline>(wanted, clock, *disk);
    recovery = pipeline->start([](const std::string& what) { throw std::runtime_error(what); });
  }
  Start(const journal::MemoryDisk& from, bool begins_with_snapshot)
      : Start(from, begins_with_snapshot, settings(false)) {}

  SteppedClock clock;
  std::unique_ptr<journal::MemoryDisk> disk;
  std::unique_ptr<app::Pipeline> pipeline;
  app::Recovery recovery;
};

// Begins with the snapshot of `snapshot` (0: with the journal), and is like one that replayed all.
Start check_start(const journal::MemoryDisk& disk, Sequence snapshot) {
  Start whole(disk, false);
  REQUIRE(whole.recovery.problem.empty());
  Start start(disk, true);
  REQUIRE(start.recovery.problem.empty());
  for (const std::string& note : start.recovery.passed_over) UNSCOPED_INFO(note);
  CHECK(start.recovery.snapshot == snapshot);
  CHECK(start.recovery.last == whole.recovery.last);
  CHECK(start.recovery.records == whole.recovery.last.value - snapshot.value);
  CHECK(start.recovery.state_hash == whole.recovery.state_hash);
  CHECK(start.recovery.last_tick == whole.recovery.last_tick);
  CHECK(start.pipeline->risk().state_digest() == whole.pipeline->risk().state_digest());
  CHECK(difference(start.pipeline->views(), whole.pipeline->views()) == "");
  CHECK(difference_in_candles(start.pipeline->views(), whole.pipeline->views()) == "");
  CHECK(start.pipeline->slab().in_use() == 0);
  return start;
}
}  // namespace

TEST_CASE("a start from the newest snapshot, with a tail behind it and without") {
  const bool is_killed = GENERATE(false, true);
  CAPTURE(is_killed);
  journal::MemoryDisk disk;
  const Sequence first = run(disk, 1, 60);
  check_start(disk, first);
  const Sequence second = run(disk, 2, 40);
  check_start(disk, second);
  run(disk, 3, 50, false, is_killed);
  const Start start = check_start(disk, second);
  CHECK(start.recovery.passed_over.empty());
  CHECK(start.recovery.set_aside.empty());
}

TEST_CASE("a house that began with a snapshot goes on, and its journal is whole") {
  journal::MemoryDisk disk;
  const Sequence first = run(disk, 1, 60);
  run(disk, 2, 20, false, true);
  {
    HouseRunner house(Layout::Stepped, disk, settings(true));
    REQUIRE(house.recovery().snapshot == first);
    Traffic traffic(house, Random(3));
    for (int i = 0; i < 60; ++i) traffic.step();
    house.stop();
    const core::House& state = house.pipeline().sequencer().house();
    Slab slab(16);
    core::Replica replica(small_settings().limits, slab);
    REQUIRE(replica.replay(disk, "journal").is_good);
    CHECK(replica.house().state_hash() == state.state_hash());
    CHECK(journal::verify(disk, "journal").good());
  }
  check_start(disk, first);
}

TEST_CASE("damaged snapshots are passed over, then the whole journal is replayed") {
  journal::MemoryDisk disk;
  const Sequence first = run(disk, 1, 60);
  const Sequence second = run(disk, 2, 40);
  const Sequence third = run(disk, 3, 40);
  run(disk, 4, 10, false);
  flip(disk, third, 200);
  Start start = check_start(disk, second);
  REQUIRE(start.recovery.passed_over.size() == 1);
  CHECK(start.recovery.passed_over[0] ==
        "snapshots/" + snapshot::file_name(third) + " is passed over: its contents are damaged");
  flip(disk, second, 20);
  flip(disk, first, 300);
  CHECK(check_start(disk, {}).recovery.passed_over.size() == 3);
}

TEST_CASE("a snapshot of another history is passed over, records behind it or nothing") {
  const bool has_tail = GENERATE(false, true);
  CAPTURE(has_tail);
  journal::MemoryDisk disk;
  journal::MemoryDisk other;
  const Sequence first = run(disk, 1, 60);
  const Sequence second = run(disk, 2, 40);
  // As many records, of another day.
  HouseRunner house(Layout::Stepped, other, settings(false));
  Traffic traffic(house, Random(77));
  const core::House& state = house.pipeline().sequencer().house();
  while (state.engine().last_sequence() < second) {
    QuoteCommand quote;
    quote.symbol = SymbolId{1};
    quote.bid = Price{110'000'000};
    quote.ask = Price{110'010'000};
    house.submit(Command::make(quote));
  }
  house.stop();
  REQUIRE(state.engine().last_sequence() == second);
  take_snapshot(other, state);
  copy(other, disk, "snapshots");
  if (has_tail) run(disk, 3, 10, false);
  const Start start = check_start(disk, first);
  REQUIRE(start.recovery.passed_over.size() == 1);
  const std::string what = has_tail ? "events" : "records";
  CHECK(start.recovery.passed_over[0].ends_with("the journal has had other " + what +
                                                " up to there"));
}

TEST_CASE("there is room for every run, though only the last ones are read") {
  journal::MemoryDisk disk;
  app::PipelineSettings large = settings(false);
  large.limits = {1'500, 5'000, 70, 5'000};
  {
    HouseRunner house(Layout::Stepped, disk, large);
    house.stop();
  }
  const Sequence snapshot = run(disk, 1, 60);
  const Start start = check_start(disk, snapshot);
  const engine::EngineLimits& capacity = start.pipeline->capacity();
  CHECK(capacity.accounts == 1'500);
  CHECK(capacity.positions == 5'000);
  CHECK(capacity.symbols == 70);
  CHECK(capacity.client_ids == 5'000);
  large.limits.accounts = 1'600;
  {
    HouseRunner house(Layout::Stepped, disk, large);
    house.abandon();
    Traffic traffic(house, Random(5));
  }
  CHECK(check_start(disk, snapshot).pipeline->capacity().accounts == 1'600);
}

TEST_CASE("a start tells how far it is") {
  journal::MemoryDisk disk;
  const Sequence snapshot = run(disk, 1, 60);
  run(disk, 2, 4'000, false);
  app::PipelineSettings wanted = settings(false);
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::uint64_t segments = 0;
  wanted.on_progress = [&](const app::StartProgress& progress) {
    if (!progress.is_replay) return void(segments = progress.total);
    CHECK(progress.done > done);
    CHECK(progress.done <= progress.total);
    done = progress.done;
    total = progress.total;
  };
  const Start start(disk, true, wanted);
  REQUIRE(start.recovery.snapshot == snapshot);
  CHECK(segments > 0);
  CHECK(done > 0);
  CHECK(total == start.recovery.records);
}

TEST_CASE("a start can be given up wherever it is, and the next one finds all as it was") {
  const bool in_replay = GENERATE(true, false);
  const bool from_snapshot = GENERATE(true, false);
  CAPTURE(in_replay, from_snapshot);
  journal::MemoryDisk disk;
  run(disk, 1, 60);
  run(disk, 2, 4'000, false);
  app::PipelineSettings wanted = settings(from_snapshot);
  wanted.on_progress = [&](const app::StartProgress& progress) {
    if (progress.is_replay == in_replay) throw std::runtime_error("given up");
  };
  const std::uint64_t hash = Start(disk, from_snapshot, settings(false)).recovery.state_hash;
  const std::uint64_t used = disk.used_bytes();
  for (int i = 0; i < 2; ++i) {  // the lock is given back
    const SteppedClock clock;
    app::Pipeline pipeline(wanted, clock, disk);
    CHECK_THROWS_WITH(pipeline.start([](const std::string&) {}), "given up");
  }
  CHECK(disk.used_bytes() == used);
  const Start start(disk, from_snapshot, settings(false));
  CHECK(start.recovery.is_good);
  CHECK(start.recovery.state_hash == hash);
}

}  // namespace tribook::test
