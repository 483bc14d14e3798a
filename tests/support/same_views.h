#pragma once

#include <cstring>
#include <string>
#include <tuple>
#include <vector>

#include "views/views.h"

// What two views show of the present: one that was told everything, one that was told a state.

namespace tribook::test {

inline auto shown(const views::AccountView& v) {
  return std::tuple(v.balance, v.credit, v.used_margin, v.currency.packed, v.created,
                    v.stop_out_level, v.margin_call_levels, v.stop_out_order,
                    std::string(v.group.view()), v.id, v.user, v.leverage, v.open_positions,
                    v.open_orders, v.kind, v.mode, v.closing, v.state,
                    v.negative_balance_protection, v.swap_free.is_on, v.swap_free.free_rollovers,
                    v.swap_free.fee, v.from_group);
}
inline auto shown(const views::PositionView& v) {
  return std::tuple(v.open_cost, v.commission, v.swap, v.realized_pnl, v.id, v.volume,
                    v.closed_volume, v.stop_loss, v.take_profit, v.open_time, v.updated, v.account,
                    v.symbol, v.side, v.book, v.highest, v.lowest);
}
inline auto shown(const views::QuoteView& v) {
  return std::tuple(v.bid, v.ask, v.venue_bid, v.venue_ask, v.venue_time, v.time, v.symbol, v.venue,
                    v.never_stale);
}
inline auto shown(const views::UserView& v) {
  return std::tuple(v.id, v.username, v.password_hash, v.email, v.role, v.created,
                    v.password_changes, v.accounts);
}
inline auto shown(const views::ClosedPositionView& v) {
  return std::tuple(v.realized_pnl, v.commission, v.swap, v.id, v.volume, v.open_price,
                    v.close_price, v.open_time, v.close_time, v.account, v.symbol, v.side, v.book,
                    v.reason, v.highest, v.lowest);
}

inline auto shown(const views::WithdrawalView& v) {
  return std::tuple(v.amount, v.id, v.entry, v.requested, v.account, v.requested_by, v.method,
                    v.status, v.reference, v.note, v.address);
}

inline auto shown(const views::VenueRequestView& v) {
  return std::tuple(v.id, v.order, v.position, v.volume, v.left, v.limit, v.seen, v.deadline,
                    v.account, v.symbol, v.venue, v.side, v.kind, v.time_in_force, v.is_accepted);
}
inline auto shown(const views::ExposureView& v) {
  return std::tuple(v.clients.buys, v.clients.sells, v.venue.at_venue, v.venue.undone);
}

template <typename T>
bool are_same_bytes(const T& a, const T& b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// Where they differ in accounts, open positions, users, symbols, quotes, sessions or the day's
/// volume; empty when they do not.
inline std::string difference(const views::Views& a, const views::Views& b) {
  const auto accounts = a.accounts({}, views::kPageMax);
  const auto others = b.accounts({}, views::kPageMax);
  if (accounts.items.size() != others.items.size()) return "accounts";
  for (std::size_t i = 0; i < accounts.items.size(); ++i) {
    const AccountId id = accounts.items[i].id;
    const std::string name = "account " + std::to_string(id.value);
    if (shown(accounts.items[i]) != shown(others.items[i])) return name;
    std::vector<views::PositionView> positions;
    std::vector<views::PositionView> other_positions;
    if (a.positions(id, positions) != b.positions(id, other_positions)) return name;
    if (positions.size() != other_positions.size()) return "positions of " + name;
    for (std::size_t p = 0; p < positions.size(); ++p) {
      if (shown(positions[p]) != shown(other_positions[p])) return "a position of " + name;
    }
  }
  const auto pending = a.withdrawals({}, views::WithdrawalFilter::Pending, {}, views::kPageMax);
  const auto others_pending =
      b.withdrawals({}, views::WithdrawalFilter::Pending, {}, views::kPageMax);
  if (pending.items.size() != others_pending.items.size()) return "withdrawals";
  for (std::size_t i = 0; i < pending.items.size(); ++i) {
    if (shown(pending.items[i]) != shown(others_pending.items[i])) return "a withdrawal";
  }
  if (a.groups()->count() != b.groups()->count()) return "groups";
  for (std::size_t i = 1; i <= a.groups()->count(); ++i) {
    const GroupId group{static_cast<std::uint16_t>(i)};
    if (!are_same_bytes(a.groups()->spec(group), b.groups()->spec(group))) return "a group";
    for (std::size_t s = 0; s <= a.symbols()->all().size(); ++s) {
      const SymbolId symbol{static_cast<std::uint16_t>(s)};
      if (!are_same_bytes(a.groups()->own_terms(group, symbol),
                          b.groups()->own_terms(group, symbol)))
        return "terms of a group";
    }
  }
  const auto users = a.users({}, views::kPageMax);
  const auto other_users = b.users({}, views::kPageMax);
  if (users.items.size() != other_users.items.size()) return "users";
  for (std::size_t i = 0; i < users.items.size(); ++i) {
    if (shown(users.items[i]) != shown(other_users.items[i])) return "a user";
  }
  if (a.symbols()->all().size() != b.symbols()->all().size()) return "symbols";
  for (const auto& instrument : a.symbols()->all()) {
    const SymbolId id = instrument->id;
    const std::string name = "symbol " + std::to_string(id.value);
    const Instrument* other = b.symbols()->find(id);
    if (other == nullptr || std::memcmp(other, instrument.get(), sizeof *other) != 0) return name;
    if (a.session_open(id) != b.session_open(id)) return "session of " + name;
    views::QuoteView quote;
    views::QuoteView other_quote;
    if (a.quote(id, quote) != b.quote(id, other_quote)) return "quote of " + name;
    if (shown(quote) != shown(other_quote)) return "quote of " + name;
    views::DepthView depth;
    views::DepthView other_depth;
    if (a.depth(id, depth) != b.depth(id, other_depth)) return "depth of " + name;
    if (!(depth == other_depth)) return "depth of " + name;
    views::ExposureView exposure;
    views::ExposureView other_exposure;
    if (a.exposure(id, exposure) != b.exposure(id, other_exposure)) return "exposure of " + name;
    if (shown(exposure) != shown(other_exposure)) return "exposure of " + name;
  }
  const auto requests = a.venue_requests({}, {}, views::kPageMax);
  const auto other_requests = b.venue_requests({}, {}, views::kPageMax);
  if (requests.items.size() != other_requests.items.size()) return "requests at venues";
  for (std::size_t i = 0; i < requests.items.size(); ++i) {
    if (shown(requests.items[i]) != shown(other_requests.items[i])) return "a request at a venue";
  }
  const auto figures = a.figures();
  const auto other_figures = b.figures();
  if (figures.open_positions != other_figures.open_positions) return "number of open positions";
  if (figures.day != other_figures.day || figures.daily_volume != other_figures.daily_volume) {
    return "volume of the day";
  }
  return {};
}

/// The same of the candles that are forming.
inline std::string difference_in_candles(const views::Views& a, const views::Views& b) {
  for (const auto& instrument : a.symbols()->all()) {
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      Candle candle;
      Candle other;
      const auto status = a.candle(instrument->id, timeframe_at(i), candle);
      const bool is_same = b.candle(instrument->id, timeframe_at(i), other) == status;
      if (is_same && candle == other) continue;
      return "the candle " + std::string(name_of(timeframe_at(i))) + " of symbol " +
             std::to_string(instrument->id.value);
    }
  }
  return {};
}

}  // namespace tribook::test
