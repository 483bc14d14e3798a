#include "app/backup_keeper.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/history_keeper.h"
#include "app/log.h"
#include "app/settings.h"
#include "app/stand_back.h"
#include "archive/reading_disk.h"
#include "backup/folder.h"

namespace tribook::app {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr const char* kKeyVariable = "TRIBOOK_BACKUP_KEY";

backup::ScheduleSettings schedule_of(const config::Backup& settings) {
  backup::ScheduleSettings schedule{settings.every, std::nullopt};
  if (settings.at) schedule.at = settings.at->after_midnight;
  return schedule;
}

std::optional<TimeNs> newest_in(journal::Disk& disk, const std::string& directory) {
  const auto newest = backup::Folder(disk, directory).newest();
  if (!newest) return std::nullopt;
  return newest->begun;
}

// The folder is made when it is not there, in the nearest that is.
std::string why_no_folder(const std::string& directory) {
  std::error_code error;
  std::filesystem::path there = std::filesystem::absolute(directory, error);
  while (!std::filesystem::exists(there, error) && there.has_relative_path()) {
    there = there.parent_path();
  }
  const std::string at = there == directory ? "" : there.string() + ": ";
  if (!std::filesystem::is_directory(there, error)) return directory + ": " + at + "is no folder";
  if (::access(there.c_str(), W_OK | X_OK) == 0) return {};
  return directory + ": " + at + "cannot be written by this user";
}

}  // namespace

backup::KeyResult backup_key(const std::string& file) {
  if (!file.empty()) return backup::read_key_file(file);
  const char* text = std::getenv(kKeyVariable);
  if (text == nullptr) {
    return {std::nullopt, std::string("there is no key: name its file, or give it by ") +
                              kKeyVariable + "; `tribook backup --make-key FILE` makes one"};
  }
  backup::KeyResult result = backup::parse_key(text);
  if (!result.key) result.problem = std::string(kKeyVariable) + ": " + result.problem;
  return result;
}

std::optional<backup::Witness> store_witness(const config::Config& config, journal::Disk& disk) {
  if (config.store.type != config::StoreType::Sqlite) return std::nullopt;
  const std::string& data = config.data_directory;
  archive::ReadingDisk reading(disk, journal_directory(data), archive_directory(data));
  const auto store = find_store_ahead(config, reading, {});
  if (!store) return std::nullopt;
  return backup::Witness{store->path, store->last.value};
}

std::vector<std::string> backup_problems(const config::Config& config) {
  const config::Backup& settings = config.backup;
  if (settings.directory.empty()) return {};
  std::vector<std::string> problems;
  const std::string folder = why_no_folder(config.resolve(settings.directory));
  if (!folder.empty()) problems.push_back("backup.directory: " + folder);
  const std::string& file = settings.key_file;
  const backup::KeyResult key = backup_key(file.empty() ? file : config.resolve(file));
  if (!key.key) problems.push_back("backup.key_file: " + key.problem);
  return problems;
}

BackupKeeper::BackupKeeper(const config::Config& config, journal::Disk& disk,
                           const base::Clock& clock)
    : config_(config),
      disk_(disk),
      clock_(clock),
      directory_(config.resolve(config.backup.directory)),
      schedule_(schedule_of(config.backup), clock.now(), newest_in(disk, directory_)) {
  figures_.last_success = newest_in(disk, directory_);
}

// The next one may be due in a day: what is wrong is told at once.
void BackupKeeper::start() {
  for (const std::string& problem : backup_problems(config_)) log_error(problem);
  thread_ = std::jthread([this](const std::stop_token& is_over) { run(is_over); });
}

void BackupKeeper::give_up() { thread_.request_stop(); }

void BackupKeeper::stop() {
  give_up();
  if (thread_.joinable()) thread_.join();
}

BackupKeeper::Figures BackupKeeper::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

void BackupKeeper::run(const std::stop_token& is_over) {
  stand_back("backup");
  while (!is_over.stop_requested()) {
    if (schedule_.is_due(clock_.now())) take(is_over);
    look_whether_overdue();
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, is_over, kLookEvery, [] { return false; });
  }
}

// The key is read each time: a file that was put right counts without a restart.
void BackupKeeper::take(const std::stop_token& is_over) {
  const std::string& file = config_.backup.key_file;
  const backup::KeyResult key = backup_key(file.empty() ? file : config_.resolve(file));
  if (!key.key) return failed(key.problem);
  backup::Request request;
  request.data = config_.data_directory;
  request.folder = directory_;
  request.keep = config_.backup.keep;
  request.now = clock_.now();
  request.should_stop = [&is_over] { return is_over.stop_requested(); };
  try {
    request.store = store_witness(config_, disk_);
    const backup::Taken taken = backup::take_backup(disk_, request, *key.key);
    if (taken.was_stopped) return log_info("backup: given up, the daemon stops");
    if (!taken.problem.empty()) return failed(taken.problem);
    succeeded(request.now, taken);
  } catch (const std::exception& error) {
    failed(error.what());
  }
}

void BackupKeeper::succeeded(TimeNs begun, const backup::Taken& taken) {
  schedule_.succeeded(begun);
  const std::chrono::nanoseconds took = clock_.now() - begun;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took);
  log_info("backup: " + taken.path + ", up to record " + std::to_string(taken.about.last_sequence) +
           ", " + std::to_string(taken.bytes) + " bytes in " + std::to_string(ms.count()) +
           " ms, read back and good");
  for (const std::string& warning : taken.warnings) log_warning("backup: " + warning);
  const std::lock_guard lock(mutex_);
  figures_.last_success = begun;
  figures_.has_failed = false;
  figures_.bytes = taken.bytes;
  figures_.duration_ns = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
  ++figures_.taken;
}

void BackupKeeper::failed(const std::string& problem) {
  const TimeNs now = clock_.now();
  schedule_.failed(now);
  const auto pause = std::chrono::duration_cast<std::chrono::seconds>(schedule_.next(now) - now);
  log_error("backup: " + problem + "; tried again in " + std::to_string(pause.count()) + " s");
  const std::lock_guard lock(mutex_);
  figures_.has_failed = true;
  ++figures_.failures;
}

void BackupKeeper::look_whether_overdue() {
  const bool is_overdue = schedule_.is_overdue(clock_.now());
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(figures_.is_overdue, is_overdue) == is_overdue) return;
  }
  if (is_overdue) {
    log_error("backup: overdue, there has been no good one for twice the time between two");
  } else {
    log_info("backup: no longer overdue");
  }
}

}  // namespace tribook::app
