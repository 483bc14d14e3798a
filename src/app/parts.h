#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/quote_source.h"
#include "runtime/supervisor.h"

namespace tribook::app {

/// The log's line about a part that failed and will begin anew. Any thread.
void report_failure(const runtime::Supervisor::Failure& failure);

/// The parts of the daemon that begin anew alone when they throw: I/O threads and venues. What
/// engine, journal and egress throw ends the process.
class Parts {
 public:
  /// Before any thread starts; what is added outlives this.
  void add(const runtime::Supervisor& supervisor) { all_.push_back(&supervisor); }
  /// The source's stage, under supervision.
  runtime::Stage& add(QuoteSource& source);
  /// A venue's stage likewise; `begin_anew` is called on its thread when it threw.
  runtime::Stage& add(runtime::Stage& stage, const std::function<void()>& begin_anew);

  // Any thread.
  [[nodiscard]] const std::vector<const runtime::Supervisor*>& all() const { return all_; }
  /// The first that is down, as a sentence; empty when all are up.
  [[nodiscard]] std::string down() const;

 private:
  std::vector<std::unique_ptr<runtime::SupervisedStage>> venues_;
  std::vector<const runtime::Supervisor*> all_;
};

}  // namespace tribook::app
