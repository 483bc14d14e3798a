#include "journal_support.h"
#include "tribook/journal/verify.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

/// Appends and commits random entries in random batches; digest n for the nth batch.
void write_random(Writer& writer, Random& random, std::vector<Entry>& entries, std::size_t count) {
  std::uint64_t digest = 1;
  for (std::size_t i = 0; i < count; ++i) {
    const Entry entry = random_entry(random, entries.empty() ? nullptr : &entries.back());
    if (!append(writer, entry)) {
      REQUIRE(writer.commit(digest++) == DiskStatus::Ok);
      REQUIRE(append(writer, entry));
    }
    entries.push_back(entry);
    if (below(random, 10) == 0) REQUIRE(writer.commit(digest++) == DiskStatus::Ok);
    if (writer.needs_next_segment() && below(random, 4) == 0) {
      REQUIRE(writer.prepare_next() == DiskStatus::Ok);
    }
  }
  REQUIRE(writer.commit(digest) == DiskStatus::Ok);
}

}  // namespace

TEST_CASE("an empty folder and a missing one are an empty journal") {
  MemoryDisk disk;
  CHECK(read_all(disk).end.kind == EndKind::Clean);
  { const auto writer = open_writer(disk, small_options()); }
  const Reading reading = read_all(disk);
  CHECK(reading.end.kind == EndKind::Clean);
  CHECK(reading.entries.empty());
  CHECK(reading.end.position.segment_id == 0);
  { const auto writer = open_writer(disk, small_options()); }
}

TEST_CASE("what was written is read, over many segments and reopenings") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    MemoryDisk disk;
    std::vector<Entry> entries;
    WriterOptions options = small_options();
    for (int round = 0; round < 5; ++round) {
      options.durability = static_cast<Durability>(below(random, 3));
      const auto writer = open_writer(disk, options);
      CHECK(writer->last_sequence() == entries.size());
      write_random(*writer, random, entries, 300);
      const bool seal = below(random, 2) == 0;
      if (seal) REQUIRE(writer->close(99) == DiskStatus::Ok);
      const Reading reading = read_all(disk);
      CHECK(reading.end.message == "");
      CHECK(reading.end.kind == EndKind::Clean);
      CHECK(reading.entries == entries);
      CHECK(reading.end.position.sealed == seal);
      CHECK(reading.batches.back().event_digest != 0);
      if (seal) CHECK(reading.batches.back().event_digest == 99);
      CHECK(reading.end.position.last_sequence == entries.size());
    }
    const Summary summary = verify(disk, kFolder);
    CHECK(summary.good());
    CHECK(summary.records == entries.size());
    CHECK(summary.first_sequence == 1);
    CHECK(summary.last_sequence == entries.size());
    CHECK(summary.first_time_ns == entries.front().time_ns);
    CHECK(summary.last_time_ns == entries.back().time_ns);
    CHECK(summary.segments > 5);
  }
}

TEST_CASE("the largest record, and one byte more of each part") {
  MemoryDisk disk;
  WriterOptions options = small_options();
  options.batch_bytes = 512 << 10;
  options.segment_bytes = 2 << 20;
  Random random(3);
  std::vector<Entry> entries;
  {
    const auto writer = open_writer(disk, options);
    for (int i = 0; i < 6; ++i) {
      Entry entry = random_entry(random, entries.empty() ? nullptr : &entries.back());
      entry.payload = random_bytes(random, kMaxPayloadBytes - (i % 2 == 0 ? 0 : 1));
      entry.attachment = random_bytes(random, kMaxAttachmentBytes - (i % 3 == 0 ? 0 : 1));
      if (!append(*writer, entry)) {
        REQUIRE(writer->commit(0) == DiskStatus::Ok);
        REQUIRE(append(*writer, entry));
      }
      entries.push_back(entry);
    }
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
  }
  CHECK(read_all(disk).entries == entries);
}

TEST_CASE("a full batch says so and takes the record after a commit") {
  MemoryDisk disk;
  const auto writer = open_writer(disk, small_options());
  std::uint64_t sequence = 0;
  const std::vector<std::byte> order(104);
  while (writer->append(1, sequence + 1, 5, order)) ++sequence;
  CHECK(sequence == (4096 - sizeof(BatchFooter)) / 128);
  CHECK(writer->batch_records() == sequence);
  CHECK(writer->committed_sequence() == 0);
  REQUIRE(writer->commit(0) == DiskStatus::Ok);
  CHECK(writer->batch_empty());
  CHECK(writer->committed_sequence() == sequence);
  CHECK(writer->durable_sequence() == sequence);
  CHECK(writer->append(1, sequence + 1, 5, order));
  CHECK(writer->counters().records == sequence);
  CHECK(writer->counters().bytes == sequence * 128 + sizeof(BatchFooter));
  CHECK(writer->counters().syncs == 1);
}

TEST_CASE("reading from a sequence skips segments and gives the same records") {
  MemoryDisk disk;
  Random random(11);
  std::vector<Entry> entries;
  {
    const auto writer = open_writer(disk, small_options());
    write_random(*writer, random, entries, 900);
  }
  for (std::uint64_t from = 1; from <= entries.size() + 1; from += 1 + below(random, 40)) {
    CAPTURE(from);
    const Reading reading = read_all(disk, {kFolder, std::nullopt, from});
    const std::vector<Entry> wanted(entries.begin() + static_cast<std::ptrdiff_t>(from - 1),
                                    entries.end());
    CHECK(reading.entries == wanted);
    CHECK(reading.end.kind == EndKind::Clean);
    CHECK(reading.end.position.last_sequence == entries.size());
  }
  // Archived segments: the rest can be read, but not from before it.
  REQUIRE(disk.remove(segment_path(1)) == DiskStatus::Ok);
  REQUIRE(disk.remove(segment_path(2)) == DiskStatus::Ok);
  const Reading rest = read_all(disk);
  CHECK(rest.end.kind == EndKind::Clean);
  REQUIRE(!rest.entries.empty());
  const std::uint64_t first = rest.entries.front().sequence;
  CHECK(first > 1);
  CHECK(read_all(disk, {kFolder, std::nullopt, first}).entries == rest.entries);
  const Reading missing = read_all(disk, {kFolder, std::nullopt, first - 1});
  CHECK(missing.end.kind == EndKind::Corrupt);
  CHECK(missing.entries.empty());
}

TEST_CASE("the modes of durability sync when they say") {
  for (const Durability durability : {Durability::Sync, Durability::Batch, Durability::None}) {
    MemoryDisk disk;
    WriterOptions options = small_options();
    options.durability = durability;
    const auto writer = open_writer(disk, options);
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    CHECK(writer->committed_sequence() == 1);
    CHECK(writer->releasable_sequence() == 1);
    CHECK(writer->durable_sequence() == (durability == Durability::Sync ? 1 : 0));
    CHECK((disk.unsynced_changes() == 0) == (durability == Durability::Sync));
    REQUIRE(writer->sync() == DiskStatus::Ok);
    CHECK(writer->durable_sequence() == 1);
    CHECK(disk.unsynced_changes() == 0);
  }
}

TEST_CASE("a clean close is sealed once, however often it is opened") {
  MemoryDisk disk;
  {
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->close(5) == DiskStatus::Ok);
  }
  const Reading sealed = read_all(disk);
  CHECK(sealed.batches.size() == 2);
  CHECK(sealed.batches.back().record_count == 0);
  CHECK(sealed.batches.back().durable_sequence == 1);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(open_writer(disk, small_options())->close(5) == DiskStatus::Ok);
  }
  CHECK(read_all(disk).batches.size() == 2);
}

TEST_CASE("other rules or a new epoch begin a new segment") {
  MemoryDisk disk;
  WriterOptions options = small_options();
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
    const auto writer = open_writer(disk, options);
    REQUIRE(writer->append(1, sequence, 1, {}));
    REQUIRE(writer->close(0) == DiskStatus::Ok);
    if (sequence == 1) options.rules_version = 8;
    if (sequence == 2) options.fencing_epoch = 4;
  }
  const Reading reading = read_all(disk);
  CHECK(reading.entries.size() == 4);
  CHECK(reading.end.position.segment_id == 3);
  CHECK(reading.end.position.rules_version == 8);
  CHECK(reading.end.position.fencing_epoch == 4);
}
