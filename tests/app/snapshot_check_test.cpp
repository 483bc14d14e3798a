#include "app/snapshot_check.h"

#include <catch2/catch.hpp>

#include "core/follower.h"
#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "snapshot/shelf.h"

// `tribook verify` on snapshots: each is compared with what the journal gives at its record.

namespace tribook::test {
namespace {

app::PipelineSettings settings_of_test() {
  auto settings = small_settings();
  settings.journal_directory = "data/journal";
  settings.snapshot_directory = "data/snapshots";
  return settings;
}

/// A journal and the snapshots that a follower took beside it.
std::vector<snapshot::Snapshot> lived(journal::Disk& disk) {
  HouseRunner house(Layout::Stepped, disk, settings_of_test());
  auto options = small_follower();
  options.journal_directory = "data/journal";
  options.snapshot_after_records = 40;
  std::vector<snapshot::Snapshot> taken;
  core::Follower follower(options,
                          {[&house] { return house.pipeline().journal_stage().written(); },
                           [](Sequence, const std::string& what) { FAIL(what); },
                           [](const std::string& what) { FAIL(what); },
                           [&taken](const core::House& of, const core::FormingCandles& candles,
                                    const journal::EndPosition& position) {
                             taken.push_back(core::snapshot_of(of, candles, position));
                             return true;
                           }},
                          disk);
  Traffic traffic(house, Random(17));
  for (int i = 0; i < 120; ++i) {
    traffic.step();
    while (follower.do_work({}) != 0) {
    }
  }
  house.stop();
  return taken;
}

}  // namespace

TEST_CASE("snapshots are compared with the journal, their candles too") {
  journal::MemoryDisk disk;
  const auto taken = lived(disk);
  REQUIRE(taken.size() > 2);
  snapshot::Shelf shelf(disk, "data/snapshots", 100);
  for (const auto& each : taken) REQUIRE(shelf.put(each).empty());
  auto found = app::check_snapshots(disk, "data");
  CHECK(found.replay.is_good);
  CHECK(found.snapshots == taken.size());
  CHECK(found.problems.empty());

  snapshot::Snapshot other = taken[1];
  other.candles = taken[0].candles;  // good ones, but of another record
  REQUIRE(shelf.put(other).empty());
  found = app::check_snapshots(disk, "data");
  CHECK(found.snapshots == taken.size() - 1);
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].find(
            "its candles are not those that the journal gives; the journal does without it") !=
        std::string::npos);

  other.candles.pop_back();
  REQUIRE(shelf.put(other).empty());
  found = app::check_snapshots(disk, "data");
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].find("its candles cannot be read") != std::string::npos);
}

TEST_CASE("a snapshot that a daemon removes meanwhile is no problem") {
  journal::MemoryDisk disk;
  const auto taken = lived(disk);
  snapshot::Shelf shelf(disk, "data/snapshots", 100);
  REQUIRE(shelf.put(taken[0]).empty());
  REQUIRE(shelf.put(taken[1]).empty());
  disk.set_fault_hook([&](journal::MemoryDisk::Operation, const std::string& path) {
    if (path != shelf.path_of(taken[0].about.sequence)) return journal::DiskStatus::Ok;
    return journal::DiskStatus::NotFound;
  });
  const auto found = app::check_snapshots(disk, "data");
  CHECK(found.problems.empty());
  CHECK(found.snapshots == 1);
}

TEST_CASE("of a snapshot that is ahead of the journal nobody says that it may be deleted") {
  journal::MemoryDisk disk;
  const auto taken = lived(disk);
  snapshot::Shelf shelf(disk, "data/snapshots", 100);
  REQUIRE(shelf.put(taken[0]).empty());
  const std::string damaged = shelf.path_of(taken[1].about.sequence);
  disk.put(damaged, std::vector<std::byte>(40));
  const auto names = disk.list("data/journal").names;
  for (const auto& name : names) static_cast<void>(disk.remove("data/journal/" + name));
  const auto found = app::check_snapshots(disk, "data");
  CHECK(found.replay.is_good);
  CHECK(found.snapshots == 0);
  REQUIRE(found.ahead.size() == 1);
  CHECK(found.ahead[0].path == shelf.path_of(taken[0].about.sequence));
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].starts_with(damaged));
  CHECK(found.problems[0].find("delete") == std::string::npos);
  const auto text = app::what_a_start_says(found.replay.end, "data", found.ahead);
  CHECK(text.starts_with("data/journal: the journal ends here, with no record, but " +
                         found.ahead[0].path + " has the records up to "));
  CHECK(text.find("With \"batch\" or \"none\"") != std::string::npos);
  CHECK(text.find("Delete none of them") != std::string::npos);
  auto further = found.ahead;
  further[0].segment_id = 2;  // of a segment behind a missing one: refused with any durability
  const auto refused = app::what_a_start_says(found.replay.end, "data", further);
  CHECK(refused.find("with any journal.durability") != std::string::npos);
  CHECK(refused.find("goes on without") == std::string::npos);
  CHECK(refused.find("Delete none of them") != std::string::npos);
}

}  // namespace tribook::test
