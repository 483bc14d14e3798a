#include "views/depths.h"

namespace tribook::views {

Depths::Depths(const ViewLimits& limits)
    : symbols_max_(limits.symbols),
      prices_(static_cast<std::uint32_t>(limits.open_orders)),
      sides_(limits.symbols + 1),
      shown_(new Versioned<DepthView>[limits.symbols + 1]) {}

bool Depths::apply(const DepthChanged& event) {
  if (!event.symbol || event.symbol.value > symbols_max_) return false;
  const bool is_bid = event.side == Side::Buy;
  auto& set = sides_[event.symbol.value][is_bid ? 0 : 1];
  const std::int64_t key = is_bid ? -event.price.raw : event.price.raw;
  std::uint32_t index = prices_.find(set, key);
  const bool is_gone = event.orders == 0;
  if (index == 0 && is_gone) return true;
  if (index == 0 && prices_.is_full()) return false;
  if (index == 0) index = prices_.insert(set, key);
  if (is_gone) {
    prices_.erase(set, index);
  } else {
    prices_[index] = {event.price, event.volume, event.orders};
  }
  Versioned<DepthView>& shown = shown_[event.symbol.value];
  DepthView view = shown.own();
  if (is_bid) {
    show(set, view.bids, view.bid_count);
  } else {
    show(set, view.asks, view.ask_count);
  }
  shown.store(view);
  return true;
}

void Depths::show(const Prices::Set& set, DepthView::Levels& levels, std::uint32_t& count) const {
  count = 0;
  levels = {};
  for (std::uint32_t at = prices_.first(set); at != 0 && count < levels.size();
       at = prices_.above(set, prices_.key(at))) {
    levels[count++] = prices_[at];
  }
}

ReadStatus Depths::read(SymbolId id, DepthView& out) const {
  if (!id || id.value > symbols_max_) return ReadStatus::NotFound;
  return shown_[id.value].load(out) ? ReadStatus::Found : ReadStatus::Busy;
}

}  // namespace tribook::views
