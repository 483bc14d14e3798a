#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/forming_candles.h"
#include "core/house.h"
#include "core/journal_tail.h"
#include "snapshot/shelf.h"
#include "tribook/journal/disk.h"
#include "tribook/journal/reader.h"

namespace tribook::app {

/// How far a start has come. First what is to be replayed is read, in segments, then replayed, in
/// records.
struct StartProgress {
  bool is_replay = false;
  std::uint64_t done = 0;
  std::uint64_t total = 0;
};

struct StateStartOptions {
  std::string journal_directory;
  std::string snapshot_directory;  ///< empty: from the whole journal
  engine::EngineLimits limits;     ///< at least
  std::span<const std::uint32_t> rules_taken_over = engine::kRulesTakenOver;
  /// Asked before a state of other rules is gone on from for the first time: why not; empty: it
  /// may.
  std::function<std::string(Sequence last)> why_no_take_over = {};
  std::function<void(const StartProgress&)> on_progress = {};
};

/// Makes the house's state at a start: from the newest snapshot that is good and the journal behind
/// it; without one from the whole journal. A snapshot is good when it is whole, its state has its
/// hash, the journal goes as far and has had the same events up to there, and what the journal has
/// behind it replays with the same events.
///
/// Records of other rules are never replayed. A state of other rules that are taken over is gone on
/// from when nothing, or nothing but records of this program's rules, stands behind it.
class StateStart {
 public:
  /// Who keeps something of the state and sees it as events.
  struct Ports {
    /// All that was told counts for nothing: another beginning. Tables of this size.
    std::function<void(const engine::EngineLimits& capacity)> on_begin;
    EventVisitor on_event;
    /// What was told since on_begin was a snapshot's state, up to this record; beside it the
    /// candles that were forming.
    std::function<void(Sequence last, const core::FormingCandles& candles)> on_told;
  };

  struct Result {
    std::unique_ptr<core::House> house;  ///< null: see `problem`
    std::string problem;                 ///< what, where and what to do
    journal::End end;
    engine::EngineLimits capacity;
    Sequence snapshot;                     ///< that it begins with; 0: none
    std::uint64_t records = 0;             ///< replayed
    std::vector<std::string> passed_over;  ///< snapshots that were no good, and why
  };

  StateStart(StateStartOptions options, Ports ports, journal::Disk& disk, Slab& slab);

  Result run();

 private:
  bool begin_with(Sequence sequence);
  bool begin_with(const snapshot::Snapshot& snapshot, const core::JournalTail& tail);
  void begin_with_journal();
  bool replay(std::unique_ptr<core::House> house, const core::JournalTail& tail);
  [[nodiscard]] std::string why_not(const snapshot::Snapshot& snapshot,
                                    const core::JournalTail& tail) const;
  core::JournalTail read_tail(Sequence after);
  bool is_readable(const core::JournalTail& tail);
  bool pass_over(Sequence sequence, const std::string& why);

  StateStartOptions options_;
  Ports ports_;
  journal::Disk& disk_;
  Slab& slab_;
  snapshot::Shelf shelf_;
  Result result_;
  bool is_over_ = false;  // no other beginning would do better
};

}  // namespace tribook::app
