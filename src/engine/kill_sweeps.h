#pragma once

#include "engine/state.h"

// What a kill switch cancels and closes once it is on: of one account within the record, of the
// house, a group or a symbol in slices, as Timers::run says, account after account.

namespace tribook::engine {

/// Cancels and closes what the scope's switch says, or begins to. Told with KillSwept when it is
/// done. REQUIRES: its switch is on and does more than to block; no run is under way.
void sweep(State& state, const RiskScope& scope);
/// Does the next slice. REQUIRES: a sweep is under way.
void go_on_sweeping(State& state);
/// A run that was loaded is not a sweep, or one of a switch that is on.
[[nodiscard]] bool is_sweep_sane(const State& state);

}  // namespace tribook::engine
