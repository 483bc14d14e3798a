#include <chrono>

#include "support/order_desk.h"

// Orders that rest: changed, cancelled, over; and how many there may be.

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

TEST_CASE("Working order: cancelled by its owner, on its way too") {
  Market m;
  const OrderId order = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  const AccountId other = m.house.add_account();
  CancelOrder cancel;
  cancel.order = order;
  CHECK(m.house.send(other, cancel).code() == RejectCode::NotFound);
  m.quote("1.09880", "1.09890");
  const Sequence root = m.house.engine.last_sequence();
  const auto on_its_way = test::next_triggered(m.house);
  REQUIRE(on_its_way.has_value());
  CHECK(statuses_of(m.cancel(order)) == Told{"1 CANCELLED"});
  CHECK(m.house.engine.settled_roots().front() == root);
  CHECK(m.house.apply(*on_its_way).all.empty());
  CHECK(m.cancel(order).code() == RejectCode::NotFound);
}

TEST_CASE("Working order: cancelled before it was sent on its way") {
  Market m;
  const OrderId first = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09890"));
  m.quote("1.09880", "1.09890");
  m.cancel(first);
  CHECK(statuses_of(drain(m.house)) == Told{"2 FILLED"});
}

TEST_CASE("Working order: modified, checked like a new one, keeping priority where it may") {
  Market m;
  const OrderId first = m.rest(limit(m.symbol, Side::Buy, "0.3", "1.09900"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  ModifyOrder less;
  less.order = first;
  less.volume = lots("0.2");
  less.set_volume = 1;
  CHECK(m.modify(less).only<OrderUpdated>().volume == lots("0.2"));
  CHECK(statuses_of(m.quote("1.09890", "1.09900")) == Told{"1 TRIGGERED", "2 TRIGGERED"});
  CHECK(m.modify(less).code() == RejectCode::OrderNotWorking);
  m.quote("1.10000", "1.10010");
  drain(m.house);
  ModifyOrder more = less;
  more.volume = lots("0.4");
  m.modify(more);
  CHECK(statuses_of(m.quote("1.09890", "1.09900")) == Told{"2 TRIGGERED", "1 TRIGGERED"});
  m.quote("1.10000", "1.10010");
  drain(m.house);
  ModifyOrder bad;
  bad.order = first;
  bad.set_limit = 1;
  bad.limit = price("1.099001");
  CHECK(m.modify(bad).code() == RejectCode::PriceInvalid);
  bad.limit = price("1.09910");
  bad.set_stop_loss = 1;
  bad.stop_loss = price("1.09910");
  CHECK(m.modify(bad).code() == RejectCode::PriceInvalid);
  bad.order = OrderId{99};
  CHECK(m.modify(bad).code() == RejectCode::NotFound);
}

TEST_CASE("Working order: a limit moved into the market goes at once") {
  Market m;
  const OrderId order = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  ModifyOrder move;
  move.order = order;
  move.set_limit = 1;
  move.limit = price("1.10100");
  CHECK(statuses_of(m.modify(move)) == Told{"1 WORKING", "1 TRIGGERED"});
  CHECK(drain(m.house).only<OrderUpdated>().filled_price == price("1.10010"));
}

TEST_CASE("Working order: DAY and GTD end by the clock, the oldest first") {
  Market m;
  using std::chrono::hours;
  const TimeNs end = m.house.now() + hours{2};
  CHECK_FALSE(m.house.engine.next_expiry().has_value());
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09",
               {.time_in_force = TimeInForce::Gtd, .expires = end + hours{1}}));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09",
               {.time_in_force = TimeInForce::Day, .expires = end}));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09",
               {.time_in_force = TimeInForce::Gtd, .expires = end}));
  CHECK(m.house.engine.next_expiry() == end);
  m.house.advance(hours{2});
  CHECK(statuses_of(m.expire(end)) == Told{"2 EXPIRED", "3 EXPIRED"});
  CHECK(m.house.engine.next_expiry() == end + hours{1});
  CHECK(m.expire(end).all.empty());
  CHECK(m.place(limit(m.symbol, Side::Buy, "0.1", "1.09",
                      {.time_in_force = TimeInForce::Gtd, .expires = m.house.now()}))
            .code() == RejectCode::Validation);
  CHECK(m.place(limit(m.symbol, Side::Buy, "0.1", "1.09", {.expires = end + hours{1}})).code() ==
        RejectCode::Validation);
}

TEST_CASE("Working order: expiry changed, to another time and to none") {
  Market m;
  using std::chrono::hours;
  const OrderId order = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09"));
  ModifyOrder dated;
  dated.order = order;
  dated.set_time_in_force = 1;
  dated.time_in_force = TimeInForce::Gtd;
  dated.expires = m.house.now() + hours{1};
  CHECK(m.modify(dated).only<OrderTerms>().expires == dated.expires);
  CHECK(m.house.engine.next_expiry() == dated.expires);
  dated.time_in_force = TimeInForce::Gtc;
  dated.expires = {};
  m.modify(dated);
  CHECK_FALSE(m.house.engine.next_expiry().has_value());
  dated.time_in_force = TimeInForce::Ioc;
  CHECK(m.modify(dated).code() == RejectCode::Validation);
}

TEST_CASE("Working order: its trailing goes to the position") {
  Market m;
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900", {.trailing_distance = 5'000}));
  m.quote("1.09890", "1.09900");
  const Events filled = drain(m.house);
  CHECK(filled.only<PositionFollowed>().trailing_distance.hundredths == 5'000);
  CHECK(filled.of<PositionUpdated>().back().stop_loss == price("1.09390"));
}

TEST_CASE("Working order: ended by a stop-out of its account, before positions close") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "5");
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.05000"));
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.08400"));
  const Events events = m.quote("1.08200", "1.08300");
  CHECK(statuses_of(events) ==
        Told{"3 TRIGGERED", "2 CANCELLED STOP_OUT", "3 CANCELLED STOP_OUT", "4 FILLED"});
  CHECK(drain(m.house).all.empty());
}

TEST_CASE("Working order: ended by a stop-out that can close nothing") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1200"});
  const PositionId held = m.house.open(account, m.symbol, Side::Buy, "1");
  const NewOrder order = limit(m.symbol, Side::Buy, "0.01", "1.00000");
  const OrderId id = m.house.send(account, order).only<OrderUpdated>().order;
  m.house.open_session(m.symbol, false);
  const Events events = m.quote("1.09000", "1.09010");
  CHECK(statuses_of(events) == Told{std::to_string(id.value) + " CANCELLED STOP_OUT"});
  CHECK_FALSE(events.has<StopOutStarted>());
  CHECK(m.house.position(held).volume == lots("1"));
}

TEST_CASE("Working order: an id repeated tells the first, with another body it is refused") {
  Market m;
  NewOrder day =
      limit(m.symbol, Side::Buy, "0.1", "1.09000",
            {.time_in_force = TimeInForce::Day, .expires = m.house.now() + std::chrono::hours{1}});
  const Texts texts{{"mine", "", "", ""}};
  const OrderId first = m.house.send_texts(m.account, day, texts).only<OrderUpdated>().order;
  day.expires = day.expires + std::chrono::hours{24};  // the sequencer's
  const auto again = m.house.send_texts(m.account, day, texts).only<OrderUpdated>();
  CHECK(again.is_duplicate == 1);
  CHECK(again.order == first);
  day.limit = price("1.08000");
  CHECK(m.house.send_texts(m.account, day, texts).code() == RejectCode::Duplicate);
}

TEST_CASE("Working order: no more than the limit, nor than their texts have room") {
  engine::EngineLimits limits = test::small_limits();
  limits.orders = 2;
  Market m(limits);
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09"));
  const OrderId second = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09"));
  CHECK(m.place(limit(m.symbol, Side::Buy, "0.1", "1.09")).code() == RejectCode::LimitReached);
  m.cancel(second);
  const std::string long_comment(256, 'x');
  const Texts texts{{"", "", long_comment, std::string_view(long_comment).substr(0, 200)}};
  CHECK(m.house.send_texts(m.account, limit(m.symbol, Side::Buy, "0.1", "1.09"), texts).code() ==
        RejectCode::LimitReached);
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09"));
}

TEST_CASE("Working order: ends when there is no room for its stop-loss to follow") {
  engine::EngineLimits limits = test::small_limits();
  limits.orders = 1;
  Market m(limits);
  NewOrder follows = House::order_of(m.symbol, Side::Buy, "0.1");
  follows.trailing_distance = {5'000};
  m.place(follows);
  m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09900", {.trailing_distance = 5'000}));
  m.quote("1.09890", "1.09900");
  CHECK(statuses_of(drain(m.house)) == Told{"2 CANCELLED LIMIT_REACHED"});
  CHECK(m.place(follows).code() == RejectCode::LimitReached);
}

TEST_CASE("Working order: keeps its symbol from a range that it would be outside of") {
  Market m;
  const OrderId order = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09"));
  const auto change = [&](const char* least, const char* most) {
    Instrument instrument = *m.house.engine.instrument(m.symbol);
    instrument.min_volume = test::lots(least);
    instrument.max_volume = test::lots(most);
    return m.house.update_symbol(m.symbol, instrument).code();
  };
  CHECK(change("0.11", "10") == RejectCode::InUse);
  CHECK(change("0.01", "0.09") == RejectCode::InUse);
  CHECK(change("0.1", "0.1") == RejectCode::None);
  m.cancel(order);
  CHECK(change("0.11", "10") == RejectCode::None);
}

TEST_CASE("Working order: keeps its symbol from changes that would leave it off the grid") {
  Market m;
  const OrderId order = m.rest(limit(m.symbol, Side::Buy, "0.1", "1.09"));
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.tick_size = price("0.0001");
  CHECK(m.house.update_symbol(m.symbol, instrument).code() == RejectCode::InUse);
  instrument.tick_size = price("0.000005");
  CHECK(m.house.update_symbol(m.symbol, instrument).code() == RejectCode::None);
  instrument.contract_size = test::quantity("1000");
  CHECK(m.house.update_symbol(m.symbol, instrument).code() == RejectCode::InUse);
  m.cancel(order);
  CHECK(m.house.update_symbol(m.symbol, instrument).code() == RejectCode::None);
}

}  // namespace
}  // namespace tribook
