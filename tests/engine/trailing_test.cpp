#include "support/order_desk.h"

// Stop-losses that the server moves: trailing, and break-even.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::price;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.10000", "1.10010");
  }
  Events follow(PositionId position, std::uint32_t distance, std::uint32_t step = 0) {
    ModifyPosition modify;
    modify.position = position;
    modify.keep_stop_loss = modify.keep_take_profit = 1;
    modify.set_trailing = 1;
    modify.trailing_distance = {distance};
    modify.trailing_step = {step};
    return house.send(account, modify);
  }
  Events break_even(PositionId position, std::uint32_t offset, std::uint8_t set = 1) {
    ModifyPosition modify;
    modify.position = position;
    modify.keep_stop_loss = modify.keep_take_profit = 1;
    modify.set_break_even = set;
    modify.break_even_offset = {offset};
    return house.send(account, modify);
  }
  PositionId open(Side side) { return house.open(account, symbol, side, "0.1"); }
  Price stop_loss(PositionId id) { return house.position(id).stop_loss; }
  Events quote(const char* bid, const char* ask) { return house.quote(symbol, bid, ask); }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Trailing: attaching sets the stop-loss behind the mark, if that is better") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  const Events events = m.follow(buy, 5'000, 1'000);
  CHECK(events.only<PositionFollowed>().trailing_distance.hundredths == 5'000);
  CHECK(events.only<PositionUpdated>().stop_loss == price("1.09500"));
  const PositionId sell = m.open(Side::Sell);
  m.house.modify(m.account, sell, "1.10100", std::nullopt);
  m.follow(sell, 5'000);
  CHECK(m.stop_loss(sell) == price("1.10100"));
  m.follow(sell, 500);
  CHECK(m.stop_loss(sell) == price("1.10060"));
}

TEST_CASE("Trailing: moves by whole steps, in the position's favour alone") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  m.follow(buy, 5'000, 1'000);
  CHECK_FALSE(m.quote("1.10099", "1.10109").has<PositionUpdated>());
  m.quote("1.10100", "1.10110");
  CHECK(m.stop_loss(buy) == price("1.09600"));
  m.quote("1.10050", "1.10060");
  CHECK(m.stop_loss(buy) == price("1.09600"));
  m.quote("1.10450", "1.10460");
  CHECK(m.stop_loss(buy) == price("1.09900"));
}

TEST_CASE("Trailing: without a step every move counts") {
  Market m;
  const PositionId sell = m.open(Side::Sell);
  m.follow(sell, 1'000);
  m.quote("1.09999", "1.10009");
  CHECK(m.stop_loss(sell) == price("1.10109"));
  m.quote("1.09990", "1.10000");
  CHECK(m.stop_loss(sell) == price("1.10100"));
}

TEST_CASE("Trailing: a tick that moved the stop-loss does not fire it, the next one may") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  m.follow(buy, 1'000);
  m.quote("1.10200", "1.10210");
  CHECK(m.stop_loss(buy) == price("1.10100"));
  const auto reduced = m.quote("1.10100", "1.10110").only<PositionReduced>();
  CHECK(reduced.reason == CloseReason::StopLoss);
  CHECK(reduced.price == price("1.10100"));
  CHECK_FALSE(m.quote("1.10300", "1.10310").has<PositionUpdated>());
}

TEST_CASE(
    "Trailing: goes on from a stop-loss that the client set, and takes a removed one up again") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  m.follow(buy, 5'000, 1'000);
  m.house.modify(m.account, buy, "1.09900", std::nullopt);
  CHECK_FALSE(m.quote("1.10450", "1.10460").has<PositionUpdated>());
  m.quote("1.10500", "1.10510");
  CHECK(m.stop_loss(buy) == price("1.10000"));
  m.house.modify(m.account, buy, "0", std::nullopt);
  CHECK(m.stop_loss(buy).is_zero());
  m.quote("1.10470", "1.10480");
  CHECK(m.stop_loss(buy) == price("1.09970"));
}

TEST_CASE("Trailing: taken away again, the stop-loss stays where it is") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  m.follow(buy, 1'000);
  CHECK(m.follow(buy, 0).only<PositionFollowed>().trailing_distance.is_zero());
  m.quote("1.10200", "1.10210");
  CHECK(m.stop_loss(buy) == price("1.09900"));
}

TEST_CASE("Trailing: a distance is in whole ticks and keeps the stops level") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  CHECK(m.follow(buy, 1'005).code() == RejectCode::PriceInvalid);
  CHECK(m.follow(buy, 1'000, 5).code() == RejectCode::PriceInvalid);
  CHECK(m.follow(buy, 0, 100).code() == RejectCode::Validation);
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.stops_level_pips = test::ratio("20");
  m.house.update_symbol(m.symbol, instrument);
  CHECK(m.follow(buy, 1'990).code() == RejectCode::PriceInvalid);
  CHECK(m.follow(buy, 2'000).code() == RejectCode::None);
}

TEST_CASE("Trailing: of a market order, from its fill on") {
  Market m;
  NewOrder order = House::order_of(m.symbol, Side::Buy, "0.1");
  order.trailing_distance = {2'000};
  const Events events = m.house.send(m.account, order);
  CHECK(events.of<PositionUpdated>().back().stop_loss == price("1.09800"));
}

TEST_CASE("Break-even: waits until the mark is beyond open price and offset, then moves once") {
  Market m;
  const PositionId buy = m.open(Side::Buy);  // at 1.10010
  CHECK(m.break_even(buy, 100).only<PositionFollowed>().waits_for_break_even == 1);
  CHECK_FALSE(m.quote("1.10020", "1.10030").has<PositionUpdated>());
  const Events events = m.quote("1.10021", "1.10031");
  CHECK(events.only<PositionUpdated>().stop_loss == price("1.10020"));
  CHECK(events.only<PositionFollowed>().waits_for_break_even == 0);
  m.house.modify(m.account, buy, "0", std::nullopt);
  CHECK_FALSE(m.quote("1.10100", "1.10110").has<PositionUpdated>());
}

TEST_CASE("Break-even: of a sell, at once where the mark is there already, never worse") {
  Market m;
  const PositionId sell = m.open(Side::Sell);  // at 1.10000
  m.quote("1.09900", "1.09910");
  m.break_even(sell, 0);
  CHECK(m.stop_loss(sell) == price("1.10000"));
  m.house.modify(m.account, sell, "1.09950", std::nullopt);
  m.break_even(sell, 0);
  CHECK(m.stop_loss(sell) == price("1.09950"));
}

TEST_CASE("Break-even: can be called off, goes together with trailing") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  m.break_even(buy, 0);
  m.break_even(buy, 0, 2);
  CHECK_FALSE(m.quote("1.10100", "1.10110").has<PositionUpdated>());
  const PositionId other = m.open(Side::Buy);  // at 1.10110
  m.follow(other, 5'000, 1'000);
  m.break_even(other, 0);
  m.quote("1.10111", "1.10121");
  CHECK(m.stop_loss(other) == price("1.10110"));
  m.quote("1.10709", "1.10719");
  CHECK(m.stop_loss(other) == price("1.10110"));
  m.quote("1.10710", "1.10720");
  CHECK(m.stop_loss(other) == price("1.10210"));
}

TEST_CASE("Break-even: set later, the stop-loss that follows goes on by its steps") {
  Market m;
  const PositionId buy = m.open(Side::Buy);
  m.follow(buy, 5'000, 1'000);
  m.quote("1.10099", "1.10109");
  m.break_even(buy, 9'000);
  CHECK(m.stop_loss(buy) == price("1.09500"));
  m.quote("1.10100", "1.10110");
  CHECK(m.stop_loss(buy) == price("1.09600"));
}

TEST_CASE("Break-even: goes on when an order that trails adds to the position") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "100000", .mode = PositionMode::Netting});
  const PositionId buy = m.house.open(account, m.symbol, Side::Buy, "0.1");  // at 1.10010
  ModifyPosition modify;
  modify.position = buy;
  modify.keep_stop_loss = modify.keep_take_profit = 1;
  modify.set_break_even = 1;
  m.house.send(account, modify);
  NewOrder order = House::order_of(m.symbol, Side::Buy, "0.1");
  order.trailing_distance = {5'000};
  const Events events = m.house.send(account, order);
  CHECK(events.only<PositionFollowed>().waits_for_break_even == 1);
  CHECK(m.stop_loss(buy) == price("1.09500"));
  m.quote("1.10011", "1.10021");
  CHECK(m.stop_loss(buy) == price("1.10010"));
}

TEST_CASE("Trailing: of many positions by id, a part closed keeps it, a closed one has none") {
  Market m;
  const PositionId first = m.open(Side::Buy);
  const PositionId second = m.open(Side::Buy);
  m.follow(second, 1'000);
  m.follow(first, 1'000);
  m.house.close(m.account, second, "0.05");
  const auto moved = m.quote("1.10100", "1.10110").of<PositionUpdated>();
  REQUIRE(moved.size() == 2);
  CHECK(moved[0].position == first);
  CHECK(moved[1].position == second);
  m.house.close(m.account, first);
  m.house.close(m.account, second);
  CHECK_FALSE(m.quote("1.10200", "1.10210").has<PositionUpdated>());
}

}  // namespace
}  // namespace tribook
