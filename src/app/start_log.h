#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "app/pipeline.h"
#include "app/state_start.h"

namespace tribook::app {

/// One line every now and then while a start reads and replays.
class StartLog {
 public:
  void operator()(const StartProgress& progress);

 private:
  std::chrono::steady_clock::time_point phase_began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point told_ = phase_began_;
  bool is_replay_ = false;
};

/// What a good recovery found: its warnings, then from where it went and how fast, so that whoever
/// runs it again knows what to expect.
void log_recovery(const Recovery& recovery, std::chrono::milliseconds took);

}  // namespace tribook::app
