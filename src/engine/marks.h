#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tribook/base/peaks.h"
#include "tribook/domain/arithmetic.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/group.h"
#include "tribook/domain/ids.h"

namespace tribook::engine {

struct Position;

/// The highest and the lowest mark of each position since it was opened: the mark that it was
/// opened at, and each quote in session after that, at its group's prices. A quote touches four
/// series of each group and no position.
class Marks {
 public:
  struct Range {
    Price highest;
    Price lowest;
  };
  Marks(std::uint32_t symbols, std::uint32_t positions);

  void follow(SymbolId symbol, GroupId group, const BidAsk& prices) {
    Series& series = series_[place_of(symbol, group)];
    peaks_.note(series.highest_bid, prices.bid.raw);
    peaks_.note(series.lowest_bid, -prices.bid.raw);
    peaks_.note(series.highest_ask, prices.ask.raw);
    peaks_.note(series.lowest_ask, -prices.ask.raw);
  }

  /// Goes on from the highest and lowest that the position has.
  void begin(Position& position, GroupId group);
  void end(const Position& position, GroupId group);
  /// Its account deals at another group's prices from now on.
  void move(Position& position, GroupId from, GroupId to);

  [[nodiscard]] Range of(const Position& position, GroupId group) const;

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

  static constexpr std::size_t kRow = GroupBook::kGroupsMax + 1;
  static constexpr std::size_t place_of(SymbolId symbol, GroupId group) {
    return symbol.value * kRow + group.value;
  }

  Nodes nodes_;
  base::Peaks<Nodes> peaks_;
  std::vector<Series> series_;  // by place_of
  std::uint64_t last_ = 0;      // number given to a member
};

}  // namespace tribook::engine
