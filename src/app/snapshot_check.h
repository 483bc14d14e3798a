#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/replica.h"
#include "tribook/journal/disk.h"

namespace tribook::app {

struct SnapshotCheck {
  core::ReplayResult replay;
  bool is_balanced = false;           ///< the ledger, at the end
  std::uint64_t state_hash = 0;       ///< at the end
  Sequence begins_with;               ///< a snapshot's record; 0: with the journal's first
  std::size_t snapshots = 0;          ///< that are what the journal gives
  std::vector<std::string> problems;  ///< of each that is not, with what to do
};

/// Replays the whole journal below a data folder, and compares each snapshot beside it with what
/// the replay has come to at that record. Changes nothing.
SnapshotCheck check_snapshots(journal::Disk& disk, const std::string& data_directory);

/// Makes the house as a start does, from the newest good snapshot and the journal behind it, for a
/// data folder whose first records are missing or of other rules. Snapshots that a start passes
/// over are its problems.
SnapshotCheck check_start(journal::Disk& disk, const std::string& data_directory);

}  // namespace tribook::app
