#include "tribook/base/prefetch.h"

#include <array>

#include "engine/state.h"
#include "tribook/base/assert.h"

// The accounts of a house are far more than a core's caches hold, and what an order touches hangs
// together by indices: an account names its holdings and watches, those name positions and nodes of
// heaps. One order after the other would wait for each of them. So the next orders are gone through
// together, one link of each a round: while the first one's is on its way, the others' are asked
// for.

namespace tribook::engine {
namespace {

constexpr int kLinksMax = 4;  // of an account's holdings and watches; most have fewer

struct Ahead {
  AccountId account;
  PositionId closes;
  std::uint32_t position = 0;
  std::uint32_t holding = 0;
  std::uint32_t watch = 0;
};

void fetch_holding(const State& state, Ahead& ahead, std::uint32_t holding) {
  ahead.holding = holding;
  if (holding != 0) base::prefetch(state.holdings[holding]);
}

void fetch_watch(const State& state, Ahead& ahead, std::uint32_t watch) {
  ahead.watch = watch;
  if (watch == 0) return;
  base::prefetch(state.watches[watch]);
  state.watch_levels.prefetch(lower_node(watch));
  state.watch_levels.prefetch(spread_node(watch));
}

void fetch_account(const State& state, const Ahead& ahead) {
  base::prefetch(state.account(ahead.account));
  base::prefetch(state.timers.days[ahead.account.value]);
  if (ahead.closes) state.position_index.prefetch(ahead.closes.value);
}

void fetch_what_it_names(const State& state, Ahead& ahead) {
  const Account& account = state.account(ahead.account);
  fetch_holding(state, ahead, account.first_holding);
  fetch_watch(state, ahead, account.first_watch);
  if (!ahead.closes) return;
  ahead.position = state.position_index.find(ahead.closes.value);
  base::prefetch(state.positions[ahead.position]);
  state.position_levels.prefetch(take_profit_node(ahead.position));
}

void fetch_links(const State& state, Ahead& ahead) {
  if (ahead.holding != 0) {
    const Holding& holding = state.holdings[ahead.holding];
    base::prefetch(state.positions[holding.first_position]);
    const bool ends = ahead.position != 0 && holding.positions == 1;
    if (ends) {  // it will leave its symbol's list
      base::prefetch(state.holdings[holding.next_of_symbol].previous_of_symbol);
      base::prefetch(state.holdings[holding.previous_of_symbol].next_of_symbol);
    }
    fetch_holding(state, ahead, holding.next_of_account);
  }
  if (ahead.watch != 0) {
    state.watch_levels.prefetch_neighbours(lower_node(ahead.watch));
    state.watch_levels.prefetch_neighbours(upper_node(ahead.watch));
    fetch_watch(state, ahead, state.watches[ahead.watch].next_of_account);
  }
}

}  // namespace

void Engine::prefetch(std::span<const Command* const> next) const {
  const State& state = *state_;
  TB_ASSERT(next.size() <= kPrefetchMax);
  std::array<Ahead, kPrefetchMax> aheads;
  std::size_t count = 0;
  for (const Command* command : next) {
    const AccountId account = command->header.account;
    if (!account || account.value >= state.accounts.size()) continue;
    const bool closes = command->header.kind == CommandKind::ClosePosition;
    aheads[count++] = {account, closes ? command->get<ClosePosition>().position : PositionId{}};
  }
  const std::span<Ahead> all(aheads.data(), count);
  for (const Ahead& ahead : all) fetch_account(state, ahead);
  for (Ahead& ahead : all) fetch_what_it_names(state, ahead);
  for (int link = 0; link < kLinksMax; ++link) {
    for (Ahead& ahead : all) fetch_links(state, ahead);
  }
}

}  // namespace tribook::engine
