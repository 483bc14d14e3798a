#include <chrono>

#include "support/order_desk.h"

// Orders that rest: placed, and what a quote makes of them.

namespace tribook {
namespace {

using test::drain;
using test::Events;
using test::House;
using test::limit;
using test::lots;
using test::price;
using test::statuses_of;
using test::stop;
using test::stop_limit;
using Told = std::vector<std::string>;

struct Market {
  explicit Market(const engine::EngineLimits& limits = test::small_limits()) : house(limits) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10010");
  }
  Events place(const NewOrder& order) { return house.send(account, order); }
  OrderId rest(const NewOrder& order) {
    const Events events = place(order);
    const auto updated = events.only<OrderUpdated>();
    REQUIRE(updated.status == OrderStatus::Working);
    return updated.order;
  }
  Events cancel(OrderId order) {
    CancelOrder cancel;
    cancel.order = order;
    return house.send(account, cancel);
  }
  Events modify(const ModifyOrder& modify) { return house.send(account, modify); }
  Events expire(TimeNs at) {
    ExpireOrders timer;
    timer.nominal = at;
    return house.send(AccountId{}, timer);
  }
  Events quote(const char* bid, const char* ask) { return house.quote(symbol, bid, ask); }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Working order: rests without margin, is told whole") {
  Market m;
  const Events events = m.place(limit(m.symbol, Side::Buy, "0.5", "1.09000",
                                      {.stop_loss = "1.08000",
                                       .take_profit = "1.12000",
                                       .trailing_distance = 5'000,
                                       .trailing_step = 1'000}));
  const auto updated = events.only<OrderUpdated>();
  CHECK(updated.status == OrderStatus::Working);
  CHECK(updated.limit == price("1.09000"));
  CHECK(updated.volume == lots("0.5"));
  CHECK(updated.filled_volume.is_zero());
  CHECK(updated.stop_loss == price("1.08000"));
  CHECK(updated.take_profit == price("1.12000"));
  const auto terms = events.only<OrderTerms>();
  CHECK(terms.order == updated.order);
  CHECK(terms.trailing_distance.hundredths == 5'000);
  CHECK(terms.trailing_step.hundredths == 1'000);
  CHECK(terms.bid.is_zero());
  CHECK(m.house.figures(m.account).used_margin.is_zero());
}

TEST_CASE("Working order: a limit fills when the closing side's other price comes to it") {
  Market m;
  const OrderId buy = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  CHECK(m.quote("1.09895", "1.09905").of<OrderUpdated>().empty());
  const Events reached = m.quote("1.09890", "1.09900");
  CHECK(statuses_of(reached) == Told{"1 TRIGGERED"});
  CHECK(reached.only<OrderTerms>().bid == price("1.09890"));
  CHECK(reached.only<OrderTerms>().ask == price("1.09900"));
  CHECK(m.house.engine.has_outstanding(Sequence{m.house.engine.last_sequence()}));
  const Events filled = drain(m.house);
  const auto updated = filled.only<OrderUpdated>();
  CHECK(updated.order == buy);
  CHECK(updated.status == OrderStatus::Filled);
  CHECK(updated.filled_price == price("1.09900"));
  CHECK(updated.filled_volume == lots("0.1"));
  CHECK(filled.only<TradeExecuted>().order == buy);
  CHECK(filled.only<PositionUpdated>().position == updated.position);
  CHECK(m.house.engine.settled_roots().size() == 1);
}

TEST_CASE("Working order: a better price belongs to the client, of both sides") {
  Market m;
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(limit(m.symbol, Side::Sell, "0.1", "1.10200"));
  m.quote("1.09790", "1.09800");
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.09800"));
  m.quote("1.10310", "1.10320");
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.10310"));
}

TEST_CASE("Working order: a stop fills at the first price behind its trigger, gaps included") {
  Market m;
  m.rest(stop(m.symbol, Side::Buy, "0.1", "1.10200"));
  m.rest(stop(m.symbol, Side::Sell, "0.1", "1.09800"));
  CHECK(m.quote("1.10180", "1.10199").of<OrderUpdated>().empty());
  m.quote("1.10400", "1.10410");
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.10410"));
  m.quote("1.09500", "1.09510");
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.09500"));
}

TEST_CASE("Working order: slippage of a stop counts from its trigger, beyond it ends") {
  Market m;
  m.rest(stop(m.symbol, Side::Buy, "0.1", "1.10200", {.slippage = "2"}));
  m.rest(stop(m.symbol, Side::Buy, "0.1", "1.10200", {.slippage = "1.9"}));
  m.quote("1.10210", "1.10220");
  CHECK(statuses_of(drain(m.house)) == Told{"1 FILLED", "2 CANCELLED SLIPPAGE"});
}

TEST_CASE("Working order: a stop-limit triggers like a stop, then rests as a limit") {
  Market m;
  m.rest(stop_limit(m.symbol, Side::Buy, "0.1", "1.10200", "1.10250"));
  m.quote("1.10300", "1.10310");
  CHECK(statuses_of(drain(m.house)) == Told{"1 WORKING"});
  CHECK(m.quote("1.10290", "1.10300").of<OrderUpdated>().empty());
  CHECK(statuses_of(m.quote("1.10100", "1.10110")) == Told{"1 TRIGGERED"});
  const auto updated = drain(m.house).only<OrderUpdated>();
  CHECK(updated.status == OrderStatus::Filled);
  CHECK(updated.filled_price == price("1.10110"));
  CHECK(updated.type == OrderType::StopLimit);
}

TEST_CASE("Working order: a stop-limit within its limit at the trigger fills there") {
  Market m;
  m.rest(stop_limit(m.symbol, Side::Sell, "0.1", "1.09900", "1.09850"));
  m.quote("1.09880", "1.09890");
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.09880"));
}

TEST_CASE("Working order: within one quote limits by price and time, then stops by id") {
  Market m;
  m.rest(stop(m.symbol, Side::Sell, "0.1", "1.09000"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09000"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09500"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09000"));
  m.rest(stop(m.symbol, Side::Sell, "0.1", "1.09500"));
  const Told expected{"3 TRIGGERED", "2 TRIGGERED", "4 TRIGGERED", "1 TRIGGERED", "5 TRIGGERED"};
  CHECK(statuses_of(m.quote("1.08000", "1.08010")) == expected);
  CHECK(statuses_of(drain(m.house)) ==
        Told{"3 FILLED", "2 FILLED", "4 FILLED", "1 FILLED", "5 FILLED"});
}

TEST_CASE("Working order: buys come before sells, levels of positions before orders") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "0.1", {.stop_loss = "1.09000"});
  const Events opened = m.place(limit(m.symbol, Side::Sell, "0.1", "1.10500"));
  m.quote("1.08990", "1.09000");
  const Events rest = m.place(limit(m.symbol, Side::Buy, "0.1", "1.08000"));
  CHECK(rest.only<OrderUpdated>().order.value > opened.only<OrderUpdated>().order.value);
  CHECK(m.quote("1.10500", "1.10600").only<OrderUpdated>().side == Side::Sell);
}

TEST_CASE("Working order: a limit that the price left returns with its old priority") {
  Market m;
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.quote("1.09880", "1.09890");
  const auto first = test::next_triggered(m.house);
  const auto second = test::next_triggered(m.house);
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  m.quote("1.10000", "1.10010");
  CHECK(statuses_of(m.house.apply(*first)) == Told{"1 WORKING"});
  CHECK(statuses_of(m.house.apply(*second)) == Told{"2 WORKING"});
  CHECK(m.house.engine.settled_roots().size() == 1);
  CHECK(statuses_of(m.quote("1.09880", "1.09890")) == Told{"1 TRIGGERED", "2 TRIGGERED"});
}

TEST_CASE("Working order: an incoming limit that is met executes at once, capped by its price") {
  Market m;
  const auto buy = m.place(limit(m.symbol, Side::Buy, "0.1", "1.10050")).only<OrderUpdated>();
  CHECK(buy.status == OrderStatus::Filled);
  CHECK(buy.filled_price == price("1.10010"));
  const auto sell = m.place(limit(m.symbol, Side::Sell, "0.1", "1.10000")).only<OrderUpdated>();
  CHECK(sell.status == OrderStatus::Filled);
  CHECK(sell.filled_price == price("1.10000"));
}

TEST_CASE("Working order: IOC and FOK limits fill at once or end") {
  Market m;
  const test::WorkingOptions ioc{.time_in_force = TimeInForce::Ioc};
  const test::WorkingOptions fok{.time_in_force = TimeInForce::Fok};
  CHECK(statuses_of(m.place(limit(m.symbol, Side::Buy, "0.1", "1.10010", ioc))) ==
        Told{"1 FILLED"});
  CHECK(statuses_of(m.place(limit(m.symbol, Side::Buy, "0.1", "1.10009", ioc))) ==
        Told{"2 CANCELLED"});
  CHECK(statuses_of(m.place(limit(m.symbol, Side::Buy, "0.1", "1.10010", fok))) ==
        Told{"3 FILLED"});
  CHECK(statuses_of(m.place(limit(m.symbol, Side::Buy, "0.1", "1.10009", fok))) ==
        Told{"4 CANCELLED FOK"});
  CHECK(m.place(stop(m.symbol, Side::Buy, "0.1", "1.11", ioc)).code() == RejectCode::Validation);
  m.house.open_session(m.symbol, false);
  CHECK(m.place(limit(m.symbol, Side::Buy, "0.1", "1.10010", ioc)).code() ==
        RejectCode::MarketClosed);
}

TEST_CASE(
    "Working order: a volume is looked at before the age of the quote, as of a market order") {
  Market m;
  m.house.advance(std::chrono::hours{1});
  const auto code_of = [&](const char* volume) {
    return m
        .place(limit(m.symbol, Side::Buy, volume, "1.10010", {.time_in_force = TimeInForce::Ioc}))
        .only<OrderUpdated>()
        .code;
  };
  CHECK(code_of("0.015") == RejectCode::VolumeStep);
  CHECK(code_of("0.01") == RejectCode::StaleQuote);
}

TEST_CASE("Working order: a stop whose trigger is reached already goes at once") {
  Market m;
  CHECK(statuses_of(m.place(stop(m.symbol, Side::Buy, "0.1", "1.10010"))) ==
        Told{"1 WORKING", "1 TRIGGERED"});
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.10010"));
}

TEST_CASE("Working order: margin is asked when it would fill") {
  Market m;
  m.rest(limit(m.symbol, Side::Buy, "100", "1.09900"));
  m.quote("1.09880", "1.09890");
  CHECK(statuses_of(drain(m.house)) == Told{"1 CANCELLED INSUFFICIENT_MARGIN"});
  CHECK(statuses_of(m.place(limit(m.symbol, Side::Buy, "100", "1.09900"))) ==
        Told{"2 REJECTED INSUFFICIENT_MARGIN"});
  CHECK(m.house.positions(m.account).empty());
}

TEST_CASE(
    "Working order: what risk or router refuse ends, what is passing waits for the next quote") {
  Market m;
  m.rest(stop(m.symbol, Side::Buy, "0.1", "1.10100"));
  m.quote("1.10100", "1.10110");
  CHECK(statuses_of(drain(m.house, RejectCode::StaleQuote)) == Told{"1 WORKING"});
  CHECK(statuses_of(m.quote("1.10100", "1.10110")) == Told{"1 TRIGGERED"});
  CHECK(statuses_of(drain(m.house, RejectCode::NoRoute)) == Told{"1 CANCELLED NO_ROUTE"});
}

TEST_CASE("Working order: rests out of session and without a quote, is reached in session only") {
  Market m;
  const SymbolId quiet = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.open_session(quiet, false);
  m.rest(limit(quiet, Side::Buy, "0.1", "1.30000"));
  CHECK(m.house.quote(quiet, "1.29980", "1.29990").of<OrderUpdated>().empty());
  m.house.open_session(quiet, true);
  CHECK(statuses_of(m.house.quote(quiet, "1.29980", "1.29990")) == Told{"1 TRIGGERED"});
  m.house.open_session(quiet, false);
  CHECK(statuses_of(drain(m.house)) == Told{"1 WORKING"});
}

TEST_CASE("Working order: prices are checked when it is placed") {
  Market m;
  const auto code = [&](const NewOrder& order) { return m.place(order).code(); };
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.099005")) == RejectCode::PriceInvalid);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "0")) == RejectCode::Validation);
  CHECK(code(stop(m.symbol, Side::Buy, "0.1", "0")) == RejectCode::Validation);
  CHECK(code(test::order_at(m.symbol, OrderType::Limit, Side::Buy, "0.1", "1.09", "1.08")) ==
        RejectCode::Validation);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.09", {.stop_loss = "1.09"})) ==
        RejectCode::PriceInvalid);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.09", {.take_profit = "1.08999"})) ==
        RejectCode::PriceInvalid);
  CHECK(code(stop(m.symbol, Side::Sell, "0.1", "1.09", {.stop_loss = "1.08999"})) ==
        RejectCode::PriceInvalid);
  CHECK(code(limit(m.symbol, Side::Buy, "0.001", "1.09")) == RejectCode::VolumeOutOfRange);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.09", {.trailing_step = 100})) ==
        RejectCode::Validation);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.09", {.trailing_distance = 5})) ==
        RejectCode::PriceInvalid);
}

TEST_CASE("Working order: keeps the symbol's stops level from the market") {
  Market m;
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.stops_level_pips = test::ratio("10");
  m.house.update_symbol(m.symbol, instrument);
  const auto code = [&](const NewOrder& order) { return m.place(order).code(); };
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.09911")) == RejectCode::PriceInvalid);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.09910")) == RejectCode::None);
  CHECK(code(limit(m.symbol, Side::Buy, "0.1", "1.10010")) == RejectCode::None);  // met
  CHECK(code(stop(m.symbol, Side::Buy, "0.1", "1.10109")) == RejectCode::PriceInvalid);
  CHECK(code(stop(m.symbol, Side::Buy, "0.1", "1.10110")) == RejectCode::None);
  CHECK(code(stop(m.symbol, Side::Sell, "0.1", "1.09800", {.stop_loss = "1.09850"})) ==
        RejectCode::PriceInvalid);
}

}  // namespace
}  // namespace tribook
