#pragma once

#include "engine/state.h"

// Kill switches: what goes on, what it cancels and closes.

namespace tribook::engine {

/// An account's own, by the house itself: on at once, with what it cancels and closes. One that is
/// on already stays as it is, but for one that does less.
void switch_on(State& state, Account& account, const KillSwitch& kill_switch);

}  // namespace tribook::engine
