#include "calendar/rollover.h"

#include "calendar/time_zone.h"
#include "tribook/base/assert.h"

namespace tribook::calendar {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kRolloverS = 17 * 3'600;  // of the day; clocks are changed at night

constexpr std::int64_t divide_down(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

}  // namespace

RolloverTime next_rollover(TimeNs after) {
  static const TimeZone new_york("America/New_York");
  TB_ASSERT(new_york.is_known());
  // Local dates are at most a day behind those of UTC.
  for (std::int64_t day = divide_down(after.ns, kSecondNs * kDayS) - 1;; ++day) {
    const std::int64_t local_s = day * kDayS + kRolloverS;
    const std::int64_t winter_s = local_s + 5 * 3'600;  // the same day's, whatever its offset is
    const std::int64_t utc_s = local_s - new_york.span_at(winter_s).offset_s;
    const TimeNs time{utc_s * kSecondNs};
    if (time > after) return {time, static_cast<std::int32_t>(day)};
  }
}

}  // namespace tribook::calendar
