#include "scenario/pipeline_driver.h"

#include <stdexcept>

#include "core/replica.h"

namespace tribook::scenario {
namespace {

app::PipelineSettings settings() {
  app::PipelineSettings settings = test::small_settings();
  settings.limits.client_ids = 64;
  settings.segment_bytes = 64ULL << 20;
  return settings;
}

}  // namespace

PipelineDriver::PipelineDriver(test::Layout layout) : house_(layout, disk_, settings()) {}

std::span<const Event> PipelineDriver::submit(const Command& command) {
  events_ = house_.submit(command);
  for (Event& event : events_) event.header.text = {};
  return events_;
}

std::uint64_t PipelineDriver::state_hash() const {
  const std::uint64_t live = house_.pipeline().sequencer().house().state_hash();
  Slab slab(64);
  core::Replica replica(core::journaled_limits(disk_, "journal"), slab);
  const core::ReplayResult replayed = replica.replay(disk_, "journal");
  if (!replayed.is_good) throw std::runtime_error("replay: " + replayed.problem);
  if (replica.house().state_hash() != live)
    throw std::runtime_error("the replay gives another state");
  return live;
}

}  // namespace tribook::scenario
