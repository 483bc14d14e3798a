#pragma once

#include <cstdint>

#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/reject_code.h"

// What goes into an OrderBook (book.h) and what it tells. Prices and volumes are the fixed-point
// types of the house: 64 bits, at 10^-8.

namespace tribook::engine {

/// What happens instead of a trade when an order meets one of the same owner. An order keeps its
/// choice while it rests, for when it is replaced; the choice of the arriving order counts.
enum class SelfTrade : std::uint8_t {
  Allow,         ///< they trade
  CancelNewest,  ///< the rest of the arriving order is cancelled, the resting one stays
  CancelOldest,  ///< the resting one is cancelled, the arriving one goes on
  Decrement,     ///< both lose the smaller volume of the two without a trade
};

/// An order as it comes in, and as it rests with what is left of it.
struct BookOrder {
  OrderId id;  ///< the caller's; any number, but no two resting orders have the same
  /// The limit: the worst price that it takes. A multiple of the tick, from -(2^63 - 2) to
  /// 2^63 - 2 (raw); below zero is a price like any other.
  Price price;
  Volume volume;    ///< 1 .. 2^63 - 1 (raw); of a resting order what is left
  AccountId owner;  ///< whose it is, for SelfTrade; 0 is nobody and never meets itself
  Side side = Side::Buy;
  /// Ioc: what does not trade at once is cancelled. Fok: trades whole at once or not at all. Gtc,
  /// Day and Gtd rest alike: when they end is the caller's to say, by cancelling them.
  TimeInForce time_in_force = TimeInForce::Gtc;
  SelfTrade self_trade = SelfTrade::Allow;

  friend constexpr bool operator==(const BookOrder&, const BookOrder&) = default;
};

/// A price and all that rests at it.
struct BookLevel {
  Price price;
  Volume volume;
  std::uint32_t orders = 0;

  friend constexpr bool operator==(const BookLevel&, const BookLevel&) = default;
};

/// The order stands last at its price with this volume.
struct BookRested {
  OrderId id;
  Side side = Side::Buy;
  Price price;
  Volume volume;

  friend constexpr bool operator==(const BookRested&, const BookRested&) = default;
};

/// At the maker's price. A maker of which nothing is left is gone from the book.
struct BookTrade {
  OrderId maker;
  OrderId taker;
  AccountId maker_owner;
  AccountId taker_owner;
  Side taker_side = Side::Buy;
  Price price;
  Volume volume;
  Volume maker_left;
  Volume taker_left;

  friend constexpr bool operator==(const BookTrade&, const BookTrade&) = default;
};

enum class BookReason : std::uint8_t {
  Requested,          ///< by cancel() or reduce()
  ImmediateOrCancel,  ///< what an Ioc order did not trade
  FillOrKill,         ///< a Fok order that could not trade whole; it traded nothing
  SelfTrade,
};

/// The order is gone; so much of it was left.
struct BookCancelled {
  OrderId id;
  Volume volume;
  BookReason reason = BookReason::Requested;

  friend constexpr bool operator==(const BookCancelled&, const BookCancelled&) = default;
};

/// The order lost volume without a trade, and keeps its place if it rests.
struct BookReduced {
  OrderId id;
  Volume by;
  Volume left;
  BookReason reason = BookReason::Requested;

  friend constexpr bool operator==(const BookReduced&, const BookReduced&) = default;
};

/// The order has this price and volume now. Without its priority it is as one that has just come
/// in: trades may follow, and where it rests in the end is told by BookRested.
struct BookReplaced {
  OrderId id;
  Price price;
  Volume volume;
  bool keeps_priority = false;

  friend constexpr bool operator==(const BookReplaced&, const BookReplaced&) = default;
};

/// Nothing was done, for the first of these reasons that holds: VolumeOutOfRange (not above zero),
/// PriceInvalid (no multiple of the tick, or at the very end of 64 bits), Duplicate (an order with
/// this id rests), NotFound (none does), ValueOverflow (a side's volumes together would pass 64
/// bits), LimitReached (no room for another order that may rest).
struct BookRejected {
  OrderId id;
  RejectCode code = RejectCode::None;

  friend constexpr bool operator==(const BookRejected&, const BookRejected&) = default;
};

}  // namespace tribook::engine
