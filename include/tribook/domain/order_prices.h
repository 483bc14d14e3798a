#pragma once

#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/instrument.h"
#include "tribook/domain/rate_book.h"

// Where the prices of an order may be, and when it is met. Risk and engine ask the same.

namespace tribook {

constexpr bool has_limit(OrderType type) {
  return type == OrderType::Limit || type == OrderType::StopLimit;
}
constexpr bool has_trigger(OrderType type) {
  return type == OrderType::Stop || type == OrderType::StopLimit;
}
/// Executed when it comes, or not at all.
constexpr bool is_at_once(OrderType type, TimeInForce time_in_force) {
  return type == OrderType::Market || time_in_force == TimeInForce::Ioc ||
         time_in_force == TimeInForce::Fok;
}

/// A limit fills now. REQUIRES: a quote that is known.
constexpr bool is_limit_met(Side side, Price limit, const Quote& quote) {
  return side == Side::Buy ? quote.ask <= limit : quote.bid >= limit;
}
/// A stop is triggered now. REQUIRES: a quote that is known.
constexpr bool is_trigger_reached(Side side, Price trigger, const Quote& quote) {
  return side == Side::Buy ? quote.ask >= trigger : quote.bid <= trigger;
}

/// What an order says of prices.
struct OrderPrices {
  OrderType type = OrderType::Market;
  TimeInForce time_in_force = TimeInForce::Gtc;
  Side side = Side::Buy;
  Price limit;
  Price trigger;
  Price stop_loss;
  Price take_profit;
  PipDistance trailing_distance;
  PipDistance trailing_step;
};

/// Time in force and prices go with the type: what a type has not is absent, a stop rests.
bool is_well_formed(const OrderPrices& order);

/// Prices are on the tick and far enough from the market and from each other. Without a known quote
/// a market order is good only without levels, and the distance to the market does not count.
/// REQUIRES: is_well_formed.
bool are_order_prices_valid(const Instrument& instrument, const OrderPrices& order,
                            const Quote& quote);

/// The distance is a whole number of ticks, and a price.
bool is_whole_ticks(const Instrument& instrument, PipDistance distance);

/// Distance and step of a stop-loss that follows are whole ticks, the distance not below the level
/// that stops keep; no distance is good without a step.
bool is_trailing_valid(const Instrument& instrument, PipDistance distance, PipDistance step);

/// The worst price that `pips` of slippage from `from` allow an order of that side; 0 where that
/// is any price, and for negative pips.
Price worst_price_from(Side side, Price from, Ratio pips, const Instrument& instrument);

}  // namespace tribook
