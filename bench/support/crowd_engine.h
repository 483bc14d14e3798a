#pragma once

#include <cstdint>
#include <functional>

#include "support/crowd.h"
#include "tribook/engine/engine.h"

namespace tribook::bench {

/// An engine alone: a record after the other, without stages, journal or rings.
class CrowdEngine {
 public:
  using SeeEvent = std::function<void(const Event&)>;
  explicit CrowdEngine(const engine::EngineLimits& limits);

  /// `see` is shown each event that follows.
  void set_up(Crowd& crowd, const SeeEvent& see = {});
  void apply(const Command& command);
  /// Of the record before.
  [[nodiscard]] engine::Outbox& events() { return outbox_; }

  [[nodiscard]] engine::Engine& engine() { return engine_; }
  [[nodiscard]] Slab& slab() { return slab_; }
  [[nodiscard]] std::uint64_t refused() const { return refused_; }

 private:
  void take(const Command& command, const SeeEvent& see);

  Slab slab_{64};
  engine::Engine engine_;
  engine::Outbox outbox_;
  std::uint64_t sequence_ = 0;
  std::uint64_t refused_ = 0;
};

/// Room for a crowd.
engine::EngineLimits limits_of(const CrowdShape& shape);

}  // namespace tribook::bench
