#pragma once

#include "engine/state.h"

// Kill switches: what goes on, what it cancels and closes.

namespace tribook::engine {}  // namespace tribook::engine
