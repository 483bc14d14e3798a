#pragma once

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "archive/packer.h"
#include "archive/reading_disk.h"
#include "backup/backup.h"
#include "backup/folder.h"
#include "backup/read_back.h"
#include "backup/restore.h"
#include "journal/journal_support.h"
#include "journal/memory_disk.h"
#include "journal/segment_file.h"
#include "snapshot/shelf.h"

// A data folder with a journal of several segments, on a disk in memory.

namespace tribook::backup::test {

using journal::MemoryDisk;
using journal::test::Entry;
using journal::test::Random;

inline const std::string kData = "data";
inline const std::string kBackups = "backups";
inline constexpr std::uint64_t kSegmentBytes = 64 << 10;
inline constexpr std::int64_t kSecond = 1'000'000'000;

inline Key key_of(std::uint8_t seed) {
  Key::Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(seed + i);
  return Key(bytes);
}

/// Writes a journal as a daemon does, and remembers what it committed.
class Scribe {
 public:
  Scribe(MemoryDisk& disk, std::uint64_t seed,
         journal::Durability durability = journal::Durability::Sync)
      : random_(seed) {
    journal::Reader reader(disk, {kData + "/journal", std::nullopt, 0});
    while (reader.next() != journal::Reader::Step::End) {
    }
    journal::WriterOptions options;
    options.directory = kData + "/journal";
    options.segment_bytes = kSegmentBytes;
    options.batch_bytes = 16 << 10;
    options.durability = durability;
    options.rules_version = 1;
    REQUIRE(disk.create_directories(options.directory) == journal::DiskStatus::Ok);
    auto opened = journal::Writer::open(disk, options, reader.end());
    REQUIRE(opened.status == journal::DiskStatus::Ok);
    writer_ = std::move(opened.writer);
  }

  void commit(int batches) {
    for (int i = 0; i < batches; ++i) {
      for (std::uint64_t n = 1 + journal::test::below(random_, 8); n > 0; --n) {
        const Entry* last = entries_.empty() ? nullptr : &entries_.back();
        Entry entry = journal::test::random_entry(random_, last, 500);
        REQUIRE(journal::test::append(*writer_, entry));
        entries_.push_back(std::move(entry));
      }
      REQUIRE(writer_->commit(static_cast<std::uint64_t>(i)) == journal::DiskStatus::Ok);
    }
  }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] journal::Writer& writer() { return *writer_; }

 private:
  Random random_;
  std::vector<Entry> entries_;
  std::unique_ptr<journal::Writer> writer_;
};

inline snapshot::Snapshot some_snapshot(std::uint64_t sequence) {
  snapshot::Snapshot snapshot;
  snapshot.about.rules_version = 1;
  snapshot.about.sequence = Sequence{sequence};
  snapshot.state.assign(5'000, static_cast<std::byte>(sequence));
  return snapshot;
}

inline Request request_at(std::int64_t second) {
  Request request;
  request.data = kData;
  request.folder = kBackups;
  request.now = TimeNs{second * kSecond};
  return request;
}

inline Taken take(MemoryDisk& disk, std::int64_t second = 1'800'000'000) {
  return take_backup(disk, request_at(second), key_of(1));
}

inline Taken taken(MemoryDisk& disk, std::int64_t second = 1'800'000'000) {
  Taken taken = take(disk, second);
  REQUIRE(taken.problem == "");
  return taken;
}

inline std::vector<Entry> entries_in(journal::Disk& disk, const std::string& data) {
  const auto reading = journal::test::read_all(disk, {data + "/journal", std::nullopt, 0});
  REQUIRE(reading.end.kind == journal::EndKind::Clean);
  return reading.entries;
}

inline std::string segment(std::uint64_t id) {
  return kData + "/journal/" + journal::segment_name(id);
}
inline std::string packed(std::uint64_t id) { return kData + "/archive/" + archive::file_name(id); }

/// Copies a segment that was written to its end into the archive, as the archiver does.
inline void pack(MemoryDisk& disk, std::uint64_t id) {
  const auto header_of = [&](std::uint64_t segment_id) {
    const std::vector<std::byte> bytes = disk.get(segment(segment_id));
    const auto header = journal::parse_header(std::span(bytes).first(journal::kSectorBytes));
    REQUIRE(header);
    return *header;
  };
  archive::FileHeader about{};
  about.segment_id = id;
  about.segment_bytes = kSegmentBytes;
  about.first_sequence = header_of(id).first_sequence;
  about.last_sequence = header_of(id + 1).first_sequence - 1;
  REQUIRE(disk.create_directories(kData + "/archive") == journal::DiskStatus::Ok);
  const auto from = disk.open(segment(id), journal::Access::Read);
  const auto into = disk.create(packed(id));
  archive::Packer packer(*from.file, *into.file, about);
  while (!packer.is_done()) REQUIRE(packer.step() == journal::DiskStatus::Ok);
}

inline void archive_segment(MemoryDisk& disk, std::uint64_t id) {
  pack(disk, id);
  REQUIRE(disk.remove(segment(id)) == journal::DiskStatus::Ok);
}

/// What is left of a list when it ends with this record.
inline std::vector<Entry> up_to(std::vector<Entry> entries, std::uint64_t last_sequence) {
  entries.resize(last_sequence);
  return entries;
}

inline std::vector<std::string> names(MemoryDisk& disk, const std::string& folder) {
  return disk.list(folder).names;
}

}  // namespace tribook::backup::test
