#pragma once

#include "engine/positions.h"
#include "tribook/base/hash.h"
#include "tribook/message/text.h"

// What all orders that open have in common, however they came to be executed.

namespace tribook::engine {

[[nodiscard]] OrderUpdated describe(const NewOrder& order, OrderId id);
/// Of a client's own texts all but his id.
void mix_texts(base::Digest& digest, const Texts& texts);

/// Whether a new order would be refused, and if it executes at once, what it opens.
[[nodiscard]] RejectCode decide_new(const State& state, AccountId account, const NewOrder& order,
                                    Opening& opening);
/// The same of what is no market order.
[[nodiscard]] RejectCode decide_placing(const State& state, AccountId account,
                                        const NewOrder& order, Opening& opening);
/// Whether there is room and margin for it at the price of now. REQUIRES: the market is open, the
/// quote fresh.
[[nodiscard]] RejectCode check_opening(const State& state, const Account& account,
                                       const NewOrder& order, Opening& opening);
/// A new order is filled: tells so and opens its position. REQUIRES: check_opening was good.
void fill_order(State& state, const CommandHeader& header, const NewOrder& order, OrderId id,
                const Opening& opening);
/// The same of an order that may have rested; `updated` says what it was before.
void fill_order(State& state, AccountId account, OrderUpdated updated, TextRef text,
                const Opening& opening, PipDistance trailing_distance, PipDistance trailing_step);

}  // namespace tribook::engine
