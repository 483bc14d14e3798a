#include "router/router_stage.h"

#include "tribook/base/assert.h"

namespace tribook::router {

// The bound of a drain is more than a ring of that capacity can hold, its blocks rounded up:
// whatever stood in it when the drain began is applied.
RouterStage::RouterStage(Router& router, Slab& slab, Ports ports)
    : router_(router),
      slab_(slab),
      ports_(ports),
      feedback_max_(ports_.feedback == nullptr ? 0 : 2 * ports_.feedback->capacity() + 2'048) {
  TB_ASSERT(ports_.decided != nullptr);
  TB_ASSERT(ports_.routed != nullptr);
}

std::size_t RouterStage::do_work(TimeNs /*now*/) {
  std::size_t work = 0;
  std::size_t taken = 0;
  while (taken < kBatch) {
    if (!ports_.routed->has_room()) {
      output_full_count_.store(output_full_count_.load(std::memory_order_relaxed) + 1,
                               std::memory_order_relaxed);
      break;
    }
    Command command;
    if (!ports_.decided->try_pop(command)) break;
    ++taken;
    work += drain_feedback();
    router_.decide(command);
    // Its only writer saw room above; the reader can only have made more.
    const bool pushed = ports_.routed->try_push(command);
    TB_ASSERT(pushed);
  }
  if (taken == 0) work += drain_feedback();
  ports_.routed->notify();
  ports_.decided->notify_room();
  if (ports_.feedback != nullptr) ports_.feedback->notify_room();
  return work + taken;
}

std::size_t RouterStage::drain_feedback() {
  std::size_t drained = 0;
  for (; drained < feedback_max_; ++drained) {
    const Event* event = ports_.feedback->peek();
    if (event == nullptr) break;
    router_.apply(*event);
    slab_.release(event->header.text);
    ports_.feedback->pop();
  }
  return drained;
}

}  // namespace tribook::router
