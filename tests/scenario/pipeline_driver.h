#pragma once

#include "journal/memory_disk.h"
#include "scenario/driver.h"
#include "support/house_runner.h"

namespace tribook::scenario {

/// The whole pipeline, journal included, in one of its layouts.
class PipelineDriver final : public Driver {
 public:
  explicit PipelineDriver(test::Layout layout);

  Slab& slab() override { return house_.slab(); }
  std::span<const Event> submit(const Command& command) override;
  [[nodiscard]] const engine::Engine& engine() const override {
    return house_.pipeline().sequencer().house().engine();
  }
  /// Throws when the journal, replayed, gives another state.
  [[nodiscard]] std::uint64_t state_hash() const override;

 private:
  mutable journal::MemoryDisk disk_;
  mutable test::HouseRunner house_;
  std::vector<Event> events_;
};

}  // namespace tribook::scenario
