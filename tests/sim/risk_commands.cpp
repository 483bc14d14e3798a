#include "sim/command_parts.h"

// Limits and kill switches, of anybody.

namespace tribook::sim {
namespace {

RiskScope any_scope(World& world) {
  Random& random = world.client_random;
  switch (random.below(6)) {
    case 0:
      return RiskScope::house();
    case 1:
      return RiskScope::of(GroupId{static_cast<std::uint16_t>(1 + random.below(3))});
    case 2:
    case 3:
      return RiskScope::of(SymbolId{any_of(random, world.reference.symbols)->first});
    default:
      return RiskScope::of(any_account(world));
  }
}

// About what accounts hold, so that it is reached.
std::int64_t threshold(Random& random, Limit limit) {
  switch (terms_of(limit).unit) {
    case LimitUnit::Lots:
      return random.between(1, 400) * kFixedOne / 100;
    case LimitUnit::Number:
      return random.between(0, 8) * kFixedOne;
    case LimitUnit::Amount:
      return random.between(0, 200'000) * kFixedOne;
    case LimitUnit::Percent:
      return random.between(0, 9'000) * kFixedOne / 100;
    case LimitUnit::Pips:
      return random.between(0, 40) * kFixedOne;
    case LimitUnit::Times:
      return random.between(0, 4'000) * kFixedOne / 100;
    case LimitUnit::Seconds:
      return random.between(1, 30) * kFixedOne;
    case LimitUnit::Flag:
      return kFixedOne;
  }
  return 0;
}

LimitSet any_limits(Random& random) {
  LimitSet limits;
  constexpr Limit counted[] = {Limit::MaxPositionVolume, Limit::MaxOpenPositions,
                               Limit::MaxDayVolume};
  for (std::uint64_t left = random.below(4); left > 0; --left) {
    const Limit limit =
        random.percent(50) ? random.one_of(counted) : static_cast<Limit>(random.below(kLimits));
    const auto mode = static_cast<LimitMode>(random.percent(60) ? 2 : random.below(2));
    const bool is_watched = terms_of(limit).stage == LimitStage::Watched;
    limits.put(limit, threshold(random, limit), is_watched ? LimitMode::Warn : mode);
  }
  return limits;
}

void set_switch(Draft& draft, const RiskScope& scope, KillAction action) {
  SetKillSwitch set;
  set.scope = scope;
  set.action = action;
  KillReason reason;
  reason.text = FixedText<128>::of("by hand");
  write(draft, {}, set);
  draft.spec = bytes_of(reason);
}

}  // namespace

bool put_limits(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  PutLimits put;
  put.scope = any_scope(world);
  write(draft, {}, put);
  draft.spec = bytes_of(any_limits(world.client_random));
  return true;
}

bool kill_switch(World& world, Draft& draft) {
  if (world.reference.accounts.empty() || world.reference.symbols.empty()) return false;
  const RiskScope scope = any_scope(world);
  set_switch(draft, scope, static_cast<KillAction>(1 + world.client_random.below(3)));
  return true;
}

// One that is on, so that there is something to see again.
bool end_kill_switch(World& world, Draft& draft) {
  if (world.reference.switches.empty()) return false;
  const auto& [key, scope] = *any_of(world.client_random, world.reference.switches);
  set_switch(draft, scope, KillAction::None);
  return true;
}

bool nonsense_limits(World& world, Draft& draft) {
  Random& random = world.client_random;
  const bool is_of_limits = random.percent(50);
  if (!(is_of_limits ? put_limits : kill_switch)(world, draft)) return false;
  const RiskScope scope{
      static_cast<std::uint32_t>(random.bits()), static_cast<ScopeLevel>(random.below(6)), {}};
  if (is_of_limits) {
    PutLimits put;
    put.scope = scope;
    draft.command.set(put);
  } else {
    auto set = draft.command.get<SetKillSwitch>();
    if (random.percent(50)) set.scope = scope;
    if (random.percent(50)) set.action = static_cast<KillAction>(4 + random.below(200));
    draft.command.set(set);
  }
  if (random.percent(30)) draft.spec.resize(random.below(draft.spec.size()) + 1);
  if (random.percent(50)) {
    draft.spec[random.below(draft.spec.size())] ^= static_cast<std::byte>(1 + random.below(255));
  }
  return true;
}

}  // namespace tribook::sim
