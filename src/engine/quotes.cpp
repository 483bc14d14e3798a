#include <algorithm>

#include "engine/commands.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "tribook/base/canary.h"

namespace tribook::engine {
namespace {

void take_fired(State& state, TriggerHeaps::Heap& heap, std::int64_t limit) {
  if (base::is_broken(base::Broken::LevelsFireLate)) --limit;
  while (const std::uint32_t node = state.position_levels.top_within(heap, limit)) {
    state.position_levels.remove(heap, node);
    state.fired.push_back(node);
  }
}

// The other way of stop_loss_node and take_profit_node.
std::uint32_t position_of(std::uint32_t node) { return (node + 1) / 2; }
bool is_stop_loss(std::uint32_t node) { return node % 2 == 1; }

// SL and TP that the quote reached, by position id; of both at once the SL counts.
void fire_levels(State& state, SymbolId symbol) {
  state.fired.clear();
  for (Front& front : state.fronts.of(symbol, state.groups)) {
    const auto [bid, ask] = front.prices;
    take_fired(state, front.stop_losses_of_buys, -bid.raw);
    take_fired(state, front.stop_losses_of_sells, ask.raw);
    take_fired(state, front.take_profits_of_buys, bid.raw);
    take_fired(state, front.take_profits_of_sells, -ask.raw);
  }
  const auto id_of = [&](std::uint32_t node) { return state.positions[position_of(node)].id; };
  std::sort(state.fired.begin(), state.fired.end(), [&](std::uint32_t a, std::uint32_t b) {
    const PositionId id_a = id_of(a);
    const PositionId id_b = id_of(b);
    return id_a != id_b ? id_a < id_b : a < b;
  });
  std::uint32_t done = 0;
  for (const std::uint32_t node : state.fired) {
    const std::uint32_t index = position_of(node);
    if (index == done) continue;
    done = index;
    Account& account = state.account(state.positions[index].account);
    const CloseReason reason = is_stop_loss(node) ? CloseReason::StopLoss : CloseReason::TakeProfit;
    const Volume volume = closable_volume(state, state.positions[index]);
    if (volume.is_zero()) continue;  // on its way: armed again should its venue not close it
    if (!reduce_position(state, index, volume, reason, Origin::Internal)) {
      rearm_levels(state, index);  // beyond what money can express, or no room: at the next quote
      continue;
    }
    if (reason == CloseReason::StopLoss) cover_negative_balance(state, account);
  }
}

void follow_marks(State& state, SymbolId symbol) {
  for (std::size_t i = 0; i <= state.groups.count(); ++i) {
    const GroupId group{static_cast<std::uint16_t>(i)};
    state.marks.follow(symbol, group, state.fronts(symbol, group).prices);
  }
}

}  // namespace

void on_quote(State& state, const QuoteCommand& command) {
  Symbol* symbol = state.find_symbol(command.symbol);
  if (symbol == nullptr) return state.refuse({}, RejectCode::SymbolUnknown);
  const auto prices = with_markup(symbol->instrument, command.bid, command.ask);
  if (!prices) return state.refuse({}, RejectCode::PriceInvalid);
  const Quote quote{prices->bid, prices->ask, state.now, command.never_stale != 0};
  const bool is_taken = !base::is_broken(base::Broken::QuotesLag) || state.root.value % 2 == 0;
  if (is_taken) {
    symbol->venue_prices = {command.bid, command.ask};
    state.fronts.set_prices(symbol->instrument, state.groups, symbol->venue_prices, *prices);
    symbol->priced = ++state.pricings;
    if (state.rates.set_quote(command.symbol, quote)) refresh_all_watches(state);
  }
  symbol->venue = command.venue;
  symbol->venue_time = command.venue_time;
  symbol->quoted = state.root;
  QuoteApplied applied;
  applied.bid = quote.bid;
  applied.ask = quote.ask;
  applied.venue_bid = command.bid;
  applied.venue_ask = command.ask;
  applied.venue_time = command.venue_time;
  applied.symbol = command.symbol;
  applied.venue = command.venue;
  applied.never_stale = command.never_stale;
  applied.is_reference = command.is_reference;
  applied.is_mark = symbol->is_session_open ? 1 : 0;
  state.emit({}, applied);
  const bool is_missed = base::is_broken(base::Broken::MarksForget) && state.root.value % 8 == 0;
  if (symbol->is_session_open && !is_missed) follow_marks(state, command.symbol);
  if (is_tradable(*symbol)) {
    fire_levels(state, command.symbol);
    trigger_reached_orders(state, command.symbol);
    follow_price(state, command.symbol);
  }
  look_at_accounts(state, command.symbol);
}

void on_session_change(State& state, const SessionChange& change) {
  Symbol* symbol = state.find_symbol(change.symbol);
  if (symbol == nullptr) return;
  symbol->is_session_open = change.is_open != 0;
  SessionChanged changed;
  changed.symbol = change.symbol;
  changed.is_open = change.is_open;
  state.emit({}, changed);
}

void on_started(State& state, const Started& started) {
  const EngineLimits& capacity = state.capacity;
  TB_ASSERT(started.accounts <= capacity.accounts && started.positions <= capacity.positions);
  TB_ASSERT(started.symbols <= capacity.symbols && started.client_ids <= capacity.client_ids);
  TB_ASSERT(started.orders <= capacity.orders);
  state.limits = {started.accounts, started.positions, started.symbols, started.client_ids,
                  started.orders};
  state.largest = largest_of(state.largest, state.limits);
  state.client_ids.set_limit(started.client_ids);
}

void on_set_clock(State& state, const SetClock& clock) {
  if (clock.now < state.now) return state.refuse({}, RejectCode::ClockBackwards);
  ClockMoved moved;
  moved.now = clock.now;
  state.emit({}, moved);
}

}  // namespace tribook::engine
