#include "support/order_desk.h"

// The worked numbers and the rules of orders that rest, end to end.

namespace tribook {
namespace {

using test::drain;
using test::House;
using test::limit;
using test::price;
using test::stop;

TEST_CASE("DOMAIN 1: trailing stop of a short USDJPY, 50 pips, step 10: 104.504 becomes 104.404") {
  House house;
  const SymbolId symbol = house.add_symbol(test::forex("USD", "JPY"));
  const AccountId account = house.add_account({.deposit = "100000"});
  house.quote(symbol, "104.000", "104.004");
  const PositionId position = house.open(account, symbol, Side::Sell, "1");
  ModifyPosition modify;
  modify.position = position;
  modify.keep_stop_loss = modify.keep_take_profit = 1;
  modify.set_trailing = 1;
  modify.trailing_distance = {5'000};
  modify.trailing_step = {1'000};
  house.send(account, modify);
  CHECK(house.position(position).stop_loss == price("104.504"));
  house.quote(symbol, "103.900", "103.905");
  CHECK(house.position(position).stop_loss == price("104.504"));
  house.quote(symbol, "103.899", "103.904");
  CHECK(house.position(position).stop_loss == price("104.404"));
  house.quote(symbol, "103.999", "104.004");
  CHECK(house.position(position).stop_loss == price("104.404"));
}

TEST_CASE("DOMAIN 1: a limit fills at its price or better, a stop at the first price behind it") {
  House house;
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.10000", "1.10010");
  house.send(account, limit(symbol, Side::Buy, "0.1", "1.09900"));
  house.send(account, stop(symbol, Side::Sell, "0.1", "1.09900"));
  house.quote(symbol, "1.09700", "1.09710");
  const auto filled = drain(house).of<OrderUpdated>();
  REQUIRE(filled.size() == 2);
  CHECK(filled[0].filled_price == price("1.09710"));
  CHECK(filled[1].filled_price == price("1.09700"));
}

TEST_CASE("DOMAIN 13.11: within one quote levels, limits by price and time, stops, trailing") {
  House house;
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account({.deposit = "100000"});
  house.quote(symbol, "1.10000", "1.10010");
  const PositionId follows = house.open(account, symbol, Side::Sell, "0.1");
  const PositionId closes =
      house.open(account, symbol, Side::Sell, "0.1", {.take_profit = "1.09500"});
  ModifyPosition modify;
  modify.position = follows;
  modify.keep_stop_loss = modify.keep_take_profit = 1;
  modify.set_trailing = 1;
  modify.trailing_distance = {5'000};
  house.send(account, modify);
  house.send(account, stop(symbol, Side::Sell, "0.1", "1.09800"));
  house.send(account, limit(symbol, Side::Buy, "0.1", "1.09600"));
  house.send(account, limit(symbol, Side::Buy, "0.1", "1.09700"));
  const test::Events events = house.quote(symbol, "1.09400", "1.09410");
  CHECK(events.only<PositionReduced>().position == closes);
  std::vector<std::uint64_t> told;
  for (const auto& order : events.of<OrderUpdated>()) told.push_back(order.order.value);
  CHECK(told == std::vector<std::uint64_t>{6, 5, 4, 3});  // the close, limits, the stop
  CHECK(events.of<PositionUpdated>().back().position == follows);
  CHECK(events.of<PositionUpdated>().back().stop_loss == price("1.09910"));
}

}  // namespace
}  // namespace tribook
