#include <catch2/catch.hpp>

#include "snapshot_runs.h"

// A journal that ends before what was made of it: refused where that proves a loss, else what is
// ahead makes way.

namespace tribook::test {
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

namespace {

/// Renames the snapshot's segments away from `first_missing` on.
void lose_segments(journal::MemoryDisk& disk, std::uint64_t first_missing) {
  for (const std::string& name : disk.list("journal").names) {
    const auto id = journal::parse_segment_name(name);
    if (!id || *id < first_missing) continue;
    REQUIRE(disk.remove("journal/" + name) == journal::DiskStatus::Ok);
  }
}

}  // namespace

TEST_CASE("with any durability a snapshot two segments behind the journal's end proves a loss") {
  const auto durability =
      GENERATE(journal::Durability::Sync, journal::Durability::Batch, journal::Durability::None);
  app::PipelineSettings wanted = losing_settings(durability);
  wanted.segment_bytes = 96 << 10;
  wanted.batch_bytes = 16 << 10;
  journal::MemoryDisk disk;
  Sequence last;
  std::uint64_t segment = 0;
  for (std::uint64_t seed = 1; segment < 4; ++seed) {
    REQUIRE(seed < 100);
    HouseRunner house(Layout::Stepped, disk, wanted);
    Traffic traffic(house, Random(seed));
    for (int i = 0; i < 60; ++i) traffic.step();
    house.stop();
    last = house.pipeline().sequencer().house().engine().last_sequence();
    journal::Reader reader(disk, {"journal", std::nullopt, last.value, last.value});
    while (reader.next() != journal::Reader::Step::End) {
    }
    segment = reader.end().position.segment_id;
    if (segment == 4) take_snapshot(disk, house.pipeline().sequencer().house());
  }
  REQUIRE(segment == 4);
  const std::string ahead = "snapshots/" + snapshot::file_name(last);
  REQUIRE(!disk.get(ahead).empty());

  // A power cut may take the last segment's records, if none of them was synced.
  const bool is_explained = GENERATE(false, true);
  lose_segments(disk, is_explained ? 4 : 3);
  const app::Recovery found = start_on(disk, wanted);
  const bool is_refused = durability == journal::Durability::Sync || !is_explained;
  CAPTURE(static_cast<int>(durability), is_explained, found.problem);
  CHECK(found.is_good != is_refused);
  if (!is_refused) {
    CHECK(found.set_aside == std::vector{last});
    return;
  }
  CHECK(found.problem.find(ahead + " has the records up to " + std::to_string(last.value)) !=
        std::string::npos);
  CHECK(found.problem.find("Restore the journal from a backup") != std::string::npos);
  CHECK(!disk.get(ahead).empty());

  lose_segments(disk, 1);
  CHECK_FALSE(start_on(disk, wanted).is_good);
}

TEST_CASE("a damaged snapshot behind the journal's end proves nothing") {
  const auto durability = GENERATE(journal::Durability::Sync, journal::Durability::None);
  TooShort house;
  flip(house.disk, house.second, 200);
  const std::string empty = "snapshots/" + snapshot::file_name(Sequence{99'999});
  house.disk.put(empty, {});
  const app::Recovery found = start_on(house.disk, losing_settings(durability));
  REQUIRE(found.problem.empty());
  CHECK(found.snapshot == house.first);
  CHECK(found.passed_over.size() == 2);
  CHECK(found.set_aside == std::vector{Sequence{99'999}, house.second});
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

}  // namespace tribook::test
