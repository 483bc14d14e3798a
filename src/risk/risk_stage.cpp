#include "risk/risk_stage.h"

#include <utility>

#include "runtime/look_ahead.h"
#include "tribook/base/assert.h"

namespace tribook::risk {

// The bound of a drain is more than a ring of that capacity can hold, its blocks rounded up:
// whatever stood in it when the drain began is applied.
RiskStage::RiskStage(Risk& risk, Slab& slab, Ports ports, TimeSource time_source)
    : risk_(risk),
      slab_(slab),
      ports_(std::move(ports)),
      time_source_(time_source),
      feedback_max_(2 * ports_.feedback->capacity() + 2'048),
      fetched_(ports_.commands.size()) {
  TB_ASSERT(!ports_.commands.empty());
  TB_ASSERT(ports_.decided != nullptr);
}

std::size_t RiskStage::do_work(TimeNs now) {
  std::size_t work = 0;
  std::size_t taken = 0;
  while (taken < kBatch) {
    if (!ports_.decided->has_room()) {
      output_full_count_.store(output_full_count_.load(std::memory_order_relaxed) + 1,
                               std::memory_order_relaxed);
      break;
    }
    Command command;
    if (!take_command(command)) break;
    ++taken;
    work += drain_feedback();
    risk_.decide(command, time_source_ == TimeSource::Clock ? now : risk_.time());
    // Its only writer saw room above; the reader can only have made more.
    const bool pushed = ports_.decided->try_push(command);
    TB_ASSERT(pushed);
  }
  if (taken == 0) work += drain_feedback();
  ports_.decided->notify();
  ports_.feedback->notify_room();
  for (CommandRing* ring : ports_.commands) ring->notify_room();
  return work + taken;
}

std::size_t RiskStage::drain_feedback() {
  std::size_t drained = 0;
  for (; drained < feedback_max_; ++drained) {
    const Event* event = ports_.feedback->peek();
    if (event == nullptr) break;
    risk_.apply(*event);
    slab_.release(event->header.text);
    ports_.feedback->pop();
  }
  return drained;
}

bool RiskStage::take_command(Command& command) {
  const std::size_t rings = ports_.commands.size();
  for (std::size_t tried = 0; tried < rings; ++tried) {
    CommandRing& ring = *ports_.commands[next_ring_];
    std::size_t& fetched = fetched_[next_ring_];
    next_ring_ = next_ring_ + 1 == rings ? 0 : next_ring_ + 1;
    if (fetched == 0) {
      fetched = runtime::look_ahead<Risk::kPrefetchMax>(
          ring, [this](auto next) { risk_.prefetch(next); });
    }
    if (!ring.try_pop(command)) continue;
    if (fetched != 0) --fetched;  // else it came after the look
    return true;
  }
  return false;
}

}  // namespace tribook::risk
