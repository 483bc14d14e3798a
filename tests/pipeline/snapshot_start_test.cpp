#include <catch2/catch.hpp>

#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"
#include "support/same_views.h"
#include "tribook/journal/verify.h"

// A start from a snapshot comes to what a start from the whole journal comes to; one that is no
// good is passed over.

namespace tribook::test {
namespace {

app::PipelineSettings settings(bool begins_with_snapshot) {
  app::PipelineSettings settings = small_settings();
  settings.limits.positions = 2'000;
  settings.views.open_positions = 2'000;
  settings.snapshot_directory = "snapshots";
  settings.begins_with_snapshot = begins_with_snapshot;
  return settings;
}

void copy(journal::MemoryDisk& from, journal::MemoryDisk& to, const std::string& directory) {
  for (const std::string& name : from.list(directory).names) {
    const std::string path = directory + "/" + name;
    to.put(path, from.get(path));
  }
}

void take_snapshot(journal::MemoryDisk& disk, const core::House& house) {
  const std::uint64_t last = house.engine().last_sequence().value;
  journal::Reader reader(disk, {"journal", std::nullopt, last, last});
  while (reader.next() != journal::Reader::Step::End) {
  }
  const journal::EndPosition position = reader.end().position;
  REQUIRE(position.last_sequence == last);
  Slab slab(16);
  core::Replica replica(core::journaled_limits(disk, "journal"), slab);
  core::FormingCandles candles;
  const auto replayed = replica.replay(disk, "journal", {Sequence{last}, {}},
                                       [&](const Event& event) { candles.apply(event); });
  REQUIRE(replayed.is_good);
  const auto taken = core::snapshot_of(house, candles, position);
  REQUIRE(snapshot::Shelf(disk, "snapshots", 9).put(taken).empty());
}

/// Runs of a house that trades and leaves a snapshot at its end, which is returned.
Sequence run(journal::MemoryDisk& disk, std::uint64_t seed, int steps, bool leaves_snapshot = true,
             bool is_killed = false) {
  HouseRunner house(Layout::Stepped, disk, settings(false));
  Traffic traffic(house, Random(seed));
  for (int i = 0; i < steps; ++i) traffic.step();
  if (is_killed) {
    house.abandon();
    return {};
  }
  house.stop();
  const core::House& state = house.pipeline().sequencer().house();
  if (leaves_snapshot) take_snapshot(disk, state);
  return state.engine().last_sequence();
}

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

void flip(journal::MemoryDisk& disk, Sequence snapshot, std::size_t offset) {
  const std::string path = "snapshots/" + snapshot::file_name(snapshot);
  auto bytes = disk.get(path);
  REQUIRE(bytes.size() > offset);
  bytes[offset] ^= std::byte{0x10};
  disk.put(path, std::move(bytes));
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

namespace {

/// A journal as it was with `first`, and snapshots of `first` and of `second`, behind its end.
struct TooShort {
  TooShort() : first(run(disk, 1, 60)) {
    journal::MemoryDisk longer;
    copy(disk, longer, "journal");
    copy(disk, longer, "snapshots");
    second = run(longer, 2, 40);
    copy(longer, disk, "snapshots");
  }

  [[nodiscard]] std::vector<std::string> snapshots() { return disk.list("snapshots").names; }

  journal::MemoryDisk disk;
  Sequence first;
  Sequence second;
};

app::PipelineSettings losing_settings(journal::Durability durability) {
  app::PipelineSettings wanted = settings(true);
  wanted.durability = durability;
  return wanted;
}

app::Recovery start_on(journal::MemoryDisk& disk, const app::PipelineSettings& wanted) {
  const SteppedClock clock;
  app::Pipeline pipeline(wanted, clock, disk);
  return pipeline.start([](const std::string& what) { throw std::runtime_error(what); });
}

}  // namespace

TEST_CASE("with sync a journal that is shorter than a snapshot is refused, and all is left as is") {
  TooShort house;
  const auto before = house.snapshots();
  const std::string ahead = "snapshots/" + snapshot::file_name(house.second);
  app::Recovery found = start_on(house.disk, settings(true));
  CHECK_FALSE(found.is_good);
  CHECK(found.problem.starts_with("journal/segment-0000000000000001.journal at offset "));
  CHECK(found.problem.find("ends here, with record " + std::to_string(house.first.value) + ", ") !=
        std::string::npos);
  CHECK(found.problem.find(ahead + " has the records up to " +
                           std::to_string(house.second.value)) != std::string::npos);
  CHECK(found.problem.find("Restore the journal from a backup") != std::string::npos);
  CHECK(found.set_aside.empty());
  CHECK(house.snapshots() == before);

  // As it says.
  REQUIRE(house.disk.rename(ahead, "elsewhere") == journal::DiskStatus::Ok);
  CHECK(start_on(house.disk, settings(true)).is_good);
}

TEST_CASE("with sync a journal that is gone is refused, from a snapshot or not") {
  const bool begins_with_snapshot = GENERATE(false, true);
  TooShort house;
  for (const std::string& name : house.disk.list("journal").names) {
    REQUIRE(house.disk.remove("journal/" + name) == journal::DiskStatus::Ok);
  }
  const auto before = house.snapshots();
  const app::Recovery found = start_on(house.disk, settings(begins_with_snapshot));
  CHECK_FALSE(found.is_good);
  CHECK(found.problem.starts_with("journal: the journal ends here, with no record"));
  CHECK(house.snapshots() == before);
}

TEST_CASE("with less than sync a snapshot ahead of the journal is set aside, and that is told") {
  const auto durability = GENERATE(journal::Durability::Batch, journal::Durability::None);
  TooShort house;
  const std::string ahead = "snapshots/" + snapshot::file_name(house.second);
  const auto bytes = house.disk.get(ahead);
  const app::Recovery found = start_on(house.disk, losing_settings(durability));
  REQUIRE(found.problem.empty());
  CHECK(found.snapshot == house.first);
  CHECK(found.passed_over.size() == 1);
  CHECK(found.set_aside == std::vector{house.second});
  CHECK(snapshot::Shelf(house.disk, "snapshots", 1).list() == std::vector{house.first});
  CHECK(house.disk.get(ahead + ".ahead") == bytes);
  using Kind = journal::MemoryDisk::Fate::Kind;
  house.disk.crash([](const auto&) { return journal::MemoryDisk::Fate{Kind::Drop}; });
  CHECK(start_on(house.disk, losing_settings(durability)).set_aside.empty());
}

TEST_CASE("a start that comes to nothing sets nothing aside") {
  TooShort house;
  const auto before = house.snapshots();
  house.disk.set_fault_hook([](journal::MemoryDisk::Operation operation, const std::string&) {
    return operation == journal::MemoryDisk::Operation::Write ? journal::DiskStatus::IoError
                                                              : journal::DiskStatus::Ok;
  });
  CHECK_FALSE(start_on(house.disk, losing_settings(journal::Durability::Batch)).is_good);
  house.disk.set_fault_hook({});
  CHECK(house.snapshots() == before);
}

TEST_CASE("a store ahead of the journal is refused with sync, and told else") {
  journal::MemoryDisk disk;
  const Sequence last = run(disk, 1, 60);
  const auto wanted = [&](journal::Durability durability) {
    app::PipelineSettings settings = losing_settings(durability);
    settings.store_ahead = [last](Sequence end) {
      CHECK(end == last);
      return std::optional<app::Ahead>{{"the store", Sequence{end.value + 1}}};
    };
    return settings;
  };
  const app::Recovery refused = start_on(disk, wanted(journal::Durability::Sync));
  CHECK_FALSE(refused.is_good);
  CHECK(refused.problem.find("the store has the records up to " + std::to_string(last.value + 1)) !=
        std::string::npos);
  const app::Recovery told = start_on(disk, wanted(journal::Durability::Batch));
  REQUIRE(told.is_good);
  REQUIRE(told.store_ahead.has_value());
  CHECK(told.store_ahead->last.value == last.value + 1);
}

TEST_CASE("why a journal cannot be locked is told as it is") {
  journal::MemoryDisk disk;
  run(disk, 1, 5, false);
  const auto problem_with = [&](journal::DiskStatus status) {
    disk.set_fault_hook([status](journal::MemoryDisk::Operation operation, const std::string&) {
      return operation == journal::MemoryDisk::Operation::Lock ? status : journal::DiskStatus::Ok;
    });
    return start_on(disk, settings(false)).problem;
  };
  using journal::DiskStatus;
  CHECK(problem_with(DiskStatus::Locked) == "journal: another process uses this journal");
  for (const DiskStatus status : {DiskStatus::IoError, DiskStatus::ReadOnly, DiskStatus::Denied}) {
    CHECK(problem_with(status) ==
          "journal/LOCK: cannot be locked (" + std::string(to_string(status)) + ")");
  }
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
