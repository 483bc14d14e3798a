#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "tribook/domain/by_scope.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/kill_switch.h"
#include "tribook/domain/limit.h"

// The limits and kill switches of a house. Engine, risk and views each own a copy and feed it the
// same records, so they agree.

namespace tribook {

/// Whom an order is of, as far as rules go.
struct RuleSubject {
  AccountId account;
  GroupId group;    ///< 0 = none
  SymbolId symbol;  ///< 0 = of none: what is watched of the account in all
};

class RiskRules {
 public:
  RiskRules(std::size_t accounts_max, std::size_t symbols_max)
      : limits_(accounts_max, symbols_max), switches_(accounts_max, symbols_max) {}

  [[nodiscard]] const ByScope<LimitSet>& limits() const { return limits_; }
  [[nodiscard]] const ByScope<KillSwitch>& switches() const { return switches_; }
  /// Whole: what it does not set is set no more. REQUIRES: limits().has_room_for(scope).
  void put_limits(const RiskScope& scope, const LimitSet& limits);
  /// An empty one is off. REQUIRES: switches().has_room_for(scope).
  void put_switch(const RiskScope& scope, const KillSwitch& kill_switch);

  /// The narrowest that is set: the symbol's, else the account's, the group's, the house's. What is
  /// off, or set nowhere, is LimitMode::Off.
  [[nodiscard]] LimitInForce in_force(Limit limit, const RuleSubject& subject) const;
  /// Whether any of these limits (see bit_of) is set to anything anywhere.
  [[nodiscard]] bool is_any_set(std::uint32_t limits) const { return (set_ & limits) != 0; }

  /// Begins to fetch what is asked of the account's orders.
  void prefetch(AccountId account) const {
    if (limits_.count() != 0) limits_.prefetch(account);
    if (switches_.count() != 0) switches_.prefetch(account);
  }

  /// The widest switch that is on for the subject; null when none is.
  [[nodiscard]] const KillSwitch* kill_switch(const RuleSubject& subject) const;
  /// The most that the switches which are on for the subject do.
  [[nodiscard]] KillAction kill_action(const RuleSubject& subject) const;
  /// The scope of the one that kill_switch() gives. REQUIRES: kill_switch(subject) != nullptr.
  [[nodiscard]] RiskScope killed_by(const RuleSubject& subject) const;

 private:
  ByScope<LimitSet> limits_;
  ByScope<KillSwitch> switches_;
  std::array<std::uint32_t, LimitSet::kRoom> setters_{};  // levels that set it, by limit
  std::uint32_t set_ = 0;                                 // limits that have any
};

}  // namespace tribook
