#pragma once

#include "gateway/json/reader.h"
#include "tribook/domain/margin.h"

// Levels in percent of margin, of an account or of a group.

namespace tribook::gateway {

void read_account_level(json::Value value, json::Reader& reader, Ratio& out);
/// In any order; none is good too: then nobody is warned.
void read_call_levels(json::Value value, json::Reader& reader, MarginCallLevels& out);

}  // namespace tribook::gateway
