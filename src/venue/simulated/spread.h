#pragma once

#include <cstdint>

#include "calendar/time_zone.h"
#include "tribook/base/time.h"
#include "tribook/domain/fixed.h"
#include "venue/simulated/market.h"

namespace tribook::venue::simulated {

/// A quote of the market: 0 < bid < ask, both whole ticks.
struct MarketTick {
  TimeNs time{};
  Price bid;
  Price ask;

  friend bool operator==(const MarketTick&, const MarketTick&) = default;
};

/// The day's change at 17:00 New York, when banks hardly quote. Remembers the zone's offset; values
/// do not depend on that.
class Rollover {
 public:
  Rollover();
  /// What a spread is multiplied by: 1, but around the rollover.
  double widening_at(TimeNs time);

 private:
  calendar::TimeZone new_york_;
  calendar::ZoneSpan span_{};
};

/// Puts the spread around the price: wider in quiet hours and, by `widening`, around the rollover,
/// a little uneven by `chance`.
MarketTick tick_around(const SymbolPlan& plan, double middle, TimeNs time, double activity,
                       double widening, std::uint64_t chance);

}  // namespace tribook::venue::simulated
