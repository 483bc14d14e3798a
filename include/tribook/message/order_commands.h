#pragma once

#include <cstdint>

#include "tribook/base/time.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/reject_code.h"
#include "tribook/message/command_kind.h"

// Bodies of commands about orders and positions.

namespace tribook {

/// An order. Texts: OrderText. Risk and router fill in the decision.
struct NewOrder {
  static constexpr CommandKind kKind = CommandKind::NewOrder;
  Volume volume;
  Price limit;              ///< 0 = none
  Price trigger;            ///< 0 = none
  Price stop_loss;          ///< 0 = none
  Price take_profit;        ///< 0 = none
  Ratio max_slippage_pips;  ///< negative = no limit
  Price worst_price;        ///< decided by risk: beyond it the order is refused; 0 = any
  TimeNs expires{};         ///< 0 = never; of DAY decided by the sequencer
  std::int64_t required_margin_raw = 0;  ///< Money at 10^-8 as risk saw it, saturated
  std::int64_t free_margin_raw = 0;      ///< after holds
  PipDistance trailing_distance;         ///< of the position's stop-loss; 0 = it stands still
  PipDistance trailing_step;             ///< 0 = every move
  SymbolId symbol;
  RejectCode decision = RejectCode::None;  ///< risk's or router's refusal
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Market;
  TimeInForce time_in_force = TimeInForce::Ioc;
  Book book = Book::None;  ///< decided by the router
  Origin origin = Origin::Internal;
  std::uint8_t pace_warnings = 0;  ///< by risk: a bit for each of OrdersPerSecond, Minute, Day
  std::uint8_t reserved[4] = {};
};

/// Close all (volume 0) or part of a position at the market.
struct ClosePosition {
  static constexpr CommandKind kKind = CommandKind::ClosePosition;
  PositionId position;
  Volume volume;  ///< 0 = all
  CloseReason reason = CloseReason::Manual;
  Origin origin = Origin::Internal;
  std::uint8_t partial = 0;  ///< the client named a volume
  std::uint8_t reserved[5] = {};
};

struct ModifyPosition {
  static constexpr CommandKind kKind = CommandKind::ModifyPosition;
  PositionId position;
  Price stop_loss;                  ///< 0 = none
  Price take_profit;                ///< 0 = none
  std::uint8_t keep_stop_loss = 0;  ///< leave it as it is
  std::uint8_t keep_take_profit = 0;
  std::uint8_t set_trailing = 0;    ///< else it is left as it is
  std::uint8_t set_break_even = 0;  ///< 1: wait for it; 2: wait no more
  std::uint8_t reserved[4] = {};
  PipDistance trailing_distance;  ///< 0 = none
  PipDistance trailing_step;
  PipDistance break_even_offset;
  std::uint8_t reserved2[4] = {};
};

/// Ends an order that rests.
struct CancelOrder {
  static constexpr CommandKind kKind = CommandKind::CancelOrder;
  OrderId order;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[7] = {};
};

/// Changes an order that rests; what is not set stays.
struct ModifyOrder {
  static constexpr CommandKind kKind = CommandKind::ModifyOrder;
  OrderId order;
  Volume volume;
  Price limit;
  Price trigger;
  Price stop_loss;    ///< 0 = none
  Price take_profit;  ///< 0 = none
  TimeNs expires{};   ///< of DAY decided by the sequencer
  PipDistance trailing_distance;
  PipDistance trailing_step;
  std::uint8_t set_volume = 0;
  std::uint8_t set_limit = 0;
  std::uint8_t set_trigger = 0;
  std::uint8_t set_stop_loss = 0;
  std::uint8_t set_take_profit = 0;
  std::uint8_t set_time_in_force = 0;  ///< with `expires`
  std::uint8_t set_trailing = 0;
  TimeInForce time_in_force = TimeInForce::Gtc;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[7] = {};
};

struct OrderLeg {
  Volume volume;
  Price limit;
  Price trigger;
  Price stop_loss;
  Price take_profit;
};

/// Two orders of a symbol, of which the first that fills cancels the other. Both rest, or neither
/// is placed. Texts: OrderText, of both.
struct NewOrderPair {
  static constexpr CommandKind kKind = CommandKind::NewOrderPair;
  OrderLeg first;
  OrderLeg second;
  TimeNs expires{};
  SymbolId symbol;
  RejectCode decision = RejectCode::None;
  std::uint16_t routing_rule = 0;
  Side first_side = Side::Buy;
  Side second_side = Side::Buy;
  OrderType first_type = OrderType::Limit;
  OrderType second_type = OrderType::Limit;
  TimeInForce time_in_force = TimeInForce::Gtc;
  Book book = Book::None;
  Origin origin = Origin::Internal;
  std::uint8_t pace_warnings = 0;  ///< see NewOrder
  std::uint8_t reserved[2] = {};
};

/// One of the two, as an order of its own.
constexpr NewOrder leg_of(const NewOrderPair& pair, bool is_second) {
  const OrderLeg& leg = is_second ? pair.second : pair.first;
  NewOrder order;
  order.volume = leg.volume;
  order.limit = leg.limit;
  order.trigger = leg.trigger;
  order.stop_loss = leg.stop_loss;
  order.take_profit = leg.take_profit;
  order.max_slippage_pips = Ratio{-1};
  order.expires = pair.expires;
  order.symbol = pair.symbol;
  order.decision = pair.decision;
  order.routing_rule = pair.routing_rule;
  order.side = is_second ? pair.second_side : pair.first_side;
  order.type = is_second ? pair.second_type : pair.first_type;
  order.time_in_force = pair.time_in_force;
  order.book = pair.book;
  order.origin = pair.origin;
  order.pace_warnings = pair.pace_warnings;
  return order;
}

/// Would this order be taken? Answered by the sequencer; never journaled, and nothing changes.
struct CheckOrder {
  static constexpr CommandKind kKind = CommandKind::CheckOrder;
  NewOrder order;
};

/// A TRIGGERED order that comes back from risk and router. Made by the sequencer; of what it says,
/// the engine takes the decision, the rest is for who decides.
struct ExecuteOrder {
  static constexpr CommandKind kKind = CommandKind::ExecuteOrder;
  OrderId order;
  std::uint64_t place = 0;  ///< which time it was triggered
  Sequence cause;           ///< root of the record that triggered it
  Volume volume;
  Price limit;    ///< 0 = none
  Price trigger;  ///< 0 = none
  std::int64_t required_margin_raw = 0;
  std::int64_t free_margin_raw = 0;
  SymbolId symbol;
  RejectCode decision = RejectCode::None;
  std::uint16_t routing_rule = 0;
  Side side = Side::Buy;
  Book book = Book::None;
  OrderType type = OrderType::Market;
  std::uint8_t reserved[7] = {};
};

/// Timer: orders whose time is over by then end.
struct ExpireOrders {
  static constexpr CommandKind kKind = CommandKind::ExpireOrders;
  TimeNs nominal{};  ///< when it was due
};

/// Closes two opposite positions of one symbol against each other.
struct CloseBy {
  static constexpr CommandKind kKind = CommandKind::CloseBy;
  PositionId position;  ///< the profit is booked on this one
  PositionId other;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[7] = {};
};

/// Closes all positions of the account that can be closed now.
struct CloseAll {
  static constexpr CommandKind kKind = CommandKind::CloseAll;
  SymbolId symbol;  ///< 0 = of all symbols
  CloseReason reason = CloseReason::Manual;
  Origin origin = Origin::Internal;
  std::uint8_t reserved[4] = {};
};

}  // namespace tribook
