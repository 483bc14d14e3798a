#pragma once

#include <cstdint>
#include <vector>

#include "tribook/base/int128.h"
#include "tribook/base/sorted_pool.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/message/retelling.h"

// The clients' book: the limits at rest that are routed to the house's own book, by symbol, the
// better price first, at a price the older order first. An order stands in it while it stands in
// its symbol's heap of limits (working_orders.h): there a quote of the house's reaches it, here
// another client does.
//
// A table of prices and a node for each place in the pool of orders, shared by all symbols: nothing
// is allocated after start-up. The book is no state of its own: it follows from the orders.

namespace tribook::engine {

struct State;
struct WorkingOrder;

/// A price at which orders rest. They are a list, the oldest first.
struct BookPrice {
  int128 volume = 0;  // of all, raw
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t orders = 0;
  bool is_to_be_told = false;
};

struct SymbolBook {
  base::SortedPool<BookPrice>::Set bids;  // by -price
  base::SortedPool<BookPrice>::Set asks;  // by price

  base::SortedPool<BookPrice>::Set& side(Side of) { return of == Side::Buy ? bids : asks; }
  [[nodiscard]] const base::SortedPool<BookPrice>::Set& side(Side of) const {
    return of == Side::Buy ? bids : asks;
  }
};

struct Matching {
  Matching(std::uint32_t symbols, std::uint32_t orders);

  struct Node {
    std::uint32_t price = 0;  // 0 = it is not in the book
    std::uint32_t newer = 0;
    std::uint32_t older = 0;
  };
  struct Changed {
    SymbolId symbol;
    Side side = Side::Buy;
    std::int64_t key = 0;
  };

  std::vector<SymbolBook> books;  // by symbol
  base::SortedPool<BookPrice> prices;
  std::vector<Node> nodes;  // by the order's place
  // Outside the state: prices of which this record changed the volume; told when it is done.
  std::vector<Changed> changed;

  [[nodiscard]] bool has(std::uint32_t order) const { return nodes[order].price != 0; }
};

/// Puts an order at rest into the book if it belongs there.
void enter_book(State& state, std::uint32_t order);
/// No-op when it is not in the book.
void leave_book(State& state, std::uint32_t order);
/// So much less of it rests, at the same place.
void shrink_in_book(State& state, std::uint32_t order, Volume by);

/// An order that looks for others to deal with.
struct Reach {
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Price house;  // what the house asks for
  Price worst;  // it takes none worse; 0 = any
};
/// No worse than `than` for who deals on that side.
constexpr bool is_no_worse(Side side, Price price, Price than) {
  return side == Side::Buy ? price <= than : price >= than;
}
/// Worse than the worst that is taken; 0 = any is.
constexpr bool is_beyond(Side side, Price price, Price worst) {
  return !worst.is_zero() && !is_no_worse(side, price, worst);
}

/// The order at rest that this one deals with after `maker`, or first (0): no worse than the house,
/// which comes last at equal prices. 0: none.
[[nodiscard]] std::uint32_t next_maker(const State& state, const Reach& reach, std::uint32_t maker);
[[nodiscard]] inline std::uint32_t best_maker(const State& state, const Reach& reach) {
  return next_maker(state, reach, 0);
}
/// An order at rest could deal with another one now. REQUIRES: its market is open, the quote fresh.
[[nodiscard]] bool meets_maker(const State& state, const WorkingOrder& order);

/// Tells what became of the prices whose volume changed.
void tell_depth(State& state);
void retell_depth(const Retelling& to, const State& state);

}  // namespace tribook::engine
