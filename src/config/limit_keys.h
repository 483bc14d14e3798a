#pragma once

#include <string>

#include "config/keys.h"
#include "tribook/domain/limit.h"

// Limits of risk, as [risk.limits] says them and `limits` of a group or a symbol: a threshold, or a
// table of value, mode and kill_switch. A name is REST's with underscores: max_open_positions.

namespace tribook::config {

/// What is read has been checked as the engine will; see check(LimitSet).
const Keys<LimitSet>& limit_keys();

bool is_same(const LimitSet& a, const LimitSet& b);

/// "{max_open_positions = 5}": all that is set, on one line.
std::string inline_limits(const LimitSet& limits);

}  // namespace tribook::config
