#pragma once

#include <string_view>

#include "gateway/json/reader.h"
#include "gateway/json/writer.h"
#include "tribook/domain/limit.h"

// Limits as operators see them, both ways: {"maxOpenPositions":{"value":5,"mode":"REJECT"}, ...}.

namespace tribook::gateway {

/// The members of an object of limits over what a level says: null unsets one, a number (a flag:
/// true) stands for a value that rejects, or warns where nothing can be rejected; of an object the
/// members given change. Mistakes stay in the reader and name the limit.
LimitSet read_limits(json::Value body, const LimitSet& current, ScopeLevel level,
                     json::Reader& reader);

/// value and mode, and killSwitch where one is set off, as fields.
void write_limit_terms(json::Writer& writer, Limit limit, const LimitInForce& terms);
/// All that a level says, as an object.
void write_limits(json::Writer& writer, std::string_view key, const LimitSet& limits);
/// A number at 10^-8 of the limit's unit: true for a flag.
void write_threshold(json::Writer& writer, std::string_view key, Limit limit, std::int64_t value);

}  // namespace tribook::gateway
