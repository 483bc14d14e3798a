#pragma once

#include <cstdint>

#include "engine/positions.h"

// What an order closes before it opens anything, and in which order positions close. Netting
// accounts have one position a symbol; others that close FIFO or LIFO go by the positions' age.

namespace tribook::engine {

constexpr bool closes_first(const Account& account) {
  return account.mode == PositionMode::Netting || account.closing != Closing::Any;
}

/// How much an order of that side would close; nothing where both sides are kept.
Volume closable(const State& state, const Account& account, SymbolId symbol, Side side);

/// The position of that side that has to close next, or 0. REQUIRES: closes_first.
std::uint32_t next_to_close(const State& state, const Account& account, SymbolId symbol, Side side);

/// The one of its side that closes after it, or 0. REQUIRES: closes_first.
std::uint32_t next_after(const State& state, const Account& account, std::uint32_t position);

/// Whether an order of that side can close that much at the price: None, or ValueOverflow.
/// `before`: what the order had already. REQUIRES: closes_first; there is that much to close.
RejectCode check_closing_by_order(const State& state, const Account& account, SymbolId symbol,
                                  Side side, Volume volume, Price price,
                                  const FilledBefore& before = {});

/// With more of the same order at the same price.
constexpr FilledBefore with_more(FilledBefore before, Volume more) {
  before.volume += more;
  return before;
}

/// The last position that it would close a part of. REQUIRES: as check_closing_by_order.
PositionId last_to_close(const State& state, const Account& account, SymbolId symbol, Side side,
                         Volume volume);

/// Closes it. REQUIRES: check_closing_by_order.
void close_by_order(State& state, const Account& account, const OpeningOrder& order, Volume volume,
                    Price price);

/// Fills the candidates of State::stop_outs: the account's positions in a symbol (0: any) where it
/// trades now, in the order in which they close.
void find_closable(State& state, const Account& account, SymbolId wanted);

/// Any account's position for a house command (account 0), else only its own; 0 for none.
std::uint32_t find_target(const State& state, const CommandHeader& header, PositionId id);

/// A house command may do what its client may not.
constexpr bool is_locked_out(const Account& account, const CommandHeader& header) {
  return header.account &&
         (account.state == AccountState::Suspended || account.state == AccountState::Closed);
}

}  // namespace tribook::engine
