#include "engine/timer_runs.h"

#include <algorithm>

#include "engine/commands.h"
#include "engine/kill_sweeps.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "tribook/domain/charges.h"

// A rollover of 100,000 positions would keep the engine from everything else for long, so a record
// does a slice of it and the cursor stands where the next one goes on. Nothing but such records
// comes between, as the sequencer sees to it; if anything does, the walk still charges each
// position once, as positions are charged in rising order of their ids.

namespace tribook::engine {
namespace {

constexpr std::uint32_t kPositionsOfSlice = 64;
constexpr std::uint32_t kAccountsOfSlice = 1'024;

/// What a record may still do.
struct Budget {
  std::uint32_t positions = kPositionsOfSlice;
  std::uint32_t accounts = kAccountsOfSlice;
};

int nights_now(const State& state, const Account& account, const Symbol& symbol) {
  return nights_of(swap_of(state, account, symbol), state.timers.run.what.day);
}

bool is_charged(const State& state, const Account& account, const Holding& holding) {
  const Symbol& symbol = state.symbol(holding.symbol);
  const TimerRun& run = state.timers.run.what;
  if (run.kind == CommandKind::Funding) {
    return is_funding_due(symbol.instrument.funding, run.nominal);
  }
  return swap_of(state, account, symbol).mode != SwapMode::None &&
         nights_now(state, account, symbol) != 0;
}

std::optional<Money> night_amount(const State& state, const Account& account,
                                  const Position& position) {
  const Symbol& symbol = state.symbol(position.symbol);
  const int nights = nights_now(state, account, symbol);
  if (account.swap_free.is_on != 0) {
    const bool is_over =
        state.timers.is_older_than(position.open_time, account.swap_free.free_rollovers);
    if (!is_over) return Money{};
    return swap_free_fee(account.swap_free, position.volume, nights, account.currency);
  }
  const Price mark = closing_price(position.side, state.quote_for(account, position.symbol));
  return swap_amount(symbol.instrument, swap_of(state, account, symbol),
                     {position.side, position.volume, position.open_cost}, mark, nights,
                     account.currency, state.rates);
}

std::optional<Money> amount_of(const State& state, const Account& account,
                               const Position& position) {
  if (state.timers.run.what.kind == CommandKind::Rollover) {
    return night_amount(state, account, position);
  }
  return funding_amount(state.symbol(position.symbol).instrument,
                        {position.side, position.volume, position.open_cost},
                        state.rates.quote(position.symbol), account.currency, state.rates);
}

bool is_within_money(Money balance) { return balance <= kMaxMoney && balance >= -kMaxMoney; }

// False when nothing was booked: nothing to pay, or more than money can express.
bool charge(State& state, Account& account, Position& position) {
  const auto amount = amount_of(state, account, position);
  if (!amount || !is_within_money(account.balance + *amount)) {
    state.refuse(account.id, RejectCode::ValueOverflow);
    return false;
  }
  if (amount->is_zero()) return false;
  const bool is_swap = state.timers.run.what.kind == CommandKind::Rollover;
  position.swap += *amount;
  position.updated = state.now;
  book(state, account, is_swap ? LedgerType::Swap : LedgerType::Funding, HouseAccount::Swap,
       *amount, position.id);
  state.emit(account.id, describe(position, PositionAction::Modified));
  return true;
}

// Of each holding that is charged, the oldest position that was not looked at yet.
void find_heads(State& state, const Account& account) {
  Timers& timers = state.timers;
  timers.heads.clear();
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    if (!is_charged(state, account, holding)) continue;
    std::uint32_t head = 0;
    for (std::uint32_t p = holding.first_position;
         p != 0 && state.positions[p].id > timers.run.position; p = state.positions[p].next) {
      head = p;
    }
    if (head != 0) timers.heads.push_back(head);
  }
}

// 0 when all were taken.
std::uint32_t take_next(State& state) {
  std::vector<std::uint32_t>& heads = state.timers.heads;
  if (heads.empty()) return 0;
  const auto oldest =
      std::min_element(heads.begin(), heads.end(), [&](std::uint32_t a, std::uint32_t b) {
        return state.positions[a].id < state.positions[b].id;
      });
  const std::uint32_t index = *oldest;
  *oldest = state.positions[index].previous;
  if (*oldest == 0) {
    *oldest = heads.back();
    heads.pop_back();
  }
  return index;
}

// False when some are left for the next record.
bool charge_positions(State& state, Account& account, Budget& budget) {
  Timers& timers = state.timers;
  const bool goes_on = timers.run.position && timers.heads_at.value + 1 == state.root.value;
  if (!goes_on) find_heads(state, account);
  bool has_paid = false;
  while (budget.positions != 0) {
    const std::uint32_t index = take_next(state);
    if (index == 0) break;
    --budget.positions;
    timers.run.position = state.positions[index].id;
    if (charge(state, account, state.positions[index])) has_paid = true;
  }
  timers.heads_at = state.root;
  if (has_paid) {
    state.look_at_next_quote(account);
    state.emit_account(account);
  }
  return timers.heads.empty();
}

void end_day(State& state, Account& account, Budget& budget) {
  AccountDay& day = state.timers.days[account.id.value];
  if (!day.is_touched && account.positions == 0) return;
  const auto now = standing(state, account);
  // Without an equity no day can be told; it ends with the next one.
  if (!now) return state.refuse(account.id, RejectCode::ValueOverflow);
  AccountDayEnded ended;
  ended.balance = account.balance;
  ended.equity = now->equity;
  ended.pnl = ended.equity - day.equity_before - day.payments;
  ended.realized_pnl = day.realized_pnl;
  ended.charges = day.charges;
  ended.volume = day.volume;
  ended.day = state.timers.run.what.day;
  ended.positions = account.positions;
  state.emit(account.id, ended);
  day = {};
  day.equity_before = ended.equity;
  begin_day_of_risk(state, account, ended.equity);
  if (is_watched(state, account)) state.look_at_next_quote(account);  // its bounds were the day's
  if (budget.positions != 0) --budget.positions;
}

// Goes on from the cursor; without an account left the run is over.
void work_off(State& state) {
  Timers::Run& run = state.timers.run;
  Budget budget;
  while (run.account.value < state.accounts.size()) {
    if (budget.positions == 0 || budget.accounts == 0) return;
    Account& account = state.account(run.account);
    if (!charge_positions(state, account, budget)) return;
    if (run.what.kind == CommandKind::Rollover) end_day(state, account, budget);
    --budget.accounts;
    ++run.account.value;
    run.position = {};
  }
  run = {};
}

// True when the record goes on with what is under way, or begins what is new; then it has begun.
bool takes(Timers& timers, const TimerRun& what, TimeNs last) {
  if (timers.run.what.kind != CommandKind::None) {
    return timers.run.what.kind == what.kind && timers.run.what.nominal == what.nominal;
  }
  if (what.nominal <= last) return false;
  timers.run = {what, AccountId{1}, {}, {}, {}};
  return true;
}

}  // namespace

const SwapSpec& swap_of(const State& state, const Account& account, const Symbol& symbol) {
  return state.groups.swap(account.group, symbol.instrument);
}

void on_rollover(State& state, const Rollover& rollover) {
  Timers& timers = state.timers;
  const bool is_new = rollover.nominal > timers.rolled_over;
  if (!takes(timers, {CommandKind::Rollover, rollover.nominal, rollover.day}, timers.rolled_over)) {
    return;
  }
  if (is_new) timers.note_rollover(rollover.nominal);
  work_off(state);
}

void on_funding(State& state, const Funding& funding) {
  Timers& timers = state.timers;
  if (!takes(timers, {CommandKind::Funding, funding.nominal, 0}, timers.funded)) return;
  timers.funded = funding.nominal;
  work_off(state);
}

void finish_run(State& state) {
  while (state.timers.run.what.kind != CommandKind::None) {
    const bool is_sweep = state.timers.run.what.kind == CommandKind::KillSweep;
    is_sweep ? go_on_sweeping(state) : work_off(state);
  }
}

void State::count_order_of_day(AccountId account) {
  if (find_account(account) == nullptr) return;
  AccountDay& day = timers.days[account.value];
  if (day.orders != UINT32_MAX) ++day.orders;
  day.is_touched = true;
}

void State::count_for_day(AccountId account, const TradeExecuted& trade) {
  AccountDay& day = timers.days[account.value];
  const auto sum = checked_add(day.volume.raw, trade.volume.raw);
  if (sum) day.volume = Volume{*sum};
  day.is_touched = true;
}

void State::count_for_day(AccountId account, const LedgerPosted& posted) {
  if (posted.is_duplicate != 0) return;
  AccountDay& day = timers.days[account.value];
  day.is_touched = true;
  if (is_payment(posted.type)) {
    day.payments += posted.amount;
    risks[account.value].peak += posted.amount;
  } else if (posted.type == LedgerType::RealizedPnl) {
    day.realized_pnl += posted.amount;
  } else {
    day.charges += posted.amount;
  }
}

}  // namespace tribook::engine
