#pragma once

#include <chrono>
#include <optional>

#include "tribook/base/time.h"

namespace tribook::backup {

struct ScheduleSettings {
  std::chrono::hours every{24};
  /// Once a day, so long after midnight UTC; `every` does not count then.
  std::optional<std::chrono::minutes> at;
};

/// When the next backup is due, by the system's time, and whether it should have been there long
/// ago. One that failed is tried again soon, and then less and less often.
class Schedule {
 public:
  /// `last`: when the newest one that there is was begun.
  Schedule(const ScheduleSettings& settings, TimeNs started, std::optional<TimeNs> last);

  void succeeded(TimeNs begun);
  void failed(TimeNs now);
  [[nodiscard]] TimeNs next(TimeNs now) const;
  [[nodiscard]] bool is_due(TimeNs now) const { return next(now) <= now; }
  /// More than twice the time between two has passed since the last good one, or since the start.
  [[nodiscard]] bool is_overdue(TimeNs now) const;

 private:
  [[nodiscard]] std::chrono::nanoseconds interval() const;

  ScheduleSettings settings_;
  TimeNs started_;
  std::optional<TimeNs> last_;
  std::optional<TimeNs> failed_;  // the last try, if it did
  int failures_ = 0;              // one after the other
};

}  // namespace tribook::backup
