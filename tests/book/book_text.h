#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "book/book_command.h"
#include "tribook/domain/enums.h"
#include "tribook/engine/book_reports.h"

// Commands and reports for people who look at a difference between two books.

namespace tribook::test {

using BookReport = std::variant<engine::BookRested, engine::BookTrade, engine::BookCancelled,
                                engine::BookReduced, engine::BookReplaced, engine::BookRejected>;
using BookReports = std::vector<BookReport>;

inline std::string text_of(OrderId id) { return std::to_string(id.value); }
inline std::string text_of(Volume volume) { return std::to_string(volume.raw); }
inline std::string text_of(Price price) { return std::to_string(price.raw); }
inline std::string text_of(engine::BookReason reason) {
  constexpr std::array<const char*, 4> names{"requested", "ioc", "fok", "self-trade"};
  return names.at(static_cast<std::size_t>(reason));
}

inline std::string text_of(const engine::BookOrder& order) {
  constexpr std::array<const char*, 4> names{"", " cancel-newest", " cancel-oldest", " decrement"};
  return text_of(order.id) + " " + std::string(name_of(order.side)) + " " + text_of(order.volume) +
         " at " + text_of(order.price) + " " + std::string(name_of(order.time_in_force)) +
         " owner " + std::to_string(order.owner.value) +
         names.at(static_cast<std::size_t>(order.self_trade));
}

inline std::string text_of(const engine::BookLevel& level) {
  return std::to_string(level.orders) + " orders of " + text_of(level.volume) + " at " +
         text_of(level.price);
}

inline std::string text_of(const BookCommand& command) {
  const std::string id = text_of(command.order.id);
  switch (command.kind) {
    case BookCommand::Kind::Add:
      return "add " + text_of(command.order);
    case BookCommand::Kind::Cancel:
      return "cancel " + id;
    case BookCommand::Kind::Reduce:
      return "reduce " + id + " by " + text_of(command.order.volume);
    case BookCommand::Kind::Replace:
      return "replace " + id + " with " + text_of(command.order.volume) + " at " +
             text_of(command.order.price);
  }
  return "";
}

inline std::string text_of(const engine::BookRested& report) {
  return text_of(report.id) + " rests: " + std::string(name_of(report.side)) + " " +
         text_of(report.volume) + " at " + text_of(report.price);
}
inline std::string text_of(const engine::BookTrade& report) {
  return text_of(report.taker) + " of " + std::to_string(report.taker_owner.value) + " " +
         std::string(name_of(report.taker_side)) + " " + text_of(report.volume) + " at " +
         text_of(report.price) + " from " + text_of(report.maker) + " of " +
         std::to_string(report.maker_owner.value) + ", left " + text_of(report.taker_left) +
         " and " + text_of(report.maker_left);
}
inline std::string text_of(const engine::BookCancelled& report) {
  return text_of(report.id) + " cancelled with " + text_of(report.volume) + ": " +
         text_of(report.reason);
}
inline std::string text_of(const engine::BookReduced& report) {
  return text_of(report.id) + " reduced by " + text_of(report.by) + " to " + text_of(report.left) +
         ": " + text_of(report.reason);
}
inline std::string text_of(const engine::BookReplaced& report) {
  return text_of(report.id) + " replaced: " + text_of(report.volume) + " at " +
         text_of(report.price) + (report.keeps_priority ? ", keeps priority" : "");
}
inline std::string text_of(const engine::BookRejected& report) {
  return text_of(report.id) + " rejected: " + std::to_string(static_cast<int>(report.code));
}

template <typename T>
std::string text_of(const std::vector<T>& values) {
  std::string text;
  for (const T& value : values) text += "  " + text_of(value) + "\n";
  return text.empty() ? "  nothing\n" : text;
}
inline std::string text_of(const BookReports& reports) {
  std::vector<std::string> lines;
  std::string text;
  for (const BookReport& report : reports) {
    text += "  " + std::visit([](const auto& value) { return text_of(value); }, report) + "\n";
  }
  return text.empty() ? "  nothing\n" : text;
}

}  // namespace tribook::test
