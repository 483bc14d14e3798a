#pragma once

#include <string_view>

#include "gateway/json/reader.h"
#include "gateway/json/writer.h"
#include "tribook/domain/instrument.h"

// A symbol as operators and clients see it, both ways. What is written reads back as the same.

namespace tribook::gateway {

/// A member of that name each.
void write_commission(json::Writer& writer, const CommissionSpec& commission);
void write_swap(json::Writer& writer, const SwapSpec& swap);

/// The object's fields; the caller opens and closes it.
void write_symbol_fields(json::Writer& writer, const Instrument& instrument);

struct SymbolBody {
  Instrument instrument{};
  std::string_view unsupported;  ///< what is understood and not built yet
};

/// A new symbol: what is absent gets the usual value of its category and currencies.
SymbolBody read_new_symbol(json::Value body, json::Reader& reader);

/// Any part of a symbol over what it was. Its name cannot change.
SymbolBody read_symbol_change(json::Value body, const Instrument& current, json::Reader& reader);

}  // namespace tribook::gateway
