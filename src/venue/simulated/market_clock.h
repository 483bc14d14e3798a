#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tribook/base/time.h"

namespace tribook::venue::simulated {

/// How trade goes up and down in a week.
enum class Rhythm : std::uint8_t {
  Global,  ///< London and New York, quiet in Asia, next to nothing at the weekend
  Crypto,  ///< nearly even, somewhat less at the weekend
};
inline constexpr std::size_t kRhythms = 2;

/// Turns time into market time, which runs fast while much is traded and all but stands at the
/// weekend. Over a week both pass alike. Hour by hour of UTC: daylight saving moves the market's
/// hours, not this clock's.
class MarketClock {
 public:
  explicit MarketClock(Rhythm rhythm);

  /// Market time since an instant of 1970.
  [[nodiscard]] double seconds_at(TimeNs time) const;
  /// About 1 on the average of a working day.
  [[nodiscard]] double activity_at(TimeNs time) const;

 private:
  static constexpr std::size_t kHours = 168;
  std::array<double, kHours> activity_{};
  std::array<double, kHours> speed_{};   // market seconds a second
  std::array<double, kHours> passed_{};  // market seconds of the week before the hour
};

}  // namespace tribook::venue::simulated
