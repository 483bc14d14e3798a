#include "backup_support.h"

// What is copied, while a daemon writes or archives, and what comes out of it again.

namespace tribook::backup::test {
namespace {

using journal::DiskStatus;

TEST_CASE("Backup: everything comes out again, segments at their full size") {
  MemoryDisk disk;
  Scribe scribe(disk, 1);
  scribe.commit(120);
  snapshot::Shelf shelf(disk, kData + "/snapshots", 3);
  REQUIRE(shelf.put(some_snapshot(7)).empty());
  REQUIRE(shelf.put(some_snapshot(9)).empty());
  disk.put(kData + "/snapshots/00000000000000000011.snapshot", std::vector<std::byte>(40));
  disk.put(kData + "/jwt.secret", std::vector<std::byte>(65, std::byte{'a'}));
  disk.put(kData + "/tribook.toml", std::vector<std::byte>(2'000, std::byte{'#'}));
  disk.put(kData + "/store.sqlite", std::vector<std::byte>(100));
  const Taken one = taken(disk);
  CHECK(one.about.last_sequence == scribe.entries().size());
  CHECK(one.about.segments > 2);
  CHECK(one.about.snapshots == 2);
  CHECK(one.path ==
        "backups/tribook-20270115T080000Z-" + std::to_string(scribe.entries().size()) + ".backup");
  CHECK(one.bytes == disk.get(one.path).size());

  const Inspection back = restore(disk, one.path, key_of(1), "new");
  REQUIRE(back.problem == "");
  CHECK(back.about == one.about);
  CHECK(entries_in(disk, "new") == scribe.entries());
  for (std::uint64_t id = 1; id <= one.about.last_segment; ++id) {
    CHECK(disk.get("new/journal/" + journal::segment_name(id)) == disk.get(segment(id)));
  }
  for (const std::uint64_t sequence : {7U, 9U}) {
    const std::string name = "/snapshots/" + snapshot::file_name(Sequence{sequence});
    CHECK(disk.get("new" + name) == disk.get(kData + name));
  }
  CHECK(names(disk, "new") == std::vector<std::string>{"jwt.secret", "tribook.toml"});
  CHECK(disk.get("new/jwt.secret") == disk.get(kData + "/jwt.secret"));
  CHECK(names(disk, "new/snapshots").size() == 2);
}

TEST_CASE("Backup: a writer goes on with what was restored") {
  MemoryDisk disk;
  Scribe scribe(disk, 2);
  scribe.commit(40);
  const Taken one = taken(disk);
  REQUIRE(restore(disk, one.path, key_of(1), "new").problem == "");
  journal::Reader reader(disk, {"new/journal", std::nullopt, 0});
  while (reader.next() != journal::Reader::Step::End) {
  }
  journal::WriterOptions options;
  options.directory = "new/journal";
  options.segment_bytes = kSegmentBytes;
  options.batch_bytes = 16 << 10;
  options.rules_version = 1;
  const auto opened = journal::Writer::open(disk, options, reader.end());
  REQUIRE(opened.status == DiskStatus::Ok);
  CHECK(opened.writer->last_sequence() == scribe.entries().size());
}

TEST_CASE("Backup: of a journal that has no record there is none") {
  MemoryDisk disk;
  CHECK(take(disk).problem.find("data") != std::string::npos);
  Scribe scribe(disk, 1);
  CHECK(take(disk).problem == "data/journal: the journal has no record yet");
  CHECK(names(disk, kBackups).empty());
}

TEST_CASE("Backup: what is not synced yet is synced by it") {
  for (const auto durability : {journal::Durability::Batch, journal::Durability::None}) {
    MemoryDisk disk;
    Scribe scribe(disk, 3, durability);
    scribe.commit(60);
    const Taken one = taken(disk);
    CHECK(one.about.last_sequence == scribe.entries().size());
    disk.crash([](const MemoryDisk::Change&) {
      return MemoryDisk::Fate{MemoryDisk::Fate::Kind::Drop, 0};
    });
    CHECK(entries_in(disk, kData).size() >= one.about.last_sequence);
  }
}

TEST_CASE("Backup: beside a writer, at each call to the disk") {
  for (std::uint64_t at = 1; at < 60; ++at) {
    MemoryDisk disk;
    Scribe scribe(disk, at);
    scribe.commit(70);
    const std::size_t acknowledged = scribe.entries().size();
    // The writer cannot be called under the disk's mutex: it writes between two of these calls.
    std::uint64_t calls = 0;
    auto request = request_at(1'800'000'000);
    request.should_stop = [&] {
      if (++calls == at) scribe.commit(30);
      return false;
    };
    const Taken one = take_backup(disk, request, key_of(1));
    REQUIRE(one.problem == "");
    CHECK(one.about.last_sequence >= acknowledged);
    REQUIRE(restore(disk, one.path, key_of(1), "new").problem == "");
    CHECK(entries_in(disk, "new") == up_to(scribe.entries(), one.about.last_sequence));
  }
}

TEST_CASE("Backup: a batch under way or torn is left out, damage is refused") {
  MemoryDisk disk;
  Scribe scribe(disk, 5);
  scribe.commit(10);
  const auto reading = journal::test::read_all(disk, {kData + "/journal", std::nullopt, 0});
  const std::vector<std::byte> whole = disk.get(segment(1));
  auto torn = whole;
  torn[reading.end.position.offset - 30] ^= std::byte{1};
  disk.put(segment(1), torn);
  const Taken one = taken(disk, 1'800'000'000);
  CHECK(one.about.last_sequence < scribe.entries().size());
  REQUIRE(restore(disk, one.path, key_of(1), "new").problem == "");
  CHECK(entries_in(disk, "new") == up_to(scribe.entries(), one.about.last_sequence));

  auto damaged = whole;
  damaged[journal::kFirstRecordOffset + 30] ^= std::byte{1};
  disk.put(segment(1), damaged);
  const std::string problem = take(disk, 1'800'000'001).problem;
  CHECK(problem.find(segment(1) + ": ") == 0);
  CHECK(problem.find("damaged") != std::string::npos);
  CHECK(names(disk, kBackups).size() == 1);

  auto headless = whole;
  headless[20] ^= std::byte{1};
  disk.put(segment(1), headless);
  CHECK(take(disk, 1'800'000'002).problem.find("damaged") != std::string::npos);
}

// With less than `sync` no footer says that what is missing was durable; that it was written, and
// so acknowledged, the batches behind it say.
TEST_CASE("Backup: what was written and lies before whole batches is never left out") {
  for (const auto durability :
       {journal::Durability::Sync, journal::Durability::Batch, journal::Durability::None}) {
    MemoryDisk disk;
    Scribe scribe(disk, 21, durability);
    scribe.commit(10);
    const std::vector<std::byte> whole = disk.get(segment(1));
    const auto reading = journal::test::read_all(disk, {kData + "/journal", std::nullopt, 0});
    const std::size_t end = reading.end.position.offset;
    for (const std::size_t offset : {std::size_t{20}, journal::kFirstRecordOffset + 30, end / 2}) {
      auto damaged = whole;
      damaged[offset] ^= std::byte{1};
      disk.put(segment(1), damaged);
      const std::string problem = take(disk).problem;
      CHECK(problem.find(segment(1)) == 0);
      CHECK(problem.find("tribook verify") != std::string::npos);
    }
    CHECK(names(disk, kBackups).empty());
    disk.put(segment(1), whole);
    taken(disk);
  }
}

TEST_CASE("Backup: a journal that ends before a snapshot or the store does not pass for whole") {
  MemoryDisk disk;
  Scribe scribe(disk, 22, journal::Durability::None);
  scribe.commit(10);
  const std::uint64_t last = scribe.entries().size();
  auto request = request_at(1'000);
  request.store = Witness{"data/store.sqlite", last};
  REQUIRE(take_backup(disk, request, key_of(1)).problem == "");
  request.now = TimeNs{2'000 * kSecond};
  request.store->last = last + 1;
  CHECK(take_backup(disk, request, key_of(1)).problem.find("data/store.sqlite has the records") !=
        std::string::npos);
  snapshot::Shelf shelf(disk, kData + "/snapshots", 3);
  REQUIRE(shelf.put(some_snapshot(last)).empty());
  request.store.reset();
  REQUIRE(take_backup(disk, request, key_of(1)).problem == "");
  REQUIRE(shelf.put(some_snapshot(last + 2)).empty());
  request.now = TimeNs{3'000 * kSecond};
  const std::string problem = take_backup(disk, request, key_of(1)).problem;
  CHECK(problem.find("the journal ends with record " + std::to_string(last) + ", but " +
                     shelf.path_of(Sequence{last + 2}) + " has the records up to " +
                     std::to_string(last + 2)) != std::string::npos);
  CHECK(names(disk, kBackups).size() == 2);
}

TEST_CASE("Backup: damage in an older segment is refused") {
  MemoryDisk disk;
  Scribe scribe(disk, 6);
  scribe.commit(120);
  const std::vector<std::byte> whole = disk.get(segment(2));
  for (const std::size_t offset : {std::size_t{10}, std::size_t{5'000}, whole.size() - 20}) {
    auto damaged = whole;
    damaged[offset] ^= std::byte{1};
    disk.put(segment(2), damaged);
    CHECK(take(disk).problem.find(segment(2)) != std::string::npos);
  }
  disk.put(segment(2), whole);
  taken(disk);
  REQUIRE(disk.remove(segment(2)) == DiskStatus::Ok);
  CHECK(take(disk).problem.find("is missing") != std::string::npos);
}

TEST_CASE("Backup: segments that are archived meanwhile are in it, one way or the other") {
  for (std::uint64_t at = 1; at < 80; ++at) {
    MemoryDisk disk;
    Scribe scribe(disk, 7);
    scribe.commit(150);
    disk.put(kData + "/archive/notes", {});
    std::uint64_t calls = 0;
    std::uint64_t next = 1;
    auto request = request_at(1'800'000'000);
    request.should_stop = [&] {
      if (++calls % at == 0 && next < 3) archive_segment(disk, next++);
      return false;
    };
    const Taken one = take_backup(disk, request, key_of(1));
    REQUIRE(one.problem == "");
    REQUIRE(restore(disk, one.path, key_of(1), "new").problem == "");
    for (const std::string& name : names(disk, "new/archive")) {
      REQUIRE(archive::parse_file_name(name));
    }
    archive::ReadingDisk reading(disk, "new/journal", "new/archive");
    CHECK(entries_in(reading, "new") == scribe.entries());
  }
}

TEST_CASE("Backup: a segment written over under its name is noticed") {
  MemoryDisk disk;
  Scribe scribe(disk, 8);
  scribe.commit(150);
  auto request = request_at(1'800'000'000);
  bool is_done = false;
  std::uint64_t calls = 0;
  request.should_stop = [&] {
    if (++calls == 5 && !is_done) {
      is_done = true;
      pack(disk, 1);
      const auto file = disk.open(segment(1), journal::Access::ReadWrite);
      const std::vector<std::byte> zeros(kSegmentBytes);
      REQUIRE(file.file->write_at(0, zeros) == DiskStatus::Ok);
      REQUIRE(disk.rename(segment(1), kData + "/journal/used.tmp") == DiskStatus::Ok);
    }
    return false;
  };
  const Taken one = take_backup(disk, request, key_of(1));
  REQUIRE(one.problem == "");
  CHECK(one.about.archived_segments == 1);
  CHECK(one.about.first_segment == 2);
}

TEST_CASE("Backup: stopped, it leaves nothing") {
  for (std::uint64_t at = 1; at < 400; at += 7) {
    MemoryDisk disk;
    Scribe scribe(disk, 9);
    scribe.commit(60);
    std::uint64_t calls = 0;
    auto request = request_at(1'800'000'000);
    request.should_stop = [&] { return ++calls >= at; };
    const Taken one = take_backup(disk, request, key_of(1));
    if (one.problem.empty()) continue;
    CHECK(one.was_stopped);
    CHECK(names(disk, kBackups).empty());
  }
}

}  // namespace
}  // namespace tribook::backup::test
