#include <algorithm>

#include "engine/fields.h"
#include "engine/order_archive.h"
#include "engine/risk_rules.h"
#include "engine/venue_archive.h"

// The state as bytes, in an order that does not depend on where things lie in the tables. What
// follows from the rest is left out: indexes, free lists, heaps, chains of conversion, the sums of
// a holding.
//
// Not to be had from the rest, and written:
//   - in which order accounts came to hold a symbol: they are told of new margins in that order;
//   - which levels are armed: while a venue closes what one fired for, it stays unarmed;
//   - how far each watched price may go, and who is looked at next: set at past quotes.

namespace tribook::engine {
namespace {

void save_watches(base::ArchiveWriter& archive, const State& state, const Account& account) {
  std::vector<std::pair<SymbolId, std::uint32_t>> order;  // cold
  for (std::uint32_t w = account.first_watch; w != 0; w = state.watches[w].next_of_account) {
    order.emplace_back(state.watches[w].symbol, w);
  }
  std::sort(order.begin(), order.end());
  archive(static_cast<std::uint32_t>(order.size()));
  const TriggerHeaps& heaps = state.watch_levels;
  for (const auto& [symbol, watch] : order) {
    archive(symbol);
    for (const std::uint32_t node : {lower_node(watch), upper_node(watch), spread_node(watch)}) {
      const bool is_set = heaps.is_in_heap(node);
      archive(is_set, is_set ? heaps.key(node) : std::int64_t{0});
    }
  }
}

void save_holding(base::ArchiveWriter& archive, const State& state, const Holding& holding) {
  archive(holding.account, holding.used_margin, holding.highest_open, holding.lowest_open,
          holding.positions);
  for (std::uint32_t p = holding.oldest_position; p != 0; p = state.positions[p].previous) {
    describe_position(archive, state.positions[p]);
    save_venue_part(archive, state, state.positions[p]);
    const Marks::Range marks = state.marks_of(state.positions[p]);
    archive(state.position_levels.is_in_heap(stop_loss_node(p)),
            state.position_levels.is_in_heap(take_profit_node(p)), marks.highest, marks.lowest);
  }
}

void save_holdings(base::ArchiveWriter& archive, const State& state, const Symbol& symbol) {
  std::uint32_t count = 0;
  std::uint32_t oldest = 0;
  for (std::uint32_t h = symbol.first_holding; h != 0; h = state.holdings[h].next_of_symbol) {
    oldest = h;
    ++count;
  }
  archive(count);
  for (std::uint32_t h = oldest; h != 0; h = state.holdings[h].previous_of_symbol) {
    save_holding(archive, state, state.holdings[h]);
  }
}

}  // namespace

namespace {

void save_groups(base::ArchiveWriter& archive, const GroupBook& groups) {
  archive(static_cast<std::uint32_t>(groups.count()));
  for (std::size_t i = 1; i <= groups.count(); ++i) {
    describe_group(archive, groups.spec(GroupId{static_cast<std::uint16_t>(i)}));
  }
  std::uint32_t count = 0;
  groups.for_each_terms([&](GroupId, SymbolId, const GroupTerms&) { ++count; });
  archive(count);
  groups.for_each_terms([&](GroupId group, SymbolId symbol, const GroupTerms& terms) {
    archive(group, symbol);
    describe_terms(archive, terms);
  });
}

}  // namespace

EngineLimits Engine::room_needed() const {
  const State& state = *state_;
  EngineLimits room = largest_of(state.limits, state.largest);
  const auto grow = [](std::uint32_t& limit, std::size_t used) {
    limit = std::max(limit, static_cast<std::uint32_t>(used));
  };
  grow(room.accounts, state.accounts.size() - 1);
  grow(room.symbols, state.symbols.size() - 1);
  grow(room.positions, state.positions.in_use());
  grow(room.orders, std::max(state.orders.pool.in_use(), state.trails.pool.in_use()));
  grow(room.orders, state.desk.requests.in_use());
  grow(room.orders, (state.desk.reports.in_use() + 1) / 2);
  return room;
}

void Engine::save(base::ArchiveWriter& archive) const {
  const State& state = *state_;
  archive(state.root, state.now, state.last_order, state.last_position, state.last_trade,
          state.last_alert);
  archive(state.events.value());
  archive(state.day_volume.day, state.day_volume.volume);
  describe_limits(archive, state.limits);
  describe_limits(archive, state.largest);
  archive(static_cast<std::uint32_t>(state.rates.currencies().size()));
  for (const Currency currency : state.rates.currencies()) archive(currency);
  state.ledger.save(archive);
  archive(static_cast<std::uint32_t>(state.symbols.size() - 1));
  for (std::size_t i = 1; i < state.symbols.size(); ++i) {
    const Symbol& symbol = state.symbols[i];
    describe_instrument(archive, symbol.instrument);
    describe_quote(archive, state.rates.quote(symbol.instrument.id));
    archive(symbol.venue_time, symbol.quoted, symbol.venue, symbol.is_session_open,
            symbol.venue_prices.bid, symbol.venue_prices.ask);
  }
  save_groups(archive, state.groups);
  archive(static_cast<std::uint32_t>(state.accounts.size() - 1));
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    describe_account(archive, state.accounts[i]);
  }
  save_rules(archive, state.rules);
  save_risks(archive, state);
  for (std::size_t i = 1; i < state.symbols.size(); ++i) {
    save_holdings(archive, state, state.symbols[i]);
  }
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    save_watches(archive, state, state.accounts[i]);
  }
  state.client_ids.save(archive);
  state.timers.save(archive, state.accounts.size());
  state.recent_orders.save(archive);
  save_orders(archive, state);
  save_trails(archive, state);
  state.withdrawals.save(archive);
  save_desk(archive, state);
}

}  // namespace tribook::engine
