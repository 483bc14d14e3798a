#pragma once

#include "engine/state.h"
#include "tribook/message/retelling.h"

// Limits and kill switches as the engine keeps them.

namespace tribook::engine {

/// Whether whoever the rule would hold for is there: None or why not.
[[nodiscard]] RejectCode check_scope(State& state, const RiskScope& scope);
/// Whose events tell of it: none's but for an account's.
[[nodiscard]] AccountId account_of(const RiskScope& scope);

void save_rules(base::ArchiveWriter& archive, const RiskRules& rules);
/// What cannot be fails the archive. REQUIRES: groups, symbols and accounts are loaded.
void load_rules(base::ArchiveReader& archive, State& state);
void mix_rules(base::Digest& digest, const RiskRules& rules);
void retell_rules(const Retelling& to, const RiskRules& rules);

}  // namespace tribook::engine
