#pragma once

#include <memory>
#include <string>
#include <vector>

#include "archive/archiver.h"
#include "archive/reading_disk.h"
#include "journal/journal_support.h"

namespace tribook::archive::test {

using journal::Disk;
using journal::DiskStatus;
using journal::MemoryDisk;
using journal::test::Entry;
using journal::test::kFolder;
using journal::test::Random;

inline const std::string kArchive = "data/archive";

inline std::string packed_path(std::uint64_t id) { return kArchive + "/" + file_name(id); }

inline constexpr Sequence kEverything{~std::uint64_t{0}};

/// An archiver and what it said.
struct Keeper {
  explicit Keeper(Disk& disk, std::size_t keep = 1, std::size_t spares = 2) {
    ArchiverOptions options;
    options.folders = {kFolder, kArchive};
    options.keep_segments = keep;
    options.spares = spares;
    archiver = std::make_unique<Archiver>(
        disk, options,
        Archiver::Ports{[this](const Segment& segment) { done.push_back(segment); },
                        [this](const std::string& what) { problems.push_back(what); }});
  }

  /// As long as it finds something to do.
  void run(Sequence settled = kEverything) {
    now += 60'000'000'000;
    while (archiver->work(TimeNs{now}, settled) != 0) {
    }
  }

  std::int64_t now = 1;
  std::vector<Segment> done;
  std::vector<std::string> problems;
  std::unique_ptr<Archiver> archiver;
};

/// A journal as its writer goes on with it.
class Journal {
 public:
  explicit Journal(Disk& disk, std::uint64_t seed = 1) : disk_(disk), random_(seed) { open(); }

  void open() {
    writer_.reset();
    const auto reading = journal::test::read_all(disk_);
    INFO(reading.end.file << ": " << reading.end.message);
    auto opened = journal::Writer::open(disk_, journal::test::small_options(), reading.end);
    INFO(opened.message);
    REQUIRE(opened.writer != nullptr);
    writer_ = std::move(opened.writer);
    entries.resize(reading.entries.size());
  }
  void close() {
    REQUIRE(writer_->close(0) == DiskStatus::Ok);
    writer_.reset();
  }

  /// One batch.
  DiskStatus write_batch() {
    while (true) {
      const Entry entry =
          journal::test::random_entry(random_, entries.empty() ? nullptr : &entries.back(), 400);
      if (!journal::test::append(*writer_, entry)) break;
      entries.push_back(entry);
      if (journal::test::below(random_, 5) == 0) break;
    }
    return writer_->commit(0);
  }
  /// Until so many more segments were begun.
  void write_segments(std::uint64_t count) {
    const std::uint64_t until = writer_->counters().segments + count;
    while (writer_->counters().segments < until) REQUIRE(write_batch() == DiskStatus::Ok);
  }
  [[nodiscard]] journal::Writer& writer() { return *writer_; }

  std::vector<Entry> entries;

 private:
  Disk& disk_;
  Random random_;
  std::unique_ptr<journal::Writer> writer_;
};

inline std::vector<std::string> names(Disk& disk, const std::string& folder) {
  return disk.list(folder).names;
}

}  // namespace tribook::archive::test
