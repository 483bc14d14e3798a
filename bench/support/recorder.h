#pragma once

#include <cstdint>

#include "core/house.h"
#include "support/workload.h"
#include "tribook/journal/writer.h"
#include "tribook/message/slab.h"

namespace tribook::bench {

/// Makes a house by a workload, one record after the other without stages or rings, and writes the
/// records into a journal, if there is one, as the daemon would.
class Recorder {
 public:
  static constexpr std::uint64_t kRecordsOfBatch = 64;

  /// The writer outlives it; null: no journal.
  Recorder(const WorkloadShape& shape, const engine::EngineLimits& limits, journal::Writer* writer);

  void quote() { add(workload_.next_quote()); }
  void order();
  /// Writes what waits and leaves a seal.
  void close();

  [[nodiscard]] const core::House& house() const { return house_; }
  [[nodiscard]] std::uint64_t records() const { return sequence_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  void set_up();
  void add(Command command);
  void journal(const Record& record);
  void commit();

  Slab slab_{64};
  core::House house_;
  engine::Outbox outbox_;
  Workload workload_;
  journal::Writer* writer_;
  std::uint64_t digest_before_batch_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace tribook::bench
