#pragma once

#include <chrono>
#include <optional>

#include "tribook/base/time.h"

namespace tribook::core {

/// A time in which a market was not recorded: ticks at `from` and `until`, none between.
struct Silence {
  TimeNs from{};
  TimeNs until{};
};

/// Finds silences in ticks as they were recorded: those between runs, and those of a run that stood
/// still, since its machine slept, say.
class SilenceFinder {
 public:
  /// No symbol of a market that quotes by itself rests so long while it is open.
  static constexpr std::chrono::seconds kLongestRest{30};

  SilenceFinder() = default;
  /// Goes on from here, within a run.
  explicit SilenceFinder(TimeNs last_tick, bool begins_run = false)
      : last_(last_tick), begins_run_(begins_run) {}

  void begin_run() { begins_run_ = true; }
  /// The silence that this tick ends. What comes before the last tick is passed over.
  std::optional<Silence> tick(TimeNs time) {
    if (time < last_) return std::nullopt;
    const Silence silence{last_, time};
    const bool is_one = begins_run_ || time - last_ > kLongestRest;
    last_ = time;
    begins_run_ = false;
    return is_one ? std::optional(silence) : std::nullopt;
  }
  [[nodiscard]] TimeNs last_tick() const { return last_; }
  [[nodiscard]] bool begins_run() const { return begins_run_; }

 private:
  TimeNs last_{};
  bool begins_run_ = true;
};

}  // namespace tribook::core
