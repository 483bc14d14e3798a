#include "views/marks.h"

#include <algorithm>

namespace tribook::views {
namespace {

std::size_t place_of(Side side) { return static_cast<std::size_t>(side); }

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
      symbol_(new Symbol[symbols + 1]) {}

template <typename Change>
void Marks::change(Symbol& symbol, Change apply) {
  symbol.version.open();
  apply(symbol.own);
  symbol.shown.store(symbol.own);
  symbol.version.close();
}

void Marks::begin(const PositionView& position) {
  const std::size_t side = place_of(position.side);
  change(symbol_[position.symbol.value], [&](Series& series) {
    peaks_.join(series.highest[side], position.id.value);
    peaks_.join(series.lowest[side], position.id.value);
  });
}

void Marks::end(const PositionView& position) {
  const std::size_t side = place_of(position.side);
  change(symbol_[position.symbol.value], [&](Series& series) {
    peaks_.leave(series.highest[side], position.id.value);
    peaks_.leave(series.lowest[side], position.id.value);
  });
}

void Marks::follow(const QuoteApplied& quote) {
  if (quote.is_mark == 0) return;
  Symbol& symbol = symbol_[quote.symbol.value];
  const std::int64_t marks[] = {quote.bid.raw, quote.ask.raw};
  for (std::size_t side = 0; side < 2; ++side) {
    const std::int64_t mark = marks[side];
    const bool moves =
        is_passed(symbol.own.highest[side], mark) || is_passed(symbol.own.lowest[side], -mark);
    if (!moves) continue;
    change(symbol, [&](Series& series) {
      peaks_.note(series.highest[side], mark);
      peaks_.note(series.lowest[side], -mark);
    });
  }
}

bool Marks::widen(PositionView& position) const {
  if (position.symbol.value > symbols_max_) return true;
  const Symbol& symbol = symbol_[position.symbol.value];
  const std::size_t side = place_of(position.side);
  std::int64_t highest = base::kNoPeak;
  std::int64_t lowest = base::kNoPeak;
  Patience patience;
  for (;;) {
    const std::uint64_t version = symbol.version.before();
    if (!Version::is_open(version)) {
      const Series series = symbol.shown.load();
      highest = peaks_.peak(series.highest[side], position.id.value);
      lowest = peaks_.peak(series.lowest[side], position.id.value);
      if (symbol.version.is_still(version)) break;
    }
    if (!patience.again()) return false;
  }
  position.highest = std::max(position.highest, Price{highest});
  if (lowest != base::kNoPeak) position.lowest = std::min(position.lowest, Price{-lowest});
  return true;
}

}  // namespace tribook::views
