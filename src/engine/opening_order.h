#pragma once

#include "engine/positions.h"
#include "tribook/base/hash.h"
#include "tribook/message/text.h"

// What all orders have in common that are filled, however they came to be executed.

namespace tribook::engine {

[[nodiscard]] OrderUpdated describe(const NewOrder& order, OrderId id);
/// Of a client's own texts all but his id.
void mix_texts(base::Digest& digest, const Texts& texts);

/// What of an order closes and what opens. While anything closes, the opening is planned after it.
struct Plan {
  Volume closing;
  Volume opening;
  Price price;
  Opening opened;

  [[nodiscard]] bool only_closes() const { return opening.is_zero(); }
};

/// As things stand, at the price of now.
[[nodiscard]] Plan split(const State& state, const Account& account, const NewOrder& order);
/// Whether account and symbol let it in, session aside.
[[nodiscard]] RejectCode check_states(const Account& account, const Symbol& symbol,
                                      bool only_closes);

/// Whether a new order would be refused, and if it executes at once, what it does.
[[nodiscard]] RejectCode decide_new(const State& state, AccountId account, const NewOrder& order,
                                    Plan& plan);
/// The same of what is no market order.
[[nodiscard]] RejectCode decide_placing(const State& state, AccountId account,
                                        const NewOrder& order, Plan& plan);
/// Whether there is room and margin for it. REQUIRES: `plan` is its split; the market is open, the
/// quote fresh.
[[nodiscard]] RejectCode check_filling(const State& state, const Account& account,
                                       const NewOrder& order, Plan& plan);
/// A new order is filled: tells so, closes what stands against it and opens the rest.
/// REQUIRES: check_filling was good.
void fill_order(State& state, const CommandHeader& header, const NewOrder& order, OrderId id,
                const Plan& plan);
/// The same of an order that may have rested; `updated` says what it was before.
void fill_order(State& state, AccountId account, OrderUpdated updated, TextRef text, Plan plan,
                PipDistance trailing_distance, PipDistance trailing_step);

}  // namespace tribook::engine
