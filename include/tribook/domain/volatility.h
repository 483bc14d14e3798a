#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "tribook/domain/fixed.h"

namespace tribook {

/// How much a price moves from one close to the next.
struct Volatility {
  Ratio per_step;           ///< percent
  Ratio per_many;           ///< percent over `many` steps, as they would add up by chance
  std::size_t returns = 0;  ///< that it was reckoned from
};

/// The standard deviation of the returns r = (close - before) / before of closes, the oldest first:
/// the root of the sum of (r - mean)^2 over (returns - 1), in percent; over many steps that times
/// the root of `many`. Empty for fewer than 2 returns, for a close of 0, and for a return beyond a
/// thousandfold.
std::optional<Volatility> volatility(std::span<const Price> closes, std::uint32_t many);

}  // namespace tribook
