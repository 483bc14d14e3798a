#include "support/order_desk.h"

// Clients deal with each other: the rules, end to end.

namespace tribook {
namespace {

using test::drain;
using test::Events;
using test::House;
using test::limit;
using test::lots;
using test::price;
using test::statuses_of;
using Told = std::vector<std::string>;

// The house: 1.10000 / 1.10020, two tenths of a pip in which clients can meet.
struct Market {
  explicit Market(Instrument instrument = test::forex("EUR", "USD")) {
    symbol = house.add_symbol(instrument);
    for (AccountId& account : accounts) account = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.10000", "1.10020");
  }
  Events place(std::size_t who, Side side, const char* volume, const char* at,
               const test::WorkingOptions& options = {}) {
    return house.send(accounts.at(who), limit(symbol, side, volume, at, options));
  }
  Events market(std::size_t who, Side side, const char* volume) {
    return house.order(accounts.at(who), symbol, side, volume);
  }
  std::vector<DepthChanged> depth() {
    std::vector<DepthChanged> levels;
    const EventVisitor visit = [&](const Event& event) {
      if (event.header.kind == EventKind::DepthChanged) levels.push_back(event.get<DepthChanged>());
    };
    house.engine.retell(Retelling(house.engine.last_sequence(), house.slab, visit));
    return levels;
  }

  House house;
  SymbolId symbol;
  std::array<AccountId, 4> accounts;
};

TEST_CASE("DOMAIN 13.18: a market order takes the better of makers and the house, level by level") {
  Market m;
  m.place(0, Side::Sell, "1", "1.10030");  // worse than the house
  m.place(1, Side::Sell, "1", "1.10010");
  m.place(2, Side::Sell, "1", "1.10020");  // at the house's price: before it
  const Events events = m.market(3, Side::Buy, "4");
  const auto trades = events.of<TradeExecuted>();
  REQUIRE(trades.size() == 5);
  const std::vector<const char*> prices{"1.10010", "1.10010", "1.10020", "1.10020", "1.10020"};
  for (std::size_t i = 0; i < trades.size(); ++i) {
    CHECK(trades[i].price == price(prices[i]));
    CHECK(trades[i].book == Book::B);
  }
  CHECK(trades[0].order == OrderId{4});  // the taker's side first
  CHECK(trades[1].order == OrderId{2});
  CHECK(trades[4].volume == lots("2"));
  const auto told = events.of<OrderUpdated>();
  CHECK(told.back().status == OrderStatus::Filled);
  CHECK(told.back().filled_price == price("1.10017500"));
  const auto prints = events.of<BookPrinted>();
  REQUIRE(prints.size() == 2);
  CHECK(prints[0].price == price("1.10010"));
  CHECK(prints[0].volume == lots("1"));
  CHECK(prints[0].taker_side == Side::Buy);
  REQUIRE(m.house.positions(m.accounts[3]).size() == 1);  // one position, however many fills
  CHECK(m.house.positions(m.accounts[3])[0].volume == lots("4"));
}

TEST_CASE("DOMAIN 13.18: both sides pay commission, a maker none of the markup") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.commission.basis = CommissionBasis::PerLot;
  instrument.commission.amount = test::ratio("3");
  instrument.commission.currency = Currency::of("USD");
  Market m(instrument);
  m.place(0, Side::Buy, "1", "1.10010");
  const auto trades = m.market(1, Side::Sell, "1").of<TradeExecuted>();
  REQUIRE(trades.size() == 2);
  CHECK(trades[0].commission == test::money("-3"));
  CHECK(trades[1].commission == test::money("-3"));
  CHECK(m.house.positions(m.accounts[0])[0].open_cost == cost_of(price("1.10010"), lots("1")));
}

TEST_CASE("DOMAIN 13.18: a maker that fails margin at the cross is cancelled and skipped") {
  Market m;
  const AccountId poor = m.house.add_account({.deposit = "10"});
  m.house.send(poor, limit(m.symbol, Side::Sell, "1", "1.10010"));
  m.place(0, Side::Sell, "1", "1.10015");
  const Events events = m.market(1, Side::Buy, "1");
  CHECK(statuses_of(events) == Told{"3 ACCEPTED", "1 CANCELLED INSUFFICIENT_MARGIN", "3 FILLED",
                                    "2 TRIGGERED", "2 FILLED"});
  CHECK(events.of<TradeExecuted>()[0].price == price("1.10015"));
}

TEST_CASE("DOMAIN 13.19: an incoming limit takes what its price allows, and rests with the rest") {
  Market m;
  m.place(0, Side::Sell, "1", "1.10010");
  const Events events = m.place(1, Side::Buy, "3", "1.10015");
  CHECK(statuses_of(events) == Told{"2 PARTIALLY_FILLED", "1 TRIGGERED", "1 FILLED"});
  const auto told = events.of<OrderUpdated>()[0];
  CHECK(told.filled_volume == lots("1"));
  CHECK(told.filled_price == price("1.10010"));
  REQUIRE(m.depth().size() == 1);
  CHECK(m.depth()[0].volume == lots("2"));
  CHECK(m.depth()[0].price == price("1.10015"));
  // The house comes down to it: the rest goes at the house's price, into the same position.
  m.house.quote(m.symbol, "1.09990", "1.10005");
  const Events rest = drain(m.house);
  CHECK(statuses_of(rest) == Told{"2 FILLED"});
  CHECK(rest.only<OrderUpdated>().filled_price == price("1.10006667"));
  REQUIRE(m.house.positions(m.accounts[1]).size() == 1);
  CHECK(m.house.positions(m.accounts[1])[0].volume == lots("3"));
  CHECK(m.depth().empty());
}

TEST_CASE("DOMAIN 1: fill or kill looks at all in its reach, immediate or cancel takes what is") {
  Market m;
  m.place(0, Side::Sell, "1", "1.10010");
  CHECK(statuses_of(m.place(1, Side::Buy, "2", "1.10015", {.time_in_force = TimeInForce::Fok})) ==
        Told{"2 CANCELLED FOK"});
  CHECK(statuses_of(m.place(1, Side::Buy, "2", "1.10015", {.time_in_force = TimeInForce::Ioc})) ==
        Told{"3 PARTIALLY_FILLED", "1 TRIGGERED", "1 FILLED", "3 CANCELLED"});
  m.place(0, Side::Sell, "1", "1.10010");
  m.place(2, Side::Sell, "1", "1.10012");
  CHECK(m.place(1, Side::Buy, "2", "1.10015", {.time_in_force = TimeInForce::Fok})
            .of<OrderUpdated>()
            .size() == 6);
  CHECK(m.depth().empty());
}

TEST_CASE("DOMAIN 13.18: only what the house keeps for itself meets other clients") {
  Market m;
  NewOrder elsewhere = limit(m.symbol, Side::Sell, "1", "1.10010");
  elsewhere.book = Book::A;
  m.house.send(m.accounts[0], elsewhere);
  CHECK(m.depth().empty());
  const auto trades = m.market(1, Side::Buy, "1").of<TradeExecuted>();
  REQUIRE(trades.size() == 1);
  CHECK(trades[0].price == price("1.10020"));
}

TEST_CASE("DOMAIN 13.18: at one price the older maker comes first, and keeps its place") {
  Market m;
  m.place(0, Side::Sell, "2", "1.10010");
  m.place(1, Side::Sell, "1", "1.10010");
  ModifyOrder modify;
  modify.order = OrderId{1};
  modify.set_volume = 1;
  modify.volume = lots("1.5");  // less: it stays where it is
  m.house.send(m.accounts[0], modify);
  CHECK(m.market(2, Side::Buy, "1").of<TradeExecuted>()[1].order == OrderId{1});
  modify.volume = lots("3");  // more: behind the other
  m.house.send(m.accounts[0], modify);
  CHECK(m.market(2, Side::Buy, "1").of<TradeExecuted>()[1].order == OrderId{2});
}

TEST_CASE("DOMAIN 13.16: an opposite order of a netting account closes against clients too") {
  Market m;
  const AccountId netting =
      m.house.add_account({.deposit = "100000", .mode = PositionMode::Netting});
  m.house.open(netting, m.symbol, Side::Buy, "1");
  m.place(0, Side::Buy, "3", "1.10010");
  const Events events = m.house.order(netting, m.symbol, Side::Sell, "2");
  CHECK(events.only<PositionReduced>().price == price("1.10010"));
  const auto trades = events.of<TradeExecuted>();
  REQUIRE(trades.size() == 4);  // what closes is a deal of its own
  CHECK(trades[0].realized_pnl == test::money("-10"));
  REQUIRE(m.house.positions(netting).size() == 1);
  CHECK(m.house.positions(netting)[0].side == Side::Sell);
  CHECK(m.depth()[0].volume == lots("1"));
}

TEST_CASE("DOMAIN 13.16: a maker's closing part is filled though the rest of it fails margin") {
  Market m;
  const AccountId netting = m.house.add_account({.deposit = "1200", .mode = PositionMode::Netting});
  m.house.open(netting, m.symbol, Side::Buy, "1");
  m.house.send(netting, limit(m.symbol, Side::Sell, "5", "1.10010"));
  const Events events = m.market(0, Side::Buy, "3");
  CHECK(statuses_of(events) == Told{"3 PARTIALLY_FILLED", "2 TRIGGERED", "2 PARTIALLY_FILLED",
                                    "2 CANCELLED INSUFFICIENT_MARGIN", "3 FILLED"});
  CHECK(m.house.positions(netting).empty());
  CHECK(m.house.positions(m.accounts[0])[0].volume == lots("3"));
}

TEST_CASE("a client's order does not meet his own: newest, oldest, or both lose") {
  for (const auto policy : {SelfTradePrevention::CancelNewest, SelfTradePrevention::CancelOldest,
                            SelfTradePrevention::Decrement}) {
    Instrument instrument = test::forex("EUR", "USD");
    instrument.self_trade = policy;
    Market m(instrument);
    m.place(0, Side::Sell, "1", "1.10010");
    const Events events = m.market(0, Side::Buy, "3");
    const auto last = events.of<OrderUpdated>().back();
    CHECK(last.order == OrderId{2});
    if (policy == SelfTradePrevention::CancelNewest) {
      CHECK(statuses_of(events) == Told{"2 CANCELLED SELF_TRADE"});
      CHECK(m.depth().size() == 1);
      continue;
    }
    CHECK(statuses_of(events) == Told{"2 ACCEPTED", "1 CANCELLED SELF_TRADE", "2 FILLED"});
    const bool both = policy == SelfTradePrevention::Decrement;
    CHECK(last.filled_volume == lots(both ? "2" : "3"));
    CHECK(last.volume == lots(both ? "2" : "3"));
    CHECK(events.of<TradeExecuted>()[0].price == price("1.10020"));
    CHECK(m.depth().empty());
  }
}

TEST_CASE(
    "DOMAIN 7: the minimum commission counts once for an order, whatever prices it is filled at") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.commission.basis = CommissionBasis::PerLot;
  instrument.commission.amount = test::ratio("3");
  instrument.commission.minimum = test::ratio("5");
  instrument.commission.currency = Currency::of("USD");
  Market m(instrument);
  m.place(0, Side::Sell, "1", "1.10010");
  m.place(1, Side::Sell, "1", "1.10012");
  std::vector<Money> charges;
  for (const auto& trade : m.market(2, Side::Buy, "3").of<TradeExecuted>()) {
    if (trade.order == OrderId{3}) charges.push_back(trade.commission);
  }
  CHECK(charges == std::vector<Money>{test::money("-5"), test::money("-1"), test::money("-3")});
}

}  // namespace
}  // namespace tribook
