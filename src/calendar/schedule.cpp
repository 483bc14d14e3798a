#include "calendar/schedule.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tribook/base/assert.h"

namespace tribook::calendar {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kLastS = kNever.ns / kSecondNs;  // the last whole second that TimeNs holds
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

// A week's sessions repeat, but a clock set forward may swallow one, so a week without a change
// proves nothing. Three, without a holiday in them or ahead, do.
constexpr std::int64_t kQuietDays = 22;

constexpr std::int64_t divide_down(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

/// 0 Sunday .. 6 Saturday; 1970-01-01 was a Thursday.
constexpr std::int64_t weekday_of(std::int64_t day) { return ((day + 4) % 7 + 7) % 7; }

constexpr std::int64_t seconds_of(TimeNs time) { return divide_down(time.ns, kSecondNs); }

constexpr TimeNs time_of(std::int64_t utc_s) {
  return utc_s > kLastS ? kNever : TimeNs{utc_s * kSecondNs};
}

void add_session(ScheduleSpec& spec, int day, int open_hour, int close_hour) {
  spec.sessions[spec.session_count++] = {static_cast<std::uint8_t>(day), 0,
                                         static_cast<std::uint16_t>(open_hour * 60),
                                         static_cast<std::uint16_t>(close_hour * 60)};
}

/// Sunday 17:00 to Friday 17:00 in New York.
ScheduleSpec fx_week() {
  ScheduleSpec spec;
  spec.kind = ScheduleSpec::Kind::FxWeek;
  spec.time_zone = decltype(spec.time_zone)::of("America/New_York");
  add_session(spec, 0, 17, 24);
  for (int day = 1; day <= 4; ++day) add_session(spec, day, 0, 24);
  add_session(spec, 5, 0, 17);
  return spec;
}

void sort_holidays(ScheduleSpec& spec) {
  std::array<std::pair<std::int32_t, std::uint16_t>, ScheduleSpec::kHolidaysMax> sorted{};
  for (std::size_t i = 0; i < spec.holiday_count; ++i) {
    sorted[i] = {spec.holidays[i], spec.holiday_closes[i]};
  }
  std::sort(sorted.begin(), sorted.begin() + spec.holiday_count);
  for (std::size_t i = 0; i < spec.holiday_count; ++i) {
    spec.holidays[i] = sorted[i].first;
    spec.holiday_closes[i] = sorted[i].second;
  }
}

}  // namespace

// A search for the next change: what is strictly after `after_s` and differs from `is_open`. The
// zone's offset is that of `span`, so only what lies before its end can be told.
struct Schedule::Scan {
  std::int64_t after_s;
  bool is_open;
  ZoneSpan span{};
};

Schedule::Schedule(const ScheduleSpec& spec)
    : spec_(spec.kind == ScheduleSpec::Kind::FxWeek ? fx_week() : spec) {
  TB_ASSERT(spec_.session_count <= ScheduleSpec::kSessionsMax);
  TB_ASSERT(spec_.holiday_count <= ScheduleSpec::kHolidaysMax);
  if (spec_.kind == ScheduleSpec::Kind::Always) return;
  zone_ = TimeZone(spec_.time_zone.view());
  sort_holidays(spec_);
}

bool Schedule::is_open(TimeNs time) const {
  if (spec_.kind == ScheduleSpec::Kind::Always) return true;
  if (!zone_.is_known()) return false;
  const std::int64_t utc_s = seconds_of(time);
  return is_open_local(utc_s + zone_.span_at(utc_s).offset_s);
}

bool Schedule::is_open_local(std::int64_t local_s) const {
  const std::int64_t day = divide_down(local_s, kDayS);
  const std::int64_t minute = (local_s - day * kDayS) / 60;
  if (minute >= closed_from(day)) return false;
  const std::int64_t weekday = weekday_of(day);
  return std::any_of(spec_.sessions.begin(), spec_.sessions.begin() + spec_.session_count,
                     [=](const ScheduleSpec::Session& session) {
                       return session.day == weekday && session.open_minute <= minute &&
                              minute < session.close_minute;
                     });
}

// Of a date that is named twice the earliest counts: all day comes first.
std::int64_t Schedule::closed_from(std::int64_t day) const {
  const auto end = spec_.holidays.begin() + spec_.holiday_count;
  const auto found = std::lower_bound(spec_.holidays.begin(), end, day);
  if (found == end || *found != day) return kNone;
  return spec_.holiday_closes[static_cast<std::size_t>(found - spec_.holidays.begin())];
}

bool Schedule::is_holiday(std::int64_t day) const { return first_holiday_from(day) == day; }

std::int64_t Schedule::first_holiday_from(std::int64_t day) const {
  const auto end = spec_.holidays.begin() + spec_.holiday_count;
  const auto found = std::lower_bound(spec_.holidays.begin(), end, day);
  return found == end ? kNone : *found;
}

// Local day by local day within a stretch of constant offset, then its end, where the clock may
// jump into or out of a session; so on through the stretches.
TimeNs Schedule::next_change(TimeNs after) const {
  if (!zone_.is_known()) return kNever;
  Scan scan{seconds_of(after), is_open(after)};
  std::int64_t quiet_until = kNone;  // local day; without a change up to it there is none to come
  while (scan.after_s < kLastS) {
    scan.span = zone_.span_at(scan.after_s);
    const std::int64_t offset_s = scan.span.offset_s;
    std::int64_t day = divide_down(scan.after_s + offset_s, kDayS);
    if (quiet_until == kNone) quiet_until = day + kQuietDays;
    bool has_jumped = false;
    for (; !has_jumped && day * kDayS - offset_s < scan.span.end_s; ++day) {
      if (const std::int64_t utc_s = change_on_day(scan, day); utc_s != kNone)
        return time_of(utc_s);
      if (is_holiday(day)) quiet_until = std::max(quiet_until, day + kQuietDays);
      if (day < quiet_until) continue;
      const std::int64_t holiday = first_holiday_from(day);
      if (holiday == kNone) return kNever;
      quiet_until = holiday + kQuietDays;
      scan.after_s = std::max(scan.after_s, (holiday - 1) * kDayS - offset_s);
      has_jumped = true;
    }
    if (has_jumped) continue;
    scan.after_s = scan.span.end_s;
    if (is_open(time_of(scan.after_s)) != scan.is_open) return time_of(scan.after_s);
  }
  return kNever;
}

std::int64_t Schedule::change_on_day(const Scan& scan, std::int64_t day) const {
  const std::int64_t day_start_s = day * kDayS - scan.span.offset_s;
  std::int64_t first_s = kNone;
  const auto consider = [&](std::int64_t minute) {
    const std::int64_t utc_s = day_start_s + minute * 60;
    if (utc_s <= scan.after_s || utc_s >= scan.span.end_s || utc_s >= first_s) return;
    if (is_open_local(utc_s + scan.span.offset_s) != scan.is_open) first_s = utc_s;
  };
  consider(0);
  if (const std::int64_t minute = closed_from(day); minute != kNone) consider(minute);
  const std::int64_t weekday = weekday_of(day);
  for (std::size_t i = 0; i < spec_.session_count; ++i) {
    const ScheduleSpec::Session& session = spec_.sessions[i];
    if (session.day != weekday) continue;
    consider(session.open_minute);
    consider(session.close_minute);
  }
  return first_s;
}

}  // namespace tribook::calendar
