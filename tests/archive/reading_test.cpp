#include <algorithm>

#include "archive/format.h"
#include "archive_support.h"
#include "tribook/journal/verify.h"

namespace tribook::archive {
namespace {

using namespace test;
using journal::EndKind;
using journal::Reader;
using journal::test::below;
using journal::test::entry_of;
using journal::test::read_all;

/// A journal of some segments, of which the oldest are archived.
struct Archived {
  explicit Archived(std::uint64_t seed, std::uint64_t segments = 8, std::size_t keep = 2) {
    Journal journal(disk, seed);
    journal.write_segments(segments);
    journal.close();
    entries = journal.entries;
    Keeper keeper(disk, keep);
    keeper.run();
    REQUIRE(keeper.problems.empty());
    done = keeper.done;
    REQUIRE_FALSE(done.empty());
  }
  MemoryDisk disk;
  ReadingDisk reading{disk, kFolder, kArchive};
  std::vector<Entry> entries;
  std::vector<Segment> done;
};

std::vector<Entry> from(const std::vector<Entry>& entries, std::uint64_t sequence) {
  return {entries.begin() + static_cast<std::ptrdiff_t>(sequence - 1), entries.end()};
}

TEST_CASE("ReadingDisk: any part of the journal reads as from the full folder") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    MemoryDisk full;
    Journal journal(full, seed);
    journal.write_segments(8);
    journal.close();
    Archived archived(seed);
    REQUIRE(archived.entries == journal.entries);
    Random random(seed);
    for (int i = 0; i < 30; ++i) {
      const std::uint64_t first = 1 + below(random, journal.entries.size());
      const auto want = read_all(full, {kFolder, 7, first});
      const auto got = read_all(archived.reading, {kFolder, 7, first});
      REQUIRE(got.entries == want.entries);
      REQUIRE(got.entries == from(journal.entries, first));
      REQUIRE(got.batches.size() == want.batches.size());
      REQUIRE(got.batch_offsets == want.batch_offsets);
      REQUIRE(got.end.kind == EndKind::Clean);
      REQUIRE(got.end.position.offset == want.end.position.offset);
      REQUIRE(got.end.position.chain == want.end.position.chain);
    }
    const journal::Summary summary = journal::verify(archived.reading, kFolder);
    CHECK(summary.good());
    CHECK(summary.segments == journal::verify(full, kFolder).segments);
  }
}

TEST_CASE("ReadingDisk: bytes at random places are the segment's") {
  MemoryDisk full;
  Journal journal(full, 5);
  journal.write_segments(8);
  journal.close();
  Archived archived(5);
  const std::string path = journal::test::segment_path(1);
  const auto bytes = full.get(path);
  const auto opened = archived.reading.open(path, journal::Access::Read);
  REQUIRE(opened.status == DiskStatus::Ok);
  CHECK(opened.file->size().bytes == bytes.size());
  Random random(5);
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t offset = below(random, bytes.size() + 100);
    std::vector<std::byte> part(below(random, 9'000));
    const auto read = opened.file->read_at(offset, part);
    REQUIRE(read.status == DiskStatus::Ok);
    const std::uint64_t there = offset < bytes.size() ? bytes.size() - offset : 0;
    REQUIRE(read.bytes == std::min<std::uint64_t>(there, part.size()));
    REQUIRE(std::equal(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(read.bytes),
                       bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
  }
  CHECK(opened.file->write_at(0, bytes) == DiskStatus::Denied);
}

TEST_CASE("ReadingDisk: each flipped bit and each cut of an archived segment is told") {
  Archived archived(3);
  const std::string path = packed_path(1);
  const auto good = archived.disk.get(path);
  const auto refuses = [&](std::vector<std::byte> bytes) {
    archived.disk.put(path, std::move(bytes));
    Reader reader(archived.reading, {kFolder, std::nullopt, 1});
    REQUIRE(reader.next() == Reader::Step::End);
    REQUIRE(reader.end().kind == EndKind::Corrupt);
    REQUIRE_THAT(reader.end().message, Catch::Contains(path));
    REQUIRE_THAT(reader.end().message, Catch::Contains("restore that copy from a backup"));
  };
  for (std::size_t i = 0; i < good.size(); i += i < sizeof(FileHeader) ? 1 : 37) {
    auto changed = good;
    changed[i] ^= static_cast<std::byte>(1U << (i % 8));
    refuses(changed);
    changed = good;
    changed.resize(i);
    refuses(changed);
  }
  auto longer = good;
  longer.push_back(std::byte{0});
  refuses(longer);
  refuses(archived.disk.get(packed_path(2)));
  archived.disk.put(path, good);
  CHECK(read_all(archived.reading).entries == archived.entries);
}

TEST_CASE("ReadingDisk: what is left without an archive is read, and what is missing is named") {
  Archived archived(4);
  const std::uint64_t last = archived.done.back().last_sequence;
  for (const Segment& segment : archived.done) {
    REQUIRE(archived.disk.remove(packed_path(segment.id)) == DiskStatus::Ok);
  }
  const auto tail = read_all(archived.reading, {kFolder, 7, last + 1});
  CHECK(tail.end.kind == EndKind::Clean);
  CHECK(tail.entries == from(archived.entries, last + 1));
  CHECK(read_all(archived.reading).entries == tail.entries);

  const auto whole = read_all(archived.reading, {kFolder, 7, 1});
  CHECK(whole.entries.empty());
  CHECK(whole.end.kind == EndKind::Corrupt);
  CHECK_THAT(whole.end.message,
             Catch::Contains("the segments up to " +
                             journal::segment_name(archived.done.back().id) + " are missing"));
  const auto part = read_all(archived.reading, {kFolder, 7, last});
  CHECK(part.end.kind == EndKind::Corrupt);
  CHECK_THAT(part.end.message, Catch::Contains("or use a newer snapshot"));
}

TEST_CASE("ReadingDisk: a gap in the archive matters to who reads over it") {
  Archived archived(6);
  REQUIRE(archived.done.size() >= 3);
  REQUIRE(archived.disk.remove(packed_path(2)) == DiskStatus::Ok);
  for (const std::uint64_t first : {0U, 1U}) {
    const auto whole = read_all(archived.reading, {kFolder, 7, first});
    CHECK(whole.end.kind == EndKind::Corrupt);
    CHECK_THAT(whole.end.message, Catch::Contains(journal::segment_name(2) + ", is missing"));
  }
  const std::uint64_t behind = archived.done[2].first_sequence;
  const auto tail = read_all(archived.reading, {kFolder, 7, behind});
  CHECK(tail.end.kind == EndKind::Clean);
  CHECK(tail.entries == from(archived.entries, behind));
  CHECK(read_all(archived.reading, {kFolder, 7, behind - 1}).end.kind == EndKind::Corrupt);
}

TEST_CASE("ReadingDisk: a journal of which only the archive is left is not begun anew") {
  Archived archived(7);
  for (const std::string& name : names(archived.disk, kFolder)) {
    REQUIRE(archived.disk.remove(kFolder + "/" + name) == DiskStatus::Ok);
  }
  const auto whole = read_all(archived.reading);
  CHECK(whole.end.kind == EndKind::Clean);
  CHECK(whole.end.position.last_sequence == archived.done.back().last_sequence);
  const auto opened =
      journal::Writer::open(archived.reading, journal::test::small_options(), whole.end);
  CHECK(opened.writer == nullptr);
  CHECK_THAT(opened.message, Catch::Contains("restore both from the same backup"));
}

// The file that a reader has open is packed, becomes a spare, then another segment, and is begun.
TEST_CASE("ReadingDisk: a file that is written anew while it is read goes on as what it was") {
  for (const std::uint64_t segments_later : {0U, 1U, 3U, 6U}) {
    INFO(segments_later << " segments later");
    MemoryDisk disk;
    ReadingDisk reading(disk, kFolder, kArchive);
    Journal journal(reading);
    journal.write_segments(5);
    REQUIRE(journal.writer().sync() == DiskStatus::Ok);
    const std::vector<Entry> written = journal.entries;
    const auto first = reading.open(journal::test::segment_path(1), journal::Access::Read);
    const auto bytes = disk.get(journal::test::segment_path(1));
    std::vector<std::byte> part(1'000);
    REQUIRE(first.file->read_at(5'000, part).status == DiskStatus::Ok);
    Reader reader(reading, {kFolder, std::nullopt, 1, journal.writer().releasable_sequence()});
    std::vector<Entry> got;
    while (got.size() < 3) {
      if (reader.next() == Reader::Step::Record) got.push_back(entry_of(reader.record()));
    }
    Keeper keeper(disk);
    keeper.run();
    REQUIRE(keeper.done.size() == 3);
    journal.write_segments(segments_later);
    for (auto step = reader.next(); step != Reader::Step::End; step = reader.next()) {
      if (step == Reader::Step::Record) got.push_back(entry_of(reader.record()));
    }
    INFO(reader.end().message);
    CHECK(reader.end().kind == EndKind::Clean);
    CHECK(got == written);
    for (const std::uint64_t offset : {0U, 4'096U, 12'000U}) {
      REQUIRE(first.file->read_at(offset, part).status == DiskStatus::Ok);
      REQUIRE(std::equal(part.begin(), part.end(),
                         bytes.begin() + static_cast<std::ptrdiff_t>(offset)));
    }
  }
}

TEST_CASE("ReadingDisk: all but the journal's segments passes through") {
  MemoryDisk disk;
  ReadingDisk reading(disk, kFolder, kArchive);
  disk.put("elsewhere/" + journal::segment_name(1), std::vector<std::byte>(10));
  disk.put(packed_path(1), std::vector<std::byte>(10));
  CHECK(names(reading, "elsewhere").size() == 1);
  CHECK(names(reading, kArchive).size() == 1);
  CHECK(reading.open("elsewhere/" + journal::segment_name(1), journal::Access::Read).status ==
        DiskStatus::Ok);
  CHECK(reading.open("elsewhere/" + journal::segment_name(2), journal::Access::Read).status ==
        DiskStatus::NotFound);
  CHECK(reading.open(kFolder + "/LOCK", journal::Access::Read).status == DiskStatus::NotFound);
  CHECK(reading.open(kFolder + "/" + journal::segment_name(2), journal::Access::Read).status ==
        DiskStatus::NotFound);
  CHECK(reading.lock(kFolder + "/LOCK").status == DiskStatus::Ok);
}

}  // namespace
}  // namespace tribook::archive
