#pragma once

#include "gateway/json/reader.h"
#include "tribook/domain/instrument.h"

namespace tribook::gateway {

/// What a symbol's `margin` said itself, where that decides about what it did not say.
struct MarginSaid {
  bool mode = false;
  bool percent = false;
  bool maintenance_rate = false;
};

/// Reads a symbol's `margin`. What it does not name stays; mistakes stay in the reader.
void read_margin(json::Value value, json::Reader& reader, MarginSpec& out, MarginSaid& said);

}  // namespace tribook::gateway
