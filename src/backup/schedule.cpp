#include "backup/schedule.h"

#include <algorithm>

namespace tribook::backup {
namespace {

using std::chrono::nanoseconds;

constexpr nanoseconds kDay = std::chrono::hours{24};
constexpr nanoseconds kFirstPause = std::chrono::seconds{5};
constexpr nanoseconds kLongestPause = std::chrono::minutes{15};
constexpr int kMostDoublings = 10;

/// The first time of day `at` after `time`.
TimeNs time_of_day_after(TimeNs time, nanoseconds at) {
  const std::int64_t day = kDay.count();
  const TimeNs today{time.ns / day * day + at.count()};
  return today > time ? today : today + kDay;
}

}  // namespace

Schedule::Schedule(const ScheduleSettings& settings, TimeNs started, std::optional<TimeNs> last)
    : settings_(settings), started_(started), last_(last) {}

nanoseconds Schedule::interval() const {
  return settings_.at ? kDay : nanoseconds(settings_.every);
}

void Schedule::succeeded(TimeNs begun) {
  last_ = begun;
  failed_.reset();
  failures_ = 0;
}

void Schedule::failed(TimeNs now) {
  failed_ = now;
  failures_ = std::min(failures_ + 1, kMostDoublings);
}

// A time that lies ahead is from before the clock was set back: it tells nothing.
TimeNs Schedule::next(TimeNs now) const {
  if (failed_) {
    if (*failed_ > now) return now;
    return *failed_ + std::min(kFirstPause * (1 << (failures_ - 1)), kLongestPause);
  }
  if (!last_ || *last_ > now) return now;
  return settings_.at ? time_of_day_after(*last_, *settings_.at) : *last_ + interval();
}

bool Schedule::is_overdue(TimeNs now) const {
  return now - last_.value_or(started_) > 2 * interval();
}

}  // namespace tribook::backup
