#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "tribook/domain/instrument.h"
#include "tribook/message/event.h"

namespace tribook::sim {

/// The highest and lowest mark of each position, at its group's prices, by looking at all of them
/// with every quote. Made of events and quotes in the order in which the records gave them.
class NaiveMarks {
 public:
  /// `text` is what the event's TextRef names.
  void apply(const Event& event, std::span<const std::byte> text);

  /// What a trade told that is not so; empty when all was right.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  struct Position {
    std::uint32_t account = 0;
    std::uint16_t symbol = 0;
    Side side = Side::Buy;
    Price highest;
    Price lowest;
  };
  struct Symbol {
    Instrument instrument;
    std::int64_t venue_bid = 0;
    std::int64_t venue_ask = 0;
  };

  void on_quote(const QuoteApplied& quote);
  void on_terms(const Event& event, std::span<const std::byte> text);
  void on_trade(const Event& event);
  /// At which the account's buys or sells of the symbol would close now.
  [[nodiscard]] Price mark(std::uint32_t account, std::uint16_t symbol, Side side) const;

  std::map<std::uint16_t, Symbol> symbols_;
  std::map<std::uint32_t, std::uint16_t> groups_;  // by account
  /// What groups set, by group and symbol (0: all symbols).
  std::map<std::pair<std::uint16_t, std::uint16_t>, std::int64_t> markups_;
  std::map<std::uint64_t, Position> positions_;
  std::string problem_;
};

}  // namespace tribook::sim
