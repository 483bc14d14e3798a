#include "snapshot/shelf.h"

#include <algorithm>

#include "tribook/base/assert.h"

namespace tribook::snapshot {
namespace {

using journal::DiskStatus;

constexpr std::string_view kUnfinished = ".tmp";
constexpr std::string_view kAhead = ".ahead";
constexpr std::size_t kWriteBytes = 1 << 20;
// Little by little: one large sync would hold up the journal's.
constexpr std::size_t kSyncEvery = 8 << 20;

// Newest first.
std::vector<Sequence> sequences_of(const std::vector<std::string>& names) {
  std::vector<Sequence> found;
  for (const std::string& name : names) {
    if (const auto sequence = parse_file_name(name)) found.push_back(*sequence);
  }
  std::sort(found.rbegin(), found.rend());
  return found;
}

std::string why_no_folder(const std::string& directory, DiskStatus status) {
  if (status == DiskStatus::Exists) {
    return directory + ": is no folder: move away what has its name";
  }
  return directory + ": cannot be made (" + std::string(to_string(status)) + ")";
}

}  // namespace

Shelf::Shelf(journal::Disk& disk, std::string directory, std::size_t keep)
    : disk_(disk), directory_(std::move(directory)), keep_(keep) {
  TB_ASSERT(keep_ > 0);
}

std::string Shelf::path_of(Sequence sequence) const {
  return directory_ + "/" + file_name(sequence);
}

// A name that no file has: another one of the same number may have been set aside before.
std::string Shelf::aside_path_of(Sequence sequence, const std::vector<std::string>& names) const {
  const std::string first = file_name(sequence) + std::string(kAhead);
  std::string name = first;
  for (std::uint64_t number = 2; std::find(names.begin(), names.end(), name) != names.end();) {
    name = first + "-" + std::to_string(number++);
  }
  return directory_ + "/" + name;
}

// Short when it was given up.
DiskStatus Shelf::write(const std::string& path, std::span<const std::byte> bytes,
                        const std::stop_token& stop) const {
  const auto created = disk_.create(path);
  if (created.status != DiskStatus::Ok) return created.status;
  for (std::size_t at = 0; at < bytes.size() && !stop.stop_requested(); at += kWriteBytes) {
    const auto part = bytes.subspan(at, std::min(kWriteBytes, bytes.size() - at));
    DiskStatus status = created.file->write_at(at, part);
    const bool is_time = (at + part.size()) % kSyncEvery == 0;
    if (status == DiskStatus::Ok && is_time) status = created.file->sync_data();
    if (status != DiskStatus::Ok) return status;
  }
  return created.file->sync_data();
}

std::string Shelf::put(const Snapshot& snapshot, const std::stop_token& stop) {
  const std::string path = path_of(snapshot.about.sequence);
  const std::string unfinished = path + std::string(kUnfinished);
  const auto failed = [&](DiskStatus status) {
    static_cast<void>(disk_.remove(unfinished));
    return path + ": " + std::string(to_string(status));
  };
  DiskStatus status = disk_.create_directories(directory_);
  if (status != DiskStatus::Ok) return why_no_folder(directory_, status);
  remove_old();
  status = write(unfinished, encode(snapshot), stop);
  if (stop.stop_requested()) {
    static_cast<void>(disk_.remove(unfinished));
    return path + ": given up";
  }
  if (status == DiskStatus::Ok) status = disk_.rename(unfinished, path);
  if (status == DiskStatus::Ok) status = disk_.sync_directory(directory_);
  if (status != DiskStatus::Ok) return failed(status);
  remove_old();
  return {};
}

void Shelf::remove_old() const {
  for (const std::string& name : disk_.list(directory_).names) {
    if (name.ends_with(kUnfinished)) static_cast<void>(disk_.remove(directory_ + "/" + name));
  }
  const std::vector<Sequence> kept = list();
  for (std::size_t i = keep_; i < kept.size(); ++i) {
    static_cast<void>(disk_.remove(path_of(kept[i])));
  }
}

std::string Shelf::set_aside_after(Sequence last) {
  const auto listed = disk_.list(directory_);
  if (listed.status == DiskStatus::NotFound) return {};
  DiskStatus status = listed.status;
  bool has_renamed = false;
  for (const Sequence sequence : sequences_of(listed.names)) {
    if (status != DiskStatus::Ok || sequence <= last) break;
    status = disk_.rename(path_of(sequence), aside_path_of(sequence, listed.names));
    has_renamed = true;
  }
  if (status == DiskStatus::Ok && has_renamed) status = disk_.sync_directory(directory_);
  if (status == DiskStatus::Ok) return {};
  return directory_ + ": a snapshot of records that the journal has not cannot be renamed (" +
         std::string(to_string(status)) + ")";
}

std::vector<Sequence> Shelf::list() const { return sequences_of(disk_.list(directory_).names); }

DecodeResult Shelf::get(Sequence sequence) const {
  const auto opened = disk_.open(path_of(sequence), journal::Access::Read);
  if (opened.status != DiskStatus::Ok) return {std::nullopt, std::string(to_string(opened.status))};
  const auto size = opened.file->size();
  if (size.status != DiskStatus::Ok) return {std::nullopt, std::string(to_string(size.status))};
  std::vector<std::byte> bytes(size.bytes);
  const auto read = opened.file->read_at(0, bytes);
  if (read.status != DiskStatus::Ok) return {std::nullopt, std::string(to_string(read.status))};
  bytes.resize(read.bytes);
  DecodeResult result = decode(bytes);
  if (result.snapshot && result.snapshot->about.sequence != sequence) {
    return {std::nullopt, "it is of record " +
                              std::to_string(result.snapshot->about.sequence.value) +
                              ", its name says another"};
  }
  return result;
}

}  // namespace tribook::snapshot
