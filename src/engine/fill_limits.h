#pragma once

#include <cstdint>

#include "engine/state.h"

// Limits of what an account would hold, looked at when a fill opens: after its margin, before it is
// booked.

namespace tribook::engine {

/// Why the order may not open that much at the price: the first limit that it passes, in their
/// order; NoConversion or ValueOverflow when that cannot be told. Those that warn are put into
/// `warned`, a bit each, when none refuses. REQUIRES: plan_opening was good.
[[nodiscard]] RejectCode check_fill_limits(const State& state, const WorkingOrder& order,
                                           Volume volume, Price price, std::uint32_t& warned);

}  // namespace tribook::engine
