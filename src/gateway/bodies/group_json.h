#pragma once

#include "gateway/json/reader.h"
#include "gateway/json/writer.h"
#include "tribook/domain/group.h"
#include "tribook/domain/instrument.h"

// A group as operators see it, both ways. What it sets nothing of is null.

namespace tribook::gateway {

/// Its options, as fields.
void write_group_options(json::Writer& writer, const GroupSpec& group);
/// What it sets for a symbol or for all, as fields.
void write_group_terms(json::Writer& writer, const GroupTerms& terms);

/// Any part of a group's options over what they were. Its name is the caller's.
GroupSpec read_group_options(json::Value body, const GroupSpec& current, json::Reader& reader);

/// Any part of what a group sets for `symbol`, null for all symbols, over what it was.
GroupTerms read_group_terms(json::Value body, const Instrument* symbol, const GroupTerms& current,
                            json::Reader& reader);

}  // namespace tribook::gateway
