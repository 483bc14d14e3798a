#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "calendar/schedule.h"
#include "calendar/schedules.h"

// A year of random schedules, minute by minute, against the C library's own idea of local time.

namespace tribook::calendar {
namespace {

constexpr std::int64_t kMinuteNs = 60'000'000'000;

// Northern, southern, half-hour, midnight and odd changes of the clock, and none.
constexpr const char* kZones[] = {"America/New_York", "Europe/London",       "Australia/Sydney",
                                  "Asia/Kolkata",     "Australia/Lord_Howe", "America/Sao_Paulo",
                                  "Africa/Cairo",     "Pacific/Apia",        "America/St_Johns"};

class LocalZone {
 public:
  explicit LocalZone(const char* name) {
    setenv("TZ", name, 1);
    tzset();
  }
  ~LocalZone() {
    unsetenv("TZ");
    tzset();
  }
  LocalZone(const LocalZone&) = delete;
  LocalZone& operator=(const LocalZone&) = delete;
};

// The rule as it is written, nothing more. REQUIRES: a LocalZone of the schedule's.
bool is_open_naively(const ScheduleSpec& spec, TimeNs time) {
  const std::time_t utc_s = static_cast<std::time_t>(time.ns / 1'000'000'000);
  std::tm local{};
  localtime_r(&utc_s, &local);
  std::tm day{};
  day.tm_year = local.tm_year;
  day.tm_mon = local.tm_mon;
  day.tm_mday = local.tm_mday;
  const auto days = static_cast<std::int32_t>(timegm(&day) / 86'400);
  const int minute = local.tm_hour * 60 + local.tm_min;
  for (std::size_t i = 0; i < spec.holiday_count; ++i) {
    if (spec.holidays[i] == days && minute >= spec.holiday_closes[i]) return false;
  }
  for (int i = 0; i < spec.session_count; ++i) {
    const ScheduleSpec::Session& session = spec.sessions[static_cast<std::size_t>(i)];
    if (session.day == local.tm_wday && minute >= session.open_minute &&
        minute < session.close_minute) {
      return true;
    }
  }
  return false;
}

ScheduleSpec random_schedule(std::mt19937_64& random, const char* zone, int first_day) {
  const auto below = [&](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  ScheduleSpec spec = tests::of_kind(ScheduleSpec::Kind::Custom);
  spec.time_zone = decltype(spec.time_zone)::of(zone);
  spec.session_count = static_cast<std::uint8_t>(1 + below(28));
  for (int i = 0; i < spec.session_count; ++i) {
    // Often the whole day, so that days adjoin; else anything.
    const bool is_whole = below(3) == 0;
    const int open = is_whole ? 0 : below(1440);
    const int close = is_whole ? 1440 : open + 1 + below(1440 - open);
    spec.sessions[static_cast<std::size_t>(i)] = {static_cast<std::uint8_t>(below(7)), 0,
                                                  static_cast<std::uint16_t>(open),
                                                  static_cast<std::uint16_t>(close)};
  }
  spec.holiday_count = static_cast<std::uint8_t>(below(20));
  for (int i = 0; i < spec.holiday_count; ++i) {
    spec.holidays[static_cast<std::size_t>(i)] = first_day + below(380);
    // Some close early only.
    const int closes = below(3) == 0 ? below(1440) : 0;
    spec.holiday_closes[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(closes);
  }
  return spec;
}

void sweep_year(const ScheduleSpec& spec, int first_day) {
  const LocalZone zone(spec.time_zone.bytes.data());
  const Schedule schedule(spec);
  const TimeNs begin{first_day * std::int64_t{86'400'000'000'000}};
  const TimeNs end{begin.ns + 366 * std::int64_t{86'400'000'000'000}};
  bool is_open = is_open_naively(spec, begin);
  REQUIRE(schedule.is_open(begin) == is_open);
  TimeNs expected_change = schedule.next_change(begin);
  for (TimeNs time{begin.ns + kMinuteNs}; time < end; time.ns += kMinuteNs) {
    const bool now_open = is_open_naively(spec, time);
    if (schedule.is_open(time) != now_open) FAIL("is_open at " << tests::text_of(time));
    if (now_open == is_open) {
      if (time == expected_change) FAIL("no change at " << tests::text_of(time));
      continue;
    }
    if (time != expected_change) {
      FAIL("change at " << tests::text_of(time) << ", told " << tests::text_of(expected_change));
    }
    is_open = now_open;
    expected_change = schedule.next_change(time);
  }
  CHECK(expected_change >= end);
}

TEST_CASE("random schedules agree with the rule, minute by minute over a year") {
  load_time_zones();
  const char* given = std::getenv("TRIBOOK_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::mt19937_64 random(seed);
  for (const char* date : {"2011-01-01", "2014-01-01", "2026-01-01"}) {
    for (const char* zone : kZones) {
      INFO("reproduce: TRIBOOK_SEED=" << seed << "; " << zone << " from " << date);
      const int first_day = *parse_date(date);
      sweep_year(random_schedule(random, zone, first_day), first_day);
    }
  }
}

}  // namespace
}  // namespace tribook::calendar
