#pragma once

#include <catch2/catch.hpp>
#include <string_view>

#include "support/engine_fixture.h"

namespace tribook::test {

inline Command switch_command(const RiskScope& scope, KillAction action) {
  SetKillSwitch set;
  set.scope = scope;
  set.action = action;
  return Command::make(set);
}

inline Events set_switch(House& house, const RiskScope& scope, KillAction action,
                         std::string_view reason = "because") {
  return house.send_spec(switch_command(scope, action).get<SetKillSwitch>(),
                         KillReason{FixedText<128>::of(reason)});
}

/// Goes on with what a switch sweeps until it is done, as the sequencer does; counts the records.
inline Events finish_sweep(House& house, std::size_t* records = nullptr) {
  Events all;
  std::size_t count = 0;
  while (house.engine.timer_run().kind == CommandKind::KillSweep) {
    const Events events = house.send(AccountId{}, KillSweep{house.engine.timer_run().nominal});
    all.all.insert(all.all.end(), events.all.begin(), events.all.end());
    REQUIRE(++count < 100'000);
  }
  if (records != nullptr) *records = count;
  return all;
}

}  // namespace tribook::test
