#include "gateway/json/time_text.h"

#include <chrono>

namespace tribook::json {
namespace {

namespace chrono = std::chrono;

constexpr int kYearMin = 1970;
constexpr int kYearMax = 2261;
constexpr std::int64_t kSecond = 1'000'000'000;

// Takes exactly `count` digits from the front.
bool take_digits(std::string_view& text, std::size_t count, int& out) {
  if (text.size() < count) return false;
  out = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_date(std::string_view& text, chrono::sys_days& out) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) ||
      !take(text, '-') || !take_digits(text, 2, day)) {
    return false;
  }
  const chrono::year_month_day date{chrono::year(year), chrono::month(static_cast<unsigned>(month)),
                                    chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || year < kYearMin || year > kYearMax) return false;
  out = date;
  return true;
}

bool take_fraction(std::string_view& text, std::int64_t& ns) {
  ns = 0;
  if (!take(text, '.')) return true;
  std::int64_t unit = kSecond / 10;
  std::size_t digits = 0;
  for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1)) {
    if (unit == 0) return false;
    ns += (text.front() - '0') * unit;
    unit /= 10;
    ++digits;
  }
  return digits > 0;
}

bool take_offset(std::string_view& text, std::int64_t& minutes) {
  minutes = 0;
  if (take(text, 'Z') || take(text, 'z')) return true;
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return false;
  int hour = 0;
  int minute = 0;
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute))
    return false;
  if (hour > 23 || minute > 59) return false;
  minutes = (west ? -1 : 1) * (hour * 60 + minute);
  return true;
}

void append_digits(std::string& out, std::uint64_t value, int count) {
  std::uint64_t unit = 1;
  for (int i = 1; i < count; ++i) unit *= 10;
  for (; unit != 0; unit /= 10) out += static_cast<char>('0' + (value / unit) % 10);
}

void append_day(std::string& out, chrono::sys_days day) {
  const chrono::year_month_day date{day};
  append_digits(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
}

}  // namespace

void append_time(std::string& out, TimeNs time) {
  const chrono::sys_time<chrono::nanoseconds> point{chrono::nanoseconds{time.ns}};
  const auto day = chrono::floor<chrono::days>(point);
  const auto ms =
      static_cast<std::uint64_t>(chrono::floor<chrono::milliseconds>(point - day).count());
  append_day(out, day);
  out += 'T';
  append_digits(out, ms / 3'600'000, 2);
  out += ':';
  append_digits(out, ms / 60'000 % 60, 2);
  out += ':';
  append_digits(out, ms / 1'000 % 60, 2);
  out += '.';
  append_digits(out, ms % 1'000, 3);
  out += 'Z';
}

std::optional<TimeNs> parse_time(std::string_view text) {
  chrono::sys_days day;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t ns = 0;
  std::int64_t offset = 0;
  if (!take_date(text, day) || !(take(text, 'T') || take(text, 't') || take(text, ' '))) {
    return std::nullopt;
  }
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute) ||
      !take(text, ':') || !take_digits(text, 2, second) || !take_fraction(text, ns) ||
      !take_offset(text, offset) || !text.empty()) {
    return std::nullopt;
  }
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t seconds = std::int64_t{day.time_since_epoch().count()} * 86'400 +
                               hour * 3'600 + (minute - offset) * 60 + second;
  return TimeNs{seconds * kSecond + ns};
}

}  // namespace tribook::json
