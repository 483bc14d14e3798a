#pragma once

#include "gateway/api/context.h"
#include "gateway/json/writer.h"

namespace tribook::gateway::admin {

/// An account as operators see it, one object.
void write_account(json::Writer& writer, const Context& context,
                   const views::AccountSnapshot& snapshot);

}  // namespace tribook::gateway::admin
