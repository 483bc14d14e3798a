#include "engine/closing.h"

#include <algorithm>

#include "engine/commands.h"
#include "tribook/base/assert.h"

namespace tribook::engine {
namespace {

std::uint32_t first_of_side(const State& state, std::uint32_t index, Side side, bool is_by_age) {
  while (index != 0 && state.positions[index].side != side) {
    const Position& position = state.positions[index];
    index = is_by_age ? position.previous : position.next;
  }
  return index;
}

bool is_newest_first(const Account& account) {
  return account.mode == PositionMode::Hedging && account.closing == Closing::Lifo;
}

}  // namespace

std::uint32_t next_after(const State& state, const Account& account, std::uint32_t index) {
  const Position& position = state.positions[index];
  const bool is_by_age = !is_newest_first(account);
  return first_of_side(state, is_by_age ? position.previous : position.next, position.side,
                       is_by_age);
}

Volume closable(const State& state, const Account& account, SymbolId symbol, Side side) {
  if (!closes_first(account)) return {};
  const std::uint32_t index = find_holding(state, account, symbol);
  if (index == 0) return {};
  const Holding& holding = state.holdings[index];
  Volume volume = side == Side::Buy ? holding.sells.volume : holding.buys.volume;
  if (account.closes_at_venues == 0) return volume;
  for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
    const Position& position = state.positions[p];
    if (position.side != side) volume -= closing_at_venue(state, position);
  }
  return volume;
}

std::uint32_t next_to_close(const State& state, const Account& account, SymbolId symbol,
                            Side side) {
  const std::uint32_t index = find_holding(state, account, symbol);
  if (index == 0) return 0;
  const Holding& holding = state.holdings[index];
  const bool is_by_age = !is_newest_first(account);
  return first_of_side(state, is_by_age ? holding.oldest_position : holding.first_position, side,
                       is_by_age);
}

RejectCode check_closing_by_order(const State& state, const Account& account, SymbolId symbol,
                                  Side side, Volume volume, Price price,
                                  const FilledBefore& before) {
  Volume done;
  Money booked;
  for (std::uint32_t index = next_to_close(state, account, symbol, opposite(side)); done < volume;
       index = next_after(state, account, index)) {
    const Position& position = state.positions[index];
    Closed closed;
    closed.volume = std::min(volume - done, position.volume);
    closed.price = price;
    if (!price_closing(state, position, closed, with_more(before, done), booked))
      return RejectCode::ValueOverflow;
    booked += closed.realized - closed.charge;
    done += closed.volume;
  }
  return RejectCode::None;
}

PositionId last_to_close(const State& state, const Account& account, SymbolId symbol, Side side,
                         Volume volume) {
  std::uint32_t index = next_to_close(state, account, symbol, opposite(side));
  for (Volume done = state.positions[index].volume; done < volume;
       done += state.positions[index].volume) {
    index = next_after(state, account, index);
  }
  return state.positions[index].id;
}

void close_by_order(State& state, const Account& account, const OpeningOrder& order, Volume volume,
                    Price price) {
  Volume done;
  std::uint32_t next = next_to_close(state, account, order.symbol, opposite(order.side));
  while (done < volume) {
    const std::uint32_t index = next;
    TB_ASSERT(index != 0);
    const Position& position = state.positions[index];
    next = next_after(state, account, index);
    Closed closed;
    closed.order = order.id;
    closed.volume = std::min(volume - done, position.volume);
    closed.price = price;
    const bool is_priced = price_closing(state, position, closed, with_more(order.before, done));
    TB_ASSERT(is_priced);
    book_closing(state, index, closed);
    done += closed.volume;
  }
}

std::uint32_t find_target(const State& state, const CommandHeader& header, PositionId id) {
  if (header.account) return find_position(state, header.account, id);
  return id ? state.position_index.find(id.value) : 0;
}

namespace {

RejectCode check_closing(const State& state, const CommandHeader& header, std::uint32_t index,
                         const ClosePosition& close) {
  const Position& position = state.positions[index];
  const Account& account = state.account(position.account);
  const Symbol& symbol = state.symbol(position.symbol);
  const Instrument& instrument = symbol.instrument;
  const bool is_house = !header.account;
  if (is_locked_out(account, header)) return RejectCode::AccountDisabled;
  if (instrument.effective_state() == SymbolState::Disabled && !is_house)
    return RejectCode::SymbolDisabled;
  if (!symbol.is_session_open) return RejectCode::MarketClosed;
  const Volume open = closable_volume(state, position);
  if (open.is_zero()) return RejectCode::ClosingAtVenue;
  if (close.partial != 0) {
    if (close.volume.raw <= 0 || close.volume > open) return RejectCode::VolumeOutOfRange;
    if (close.volume.raw % instrument.volume_step.raw != 0) return RejectCode::VolumeStep;
    const Volume left = open - close.volume;
    if (!left.is_zero() && left < instrument.min_volume) return RejectCode::VolumeOutOfRange;
  }
  const bool is_in_order = is_house || account.closing == Closing::Any ||
                           next_to_close(state, account, position.symbol, position.side) == index;
  return is_in_order ? RejectCode::None : RejectCode::ClosingOrder;
}

}  // namespace

void on_close_position(State& state, const CommandHeader& header, const ClosePosition& close) {
  const std::uint32_t index = find_target(state, header, close.position);
  if (index == 0) return state.refuse(header.account, RejectCode::NotFound);
  const RejectCode code = check_closing(state, header, index, close);
  if (code != RejectCode::None) return state.refuse(header.account, code);
  const Position& position = state.positions[index];
  const bool is_at_venue = position.venue_part != 0;
  const Volume volume = close.partial != 0 ? close.volume : closable_volume(state, position);
  if (!reduce_position(state, index, volume, close.reason, close.origin)) {
    state.refuse(header.account,
                 is_at_venue ? RejectCode::LimitReached : RejectCode::ValueOverflow);
  }
}

void find_closable(State& state, const Account& account, SymbolId wanted) {
  state.stop_outs.candidates.clear();
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    const Symbol& symbol = state.symbol(holding.symbol);
    if (wanted && holding.symbol != wanted) continue;
    if (!is_tradable(symbol)) continue;
    for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
      state.stop_outs.candidates.push_back({{}, {}, state.positions[p].id, p});
    }
  }
  const bool is_by_age = !is_newest_first(account);
  std::sort(state.stop_outs.candidates.begin(), state.stop_outs.candidates.end(),
            [&](const Candidate& a, const Candidate& b) {
              return is_by_age ? a.id < b.id : a.id > b.id;
            });
}

void on_close_all(State& state, const CommandHeader& header, const CloseAll& close) {
  const Account* account = state.find_account(header.account);
  if (account == nullptr) return state.refuse(header.account, RejectCode::NotFound);
  if (close.symbol && state.find_symbol(close.symbol) == nullptr)
    return state.refuse(header.account, RejectCode::SymbolUnknown);
  if (is_locked_out(*account, header) && close.origin != Origin::Admin)
    return state.refuse(header.account, RejectCode::AccountDisabled);
  find_closable(state, *account, close.symbol);
  // One that cannot be expressed as money stays, like those that cannot be closed now.
  for (const Candidate& candidate : state.stop_outs.candidates) {
    const Volume all = closable_volume(state, state.positions[candidate.position]);
    if (all.is_zero()) continue;  // on its way already
    reduce_position(state, candidate.position, all, close.reason, close.origin);
  }
}

}  // namespace tribook::engine
