#include "app/restore_folder.h"

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "app/settings.h"
#include "backup/names.h"
#include "tribook/journal/writer.h"

namespace tribook::app {
namespace {

namespace fs = std::filesystem;

/// Where a restore writes until all of it has turned out good.
constexpr const char* kStage = ".restoring";
/// What it is called from then on, while its parts move up.
constexpr const char* kChecked = ".restored";

bool is_part(const std::string& name) {
  return name == backup::kJournalFolder || name == backup::kArchiveFolder ||
         name == backup::kSnapshotFolder || name == backup::kSecretName ||
         backup::is_config_name(name);
}

}  // namespace

RestoreFolder::RestoreFolder(journal::Disk& disk, std::string folder)
    : disk_(disk),
      folder_(std::move(folder)),
      stage_(folder_ + "/" + kStage),
      checked_(folder_ + "/" + kChecked) {}

bool RestoreFolder::may_be_left(const std::string& name) const {
  if (name == kStage || name == kChecked) return true;
  return is_part(name) && fs::exists(checked_);
}

std::string RestoreFolder::why_not() const {
  if (!fs::exists(folder_)) return {};
  if (!fs::is_directory(folder_)) return folder_ + ": is not a folder";
  const std::string lock = journal_directory(folder_) + "/" + journal::kLockName;
  if (fs::exists(lock) && disk_.lock(lock).status == journal::DiskStatus::Locked) {
    return folder_ + ": a daemon runs on this folder";
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (may_be_left(name)) continue;
    return folder_ + ": is not empty (" + name +
           "): name a new folder, nothing is ever restored over another";
  }
  return {};
}

// The marker last: until then all of it is known for what it is.
void RestoreFolder::remove_what_was_left() {
  fs::remove_all(stage_);
  if (!fs::exists(checked_)) return;
  fs::remove_all(journal_directory(folder_));
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    if (is_part(entry.path().filename().string())) fs::remove_all(entry.path());
  }
  sync();
  fs::remove_all(checked_);
}

// A folder of our own making is ours alone, as the daemon's is.
void RestoreFolder::begin() {
  is_ours_ = fs::create_directories(folder_);
  if (is_ours_) fs::permissions(folder_, fs::perms::owner_all);
  remove_what_was_left();
  fs::create_directory(stage_);
  fs::permissions(stage_, fs::perms::owner_all);
}

void RestoreFolder::give_up() {
  fs::remove_all(stage_);
  if (is_ours_) fs::remove(folder_);
}

void RestoreFolder::finish() {
  const fs::path folder(folder_);
  const fs::path checked(checked_);
  fs::rename(stage_, checked);
  sync();
  for (const fs::directory_entry& entry : fs::directory_iterator(checked)) {
    if (entry.path().filename() == backup::kJournalFolder) continue;
    if (entry.is_regular_file()) {  // secrets
      fs::permissions(entry.path(), fs::perms::owner_read | fs::perms::owner_write);
    }
    fs::rename(entry.path(), folder / entry.path().filename());
  }
  fs::rename(checked / backup::kJournalFolder, folder / backup::kJournalFolder);
  sync();
  fs::remove(checked);
  sync();
}

void RestoreFolder::sync() {
  const journal::DiskStatus status = disk_.sync_directory(folder_);
  if (status == journal::DiskStatus::Ok) return;
  throw std::runtime_error(folder_ + ": " + std::string(to_string(status)));
}

std::string cut_off_restore(const std::string& data_directory) {
  for (const char* name : {kStage, kChecked}) {
    if (!fs::exists(data_directory + "/" + name)) continue;
    return data_directory + ": a restore into this folder was cut off (" + name +
           " is there): do it again with `tribook restore`, then start";
  }
  return {};
}

}  // namespace tribook::app
