#pragma once

#include "tribook/domain/limit.h"

namespace tribook {

/// As check(limits), of what a level says: a symbol's sets off nothing that is of an account in
/// all.
InstrumentProblem check(const LimitSet& limits, ScopeLevel level);

}  // namespace tribook
