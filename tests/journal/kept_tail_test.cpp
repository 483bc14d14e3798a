#include "journal_support.h"
#include "tribook/journal/verify.h"

// Without a sync in between, damage looks like a write that tore, and what stands behind it is cut
// with it. It must not be gone.

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

using Bytes = std::vector<std::byte>;

WriterOptions unsynced_options() {
  WriterOptions options = small_options();
  options.durability = Durability::None;
  return options;
}

/// One segment that was never synced, of a process that was killed.
struct Unsynced {
  std::vector<Entry> entries;
  Bytes bytes;
  std::vector<std::uint64_t> borders;  // where each batch begins, and the end

  explicit Unsynced(std::size_t batches) {
    MemoryDisk disk;
    Random random(11);
    const auto writer = open_writer(disk, unsynced_options());
    for (std::size_t i = 0; i < batches; ++i) {
      for (std::uint64_t j = 0; j < 1 + i % 3; ++j) {
        entries.push_back(random_entry(random, entries.empty() ? nullptr : &entries.back(), 60));
        REQUIRE(append(*writer, entries.back()));
      }
      REQUIRE(writer->commit(7) == DiskStatus::Ok);
    }
    const Reading reading = read_all(disk);
    REQUIRE(reading.end.kind == EndKind::Clean);
    REQUIRE(reading.batches.size() == batches);
    bytes = disk.get(segment_path(1));
    borders = reading.batch_offsets;
    borders.push_back(reading.end.position.offset);
  }

  [[nodiscard]] std::uint64_t records_from(std::size_t batch) const {
    std::uint64_t count = 0;
    for (std::size_t i = batch; i + 1 < borders.size(); ++i) count += 1 + i % 3;
    return count;
  }
  [[nodiscard]] std::vector<Entry> entries_before(std::size_t batch) const {
    const auto count = entries.size() - records_from(batch);
    return {entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(count)};
  }
};

/// From `offset` to the last byte that is not zero.
Bytes used_from(const Bytes& bytes, std::uint64_t offset) {
  Bytes part(bytes.begin() + static_cast<std::ptrdiff_t>(offset), bytes.end());
  while (!part.empty() && part.back() == std::byte{}) part.pop_back();
  return part;
}

std::string cut_path(std::uint64_t offset, std::uint64_t number = 1) {
  return kFolder + "/" + cut_name(1, offset, number);
}

WriterResult open_again(MemoryDisk& disk) {
  return Writer::open(disk, unsynced_options(), read_all(disk).end);
}

}  // namespace

TEST_CASE("what is cut with whole batches in it is kept, wherever a byte was flipped") {
  const Unsynced sample(9);
  for (std::uint64_t at = 0; at < sample.borders.back(); ++at) {
    // In a header's sector or before the last batch something whole is left behind it.
    if (at >= sizeof(SegmentHeader) && at < kFirstRecordOffset - 1) continue;
    std::size_t batch = 0;
    while (at >= sample.borders[batch + 1]) ++batch;
    const bool is_header = at < kFirstRecordOffset;
    const bool is_last = batch + 2 == sample.borders.size();
    const std::uint64_t cut = is_header ? 0 : sample.borders[batch];
    Bytes bytes = sample.bytes;
    bytes[at] ^= std::byte{4};
    MemoryDisk disk;
    disk.put(segment_path(1), bytes);
    INFO("at " << at);
    const Reading reading = read_all(disk);
    REQUIRE(reading.end.kind == EndKind::TornTail);
    REQUIRE(reading.entries == sample.entries_before(is_header ? 0 : batch));
    REQUIRE(reading.end.kept_as == (is_last ? "" : cut_path(cut)));
    REQUIRE(reading.end.behind.ends == sample.borders.size() - 2 - batch + (is_header ? 1 : 0));
    REQUIRE(open_again(disk).status == DiskStatus::Ok);
    REQUIRE(disk.get(cut_path(cut)) == (is_last ? Bytes{} : used_from(bytes, cut)));
    const Reading after = read_all(disk);
    REQUIRE(after.end.kind == EndKind::Clean);
    REQUIRE(after.entries == reading.entries);
  }
}

TEST_CASE("whole batches behind a tear are counted and told") {
  const Unsynced sample(9);
  Bytes bytes = sample.bytes;
  MemoryDisk disk;
  const auto look = [&] {
    disk.put(segment_path(1), bytes);
    return verify(disk, kFolder);
  };
  SECTION("a flip in a record") {
    bytes[sample.borders[3] + 5] ^= std::byte{1};
    const Summary summary = look();
    CHECK_FALSE(summary.good());
    CHECK(summary.end.behind.batches == 5);
    CHECK(summary.end.behind.records == sample.records_from(4));
    CHECK(summary.end.behind.last_sequence == sample.entries.size());
    CHECK(summary.end.message.find("5 whole batches with " +
                                   std::to_string(sample.records_from(4)) + " records") !=
          std::string::npos);
    CHECK(summary.end.message.find(summary.end.kept_as) != std::string::npos);
  }
  SECTION("batches that were never written, and another flip") {
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(sample.borders[2]),
              bytes.begin() + static_cast<std::ptrdiff_t>(sample.borders[4]), std::byte{});
    bytes[sample.borders[7]] ^= std::byte{1};
    const Summary summary = look();
    CHECK(summary.records == sample.entries.size() - sample.records_from(2));
    // Nothing before it says that the one behind the gap is whole.
    CHECK(summary.end.behind.ends == 5);
    CHECK(summary.end.behind.batches == 3);
  }
  SECTION("none of them whole") {
    bytes[sample.borders[7] + 5] ^= std::byte{1};
    bytes[sample.borders[8] + 5] ^= std::byte{1};
    const Summary summary = look();
    CHECK_FALSE(summary.good());
    CHECK(summary.end.behind.ends == 1);
    CHECK(summary.end.behind.batches == 0);
    CHECK(summary.end.message.find("1 batch, none whole") != std::string::npos);
  }
  SECTION("the last one") {
    bytes[sample.borders[8] + 5] ^= std::byte{1};
    CHECK(look().good());
  }
  SECTION("the header") {
    bytes[9] ^= std::byte{1};
    const Summary summary = look();
    CHECK(summary.end.behind.batches == 9);
    CHECK(summary.end.behind.records == sample.entries.size());
    CHECK(summary.end.kept_as == cut_path(0));
  }
}

TEST_CASE("what was kept is never written over") {
  const Unsynced sample(6);
  MemoryDisk disk;
  std::vector<Bytes> kept;
  for (std::uint64_t number = 1; number <= 3; ++number) {
    Bytes bytes = sample.bytes;
    bytes[sample.borders[2] + 4 + number] ^= std::byte{1};
    disk.put(segment_path(1), bytes);
    const Reading reading = read_all(disk);
    CHECK(reading.end.kept_as == cut_path(sample.borders[2], number));
    if (number == 2) disk.put(reading.end.kept_as, Bytes(3));  // a moment later
    const WriterResult opened = Writer::open(disk, unsynced_options(), reading.end);
    CHECK((opened.writer == nullptr) == (number == 2));
    kept.push_back(number == 2 ? Bytes(3) : used_from(bytes, sample.borders[2]));
  }
  for (std::uint64_t number = 1; number <= 3; ++number) {
    CHECK(disk.get(cut_path(sample.borders[2], number)) == kept[number - 1]);
  }
}

TEST_CASE("nothing is cut where it cannot be kept") {
  const Unsynced sample(6);
  MemoryDisk disk;
  Bytes bytes = sample.bytes;
  bytes[sample.borders[2] + 5] ^= std::byte{1};
  disk.put(segment_path(1), bytes);
  disk.set_capacity(disk.used_bytes());
  const WriterResult refused = open_again(disk);
  CHECK(refused.status == DiskStatus::NoSpace);
  CHECK(refused.message.find("make room") != std::string::npos);
  CHECK(disk.get(segment_path(1)) == bytes);
  disk.set_capacity(1 << 30);
  CHECK(open_again(disk).status == DiskStatus::Ok);
  CHECK(disk.get(cut_path(sample.borders[2])) == used_from(bytes, sample.borders[2]));
  for (const std::string& name : disk.list(kFolder).names) CHECK(!name.ends_with(".tmp"));
}

TEST_CASE("power cut at every call: what is cut is in the segment or in the file that keeps it") {
  struct PowerCut {};
  const Unsynced sample(6);
  Bytes bytes = sample.bytes;
  const bool is_header = GENERATE(false, true);
  const std::uint64_t cut = is_header ? 0 : sample.borders[2];
  bytes[is_header ? 9 : cut + 5] ^= std::byte{1};
  const Bytes wanted = used_from(bytes, cut);
  Random random(3);
  bool is_over = false;
  for (std::uint64_t at = 1; !is_over; ++at) {
    MemoryDisk disk;
    disk.put(segment_path(1), bytes);
    const End end = read_all(disk).end;
    std::uint64_t calls = 0;
    disk.set_fault_hook([&](MemoryDisk::Operation, const std::string&) {
      if (++calls == at) throw PowerCut{};
      return DiskStatus::Ok;
    });
    try {
      is_over = Writer::open(disk, unsynced_options(), end).status == DiskStatus::Ok;
    } catch (const PowerCut&) {
    }
    disk.set_fault_hook({});
    disk.crash([&](const MemoryDisk::Change& change) {
      using Kind = MemoryDisk::Fate::Kind;
      const Kind kind = std::array{Kind::Keep, Kind::Drop, Kind::Tear}[below(random, 3)];
      return MemoryDisk::Fate{kind, change.bytes == 0 ? 0 : below(random, change.bytes)};
    });
    INFO("at call " << at);
    const Bytes kept = disk.get(cut_path(cut));
    const bool is_kept = kept == wanted;
    REQUIRE((is_kept || disk.get(segment_path(1)) == bytes));
    REQUIRE((is_kept || kept.empty()));
    REQUIRE(open_again(disk).status == DiskStatus::Ok);
    REQUIRE(disk.get(cut_path(cut)) == wanted);
  }
}
