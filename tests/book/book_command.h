#pragma once

#include <cstdint>
#include <utility>

#include "tribook/engine/book_reports.h"

namespace tribook::test {

/// An operation of a book as a value.
struct BookCommand {
  enum class Kind : std::uint8_t { Add, Cancel, Reduce, Replace };

  Kind kind = Kind::Add;
  engine::BookOrder order;  ///< Cancel: its id; Reduce: id, volume; Replace: id, price, volume

  template <typename Book, typename Report>
  void apply(Book& book, Report&& report) const {
    switch (kind) {
      case Kind::Add:
        return book.add(order, std::forward<Report>(report));
      case Kind::Cancel:
        return book.cancel(order.id, std::forward<Report>(report));
      case Kind::Reduce:
        return book.reduce(order.id, order.volume, std::forward<Report>(report));
      case Kind::Replace:
        return book.replace(order.id, order.price, order.volume, std::forward<Report>(report));
    }
  }
};

}  // namespace tribook::test
