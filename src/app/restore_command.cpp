#include <cstdio>
#include <optional>

#include "app/backup_keeper.h"
#include "app/backup_text.h"
#include "app/commands.h"
#include "app/journal_end.h"
#include "app/restore_folder.h"
#include "app/settings.h"
#include "app/snapshot_check.h"
#include "archive/reading_disk.h"
#include "backup/restore.h"
#include "cli/arguments.h"
#include "journal/posix_disk.h"
#include "tribook/engine/engine.h"
#include "tribook/journal/verify.h"

namespace tribook::app {
namespace {

constexpr const char* kRestoreUsage = "restore FILE --to DIR [--key FILE] [--json]";

/// What a folder that was just restored has turned out to be.
struct Checked {
  std::string problem;
  std::vector<std::string> warnings;
  SnapshotCheck house;
};

std::string why_not_good(const SnapshotCheck& house, const std::string& data) {
  if (house.replay.is_good) {
    if (!house.ahead.empty()) return what_a_start_says(house.replay.end, data, house.ahead);
    return house.is_balanced ? std::string() : "the ledger does not balance";
  }
  std::string problem = problem_of(house.replay);
  for (const std::string& why : house.problems) problem += "\n  " + why;
  return problem;
}

// All of it, as `verify` does; or what a start would read, when more cannot be replayed.
Checked check_folder(journal::Disk& system, const std::string& folder,
                     const backup::Inspection& seen) {
  archive::ReadingDisk disk(system, journal_directory(folder), archive_directory(folder));
  if (seen.hole.empty()) {
    const journal::Summary summary = journal::verify(disk, journal_directory(folder));
    if (!summary.good()) return {describe(summary.end), {}, {}};
  }
  const bool is_whole =
      seen.replays_behind == 0 && seen.about.rules_version == engine::kRulesVersion;
  Checked checked{{}, seen.warnings, {}};
  checked.house = is_whole ? check_snapshots(disk, folder) : check_start(disk, folder);
  checked.problem = why_not_good(checked.house, folder);
  if (!is_whole) {
    checked.warnings.push_back(
        "records up to " + std::to_string(checked.house.begins_with.value) +
        " were not replayed: segments are missing, or they are of other "
        "rules. The state there is the snapshot's, and a store, made from the first "
        "record on, stays empty");
  }
  // A start does without a bad snapshot.
  for (const std::string& problem : checked.house.problems) checked.warnings.push_back(problem);
  return checked;
}

void show_restored(const std::string& folder, const backup::Inspection& seen,
                   const Checked& checked, bool is_json) {
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx",
                static_cast<unsigned long long>(checked.house.state_hash));
  const Sequence begin = checked.house.begins_with;
  warn(checked.warnings);
  if (!is_json) {
    const std::string how =
        begin ? "by a start from the snapshot of record " + std::to_string(begin.value)
              : std::string("by `tribook verify`");
    std::printf("%s: restored up to %s\nchecked as %s; state %s: good\n", folder.c_str(),
                text_of(seen.about).c_str(), how.c_str(), hash);
    return;
  }
  std::string out;
  json::Writer writer(out);
  writer.begin_object();
  writer.field("directory", folder);
  writer.field("begun", seen.begun);
  add_about(writer, seen.about, seen.bytes, checked.warnings);
  writer.field("replayedBehind", begin.value);
  writer.field("stateHash", hash);
  writer.end_object();
  std::printf("%s\n", out.c_str());
}

int restore_into(const std::string& file, const std::string& folder, const backup::Key& key,
                 bool is_json) {
  journal::PosixDisk disk;
  RestoreFolder target(disk, folder);
  const std::string refusal = target.why_not();
  if (!refusal.empty()) return backup_failed(refusal);
  target.begin();
  const backup::Inspection seen = backup::restore(disk, file, key, target.stage());
  Checked checked{seen.problem, {}, {}};
  if (checked.problem.empty()) checked = check_folder(disk, target.stage(), seen);
  if (!checked.problem.empty()) {
    target.give_up();
    return backup_failed(checked.problem);
  }
  target.finish();
  show_restored(folder, seen, checked, is_json);
  return kGood;
}

int restore_command(const Words& words) {
  const cli::Arguments arguments(words, {"--to", "--key"}, {"--json"});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_backup_usage(arguments.problem().empty() ? "name one file" : arguments.problem(),
                            kRestoreUsage);
  }
  const auto folder = arguments.value("--to");
  if (!folder || folder->empty()) return bad_backup_usage("--to is missing", kRestoreUsage);
  const backup::KeyResult key = backup_key(arguments.value("--key").value_or(""));
  if (!key.key) return backup_failed(key.problem);
  return restore_into(arguments.plain()[0], *folder, *key.key, arguments.has("--json"));
}

}  // namespace

int run_restore(const Words& words) { return guarded(restore_command, words); }

}  // namespace tribook::app
