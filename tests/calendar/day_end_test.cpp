#include "calendar/day_end.h"

#include <catch2/catch.hpp>

#include "calendar/time_zone.h"

namespace tribook::calendar {
namespace {

constexpr TimeNs seconds(std::int64_t s) { return TimeNs{s * 1'000'000'000}; }

TEST_CASE("a trading day ends at 17:00 in New York, daylight saving followed") {
  load_time_zones();
  const TimeNs winter = seconds(1'769'032'800);  // 2026-01-21T22:00:00Z
  CHECK(next_day_end(seconds(1'768'996'800)) == winter);
  CHECK(next_day_end(TimeNs{winter.ns - 1}) == winter);
  CHECK(next_day_end(winter) == seconds(1'769'032'800 + 86'400));
  const TimeNs summer = seconds(1'784'667'600);  // 2026-07-21T21:00:00Z
  CHECK(next_day_end(TimeNs{summer.ns - 1}) == summer);
  // 2026-03-08: clocks go forward at 02:00, so this day has 23 hours.
  const TimeNs saturday = seconds(1'772'920'800);  // 2026-03-07T22:00:00Z
  CHECK(next_day_end(saturday) == seconds(1'772'920'800 + 23 * 3'600));
  // 2026-11-01: back, 25 hours.
  const TimeNs october = seconds(1'793'480'400);  // 2026-10-31T21:00:00Z
  CHECK(next_day_end(october) == seconds(1'793'480'400 + 25 * 3'600));
}

}  // namespace
}  // namespace tribook::calendar
