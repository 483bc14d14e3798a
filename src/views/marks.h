#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "tribook/base/peaks.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/group.h"
#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// The prices that positions have seen, as far as they make their highest and lowest marks (see
/// Peaks): of each symbol the prices of each group. A quote touches these, no position. One writer;
/// readers copy under the version of symbol and group.
class Marks {
 public:
  Marks(std::size_t symbols, std::size_t positions);

  // The writer.

  /// At the prices of its group, from its highest and lowest on; gives it its number.
  void begin(PositionView& position);
  void end(const PositionView& position);
  /// To another group's prices.
  void move(PositionView& position, GroupId group);
  void follow(SymbolId symbol, GroupId group, const BidAsk& prices);

  // Anybody.

  /// Widens the position's highest and lowest by what came since it began. False when patience ran
  /// out. For a position that ended meanwhile the result means nothing.
  [[nodiscard]] bool widen(PositionView& position) const;

 private:
  struct Nodes {
    explicit Nodes(std::size_t capacity) : node(new Words<base::PeakNode>[capacity + 1]) {}
    [[nodiscard]] base::PeakNode get(std::uint32_t index) const { return node[index].load(); }
    void put(std::uint32_t index, const base::PeakNode& value) { node[index].store(value); }
    std::unique_ptr<Words<base::PeakNode>[]> node;
  };
  /// By side: bids for buys, asks for sells; the lowest are negated.
  struct Series {
    base::PeakSeries highest[2];
    base::PeakSeries lowest[2];
  };
  struct Front {
    Series own;  // the writer's
    Version version;
    Words<Series> shown;
  };
  static constexpr std::size_t kRow = GroupBook::kGroupsMax + 1;
  static constexpr std::size_t place_of(SymbolId symbol, GroupId group) {
    return symbol.value * kRow + group.value;
  }
  template <typename Change>
  void change(Front& front, Change apply);

  std::size_t symbols_max_;
  Nodes nodes_;
  base::Peaks<Nodes> peaks_;
  std::unique_ptr<Front[]> fronts_;  // by place_of
  std::uint64_t last_ = 0;           // number given
};

}  // namespace tribook::views
