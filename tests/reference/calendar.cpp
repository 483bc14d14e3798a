#include "reference/calendar.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace tribook::reference {
namespace {

namespace chrono = std::chrono;

chrono::year_month_day date_of(std::int64_t days) {
  return chrono::year_month_day(chrono::sys_days(chrono::days(days)));
}

std::int64_t days_of(const chrono::sys_days& day) { return day.time_since_epoch().count(); }

std::int64_t floor_days(Time time) {
  return time >= 0 ? time / kDay : -((-time + kDay - 1) / kDay);
}

// New York: second Sunday of March to first Sunday of November, at 2:00 of the clock then in use.
bool new_york_summer(Time time) {
  const chrono::year year = date_of(floor_days(time)).year();
  const Time begin = days_of(chrono::sys_days(year / chrono::March / chrono::Sunday[2])) * kDay;
  const Time end = days_of(chrono::sys_days(year / chrono::November / chrono::Sunday[1])) * kDay;
  return time >= begin + 7 * kHour && time < end + 6 * kHour;
}

// London: last Sunday of March to last Sunday of October, at 1:00 UTC.
bool london_summer(Time time) {
  const chrono::year year = date_of(floor_days(time)).year();
  const auto last = chrono::Sunday[chrono::last];
  const Time begin = days_of(chrono::sys_days(year / chrono::March / last)) * kDay;
  const Time end = days_of(chrono::sys_days(year / chrono::October / last)) * kDay;
  return time >= begin + kHour && time < end + kHour;
}

bool in_session(const Session& session, int minute_of_week) {
  constexpr int kWeek = 7 * 24 * 60;
  const int length = session.close_minute > session.open_minute
                         ? session.close_minute - session.open_minute
                         : session.close_minute + 24 * 60 - session.open_minute;
  const int open = session.day * 24 * 60 + session.open_minute;
  const int since_open = ((minute_of_week - open) % kWeek + kWeek) % kWeek;
  return since_open < length;
}

}  // namespace

Time utc(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  char separator = 0;
  const int read = std::sscanf(text.c_str(), "%d-%u-%u%c%d:%d:%d", &year, &month, &day, &separator,
                               &hour, &minute, &second);
  if (read < 3) throw std::invalid_argument("not a time: " + text);
  const chrono::sys_days date = chrono::year(year) / chrono::month(month) / chrono::day(day);
  return days_of(date) * kDay + hour * kHour + minute * kMinute + second * 1000;
}

std::string date_text(std::int64_t days) {
  const chrono::year_month_day date = date_of(days);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", int(date.year()), unsigned(date.month()),
                unsigned(date.day()));
  return text;
}

int weekday(std::int64_t days) {
  return int(chrono::weekday(chrono::sys_days(chrono::days(days))).c_encoding());
}

Time zone_offset(const std::string& zone, Time time) {
  if (zone == "UTC") return 0;
  if (zone == "America/New_York") return (new_york_summer(time) ? -4 : -5) * kHour;
  if (zone == "Europe/London") return (london_summer(time) ? 1 : 0) * kHour;
  throw std::invalid_argument("unknown time zone: " + zone);
}

bool is_open(const Schedule& schedule, Time time) {
  if (schedule.kind == Schedule::Kind::Always && schedule.holidays.empty()) return true;
  const bool weekdays = schedule.kind == Schedule::Kind::Weekdays;
  const Time local = time + zone_offset(weekdays ? "America/New_York" : schedule.zone, time);
  const std::int64_t day = floor_days(local);
  const auto& holidays = schedule.holidays;
  if (std::find(holidays.begin(), holidays.end(), date_text(day)) != holidays.end()) return false;
  const int minute = weekday(day) * 24 * 60 + int((local - day * kDay) / kMinute);
  switch (schedule.kind) {
    case Schedule::Kind::Always:
      return true;
    case Schedule::Kind::Weekdays:  // Sunday 17:00 to Friday 17:00
      return minute >= 17 * 60 && minute < (5 * 24 + 17) * 60;
    case Schedule::Kind::Custom:
      return std::any_of(schedule.sessions.begin(), schedule.sessions.end(),
                         [&](const Session& session) { return in_session(session, minute); });
  }
  return false;
}

Rollover next_rollover(Time after) {
  for (std::int64_t day = floor_days(after) - 2;; ++day) {
    const Time noon = day * kDay + 12 * kHour + 5 * kHour;  // no change of clocks near it
    const Time time = day * kDay + 17 * kHour - zone_offset("America/New_York", noon);
    if (time > after) return {time, day};
  }
}

int nights(const SwapSettings& swap, std::int64_t local_day) {
  if (!swap.triple_day) return 1;
  const int day = weekday(local_day);
  if (day == 0 || day == 6) return 0;
  return day == *swap.triple_day ? 3 : 1;
}

}  // namespace tribook::reference
