#pragma once

#include <cstdint>

#include "tribook/base/time.h"

namespace tribook::calendar {

/// 17:00 on the clocks of New York, where the day of foreign exchange ends; each calendar day.
struct RolloverTime {
  TimeNs time{};
  std::int32_t day = 0;  ///< the date there, days since 1970-01-01
};

/// The first one after that moment. REQUIRES: load_time_zones() was called.
RolloverTime next_rollover(TimeNs after);

}  // namespace tribook::calendar
