#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "gateway/api/context.h"

// Changes that are only tried: dryRun=true.

namespace tribook::gateway::admin {

/// What one request may ask at most, in parts.
inline constexpr std::size_t kPartsTried = 1'000;

/// Whether the request is one that can be tried, or does not ask for it; answers, and false, when
/// not.
bool check_dry_run(const Call& call);
/// Whether it does ask. REQUIRES: check_dry_run.
bool is_dry_run(const Call& call);

/// Answers with what would come of the parts, one after the other; nothing is changed.
void try_change(const Call& call, std::vector<ProposedCommand> parts);

template <typename Spec>
ProposedCommand propose(const Command& command, const Spec& spec) {
  const auto bytes = std::as_bytes(std::span<const Spec, 1>(&spec, 1));
  return {command, {bytes.begin(), bytes.end()}};
}

}  // namespace tribook::gateway::admin
