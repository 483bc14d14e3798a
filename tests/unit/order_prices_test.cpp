#include "tribook/domain/order_prices.h"

#include "support/instruments.h"

// What an order may say of prices. The engine's own tests have the rest.

namespace tribook {
namespace {

using test::price;
using test::ratio;

OrderPrices limit(Side side, std::string_view at) {
  OrderPrices order;
  order.type = OrderType::Limit;
  order.side = side;
  order.limit = price(at);
  return order;
}

const Quote kQuote{price("1.10000"), price("1.10010"), {}, true};

TEST_CASE("Order prices: met and reached, of both sides") {
  CHECK(is_limit_met(Side::Buy, price("1.10010"), kQuote));
  CHECK_FALSE(is_limit_met(Side::Buy, price("1.10009"), kQuote));
  CHECK(is_limit_met(Side::Sell, price("1.10000"), kQuote));
  CHECK_FALSE(is_limit_met(Side::Sell, price("1.10001"), kQuote));
  CHECK(is_trigger_reached(Side::Buy, price("1.10010"), kQuote));
  CHECK_FALSE(is_trigger_reached(Side::Buy, price("1.10011"), kQuote));
  CHECK(is_trigger_reached(Side::Sell, price("1.10000"), kQuote));
  CHECK_FALSE(is_trigger_reached(Side::Sell, price("1.09999"), kQuote));
}

TEST_CASE("Order prices: each type has its own and no other") {
  OrderPrices order;
  CHECK(is_well_formed(order));
  order.limit = price("1");
  CHECK_FALSE(is_well_formed(order));
  order.type = OrderType::Limit;
  CHECK(is_well_formed(order));
  order.trigger = price("1");
  CHECK_FALSE(is_well_formed(order));
  order.type = OrderType::StopLimit;
  CHECK(is_well_formed(order));
  order.time_in_force = TimeInForce::Fok;
  CHECK_FALSE(is_well_formed(order));
  order = limit(Side::Buy, "1");
  order.time_in_force = TimeInForce::Fok;
  CHECK(is_well_formed(order));
}

TEST_CASE("Order prices: the extremes are refused, not wrapped") {
  const Instrument instrument = test::forex("EUR", "USD");
  for (const std::int64_t raw :
       {kMaxFixedRaw + instrument.tick_size.raw, INT64_MAX, INT64_MIN, std::int64_t{-1}}) {
    OrderPrices order = limit(Side::Buy, "1.09");
    order.limit = Price{raw};
    CHECK_FALSE(are_order_prices_valid(instrument, order, kQuote));
    order = limit(Side::Buy, "1.09");
    order.take_profit = Price{raw};
    CHECK_FALSE(are_order_prices_valid(instrument, order, kQuote));
    order.take_profit = {};
    order.stop_loss = Price{raw};
    CHECK_FALSE(are_order_prices_valid(instrument, order, kQuote));
  }
  CHECK_FALSE(is_trailing_valid(instrument, {5}, {}));
  CHECK(is_trailing_valid(instrument, {10}, {}));
  CHECK_FALSE(is_trailing_valid(instrument, {}, {10}));
}

TEST_CASE("Order prices: slippage to either side, none for negative or endless pips") {
  Instrument instrument = test::forex("EUR", "USD");
  CHECK(worst_price_from(Side::Buy, price("1.38428"), ratio("2"), instrument) == price("1.38448"));
  CHECK(worst_price_from(Side::Sell, price("1.38428"), ratio("2"), instrument) == price("1.38408"));
  CHECK(worst_price_from(Side::Buy, price("1"), Ratio{-1}, instrument).is_zero());
  CHECK(worst_price_from(Side::Sell, price("1"), ratio("10001"), instrument).is_zero());
  instrument.pip_size = price("1");
  CHECK(worst_price_from(Side::Buy, price("1"), Ratio{INT64_MAX}, instrument).is_zero());
}

}  // namespace
}  // namespace tribook
