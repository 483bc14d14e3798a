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
      series_((std::size_t{symbols} + 1) * kRow) {}

void Marks::begin(Position& position, GroupId group) {
  Series& series = series_[place_of(position.symbol, group)];
  position.mark = ++last_;
  peaks_.join(series.highest(position.side), position.mark);
  peaks_.join(series.lowest(position.side), position.mark);
}

void Marks::end(const Position& position, GroupId group) {
  Series& series = series_[place_of(position.symbol, group)];
  peaks_.leave(series.highest(position.side), position.mark);
  peaks_.leave(series.lowest(position.side), position.mark);
}

void Marks::move(Position& position, GroupId from, GroupId to) {
  const Range until_now = of(position, from);
  end(position, from);
  position.highest = until_now.highest;
  position.lowest = until_now.lowest;
  begin(position, to);
}

Marks::Range Marks::of(const Position& position, GroupId group) const {
  const Series& series = series_[place_of(position.symbol, group)];
  const std::int64_t highest = peaks_.peak(series.highest(position.side), position.mark);
  const std::int64_t lowest = peaks_.peak(series.lowest(position.side), position.mark);
  Range range{position.highest, position.lowest};
  range.highest = std::max(range.highest, Price{highest});
  if (lowest != base::kNoPeak) range.lowest = std::min(range.lowest, Price{-lowest});
  return range;
}

}  // namespace tribook::engine
