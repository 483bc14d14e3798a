#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/ahead.h"
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
  std::vector<Ahead> ahead;           ///< those of records that the journal has not
};

/// Replays the whole journal below a data folder, and compares each snapshot beside it with what
/// the replay has come to at that record. Changes nothing. A daemon may write and remove snapshots
/// meanwhile: one that goes away was replaced by a newer one and is no problem.
SnapshotCheck check_snapshots(journal::Disk& disk, const std::string& data_directory);

/// Makes the house as a start does, from the newest good snapshot and the journal behind it, for a
/// data folder whose first records are missing or of other rules. Snapshots that a start passes
/// over are its problems.
SnapshotCheck check_start(journal::Disk& disk, const std::string& data_directory);

/// What a start would say of the files that are ahead of the journal, and what to do. Never that
/// they may be deleted: they can be all that is left to tell of a loss.
std::string what_a_start_says(const journal::End& end, const std::string& data_directory,
                              const std::vector<Ahead>& ahead);

}  // namespace tribook::app
