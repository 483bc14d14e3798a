#include "engine/killing.h"

#include <chrono>

#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/kill_sweeps.h"
#include "engine/risk_rules.h"
#include "engine/watching.h"
#include "tribook/base/canary.h"
#include "tribook/message/slab.h"

namespace tribook::engine {
namespace {

bool opens(const State& state, const WorkingOrder& order) {
  return order.left() > closable(state, state.account(order.account), order.symbol, order.side);
}

KillSwitch switch_of(const State& state, const CommandHeader& header, const SetKillSwitch& set,
                     const KillReason& reason) {
  KillSwitch kill_switch;
  if (set.action == KillAction::None) return kill_switch;
  kill_switch.since = state.now;
  kill_switch.measured = set.measured;
  kill_switch.threshold = set.threshold;
  kill_switch.actor = header.actor;
  kill_switch.action = set.action;
  kill_switch.cause = set.cause;
  kill_switch.limit = set.limit;
  kill_switch.reason = reason.text;
  return kill_switch;
}

// REQUIRES: there is room for it.
void put(State& state, const RiskScope& scope, const KillSwitch& kill_switch, KillCause cause,
         UserId actor, TextRef reason) {
  state.rules.put_switch(scope, kill_switch);
  KillSwitchChanged changed = describe(scope, kill_switch);
  changed.alert = state.next_alert();
  changed.cause = cause;
  changed.actor = actor;
  state.emit(account_of(scope), changed, reason);
  if (kill_switch.action >= KillAction::Cancel) sweep(state, scope);
}

}  // namespace

KillSwitchChanged describe(const RiskScope& scope, const KillSwitch& kill_switch) {
  KillSwitchChanged changed;
  changed.scope = scope;
  changed.since = kill_switch.since;
  changed.measured = kill_switch.measured;
  changed.threshold = kill_switch.threshold;
  changed.actor = kill_switch.actor;
  changed.action = kill_switch.action;
  changed.cause = kill_switch.cause;
  changed.limit = kill_switch.limit;
  return changed;
}

bool is_killed(const State& state, const Account& account, SymbolId symbol) {
  const KillSwitch* on = state.rules.kill_switch(subject_of(account, symbol));
  if (on == nullptr) return false;
  const bool is_late = base::is_broken(base::Broken::KillSwitchLate) &&
                       state.now - on->since < std::chrono::minutes{1};
  return !is_late;
}

bool is_blocked(const State& state, const WorkingOrder& order) {
  return is_killed(state, state.account(order.account), order.symbol) && opens(state, order);
}

bool is_cancelled(const State& state, const WorkingOrder& order) {
  const RuleSubject subject = subject_of(state.account(order.account), order.symbol);
  return state.rules.kill_action(subject) >= KillAction::Cancel && opens(state, order);
}

bool switch_on(State& state, Account& account, KillSwitch kill_switch) {
  const RiskScope scope = RiskScope::of(account.id);
  const auto& switches = state.rules.switches();
  if (switches.at(scope).action >= kill_switch.action) return true;
  if (!switches.has_room_for(scope)) return false;
  kill_switch.since = state.now;
  kill_switch.actor = {};
  kill_switch.reason = {};
  put(state, scope, kill_switch, kill_switch.cause, {}, {});
  return true;
}

// One of the same scope is replaced; what an earlier one had begun to sweep is done before.
void on_set_kill_switch(State& state, const CommandHeader& header, const SetKillSwitch& set) {
  const auto reason = read_spec<KillReason>(state.slab.get(header.text));
  const bool is_good = reason && is_valid(set.action) && is_valid(set.cause) &&
                       set.limit <= Limit::Count &&
                       reason->text == FixedText<128>::of(reason->text.view());
  if (!is_good) return state.refuse({}, RejectCode::Validation);
  if (const auto code = check_scope(state, set.scope); code != RejectCode::None)
    return state.refuse({}, code);
  const auto& switches = state.rules.switches();
  const bool goes_off = set.action == KillAction::None;
  if (goes_off && switches.at(set.scope).is_empty()) return state.refuse({}, RejectCode::NotFound);
  if (!goes_off && !switches.has_room_for(set.scope))
    return state.refuse({}, RejectCode::LimitReached);
  // Whoever set it by hand takes it away.
  const bool is_of_hand = !switches.at(set.scope).is_empty() && switches.at(set.scope).actor;
  if (set.cause != KillCause::Manual && is_of_hand) return state.refuse({}, RejectCode::InUse);
  finish_run(state);
  const KillSwitch before = switches.at(set.scope);
  put(state, set.scope, switch_of(state, header, set, *reason), set.cause, header.actor,
      header.text);
  const bool is_accounts = set.scope.level == ScopeLevel::Account;
  if (goes_off && is_accounts && before.cause == KillCause::Limit)
    forgive(state, state.account(AccountId{set.scope.id}), before.limit);
}

}  // namespace tribook::engine
