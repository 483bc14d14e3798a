#include "engine/kill_sweeps.h"

#include "engine/closing.h"
#include "engine/commands.h"
#include "engine/killing.h"
#include "engine/positions.h"
#include "engine/risk_rules.h"
#include "engine/solvency.h"

// An account is never divided between two records: it takes as long as with a switch of its own.

namespace tribook::engine {
namespace {

// Orders cancelled and positions looked at in one record, but for what its last account has more.
constexpr std::uint32_t kWorkOfSlice = 128;
constexpr std::uint32_t kAccountsOfSlice = 1'024;

/// Whose orders and positions are meant, and how much is done with them.
struct Sweep {
  RiskScope scope;
  KillAction action = KillAction::None;

  [[nodiscard]] bool is_of(const Account& account) const {
    switch (scope.level) {
      case ScopeLevel::Group:
        return account.group.value == scope.id;
      case ScopeLevel::Account:
        return account.id.value == scope.id;
      case ScopeLevel::House:
      case ScopeLevel::Symbol:
        break;
    }
    return true;
  }
  // 0: any.
  [[nodiscard]] SymbolId symbol() const {
    return scope.level == ScopeLevel::Symbol ? SymbolId{static_cast<std::uint16_t>(scope.id)}
                                             : SymbolId{};
  }
};

Sweep sweep_of(const State& state, const RiskScope& scope) {
  return {scope, state.rules.switches().at(scope).action};
}

std::uint32_t positions_in(const State& state, const Account& account, SymbolId symbol) {
  if (!symbol) return account.positions;
  const std::uint32_t holding = find_holding(state, account, symbol);
  return holding != 0 ? state.holdings[holding].positions : 0;
}

// Each at the price of now, so it has to be a price of now. One that a venue closes already is
// neither closed by this nor left.
void close_positions(State& state, const Account& account, SymbolId symbol, Swept& swept) {
  const std::uint32_t all = positions_in(state, account, symbol);
  if (all == 0) return;
  find_closable(state, account, symbol);
  const auto& candidates = state.stop_outs.candidates;
  swept.left += all - static_cast<std::uint32_t>(candidates.size());
  for (const Candidate& candidate : candidates) {
    const Position& position = state.positions[candidate.position];
    const Volume volume = closable_volume(state, position);
    if (volume.is_zero()) continue;
    const SymbolId id = position.symbol;
    const bool is_closed =
        is_fresh(state.symbol(id), state.rates.quote(id), state.now) &&
        reduce_position(state, candidate.position, volume, CloseReason::Admin, Origin::Internal);
    ++(is_closed ? swept.closed : swept.left);
  }
}

// What only closes stays, as it may protect a position; unless positions are closed themselves.
std::uint32_t cancel_swept(State& state, Account& account, const Sweep& sweep) {
  const auto is_one = sweep.action == KillAction::Flatten ? nullptr : &is_cancelled;
  return cancel_orders_in(state, account, sweep.symbol(), RejectCode::KillSwitch, is_one);
}

// How much work it was.
std::uint32_t sweep_account(State& state, Account& account, const Sweep& sweep, Swept& swept) {
  const std::uint32_t positions = positions_in(state, account, sweep.symbol());
  const std::uint32_t cancelled = cancel_swept(state, account, sweep);
  swept.cancelled += cancelled;
  if (sweep.action != KillAction::Flatten) return cancelled;
  const std::uint32_t closed_before = swept.closed;
  close_positions(state, account, sweep.symbol(), swept);
  if (swept.closed != closed_before) cover_negative_balance(state, account);  // as a stop-out
  return cancelled + positions;
}

void tell(State& state, const RiskScope& scope, const Swept& swept) {
  KillSwept told;
  told.scope = scope;
  told.cancelled = swept.cancelled;
  told.closed = swept.closed;
  told.left = swept.left;
  state.emit(account_of(scope), told);
}

}  // namespace

void sweep(State& state, const RiskScope& scope) {
  if (scope.level == ScopeLevel::Account) {
    Swept swept;
    sweep_account(state, state.account(AccountId{scope.id}), sweep_of(state, scope), swept);
    return tell(state, scope, swept);
  }
  TimerRun what;
  what.kind = CommandKind::KillSweep;
  what.nominal = state.now;
  state.timers.run = {what, AccountId{1}, {}, scope, {}};
  go_on_sweeping(state);
}

void go_on_sweeping(State& state) {
  Timers::Run& run = state.timers.run;
  const Sweep sweep = sweep_of(state, run.scope);
  std::uint32_t work = 0;
  for (std::uint32_t accounts = 0; run.account.value < state.accounts.size(); ++run.account.value) {
    if (work >= kWorkOfSlice || accounts == kAccountsOfSlice) return;
    Account& account = state.account(run.account);
    if (sweep.is_of(account)) work += sweep_account(state, account, sweep, run.swept);
    ++accounts;
  }
  tell(state, run.scope, run.swept);
  run = {};
}

bool is_sweep_sane(const State& state) {
  const Timers::Run& run = state.timers.run;
  if (run.what.kind != CommandKind::KillSweep) return true;
  if (run.scope.level == ScopeLevel::Account || !is_valid(run.scope.level)) return false;
  if (!state.rules.switches().is_in_range(run.scope)) return false;
  const KillSwitch& on = state.rules.switches().at(run.scope);
  return on.action >= KillAction::Cancel && on.since == run.what.nominal;
}

void on_kill_sweep(State& state, const KillSweep& timer) {
  const TimerRun& what = state.timers.run.what;
  if (what.kind == CommandKind::KillSweep && what.nominal == timer.nominal) go_on_sweeping(state);
}

}  // namespace tribook::engine
