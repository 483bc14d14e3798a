#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "tribook/base/assert.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"

namespace tribook::engine {

/// A price as a number of ticks, moved so that the order of prices is that of unsigned numbers. No
/// price has a key of kBelowAll or kAboveAll.
using PriceKey = std::uint64_t;
inline constexpr PriceKey kBelowAll = 0;
inline constexpr PriceKey kAboveAll = std::numeric_limits<PriceKey>::max();

/// Prices to keys and back without a division: a multiple of the tick times the inverse of the tick
/// (modulo 2^64, of its odd part) is the number of ticks, and what is no multiple comes out too
/// large.
class BookTicks {
 public:
  /// REQUIRES: tick_size > 0.
  explicit BookTicks(Price tick_size)
      : tick_(static_cast<std::uint64_t>(tick_size.raw)), shift_(std::countr_zero(tick_)) {
    TB_ASSERT(tick_size.raw > 0);
    const std::uint64_t odd = tick_ >> shift_;
    inverse_ = odd;  // right in its lowest 3 bits; each step doubles that
    for (int step = 0; step < 5; ++step) inverse_ *= 2 - odd * inverse_;
    most_ = (static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) - 1) / tick_;
  }

  /// kBelowAll when the price is no multiple of the tick or at the very end of 64 bits.
  [[nodiscard]] PriceKey key_of(Price price) const {
    const std::uint64_t product = static_cast<std::uint64_t>(price.raw) * inverse_;
    const auto ticks = static_cast<std::uint64_t>(static_cast<std::int64_t>(product) >> shift_);
    const bool is_whole = (product & ((std::uint64_t{1} << shift_) - 1)) == 0;
    return is_whole && ticks + most_ <= 2 * most_ ? ticks + kZero : kBelowAll;
  }
  [[nodiscard]] Price price_of(PriceKey key) const {
    return {static_cast<std::int64_t>((key - kZero) * tick_)};
  }

  /// The price that an order on this side takes when it takes any.
  [[nodiscard]] Price worst_limit(Side side) const {
    return price_of(side == Side::Buy ? kZero + most_ : kZero - most_);
  }

 private:
  static constexpr PriceKey kZero = PriceKey{1} << 63U;

  std::uint64_t tick_;
  int shift_;
  std::uint64_t inverse_ = 0;
  std::uint64_t most_ = 0;  // ticks on either side of zero
};

}  // namespace tribook::engine
