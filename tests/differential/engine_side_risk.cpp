#include "differential/engine_side.h"
#include "differential/to_engine.h"

// Limits and kill switches.

namespace tribook::differential {

// Of what is not there, the next one that would be.
RiskScope EngineSide::scope_of(const reference::Scope& scope) const {
  switch (scope.level) {
    case reference::Scope::Level::House:
      return RiskScope::house();
    case reference::Scope::Level::Group: {
      const GroupId known = engine_.groups().find(scope.name);
      return RiskScope::of(known ? known : engine_.groups().next());
    }
    case reference::Scope::Level::Account:
      return RiskScope::of(account(scope.account));
    case reference::Scope::Level::Symbol:
      break;
  }
  return RiskScope::of(symbols_.contains(scope.name) ? symbol(scope.name) : engine_.next_symbol());
}

void EngineSide::run(const reference::PutLimits& put) {
  PutLimits body;
  body.scope = scope_of(put.scope);
  send_spec(body, limits_of(put.limits));
}

// What it sweeps of many accounts, it sweeps a slice in each record.
void EngineSide::run(const reference::SetKillSwitch& set) {
  SetKillSwitch body;
  body.scope = scope_of(set.scope);
  body.action = static_cast<KillAction>(set.action);
  KillReason reason;
  reason.text = FixedText<128>::of("by hand");
  send_spec(body, reason);
  while (engine_.timer_run().kind == CommandKind::KillSweep) {
    KillSweep sweep;
    sweep.nominal = engine_.timer_run().nominal;
    send(AccountId{}, sweep);
  }
}

void EngineSide::tell_warnings(Told& told) const {
  std::map<Label, std::uint32_t> all;
  for (const Event& event : events_) {
    if (event.header.kind != EventKind::OrderWarned) continue;
    const auto warned = event.get<OrderWarned>();
    all[label_of(warned.order)] |= warned.limits;
  }
  for (const auto& [order, limits] : all) {
    WarnedTold one{order, ""};
    for (std::size_t i = 0; i < kLimits; ++i) {
      const auto limit = static_cast<Limit>(i);
      if ((limits & bit_of(limit)) != 0) one.limits += ' ' + std::string(terms_of(limit).name);
    }
    told.warned.push_back(one);
  }
}

}  // namespace tribook::differential
