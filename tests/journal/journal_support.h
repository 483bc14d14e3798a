#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "journal/memory_disk.h"
#include "tribook/journal/reader.h"
#include "tribook/journal/writer.h"

namespace tribook::journal::test {

inline const std::string kFolder = "data/journal";

inline std::string segment_path(std::uint64_t id) { return kFolder + "/" + segment_name(id); }

struct Entry {
  std::uint64_t sequence = 0;
  std::int64_t time_ns = 0;
  std::uint8_t kind = 0;
  std::vector<std::byte> payload;
  std::vector<std::byte> attachment;
  friend bool operator==(const Entry&, const Entry&) = default;
};

using Random = std::mt19937_64;

inline std::uint64_t below(Random& random, std::uint64_t bound) { return random() % bound; }

inline std::vector<std::byte> random_bytes(Random& random, std::uint64_t size) {
  std::vector<std::byte> bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

inline Entry random_entry(Random& random, const Entry* last, std::uint64_t payload_max = 200) {
  Entry entry;
  entry.sequence = last == nullptr ? 1 : last->sequence + 1;
  entry.time_ns =
      (last == nullptr ? 1'000 : last->time_ns) + static_cast<std::int64_t>(below(random, 3));
  entry.kind = static_cast<std::uint8_t>(1 + below(random, 254));
  entry.payload = random_bytes(random, below(random, payload_max + 1));
  if (below(random, 8) == 0) entry.attachment = random_bytes(random, 1 + below(random, 100));
  return entry;
}

inline bool append(Writer& writer, const Entry& entry) {
  return writer.append(entry.kind, entry.sequence, entry.time_ns, entry.payload, entry.attachment);
}

inline Entry entry_of(const RecordView& record) {
  return {record.header.sequence,
          record.header.time_ns,
          record.header.kind,
          {record.payload.begin(), record.payload.end()},
          {record.attachment.begin(), record.attachment.end()}};
}

struct Reading {
  std::vector<Entry> entries;
  std::vector<BatchEnd> batches;
  std::vector<std::uint64_t> batch_offsets;  // of the first record; of records' batches only
  End end;
};

inline Reading read_all(Disk& disk, ReaderOptions options) {
  Reading reading;
  Reader reader(disk, std::move(options));
  bool first = true;
  for (;;) {
    const Reader::Step step = reader.next();
    if (step == Reader::Step::End) break;
    if (step == Reader::Step::BatchEnd) {
      reading.batches.push_back(reader.batch_end());
      first = true;
      continue;
    }
    const RecordView& record = reader.record();
    if (first) reading.batch_offsets.push_back(record.offset);
    first = false;
    reading.entries.push_back(entry_of(record));
  }
  reading.end = reader.end();
  return reading;
}

inline Reading read_all(Disk& disk) { return read_all(disk, {kFolder, std::nullopt, 0}); }

/// Segments of 16 KiB and batches of up to 4 KiB: many borders in few bytes.
inline WriterOptions small_options() {
  WriterOptions options;
  options.directory = kFolder;
  options.segment_bytes = 16 << 10;
  options.batch_bytes = 4 << 10;
  options.rules_version = 7;
  options.fencing_epoch = 3;
  return options;
}

inline std::unique_ptr<Writer> open_writer(Disk& disk, const WriterOptions& options) {
  WriterResult opened = Writer::open(disk, options, read_all(disk).end);
  INFO(opened.message);
  REQUIRE(opened.writer != nullptr);
  return std::move(opened.writer);
}

inline bool is_prefix(const std::vector<Entry>& part, const std::vector<Entry>& whole) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace tribook::journal::test
