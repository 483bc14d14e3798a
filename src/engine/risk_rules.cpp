#include "engine/risk_rules.h"

#include <algorithm>
#include <iterator>

#include "engine/commands.h"
#include "engine/fields.h"
#include "engine/killing.h"
#include "tribook/domain/limit_level.h"

namespace tribook::engine {

RejectCode check_scope(State& state, const RiskScope& scope) {
  constexpr std::uint8_t none[3] = {};
  if (!std::equal(std::begin(none), std::end(none), std::begin(scope.reserved)))
    return RejectCode::Validation;
  switch (scope.level) {
    case ScopeLevel::House:
      return scope.id == 0 ? RejectCode::None : RejectCode::Validation;
    case ScopeLevel::Group:
      return scope.id != 0 && scope.id <= state.groups.count() ? RejectCode::None
                                                               : RejectCode::GroupUnknown;
    case ScopeLevel::Account:
      return state.find_account(AccountId{scope.id}) != nullptr ? RejectCode::None
                                                                : RejectCode::NotFound;
    case ScopeLevel::Symbol:
      return scope.id != 0 && scope.id < state.symbols.size() ? RejectCode::None
                                                              : RejectCode::SymbolUnknown;
  }
  return RejectCode::Validation;
}

AccountId account_of(const RiskScope& scope) {
  return scope.level == ScopeLevel::Account ? AccountId{scope.id} : AccountId{};
}

namespace {

std::uint32_t changed_limits(const LimitSet& before, const LimitSet& now) {
  std::uint32_t changed = before.sets ^ now.sets;
  for (std::size_t i = 0; i < kLimits; ++i) {
    const bool is_same = before.threshold[i] == now.threshold[i] && before.mode[i] == now.mode[i] &&
                         before.kill[i] == now.kill[i];
    if (!is_same) changed |= 1U << i;
  }
  return changed;
}

}  // namespace

void on_put_limits(State& state, const CommandHeader& header, const PutLimits& put) {
  const auto limits = read_spec<LimitSet>(state.slab.get(header.text));
  if (!limits || check(*limits, put.scope.level).code != RejectCode::None)
    return state.refuse({}, RejectCode::Validation);
  if (const auto code = check_scope(state, put.scope); code != RejectCode::None)
    return state.refuse({}, code);
  if (!limits->is_empty() && !state.rules.limits().has_room_for(put.scope))
    return state.refuse({}, RejectCode::LimitReached);
  const std::uint32_t changed = changed_limits(state.rules.limits().at(put.scope), *limits);
  state.rules.put_limits(put.scope, *limits);
  watch_anew(state, put.scope, changed);
  LimitsUpdated updated;
  updated.scope = put.scope;
  state.emit(account_of(put.scope), updated, header.text);
}

// ---- In snapshots, the state hash and states that are told again ----

void save_rules(base::ArchiveWriter& archive, const RiskRules& rules) {
  archive(static_cast<std::uint32_t>(rules.limits().count()));
  rules.limits().for_each([&](const RiskScope& scope, const LimitSet& limits) {
    archive(scope.level, scope.id);
    describe_limit_set(archive, limits);
  });
  archive(static_cast<std::uint32_t>(rules.switches().count()));
  rules.switches().for_each([&](const RiskScope& scope, const KillSwitch& kill_switch) {
    archive(scope.level, scope.id);
    describe_kill_switch(archive, kill_switch);
  });
}

namespace {

bool is_sane(const KillSwitch& kill_switch) {
  return !kill_switch.is_empty() && is_valid(kill_switch.action) && is_valid(kill_switch.cause) &&
         kill_switch.limit <= Limit::Count && kill_switch.reserved == 0 &&
         kill_switch.reason == FixedText<128>::of(kill_switch.reason.view());
}

// In the order in which they are saved.
bool comes_after(const RiskScope& scope, const RiskScope& before) {
  return scope.level > before.level || (scope.level == before.level && scope.id > before.id);
}

template <typename T, typename Describe, typename Put>
void load_scopes(base::ArchiveReader& archive, State& state, std::size_t bytes, Describe describe,
                 Put put) {
  const std::size_t most = 1 + GroupBook::kGroupsMax + state.accounts.size() + state.symbols.size();
  bool is_first = true;
  RiskScope before;
  for (auto left = archive.count(most, bytes); left > 0; --left) {
    RiskScope scope;
    T value;
    archive(scope.level, scope.id);
    describe(archive, value);
    if (archive.ok()) archive.demand(check_scope(state, scope) == RejectCode::None);
    archive.demand(is_first || comes_after(scope, before));
    if (!archive.ok()) return;
    put(scope, value);
    before = scope;
    is_first = false;
  }
}

}  // namespace

void load_rules(base::ArchiveReader& archive, State& state) {
  RiskRules& rules = state.rules;
  load_scopes<LimitSet>(
      archive, state, kLimitSetBytes,
      [](auto& from, LimitSet& to) { describe_limit_set(from, to); },
      [&](const RiskScope& scope, const LimitSet& limits) {
        archive.demand(!limits.is_empty() && check(limits, scope.level).code == RejectCode::None &&
                       rules.limits().has_room_for(scope));
        if (archive.ok()) rules.put_limits(scope, limits);
      });
  if (!archive.ok()) return;
  load_scopes<KillSwitch>(
      archive, state, kKillSwitchBytes,
      [](auto& from, KillSwitch& to) { describe_kill_switch(from, to); },
      [&](const RiskScope& scope, const KillSwitch& kill_switch) {
        archive.demand(is_sane(kill_switch) && rules.switches().has_room_for(scope));
        if (archive.ok()) rules.put_switch(scope, kill_switch);
      });
}

void mix_rules(base::Digest& digest, const RiskRules& rules) {
  const auto mix = [&](const RiskScope& scope, const auto& value) {
    digest.mix(static_cast<std::uint64_t>(scope.level) << 32 | scope.id);
    digest.mix_value(value);
  };
  rules.limits().for_each(mix);
  rules.switches().for_each(mix);
}

void retell_rules(const Retelling& to, const RiskRules& rules) {
  rules.limits().for_each([&](const RiskScope& scope, const LimitSet& limits) {
    LimitsUpdated updated;
    updated.scope = scope;
    to.tell_with(limits, {}, account_of(scope), updated);
  });
  rules.switches().for_each([&](const RiskScope& scope, const KillSwitch& kill_switch) {
    KillSwitchChanged changed = describe(scope, kill_switch);
    changed.is_carried = 1;
    const KillReason reason{kill_switch.reason};
    const auto bytes = std::as_bytes(std::span<const KillReason, 1>(&reason, 1));
    const bool has_reason = reason.text != FixedText<128>{};
    to.tell_with_bytes(has_reason ? bytes : std::span<const std::byte>{}, kill_switch.since,
                       account_of(scope), changed);
  });
}

}  // namespace tribook::engine
