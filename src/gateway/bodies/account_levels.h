#pragma once

#include "gateway/json/reader.h"
#include "tribook/domain/margin.h"

// What an account and a group say alike.

namespace tribook::gateway {

void read_account_level(json::Value value, json::Reader& reader, Ratio& out);
/// In any order; none is good too: then nobody is warned.
void read_call_levels(json::Value value, json::Reader& reader, MarginCallLevels& out);

/// One of swapFree, swapFreeDays and swapFreeFee; other fields are nothing to it.
void read_swap_free(json::Value value, json::Reader& reader, SwapFreeSpec& out);

}  // namespace tribook::gateway
