#include "calendar/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tribook/base/assert.h"
#include "tribook/domain/instrument.h"

namespace tribook::calendar {
namespace {

constexpr std::int64_t kSummer2036 = 2'099'088'000;  // 2036-07-08
constexpr std::int64_t kNewYorkSummerOffset = -4 * 3600;

[[noreturn]] void throw_unusable(const std::string& reason) {
  throw std::runtime_error("time zone data: " + reason +
                           "; install the system's full tzdata (apt-get install tzdata)");
}

}  // namespace

void load_time_zones() {
  try {
    // A zone's table is read when it is first asked for something.
    for (const date::time_zone& zone : date::get_tzdb().zones) zone.get_info(date::sys_seconds{});
  } catch (const std::exception& error) {
    throw_unusable(error.what());
  }
  const TimeZone new_york("America/New_York");
  if (!new_york.is_known()) throw_unusable("America/New_York is missing");
  if (new_york.span_at(kSummer2036).offset_s != kNewYorkSummerOffset) {
    throw_unusable("no table of the coming changes to and from daylight saving");
  }
}

TimeZone::TimeZone(std::string_view name) {
  if (name == "localtime") return;  // a zone file, but what it says depends on the machine
  const auto& zones = date::get_tzdb().zones;
  const auto found = std::lower_bound(
      zones.begin(), zones.end(), name,
      [](const date::time_zone& zone, std::string_view wanted) { return zone.name() < wanted; });
  if (found != zones.end() && found->name() == name) zone_ = &*found;
}

ZoneSpan TimeZone::span_at(std::int64_t utc_s) const {
  TB_ASSERT(is_known());
  const date::sys_info info = zone_->get_info(date::sys_seconds{std::chrono::seconds{utc_s}});
  return {info.begin.time_since_epoch().count(), info.end.time_since_epoch().count(),
          info.offset.count()};
}

bool is_time_zone(std::string_view name) {
  return decltype(ScheduleSpec::time_zone)::fits(name) && TimeZone(name).is_known();
}

}  // namespace tribook::calendar
