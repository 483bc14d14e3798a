#include "calendar/day_end.h"

#include "calendar/time_zone.h"
#include "tribook/base/assert.h"

namespace tribook::calendar {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kEndS = 17 * 3'600;

}  // namespace

// Clocks change at night, so a local 17:00 is always there, once.
TimeNs next_day_end(TimeNs now) {
  const TimeZone new_york("America/New_York");
  TB_ASSERT(new_york.is_known());
  const std::int64_t now_s = now.ns / kSecondNs;
  const std::int64_t local_s = now_s + new_york.span_at(now_s).offset_s;
  for (std::int64_t day = local_s / kDayS;; ++day) {
    const std::int64_t end_local_s = day * kDayS + kEndS;
    const std::int64_t about_s = end_local_s - new_york.span_at(now_s).offset_s;
    const TimeNs end{(end_local_s - new_york.span_at(about_s).offset_s) * kSecondNs};
    if (end > now) return end;
  }
}

}  // namespace tribook::calendar
