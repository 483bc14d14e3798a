#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tribook/base/peaks.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/rate_book.h"

namespace tribook::engine {

struct Position;

/// The highest and the lowest mark of each position since it was opened: the mark that it was
/// opened at, and each quote in session after that. A quote touches four series of its symbol and
/// no position.
class Marks {
 public:
  struct Range {
    Price highest;
    Price lowest;
  };
  /// What was noted since the opening: values of the series, as they are saved.
  struct Noted {
    std::int64_t highest = base::kNoPeak;
    std::int64_t lowest = base::kNoPeak;  ///< negated
  };

  Marks(std::uint32_t symbols, std::uint32_t positions);

  void follow(SymbolId symbol, const Quote& quote) {
    Series& series = series_[symbol.value];
    peaks_.note(series.highest_bid, quote.bid.raw);
    peaks_.note(series.lowest_bid, -quote.bid.raw);
    peaks_.note(series.highest_ask, quote.ask.raw);
    peaks_.note(series.lowest_ask, -quote.ask.raw);
  }

  /// REQUIRES: it is newer than all of its symbol that began, and has its opening mark.
  void begin(const Position& position);
  void end(const Position& position);
  /// Goes on where it was saved. False, and the marks are of no use, when older positions have
  /// noted less. REQUIRES: as begin().
  bool restore(const Position& position, const Noted& noted);

  [[nodiscard]] Noted noted(const Position& position) const;
  [[nodiscard]] Range of(const Position& position) const;

 private:
  // Buys are marked at the bid, sells at the ask.
  struct Series {
    base::PeakSeries highest_bid;
    base::PeakSeries lowest_bid;
    base::PeakSeries highest_ask;
    base::PeakSeries lowest_ask;

    base::PeakSeries& highest(Side side) { return side == Side::Buy ? highest_bid : highest_ask; }
    base::PeakSeries& lowest(Side side) { return side == Side::Buy ? lowest_bid : lowest_ask; }
    [[nodiscard]] const base::PeakSeries& highest(Side side) const {
      return side == Side::Buy ? highest_bid : highest_ask;
    }
    [[nodiscard]] const base::PeakSeries& lowest(Side side) const {
      return side == Side::Buy ? lowest_bid : lowest_ask;
    }
  };
  // Memory that was never used is never touched.
  struct Nodes {
    explicit Nodes(std::uint32_t capacity)
        : node(new base::PeakNode[std::size_t{capacity} + 1]) {}  // start-up
    [[nodiscard]] const base::PeakNode& get(std::uint32_t index) const { return node[index]; }
    void put(std::uint32_t index, const base::PeakNode& value) { node[index] = value; }
    std::unique_ptr<base::PeakNode[]> node;
  };

  Nodes nodes_;
  base::Peaks<Nodes> peaks_;
  std::vector<Series> series_;  // by symbol
};

}  // namespace tribook::engine
