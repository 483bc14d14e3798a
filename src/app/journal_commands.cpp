#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>

#include "app/commands.h"
#include "app/journal_end.h"
#include "app/replay_report.h"
#include "app/settings.h"
#include "cli/arguments.h"
#include "core/replica.h"
#include "gateway/json/time_text.h"
#include "journal/posix_disk.h"
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

// Replays and hands the house over; the exit status.
int with_replay(const std::string& directory, const core::ReplayUntil& until,
                const std::function<void(core::House&, const core::ReplayResult&)>& use) {
  journal::PosixDisk disk;
  Slab slab(kTexts);
  core::Replica replica(core::journaled_limits(disk, directory), slab);
  const core::ReplayResult result = replica.replay(disk, directory, until);
  if (!result.is_good) return fail(problem_of(result));
  use(replica.house(), result);
  return kGood;
}

}  // namespace

int run_verify(const Words& words) {
  const cli::Arguments arguments(words, {}, {});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one folder" : arguments.problem(),
                     "verify DIR");
  }
  const std::string directory = find_journal(arguments.plain()[0]);
  if (directory.empty()) return kFailed;
  journal::PosixDisk disk;
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
  bool is_balanced = false;
  const int replayed =
      with_replay(directory, {}, [&](core::House& house, const core::ReplayResult&) {
        is_balanced = house.engine().is_ledger_balanced();
      });
  if (replayed != kGood) return replayed;
  if (!is_balanced)
    return fail("the ledger does not balance: keep the folder as it is and report it");
  std::printf("replay gives the events that were recorded; the ledger balances\n");
  return kGood;
}

int run_state_hash(const Words& words) {
  const cli::Arguments arguments(words, {}, {});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one folder" : arguments.problem(),
                     "state-hash DIR");
  }
  const std::string directory = find_journal(arguments.plain()[0]);
  if (directory.empty()) return kFailed;
  return with_replay(directory, {}, [](core::House& house, const core::ReplayResult&) {
    std::printf("%016llx\n", static_cast<unsigned long long>(house.state_hash()));
  });
}

int run_replay(const Words& words) {
  const char* usage = "replay DIR [--until SEQ|TIME] [--account N] [--json]";
  const cli::Arguments arguments(words, {"--until", "--account"}, {"--json"});
  if (!arguments.problem().empty() || arguments.plain().size() != 1) {
    return bad_usage(arguments.problem().empty() ? "name one folder" : arguments.problem(), usage);
  }
  std::optional<core::ReplayUntil> until = core::ReplayUntil{};
  if (const auto text = arguments.value("--until")) until = parse_until(*text);
  if (!until)
    return bad_usage("--until takes a record's number or a time as 2026-01-21T22:00:00Z", usage);
  AccountId account;
  if (const auto text = arguments.value("--account")) {
    account.value = parse_number<std::uint32_t>(*text).value_or(0);
    if (!account) return bad_usage("--account takes an account's number", usage);
  }
  const std::string directory = find_journal(arguments.plain()[0]);
  if (directory.empty()) return kFailed;
  int status = kGood;
  const int replayed =
      with_replay(directory, *until, [&](core::House& house, const core::ReplayResult&) {
        if (account && !house.engine().has_account(account)) {
          status = fail("there is no account " + std::to_string(account.value) + " at that moment");
          return;
        }
        const std::string report =
            arguments.has("--json") ? report_json(house, account) : report_text(house, account);
        std::fwrite(report.data(), 1, report.size(), stdout);
      });
  return replayed != kGood ? replayed : status;
}

}  // namespace tribook::app
