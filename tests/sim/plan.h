#pragma once

#include <cstdint>
#include <string_view>

#include "app/pipeline.h"
#include "archive/archiver.h"
#include "core/follower.h"
#include "sim/random.h"

namespace tribook::sim {

/// A part that is broken on purpose, in the simulator's own wrappers, to see that it is noticed.
enum class Canary : std::uint8_t {
  None,
  SyncDoesNothing,     ///< the disk says that it synced and did not: acknowledged before durable
  WriteBehind,         ///< the disk keeps the last batch back: the durable watermark runs ahead
  LastBatchForgotten,  ///< recovery does not see the last batch
  OtherClientId,       ///< a wish that is sent again goes out under another id
  EventLost,           ///< a gateway misses one event
  EventTwice,          ///< a gateway gets one event twice
  StoreForgets,        ///< a store that was started again does not know what it has
  FollowerReadsAhead,  ///< the follower reads what was sequenced and not written yet
  SnapshotForgets,     ///< snapshots lack a field, and their hash does not tell
};
inline constexpr std::string_view kCanaryNames[] = {
    "none",       "sync-does-nothing", "write-behind",  "last-batch-forgotten", "other-client-id",
    "event-lost", "event-twice",       "store-forgets", "follower-reads-ahead", "snapshot-forgets"};

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t steps = 10'000;
  bool is_verbose = false;
  Canary canary = Canary::None;
};

/// What a seed decides once, for its whole run.
struct Plan {
  app::PipelineSettings settings;
  core::FollowerOptions follower;
  std::size_t snapshots_kept = 1;
  archive::ArchiverOptions archiver;
  bool is_driven = false;          ///< engine time comes from commands
  bool can_lose_power = true;      ///< with less than Durability::Sync only the process may die
  std::uint64_t fault_one_in = 0;  ///< steps; 0 = no faults
  std::uint64_t quiet_one_in = 0;  ///< steps, after which everything is let settle and is compared
};

Plan draw_plan(Random random);

}  // namespace tribook::sim
