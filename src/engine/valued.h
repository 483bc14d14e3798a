#pragma once

#include <optional>

#include "engine/state.h"

// What positions are worth, added up by holding and kept as long as no price has changed that it
// depends on: an account with very many positions is not gone through again for each of its orders.
// The sum is of rounded amounts, each of its own position, so nothing shorter gives it.

namespace tribook::engine {

/// As things stand, and kept; empty when money cannot express it.
std::optional<HoldingValue> value_of(const State& state, const Holding& holding);

/// Of a new one, that has no positions yet.
void begin_value(const State& state, Holding& holding);
/// Chains of conversion, or the account's prices, are others.
void forget_values(State& state, const Account& account);

/// Call before a position's volume or cost changes, and join_value when they have.
void leave_value(State& state, const Position& position);
void join_value(State& state, const Position& position);

}  // namespace tribook::engine
