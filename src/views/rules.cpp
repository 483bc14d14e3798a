#include "views/rules.h"

#include <mutex>

namespace tribook::views {

bool Rules::put_limits(const RiskScope& scope, const LimitSet& limits) {
  const std::lock_guard lock(mutex_);
  if (!rules_.limits().is_in_range(scope)) return false;
  if (!limits.is_empty() && !rules_.limits().has_room_for(scope)) return false;
  rules_.put_limits(scope, limits);
  return true;
}

bool Rules::put_switch(const RiskScope& scope, const KillSwitch& kill_switch) {
  const std::lock_guard lock(mutex_);
  if (!rules_.switches().is_in_range(scope)) return false;
  if (!kill_switch.is_empty() && !rules_.switches().has_room_for(scope)) return false;
  rules_.put_switch(scope, kill_switch);
  return true;
}

RuleSubject Rules::within(RuleSubject subject) const {
  const auto& limits = rules_.limits();
  if (!limits.is_in_range(RiskScope::of(subject.account))) subject.account = {};
  if (!limits.is_in_range(RiskScope::of(subject.group))) subject.group = {};
  if (!limits.is_in_range(RiskScope::of(subject.symbol))) subject.symbol = {};
  return subject;
}

LimitSet Rules::own(const RiskScope& scope) const {
  const std::shared_lock lock(mutex_);
  return rules_.limits().is_in_range(scope) ? rules_.limits().at(scope) : LimitSet{};
}

std::vector<LimitView> Rules::in_force(const RuleSubject& subject) const {
  std::vector<LimitView> found;
  const std::shared_lock lock(mutex_);
  const RuleSubject known = within(subject);
  const LimitSet& house = rules_.limits().at(RiskScope::house());
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    const LimitInForce now = rules_.in_force(limit, known);
    // Nobody says anything of it, unless the house says that it is off.
    if (now.level == ScopeLevel::House && !house.has(limit)) continue;
    found.push_back({limit, now});
  }
  return found;
}

std::optional<KillSwitchView> Rules::kill_switch(const RuleSubject& subject) const {
  const std::shared_lock lock(mutex_);
  const RuleSubject known = within(subject);
  const KillSwitch* found = rules_.kill_switch(known);
  if (found == nullptr) return std::nullopt;
  return KillSwitchView{rules_.killed_by(known), *found};
}

std::optional<KillSwitchView> Rules::kill_switch_at(const RiskScope& scope) const {
  const std::shared_lock lock(mutex_);
  if (!rules_.switches().is_in_range(scope)) return std::nullopt;
  const KillSwitch& found = rules_.switches().at(scope);
  if (found.is_empty()) return std::nullopt;
  return KillSwitchView{scope, found};
}

std::vector<KillSwitchView> Rules::kill_switches() const {
  std::vector<KillSwitchView> found;
  const std::shared_lock lock(mutex_);
  if (rules_.switches().count() == 0) return found;
  rules_.switches().for_each([&](const RiskScope& scope, const KillSwitch& kill_switch) {
    found.push_back({scope, kill_switch});
  });
  return found;
}

}  // namespace tribook::views
