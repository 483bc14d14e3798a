#include "app/thread_plan.h"

#include <chrono>
#include <thread>

namespace tribook::app {

runtime::Waker& Threads::add(const char* name, std::vector<runtime::Stage*> stages) {
  runtime::ThreadOptions options;
  options.name = name;
  options.wait = plan_.wait;
  options.longest_park = plan_.longest_park;
  if (plan_.pin) options.core = static_cast<int>(threads_.size());
  threads_.push_back(std::make_unique<runtime::StageThread>(options, clock_, std::move(stages)));
  return threads_.back()->waker();
}

Threads::Threads(Pipeline& pipeline, const ThreadPlan& plan, const base::Clock& clock,
                 const std::vector<runtime::Stage*>& venues,
                 const std::vector<runtime::Waker*>& gateways, const runtime::Stage* dealing_venue)
    : plan_(plan), clock_(clock), pipeline_(pipeline) {
  Pipeline::Wakers wakers;
  wakers.gateways = gateways;
  if (plan.is_split) {
    for (runtime::Stage* venue : venues) {
      runtime::Waker& waker = add("venue", {venue});
      if (venue == dealing_venue) wakers.dealing_venue = &waker;
    }
    wakers.risk = &add("risk", {&pipeline.risk_stage()});
    wakers.router = &add("router", {&pipeline.router_stage()});
    wakers.sequencer = &add("engine", {&pipeline.sequencer()});
  } else {
    std::vector<runtime::Stage*> stages = venues;
    stages.insert(stages.end(),
                  {&pipeline.risk_stage(), &pipeline.router_stage(), &pipeline.sequencer()});
    wakers.risk = wakers.router = wakers.sequencer = &add("engine", std::move(stages));
    wakers.dealing_venue = wakers.sequencer;
  }
  wakers.journal = &add("journal", {&pipeline.journal_stage()});
  wakers.egress = &add("egress", {&pipeline.egress_stage()});
  plan_.wait = runtime::WaitStrategy::Park;
  plan_.pin = false;
  plan_.longest_park = runtime::ThreadOptions{}.longest_park;  // nothing wakes it
  add("segments", {&pipeline.segment_stage()});
  wake_ahead(wakers);
  pipeline.set_wakers(wakers);
}

// A command comes to all threads up to the journal's in microseconds, and to wake one takes tens of
// them: they are woken at once and not each by the one before it.
void Threads::wake_ahead(Pipeline::Wakers& wakers) {
  if (plan_.is_split) {
    clients_way_.set({wakers.risk, wakers.router, wakers.sequencer, wakers.journal});
  } else {
    clients_way_.set({wakers.risk, wakers.journal});
  }
  venues_way_.set({wakers.sequencer, wakers.journal});
  wakers.clients = &clients_way_;
  wakers.venues = &venues_way_;
}

void Threads::start() {
  for (const auto& thread : threads_) thread->start();
}

// Threads stand in the order of the flow. Each ring's reader is stopped once its writers are and it
// has nothing left to read; the egress thread empties what the journal has made durable.
void Threads::stop() {
  for (const auto& thread : threads_) thread->stop();
}

}  // namespace tribook::app
