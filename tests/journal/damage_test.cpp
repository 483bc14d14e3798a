#include "journal/crc32c.h"
#include "journal_support.h"
#include "tribook/journal/verify.h"

using namespace tribook::journal;
using namespace tribook::journal::test;

namespace {

/// A journal of three segments, its records, and where its last batch begins.
struct Sample {
  std::vector<Entry> entries;
  std::vector<std::vector<std::byte>> files;  // of segments 1, 2, ...
  Reading reading;

  explicit Sample(bool sealed) {
    MemoryDisk disk;
    Random random(5);
    const auto writer = open_writer(disk, small_options());
    while (writer->counters().segments < 3 || writer->counters().batches % 16 != 0) {
      for (std::uint64_t i = below(random, 8) + 3; i > 0; --i) {
        entries.push_back(random_entry(random, entries.empty() ? nullptr : &entries.back(), 160));
        REQUIRE(append(*writer, entries.back()));
      }
      REQUIRE(writer->commit(77) == DiskStatus::Ok);
    }
    if (sealed) REQUIRE(writer->close(78) == DiskStatus::Ok);
    reading = read_all(disk);
    REQUIRE(reading.end.kind == EndKind::Clean);
    REQUIRE(reading.entries == entries);
    for (std::uint64_t id = 1; id <= writer->counters().segments; ++id) {
      files.push_back(disk.get(segment_path(id)));
    }
  }

  [[nodiscard]] std::uint64_t last_batch_offset() const {
    const bool sealed = reading.batches.back().record_count == 0;
    return sealed ? reading.end.position.offset - sizeof(BatchFooter)
                  : reading.batch_offsets.back();
  }
  [[nodiscard]] std::vector<Entry> without_last_batch() const {
    const auto keep = entries.size() - reading.batches.back().record_count;
    return {entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(keep)};
  }
  void put_into(MemoryDisk& disk) const {
    for (std::size_t i = 0; i < files.size(); ++i) disk.put(segment_path(i + 1), files[i]);
  }
};

/// Flips one byte after another.
void flip_every_byte(const Sample& sample) {
  MemoryDisk disk;
  sample.put_into(disk);
  Random random(9);
  std::uint64_t torn = 0;
  for (std::size_t file = 0; file < sample.files.size(); ++file) {
    const bool last_file = file + 1 == sample.files.size();
    auto bytes = sample.files[file];
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      const std::byte before = bytes[at];
      bytes[at] ^= static_cast<std::byte>(1 + below(random, 255));
      disk.put(segment_path(file + 1), bytes);
      bytes[at] = before;
      const Reading reading = read_all(disk);
      const bool may_be_torn = last_file && at >= sample.last_batch_offset();
      const bool in_rest = last_file && at >= sample.reading.end.position.offset;
      const EndKind wanted = may_be_torn ? EndKind::TornTail : EndKind::Corrupt;
      if (reading.end.kind != wanted) {
        FAIL("segment " << file + 1 << " offset " << at << ": " << to_string(reading.end.kind)
                        << ", not " << to_string(wanted) << "; " << reading.end.message);
      }
      const auto& expected = in_rest ? sample.entries : sample.without_last_batch();
      const bool given_is_right =
          may_be_torn ? reading.entries == expected : is_prefix(reading.entries, sample.entries);
      if (!given_is_right || reading.end.file != segment_path(file + 1)) {
        FAIL("segment " << file + 1 << " offset " << at << ": wrong records or file");
      }
      torn += may_be_torn ? 1 : 0;
    }
    disk.put(segment_path(file + 1), bytes);
  }
  CHECK(torn > 0);
  CHECK(read_all(disk).end.kind == EndKind::Clean);
}

}  // namespace

TEST_CASE("every flipped byte is noticed and only in the last batch it looks torn") {
  flip_every_byte(Sample(false));
}

TEST_CASE("after a clean close every flip before the seal is corruption") {
  const Sample sample(true);
  CHECK(sample.without_last_batch() == sample.entries);  // the last batch is the seal
  flip_every_byte(sample);
}

TEST_CASE("a file cut at any byte is corruption") {
  const Sample sample(false);
  MemoryDisk disk;
  sample.put_into(disk);
  for (std::size_t file = 0; file < sample.files.size(); ++file) {
    const auto& whole = sample.files[file];
    for (std::size_t size = 0; size < whole.size(); ++size) {
      disk.put(segment_path(file + 1),
               {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
      const Reading reading = read_all(disk);
      if (reading.end.kind != EndKind::Corrupt || !is_prefix(reading.entries, sample.entries)) {
        FAIL("segment " << file + 1 << " cut to " << size << ": " << to_string(reading.end.kind));
      }
    }
    disk.put(segment_path(file + 1), whole);
  }
}

// What a write leaves that stopped at any byte: zeros behind.
TEST_CASE("a last batch torn at any byte is cut, and the journal goes on") {
  const Sample sample(false);
  const std::uint64_t begin = sample.last_batch_offset();
  const std::uint64_t end = sample.reading.end.position.offset;
  for (std::uint64_t at = begin; at < end; ++at) {
    MemoryDisk disk;
    sample.put_into(disk);
    auto bytes = sample.files.back();
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), std::byte{0});
    // The last bytes of the batch may have been zeros anyway.
    const bool changed = bytes != sample.files.back();
    disk.put(segment_path(sample.files.size()), bytes);
    const Reading torn = read_all(disk);
    const bool whole = !changed;
    const EndKind wanted = whole || at == begin ? EndKind::Clean : EndKind::TornTail;
    if (torn.end.kind != wanted) FAIL("at " << at << ": " << to_string(torn.end.kind));
    std::vector<Entry> entries = whole ? sample.entries : sample.without_last_batch();
    REQUIRE(torn.entries == entries);
    if ((at - begin) % 7 != 0) continue;
    Random random(at);
    const auto writer = open_writer(disk, small_options());
    entries.push_back(random_entry(random, &entries.back()));
    REQUIRE(append(*writer, entries.back()));
    REQUIRE(writer->commit(1) == DiskStatus::Ok);
    const Reading after = read_all(disk);
    REQUIRE(after.end.kind == EndKind::Clean);
    REQUIRE(after.entries == entries);
  }
}

TEST_CASE("batches dropped, exchanged, replayed or misplaced are noticed") {
  const Sample sample(false);
  MemoryDisk disk;
  sample.put_into(disk);
  const auto last = static_cast<std::uint64_t>(sample.files.size());
  std::vector<std::uint64_t> borders;  // of the batches in the last segment
  for (const std::uint64_t offset : sample.reading.batch_offsets) {
    if (!borders.empty() && offset < borders.back()) borders.clear();
    borders.push_back(offset);
  }
  borders.push_back(sample.reading.end.position.offset);
  REQUIRE(borders.size() >= 5);
  const auto& whole = sample.files.back();
  const auto part = [&](std::size_t batch) {
    return std::vector<std::byte>(whole.begin() + static_cast<std::ptrdiff_t>(borders[batch]),
                                  whole.begin() + static_cast<std::ptrdiff_t>(borders[batch + 1]));
  };
  const auto rebuilt = [&](const std::vector<std::size_t>& batches) {
    std::vector<std::byte> bytes(whole.begin(), whole.begin() + kFirstRecordOffset);
    for (const std::size_t batch : batches) {
      const auto piece = part(batch);
      bytes.insert(bytes.end(), piece.begin(), piece.end());
    }
    bytes.resize(whole.size());
    return bytes;
  };
  const std::size_t count = borders.size() - 1;
  const auto check = [&](std::vector<std::size_t> order, EndKind wanted) {
    disk.put(segment_path(last), rebuilt(order));
    const Reading reading = read_all(disk);
    CHECK(reading.end.kind == wanted);
    CHECK(is_prefix(reading.entries, sample.entries));
  };
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  check(all, EndKind::Clean);
  for (std::size_t i = 0; i + 1 < count; ++i) {
    std::vector<std::size_t> order = all;
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(i));
    check(order, EndKind::Corrupt);
    order = all;
    std::swap(order[i], order[i + 1]);
    check(order, EndKind::Corrupt);
    order = all;
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(i), i);
    // Only a footer two batches on calls the one after the intruder durable.
    check(order, i + 2 < count ? EndKind::Corrupt : EndKind::TornTail);
  }
  std::vector<std::size_t> twice = all;
  twice.push_back(count - 1);
  check(twice, EndKind::TornTail);  // nothing was lost: all records were given before it
  CHECK(read_all(disk).entries == sample.entries);

  // A segment's old contents under the next name, as a failed copy would leave them.
  disk.put(segment_path(last), sample.files[0]);
  CHECK(read_all(disk).end.kind == EndKind::Corrupt);
}

TEST_CASE("a missing segment stops the reading") {
  const Sample sample(false);
  MemoryDisk disk;
  sample.put_into(disk);
  REQUIRE(disk.remove(segment_path(2)) == DiskStatus::Ok);
  const Reading reading = read_all(disk);
  CHECK(reading.end.kind == EndKind::Corrupt);
  CHECK(reading.end.message.find(segment_name(2)) != std::string::npos);
  CHECK(reading.entries.empty());
  CHECK(Writer::open(disk, small_options(), reading.end).writer == nullptr);
}

TEST_CASE("bytes in a segment that was not begun are made zero before it is used") {
  MemoryDisk disk;
  Random random(2);
  {
    const auto writer = open_writer(disk, small_options());
    REQUIRE(writer->append(1, 1, 1, {}));
    REQUIRE(writer->commit(0) == DiskStatus::Ok);
    REQUIRE(writer->prepare_next() == DiskStatus::Ok);
  }
  auto bytes = disk.get(segment_path(2));
  REQUIRE(bytes.size() == 16384);
  SECTION("behind its header") { bytes[9000] = std::byte{1}; }
  SECTION("in its header") { bytes[20] = std::byte{1}; }
  disk.put(segment_path(2), bytes);
  CHECK(read_all(disk).entries.size() == 1);
  {
    const auto writer = open_writer(disk, small_options());
    CHECK(!writer->needs_next_segment());
  }
  CHECK(disk.get(segment_path(2)) == std::vector<std::byte>(16384));
}

// Segments forged with right checksums: what only a wrong program could write.
namespace {

std::vector<std::byte> bytes_of(const auto& value) {
  const auto bytes = std::as_bytes(std::span(&value, 1));
  return {bytes.begin(), bytes.end()};
}

struct Forger {
  SegmentHeader header{kMagic, kFormatVersion, 7, 1, 16384, 1, 0, 3, 0, 0};
  std::vector<std::pair<std::uint64_t, std::int64_t>> records{{1, 10}, {2, 10}, {3, 12}};
  BatchFooter footer{{0, sizeof(BatchFooter), kFooterKind, 0, 3, 12}, 0, 0, 3, 3 * 24 + 56, 0, 0};

  [[nodiscard]] std::vector<std::byte> bytes() {
    header.crc = header_crc(header);
    std::vector<std::byte> all = bytes_of(header);
    all.resize(kFirstRecordOffset);
    std::uint32_t chain = header.chain;
    const auto add = [&](auto record, std::uint32_t& crc) {
      crc = crc32c(chain, std::as_bytes(std::span(&record, 1)).subspan(4));
      chain = crc;
      std::memcpy(&record, &crc, sizeof crc);
      const auto raw = bytes_of(record);
      all.insert(all.end(), raw.begin(), raw.end());
    };
    std::uint32_t crc = 0;
    for (const auto& [sequence, time_ns] : records) {
      add(RecordHeader{0, sizeof(RecordHeader), 1, 0, sequence, time_ns}, crc);
    }
    footer.self_crc = footer_crc(footer, header.segment_id);
    add(footer, crc);
    all.resize(16384);
    return all;
  }
  [[nodiscard]] Reading read(std::optional<std::uint32_t> rules = std::nullopt) {
    MemoryDisk disk;
    disk.put(segment_path(1), bytes());
    Reading reading = read_all(disk, {kFolder, rules, 0});
    const bool usable = reading.end.kind == EndKind::Clean || reading.end.kind == EndKind::TornTail;
    WriterOptions options = small_options();
    CHECK((Writer::open(disk, options, reading.end).writer != nullptr) == usable);
    return reading;
  }
};

}  // namespace

TEST_CASE("records that no writer should have written are corruption, not a tear") {
  Forger forger;
  SECTION("as they should be") {
    const Reading reading = forger.read(7);
    CHECK(reading.end.kind == EndKind::Clean);
    CHECK(reading.entries.size() == 3);
    return;
  }
  SECTION("a sequence left out") { forger.records[1].first = 3; }
  SECTION("a sequence twice") { forger.records[1].first = 1; }
  SECTION("not the first sequence") { forger.records[0].first = 2; }
  SECTION("time backwards") { forger.records[2].second = 9; }
  SECTION("footer: count of records") { forger.footer.record_count = 2; }
  SECTION("footer: count of bytes") { forger.footer.batch_bytes += 8; }
  SECTION("footer: sequence") { forger.footer.header.sequence = 4; }
  SECTION("footer: time") { forger.footer.header.time_ns = 13; }
  SECTION("footer: durable before it was written") { forger.footer.durable_sequence = 1; }
  const Reading reading = forger.read(7);
  CHECK(reading.end.kind == EndKind::Corrupt);
  CHECK(reading.entries.empty());
  CHECK(reading.end.message.find("written wrongly") != std::string::npos);
}

TEST_CASE("other versions are refused with a message") {
  Forger forger;
  SECTION("format") {
    forger.header.format_version = 2;
    const Reading reading = forger.read();
    CHECK(reading.end.kind == EndKind::WrongVersion);
    CHECK(reading.end.message.find("journal format 2") != std::string::npos);
    CHECK(reading.entries.empty());
  }
  SECTION("rules") {
    forger.header.rules_version = 8;
    const Reading reading = forger.read(7);
    CHECK(reading.end.kind == EndKind::WrongVersion);
    CHECK(reading.end.message.find("rules version 8") != std::string::npos);
    CHECK(reading.entries.empty());
    CHECK(forger.read(8).entries.size() == 3);
    CHECK(forger.read().entries.size() == 3);
  }
}
