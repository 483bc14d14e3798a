#pragma once

#include <cstddef>
#include <vector>

#include "scenario/driver.h"
#include "tribook/engine/engine.h"
#include "tribook/engine/outbox.h"
#include "tribook/risk/risk.h"
#include "tribook/router/router.h"

namespace tribook::scenario {

/// Risk, router and engine called one after another, without rings, threads and journal.
class EngineDriver final : public Driver {
 public:
  EngineDriver();

  Slab& slab() override { return slab_; }
  std::span<const Event> submit(const Command& command) override;
  [[nodiscard]] const engine::Engine& engine() const override { return engine_; }
  [[nodiscard]] std::uint64_t state_hash() const override;

 private:
  Slab slab_;
  risk::Risk risk_;
  router::Router router_;
  engine::Engine engine_;
  engine::Outbox outbox_;
  std::vector<Event> events_;
  std::uint64_t last_sequence_ = 0;
  std::uint32_t last_request_ = 0;
  TimeNs now_{};
};

}  // namespace tribook::scenario
