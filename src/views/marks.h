#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "tribook/base/peaks.h"
#include "tribook/message/event.h"
#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// The quotes that positions have seen, as far as they make their highest and lowest marks (see
/// Peaks). A quote touches its symbol, no position. One writer; readers copy under the symbol's
/// version.
class Marks {
 public:
  Marks(std::size_t symbols, std::size_t positions);

  // The writer. Positions of a symbol begin in the order of their ids.

  void begin(const PositionView& position);
  void end(const PositionView& position);
  void follow(const QuoteApplied& quote);

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
  struct Symbol {
    Series own;  // the writer's
    Version version;
    Words<Series> shown;
  };
  template <typename Change>
  void change(Symbol& symbol, Change apply);

  std::size_t symbols_max_;
  Nodes nodes_;
  base::Peaks<Nodes> peaks_;
  std::unique_ptr<Symbol[]> symbol_;  // by id
};

}  // namespace tribook::views
