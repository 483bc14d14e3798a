#pragma once

#include "engine/opening_order.h"

// An order takes what there is: other clients' orders at rest and the house's quote, the better one
// first, level by level, and clients before the house at equal prices.

namespace tribook::engine {

struct Taking {
  Filling filling;
  Price worst;  // it takes none worse; 0 = any
};

/// Fills what can be filled now: first what closes, then, if all of that did, what opens. Answers
/// why the rest has to end; with None it is filled or nothing more is within its reach. REQUIRES:
/// the market is open, the quote fresh; the order does not stand in the book.
[[nodiscard]] RejectCode take(State& state, Taking& taking);

/// Whether the house's price is within its reach.
[[nodiscard]] bool reaches_house(const State& state, const Taking& taking);
/// Whether anything is.
[[nodiscard]] bool can_take(const State& state, const Taking& taking);

}  // namespace tribook::engine
