#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "app/pipeline.h"
#include "runtime/stage_thread.h"

namespace tribook::app {

/// Which stages share a thread. `split`: each its own. `fused`: risk, router and engine inline on
/// one; the journal waits for the disk on its own, egress on its own. (The simulator's `stepped`
/// layout has no threads: it calls the stages itself.)
struct ThreadPlan {
  bool is_split = false;
  runtime::WaitStrategy wait = runtime::WaitStrategy::Park;
  bool pin = false;
  /// Of the stages' threads: for what no ring tells of, such as the time.
  std::chrono::nanoseconds longest_park = runtime::ThreadOptions{}.longest_park;
};

/// The running threads of a pipeline.
class Threads {
 public:
  /// `venues` run with the engine when fused, each on its own when split; the dealing one is woken
  /// when it is asked something. `gateways` are woken when
  /// their rings have events.
  Threads(Pipeline& pipeline, const ThreadPlan& plan, const base::Clock& clock,
          const std::vector<runtime::Stage*>& venues, const std::vector<runtime::Waker*>& gateways,
          const runtime::Stage* dealing_venue = nullptr);

  void start();
  /// In the order of the flow, each after its inputs ran dry: what was accepted is journaled, what
  /// was journaled is told.
  void stop();

  [[nodiscard]] const std::vector<std::unique_ptr<runtime::StageThread>>& threads() const {
    return threads_;
  }

 private:
  runtime::Waker& add(const char* name, std::vector<runtime::Stage*> stages);
  void wake_ahead(Pipeline::Wakers& wakers);

  ThreadPlan plan_;
  const base::Clock& clock_;
  Pipeline& pipeline_;
  std::vector<std::unique_ptr<runtime::StageThread>> threads_;
  runtime::WakeAll clients_way_;
  runtime::WakeAll venues_way_;
};

}  // namespace tribook::app
