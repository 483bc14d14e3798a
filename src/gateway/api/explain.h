#pragma once

#include <optional>

#include "gateway/api/context.h"

namespace tribook::gateway {

/// Answers with what the explainer tells, later: 200 and its text, or why not.
void explain(const Call& call, const Question& question);

/// `of` of an account's question; answers and returns nothing when it is no good.
std::optional<Question::Part> read_part(const Call& call);

}  // namespace tribook::gateway
