#pragma once

#include <string>
#include <vector>

#include "app/bootstrap.h"
#include "config/config.h"
#include "gateway/bodies/group_body.h"
#include "tribook/domain/by_scope.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/limit.h"

// Symbols and groups of a configuration, in the words of the admin's requests, and limits of risk.

namespace tribook::app {

/// Throws std::runtime_error that says where and what is wrong.
Instrument read_symbol(const config::ListedEntry& entry);
gateway::GroupBody read_group(const config::ListedEntry& entry, const gateway::GroupsKnown& known);

/// What would keep the first start from making them, each with file and line. Changes nothing.
std::vector<std::string> catalog_problems(const config::Config& config);

/// Sets the level's limits, unless there are none. `where` is for messages.
void import_limits(Pipeline& pipeline, OwnClient& client, const RiskScope& scope,
                   const LimitSet& limits, const std::string& where);
/// Makes the one symbol if it is not there, and sets its limits.
void import_symbol(Pipeline& pipeline, OwnClient& client, const config::ListedEntry& entry);
/// Makes the group with its limits, or what an interrupted start left out of it. REQUIRES: symbols
/// are there.
void import_group(Pipeline& pipeline, OwnClient& client, const config::ListedEntry& entry);

}  // namespace tribook::app
