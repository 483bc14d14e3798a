#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "book/book_command.h"
#include "book/book_text.h"
#include "book/naive_book.h"
#include "tribook/engine/book.h"

namespace tribook::test {

struct BookSetting {
  Price tick_size{1'000};
  engine::BookLimits limits{.orders = 1'000, .window = 4'096};
};

/// A book and the naive one beside it, which must tell the same and hold the same.
template <typename Book = engine::OrderBook>
class BookDuel {
 public:
  explicit BookDuel(const BookSetting& setting)
      : setting_(setting),
        real_(setting.tick_size, setting.limits),
        naive_(setting.tick_size, setting.limits.orders) {}

  /// Gives both the command. Empty when both told the same, otherwise what they told.
  std::string step(const BookCommand& command) {
    BookReports real;
    command.apply(real_, [&](const auto& report) { real.emplace_back(report); });
    reports_.clear();
    command.apply(naive_, [&](const auto& report) { reports_.emplace_back(report); });
    if (real == reports_) return {};
    return "reports of the book:\n" + text_of(real) + "and those wanted:\n" + text_of(reports_);
  }

  /// Empty when both hold the same.
  [[nodiscard]] std::string compare() const {
    const std::vector<engine::BookOrder> wanted = naive_.all();
    const std::vector<engine::BookOrder> orders = all_of(real_);
    if (orders != wanted) {
      return "orders of the book:\n" + text_of(orders) + "and those wanted:\n" + text_of(wanted);
    }
    if (real_.size() != wanted.size()) return "another number of orders\n";
    for (const engine::BookOrder& order : wanted) {
      if (real_.find(order.id) != order) return "order " + text_of(order) + " is not found\n";
    }
    std::string difference = compare_side(Side::Buy) + compare_side(Side::Sell);
    const auto bid = real_.best(Side::Buy);
    const auto ask = real_.best(Side::Sell);
    if (bid && ask && bid->price >= ask->price) difference += "the book is crossed\n";
    return difference;
  }

  /// Empty when a book made of this one's orders is equal. The further trade of both is compared
  /// when `becomes` that book.
  [[nodiscard]] std::string rebuild(bool becomes) {
    Book other(setting_.tick_size, setting_.limits);
    std::string difference;
    real_.for_each([&](const engine::BookOrder& order) {
      other.add(order, [&](const auto& report) {
        const BookReport wanted =
            engine::BookRested{order.id, order.side, order.price, order.volume};
        if (BookReport(report) != wanted) difference += "rebuilding gave another report\n";
      });
    });
    if (all_of(other) != all_of(real_)) difference += "rebuilding gave other orders\n";
    if (becomes) real_ = std::move(other);
    return difference;
  }

  /// Of the last step.
  [[nodiscard]] const BookReports& reports() const { return reports_; }

 private:
  static std::vector<engine::BookOrder> all_of(const Book& book) {
    std::vector<engine::BookOrder> orders;
    book.for_each([&](const engine::BookOrder& order) { orders.push_back(order); });
    return orders;
  }

  [[nodiscard]] std::string compare_side(Side side) const {
    const std::vector<engine::BookLevel> wanted = naive_.levels(side);
    Volume sum;
    for (const engine::BookLevel& level : wanted) sum += level.volume;
    if (real_.volume(side) != sum) return "another volume in all\n";
    const auto best = real_.best(side);
    if (best.has_value() == wanted.empty() || (best && *best != wanted.front())) {
      return "another best price\n";
    }
    for (const std::size_t count : {std::size_t{0}, std::size_t{3}, wanted.size() + 1}) {
      std::vector<engine::BookLevel> levels(count);
      levels.resize(real_.depth(side, levels));
      const auto part = static_cast<std::ptrdiff_t>(std::min(count, wanted.size()));
      if (levels != std::vector(wanted.begin(), wanted.begin() + part)) {
        return "depth of the book:\n" + text_of(levels) + "and that wanted:\n" + text_of(wanted);
      }
    }
    return {};
  }

  BookSetting setting_;
  Book real_;
  NaiveBook naive_;
  BookReports reports_;
};

/// What the first difference is when a fresh pair gets the commands; empty without one.
template <typename Book = engine::OrderBook>
std::string first_difference(const BookSetting& setting, const std::vector<BookCommand>& commands) {
  BookDuel<Book> duel(setting);
  for (const BookCommand& command : commands) {
    std::string difference = duel.step(command);
    if (difference.empty()) difference = duel.compare();
    if (!difference.empty()) return difference;
  }
  return duel.rebuild(false);
}

/// A sequence that still shows a difference and does not without any one of its commands. Larger
/// parts are dropped first. REQUIRES: there is a difference.
template <typename Book = engine::OrderBook>
std::vector<BookCommand> shrink(const BookSetting& setting, std::vector<BookCommand> commands) {
  std::size_t part = std::max<std::size_t>(commands.size() / 2, 1);
  while (true) {
    bool has_shrunk = false;
    for (std::size_t at = 0; at < commands.size();) {
      std::vector<BookCommand> fewer = commands;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      const std::size_t dropped = std::min(part, commands.size() - at);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(dropped));
      if (first_difference<Book>(setting, fewer).empty()) {
        at += part;
      } else {
        commands = std::move(fewer);
        has_shrunk = true;
      }
    }
    if (part == 1 && !has_shrunk) return commands;
    part = std::max<std::size_t>(part / 2, 1);
  }
}

/// The shortest way to a difference, for the message of a test.
template <typename Book = engine::OrderBook>
std::string reproduction(const BookSetting& setting, const std::vector<BookCommand>& commands) {
  const std::vector<BookCommand> few = shrink<Book>(setting, commands);
  return "tick " + text_of(setting.tick_size) + ", " + std::to_string(setting.limits.orders) +
         " orders, window " + std::to_string(setting.limits.window) + "; of " +
         std::to_string(commands.size()) + " commands these are enough:\n" + text_of(few) +
         first_difference<Book>(setting, few);
}

}  // namespace tribook::test
