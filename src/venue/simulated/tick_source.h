#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "calendar/schedule.h"
#include "tribook/base/time.h"
#include "venue/simulated/brownian_path.h"
#include "venue/simulated/market.h"
#include "venue/simulated/spread.h"

namespace tribook::venue::simulated {

/// A schedule asked for times that are near each other: the answer holds until the next change.
class OpenHours {
 public:
  explicit OpenHours(const calendar::Schedule& schedule) : schedule_(schedule) {}

  bool is_open(TimeNs time);
  /// When it is open from, `time` itself if it is then; kNever if it will not.
  TimeNs open_from(TimeNs time);

 private:
  void look_up(TimeNs time);

  const calendar::Schedule& schedule_;
  bool is_open_ = false;
  TimeNs known_from_{};
  TimeNs known_until_{};
};

/// The ticks of one symbol in order. They depend on the market alone, not on where the source began
/// or what else it was asked. The market must live longer.
class TickSource {
 public:
  TickSource(const Market& market, std::size_t symbol);

  /// The next tick is the first one at `from` or after it.
  void seek(TimeNs from);
  /// When the next tick comes; kNever when the symbol does not open any more.
  [[nodiscard]] TimeNs next_time() const { return next_time_; }
  /// The next tick. REQUIRES: seek() was called, next_time() is not kNever.
  MarketTick take();

  [[nodiscard]] const SymbolPlan& plan() const { return plan_; }
  bool is_open(TimeNs time) { return hours_.is_open(time); }
  /// What the symbol is quoted at an instant, be there a tick or not.
  MarketTick quote_at(TimeNs time);
  /// Between bid and ask, not rounded.
  double middle_at(TimeNs time);

 private:
  void enter_second(std::int64_t second);
  void find_next();
  [[nodiscard]] TimeNs time_in_second(std::uint64_t index) const;

  const Market& market_;
  const SymbolPlan& plan_;
  const MarketClock& clock_;
  OpenHours hours_;
  Rollover rollover_;
  std::vector<BrownianPath> paths_;  // of the plan's terms
  std::int64_t second_ = 0;
  std::uint64_t chance_ = 0;  // the second's
  std::uint64_t count_ = 0;   // ticks in the second
  std::uint64_t index_ = 0;   // of the next one
  TimeNs next_time_ = calendar::kNever;
};

/// The ticks of a symbol from `from`, up to and without `until`.
void ticks_between(const Market& market, std::size_t symbol, TimeNs from, TimeNs until,
                   const std::function<void(const MarketTick&)>& sink);

/// The last tick before `time`; nothing when the symbol was closed for the ten days before.
std::optional<MarketTick> last_tick_before(const Market& market, std::size_t symbol, TimeNs time);

}  // namespace tribook::venue::simulated
