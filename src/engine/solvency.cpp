#include "engine/solvency.h"

#include <algorithm>

#include "engine/payments.h"
#include "engine/positions.h"

namespace tribook::engine {
namespace {

void take_fired_watches(State& state, TriggerHeaps::Heap& heap, std::int64_t limit) {
  while (const std::uint32_t node = state.watch_levels.top_within(heap, limit)) {
    state.watch_levels.remove(heap, node);
    state.look_at_next_quote(state.account(state.watches[(node + 1) / 2].account));
  }
}

void call_margin(State& state, Account& account, const Standing& now) {
  const bool is_below = !now.used_margin.is_zero() &&
                        is_below_level(now.equity, now.used_margin, account.margin_call_level);
  if (is_below && !account.is_margin_called) {
    MarginCallRaised raised;
    raised.equity = now.equity;
    raised.used_margin = now.used_margin;
    raised.threshold = account.margin_call_level;
    raised.level = *margin_level(now.equity, now.used_margin);
    state.emit(account.id, raised);
  }
  account.is_margin_called = is_below;
}

bool is_to_be_stopped_out(const Account& account, const Standing& now) {
  if (account.positions == 0) return false;
  if (now.used_margin.is_zero()) return now.equity.is_negative();
  return is_below_level(now.equity, now.used_margin, account.stop_out_level);
}

// Positions that may be closed, the largest loss first.
void find_candidates(State& state, const Account& account) {
  state.candidates.clear();
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    const Symbol& symbol = state.symbol(holding.symbol);
    if (!is_tradable(symbol) || !is_fresh(symbol, state.rates.quote(holding.symbol), state.now))
      continue;
    for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
      const Position& position = state.positions[p];
      state.candidates.push_back({unrealized_pnl(state, position), position.id, p});
    }
  }
  std::sort(state.candidates.begin(), state.candidates.end(),
            [](const Candidate& a, const Candidate& b) {
              return a.unrealized_pnl != b.unrealized_pnl ? a.unrealized_pnl < b.unrealized_pnl
                                                          : a.id < b.id;
            });
}

void emit_stop_out(State& state, const Account& account, const Standing& now, SymbolId quoted) {
  const Quote quote = state.quote_for(account, quoted);
  StopOutStarted started;
  started.equity = now.equity;
  started.used_margin = now.used_margin;
  started.threshold = account.stop_out_level;
  started.level = margin_level(now.equity, now.used_margin).value_or(Ratio{});
  started.bid = quote.bid;
  started.ask = quote.ask;
  started.symbol = quoted;
  state.emit(account.id, started);
}

void stop_out(State& state, Account& account, Standing now, SymbolId quoted) {
  if (!is_to_be_stopped_out(account, now)) return;
  find_candidates(state, account);
  if (state.candidates.empty()) return;
  emit_stop_out(state, account, now, quoted);
  for (const Candidate& candidate : state.candidates) {
    const Volume all = state.positions[candidate.position].volume;
    if (!reduce_position(state, candidate.position, all, CloseReason::StopOut, Origin::Internal))
      continue;
    now = standing(state, account);
    call_margin(state, account, now);
    if (!is_to_be_stopped_out(account, now)) break;
  }
  cover_negative_balance(state, account);
}

}  // namespace

Standing standing(const State& state, const Account& account) {
  return {account.balance + account.credit + unrealized_pnl(state, account), account.used_margin};
}

void look_at_accounts(State& state, SymbolId quoted) {
  for (Front& front : state.fronts.of(quoted, state.groups)) {
    take_fired_watches(state, front.lower_bounds, -front.prices.bid.raw);
    take_fired_watches(state, front.upper_bounds, front.prices.ask.raw);
  }
  if (state.to_look_at.empty()) return;

  state.looked_at.swap(state.to_look_at);
  state.to_look_at.clear();
  state.standings.clear();
  std::sort(state.looked_at.begin(), state.looked_at.end());
  for (const AccountId id : state.looked_at) {
    Account& account = state.account(id);
    account.is_to_be_looked_at = false;
    state.standings.push_back(standing(state, account));
    call_margin(state, account, state.standings.back());
  }
  // Closing positions of one account changes nothing for another, so what was found still holds.
  for (std::size_t i = 0; i < state.looked_at.size(); ++i) {
    Account& account = state.account(state.looked_at[i]);
    const Standing& now = state.standings[i];
    stop_out(state, account, now, quoted);
    if (account.lacks_watches && account.positions != 0) state.look_at_next_quote(account);
    if (!account.is_to_be_looked_at) set_bounds(state, account, now);
  }
}

void cover_negative_balance(State& state, Account& account) {
  if (account.positions != 0 || !account.balance.is_negative()) return;
  if (!account.negative_balance_protection) return;
  const Money from_credit = std::min(account.credit, -account.balance);
  if (!from_credit.is_zero()) book_credit_as_balance(state, account, from_credit);
  book(state, account, LedgerType::NegativeBalance, HouseAccount::NegativeBalanceCover,
       -account.balance, {});
  state.emit_account(account);
}

}  // namespace tribook::engine
