#pragma once

#include <optional>
#include <string>

#include "gateway/api/context.h"
#include "tribook/domain/by_scope.h"

// How operators name whom a limit or a kill switch is for: the house, or one group, account or
// symbol.

namespace tribook::gateway::admin {

/// What was said of it, in a query or a body.
struct ScopeWords {
  std::optional<std::string> level;  ///< none: by what is named, the house if nothing is
  std::optional<std::string> group;
  std::optional<std::string> account;
  std::optional<std::string> symbol;
};

/// Whether the query says nothing else, and nothing twice; answers when it does.
bool has_scope_words_alone(const Call& call);
/// Of the query: `level`, `group`, `accountId`, `symbol`.
ScopeWords scope_words(const http::HttpRequest& request);
/// Answers and returns nothing when it names none, several, or one that there is not.
std::optional<RiskScope> read_scope(const Call& call, const ScopeWords& words);

}  // namespace tribook::gateway::admin
