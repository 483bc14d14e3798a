#pragma once

#include <cstdint>

#include "engine/state.h"

// Limits of what is asked: looked at when an order is placed or changed, before anything fills.

namespace tribook::engine {

enum class Asking : std::uint8_t { New, OneOfPair, Change };

/// Why an order that is good otherwise may not be asked for: the first limit that it passes, in
/// their order. Those that warn are put into `warned`, a bit each, when none refuses. What only
/// closes passes. REQUIRES: it is well-formed, its account and symbol exist.
[[nodiscard]] RejectCode check_asked_limits(const State& state, AccountId account,
                                            const NewOrder& order, Asking asking,
                                            std::uint32_t& warned);

/// Whether a position may lose the stop-loss it has: as above.
[[nodiscard]] RejectCode check_stop_loss_removal(const State& state, const Position& position,
                                                 std::uint32_t& warned);

/// A new order was accepted: another one just like it may come too early.
void note_accepted(State& state, AccountId account, const NewOrder& order);

/// Limits that were passed and that only warn.
struct Warned {
  AccountId account;
  OrderId order;             // 0: of no order
  std::uint32_t limits = 0;  // a bit each
};
/// Of what was filled of it in this record, and not told yet.
[[nodiscard]] Warned take_warned(WorkingOrder& order);
/// Once a record, after what came of it; nothing when there are none.
void tell_warned(State& state, const Warned& warned);

/// What risk says of the pace, as limits.
[[nodiscard]] std::uint32_t paced_limits(std::uint8_t pace_warnings);

}  // namespace tribook::engine
