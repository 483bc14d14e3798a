#include <algorithm>

#include "engine/order_archive.h"
#include "engine/payments.h"
#include "engine/positions.h"
#include "engine/risk_rules.h"
#include "engine/venue_archive.h"

// The state told again as events: what of it others keep, in an order in which they can take it.

namespace tribook::engine {
namespace {

void retell_symbol(const Retelling& to, const State& state, const Symbol& symbol) {
  const SymbolId id = symbol.instrument.id;
  SymbolUpdated updated;
  updated.symbol = id;
  updated.is_new = 1;
  to.tell_with(symbol.instrument, {}, {}, updated);
  SessionChanged session;
  session.symbol = id;
  session.is_open = symbol.is_session_open ? 1 : 0;
  to.tell({}, {}, session);
  const Quote& quote = state.rates.quote(id);
  if (!quote.is_known()) return;
  QuoteApplied applied;
  applied.bid = quote.bid;
  applied.ask = quote.ask;
  applied.venue_bid = symbol.venue_prices.bid;
  applied.venue_ask = symbol.venue_prices.ask;
  applied.venue_time = symbol.venue_time;
  applied.symbol = id;
  applied.venue = symbol.venue;
  applied.never_stale = quote.never_stale ? 1 : 0;
  applied.is_reference = 1;
  to.tell(quote.time, {}, applied);
}

void retell_groups(const Retelling& to, const GroupBook& groups) {
  for (std::size_t i = 1; i <= groups.count(); ++i) {
    GroupUpdated updated;
    updated.group = GroupId{static_cast<std::uint16_t>(i)};
    updated.is_new = 1;
    to.tell_with(groups.spec(updated.group), {}, {}, updated);
  }
  groups.for_each_terms([&](GroupId group, SymbolId symbol, const GroupTerms& terms) {
    GroupTermsUpdated updated;
    updated.group = group;
    updated.symbol = symbol;
    to.tell_with(terms, {}, {}, updated);
  });
}

void retell_account(const Retelling& to, const State& state, const Account& account) {
  AccountSpec spec;
  spec.currency = account.currency;
  set_own_options(spec, account.own);
  spec.leverage = account.leverage;
  spec.kind = account.kind;
  spec.mode = account.mode;
  spec.from_group = account.from_group;
  spec.group = state.groups.spec(account.group).name;
  AccountCreated created;
  created.user = account.user;
  to.tell_with(spec, account.created, account.id, created);
  to.tell(account.created, account.id, describe(state, account));
  const AccountRisk& risk = state.risks[account.id.value];
  AccountWatched watched;
  watched.base = day_result(state, account, {}).base;
  watched.peak = risk.peak;
  watched.crossed = risk.crossed;
  watched.near = risk.near;
  to.tell(account.created, account.id, watched);
}

void retell_exposure(const Retelling& to, const Symbol& symbol) {
  const VenueExposure& exposure = symbol.exposure;
  if (exposure.at_venues == 0 && exposure.undone == 0) return;
  VenueExposureCarried carried;
  carried.at_venues_low = static_cast<std::int64_t>(exposure.at_venues);
  carried.at_venues_high = static_cast<std::int64_t>(exposure.at_venues >> 64);
  carried.undone_low = static_cast<std::int64_t>(exposure.undone);
  carried.undone_high = static_cast<std::int64_t>(exposure.undone >> 64);
  carried.symbol = symbol.instrument.id;
  carried.venue = symbol.instrument.venue.venue;
  to.tell({}, {}, carried);
}

void retell_position(const Retelling& to, const State& state, const Position& position) {
  PositionUpdated updated = describe(position, PositionAction::Carried);
  updated.is_closing = closing_at_venue(state, position).is_zero() ? 0 : 1;
  to.tell(position.updated, position.account, updated);
  PositionCarried carried;
  carried.closed_cost = position.closed_cost;
  carried.realized_total = position.realized_total;
  carried.basis = position.basis;
  carried.position = position.id;
  carried.closed_volume = position.closed_volume;
  carried.reason = position.last_reason;
  const Marks::Range marks = state.marks_of(position);
  carried.highest = marks.highest;
  carried.lowest = marks.lowest;
  to.tell(position.updated, position.account, carried);
}

std::vector<std::uint32_t> positions_by_age(const State& state) {
  std::vector<std::uint32_t> all;  // cold
  for (const Account& account : state.accounts) {
    for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
      for (std::uint32_t p = state.holdings[h].first_position; p != 0;
           p = state.positions[p].next) {
        all.push_back(p);
      }
    }
  }
  std::sort(all.begin(), all.end(), [&](std::uint32_t a, std::uint32_t b) {
    return state.positions[a].id < state.positions[b].id;
  });
  return all;
}

}  // namespace

void Engine::retell(const Retelling& to) const {
  const State& state = *state_;
  for (std::size_t i = 1; i < state.symbols.size(); ++i) retell_symbol(to, state, state.symbols[i]);
  retell_groups(to, state.groups);
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    retell_account(to, state, state.accounts[i]);
  }
  retell_rules(to, state.rules);
  for (const std::uint32_t p : positions_by_age(state)) {
    retell_position(to, state, state.positions[p]);
    retell_trail(to, state, state.positions[p]);
  }
  retell_depth(to, state);
  for (std::size_t i = 1; i < state.symbols.size(); ++i) retell_exposure(to, state.symbols[i]);
  retell_requests(to, state);
  retell_orders(to, state);
  for (const Withdrawal& withdrawal : state.withdrawals.pending()) {
    to.tell_texts(state.withdrawals.texts(withdrawal), withdrawal.requested, withdrawal.account,
                  describe(withdrawal));
  }
}

Volume Engine::volume_of_day(TimeNs time) const {
  return day_of(time) == state_->day_volume.day ? state_->day_volume.volume : Volume{};
}

}  // namespace tribook::engine
