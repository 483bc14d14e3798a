#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <system_error>

#include "app/backup_keeper.h"
#include "app/commands.h"
#include "app/journal_end.h"
#include "app/settings.h"
#include "app/snapshot_check.h"
#include "app/system_clock.h"
#include "archive/reading_disk.h"
#include "backup/backup.h"
#include "backup/read_back.h"
#include "backup/restore.h"
#include "cli/arguments.h"
#include "config/config.h"
#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"
#include "journal/posix_disk.h"
#include "tribook/journal/verify.h"
#include "tribook/journal/writer.h"

namespace tribook::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBackupUsage =
    "backup --data DIR --to DIR_OR_FILE [--key FILE] [--keep N] [--json]\n"
    "       tribook backup --config FILE [--data DIR] [--to DIR_OR_FILE] [--key FILE] [--json]\n"
    "       tribook backup verify FILE [--key FILE] [--json]\n"
    "       tribook backup --make-key FILE";
constexpr const char* kRestoreUsage = "restore FILE --to DIR [--key FILE] [--json]";
/// Where a restore writes until all of it has turned out good.
constexpr const char* kStage = ".restoring";
constexpr std::size_t kMostKept = 10'000;

int bad_usage(const std::string& problem, const char* usage) {
  std::fprintf(stderr, "tribook: %s\nusage: tribook %s\n", problem.c_str(), usage);
  return kBadUsage;
}

int fail(const std::string& problem) {
  std::fprintf(stderr, "tribook: %s\n", problem.c_str());
  return kFailed;
}

std::string text_of(TimeNs time) {
  std::string text;
  json::append_time(text, time);
  return text;
}

void add_about(json::Writer& writer, const backup::About& about, std::uint64_t bytes) {
  writer.field("bytes", bytes);
  writer.field("lastSequence", about.last_sequence);
  writer.field("lastTime", about.last_time);
  writer.field("segments", about.segments);
  writer.field("archivedSegments", about.archived_segments);
  writer.field("snapshots", about.snapshots);
}

std::string plural(std::uint64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// "record 1234 of 2026-11-21T15:45:00.000Z; 3 segments, 2 snapshots"
std::string text_of(const backup::About& about) {
  return "record " + std::to_string(about.last_sequence) + " of " + text_of(about.last_time) +
         "; " + plural(about.segments, "segment") + ", " +
         plural(about.archived_segments, "archived segment") + ", " +
         plural(about.snapshots, "snapshot");
}

void show_backup(const std::string& path, const backup::About& about, std::uint64_t bytes,
                 TimeNs begun, bool is_json) {
  if (!is_json) {
    std::printf("%s: begun %s, up to %s; %llu bytes: good\n", path.c_str(), text_of(begun).c_str(),
                text_of(about).c_str(), static_cast<unsigned long long>(bytes));
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.field("file", path);
  writer.field("begun", begun);
  add_about(writer, about, bytes);
  writer.end_object();
  std::printf("%s\n", out.c_str());
}

/// What `backup` is to do, from its words and a configuration.
struct Asked {
  backup::Request request;
  std::string key_file;
};

// A name with an ending is a file, unless it is a folder that is there.
void set_target(backup::Request& request, const std::string& to) {
  const fs::path path(to);
  if (fs::is_directory(path) || path.extension() != backup::kSuffix) {
    request.folder = to;
    return;
  }
  request.folder = path.has_parent_path() ? path.parent_path().string() : ".";
  request.file = path.filename().string();
}

/// The exit status when the words are wrong.
std::optional<int> read_words(const cli::Arguments& arguments, Asked& asked) {
  std::string to;
  if (const auto file = arguments.value("--config")) {
    config::LoadOptions options;
    options.file = *file;
    options.environment = config::environment_variables();
    const config::LoadResult loaded = config::load(options);
    for (const std::string& error : loaded.errors) std::fprintf(stderr, "%s\n", error.c_str());
    if (!loaded.config) return kFailed;
    const config::Backup& settings = loaded.config->backup;
    asked.request.data = loaded.config->data_directory;
    if (!settings.directory.empty()) {
      to = loaded.config->resolve(settings.directory);
      asked.request.keep = settings.keep;
    }
    if (!settings.key_file.empty()) asked.key_file = loaded.config->resolve(settings.key_file);
  }
  if (const auto data = arguments.value("--data")) asked.request.data = *data;
  if (const auto key = arguments.value("--key")) asked.key_file = *key;
  if (const auto given = arguments.value("--to")) {
    to = *given;
    asked.request.keep.reset();
  }
  if (const auto text = arguments.value("--keep")) {
    const unsigned long keep = std::strtoul(text->c_str(), nullptr, 10);
    if (keep < 1 || keep > kMostKept || std::to_string(keep) != *text) {
      return bad_usage("--keep takes a number from 1 to 10000", kBackupUsage);
    }
    asked.request.keep = keep;
  }
  if (asked.request.data.empty()) return bad_usage("--data is missing", kBackupUsage);
  if (to.empty()) return bad_usage("--to is missing", kBackupUsage);
  set_target(asked.request, to);
  return std::nullopt;
}

int take_one(Asked& asked, bool is_json) {
  const std::string journal = journal_directory(asked.request.data);
  if (!fs::is_directory(journal)) {
    return fail(asked.request.data + ": holds no journal (" + journal +
                " is not there): name the daemon's data folder");
  }
  const backup::KeyResult key = backup_key(asked.key_file);
  if (!key.key) return fail(key.problem);
  journal::PosixDisk disk;
  asked.request.now = SystemClock().now();
  const backup::Taken taken = backup::take_backup(disk, asked.request, *key.key);
  if (!taken.problem.empty()) return fail(taken.problem);
  show_backup(taken.path, taken.about, taken.bytes, asked.request.now, is_json);
  return kGood;
}

int verify_one(const std::string& file, const std::string& key_file, bool is_json) {
  const backup::KeyResult key = backup_key(key_file);
  if (!key.key) return fail(key.problem);
  journal::PosixDisk disk;
  const backup::Inspection seen = backup::read_back(disk, file, *key.key);
  if (!seen.problem.empty()) return fail(seen.problem);
  show_backup(file, seen.about, seen.bytes, seen.begun, is_json);
  return kGood;
}

int make_key(const std::string& file) {
  const std::string problem = backup::make_key_file(file);
  if (!problem.empty()) return fail(problem);
  std::printf("%s: made. Keep a copy away from the backups: without it they cannot be read\n",
              file.c_str());
  return kGood;
}

int backup_command(const Words& words) {
  const cli::Arguments arguments(
      words, {"--data", "--to", "--key", "--config", "--keep", "--make-key"}, {"--json"});
  if (!arguments.problem().empty()) return bad_usage(arguments.problem(), kBackupUsage);
  const bool is_json = arguments.has("--json");
  const std::vector<std::string>& plain = arguments.plain();
  if (const auto file = arguments.value("--make-key")) {
    if (words.size() > 2) return bad_usage("--make-key stands alone", kBackupUsage);
    return make_key(*file);
  }
  if (plain.size() == 2 && plain[0] == "verify") {
    return verify_one(plain[1], arguments.value("--key").value_or(""), is_json);
  }
  if (!plain.empty()) return bad_usage("unexpected word " + plain[0], kBackupUsage);
  Asked asked;
  if (const auto status = read_words(arguments, asked)) return *status;
  return take_one(asked, is_json);
}

// --- restore ---

/// Why nothing may be restored into this folder; empty when it is empty or not there.
std::string why_not_into(journal::Disk& disk, const std::string& folder) {
  if (!fs::exists(folder)) return {};
  if (!fs::is_directory(folder)) return folder + ": is not a folder";
  const std::string lock = journal_directory(folder) + "/" + journal::kLockName;
  if (fs::exists(lock) && disk.lock(lock).status == journal::DiskStatus::Locked) {
    return folder + ": a daemon runs on this folder";
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() == kStage) continue;  // of a restore that was cut off
    return folder + ": is not empty (" + entry.path().filename().string() +
           "): name a new folder, nothing is ever restored over another";
  }
  return {};
}

/// What `verify` checks, of a folder that was just restored.
struct Checked {
  std::string problem;
  SnapshotCheck house;
};

Checked check_folder(journal::Disk& system, const std::string& folder) {
  archive::ReadingDisk disk(system, journal_directory(folder), archive_directory(folder));
  const journal::Summary summary = journal::verify(disk, journal_directory(folder));
  if (!summary.good()) return {describe(summary.end), {}};
  Checked checked{{}, check_snapshots(disk, folder)};
  if (!checked.house.replay.is_good) {
    checked.problem = problem_of(checked.house.replay);
  } else if (!checked.house.is_balanced) {
    checked.problem = "the ledger does not balance";
  } else if (!checked.house.problems.empty()) {
    checked.problem = checked.house.problems.front();
  }
  return checked;
}

// The journal last: a folder without one is no daemon's folder yet.
void move_up(journal::Disk& disk, const fs::path& stage, const fs::path& folder) {
  for (const fs::directory_entry& entry : fs::directory_iterator(stage)) {
    if (entry.path().filename() == backup::kJournalFolder) continue;
    if (entry.is_regular_file()) {  // secrets
      fs::permissions(entry.path(), fs::perms::owner_read | fs::perms::owner_write);
    }
    fs::rename(entry.path(), folder / entry.path().filename());
  }
  fs::rename(stage / backup::kJournalFolder, folder / backup::kJournalFolder);
  fs::remove(stage);
  const journal::DiskStatus status = disk.sync_directory(folder.string());
  if (status == journal::DiskStatus::Ok) return;
  throw std::runtime_error(folder.string() + ": " + std::string(to_string(status)));
}

void show_restored(const std::string& folder, const backup::Inspection& seen,
                   const SnapshotCheck& house, bool is_json) {
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(house.state_hash));
  if (!is_json) {
    std::printf("%s: restored up to %s\nchecked as by `tribook verify`; state %s: good\n",
                folder.c_str(), text_of(seen.about).c_str(), hash);
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.field("directory", folder);
  writer.field("begun", seen.begun);
  add_about(writer, seen.about, seen.bytes);
  writer.field("stateHash", hash);
  writer.end_object();
  std::printf("%s\n", out.c_str());
}

int restore_into(const std::string& file, const std::string& folder, const backup::Key& key,
                 bool is_json) {
  journal::PosixDisk disk;
  const std::string refusal = why_not_into(disk, folder);
  if (!refusal.empty()) return fail(refusal);
  // A folder of our own making is ours alone, as the daemon's is.
  const bool is_ours = fs::create_directories(folder);
  if (is_ours) fs::permissions(folder, fs::perms::owner_all);
  const std::string stage = folder + "/" + kStage;
  fs::remove_all(stage);
  fs::create_directory(stage);
  fs::permissions(stage, fs::perms::owner_all);
  const backup::Inspection seen = backup::restore(disk, file, key, stage);
  Checked checked{seen.problem, {}};
  if (checked.problem.empty()) checked = check_folder(disk, stage);
  if (!checked.problem.empty()) {
    fs::remove_all(stage);
    if (is_ours) fs::remove(folder);
    return fail(checked.problem);
  }
  move_up(disk, stage, folder);
  show_restored(folder, seen, checked.house, is_json);
  return kGood;
}

int restore_command(const Words& words) {
  const cli::Arguments arguments(words, {"--to", "--key"}, {"--json"});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one file" : arguments.problem(),
                     kRestoreUsage);
  }
  const auto folder = arguments.value("--to");
  if (!folder || folder->empty()) return bad_usage("--to is missing", kRestoreUsage);
  const backup::KeyResult key = backup_key(arguments.value("--key").value_or(""));
  if (!key.key) return fail(key.problem);
  return restore_into(arguments.plain()[0], *folder, *key.key, arguments.has("--json"));
}

// File systems and OpenSSL tell by exceptions what they refuse.
int guarded(int (*run)(const Words&), const Words& words) {
  try {
    return run(words);
  } catch (const std::exception& error) {
    return fail(error.what());
  }
}

}  // namespace

int run_backup(const Words& words) { return guarded(backup_command, words); }
int run_restore(const Words& words) { return guarded(restore_command, words); }

}  // namespace tribook::app
