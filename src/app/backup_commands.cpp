#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/backup_keeper.h"
#include "app/backup_text.h"
#include "app/commands.h"
#include "app/settings.h"
#include "app/system_clock.h"
#include "backup/backup.h"
#include "backup/read_back.h"
#include "cli/arguments.h"
#include "config/config.h"
#include "gateway/json/writer.h"
#include "journal/posix_disk.h"

namespace tribook::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBackupUsage =
    "backup --data DIR --to DIR_OR_FILE [--key FILE] [--keep N] [--json]\n"
    "       tribook backup (--config FILE)... [--set key=value]... [--data DIR] [--to "
    "DIR_OR_FILE]\n"
    "                      [--key FILE] [--json]\n"
    "       tribook backup verify FILE [--key FILE] [--json]\n"
    "       tribook backup --make-key FILE";
constexpr std::size_t kMostKept = 10'000;

void show_backup(const std::string& path, const backup::About& about, std::uint64_t bytes,
                 TimeNs begun, const std::vector<std::string>& warnings, bool is_json) {
  warn(warnings);
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
  add_about(writer, about, bytes, warnings);
  writer.end_object();
  std::printf("%s\n", out.c_str());
}

/// What `backup` is to do, from its words and a configuration.
struct Asked {
  backup::Request request;
  std::string key_file;
  config::Config config;  // for where the store is
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
  if (const auto files = arguments.values("--config"); !files.empty()) {
    config::LoadOptions options;
    options.file = files.front();
    options.more_files.assign(files.begin() + 1, files.end());
    options.set = arguments.values("--set");
    options.environment = config::environment_variables();
    const config::LoadResult loaded = config::load(options);
    for (const std::string& error : loaded.errors) std::fprintf(stderr, "%s\n", error.c_str());
    if (!loaded.config) return kFailed;
    asked.config = *loaded.config;
    const config::Backup& settings = loaded.config->backup;
    asked.request.data = loaded.config->data_directory;
    if (!settings.directory.empty()) {
      to = loaded.config->resolve(settings.directory);
      asked.request.keep = settings.keep;
    }
    if (!settings.key_file.empty()) asked.key_file = loaded.config->resolve(settings.key_file);
  }
  if (!arguments.value("--config") && arguments.value("--set")) {
    return bad_backup_usage("--set goes with --config", kBackupUsage);
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
      return bad_backup_usage("--keep takes a number from 1 to 10000", kBackupUsage);
    }
    asked.request.keep = keep;
  }
  if (asked.request.data.empty()) return bad_backup_usage("--data is missing", kBackupUsage);
  if (to.empty()) return bad_backup_usage("--to is missing", kBackupUsage);
  asked.config.data_directory = asked.request.data;
  set_target(asked.request, to);
  return std::nullopt;
}

int take_one(Asked& asked, bool is_json) {
  const std::string journal = journal_directory(asked.request.data);
  if (!fs::is_directory(journal)) {
    return backup_failed(asked.request.data + ": holds no journal (" + journal +
                         " is not there): name the daemon's data folder");
  }
  const backup::KeyResult key = backup_key(asked.key_file);
  if (!key.key) return backup_failed(key.problem);
  journal::PosixDisk disk;
  asked.request.now = SystemClock().now();
  asked.request.store = store_witness(asked.config, disk);
  const backup::Taken taken = backup::take_backup(disk, asked.request, *key.key);
  if (!taken.problem.empty()) return backup_failed(taken.problem);
  show_backup(taken.path, taken.about, taken.bytes, asked.request.now, taken.warnings, is_json);
  return kGood;
}

int verify_one(const std::string& file, const std::string& key_file, bool is_json) {
  const backup::KeyResult key = backup_key(key_file);
  if (!key.key) return backup_failed(key.problem);
  journal::PosixDisk disk;
  const backup::Inspection seen = backup::read_back(disk, file, *key.key);
  if (!seen.problem.empty()) return backup_failed(seen.problem);
  if (!seen.hole.empty()) return backup_failed(file + ": " + seen.hole);
  show_backup(file, seen.about, seen.bytes, seen.begun, seen.warnings, is_json);
  return kGood;
}

int make_key(const std::string& file) {
  const std::string problem = backup::make_key_file(file);
  if (!problem.empty()) return backup_failed(problem);
  std::printf("%s: made. Keep a copy away from the backups: without it they cannot be read\n",
              file.c_str());
  return kGood;
}

int backup_command(const Words& words) {
  const cli::Arguments arguments(
      words, {"--data", "--to", "--key", "--config", "--keep", "--make-key", "--set"}, {"--json"});
  if (!arguments.problem().empty()) return bad_backup_usage(arguments.problem(), kBackupUsage);
  const bool is_json = arguments.has("--json");
  const std::vector<std::string>& plain = arguments.plain();
  if (const auto file = arguments.value("--make-key")) {
    if (words.size() > 2) return bad_backup_usage("--make-key stands alone", kBackupUsage);
    return make_key(*file);
  }
  if (plain.size() == 2 && plain[0] == "verify") {
    return verify_one(plain[1], arguments.value("--key").value_or(""), is_json);
  }
  if (!plain.empty()) return bad_backup_usage("unexpected word " + plain[0], kBackupUsage);
  Asked asked;
  if (const auto status = read_words(arguments, asked)) return *status;
  return take_one(asked, is_json);
}

}  // namespace

int run_backup(const Words& words) { return guarded(backup_command, words); }

}  // namespace tribook::app
