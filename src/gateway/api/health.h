#pragma once

#include "gateway/api/context.h"

namespace tribook::gateway {

/// GET /healthz: the process answers.
void get_health(const Call& call);
/// GET /readyz: 200, or 503 with what is missing. Whoever asks may send clients elsewhere, so what
/// leaves closes possible is told with 200.
void get_readiness(const Call& call);

}  // namespace tribook::gateway
