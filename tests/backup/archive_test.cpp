#include <algorithm>

#include "backup/segment_chain.h"
#include "backup_support.h"

// Archived segments in a backup: each is checked to its last byte, when it is copied and when the
// backup is read back, and what is missing is told.

namespace tribook::backup::test {
namespace {

using journal::DiskStatus;

// A journal of six segments or more, of which the first three lie in the archive.
struct Archived {
  explicit Archived(std::uint64_t seed = 11) : scribe(disk, seed) {
    scribe.commit(420);
    for (std::uint64_t id = 1; id <= 3; ++id) archive_segment(disk, id);
  }
  MemoryDisk disk;
  Scribe scribe;
};

std::uint64_t last_of(const Archived& house) { return house.scribe.entries().size(); }

void put_snapshot(Archived& house, std::uint64_t sequence) {
  snapshot::Shelf shelf(house.disk, kData + "/snapshots", 9);
  REQUIRE(shelf.put(some_snapshot(sequence)).empty());
}

// The folder as a backup; its parts in the order in which a backup has them, unchecked.
Inspection forged(MemoryDisk& disk, const std::vector<std::string>& names, About about) {
  static_cast<void>(disk.remove("x.backup"));
  const auto made = disk.create("x.backup");
  ChunkWriter chunks(*made.file, key_of(1), TimeNs{1});
  ContentsWriter contents(chunks);
  for (const std::string& name : names) {
    const std::vector<std::byte> bytes = disk.get(kData + "/" + name);
    contents.begin_file(name, bytes.size());
    contents.put(bytes);
    contents.end_file();
  }
  about.archived_segments = names.size();
  contents.finish(about);
  return read_back(disk, "x.backup", key_of(1));
}

std::string archived_name(std::uint64_t id) { return "archive/" + archive::file_name(id); }

TEST_CASE("Backup archive: all of it comes out again") {
  Archived house;
  const Taken one = taken(house.disk);
  CHECK(one.about.archived_segments == 3);
  CHECK(one.about.first_segment == 4);
  CHECK(one.warnings.empty());
  const Inspection back = restore(house.disk, one.path, key_of(1), "new");
  REQUIRE(back.problem == "");
  CHECK(back.replays_behind == 0);
  archive::ReadingDisk reading(house.disk, "new/journal", "new/archive");
  CHECK(entries_in(reading, "new") == house.scribe.entries());
}

TEST_CASE("Backup archive: damage is refused when it is copied, and older backups stay") {
  Archived house;
  auto request = request_at(1'000);
  request.keep = 1;
  const Taken older = take_backup(house.disk, request, key_of(1));
  REQUIRE(older.problem == "");
  const std::vector<std::byte> whole = house.disk.get(packed(2));
  Random random(0xA2C);
  for (int i = 0; i < 200; ++i) {
    auto changed = whole;
    for (int n = 0; n < 3; ++n) changed[random() % changed.size()] ^= std::byte{0x10};
    if (changed == whole) continue;
    house.disk.put(packed(2), changed);
    request.now = TimeNs{(2'000 + i) * kSecond};
    const Taken refused = take_backup(house.disk, request, key_of(1));
    REQUIRE(refused.problem.starts_with(packed(2) + ": "));
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{10}, whole.size() - 1}) {
    auto cut = whole;
    cut.resize(size);
    house.disk.put(packed(2), cut);
    CHECK(take_backup(house.disk, request, key_of(1)).problem.starts_with(packed(2) + ": "));
  }
  house.disk.put(packed(2), house.disk.get(packed(3)));
  CHECK(take(house.disk).problem.find("it is of segment 3") != std::string::npos);
  CHECK(names(house.disk, kBackups).size() == 1);
  CHECK(read_back(house.disk, older.path, key_of(1)).problem == "");
}

TEST_CASE("Backup archive: each flipped byte is found when it is read back") {
  Archived house;
  const std::vector<std::byte> whole = house.disk.get(packed(1));
  REQUIRE(forged(house.disk, {archived_name(1)}, {}).problem == "");
  for (std::size_t i = 0; i < whole.size(); i += i < 200 ? 1 : 211) {
    auto changed = whole;
    changed[i] ^= static_cast<std::byte>(1U << (i % 8));
    house.disk.put(packed(1), changed);
    const std::string problem = forged(house.disk, {archived_name(1)}, {}).problem;
    REQUIRE(problem.starts_with("x.backup: " + archived_name(1) + ": "));
  }
}

// Its checksums are right: the segment was damaged or exchanged before it was packed.
TEST_CASE("Backup archive: a copy of what is no whole segment of this journal is refused") {
  Archived house;
  const std::vector<std::byte> whole = house.disk.get(packed(1));
  const Taken good = taken(house.disk, 1'000);
  REQUIRE(restore(house.disk, good.path, key_of(1), "new").problem == "");
  archive::ReadingDisk reading(house.disk, kData + "/journal", kData + "/archive");
  const auto opened = reading.open(segment(1), journal::Access::Read);
  std::vector<std::byte> bytes(kSegmentBytes);
  REQUIRE(opened.file->read_at(0, bytes).bytes == bytes.size());
  const auto pack_anew = [&](std::size_t changed) {
    auto other = bytes;
    other[changed] ^= std::byte{1};
    house.disk.put(segment(1), other);
    house.disk.put(segment(2), house.disk.get(segment(4)));  // for its header, not looked at
    REQUIRE(house.disk.remove(packed(1)) == DiskStatus::Ok);
    pack(house.disk, 1);
    REQUIRE(house.disk.remove(segment(1)) == DiskStatus::Ok);
    REQUIRE(house.disk.remove(segment(2)) == DiskStatus::Ok);
    return take(house.disk).problem;
  };
  CHECK(pack_anew(journal::kFirstRecordOffset + 40).starts_with(packed(1) + ": at offset "));
  CHECK(pack_anew(kSegmentBytes - 1).starts_with(packed(1) + ": something stands behind"));
  house.disk.put(packed(1), whole);
  taken(house.disk, 3'000);
  Archived other(12);
  house.disk.put(packed(1), other.disk.get(packed(1)));
  CHECK(take(house.disk)
            .problem.find("segment 2 does not follow segment 1: one of them is of "
                          "another journal") != std::string::npos);
}

TEST_CASE("Backup archive: what is missing is told, and good with a snapshot that goes on") {
  Archived house;
  REQUIRE(house.disk.remove(packed(1)) == DiskStatus::Ok);
  const Taken useless = take(house.disk);
  CHECK(useless.problem.find("it could not be restored: records up to") != std::string::npos);
  CHECK(names(house.disk, kBackups).empty());

  put_snapshot(house, last_of(house) - 1);
  const Taken one = taken(house.disk);
  REQUIRE(one.warnings.size() == 1);
  CHECK(one.warnings[0].starts_with("segments are missing (1), in the journal and in the archive"));
  const Inspection seen = read_back(house.disk, one.path, key_of(1));
  CHECK(seen.warnings == one.warnings);
  CHECK(seen.replays_behind > 0);
  CHECK(seen.hole == "");
}

TEST_CASE("Backup archive: a segment missing between two others is refused, older backups stay") {
  Archived house;
  put_snapshot(house, last_of(house) - 1);
  auto request = request_at(1'000);
  request.keep = 1;
  const Taken whole = take_backup(house.disk, request, key_of(1));
  REQUIRE(whole.problem == "");
  const std::vector<std::byte> second = house.disk.get(packed(2));
  REQUIRE(house.disk.remove(packed(2)) == DiskStatus::Ok);
  request.now = TimeNs{2'000 * kSecond};
  const std::string problem = take_backup(house.disk, request, key_of(1)).problem;
  CHECK(problem.starts_with("data: segments are missing between others (2)"));
  CHECK(read_back(house.disk, whole.path, key_of(1)).problem == "");
  CHECK(names(house.disk, kBackups).size() == 1);
  CHECK(forged(house.disk, {archived_name(1), archived_name(3)}, {}).hole.find("(2)") !=
        std::string::npos);
  // Nobody has it any more: without those before it no more is missing than a beginning.
  REQUIRE(house.disk.remove(packed(1)) == DiskStatus::Ok);
  CHECK(take_backup(house.disk, request, key_of(1)).problem == "");
}

TEST_CASE("Backup archive: behind records of other rules a snapshot is needed") {
  SegmentChain chain;
  for (std::uint64_t id = 1; id <= 4; ++id) {
    const journal::ChainState before{0, (id - 1) * 10, 0};
    const journal::ChainState after{0, id * 10, 0};
    chain.add({id, before, after, 0, id < 3 ? 1U : 2U});
  }
  CHECK(chain.replays_behind() == 20);
  CHECK(chain.missing() == "");
  CHECK(chain.holes() == "");
  chain.add_snapshot(19);
  CHECK(chain.problem().find("records up to 20 are missing or of other rules") !=
        std::string::npos);
  chain.add_snapshot(20);
  CHECK(chain.problem() == "");
  SegmentChain short_one = chain;
  short_one.add_snapshot(41);
  CHECK(short_one.problem().find("ends with record 40, but it holds a snapshot of record 41") !=
        std::string::npos);
  chain.add({9, {0, 80, 0}, {0, 90, 0}, 0, 2});
  CHECK(chain.missing() == "5 to 8");
  CHECK(chain.holes() == "5 to 8");
}

TEST_CASE("Backup archive: what is archived after its segment was copied is not in it twice") {
  Archived house;
  for (const std::uint64_t id : {4U, 5U}) pack(house.disk, id);
  const Taken one = taken(house.disk);
  CHECK(one.about.archived_segments == 3);
  CHECK(one.about.first_segment == 4);
  CHECK(one.warnings.empty());
}

}  // namespace
}  // namespace tribook::backup::test
