#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tribook/domain/instrument.h"

// The words of schedules in config and REST. Empty when a text is none of them.

namespace tribook::calendar {

/// "24x7" or "24x5".
std::optional<ScheduleSpec::Kind> parse_schedule_kind(std::string_view text);
/// The reverse; empty for Custom.
std::string_view schedule_kind_text(ScheduleSpec::Kind kind);

/// "Sun" .. "Sat" or "Sunday" .. "Saturday", in any case: 0 .. 6.
std::optional<std::uint8_t> parse_day(std::string_view text);
/// "SUNDAY" .. "SATURDAY". REQUIRES: day <= 6.
std::string_view day_text(std::uint8_t day);

/// "HH:MM", "00:00" to "24:00": minute of the day.
std::optional<std::uint16_t> parse_minute(std::string_view text);
std::string minute_text(std::uint16_t minute);

/// "YYYY-MM-DD" from 1970 to 2261: days since 1970-01-01.
std::optional<std::int32_t> parse_date(std::string_view text);
std::string date_text(std::int32_t days);

}  // namespace tribook::calendar
