#include "tribook/domain/risk_rules.h"

#include <algorithm>
#include <array>

namespace tribook {
namespace {

// From the widest to the narrowest.
std::array<RiskScope, 4> scopes_of(const RuleSubject& subject) {
  return {RiskScope::house(), RiskScope::of(subject.group), RiskScope::of(subject.account),
          RiskScope::of(subject.symbol)};
}

}  // namespace

void RiskRules::put_limits(const RiskScope& scope, const LimitSet& limits) {
  const std::uint32_t before = limits_.at(scope).sets;
  limits_.put(scope, limits);
  for (std::size_t i = 0; i < kLimits; ++i) {
    const std::uint32_t bit = 1U << i;
    setters_[i] += ((limits.sets & bit) != 0 ? 1U : 0U) - ((before & bit) != 0 ? 1U : 0U);
    set_ = setters_[i] != 0 ? set_ | bit : set_ & ~bit;
  }
}

void RiskRules::put_switch(const RiskScope& scope, const KillSwitch& kill_switch) {
  switches_.put(scope, kill_switch);
}

LimitInForce RiskRules::in_force(Limit limit, const RuleSubject& subject) const {
  if (!is_any_set(bit_of(limit))) return {};
  const auto scopes = scopes_of(subject);
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope) {
    const LimitSet& set = limits_.at(*scope);
    if (!set.has(limit)) continue;
    const auto i = static_cast<std::size_t>(limit);
    return {set.threshold[i], set.mode[i], set.kill[i], scope->level};
  }
  return {};
}

const KillSwitch* RiskRules::kill_switch(const RuleSubject& subject) const {
  if (switches_.count() == 0) return nullptr;
  for (const RiskScope& scope : scopes_of(subject)) {
    const KillSwitch& found = switches_.at(scope);
    if (!found.is_empty()) return &found;
  }
  return nullptr;
}

KillAction RiskRules::kill_action(const RuleSubject& subject) const {
  KillAction action = KillAction::None;
  if (switches_.count() == 0) return action;
  for (const RiskScope& scope : scopes_of(subject)) {
    action = std::max(action, switches_.at(scope).action);
  }
  return action;
}

RiskScope RiskRules::killed_by(const RuleSubject& subject) const {
  for (const RiskScope& scope : scopes_of(subject)) {
    if (!switches_.at(scope).is_empty()) return scope;
  }
  return {};
}

}  // namespace tribook
