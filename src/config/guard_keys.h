#pragma once

#include "config/keys.h"

// Kill switches that the house sets off by itself, as [risk.guard] says them.

namespace tribook::config {

const Keys<Guard>& guard_keys();

}  // namespace tribook::config
