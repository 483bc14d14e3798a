#pragma once

#include <cstdint>
#include <string_view>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"

namespace tribook::venue::replay {

/// One row of a tick file. Prices are as written: whether they make sense is the quote filter's
/// matter.
struct Tick {
  TimeNs time{};  ///< by the file's own clock
  Price bid;
  Price ask;
};

/// Why a row is no tick.
enum class TickRowError : std::uint8_t {
  None,
  TooLong,  ///< over kTickRowMax bytes
  Columns,  ///< not four
  Date,     ///< no yyyymmdd from 1970 to 2261
  Time,     ///< no milliseconds below 86,400,000
  Bid,      ///< no number with at most 8 decimals, or above 10^10
  Ask,
};

inline constexpr std::size_t kTickRowMax = 256;

struct TickRow {
  Tick tick{};
  TickRowError error = TickRowError::None;
};

/// `yyyymmdd,ms since midnight,bid,ask`, without the end of line. Milliseconds may have a fraction,
/// of which six digits count (nanoseconds).
TickRow parse_tick_row(std::string_view row);

}  // namespace tribook::venue::replay

namespace tribook {

template <>
struct EnumNames<venue::replay::TickRowError> {
  static constexpr std::array<std::string_view, 7> value{
      "",
      "longer than 256 bytes",
      "not four columns",
      "column 1 is not a date (yyyymmdd)",
      "column 2 is not a time (milliseconds since midnight)",
      "column 3 is not a price",
      "column 4 is not a price"};
};

}  // namespace tribook
