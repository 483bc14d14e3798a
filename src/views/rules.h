#pragma once

#include <cstddef>
#include <optional>
#include <shared_mutex>
#include <vector>

#include "tribook/domain/risk_rules.h"
#include "views/view_types.h"

namespace tribook::views {

/// The limits and kill switches as operators set them. Cold: behind a lock.
class Rules {
 public:
  Rules(std::size_t accounts_max, std::size_t symbols_max) : rules_(accounts_max, symbols_max) {}

  // The writer. False when there is no room for it.
  bool put_limits(const RiskScope& scope, const LimitSet& limits);
  bool put_switch(const RiskScope& scope, const KillSwitch& kill_switch);

  // Anybody. Who is beyond all limits of size has none of his own.
  [[nodiscard]] LimitSet own(const RiskScope& scope) const;
  [[nodiscard]] std::vector<LimitView> in_force(const RuleSubject& subject) const;
  [[nodiscard]] std::optional<KillSwitchView> kill_switch(const RuleSubject& subject) const;
  [[nodiscard]] std::optional<KillSwitchView> kill_switch_at(const RiskScope& scope) const;
  [[nodiscard]] std::vector<KillSwitchView> kill_switches() const;

 private:
  [[nodiscard]] RuleSubject within(RuleSubject subject) const;

  mutable std::shared_mutex mutex_;
  RiskRules rules_;
};

}  // namespace tribook::views
