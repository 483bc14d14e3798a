#include "persistence/sqlite/candle_rows.h"

namespace tribook::persistence::sqlite {

Candle candle_of(const Rows& rows, int first) {
  Candle candle;
  candle.start = {rows.integer(first)};
  candle.open = {rows.integer(first + 1)};
  candle.high = {rows.integer(first + 2)};
  candle.low = {rows.integer(first + 3)};
  candle.close = {rows.integer(first + 4)};
  candle.ticks = static_cast<std::uint64_t>(rows.integer(first + 5));
  candle.first = {rows.integer(first + 6)};
  candle.last = {rows.integer(first + 7)};
  return candle;
}

}  // namespace tribook::persistence::sqlite
