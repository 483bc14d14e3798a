#include "app/parts.h"

#include <chrono>

#include "app/log.h"

namespace tribook::app {

void report_failure(const runtime::Supervisor::Failure& failure) {
  const auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(failure.pause);
  log_error(std::string(failure.part) + " failed: " + std::string(failure.what) +
            "; it begins anew in " + std::to_string(pause.count()) + " ms");
}

runtime::Stage& Parts::add(QuoteSource& source) {
  return add(source.stage(), [&source] { source.begin_anew(); });
}

runtime::Stage& Parts::add(runtime::Stage& stage, const std::function<void()>& begin_anew) {
  const std::string part = "venue " + std::string(stage.name());
  venues_.push_back(std::make_unique<runtime::SupervisedStage>(
      stage, part,
      [begin_anew, part] {
        begin_anew();
        log_info(part + " goes on");
      },
      report_failure));
  add(venues_.back()->supervisor());
  return *venues_.back();
}

std::string Parts::down() const {
  for (const runtime::Supervisor* one : all_) {
    if (one->is_down()) return one->part() + " failed and begins anew";
  }
  return {};
}

}  // namespace tribook::app
