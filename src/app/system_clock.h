#pragma once

#include <chrono>

#include "tribook/base/time.h"

namespace tribook::app {

/// The system's UTC time.
class SystemClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
  }
};

}  // namespace tribook::app
