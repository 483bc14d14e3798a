#pragma once

#include <cstdint>

#include "persistence/sqlite/database.h"
#include "tribook/domain/candle.h"

namespace tribook::persistence::sqlite {

/// What stands in the column `minutes`.
constexpr std::int64_t minutes_of(Timeframe timeframe) {
  return length_ns(timeframe) / 60'000'000'000;
}

/// A candle's columns after symbol and minutes, in their order from `first` on.
Candle candle_of(const Rows& rows, int first);

}  // namespace tribook::persistence::sqlite
