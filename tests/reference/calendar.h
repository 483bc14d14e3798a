#pragma once

#include <string>

#include "reference/settings.h"

namespace tribook::reference {

constexpr Time kMinute = 60'000;
constexpr Time kHour = 60 * kMinute;
constexpr Time kDay = 24 * kHour;

/// "2026-01-21T22:00:00" or "2026-01-21 22:00", UTC.
Time utc(const std::string& text);

/// "2026-01-21" for a count of days since 1970.
std::string date_text(std::int64_t days);

/// 0 is Sunday.
int weekday(std::int64_t days);

/// Local minus UTC. Knows UTC, America/New_York and Europe/London by the rules of today.
Time zone_offset(const std::string& zone, Time time);

bool is_open(const Schedule& schedule, Time time);

/// The first 17:00 in New York after a time, and the local date it falls on.
struct Rollover {
  Time time = 0;
  std::int64_t local_day = 0;
};
Rollover next_rollover(Time after);

/// How many nights the rollover on this local date counts.
int nights(const SwapSettings& swap, std::int64_t local_day);

}  // namespace tribook::reference
