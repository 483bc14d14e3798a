#pragma once

#include <x86intrin.h>

#include <cstdint>

#include "tribook/base/histogram.h"

namespace tribook::bench {

/// The processor's time stamp as nanoseconds. Times of single steps contain what reading it takes;
/// timer_ns() says how much.
class Cycles {
 public:
  /// Looks at a clock for some milliseconds.
  Cycles();

  [[nodiscard]] static std::uint64_t now() { return __rdtsc(); }
  [[nodiscard]] double ns(std::uint64_t cycles) const {
    return static_cast<double>(cycles) / per_ns_;
  }
  /// What an empty measurement shows.
  [[nodiscard]] double timer_ns() const { return timer_ns_; }

 private:
  double per_ns_ = 1;
  double timer_ns_ = 0;
};

/// Time that this thread had a core.
double seconds_at_work();

}  // namespace tribook::bench
