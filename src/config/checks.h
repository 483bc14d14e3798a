#pragma once

#include "config/config.h"
#include "config/problems.h"
#include "config/value.h"

namespace tribook::config {

/// What no key can tell alone: values that do not go together. `root` says where they stand. Keys
/// that are wrong in themselves are left out.
void check_together(const Value& root, const Config& config, Problems& problems);

}  // namespace tribook::config
