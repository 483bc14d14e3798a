#pragma once

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>
#include <initializer_list>
#include <string>
#include <string_view>

#include "calendar/schedule_text.h"
#include "tribook/base/time.h"
#include "tribook/domain/instrument.h"

namespace tribook::tests {

/// "2014-03-09 07:00" in UTC, with or without ":30.000000001".
inline TimeNs utc(const std::string& text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  long ns = 0;
  REQUIRE(std::sscanf(text.c_str() + 11, "%d:%d:%d.%9ld", &hour, &minute, &second, &ns) >= 2);
  const auto date = calendar::parse_date(std::string_view(text).substr(0, 10));
  REQUIRE(date.has_value());
  const std::int64_t s = *date * std::int64_t{86'400} + hour * 3600 + minute * 60 + second;
  return TimeNs{s * 1'000'000'000 + ns};
}

/// The reverse, to the minute; kNever is "never".
inline std::string text_of(TimeNs time) {
  if (time.ns == INT64_MAX) return "never";
  const std::time_t s = static_cast<std::time_t>(time.ns / 1'000'000'000);
  CHECK(time.ns % 60'000'000'000 == 0);
  std::tm parts{};
  gmtime_r(&s, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts);
  return text.data();
}

inline ScheduleSpec of_kind(ScheduleSpec::Kind kind) {
  ScheduleSpec spec;
  spec.kind = kind;
  return spec;
}

struct SessionText {
  std::string_view day;
  std::string_view open;
  std::string_view close;
};

inline ScheduleSpec custom(std::string_view zone, std::initializer_list<SessionText> sessions,
                           std::initializer_list<std::string_view> holidays = {}) {
  ScheduleSpec spec = of_kind(ScheduleSpec::Kind::Custom);
  spec.time_zone = decltype(spec.time_zone)::of(zone);
  for (const SessionText& session : sessions) {
    spec.sessions[spec.session_count++] = {*calendar::parse_day(session.day), 0,
                                           *calendar::parse_minute(session.open),
                                           *calendar::parse_minute(session.close)};
  }
  for (const std::string_view holiday : holidays) {
    spec.holidays[spec.holiday_count++] = *calendar::parse_date(holiday);
  }
  return spec;
}

}  // namespace tribook::tests
