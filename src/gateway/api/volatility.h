#pragma once

#include "gateway/api/context.h"

namespace tribook::gateway {

/// How much a symbol moves, by the closes of its newest whole candles in memory.
void get_volatility(const Call& call);

}  // namespace tribook::gateway
