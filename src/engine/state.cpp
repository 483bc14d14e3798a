#include "engine/state.h"

#include <chrono>

namespace tribook::engine {

State::State(const EngineLimits& engine_limits, const Slab& texts)
    : capacity(engine_limits),
      limits(engine_limits),
      slab(texts),
      rates(engine_limits.symbols),
      groups(engine_limits.symbols),
      rules(engine_limits.accounts, engine_limits.symbols),
      fronts(engine_limits.symbols),
      positions(engine_limits.positions),
      holdings(engine_limits.positions),
      watches(engine_limits.positions * kWatchesOfHolding),
      position_index(engine_limits.positions),
      position_levels(engine_limits.positions * 2),
      watch_levels(engine_limits.positions * kWatchesOfHolding * kNodesOfWatch),
      marks(engine_limits.symbols, engine_limits.positions),
      ledger(RateBook::kCurrenciesMax),
      client_ids(engine_limits.client_ids),
      timers(engine_limits),
      risks(engine_limits.accounts + std::size_t{1}),
      orders(engine_limits.orders),
      matching(engine_limits.symbols, engine_limits.orders),
      trails(engine_limits.orders),
      desk(engine_limits.orders, engine_limits.positions),
      stop_outs(engine_limits.positions, engine_limits.symbols) {
  symbols.reserve(limits.symbols + std::size_t{1});
  symbols.emplace_back();
  accounts.reserve(limits.accounts + std::size_t{1});
  accounts.emplace_back();
  to_look_at.reserve(limits.accounts);
  looked_at.reserve(limits.accounts);
  currencies_seen.reserve(RateBook::kCurrenciesMax);
  fired.reserve(limits.positions);
}

// What a replay cannot know (who waits for the answer, where a text lies) stays out of the digest.
void State::mix_into_digest(const Event& event) {
  events.mix(static_cast<std::uint64_t>(event.header.kind) << 32 | event.header.account.value);
  events.mix_bytes(event.body, sizeof event.body);
}

void State::refuse(AccountId account, RejectCode code) {
  Refused refused;
  refused.code = code;
  emit(account, refused);
}

Account* State::find_account(AccountId id) {
  return id && id.value < accounts.size() ? &accounts[id.value] : nullptr;
}

Symbol* State::find_symbol(SymbolId id) {
  return id && id.value < symbols.size() ? &symbols[id.value] : nullptr;
}

void State::look_at_next_quote(Account& account) {
  if (account.is_to_be_looked_at) return;
  account.is_to_be_looked_at = true;
  to_look_at.push_back(account.id);
}

void State::emit_account(const Account& account) { emit(account.id, describe(*this, account)); }

AccountUpdated describe(const State& state, const Account& account) {
  AccountUpdated updated;
  updated.balance = account.balance;
  updated.credit = account.credit;
  updated.used_margin = account.used_margin;
  updated.reserved_margin = account.reserved_margin;
  updated.leverage = account.leverage;
  updated.group = account.group;
  updated.state = account.state;
  updated.day_orders = state.timers.days[account.id.value].orders;
  return updated;
}

PositionUpdated describe(const Position& position, PositionAction action) {
  PositionUpdated updated;
  updated.open_cost = position.open_cost;
  updated.commission = position.commission;
  updated.swap = position.swap;
  updated.position = position.id;
  updated.volume = position.volume;
  updated.stop_loss = position.stop_loss;
  updated.take_profit = position.take_profit;
  updated.open_time = position.open_time;
  updated.symbol = position.symbol;
  updated.side = position.side;
  updated.book = position.book;
  updated.action = action;
  return updated;
}

bool is_fresh(const Symbol& symbol, const Quote& quote, TimeNs now) {
  if (!quote.is_known()) return false;
  const std::int64_t stale_after_ms = symbol.instrument.stale_after_ms;
  return quote.never_stale || stale_after_ms == 0 ||
         now - quote.time <= std::chrono::milliseconds{stale_after_ms};
}

bool is_tradable(const Symbol& symbol) {
  return symbol.is_session_open && symbol.instrument.effective_state() != SymbolState::Disabled;
}

}  // namespace tribook::engine
