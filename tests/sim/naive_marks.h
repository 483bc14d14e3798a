#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tribook/message/event.h"

namespace tribook::sim {

/// The highest and lowest mark of each position, by looking at all of them with every quote. Made
/// of events and quotes in the order in which the records gave them.
class NaiveMarks {
 public:
  void apply(const Event& event);

  /// What a trade told that is not so; empty when all was right.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Position {
    std::uint16_t symbol = 0;
    Side side = Side::Buy;
    Price highest;
    Price lowest;
  };
  struct Marks {
    Price bid;
    Price ask;
    [[nodiscard]] Price of(Side side) const { return side == Side::Buy ? bid : ask; }
  };

  void on_quote(const QuoteApplied& quote);
  void on_trade(const Event& event);

  std::map<std::uint16_t, Marks> quotes_;
  std::map<std::uint64_t, Position> positions_;
  std::string problem_;
};

}  // namespace tribook::sim
