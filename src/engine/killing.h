#pragma once

#include "engine/state.h"

// Kill switches: what goes on and off, and what they keep from opening. What they cancel and close
// is in kill_sweeps.h.
//
// Nothing is refused that only closes. What rests and would open stays as it is: no quote triggers
// it and no other client meets it, until the switch is off.

namespace tribook::engine {

/// The event that tells of a switch as it is now; an empty one is off. Without its alert.
[[nodiscard]] KillSwitchChanged describe(const RiskScope& scope, const KillSwitch& kill_switch);

/// A switch is on by which the account opens nothing in the symbol.
[[nodiscard]] bool is_killed(const State& state, const Account& account, SymbolId symbol);
/// One keeps the order from being filled, as it would open something.
[[nodiscard]] bool is_blocked(const State& state, const WorkingOrder& order);
/// Likewise, and it cancels what rests.
[[nodiscard]] bool is_cancelled(const State& state, const WorkingOrder& order);

/// Switches on for one account, by the house itself, and at once cancels and closes what the switch
/// says: its action, cause, limit, measured and threshold; when, who and why is set here. One of
/// the account's own that is on and does as much stays instead, and nothing happens. False when no
/// other account can have one of its own. REQUIRES: an action; no order is being filled and no
/// account stopped out meanwhile, whose scratch this uses.
bool switch_on(State& state, Account& account, KillSwitch kill_switch);

}  // namespace tribook::engine
