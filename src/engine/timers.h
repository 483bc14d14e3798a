#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tribook/base/time.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/engine/engine.h"

namespace tribook::base {
class ArchiveReader;
class ArchiveWriter;
class Digest;
}  // namespace tribook::base

namespace tribook::engine {

/// What happened to an account since the last rollover.
struct AccountDay {
  Money equity_before;
  Money realized_pnl;
  Money charges;             // commission, swap, funding
  Money payments;            // all that is no result: deposits, credit, covers
  Volume volume;             // lots dealt
  std::uint32_t orders = 0;  // new ones, pairs as two
  bool is_touched = false;
};

/// What a kill switch has done so far.
struct Swept {
  std::uint32_t cancelled = 0;
  std::uint32_t closed = 0;
  std::uint32_t left = 0;
};

/// What time has brought about, and what of it is left to do. A rollover and a funding go through
/// the accounts by id, and of each through the positions by id; the cursor says how far. What a
/// kill switch sweeps goes through the accounts alone.
struct Timers {
  struct Run {
    TimerRun what;
    AccountId account;    // whose turn it is
    PositionId position;  // the last of it that was looked at
    RiskScope scope{};    // whose kill switch it is
    Swept swept{};
  };

  explicit Timers(const EngineLimits& capacity);

  /// The first account comes: nothing before this moment is due.
  void begin(TimeNs now);
  /// A symbol's funding may be new. What was due by now is done, so none is for it before.
  void begin_funding_after(TimeNs now) { funded = std::max(funded, now); }
  /// A rollover has begun.
  void note_rollover(TimeNs nominal);
  /// More than `count` rollovers came after `time`, as far as they are known.
  [[nodiscard]] bool is_older_than(TimeNs time, std::uint16_t count) const;

  void mix_into(base::Digest& digest, std::size_t accounts) const;
  void save(base::ArchiveWriter& archive, std::size_t accounts) const;
  /// REQUIRES: nothing was applied. What cannot be fails the archive.
  void load(base::ArchiveReader& archive, std::size_t accounts);

  TimeNs rolled_over{};
  TimeNs funded{};
  Run run;
  std::vector<TimeNs> rollovers;  // the latest, oldest first
  std::vector<AccountDay> days;   // by account id

  // Scratch: of the account whose turn it is the next position of each holding, as long as the
  // record before was the slice before.
  std::vector<std::uint32_t> heads;
  Sequence heads_at;
};

}  // namespace tribook::engine
