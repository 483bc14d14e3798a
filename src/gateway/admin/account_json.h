#pragma once

#include "gateway/api/context.h"
#include "gateway/json/writer.h"

namespace tribook::gateway::admin {

/// An account as operators see it, one object.
void write_account(json::Writer& writer, const Context& context,
                   const views::AccountSnapshot& snapshot);

/// Into that object: a password that was made here, told this once; empty: none was.
void add_password(std::string& body, std::string_view generated);

}  // namespace tribook::gateway::admin
