#include "runtime/supervisor.h"

#include <algorithm>
#include <utility>

namespace tribook::runtime {

std::chrono::nanoseconds Supervisor::fail(TimeNs now, std::string_view what) {
  const bool was_well = !is_down() && now - begun_at_ >= pauses_.well_after;
  pause_ = was_well || pause_.count() == 0 ? pauses_.first : std::min(pause_ * 2, pauses_.longest);
  failed_at_ = now;
  is_down_.store(true, std::memory_order_relaxed);
  if (report_) report_({part_, what, pause_});
  return pause_;
}

void Supervisor::begun(TimeNs now) {
  begun_at_ = now;
  restarts_.store(restarts() + 1, std::memory_order_relaxed);
  is_down_.store(false, std::memory_order_relaxed);
}

SupervisedStage::SupervisedStage(Stage& stage, std::string part, std::function<void()> begin_anew,
                                 Supervisor::Report report, RestartPauses pauses)
    : stage_(stage),
      begin_anew_(std::move(begin_anew)),
      supervisor_(std::move(part), std::move(report), pauses) {}

void SupervisedStage::on_start() {
  supervisor_.run({}, begin_anew_, [this] { stage_.on_start(); });
}

std::size_t SupervisedStage::do_work(TimeNs now) {
  std::size_t work = 0;
  last_now_ = now;
  supervisor_.run(now, begin_anew_, [&] { work = stage_.do_work(now); });
  return work;
}

// One that is down has nothing to close that its destructor does not.
void SupervisedStage::on_close() {
  if (supervisor_.is_down()) return;
  supervisor_.run(last_now_, begin_anew_, [this] { stage_.on_close(); });
}

}  // namespace tribook::runtime
