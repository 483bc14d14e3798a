#pragma once

#include <memory>
#include <string>

#include "app/pipeline.h"
#include "config/config.h"
#include "venue/replay/replay_venue.h"

namespace tribook::app {

/// The earliest tick of the replay venue's files. Throws when a file cannot be read.
TimeNs first_tick_time(const config::Config& config);

/// The replay venue of the configuration, wired to the pipeline. Starts paused; an earlier run's
/// ticks are left out.
class ReplaySource {
 public:
  ReplaySource(const config::Config& config, Pipeline& pipeline);

  [[nodiscard]] runtime::Stage& stage() { return *venue_; }
  [[nodiscard]] const venue::replay::ReplayVenue& venue() const { return *venue_; }
  void play() { venue_->resume(); }
  void pause() { venue_->pause(); }
  /// Empty once each of its symbols has been quoted (or there is nothing left to play).
  [[nodiscard]] std::string not_ready() const;

 private:
  Pipeline& pipeline_;
  std::vector<std::string> symbols_;
  std::unique_ptr<venue::replay::ReplayVenue> venue_;
};

}  // namespace tribook::app
