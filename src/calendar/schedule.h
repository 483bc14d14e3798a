#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "calendar/time_zone.h"
#include "tribook/base/time.h"
#include "tribook/domain/instrument.h"

// A ScheduleSpec made ready for questions. A symbol is open at an instant when the wall clock of
// its time zone then stands within a session and not on a holiday, or before the time at which the
// holiday closes. So a wall clock set forward passes over what it skips, and one set back goes
// through a session's hour twice.

namespace tribook::calendar {

inline constexpr TimeNs kNever{std::numeric_limits<std::int64_t>::max()};

class Schedule {
 public:
  /// A Custom schedule whose time zone is unknown here is never open.
  /// REQUIRES: counts within bounds, as check(Instrument) has it.
  explicit Schedule(const ScheduleSpec& spec);

  [[nodiscard]] bool is_open(TimeNs time) const;
  /// First instant strictly after `after` at which is_open() is not what it is at `after`; kNever
  /// if there is none.
  [[nodiscard]] TimeNs next_change(TimeNs after) const;

 private:
  struct Scan;

  [[nodiscard]] bool is_open_local(std::int64_t local_s) const;
  /// First minute of the local day from which a holiday closes it; none: no holiday, or later.
  [[nodiscard]] std::int64_t closed_from(std::int64_t day) const;
  [[nodiscard]] bool is_holiday(std::int64_t day) const;
  [[nodiscard]] std::int64_t first_holiday_from(std::int64_t day) const;
  [[nodiscard]] std::int64_t change_on_day(const Scan& scan, std::int64_t day) const;

  ScheduleSpec spec_;  // FxWeek as the sessions that it stands for, holidays sorted
  TimeZone zone_;
};

}  // namespace tribook::calendar
