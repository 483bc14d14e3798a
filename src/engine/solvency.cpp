#include "engine/solvency.h"

#include <algorithm>

#include "engine/payments.h"
#include "engine/positions.h"
#include "engine/stop_out.h"
#include "engine/valued.h"
#include "engine/watching.h"

namespace tribook::engine {
namespace {

void take_fired_watches(State& state, TriggerHeaps::Heap& heap, std::int64_t limit) {
  while (const std::uint32_t node = state.watch_levels.top_within(heap, limit)) {
    state.watch_levels.remove(heap, node);
    state.look_at_next_quote(state.account(state.watches[watch_of(node)].account));
  }
}

void emit_call(State& state, const Account& account, const Standing& now, Ratio level,
               SymbolId quoted) {
  MarginCallRaised raised;
  raised.equity = now.equity;
  raised.used_margin = now.used_margin;
  raised.threshold = level;
  raised.level = margin_level(now.equity, now.used_margin).value_or(Ratio{});
  raised.alert = state.next_alert();
  if (quoted) {
    const Quote quote = state.quote_for(account, quoted);
    raised.bid = quote.bid;
    raised.ask = quote.ask;
    raised.venue_time = state.symbol(quoted).venue_time;
    raised.symbol = quoted;
    raised.venue = state.symbol(quoted).venue;
  }
  state.emit(account.id, raised);
}

// One alert for each level crossed; on the way up a level is armed again.
void call_margin(State& state, Account& account, const Standing& now, SymbolId quoted) {
  const MarginCallLevels& levels = account.margin_call_levels;
  for (std::size_t i = 0; i < levels.count; ++i) {
    const auto bit = static_cast<std::uint8_t>(1U << i);
    if (now.used_margin.is_zero() ||
        !is_below_level(now.equity, now.used_margin, levels.level[i])) {
      account.called_levels &= static_cast<std::uint8_t>(~bit);
    } else if ((account.called_levels & bit) == 0) {
      account.called_levels |= bit;
      emit_call(state, account, now, levels.level[i], quoted);
    }
  }
}

}  // namespace

std::optional<Standing> standing(const State& state, const Account& account) {
  const auto pnl = unrealized_pnl(state, account);
  if (!pnl) return std::nullopt;
  return Standing{account.balance + account.credit + *pnl, account.used_margin};
}

namespace {

// Margin calls of those to look at, by account id; about whom something may be to do stays in
// state.looked_at, with the worth of what he holds.
void call_margins(State& state, SymbolId quoted) {
  state.looked_at.swap(state.to_look_at);
  state.to_look_at.clear();
  std::sort(state.looked_at.begin(), state.looked_at.end());
  std::size_t doubtful = 0;
  for (const AccountId id : state.looked_at) {
    Account& account = state.account(id);
    account.is_to_be_looked_at = false;
    const bool is_looked_at_closely = is_watched(state, account);
    if (!is_looked_at_closely && is_beyond_doubt(state, account)) {
      account.stop_out_obstacle = RejectCode::None;
      continue;
    }
    state.looked_at[doubtful++] = id;
    const auto now = standing(state, account);
    if (!now) continue;
    call_margin(state, account, *now, quoted);
    if (is_looked_at_closely) watch(state, account, *now, quoted);
  }
  while (state.looked_at.size() > doubtful) state.looked_at.pop_back();
}

// An account that was changed since stays as it is: it is looked at with the next record.
void finish_look(State& state, Account& account, const std::optional<Standing>& now) {
  if (now && !is_to_be_stopped_out(account, *now)) account.stop_out_obstacle = RejectCode::None;
  if (!account.is_to_be_looked_at) set_bounds(state, account, now);
}

}  // namespace

void look_at_accounts(State& state, SymbolId quoted) {
  for (Front& front : state.fronts.of(quoted, state.groups)) {
    const auto [bid, ask] = front.prices;
    take_fired_watches(state, front.lower_bounds, -bid.raw);
    take_fired_watches(state, front.upper_bounds, ask.raw);
    take_fired_watches(state, front.spread_bounds, ask.raw - bid.raw);
  }
  if (state.to_look_at.empty()) return;
  call_margins(state, quoted);
  // Closing positions of one account changes nothing for another, so what was found still holds.
  for (const AccountId id : state.looked_at) {
    Account& account = state.account(id);
    const auto now = standing(state, account);
    if (now) stop_out(state, account, *now, quoted);
    finish_look(state, account, now);
  }
}

void look_at_changed_accounts(State& state) {
  if (state.to_look_at.empty()) return;
  call_margins(state, SymbolId{});
  for (const AccountId id : state.looked_at) {
    Account& account = state.account(id);
    finish_look(state, account, standing(state, account));
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
