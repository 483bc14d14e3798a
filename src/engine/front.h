#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/trailing.h"
#include "engine/trigger_heap.h"
#include "engine/working_orders.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/group.h"
#include "tribook/domain/ids.h"

// What a group sees of a symbol: a price with its own markup, and the levels, orders and bounds of
// its accounts that wait for that price. So a quote costs a look at each group's heaps, however
// many positions there are.

namespace tribook::engine {

/// Each level or bound fires when its key <= the price, both with the sign that turns "falls to"
/// into "rises to".
struct Front {
  BidAsk prices;                             // 0 = never quoted
  TriggerHeaps::Heap stop_losses_of_buys;    // -level against -bid
  TriggerHeaps::Heap stop_losses_of_sells;   // level against ask
  TriggerHeaps::Heap take_profits_of_buys;   // level against bid
  TriggerHeaps::Heap take_profits_of_sells;  // -level against -ask
  TriggerHeaps::Heap lower_bounds;           // -bound against -bid
  TriggerHeaps::Heap upper_bounds;           // bound against ask
  TriggerHeaps::Heap spread_bounds;          // bound against ask - bid
  OrderHeaps orders;
  TrailHeaps trails;

  TriggerHeaps::Heap& stop_losses(Side side) {
    return side == Side::Buy ? stop_losses_of_buys : stop_losses_of_sells;
  }
  TriggerHeaps::Heap& take_profits(Side side) {
    return side == Side::Buy ? take_profits_of_buys : take_profits_of_sells;
  }
};

/// One for each symbol and group; those of a symbol lie side by side, group 0 (no group) first.
class Fronts {
 public:
  explicit Fronts(std::size_t symbols_max) : fronts_((symbols_max + 1) * kRow) {}

  [[nodiscard]] Front& operator()(SymbolId symbol, GroupId group) {
    return fronts_[symbol.value * kRow + group.value];
  }
  [[nodiscard]] const Front& operator()(SymbolId symbol, GroupId group) const {
    return fronts_[symbol.value * kRow + group.value];
  }

  /// Prices a symbol for all groups of the book. `own` are the symbol's prices.
  void set_prices(const Instrument& instrument, const GroupBook& groups, const BidAsk& venue,
                  const BidAsk& own) {
    Front* row = &fronts_[instrument.id.value * kRow];
    row[0].prices = own;
    for (std::size_t i = 1; i <= groups.count(); ++i) {
      const GroupId group{static_cast<std::uint16_t>(i)};
      const Ratio markup = groups.markup_pips(group, instrument);
      const bool is_own = markup == instrument.spread_markup_pips;
      row[i].prices = is_own ? own : marked_up(instrument, markup, venue.bid, venue.ask);
    }
  }
  /// All fronts of a symbol that are in use.
  [[nodiscard]] std::span<Front> of(SymbolId symbol, const GroupBook& groups) {
    return {&fronts_[symbol.value * kRow], groups.count() + 1};
  }

 private:
  static constexpr std::size_t kRow = GroupBook::kGroupsMax + 1;

  std::vector<Front> fronts_;
};

}  // namespace tribook::engine
