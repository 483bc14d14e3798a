#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tribook/base/time.h"

namespace tribook::json {

/// "2026-01-21T22:00:00.000Z": RFC 3339 in UTC, milliseconds cut off. Years 1677 to 2262.
void append_time(std::string& out, TimeNs time);

/// RFC 3339 with Z or an offset and up to 9 decimals of a second; years 1970 to 2261.
std::optional<TimeNs> parse_time(std::string_view text);

}  // namespace tribook::json
