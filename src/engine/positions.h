#pragma once

#include <cstdint>
#include <optional>

#include "engine/state.h"

// Opening, reducing and marking positions, with everything that hangs on them: margin, commission,
// ledger entries, trigger levels.

namespace tribook::engine {

/// What opening would cost, computed before anything changes.
struct Opening {
  Price price;
  Money basis;
  Money commission;       // charge, not negative
  Money unrealized_pnl;   // just after the fill
  Money required_margin;  // by which used margin grows, at the initial rate
  Money free_margin_after;
};

/// Prices the opening; None when free margin stays at or above zero just after it.
/// `before`: what the order had already.
RejectCode plan_opening(const State& state, const Account& account, const Symbol& symbol, Side side,
                        Volume volume, Price price, Opening& opening,
                        const FilledBefore& before = {});

/// The same of what is booked whatever the margin by now: what no rate converts counts for nothing.
Opening price_opening(const State& state, const Account& account, const Symbol& symbol,
                      Volume volume, Price price, const FilledBefore& before);

struct OpeningOrder {
  OrderId id;
  AccountId account;
  SymbolId symbol;
  Side side = Side::Buy;
  Book book = Book::B;
  Volume volume;
  Price stop_loss;
  Price take_profit;
  Price venue_price;    // at which a venue filled it; 0: the house did
  PositionId opened;    // by the order's fills before
  FilledBefore before;  // those
};

/// The position that an opening of that side adds to, or 0: the one of a netting account, in others
/// the one that the order opened before, while there is something left of it.
std::uint32_t position_to_grow(const State& state, const Account& account, SymbolId symbol,
                               Side side, PositionId opened = {});
/// The number of the position that an opening will have.
PositionId next_position(const State& state, const Account& account, SymbolId symbol, Side side,
                         PositionId opened = {});
/// `besides`: positions that open before.
bool has_room_for_position(const State& state, std::uint32_t besides = 0);
/// REQUIRES: has_room_for_position or one to grow; a plan that was good; nothing stands against it
/// in an account that closes first.
void open_position(State& state, const OpeningOrder& order, const Opening& opening);

/// A part of a position that goes.
struct Closed {
  OrderId order;
  Volume volume;
  Price price;
  Money realized;
  Money charge;  // commission, not negative
  CloseReason reason = CloseReason::Manual;
  Price venue_price;       // at which its venue closed it; 0: the house did
  VenueRequestId request;  // that did
};

/// Fills in P&L and commission of volume and price. False when they, or the balance with them,
/// cannot be expressed as money. `before`: what the order had already; `booked`: what is booked by
/// then of what is in no balance yet.
bool price_closing(const State& state, const Position& position, Closed& closed,
                   const FilledBefore& before = {}, Money booked = {});
/// The order that did nothing but this close.
void emit_closing_order(State& state, const Position& position, const Closed& closed,
                        Origin origin);
/// Books and tells a close whose order was told; the account is told by the caller.
void book_closing(State& state, std::uint32_t position, const Closed& closed);

/// Why reduce_position could not: the result cannot be expressed as money (ValueOverflow), or there
/// is no room to close it at its venue (LimitReached).
[[nodiscard]] RejectCode check_reducing(const State& state, std::uint32_t position, Volume volume);
/// Closes `volume` of a position at the symbol's price: one closing order, trade, ledger entries.
/// False, and nothing done, when check_reducing says why.
bool reduce_position(State& state, std::uint32_t position, Volume volume, CloseReason reason,
                     Origin origin);

/// What belongs to a part of an open position.
struct PartOfPosition {
  Cost cost;
  Money basis;
};
/// REQUIRES: 0 < volume <= the position's.
PartOfPosition part_of(const Position& position, Volume volume);

/// What a fill makes of a position, its side of the holding and the value of that: all that the
/// next fill depends on but for the account's balance and used margin.
void grow_position(State& state, std::uint32_t position, Volume volume, const Opening& opening);
void shrink_position(State& state, std::uint32_t position, Volume volume);
/// Takes it out of its holding's list and the index.
void unlink_position(State& state, std::uint32_t position);
/// Sets a holding's used margin, and its account's with it, to what its sides need now.
void set_used_margin(State& state, Holding& holding);

/// Sets both levels (0 = none) and tells so.
void change_levels(State& state, std::uint32_t position, Price stop_loss, Price take_profit);

/// The account's holding of that symbol, or 0.
std::uint32_t find_holding(const State& state, const Account& account, SymbolId symbol);

/// The account's position with that number, or 0.
std::uint32_t find_position(const State& state, AccountId account, PositionId id);

/// What closing the position now would bring; empty when money cannot express it.
std::optional<Money> unrealized_pnl(const State& state, const Position& position);
std::optional<Money> unrealized_pnl(const State& state, const Account& account);

/// Puts a new holding before the others of its account and its symbol. REQUIRES: there is room.
std::uint32_t link_holding(State& state, Account& account, Symbol& symbol);
/// Puts a position before the others of its holding.
void link_position(State& state, std::uint32_t position, std::uint32_t holding);

/// Whether money can express the margin of either side once the other has closed, when it can
/// express that of both.
bool does_either_fit(const Instrument& instrument, const MarginSide& buys, const MarginSide& sells,
                     std::uint32_t leverage, Currency currency);
/// Whether it can express all three.
bool does_margin_fit(const Instrument& instrument, const MarginSide& buys, const MarginSide& sells,
                     std::uint32_t leverage, Currency currency);

/// The same after its sides or its symbol's settings changed; its account is looked at.
void refresh_margin(State& state, Holding& holding);

void emit_trade(State& state, const Position& position, OrderId order, Side side, Volume volume,
                Price price, Money realized, Money charge, CloseReason reason);
void emit_position(State& state, Position& position, PositionAction action);
/// Both levels fire again, if they are set.
void rearm_levels(State& state, std::uint32_t position);
/// Its SL and TP fire no more.
void remove_levels(State& state, std::uint32_t position);

/// Books an amount to the account (nothing when zero) and tells so.
void book(State& state, Account& account, LedgerType type, HouseAccount house, Money amount,
          PositionId reference);

}  // namespace tribook::engine
