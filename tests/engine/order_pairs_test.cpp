#include "support/order_desk.h"

// OCO: two orders, of which the first that fills cancels the other.

namespace tribook {
namespace {

using test::drain;
using test::Events;
using test::House;
using test::limit;
using test::lots;
using test::pair_of;
using test::price;
using test::statuses_of;
using test::stop;
using Told = std::vector<std::string>;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10010");
  }
  NewOrderPair breakout() const {
    return pair_of(stop(symbol, Side::Buy, "0.1", "1.10200"),
                   stop(symbol, Side::Sell, "0.2", "1.09800"));
  }
  Events place(const NewOrderPair& pair) { return house.send(account, pair); }
  Events quote(const char* bid, const char* ask) { return house.quote(symbol, bid, ask); }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("OCO: both rest, and each names the other") {
  Market m;
  const Events events = m.place(m.breakout());
  CHECK(statuses_of(events) == Told{"1 WORKING", "2 WORKING"});
  const auto terms = events.of<OrderTerms>();
  REQUIRE(terms.size() == 2);
  CHECK(terms[0].partner == OrderId{2});
  CHECK(terms[1].partner == OrderId{1});
  CHECK(terms[1].trigger == price("1.09800"));
}

TEST_CASE("OCO: the first that fills cancels the other") {
  Market m;
  m.place(m.breakout());
  m.quote("1.09790", "1.09800");
  CHECK(statuses_of(drain(m.house)) == Told{"2 FILLED", "1 CANCELLED OCO"});
  CHECK(m.quote("1.10300", "1.10310").of<OrderUpdated>().empty());
}

TEST_CASE("OCO: both reached by one quote, one fills") {
  Market m;
  m.place(m.breakout());
  CHECK(statuses_of(m.quote("1.09700", "1.10300")) == Told{"1 TRIGGERED", "2 TRIGGERED"});
  CHECK(statuses_of(drain(m.house)) == Told{"1 FILLED", "2 CANCELLED OCO"});
  CHECK(m.house.positions(m.account).size() == 1);
  CHECK(m.house.engine.settled_roots().size() == 1);
}

TEST_CASE("OCO: what ends otherwise leaves the other standing") {
  Market m;
  m.place(m.breakout());
  CancelOrder cancel;
  cancel.order = OrderId{1};
  CHECK(statuses_of(m.house.send(m.account, cancel)) == Told{"1 CANCELLED"});
  m.quote("1.09790", "1.09800");
  CHECK(statuses_of(drain(m.house)) == Told{"2 FILLED"});

  m.quote("1.10000", "1.10010");
  m.place(m.breakout());
  m.quote("1.10300", "1.10310");
  CHECK(statuses_of(drain(m.house, RejectCode::NoRoute)) == Told{"3 CANCELLED NO_ROUTE"});
  m.quote("1.09790", "1.09800");
  CHECK(statuses_of(drain(m.house)) == Told{"4 FILLED"});
}

TEST_CASE("OCO: placed whole or not at all") {
  Market m;
  NewOrderPair pair = m.breakout();
  pair.second.volume = lots("0.001");
  const Events events = m.place(pair);
  CHECK(events.code() == RejectCode::VolumeOutOfRange);
  CHECK(events.of<OrderUpdated>().empty());
  CHECK(m.place(pair_of(m.house.order_of(m.symbol, Side::Buy, "0.1"),
                        stop(m.symbol, Side::Sell, "0.2", "1.09800")))
            .code() == RejectCode::Validation);
  CHECK(m.place(
             pair_of(limit(m.symbol, Side::Buy, "0.1", "1.09", {.time_in_force = TimeInForce::Ioc}),
                     limit(m.symbol, Side::Sell, "0.1", "1.11")))
            .code() == RejectCode::Validation);
  pair = m.breakout();
  pair.decision = RejectCode::MarketClosed;
  CHECK(m.place(pair).code() == RejectCode::MarketClosed);
  pair.decision = RejectCode::None;
  CHECK(statuses_of(m.place(pair)) == Told{"1 WORKING", "2 WORKING"});
}

TEST_CASE("OCO: a leg that is met at once fills and cancels the other") {
  Market m;
  const Events events = m.place(pair_of(limit(m.symbol, Side::Buy, "0.1", "1.10010"),
                                        limit(m.symbol, Side::Sell, "0.1", "1.10200")));
  CHECK(statuses_of(events) == Told{"1 WORKING", "2 WORKING", "1 TRIGGERED"});
  CHECK(statuses_of(drain(m.house)) == Told{"1 FILLED", "2 CANCELLED OCO"});
}

TEST_CASE("OCO: an id repeated tells both orders again") {
  Market m;
  const Texts texts{{"pair", "", "note", ""}};
  const NewOrderPair pair = m.breakout();
  m.house.send_texts(m.account, pair, texts);
  const auto again = m.house.send_texts(m.account, pair, texts).of<OrderUpdated>();
  REQUIRE(again.size() == 2);
  CHECK(again[0].order == OrderId{1});
  CHECK(again[1].order == OrderId{2});
  CHECK(again[0].is_duplicate == 1);
  NewOrderPair other = pair;
  other.second.trigger = price("1.09700");
  CHECK(m.house.send_texts(m.account, other, texts).code() == RejectCode::Duplicate);
}

}  // namespace
}  // namespace tribook
