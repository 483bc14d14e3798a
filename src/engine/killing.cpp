#include "engine/killing.h"

#include "engine/commands.h"
#include "engine/risk_rules.h"
#include "tribook/message/slab.h"

namespace tribook::engine {

void on_set_kill_switch(State& state, const CommandHeader& header, const SetKillSwitch& set) {
  const auto reason = read_spec<KillReason>(state.slab.get(header.text));
  const bool is_good = reason && is_valid(set.action) && is_valid(set.cause) &&
                       set.limit <= Limit::Count &&
                       reason->text == FixedText<128>::of(reason->text.view());
  if (!is_good) return state.refuse({}, RejectCode::Validation);
  if (const auto code = check_scope(state, set.scope); code != RejectCode::None)
    return state.refuse({}, code);
  const bool goes_on = set.action != KillAction::None;
  if (goes_on && !state.rules.switches().has_room_for(set.scope))
    return state.refuse({}, RejectCode::LimitReached);
  KillSwitch kill_switch;
  if (goes_on) {
    kill_switch.since = state.now;
    kill_switch.measured = set.measured;
    kill_switch.threshold = set.threshold;
    kill_switch.actor = header.actor;
    kill_switch.action = set.action;
    kill_switch.cause = set.cause;
    kill_switch.limit = set.limit;
    kill_switch.reason = reason->text;
  }
  state.rules.put_switch(set.scope, kill_switch);
  KillSwitchChanged changed;
  changed.scope = set.scope;
  changed.alert = state.next_alert();
  changed.actor = header.actor;
  state.emit(account_of(set.scope), changed, header.text);
}

void switch_on(State&, Account&, const KillSwitch&) {}

void on_kill_sweep(State&, const KillSweep&) {}

}  // namespace tribook::engine
