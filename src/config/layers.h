#pragma once

#include "config/config.h"
#include "config/problems.h"
#include "config/value.h"

namespace tribook::config {

/// All sources as one table, the later over the earlier: the files, conf.d, the environment, --set.
/// Tables are merged; everything else, lists too, takes the place of what was there.
Value read_layers(const LoadOptions& options, Problems& problems);

}  // namespace tribook::config
