#include "backup/folder.h"

#include <algorithm>
#include <tuple>

#include "journal/segment_file.h"

namespace tribook::backup {

using journal::DiskStatus;

namespace {

constexpr const char* kLockName = "tribook-backup.lock";

}  // namespace

std::string Folder::path_of(const FileName& name) const {
  return journal::join_path(path_, file_name(name));
}

std::vector<FileName> Folder::list() const {
  std::vector<FileName> found;
  for (const std::string& file : disk_.list(path_).names) {
    if (const auto name = parse_file_name(file)) found.push_back(*name);
  }
  std::sort(found.begin(), found.end(), [](const FileName& a, const FileName& b) {
    return std::tie(a.begun, a.last_sequence) > std::tie(b.begun, b.last_sequence);
  });
  return found;
}

std::optional<FileName> Folder::newest() const {
  const std::vector<FileName> all = list();
  if (all.empty()) return std::nullopt;
  return all.front();
}

std::string Folder::lock(std::unique_ptr<journal::DirectoryLock>& lock) {
  const DiskStatus made = disk_.create_directories(path_);
  if (made != DiskStatus::Ok) {
    return path_ + ": the folder for backups cannot be made: " + std::string(to_string(made));
  }
  journal::LockResult locked = disk_.lock(journal::join_path(path_, kLockName));
  lock = std::move(locked.lock);
  if (locked.status == DiskStatus::Ok) return {};
  if (locked.status == DiskStatus::Locked) return path_ + ": another backup is being written here";
  return path_ + ": cannot be written: " + std::string(to_string(locked.status));
}

void Folder::remove_unfinished() {
  for (const std::string& file : disk_.list(path_).names) {
    const bool is_ours = file.starts_with("tribook-") &&
                         file.ends_with(std::string(kSuffix) + std::string(kUnfinished));
    if (is_ours) static_cast<void>(disk_.remove(journal::join_path(path_, file)));
  }
}

}  // namespace tribook::backup
