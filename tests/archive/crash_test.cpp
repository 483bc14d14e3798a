#include <array>

#include "archive_support.h"

// The power fails, or the disk, at each call that archiving and recycling make, the writer's own in
// between. After each: every record that was durable is read, and the archiver finishes its work.

namespace tribook::archive {
namespace {

using namespace test;
using journal::EndKind;
using journal::test::below;
using journal::test::is_prefix;
using journal::test::read_all;

struct PowerCut {};

MemoryDisk::Fate any_fate(Random& random, std::uint64_t mood, const MemoryDisk::Change& change) {
  using Kind = MemoryDisk::Fate::Kind;
  if (mood == 0) return {Kind::Keep, 0};
  if (mood == 1) return {Kind::Drop, 0};
  const Kind kind = std::array{Kind::Keep, Kind::Drop, Kind::Tear}[below(random, 3)];
  return {kind, change.bytes == 0 ? 0 : below(random, change.bytes)};
}

struct Run {
  explicit Run(std::uint64_t seed) : random(seed), journal(reading, seed) {
    journal.write_segments(5);
  }

  /// Archives, and writes on into spares, until the hook strikes or all is done.
  void work() {
    Keeper keeper(disk);
    for (int round = 0; round < 3; ++round) {
      keeper.run();
      for (int batch = 0; batch < 12; ++batch) {
        if (journal.write_batch() != DiskStatus::Ok) return;
        durable = journal.writer().durable_sequence();
      }
    }
    problems += keeper.problems.size();
  }

  void check() {
    const auto whole = read_all(reading, {kFolder, 7, 1});
    INFO(whole.end.file << " at " << whole.end.offset << ": " << whole.end.message);
    REQUIRE((whole.end.kind == EndKind::Clean || whole.end.kind == EndKind::TornTail));
    REQUIRE(whole.entries.size() >= durable);
    REQUIRE(is_prefix(whole.entries, journal.entries));
  }

  MemoryDisk disk;
  ReadingDisk reading{disk, kFolder, kArchive};
  Random random;
  Journal journal;
  std::uint64_t durable = 0;
  std::size_t problems = 0;
};

std::uint64_t calls_of_a_whole_run() {
  Run run(1);
  std::uint64_t calls = 0;
  run.disk.set_fault_hook([&](MemoryDisk::Operation, const std::string&) {
    ++calls;
    return DiskStatus::Ok;
  });
  run.work();
  run.disk.set_fault_hook({});
  run.check();
  CHECK(run.problems == 0);
  CHECK(names(run.disk, kArchive).size() >= 5);
  return calls;
}

TEST_CASE("archiving and recycling survive a power cut at each call of the disk") {
  const std::uint64_t calls = calls_of_a_whole_run();
  for (std::uint64_t at = 1; at <= calls; ++at) {
    for (std::uint64_t mood = 0; mood < 4; ++mood) {
      INFO("call " << at << ", mood " << mood);
      Run run(1);
      std::uint64_t call = 0;
      run.disk.set_fault_hook([&](MemoryDisk::Operation, const std::string&) {
        if (++call == at) throw PowerCut{};
        return DiskStatus::Ok;
      });
      try {
        run.work();
      } catch (const PowerCut&) {
      }
      run.disk.set_fault_hook({});
      run.disk.crash(
          [&](const MemoryDisk::Change& change) { return any_fate(run.random, mood, change); });
      run.check();
      run.journal.open();
      run.work();
      run.check();
      REQUIRE(run.problems == 0);
    }
  }
}

TEST_CASE("archiving and recycling survive an error at each call of the disk") {
  const std::uint64_t calls = calls_of_a_whole_run();
  for (std::uint64_t at = 1; at <= calls; ++at) {
    for (const DiskStatus error : {DiskStatus::IoError, DiskStatus::NoSpace}) {
      INFO("call " << at << ", " << to_string(error));
      Run run(1);
      std::uint64_t call = 0;
      run.disk.set_fault_hook([&](MemoryDisk::Operation, const std::string&) {
        return ++call == at ? error : DiskStatus::Ok;
      });
      run.work();
      run.disk.set_fault_hook({});
      run.check();
      run.disk.crash(
          [&](const MemoryDisk::Change& change) { return any_fate(run.random, 3, change); });
      run.check();
      run.journal.open();
      run.problems = 0;
      run.work();
      run.check();
      REQUIRE(run.problems == 0);
    }
  }
}

}  // namespace
}  // namespace tribook::archive
