#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "archive/archiver.h"
#include "core/follower.h"
#include "sim/numbers.h"
#include "sim/random.h"
#include "venue/test/answers.h"

namespace tribook::sim {

/// A part that is broken on purpose, to see that it is noticed: in the simulator's own wrappers, or
/// (those at the end) in the product itself, which only the canary binary can do.
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
  StoryDeaf,           ///< who tells stories misses every tenth change of a position
  BatchNeverSyncs,     ///< with Durability::Batch a sync comes far too late
  IdsForgotten,        ///< see base::Broken for these
  RecordsUnchained,
  HashSkipsField,
  HoldsKept,
  QuotesLag,
  AgeIgnored,
  MarksForget,
  WholesUnchecked,
  LimitsIgnoredAtFill,
  KillSwitchLate,
};
inline constexpr std::string_view kCanaryNames[] = {"none",
                                                    "sync-does-nothing",
                                                    "write-behind",
                                                    "last-batch-forgotten",
                                                    "other-client-id",
                                                    "event-lost",
                                                    "event-twice",
                                                    "store-forgets",
                                                    "follower-reads-ahead",
                                                    "snapshot-forgets",
                                                    "story-deaf",
                                                    "batch-never-syncs",
                                                    "ids-forgotten",
                                                    "records-unchained",
                                                    "hash-skips-field",
                                                    "holds-kept",
                                                    "quotes-lag",
                                                    "age-ignored",
                                                    "marks-forget",
                                                    "wholes-unchecked",
                                                    "limits-ignored-at-fill",
                                                    "kill-switch-late"};

/// What is taken out of a run, so that a smaller one is left.
struct Cut {
  std::vector<std::string> without;  ///< rows of the tables of commands and faults, by name
  std::optional<Numbers> faults;     ///< only these strikes happen
  Numbers steps;                     ///< in which nobody gets a turn
  Numbers commands;                  ///< drawn, and not sent

  [[nodiscard]] bool leaves_out(std::string_view name) const;
};

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t steps = 10'000;
  bool is_verbose = false;
  Canary canary = Canary::None;
  Cut cut;
};

/// What a seed decides once, for its whole run.
struct Plan {
  app::PipelineSettings settings;
  core::FollowerOptions follower;
  std::size_t snapshots_kept = 1;
  archive::ArchiverOptions archiver;
  std::chrono::nanoseconds loss_bound{0};  ///< Durability::Batch: of time, in a power cut
  std::uint32_t quoting_venues = 0;
  venue::test::AnswerSettings dealing;  ///< what the venue that deals does
  bool is_driven = false;               ///< engine time comes from commands
  bool can_lose_power = true;           ///< otherwise only the process may die
  std::uint64_t fault_one_in = 0;       ///< steps; 0 = no faults
  std::uint64_t quiet_one_in = 0;  ///< steps, after which everything is let settle and is compared
};

Plan draw_plan(Random random);

}  // namespace tribook::sim
