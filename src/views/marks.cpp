#include "views/marks.h"

#include <algorithm>

#include "tribook/base/assert.h"

namespace tribook::views {
namespace {

std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }

// Each position is in two series.
std::uint32_t nodes_for(std::size_t positions) {
  return base::Peaks<int>::nodes_for(static_cast<std::uint32_t>(positions * 2));
}

bool is_passed(const base::PeakSeries& series, std::int64_t value) {
  return series.newest != 0 && value > series.peak;
}

}  // namespace

Marks::Marks(std::size_t symbols, std::size_t positions)
    : symbols_max_(symbols),
      nodes_(nodes_for(positions)),
      peaks_(nodes_, nodes_for(positions)),
      fronts_(new Front[(symbols + 1) * kRow]) {}

template <typename Change>
void Marks::change(Front& front, Change apply) {
  front.version.open();
  apply(front.own);
  front.shown.store(front.own);
  front.version.close();
}

void Marks::begin(PositionView& position) {
  const std::size_t side = index_of(position.side);
  position.mark = ++last_;
  change(fronts_[place_of(position.symbol, position.group)], [&](Series& series) {
    peaks_.join(series.highest[side], position.mark);
    peaks_.join(series.lowest[side], position.mark);
  });
}

void Marks::end(const PositionView& position) {
  const std::size_t side = index_of(position.side);
  change(fronts_[place_of(position.symbol, position.group)], [&](Series& series) {
    peaks_.leave(series.highest[side], position.mark);
    peaks_.leave(series.lowest[side], position.mark);
  });
}

void Marks::move(PositionView& position, GroupId group) {
  const bool is_read = widen(position);
  TB_ASSERT(is_read);  // nobody else writes
  end(position);
  position.group = group;
  begin(position);
}

void Marks::follow(SymbolId symbol, GroupId group, const BidAsk& prices) {
  Front& front = fronts_[place_of(symbol, group)];
  const std::int64_t marks[] = {prices.bid.raw, prices.ask.raw};
  for (std::size_t side = 0; side < 2; ++side) {
    const std::int64_t mark = marks[side];
    const bool moves =
        is_passed(front.own.highest[side], mark) || is_passed(front.own.lowest[side], -mark);
    if (!moves) continue;
    change(front, [&](Series& series) {
      peaks_.note(series.highest[side], mark);
      peaks_.note(series.lowest[side], -mark);
    });
  }
}

bool Marks::widen(PositionView& position) const {
  if (position.symbol.value > symbols_max_) return true;
  const Front& front = fronts_[place_of(position.symbol, position.group)];
  const std::size_t side = index_of(position.side);
  std::int64_t highest = base::kNoPeak;
  std::int64_t lowest = base::kNoPeak;
  Patience patience;
  for (;;) {
    const std::uint64_t version = front.version.before();
    if (!Version::is_open(version)) {
      const Series series = front.shown.load();
      highest = peaks_.peak(series.highest[side], position.mark);
      lowest = peaks_.peak(series.lowest[side], position.mark);
      if (front.version.is_still(version)) break;
    }
    if (!patience.again()) return false;
  }
  position.highest = std::max(position.highest, Price{highest});
  if (lowest != base::kNoPeak) position.lowest = std::min(position.lowest, Price{-lowest});
  return true;
}

}  // namespace tribook::views
