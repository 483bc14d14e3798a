#pragma once

#include <memory>

#include "sim/plan.h"
#include "tribook/journal/disk.h"

namespace tribook::sim {

/// The disk that the canary breaks, around a good one; null when it breaks something else.
std::unique_ptr<journal::Disk> make_broken_disk(Canary canary, journal::Disk& good);

}  // namespace tribook::sim
