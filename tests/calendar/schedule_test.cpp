#include "calendar/schedule.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "calendar/schedules.h"

namespace tribook::calendar {
namespace {

using Kind = ScheduleSpec::Kind;
using tests::custom;
using tests::of_kind;
using tests::text_of;
using tests::utc;
using Times = std::vector<std::string>;

struct Loaded {
  Loaded() { load_time_zones(); }
};
const Loaded kLoaded;

// The next `count` changes after a time, with what is open from then on: "+2014-03-09 21:00".
Times changes(const Schedule& schedule, const std::string& after, int count) {
  Times result;
  TimeNs time = utc(after);
  for (int i = 0; i < count; ++i) {
    const bool before = schedule.is_open(time);
    time = schedule.next_change(time);
    if (time == kNever) {
      result.emplace_back("never");
      break;
    }
    CHECK(schedule.is_open(time) != before);
    CHECK(schedule.is_open(TimeNs{time.ns - 1}) == before);
    result.push_back((before ? "-" : "+") + text_of(time));
  }
  return result;
}

TEST_CASE("24x7 is always open") {
  const Schedule schedule(of_kind(Kind::Always));
  for (const std::int64_t ns : {INT64_MIN, std::int64_t{0}, INT64_MAX}) {
    CHECK(schedule.is_open(TimeNs{ns}));
    CHECK(schedule.next_change(TimeNs{ns}) == kNever);
  }
}

TEST_CASE("24x5 follows New York into and out of daylight saving") {
  const Schedule schedule(of_kind(Kind::FxWeek));
  // Winter: 17:00 is 22:00 UTC. Clocks go forward on Sunday 9 March 2014, before the open.
  CHECK(changes(schedule, "2014-03-01 12:00", 4) ==
        Times{"+2014-03-02 22:00", "-2014-03-07 22:00", "+2014-03-09 21:00", "-2014-03-14 21:00"});
  // Back on Sunday 2 November 2014.
  CHECK(changes(schedule, "2014-10-25 12:00", 4) ==
        Times{"+2014-10-26 21:00", "-2014-10-31 21:00", "+2014-11-02 22:00", "-2014-11-07 22:00"});
  // 8 March and 1 November 2026.
  CHECK(changes(schedule, "2026-02-28 12:00", 4) ==
        Times{"+2026-03-01 22:00", "-2026-03-06 22:00", "+2026-03-08 21:00", "-2026-03-13 21:00"});
  CHECK(changes(schedule, "2026-10-24 12:00", 4) ==
        Times{"+2026-10-25 21:00", "-2026-10-30 21:00", "+2026-11-01 22:00", "-2026-11-06 22:00"});
}

TEST_CASE("a session opens with its first nanosecond and has closed at its last minute's end") {
  const Schedule schedule(of_kind(Kind::FxWeek));
  CHECK_FALSE(schedule.is_open(utc("2026-01-18 21:59:59.999999999")));
  CHECK(schedule.is_open(utc("2026-01-18 22:00")));
  CHECK(schedule.is_open(utc("2026-01-23 21:59:59.999999999")));
  CHECK_FALSE(schedule.is_open(utc("2026-01-23 22:00")));
  CHECK_FALSE(schedule.is_open(utc("2026-01-24 12:00")));
  // Strictly after: at the change itself the next one is told, a nanosecond before it this one.
  CHECK(text_of(schedule.next_change(utc("2026-01-18 22:00"))) == "2026-01-23 22:00");
  CHECK(text_of(schedule.next_change(utc("2026-01-18 21:59:59.999999999"))) == "2026-01-18 22:00");
}

TEST_CASE("before 1970 the same rules hold") {
  const Schedule schedule(custom("UTC", {{"Wed", "10:00", "11:00"}}));
  // 1969-12-31 was a Wednesday.
  CHECK(schedule.is_open(TimeNs{-(14 * 3600) * 1'000'000'000LL}));
  CHECK_FALSE(schedule.is_open(TimeNs{-(14 * 3600) * 1'000'000'000LL - 1}));
  CHECK(schedule.next_change(TimeNs{-(14 * 3600) * 1'000'000'000LL - 1}).ns ==
        -(14 * 3600) * 1'000'000'000LL);
}

TEST_CASE("sessions of one day, and those that adjoin or overlap, merge") {
  const Schedule schedule(custom("Europe/London", {{"Mon", "08:00", "12:00"},
                                                   {"Mon", "12:00", "16:30"},
                                                   {"Tue", "22:00", "24:00"},
                                                   {"Wed", "00:00", "03:00"},
                                                   {"Wed", "02:00", "04:00"},
                                                   {"Wed", "05:00", "06:00"},
                                                   {"Wed", "05:30", "05:40"}}));
  CHECK(changes(schedule, "2026-01-18 00:00", 6) ==
        Times{"+2026-01-19 08:00", "-2026-01-19 16:30", "+2026-01-20 22:00", "-2026-01-21 04:00",
              "+2026-01-21 05:00", "-2026-01-21 06:00"});
}

TEST_CASE("the week is a circle: Saturday's end adjoins Sunday's start") {
  const Schedule schedule(custom("UTC", {{"Sat", "20:00", "24:00"}, {"Sun", "00:00", "04:00"}}));
  CHECK(changes(schedule, "2026-01-16 00:00", 3) ==
        Times{"+2026-01-17 20:00", "-2026-01-18 04:00", "+2026-01-24 20:00"});
}

TEST_CASE("a holiday is closed from local midnight to local midnight") {
  const ScheduleSpec::Kind kind = Kind::Custom;
  ScheduleSpec spec = custom("America/New_York",
                             {{"Sun", "17:00", "24:00"},
                              {"Mon", "00:00", "24:00"},
                              {"Tue", "00:00", "24:00"},
                              {"Wed", "00:00", "24:00"},
                              {"Thu", "00:00", "24:00"},
                              {"Fri", "00:00", "17:00"}},
                             {"2026-01-01", "2025-12-25", "2026-01-03"});
  REQUIRE(spec.kind == kind);
  CHECK(changes(Schedule(spec), "2025-12-22 00:00", 7) ==
        Times{"-2025-12-25 05:00", "+2025-12-26 05:00", "-2025-12-26 22:00", "+2025-12-28 22:00",
              "-2026-01-01 05:00", "+2026-01-02 05:00", "-2026-01-02 22:00"});
}

TEST_CASE("a holiday may close early and leave the morning open") {
  ScheduleSpec spec =
      custom("America/New_York", {{"Wed", "09:30", "16:00"}, {"Thu", "09:30", "16:00"}},
             {"2026-12-24", "2026-12-23"});
  spec.holiday_closes = {13 * 60, 9 * 60};
  CHECK(changes(Schedule(spec), "2026-12-21 00:00", 4) ==
        Times{"+2026-12-24 14:30", "-2026-12-24 18:00", "+2026-12-30 14:30", "-2026-12-30 21:00"});
}

TEST_CASE("holidays side by side are one closure, and one far away is found") {
  ScheduleSpec always = custom("Asia/Tokyo",
                               {{"Sun", "00:00", "24:00"},
                                {"Mon", "00:00", "24:00"},
                                {"Tue", "00:00", "24:00"},
                                {"Wed", "00:00", "24:00"},
                                {"Thu", "00:00", "24:00"},
                                {"Fri", "00:00", "24:00"},
                                {"Sat", "00:00", "24:00"}},
                               {"2050-01-02", "2050-01-01", "2027-06-01"});
  CHECK(changes(Schedule(always), "2026-01-01 00:00", 5) ==
        Times{"-2027-05-31 15:00", "+2027-06-01 15:00", "-2049-12-31 15:00", "+2050-01-02 15:00",
              "never"});
  // Every Friday off for months, and Friday the only day.
  ScheduleSpec fridays = custom("UTC", {{"Fri", "10:00", "11:00"}});
  for (int week = 0; week < 60; ++week) {
    fridays.holidays[fridays.holiday_count++] = *parse_date("2026-01-02") + 7 * week;
  }
  CHECK(changes(Schedule(fridays), "2026-01-01 00:00", 1) == Times{"+2027-02-26 10:00"});
}

TEST_CASE("holidays that hide three weeks running are not the end") {
  const Schedule schedule(
      custom("UTC", {{"Fri", "10:00", "11:00"}}, {"2026-01-02", "2026-01-09", "2026-01-16"}));
  CHECK(changes(schedule, "2025-12-26 12:00", 1) == Times{"+2026-01-23 10:00"});
}

TEST_CASE("holidays beyond all time are no trouble") {
  ScheduleSpec spec = custom("UTC", {{"Sun", "00:00", "24:00"},
                                     {"Mon", "00:00", "24:00"},
                                     {"Tue", "00:00", "24:00"},
                                     {"Wed", "00:00", "24:00"},
                                     {"Thu", "00:00", "24:00"},
                                     {"Fri", "00:00", "24:00"},
                                     {"Sat", "00:00", "24:00"}});
  spec.holidays = {INT32_MAX, INT32_MIN};
  spec.holiday_count = 2;
  const Schedule schedule(spec);
  CHECK(schedule.next_change(utc("2026-01-01 00:00")) == kNever);
  CHECK(schedule.next_change(TimeNs{INT64_MAX - 1}) == kNever);
  CHECK(schedule.next_change(TimeNs{INT64_MIN}) == kNever);
  const Schedule fx(of_kind(Kind::FxWeek));
  CHECK(fx.next_change(kNever) == kNever);
  CHECK(fx.next_change(TimeNs{INT64_MAX - 1}) == kNever);
}

TEST_CASE("a clock set forward passes over a session, one set back goes through it twice") {
  const Schedule schedule(custom("America/New_York", {{"Sun", "01:30", "02:30"}}));
  // On 8 March 2026 there is no 02:00 to 03:00.
  CHECK(changes(schedule, "2026-03-02 00:00", 2) ==
        Times{"+2026-03-08 06:30", "-2026-03-08 07:00"});
  // On 1 November there are two 01:00 to 02:00: EDT, then EST.
  CHECK(changes(schedule, "2026-10-26 00:00", 4) ==
        Times{"+2026-11-01 05:30", "-2026-11-01 06:00", "+2026-11-01 06:30", "-2026-11-01 07:30"});
  const Schedule skipped(custom("America/New_York", {{"Sun", "02:00", "03:00"}}));
  CHECK(changes(skipped, "2026-03-02 00:00", 1) == Times{"+2026-03-15 06:00"});
}

TEST_CASE("a local day that never was") {
  // Samoa passed over Friday 30 December 2011.
  const Schedule schedule(custom("Pacific/Apia", {{"Fri", "00:00", "24:00"}}));
  CHECK(changes(schedule, "2011-12-25 00:00", 2) ==
        Times{"+2012-01-05 10:00", "-2012-01-06 10:00"});
}

TEST_CASE("an unknown time zone is never open") {
  const Schedule schedule(custom("Mars/Olympus", {{"Mon", "00:00", "24:00"}}));
  CHECK_FALSE(schedule.is_open(utc("2026-01-19 12:00")));
  CHECK(schedule.next_change(utc("2026-01-19 12:00")) == kNever);
}

TEST_CASE("names of time zones") {
  for (const char* name : {"America/New_York", "UTC", "Etc/UTC", "Asia/Kolkata", "Asia/Calcutta",
                           "US/Eastern", "America/Argentina/ComodRivadavia", "EST5EDT"}) {
    INFO(name);
    CHECK(is_time_zone(name));
  }
  for (const char* name :
       {"", "localtime", "america/new_york", "America", "America/", "Mars/Olympus",
        "../../etc/passwd", "right/Europe/London", "posix/Europe/London", "America/New_York ",
        "America/New_York/America/New_York/America/New_York"}) {
    INFO(name);
    CHECK_FALSE(is_time_zone(name));
  }
}

}  // namespace
}  // namespace tribook::calendar
