#pragma once

#include <cstdint>
#include <string_view>

#include "config/problems.h"
#include "config/value.h"

// Text into values. The only place that knows the TOML library.

namespace tribook::config {

/// Tables and lists within one another; deeper ones are refused.
inline constexpr int kDepthMax = 32;

/// A TOML document. What is wrong is reported, and then the table is empty.
Value parse_toml(std::string_view text, std::uint32_t source, Problems& problems);

/// What the environment or --set gives for a key: a TOML value, or else a text.
Value parse_given(std::string_view text, std::uint32_t source, Problems& problems);

}  // namespace tribook::config
