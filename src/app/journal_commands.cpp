#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "app/commands.h"
#include "app/history_keeper.h"
#include "app/journal_end.h"
#include "app/settings.h"
#include "app/snapshot_check.h"
#include "archive/reading_disk.h"
#include "cli/arguments.h"
#include "core/replica.h"
#include "gateway/json/time_text.h"
#include "journal/posix_disk.h"
#include "time_machine/account_view.h"
#include "time_machine/explain.h"
#include "time_machine/what_if.h"
#include "tribook/journal/verify.h"

namespace tribook::app {
namespace {

constexpr std::uint32_t kTexts = 64;

int bad_usage(const std::string& problem, const char* usage) {
  std::fprintf(stderr, "tribook: %s\nusage: tribook %s\n", problem.c_str(), usage);
  return kBadUsage;
}

int fail(const std::string& problem) {
  std::fprintf(stderr, "tribook: %s\n", problem.c_str());
  return kFailed;
}

// The journal below a data folder; empty, and told, when there is none.
std::string find_journal(const std::string& data) {
  const std::string directory = journal_directory(data);
  if (std::filesystem::is_directory(directory)) return directory;
  fail(data + ": holds no journal (" + directory + " is not there): name the daemon's data folder");
  return {};
}

// Digits alone: no sign, no space, nothing behind.
template <typename Number>
std::optional<Number> parse_number(const std::string& text) {
  Number number{};
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc{} || end != last) return std::nullopt;
  return number;
}

std::optional<core::ReplayUntil> parse_until(const std::string& text) {
  core::ReplayUntil until;
  if (const auto time = json::parse_time(text)) {
    until.time = *time;
    return until;
  }
  const auto sequence = parse_number<std::uint64_t>(text);
  if (!sequence) return std::nullopt;
  until.sequence = Sequence{*sequence};
  return until;
}

// A data folder's journal, with its archived segments in their place.
class JournalDisk final {
 public:
  explicit JournalDisk(const std::string& data)
      : reading_(system_, journal_directory(data), archive_directory(data)) {}
  [[nodiscard]] journal::Disk& get() { return reading_; }

 private:
  journal::PosixDisk system_;
  archive::ReadingDisk reading_;
};

// Replays and hands the house over; the exit status.
int with_replay(const std::string& data, const core::ReplayUntil& until,
                const std::function<void(core::House&, const core::ReplayResult&)>& use) {
  JournalDisk folder(data);
  journal::Disk& disk = folder.get();
  const std::string directory = journal_directory(data);
  Slab slab(kTexts);
  core::Replica replica(core::journaled_limits(disk, directory), slab);
  const core::ReplayResult result = replica.replay(disk, directory, until);
  if (!result.is_good) return fail(problem_of(result));
  use(replica.house(), result);
  return kGood;
}

// How far the store of a data folder goes, if it is of this journal.
std::optional<Ahead> end_of_store(journal::Disk& disk, const std::string& data,
                                  const std::optional<std::string>& store) {
  config::Config config;
  config.data_directory = data;
  if (store) config.store.path = std::filesystem::absolute(*store).string();
  return find_store_ahead(config, disk, {});
}

// The exit status.
int show_snapshots(const SnapshotCheck& check, const std::string& data) {
  for (const std::string& problem : check.problems) fail(problem);
  if (!check.ahead.empty()) fail(what_a_start_says(check.replay.end, data, check.ahead));
  if (!check.problems.empty() || !check.ahead.empty()) return kFailed;
  if (check.snapshots != 0) {
    std::printf("%zu snapshot%s: good\n", check.snapshots, check.snapshots == 1 ? "" : "s");
  }
  return kGood;
}

}  // namespace

int run_verify(const Words& words) {
  const cli::Arguments arguments(words, {"--store"}, {});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one folder" : arguments.problem(),
                     "verify DIR [--store FILE]");
  }
  const std::string& data = arguments.plain()[0];
  const std::string directory = find_journal(data);
  if (directory.empty()) return kFailed;
  JournalDisk folder(data);
  journal::Disk& disk = folder.get();
  // Before the journal: a daemon may go on with both meanwhile.
  const auto store = end_of_store(disk, data, arguments.value("--store"));
  const journal::Summary summary = journal::verify(disk, directory);
  if (!summary.good()) return fail(describe(summary.end));
  std::printf("%llu records in %llu batches and %llu segments, %llu to %llu: good\n",
              static_cast<unsigned long long>(summary.records),
              static_cast<unsigned long long>(summary.batches),
              static_cast<unsigned long long>(summary.segments),
              static_cast<unsigned long long>(summary.first_sequence),
              static_cast<unsigned long long>(summary.last_sequence));
  if (summary.end.kind == journal::EndKind::TornTail)
    std::printf("%s\n", describe(summary.end).c_str());
  SnapshotCheck check = check_snapshots(disk, data);
  if (!check.replay.is_good) return fail(problem_of(check.replay));
  if (!check.is_balanced)
    return fail("the ledger does not balance: keep the folder as it is and report it");
  std::printf("replay gives the events that were recorded; the ledger balances\n");
  const Sequence last{check.replay.end.position.last_sequence};
  if (store && store->last > last) check.ahead.push_back(*store);
  return show_snapshots(check, data);
}

int run_state_hash(const Words& words) {
  constexpr const char* kUsage = "state-hash DIR [--until SEQ|TIME]";
  const cli::Arguments arguments(words, {"--until"}, {});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one folder" : arguments.problem(), kUsage);
  }
  core::ReplayUntil until;
  if (const auto text = arguments.value("--until")) {
    const auto parsed = parse_until(*text);
    if (!parsed) return bad_usage("--until takes a sequence or a time", kUsage);
    until = *parsed;
  }
  if (find_journal(arguments.plain()[0]).empty()) return kFailed;
  return with_replay(
      arguments.plain()[0], until, [](core::House& house, const core::ReplayResult&) {
        std::printf("%016llx\n", static_cast<unsigned long long>(house.state_hash()));
      });
}

namespace {

constexpr const char* kReplayUsage =
    "replay DIR [--until SEQ|TIME] [--account N] [--explain ID] [--with FILE] [--json]";

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// What replay's words ask for.
struct Asked {
  std::string data;
  std::string directory;  // of the journal
  core::ReplayUntil until;
  AccountId account;
  std::optional<std::string> explain;
  std::optional<std::string> with;
  bool is_json = false;
};

std::string why_no_account(AccountId account) {
  return "there is no account " + std::to_string(account.value) + " at that moment";
}

int show_accounts(const Asked& asked) {
  int status = kGood;
  const int replayed =
      with_replay(asked.data, asked.until, [&](core::House& house, const core::ReplayResult&) {
        if (asked.account && !house.engine().has_account(asked.account)) {
          status = fail(why_no_account(asked.account));
          return;
        }
        print(asked.is_json ? time_machine::accounts_json(house, asked.account)
                            : time_machine::accounts_text(house, asked.account));
      });
  return replayed != kGood ? replayed : status;
}

int explain(const Asked& asked) {
  const auto subjects = time_machine::parse_subjects(*asked.explain);
  if (!subjects) {
    return bad_usage(
        "--explain takes order:12, ORD-12, position:7, entry:5, alert:3, account:2, or a number "
        "for "
        "an order and a position",
        kReplayUsage);
  }
  JournalDisk folder(asked.data);
  journal::Disk& disk = folder.get();
  Slab slab(kTexts);
  const engine::EngineLimits limits = core::journaled_limits(disk, asked.directory);
  core::Replica replica(limits, slab);
  std::vector<time_machine::Story> stories;
  const core::ReplayResult result = time_machine::explain(
      replica, disk, asked.directory, asked.until, slab, limits.symbols, *subjects, stories);
  if (!result.is_good) return fail(problem_of(result));
  if (stories.empty()) {
    return fail(*asked.explain + " is not in this journal up to record " +
                std::to_string(replica.house().engine().last_sequence().value));
  }
  print(asked.is_json ? time_machine::stories_json(stories) : time_machine::stories_text(stories));
  return kGood;
}

int compare(const Asked& asked) {
  const time_machine::SettingsResult settings = time_machine::read_settings(*asked.with);
  if (!settings.problems.empty()) {
    for (const std::string& problem : settings.problems) fail(problem);
    return kFailed;
  }
  JournalDisk folder(asked.data);
  journal::Disk& disk = folder.get();
  time_machine::Comparison comparison;
  const core::ReplayResult result =
      time_machine::compare(disk, asked.directory, asked.until, settings.settings, comparison);
  if (!comparison.problem.empty()) return fail(*asked.with + ": " + comparison.problem);
  if (!result.is_good) return fail(problem_of(result));
  if (asked.account && !comparison.recorded.accounts.contains(asked.account)) {
    return fail(why_no_account(asked.account));
  }
  print(asked.is_json ? time_machine::comparison_json(comparison, asked.account)
                      : time_machine::comparison_text(comparison, asked.account));
  return kGood;
}

}  // namespace

int run_replay(const Words& words) {
  const cli::Arguments arguments(words, {"--until", "--account", "--explain", "--with"},
                                 {"--json"});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one folder" : arguments.problem(),
                     kReplayUsage);
  }
  Asked asked;
  if (const auto text = arguments.value("--until")) {
    const auto until = parse_until(*text);
    if (!until) {
      return bad_usage("--until takes a record's number or a time as 2026-01-21T22:00:00Z",
                       kReplayUsage);
    }
    asked.until = *until;
  }
  if (const auto text = arguments.value("--account")) {
    asked.account.value = parse_number<std::uint32_t>(*text).value_or(0);
    if (!asked.account) return bad_usage("--account takes an account's number", kReplayUsage);
  }
  asked.explain = arguments.value("--explain");
  asked.with = arguments.value("--with");
  asked.is_json = arguments.has("--json");
  if (asked.explain && (asked.with || asked.account)) {
    return bad_usage("--explain goes with --until and --json alone", kReplayUsage);
  }
  asked.data = arguments.plain()[0];
  asked.directory = find_journal(asked.data);
  if (asked.directory.empty()) return kFailed;
  if (asked.explain) return explain(asked);
  return asked.with ? compare(asked) : show_accounts(asked);
}

}  // namespace tribook::app
