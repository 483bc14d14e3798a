#include "calendar/schedule_text.h"

#include <catch2/catch.hpp>

namespace tribook::calendar {
namespace {

using Kind = ScheduleSpec::Kind;

TEST_CASE("kinds of schedules") {
  CHECK(parse_schedule_kind("24x7") == Kind::Always);
  CHECK(parse_schedule_kind("24x5") == Kind::FxWeek);
  CHECK(schedule_kind_text(Kind::Always) == "24x7");
  CHECK(schedule_kind_text(Kind::FxWeek) == "24x5");
  CHECK(schedule_kind_text(Kind::Custom).empty());
  for (const char* text : {"", "24X7", "24x6", " 24x7"}) CHECK_FALSE(parse_schedule_kind(text));
}

TEST_CASE("days, short and long, in any case") {
  for (std::uint8_t day = 0; day < 7; ++day) CHECK(parse_day(day_text(day)) == day);
  CHECK(parse_day("Sun") == std::uint8_t{0});
  CHECK(parse_day("monday") == std::uint8_t{1});
  CHECK(parse_day("TUE") == std::uint8_t{2});
  CHECK(parse_day("Wednesday") == std::uint8_t{3});
  CHECK(parse_day("thu") == std::uint8_t{4});
  CHECK(parse_day("FRIDAY") == std::uint8_t{5});
  CHECK(parse_day("Sat") == std::uint8_t{6});
  for (const char* text : {"", "S", "Su", "Tues", "Sunda", "Sundays", "0", "Sun "}) {
    INFO(text);
    CHECK_FALSE(parse_day(text));
  }
}

TEST_CASE("minutes of the day") {
  for (std::uint16_t minute = 0; minute <= 1440; ++minute) {
    REQUIRE(parse_minute(minute_text(minute)) == minute);
  }
  CHECK(parse_minute("00:00") == std::uint16_t{0});
  CHECK(parse_minute("17:05") == std::uint16_t{1025});
  CHECK(parse_minute("24:00") == std::uint16_t{1440});
  CHECK(minute_text(1025) == "17:05");
  for (const char* text : {"", "24:01", "25:00", "12:60", "7:00", "07:0", "07-00", "0700", "-1:00",
                           "07:00:00", "ab:cd", "12: 1", "+1:00"}) {
    INFO(text);
    CHECK_FALSE(parse_minute(text));
  }
}

TEST_CASE("dates") {
  CHECK(parse_date("1970-01-01") == 0);
  CHECK(parse_date("2026-12-25") == 20'812);
  CHECK(parse_date("2024-02-29") == 19'782);
  CHECK(date_text(0) == "1970-01-01");
  CHECK(date_text(20'812) == "2026-12-25");
  const std::int32_t last = *parse_date("2261-12-31");
  for (std::int32_t day = 0; day <= last; day += 13) REQUIRE(parse_date(date_text(day)) == day);
  for (const char* text : {"", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31",
                           "1969-12-31", "2262-01-01", "2026-1-01", "26-01-01", "2026/01/01",
                           "2026-01-01T", " 2026-01-1", "2026-01--1"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text));
  }
}

}  // namespace
}  // namespace tribook::calendar
