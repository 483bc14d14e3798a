#include <algorithm>

#include "archive/format.h"
#include "archive_support.h"

namespace tribook::archive {
namespace {

using namespace test;
using journal::test::read_all;

std::size_t count(Disk& disk, bool (*is_one)(std::string_view)) {
  const auto found = names(disk, kFolder);
  return static_cast<std::size_t>(std::count_if(found.begin(), found.end(), is_one));
}
std::size_t spares(Disk& disk) { return count(disk, journal::is_spare_name); }
std::size_t segments(Disk& disk) {
  return count(disk,
               [](std::string_view name) { return journal::parse_segment_name(name).has_value(); });
}

TEST_CASE("Archive: names") {
  CHECK(file_name(0x1F) == "segment-000000000000001f.journal.z");
  CHECK(parse_file_name("segment-000000000000001f.journal.z") == 0x1F);
  for (const char* name : {"segment-000000000000001f.journal", "segment-1f.journal.z", ".z", "",
                           "segment-000000000000001f.journal.z.tmp"}) {
    CHECK_FALSE(parse_file_name(name));
  }
  CHECK(journal::spare_name(3) == "spare-0000000000000003.journal");
  CHECK(journal::is_spare_name("spare-0000000000000003.journal"));
  for (const char* name : {"segment-0000000000000003.journal", "spare-3.journal", "spare-", ""}) {
    CHECK_FALSE(journal::is_spare_name(name));
  }
}

TEST_CASE("Archiver: what is settled goes, the newest stay, and the journal reads as before") {
  MemoryDisk disk;
  Journal journal(disk);
  journal.write_segments(9);
  Keeper keeper(disk, 3);
  keeper.run(Sequence{0});
  CHECK(keeper.done.empty());
  keeper.run();
  CHECK(keeper.problems.empty());
  REQUIRE(keeper.done.size() == 5);
  std::uint64_t last = 0;
  for (const Segment& segment : keeper.done) {
    CHECK(segment.first_sequence == last + 1);
    last = segment.last_sequence;
  }
  CHECK(keeper.archiver->figures().segments == 5);
  CHECK(names(disk, kArchive).size() == 5);
  CHECK(segments(disk) == 4);
  CHECK(spares(disk) == 2);
  ReadingDisk reading(disk, kFolder, kArchive);
  CHECK(read_all(reading).entries == journal.entries);
  CHECK(read_all(reading).end.kind == journal::EndKind::Clean);
}

TEST_CASE("Archiver: a segment waits until its last record is settled") {
  MemoryDisk disk;
  Journal journal(disk);
  journal.write_segments(6);
  Keeper all(disk);
  ReadingDisk reading(disk, kFolder, kArchive);
  journal::Reader reader(reading, {kFolder, std::nullopt, 0});
  std::uint64_t last_of_first = 0;
  while (reader.next() == journal::Reader::Step::Record || reader.segments_read() == 1) {
    if (reader.segments_read() > 1) break;
    last_of_first = std::max(last_of_first, reader.record().header.sequence);
  }
  all.run(Sequence{last_of_first - 1});
  CHECK(all.done.empty());
  all.run(Sequence{last_of_first});
  REQUIRE(all.done.size() == 1);
  CHECK(all.done[0].last_sequence == last_of_first);
}

TEST_CASE("Archiver: spares become segments, so that the journal takes no more room") {
  MemoryDisk disk;
  Journal journal(disk);
  Keeper keeper(disk);
  for (int round = 0; round < 30; ++round) {
    journal.write_segments(1);
    keeper.run();
    CHECK(segments(disk) + spares(disk) <= 5);
  }
  CHECK(keeper.problems.empty());
  CHECK(keeper.done.size() == 28);
  // A segment that is made of a spare takes nothing of a disk that is full.
  REQUIRE(spares(disk) == 1);
  const std::uint64_t used = disk.used_bytes();
  disk.set_capacity(used);
  journal.write_segments(1);
  CHECK(spares(disk) == 0);
  CHECK(disk.used_bytes() == used);
  disk.set_capacity(~std::uint64_t{0});
  journal.close();
  ReadingDisk reading(disk, kFolder, kArchive);
  const auto whole = read_all(reading);
  CHECK(whole.end.kind == journal::EndKind::Clean);
  CHECK(whole.end.position.sealed);
  CHECK(whole.entries == journal.entries);
}

TEST_CASE("Archiver: a spare of another size is removed and not used") {
  MemoryDisk disk;
  Journal journal(disk);
  disk.put(kFolder + "/" + journal::spare_name(0x77), std::vector<std::byte>(4'096));
  journal.write_segments(2);
  CHECK(spares(disk) == 0);
  CHECK(read_all(disk).entries == journal.entries);
}

TEST_CASE("Archiver: a damaged segment stays where it is, and is told") {
  MemoryDisk disk;
  Journal journal(disk);
  journal.write_segments(6);
  const std::string path = journal::test::segment_path(1);
  const auto good = disk.get(path);
  auto bad = good;
  bad[9'000] ^= std::byte{4};
  disk.put(path, bad);
  Keeper keeper(disk);
  keeper.run();
  CHECK(keeper.done.empty());
  REQUIRE(keeper.problems.size() == 1);
  CHECK_THAT(keeper.problems[0], Catch::Contains(path));
  CHECK(names(disk, kArchive).empty());
  disk.put(path, good);
  keeper.run();
  CHECK(keeper.done.size() == 4);
}

TEST_CASE("Archiver: after a failure it waits, and then goes on") {
  MemoryDisk disk;
  Journal journal(disk);
  journal.write_segments(6);
  bool is_full = true;
  disk.set_fault_hook([&](MemoryDisk::Operation operation, const std::string& path) {
    const bool grows = operation == MemoryDisk::Operation::Write && path.starts_with(kArchive);
    return is_full && grows ? DiskStatus::NoSpace : DiskStatus::Ok;
  });
  Keeper keeper(disk);
  keeper.run();
  CHECK(keeper.archiver->figures().failures == 1);
  is_full = false;
  for (std::int64_t ms = 0; ms < 10'000; ms += 500) {
    CHECK(keeper.archiver->work(TimeNs{keeper.now + ms * 1'000'000}, kEverything) == 0);
  }
  keeper.run();
  CHECK(keeper.problems.size() == 1);
  CHECK(keeper.done.size() == 4);
  CHECK(names(disk, kArchive).size() == 4);
}

TEST_CASE("Archiver: another journal's archive is never written over") {
  MemoryDisk other;
  Journal another(other, 2);
  another.write_segments(6);
  Keeper first(other);
  first.run();
  MemoryDisk disk;
  Journal journal(disk);
  journal.write_segments(6);
  disk.put(packed_path(1), other.get(packed_path(1)));
  Keeper keeper(disk);
  keeper.run();
  CHECK(keeper.done.empty());
  REQUIRE(keeper.problems.size() == 1);
  CHECK_THAT(keeper.problems[0], Catch::Contains("of another journal"));
  CHECK(disk.get(packed_path(1)) == other.get(packed_path(1)));
  // One that is damaged is of no use to anybody.
  auto damaged = disk.get(packed_path(1));
  damaged[200] ^= std::byte{1};
  disk.put(packed_path(1), damaged);
  keeper.run();
  CHECK(keeper.done.size() == 4);
}

TEST_CASE("Archiver: unfinished copies are cleared away at the start") {
  MemoryDisk disk;
  Journal journal(disk);
  disk.put(packed_path(7) + ".tmp", {});
  Keeper keeper(disk);
  keeper.run();
  CHECK(names(disk, kArchive).empty());
}

}  // namespace
}  // namespace tribook::archive
