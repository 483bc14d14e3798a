#include "app/start_log.h"

#include <cstdio>

#include "app/log.h"

namespace tribook::app {
namespace {

constexpr std::chrono::seconds kTellEvery{2};

std::string describe(const Recovery& recovery, std::chrono::milliseconds took) {
  char hash[24];
  std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(recovery.state_hash));
  std::string line = "recovered " + std::to_string(recovery.records) + " records";
  if (recovery.snapshot) {
    line += " after the snapshot of record " + std::to_string(recovery.snapshot.value);
  }
  return line + " in " + std::to_string(took.count()) + " ms, state " + hash;
}

}  // namespace

void StartLog::operator()(const StartProgress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (progress.is_replay != is_replay_) {
    is_replay_ = progress.is_replay;
    phase_began_ = now;
  }
  if (now - told_ < kTellEvery) return;
  told_ = now;
  const std::string part = std::to_string(progress.done) + " of " + std::to_string(progress.total);
  if (!progress.is_replay) return log_info("reading the journal: segment " + part);
  const double seconds = std::chrono::duration<double>(now - phase_began_).count();
  const double rate = seconds > 0 ? static_cast<double>(progress.done) / seconds : 0;
  log_info("replaying the journal: " + part + " records, " +
           std::to_string(static_cast<std::uint64_t>(rate)) + " a second");
}

void log_recovery(const Recovery& recovery, std::chrono::milliseconds took) {
  for (const Sequence sequence : recovery.set_aside) {
    log_warning("snapshot: that of record " + std::to_string(sequence.value) +
                " is renamed, .ahead: the journal goes no further than record " +
                std::to_string(recovery.last.value));
  }
  if (recovery.tail_was_cut) log_warning("journal: " + recovery.tail_message);
  log_info(describe(recovery, took));
}

}  // namespace tribook::app
