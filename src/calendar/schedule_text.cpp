#include "calendar/schedule_text.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "tribook/base/assert.h"

namespace tribook::calendar {
namespace {

constexpr std::array<std::string_view, 7> kDays{"SUNDAY",   "MONDAY", "TUESDAY", "WEDNESDAY",
                                                "THURSDAY", "FRIDAY", "SATURDAY"};
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2261;  // the last whole one that TimeNs holds

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool is_same_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (upper(text[i]) != word[i]) return false;
  }
  return true;
}

/// Digits alone. REQUIRES: at most nine.
std::optional<int> parse_digits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<ScheduleSpec::Kind> parse_schedule_kind(std::string_view text) {
  for (const auto kind : {ScheduleSpec::Kind::Always, ScheduleSpec::Kind::FxWeek}) {
    if (text == schedule_kind_text(kind)) return kind;
  }
  return std::nullopt;
}

std::string_view schedule_kind_text(ScheduleSpec::Kind kind) {
  switch (kind) {
    case ScheduleSpec::Kind::Always:
      return "24x7";
    case ScheduleSpec::Kind::FxWeek:
      return "24x5";
    case ScheduleSpec::Kind::Custom:
      break;
  }
  return {};
}

std::optional<std::uint8_t> parse_day(std::string_view text) {
  for (std::uint8_t day = 0; day < kDays.size(); ++day) {
    if (is_same_word(text, kDays[day]) || is_same_word(text, kDays[day].substr(0, 3))) return day;
  }
  return std::nullopt;
}

std::string_view day_text(std::uint8_t day) {
  TB_ASSERT(day < kDays.size());
  return kDays[day];
}

std::optional<std::uint16_t> parse_minute(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = parse_digits(text.substr(0, 2));
  const auto minute = parse_digits(text.substr(3, 2));
  if (!hour || !minute || *minute > 59) return std::nullopt;
  const int total = *hour * 60 + *minute;
  if (total > 24 * 60) return std::nullopt;
  return static_cast<std::uint16_t>(total);
}

std::string minute_text(std::uint16_t minute) {
  std::array<char, 16> text;
  std::snprintf(text.data(), text.size(), "%02d:%02d", minute / 60, minute % 60);
  return text.data();
}

std::optional<std::int32_t> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = parse_digits(text.substr(0, 4));
  const auto month = parse_digits(text.substr(5, 2));
  const auto day = parse_digits(text.substr(8, 2));
  if (!year || !month || !day || *year < kFirstYear || *year > kLastYear) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}

std::string date_text(std::int32_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

}  // namespace tribook::calendar
