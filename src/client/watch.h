#pragma once

#include <string>
#include <vector>

#include "client/context.h"

namespace tribook::client {

/// Shows quotes as they come, all symbols' if none is named, until it is interrupted: on a terminal
/// a table that is drawn anew, else a line a tick.
void watch_quotes(Context& context, const std::vector<std::string>& symbols);

}  // namespace tribook::client
