#pragma once

#include "engine/state.h"

// What rollovers and fundings go by; see timers.h for how far they are.

namespace tribook::engine {

/// The swap that an account pays for a symbol.
const SwapSpec& swap_of(const State& state, const Account& account, const Symbol& symbol);

}  // namespace tribook::engine
