#include "engine/marks.h"

#include <algorithm>

#include "engine/state.h"

namespace tribook::engine {
namespace {

// Each position is in two series.
constexpr std::uint32_t nodes_for(std::uint32_t positions) {
  return base::Peaks<int>::nodes_for(positions * 2);
}

}  // namespace

Marks::Marks(std::uint32_t symbols, std::uint32_t positions)
    : nodes_(nodes_for(positions)),
      peaks_(nodes_, nodes_for(positions)),
      series_(std::size_t{symbols} + 1) {}

void Marks::begin(const Position& position) { restore(position, {}); }

bool Marks::restore(const Position& position, const Noted& noted) {
  Series& series = series_[position.symbol.value];
  const std::uint64_t member = position.id.value;
  return peaks_.restore(series.highest(position.side), member, noted.highest) &&
         peaks_.restore(series.lowest(position.side), member, noted.lowest);
}

void Marks::end(const Position& position) {
  Series& series = series_[position.symbol.value];
  peaks_.leave(series.highest(position.side), position.id.value);
  peaks_.leave(series.lowest(position.side), position.id.value);
}

Marks::Noted Marks::noted(const Position& position) const {
  const Series& series = series_[position.symbol.value];
  return {peaks_.peak(series.highest(position.side), position.id.value),
          peaks_.peak(series.lowest(position.side), position.id.value)};
}

Marks::Range Marks::of(const Position& position) const {
  const Noted since = noted(position);
  Range range{position.opening_mark, position.opening_mark};
  range.highest = std::max(range.highest, Price{since.highest});
  if (since.lowest != base::kNoPeak) range.lowest = std::min(range.lowest, Price{-since.lowest});
  return range;
}

}  // namespace tribook::engine
