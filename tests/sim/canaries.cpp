#include "sim/canaries.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "core/house.h"
#include "journal/segment_file.h"
#include "tribook/base/archive.h"
#include "tribook/journal/reader.h"

namespace tribook::sim {
namespace {

using journal::DiskStatus;

/// Says that it synced.
class LyingFile final : public journal::File {
 public:
  explicit LyingFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  journal::SizeResult read_at(std::uint64_t offset, std::span<std::byte> into) override {
    return file_->read_at(offset, into);
  }
  DiskStatus write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    return file_->write_at(offset, bytes);
  }
  DiskStatus sync_data() override { return DiskStatus::Ok; }
  journal::SizeResult size() override { return file_->size(); }
  DiskStatus allocate(std::uint64_t bytes) override { return file_->allocate(bytes); }

 private:
  std::unique_ptr<File> file_;
};

/// Keeps the last write of records back until the next one.
class LateFile final : public journal::File {
 public:
  explicit LateFile(std::unique_ptr<File> file) : file_(std::move(file)) {}
  journal::SizeResult read_at(std::uint64_t offset, std::span<std::byte> into) override {
    const DiskStatus status = write_back();
    return status == DiskStatus::Ok ? file_->read_at(offset, into) : journal::SizeResult{status, 0};
  }
  DiskStatus write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const DiskStatus status = write_back();
    if (status != DiskStatus::Ok) return status;
    const bool is_zero =
        std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0}; });
    if (is_zero) return file_->write_at(offset, bytes);
    kept_offset_ = offset;
    kept_.assign(bytes.begin(), bytes.end());
    return DiskStatus::Ok;
  }
  DiskStatus sync_data() override { return file_->sync_data(); }
  journal::SizeResult size() override { return file_->size(); }
  DiskStatus allocate(std::uint64_t bytes) override { return file_->allocate(bytes); }

 private:
  DiskStatus write_back() {
    if (kept_.empty()) return DiskStatus::Ok;
    const std::vector<std::byte> bytes = std::exchange(kept_, {});
    return file_->write_at(kept_offset_, bytes);
  }

  std::unique_ptr<File> file_;
  std::uint64_t kept_offset_ = 0;
  std::vector<std::byte> kept_;
};

/// Another disk with files of its own kind.
template <typename Wrapped>
class BrokenDisk final : public journal::Disk {
 public:
  explicit BrokenDisk(Disk& good) : good_(good) {}
  DiskStatus create_directories(const std::string& path) override {
    return good_.create_directories(path);
  }
  journal::FileResult open(const std::string& path, journal::Access access) override {
    return wrap(good_.open(path, access));
  }
  journal::FileResult create(const std::string& path) override { return wrap(good_.create(path)); }
  journal::ListResult list(const std::string& directory) override { return good_.list(directory); }
  DiskStatus rename(const std::string& from, const std::string& to) override {
    return good_.rename(from, to);
  }
  DiskStatus remove(const std::string& path) override { return good_.remove(path); }
  DiskStatus sync_directory(const std::string& path) override { return good_.sync_directory(path); }
  journal::LockResult lock(const std::string& path) override { return good_.lock(path); }

 private:
  static journal::FileResult wrap(journal::FileResult result) {
    if (result.file) result.file = std::make_unique<Wrapped>(std::move(result.file));
    return result;
  }
  Disk& good_;
};

}  // namespace

Breaking::Breaking(Canary canary) {
  if (canary < Canary::IdsForgotten) return;
  const int which = static_cast<int>(canary) - static_cast<int>(Canary::IdsForgotten) + 1;
  if (break_part(static_cast<base::Broken>(which))) return;
  throw std::runtime_error("only sim_canary can be broken so");
}

Breaking::~Breaking() { break_part(base::Broken::Nothing); }

std::unique_ptr<journal::Disk> make_broken_disk(Canary canary, journal::Disk& good) {
  switch (canary) {
    case Canary::SyncDoesNothing:
      return std::make_unique<BrokenDisk<LyingFile>>(good);
    case Canary::WriteBehind:
      return std::make_unique<BrokenDisk<LateFile>>(good);
    default:
      return nullptr;
  }
}

void forget_field(snapshot::Snapshot& snapshot) {
  base::ArchiveReader before(snapshot.state);
  std::uint32_t version = 0;
  std::uint32_t silences = 0;
  before(version, silences);
  // Behind the runs: the last record and its time, the last order, position, trade.
  const std::size_t trade = 8 + std::size_t{silences} * 16 + 32;
  std::fill_n(snapshot.state.begin() + static_cast<std::ptrdiff_t>(trade), 8, std::byte{0});
  const Slab slab(1);
  core::House house(snapshot.about.room, slab);
  base::ArchiveReader archive(snapshot.state);
  house.load(archive);
  snapshot.about.state_hash = house.state_hash();
}

void forget_last_batch(journal::MemoryDisk& disk, const std::string& directory) {
  journal::Reader reader(disk, {directory, {}, 0});
  std::uint64_t segment = 0;
  std::uint64_t begin = 0;
  bool is_first = true;
  for (;;) {
    const auto step = reader.next();
    if (step == journal::Reader::Step::End) break;
    if (step == journal::Reader::Step::BatchEnd) {
      is_first = true;
    } else if (is_first) {
      segment = reader.record().segment_id;
      begin = reader.record().offset;
      is_first = false;
    }
  }
  if (segment == 0) return;
  const std::string path = directory + "/" + journal::segment_name(segment);
  std::vector<std::byte> bytes = disk.get(path);
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.end(), std::byte{0});
  disk.put(path, std::move(bytes));
}

}  // namespace tribook::sim
