#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "tribook/domain/ids.h"
#include "tribook/engine/limits.h"
#include "tribook/journal/reader.h"

namespace tribook::core {

/// What one pass over a journal's end tells before anything is replayed.
struct JournalTail {
  engine::EngineLimits limits{0, 0, 0, 0, 0};  ///< the largest of the runs that begin in it
  journal::End end;
  /// Of all events up to where it begins, as the journal has it; empty when it is empty.
  std::optional<std::uint64_t> events_digest;
  /// Of an empty one: the checksum of what it stands behind.
  std::optional<std::uint32_t> chain;
  /// Of its first record that is of other rules than this program's; 0: there is none.
  std::uint32_t other_rules = 0;
};

/// Segments begun, of how many; now and then.
using SegmentProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// Reads what stands behind the record `after`, of whatever rules; 0: the whole journal.
JournalTail read_tail(journal::Disk& disk, const std::string& directory, Sequence after,
                      const SegmentProgress& on_segment = {});

/// The largest limits of all runs that a journal tells of: what a house must have room for to
/// replay it. Zeros for an empty journal; damage is the replay's to report.
engine::EngineLimits journaled_limits(journal::Disk& disk, const std::string& directory);

}  // namespace tribook::core
