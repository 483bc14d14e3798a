#include "venue/replay/tick_row.h"

#include <array>
#include <chrono>
#include <optional>

#include "tribook/domain/decimal.h"

namespace tribook::venue::replay {
namespace {

constexpr std::size_t kColumns = 4;
constexpr std::int64_t kDayNs = 86'400'000'000'000;
constexpr int kLastYear = 2261;  // the last whole one that TimeNs holds

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits alone, at most nine of them.
std::optional<std::int64_t> parse_digits(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<std::int64_t> parse_day_ns(std::string_view text) {
  if (text.size() != 8) return std::nullopt;
  const auto value = parse_digits(text);
  if (!value) return std::nullopt;
  const auto number = static_cast<int>(*value);
  const std::chrono::year_month_day date{
      std::chrono::year{number / 10'000},
      std::chrono::month(static_cast<unsigned>(number / 100 % 100)),
      std::chrono::day(static_cast<unsigned>(number % 100))};
  if (!date.ok() || number / 10'000 < 1970 || number / 10'000 > kLastYear) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kDayNs;
}

/// Nanoseconds of a fraction of a millisecond; what is finer is dropped.
std::optional<std::int64_t> parse_fraction_ns(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::int64_t value = 0;
  std::int64_t unit = 100'000;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return value;
}

std::optional<std::int64_t> parse_time_of_day_ns(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole_ms = parse_digits(text.substr(0, point));
  if (!whole_ms || *whole_ms >= kDayNs / 1'000'000) return std::nullopt;
  if (point == std::string_view::npos) return *whole_ms * 1'000'000;
  const auto fraction_ns = parse_fraction_ns(text.substr(point + 1));
  if (!fraction_ns) return std::nullopt;
  return *whole_ms * 1'000'000 + *fraction_ns;
}

bool split(std::string_view row, std::array<std::string_view, kColumns>& columns) {
  for (std::size_t i = 0; i + 1 < kColumns; ++i) {
    const std::size_t comma = row.find(',');
    if (comma == std::string_view::npos) return false;
    columns[i] = row.substr(0, comma);
    row.remove_prefix(comma + 1);
  }
  columns[kColumns - 1] = row;
  return row.find(',') == std::string_view::npos;
}

}  // namespace

TickRow parse_tick_row(std::string_view row) {
  if (row.size() > kTickRowMax) return {{}, TickRowError::TooLong};
  std::array<std::string_view, kColumns> columns;
  if (!split(row, columns)) return {{}, TickRowError::Columns};
  const auto day_ns = parse_day_ns(columns[0]);
  if (!day_ns) return {{}, TickRowError::Date};
  const auto time_ns = parse_time_of_day_ns(columns[1]);
  if (!time_ns) return {{}, TickRowError::Time};
  const auto bid = parse_price(columns[2]);
  if (!bid) return {{}, TickRowError::Bid};
  const auto ask = parse_price(columns[3]);
  if (!ask) return {{}, TickRowError::Ask};
  return {{TimeNs{*day_ns + *time_ns}, *bid, *ask}, TickRowError::None};
}

}  // namespace tribook::venue::replay
