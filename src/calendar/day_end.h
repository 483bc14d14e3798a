#pragma once

#include "tribook/base/time.h"

namespace tribook::calendar {

/// When the trading day ends in which `now` is: the next 17:00 in New York after it.
/// REQUIRES: load_time_zones() was called.
TimeNs next_day_end(TimeNs now);

}  // namespace tribook::calendar
