#include "venue/simulated/market_clock.h"

namespace tribook::venue::simulated {
namespace {

constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr std::int64_t kWeekNs = 168 * kHourNs;
constexpr std::int64_t kFirstMondayNs = 96 * kHourNs;  // 1970-01-05
constexpr std::size_t kFriday = 4;
constexpr std::size_t kSaturday = 5;

// Of a working day, by the hour of UTC.
constexpr std::array<double, 24> kDay{0.70, 0.75, 0.70, 0.60, 0.50, 0.55, 0.85, 1.30,
                                      1.50, 1.35, 1.15, 1.10, 1.40, 1.80, 2.00, 1.90,
                                      1.50, 1.10, 1.00, 0.95, 0.70, 0.35, 0.40, 0.55};

double activity(Rhythm rhythm, std::size_t day, std::size_t hour) {
  if (rhythm == Rhythm::Crypto) return (0.6 + 0.4 * kDay[hour]) * (day < kSaturday ? 1 : 0.75);
  const bool is_over = day == kFriday && hour >= 22;
  const bool is_before = day > kSaturday && hour < 21;
  return is_over || is_before || day == kSaturday ? 0.02 : kDay[hour];
}

struct WeekTime {
  std::int64_t week;
  std::int64_t into_ns;
};

WeekTime week_time(TimeNs time) {
  const std::int64_t since = time.ns - kFirstMondayNs;
  const std::int64_t week = since / kWeekNs - (since % kWeekNs < 0 ? 1 : 0);
  return {week, since - week * kWeekNs};
}

}  // namespace

MarketClock::MarketClock(Rhythm rhythm) {
  double sum = 0;
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    activity_[hour] = activity(rhythm, hour / 24, hour % 24);
    sum += activity_[hour];
  }
  double passed = 0;
  for (std::size_t hour = 0; hour < kHours; ++hour) {
    speed_[hour] = activity_[hour] * static_cast<double>(kHours) / sum;
    passed_[hour] = passed;
    passed += speed_[hour] * 3'600;
  }
}

double MarketClock::seconds_at(TimeNs time) const {
  const WeekTime at = week_time(time);
  const auto hour = static_cast<std::size_t>(at.into_ns / kHourNs);
  const double in_hour = static_cast<double>(at.into_ns % kHourNs) / 1e9;
  return static_cast<double>(at.week) * 604'800 + passed_[hour] + speed_[hour] * in_hour;
}

double MarketClock::activity_at(TimeNs time) const {
  return activity_[static_cast<std::size_t>(week_time(time).into_ns / kHourNs)];
}

}  // namespace tribook::venue::simulated
