#pragma once

#include "tribook/base/int128.h"
#include "tribook/domain/fixed.h"

namespace tribook::views {

/// Cost / volume to 10^-8; 0 without volume, or when no price can hold it.
constexpr Price average_price(Cost cost, Volume volume) {
  if (volume.raw <= 0) return {};
  const int128 price = divide_half_away(cost.raw, volume.raw);
  return price > INT64_MAX || price < INT64_MIN ? Price{} : Price{static_cast<std::int64_t>(price)};
}

}  // namespace tribook::views
