#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tribook/base/time.h"
#include "tribook/domain/fixed.h"

// Candles, made of bids. A candle can be put together of parts in any order: those that history
// has, those that were recorded live, those still to come; so each part knows when its first and
// last tick came.

namespace tribook {

enum class Timeframe : std::uint8_t { M1, M5, M15, M30, H1, H4, D1 };
inline constexpr std::size_t kTimeframes = 7;

namespace detail {
struct TimeframeRow {
  std::string_view name;
  std::int64_t minutes;
};
inline constexpr std::array<TimeframeRow, kTimeframes> kTimeframeRows{
    {{"1m", 1}, {"5m", 5}, {"15m", 15}, {"30m", 30}, {"1h", 60}, {"4h", 240}, {"1d", 1'440}}};
}  // namespace detail

constexpr Timeframe timeframe_at(std::size_t index) { return static_cast<Timeframe>(index); }

constexpr std::string_view name_of(Timeframe timeframe) {
  return detail::kTimeframeRows[static_cast<std::size_t>(timeframe)].name;
}

constexpr std::optional<Timeframe> timeframe_from(std::string_view name) {
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    if (detail::kTimeframeRows[i].name == name) return timeframe_at(i);
  }
  return std::nullopt;
}

constexpr std::int64_t length_ns(Timeframe timeframe) {
  return detail::kTimeframeRows[static_cast<std::size_t>(timeframe)].minutes * 60'000'000'000;
}

/// Start of the candle that `time` falls into: whole multiples of the length since 1970, UTC.
constexpr TimeNs candle_start(Timeframe timeframe, TimeNs time) {
  const std::int64_t length = length_ns(timeframe);
  const std::int64_t into = time.ns % length;
  return {time.ns - (into < 0 ? into + length : into)};
}

/// Ticks of one symbol in one interval. Without ticks it is empty and its prices mean nothing.
struct Candle {
  TimeNs start{};
  Price open;
  Price high;
  Price low;
  Price close;
  std::uint64_t ticks = 0;
  TimeNs first{};  ///< time of the tick that is `open`
  TimeNs last{};   ///< of the one that is `close`

  static constexpr Candle of(TimeNs start, Price bid, TimeNs time) {
    return {start, bid, bid, bid, bid, 1, time, time};
  }

  [[nodiscard]] constexpr bool is_empty() const { return ticks == 0; }

  /// Takes in a tick that comes after all that are in it.
  constexpr void add(Price bid, TimeNs time) {
    if (is_empty()) {
      *this = of(start, bid, time);
      return;
    }
    if (bid > high) high = bid;
    if (bid < low) low = bid;
    close = bid;
    last = time;
    ++ticks;
  }

  /// Goes on with a tick that comes after all that are in it: with its own, or as the first of the
  /// next candle that has any, which takes its place. True: it is a new one.
  constexpr bool follow(Timeframe timeframe, Price bid, TimeNs time) {
    const TimeNs start_now = candle_start(timeframe, time);
    if (!is_empty() && start_now <= start) {
      add(bid, time);
      return false;
    }
    *this = of(start_now, bid, time);
    return true;
  }

  /// Puts together two parts of the same interval that share no tick. Of two that begin (end) at
  /// the same time this one opens (the other one closes).
  constexpr void merge(const Candle& other) {
    if (other.is_empty()) return;
    if (is_empty()) {
      *this = other;
      return;
    }
    if (other.first < first) {
      open = other.open;
      first = other.first;
    }
    if (other.last >= last) {
      close = other.close;
      last = other.last;
    }
    if (other.high > high) high = other.high;
    if (other.low < low) low = other.low;
    ticks += other.ticks;
  }

  friend constexpr bool operator==(const Candle&, const Candle&) = default;
};

/// One of each timeframe: those that one symbol's last tick fell into. All are empty or none is.
using CandleSet = std::array<Candle, kTimeframes>;

}  // namespace tribook
