#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>

#include "tribook/base/time.h"
#include "tribook/domain/candle.h"
#include "venue/simulated/market.h"

// The market's past as candles. All timeframes of a symbol are made of one stream of bids: the
// ticks themselves of the newest hours, before them samples of the market, fewer the older they
// are, each counted as the ticks that were to be expected in its time. What was closed has no
// candles.

namespace tribook::venue::simulated {

/// How far before `until` a timeframe's candles go.
constexpr std::chrono::nanoseconds history_depth(Timeframe timeframe) {
  constexpr std::array<int, kTimeframes> days{3, 10, 30, 60, 120, 400, 800};
  return std::chrono::hours{24 * days[static_cast<std::size_t>(timeframe)]};
}

/// A candle of a symbol, by its number in the market.
using CandleSink = std::function<void(std::size_t symbol, Timeframe, const Candle&)>;

/// Gives the candles of what lies between `from` and `until` (without it), each as deep as
/// history_depth(): of a symbol and timeframe oldest first. The first and the last one may be parts
/// of a candle; what is older than a timeframe's depth is left out in whole candles.
void fill_history(const Market& market, TimeNs from, TimeNs until, const CandleSink& sink);

}  // namespace tribook::venue::simulated
