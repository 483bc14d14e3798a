#include <algorithm>

#include "engine/order_archive.h"
#include "engine/risk_rules.h"
#include "engine/state.h"
#include "engine/venue_archive.h"
#include "tribook/base/canary.h"

// The digest of everything that decides what the engine does next, in an order that does not depend
// on how the tables came about: by id throughout.

namespace tribook::engine {
namespace {

void mix_account(base::Digest& digest, const Account& account) {
  digest.mix(account.id.value);
  digest.mix(account.currency.packed);
  digest.mix_value(account.balance);
  digest.mix_value(account.credit);
  digest.mix_value(account.used_margin);
  digest.mix_value(account.stop_out_level);
  digest.mix_value(account.margin_call_levels);
  digest.mix_value(account.created);
  digest.mix_value(account.own);
  digest.mix(std::uint64_t{account.group.value} << 8 | account.from_group);
  digest.mix(account.user.value);
  digest.mix(account.leverage);
  digest.mix(account.positions);
  digest.mix_value(account.swap_free);
  digest.mix(static_cast<std::uint64_t>(account.closing) << 32 |
             static_cast<std::uint64_t>(account.mode) << 24 |
             static_cast<std::uint64_t>(account.state) << 16 |
             static_cast<std::uint64_t>(account.kind) << 8 |
             (account.is_to_be_looked_at ? 8U : 0U) |
             (account.negative_balance_protection ? 2U : 0U));
  digest.mix(static_cast<std::uint64_t>(account.stop_out_obstacle) << 16 |
             static_cast<std::uint64_t>(account.stop_out_order) << 8 | account.called_levels);
}

void mix_position(base::Digest& digest, const Position& position) {
  digest.mix(position.id.value);
  digest.mix_value(position.open_cost);
  digest.mix_value(position.basis);
  digest.mix_value(position.commission);
  digest.mix_value(position.swap);
  if (!base::is_broken(base::Broken::HashSkipsField)) digest.mix_value(position.realized_total);
  digest.mix_value(position.volume);
  digest.mix_value(position.stop_loss);
  digest.mix_value(position.take_profit);
  digest.mix_value(position.open_time);
  digest.mix_value(position.closed_cost);
  digest.mix_value(position.closed_volume);
  digest.mix_value(position.updated);
  digest.mix(static_cast<std::uint64_t>(position.last_reason));
  digest.mix(static_cast<std::uint64_t>(position.account.value) << 32 |
             static_cast<std::uint64_t>(position.symbol.value) << 16 |
             static_cast<std::uint64_t>(position.side) << 8 |
             static_cast<std::uint64_t>(position.book));
}

// By symbol, whatever the order in which they are linked: summed, not chained.
void mix_watches(base::Digest& digest, const State& state, const Account& account) {
  std::uint64_t sum = 0;
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    base::Digest watch;
    watch.mix(state.watches[w].symbol.value);
    for (const std::uint32_t node : {lower_node(w), upper_node(w), spread_node(w)}) {
      const bool is_set = state.watch_levels.is_in_heap(node);
      watch.mix(is_set ? 1 : 0);
      watch.mix(is_set ? static_cast<std::uint64_t>(state.watch_levels.key(node)) : 0);
    }
    sum += watch.value();
  }
  digest.mix(sum);
}

// Who holds the symbol, from the newest holder on: they are told of new margins in that order.
void mix_holders(base::Digest& digest, const State& state, const Symbol& symbol) {
  for (std::uint32_t h = symbol.first_holding; h != 0; h = state.holdings[h].next_of_symbol) {
    digest.mix(state.holdings[h].account.value);
    digest.mix_value(state.holdings[h].used_margin);
    digest.mix_value(state.holdings[h].highest_open);
    digest.mix_value(state.holdings[h].lowest_open);
  }
}

void mix_symbol(base::Digest& digest, const Symbol& symbol, const Quote& quote) {
  digest.mix_value(symbol.instrument);
  digest.mix_value(symbol.venue_time);
  digest.mix(symbol.quoted.value);
  digest.mix(symbol.venue.value);
  digest.mix(symbol.is_session_open ? 1 : 0);
  digest.mix_value(symbol.venue_prices);
  digest.mix_value(quote.bid);
  digest.mix_value(quote.ask);
  digest.mix_value(quote.time);
  digest.mix(quote.never_stale ? 1 : 0);
}

void mix_groups(base::Digest& digest, const GroupBook& groups) {
  for (std::size_t i = 1; i <= groups.count(); ++i) {
    digest.mix_value(groups.spec(GroupId{static_cast<std::uint16_t>(i)}));
  }
  groups.for_each_terms([&](GroupId group, SymbolId symbol, const GroupTerms& terms) {
    digest.mix(std::uint64_t{group.value} << 16 | symbol.value);
    digest.mix_value(terms);
  });
}

void mix_positions(base::Digest& digest, const State& state) {
  std::vector<std::pair<PositionId, std::uint32_t>> order;  // start-up: never on the hot path
  for (const Account& account : state.accounts) {
    for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
      const Holding& holding = state.holdings[h];
      for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
        order.emplace_back(state.positions[p].id, p);  // start-up
      }
    }
  }
  std::sort(order.begin(), order.end());
  for (const auto& [id, index] : order) {
    mix_position(digest, state.positions[index]);
    mix_venue_part(digest, state, state.positions[index]);
    digest.mix_value(state.marks_of(state.positions[index]));
    digest.mix((state.position_levels.is_in_heap(stop_loss_node(index)) ? 2U : 0U) |
               (state.position_levels.is_in_heap(take_profit_node(index)) ? 1U : 0U));
  }
}

}  // namespace

std::uint64_t Engine::state_hash() const {
  const State& state = *state_;
  base::Digest digest;
  digest.mix(state.root.value);
  digest.mix_value(state.now);
  digest.mix(state.last_order);
  digest.mix(state.last_position);
  digest.mix(state.last_trade);
  digest.mix(state.last_alert);
  digest.mix(static_cast<std::uint64_t>(state.day_volume.day));
  digest.mix_value(state.day_volume.volume);
  for (const EngineLimits& limits : {state.limits, state.largest}) {
    digest.mix(std::uint64_t{limits.accounts} << 32 | limits.positions);
    digest.mix(std::uint64_t{limits.symbols} << 32 | limits.client_ids);
    digest.mix(limits.orders);
  }
  for (const Currency currency : state.rates.currencies()) digest.mix(currency.packed);
  for (std::size_t i = 1; i < state.symbols.size(); ++i) {
    mix_symbol(digest, state.symbols[i], state.rates.quote(state.symbols[i].instrument.id));
    mix_holders(digest, state, state.symbols[i]);
  }
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    mix_account(digest, state.accounts[i]);
    mix_watches(digest, state, state.accounts[i]);
  }
  mix_positions(digest, state);
  state.ledger.mix_into(digest);
  state.client_ids.mix_into(digest);
  state.timers.mix_into(digest, state.accounts.size());
  state.recent_orders.mix_into(digest);
  mix_orders(digest, state);
  mix_trails(digest, state);
  mix_groups(digest, state.groups);
  mix_rules(digest, state.rules);
  mix_risks(digest, state);
  state.withdrawals.mix_into(digest);
  mix_desk(digest, state);
  digest.mix(state.events.value());
  return digest.value();
}

}  // namespace tribook::engine
