#include "venue/simulated/spread.h"

#include <algorithm>
#include <cmath>

#include "venue/simulated/noise.h"

namespace tribook::venue::simulated {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kRolloverSeconds = 17 * 3'600;
constexpr std::int64_t kBeforeSeconds = 5 * 60;
constexpr std::int64_t kAfterSeconds = 60 * 60;
constexpr double kMostWidening = 4;
constexpr double kQuietWidening = 0.6;
constexpr double kUnevenness = 0.15;
// So that a price and its spread always fit into 64 bits.
constexpr double kHighestPrice = 5e9;

double quiet_widening(double activity) { return 1 + kQuietWidening * std::max(0.0, 1 - activity); }

}  // namespace

Rollover::Rollover() : new_york_("America/New_York") {}

// Rises for five minutes, and takes an hour to go back.
double Rollover::widening_at(TimeNs time) {
  if (!new_york_.is_known()) return 1;
  const std::int64_t utc_s = time.ns / kSecondNs - (time.ns % kSecondNs < 0 ? 1 : 0);
  if (utc_s < span_.begin_s || utc_s >= span_.end_s) span_ = new_york_.span_at(utc_s);
  const std::int64_t day_s = ((utc_s + span_.offset_s) % kDaySeconds + kDaySeconds) % kDaySeconds;
  const std::int64_t after_s = day_s - kRolloverSeconds;
  if (after_s < -kBeforeSeconds || after_s >= kAfterSeconds) return 1;
  const double share = after_s < 0
                           ? 1 + static_cast<double>(after_s) / static_cast<double>(kBeforeSeconds)
                           : 1 - static_cast<double>(after_s) / static_cast<double>(kAfterSeconds);
  return 1 + (kMostWidening - 1) * share;
}

MarketTick tick_around(const SymbolPlan& plan, double middle, TimeNs time, double activity,
                       double widening, std::uint64_t chance) {
  const double price = std::clamp(middle, plan.tick, std::max(plan.tick, kHighestPrice));
  const double unevenness = 1 - kUnevenness + 2 * kUnevenness * uniform(chance);
  const double factor = plan.has_rollover ? widening : 1;
  const double half = std::min(
      price * plan.spread * quiet_widening(activity) * factor * unevenness / 2, 0.9 * price);
  const double bid = std::max(1.0, std::floor((price - half) / plan.tick + 0.5));
  const double ask = std::max(bid + 1, std::floor((price + half) / plan.tick + 0.5));
  return {time, Price::from_raw(static_cast<std::int64_t>(bid) * plan.tick_raw),
          Price::from_raw(static_cast<std::int64_t>(ask) * plan.tick_raw)};
}

}  // namespace tribook::venue::simulated
