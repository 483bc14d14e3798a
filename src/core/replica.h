#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/house.h"
#include "core/journal_tail.h"
#include "tribook/journal/reader.h"

namespace tribook::core {

/// How far a replay went, and what it found.
struct ReplayResult {
  bool is_good = false;
  std::string problem;  ///< what, where and what to do; empty when good
  std::uint64_t records = 0;
  journal::End end;            ///< where the journal ends
  bool stopped_early = false;  ///< at `until`
};

/// Where a replay ends: after the last record at or before it.
struct ReplayUntil {
  std::optional<Sequence> sequence;
  std::optional<TimeNs> time;
};

/// The house's state fed from the journal. The same class recovers the daemon at start, checks a
/// journal, and shows any account at any moment.
class Replica {
 public:
  Replica(const engine::EngineLimits& limits, Slab& slab);
  /// Goes on from a house that was loaded. REQUIRES: made with these limits and this slab; its last
  /// record ends a batch of the journal to come.
  Replica(std::unique_ptr<House> house, const engine::EngineLimits& limits, Slab& slab);

  /// Called for each record before it is applied.
  using RecordVisitor = std::function<void(const Record&)>;

  /// Replays a journal's whole batches, from where the house stands. A batch's digest that differs
  /// from the events of the batches before it is a divergence: this build does not give what that
  /// one gave.
  ReplayResult replay(journal::Disk& disk, const std::string& directory,
                      const ReplayUntil& until = {}, const EventVisitor& on_event = {},
                      const RecordVisitor& on_record = {});

  [[nodiscard]] House& house() { return *house_; }
  /// For the live engine to go on from; the replica is empty afterwards.
  [[nodiscard]] std::unique_ptr<House> take_house() { return std::move(house_); }

 private:
  Slab& slab_;
  std::unique_ptr<House> house_;
  engine::Outbox outbox_;
};

}  // namespace tribook::core
