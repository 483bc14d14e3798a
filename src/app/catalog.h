#pragma once

#include <string>
#include <vector>

#include "app/bootstrap.h"
#include "config/config.h"
#include "gateway/bodies/group_body.h"
#include "tribook/domain/instrument.h"

// Symbols and groups of a configuration, in the words of the admin's requests.

namespace tribook::app {

/// Throws std::runtime_error that says where and what is wrong.
Instrument read_symbol(const config::ListedEntry& entry);
gateway::GroupBody read_group(const config::ListedEntry& entry, const gateway::GroupsKnown& known);

/// What would keep the first start from making them, each with file and line. Changes nothing.
std::vector<std::string> catalog_problems(const config::Config& config);

/// Makes the one symbol if it is not there.
void import_symbol(Pipeline& pipeline, OwnClient& client, const config::ListedEntry& entry);
/// Makes the group, or what an interrupted start left out of it. REQUIRES: symbols are there.
void import_group(Pipeline& pipeline, OwnClient& client, const config::ListedEntry& entry);

}  // namespace tribook::app
