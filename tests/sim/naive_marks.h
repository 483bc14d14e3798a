#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/naive_margin.h"
#include "tribook/message/event.h"

namespace tribook::sim {

/// The highest and lowest mark of each position, at its group's prices, by looking at all of them
/// with every quote. Made of events and quotes in the order in which the records gave them.
class NaiveMarks {
 public:
  /// `prices` has had the event.
  void apply(const Event& event, const NaiveMargin& prices);

  /// What a trade told that is not so; empty when all was right.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Position {
    AccountId account;
    SymbolId symbol;
    Side side = Side::Buy;
    Price highest;
    Price lowest;
    /// At which it would close now.
    [[nodiscard]] Price mark(const NaiveMargin& prices) const;
  };

  void on_quote(const QuoteApplied& quote, const NaiveMargin& prices);
  void on_trade(const Event& event, const NaiveMargin& prices);

  std::map<std::uint64_t, Position> positions_;
  std::string problem_;
};

}  // namespace tribook::sim
