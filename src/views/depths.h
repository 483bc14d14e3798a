#pragma once

#include <array>
#include <memory>
#include <vector>

#include "tribook/base/sorted_pool.h"
#include "tribook/message/event.h"
#include "views/view_types.h"
#include "views/words.h"

namespace tribook::views {

/// What rests in the clients' books: all prices for the writer, the best ones for readers.
class Depths {
 public:
  explicit Depths(const ViewLimits& limits);

  /// The writer. False when a limit kept it from being shown.
  bool apply(const DepthChanged& event);

  /// Anybody. A symbol where nothing rests has an empty one; NotFound beyond the limit.
  [[nodiscard]] ReadStatus read(SymbolId id, DepthView& out) const;

 private:
  using Prices = base::SortedPool<DepthLevel>;

  void show(const Prices::Set& set, DepthView::Levels& levels, std::uint32_t& count) const;

  std::size_t symbols_max_;
  Prices prices_;
  std::vector<std::array<Prices::Set, 2>> sides_;  // by symbol; the best first
  std::unique_ptr<Versioned<DepthView>[]> shown_;  // by symbol
};

}  // namespace tribook::views
