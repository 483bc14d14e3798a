#include <catch2/catch.hpp>

#include "risk/world.h"

// Orders per day: as the engine last told, and on from there.

namespace tribook::risk_test {
namespace {

constexpr auto kNone = RejectCode::None;
constexpr auto kTooMany = RejectCode::OrdersPerDay;

struct DayWorld : UsdWorld {
  explicit DayWorld(std::uint32_t so_far = 0) {
    limit(RiskScope::house(), Limit::OrdersPerDay, 3);
    told(so_far);
  }
  void told(std::uint32_t day_orders) {
    AccountUpdated update;
    update.balance = money("10000");
    update.leverage = 100;
    update.day_orders = day_orders;
    tell(event(update, kAccount));
  }
  RejectCode next() { return try_decide(market(Side::Buy, lots("0.01"))).decision; }
  RejectCode send(std::uint32_t request) {
    return decide(market(Side::Buy, lots("0.01")), request).decision;
  }
  void order(std::uint64_t id, CloseReason reason = CloseReason::None) {
    OrderUpdated update;
    update.order = OrderId{id};
    update.reason = reason;
    tell(event(update, kAccount));
  }
  NewOrderPair send_pair(std::uint32_t request) {
    NewOrderPair pair;
    pair.first.volume = pair.second.volume = lots("0.01");
    pair.first.limit = price("1.05");
    pair.second.limit = price("1.12");
    pair.symbol = kEurUsd;
    pair.second_side = Side::Sell;
    Command command = Command::make(pair);
    command.header.gateway = kGateway;
    command.header.request = request;
    command.header.account = kAccount;
    risk.decide(command, now);
    return command.get<NewOrderPair>();
  }
};

TEST_CASE("Orders of a day: risk counts on from what the engine told") {
  DayWorld world(1);
  world.order(10);
  CHECK(world.next() == kNone);
  world.order(11);
  CHECK(world.next() == kTooMany);
  world.told(2);
  CHECK(world.next() == kNone);
}

TEST_CASE("Orders of a day: those under way count before the engine has told of them") {
  DayWorld world;
  for (std::uint32_t request = 1; request <= 3; ++request) CHECK(world.send(request) == kNone);
  CHECK(world.send(4) == kTooMany);
  world.become(1, 1);
  CHECK(world.send(5) == kTooMany);
  world.answer(2, Refused{});  // it became no order
  CHECK(world.send(6) == kNone);
  CHECK(world.send(7) == kTooMany);
}

TEST_CASE("Orders of a day: what is to rest counts while it is under way, too") {
  DayWorld world(2);
  NewOrder resting = market(Side::Buy, lots("0.01"));
  resting.type = OrderType::Limit;
  resting.time_in_force = TimeInForce::Gtc;
  resting.limit = price("1.05");
  CHECK(world.decide(resting, 1).decision == kNone);
  CHECK(world.decide(resting, 2).decision == kTooMany);
  world.answer(1, Refused{});
  CHECK(world.decide(resting, 3).decision == kNone);
  world.become(3, 1);
  CHECK(world.risk.holds() == 0);
  CHECK(world.decide(resting, 4).decision == kTooMany);
}

TEST_CASE("Orders of a day: a pair is two, told one after the other") {
  DayWorld world;
  CHECK(world.send_pair(1).decision == kNone);
  CHECK(world.send_pair(2).decision == kTooMany);
  world.become(1, 1);
  CHECK(world.send_pair(3).decision == kTooMany);
  world.become(1, 2);
  CHECK(world.risk.holds() == 0);
  CHECK(world.send_pair(4).decision == kTooMany);
  CHECK(world.next() == kNone);
}

TEST_CASE("Orders of a day: closes, changes, repeated answers and strangers' orders are not new") {
  DayWorld world(2);
  world.order(10, CloseReason::StopLoss);
  CHECK(world.next() == kNone);
  world.order(10);
  world.order(9);
  CHECK(world.next() == kNone);
  OrderUpdated repeated;
  repeated.order = OrderId{11};
  repeated.is_duplicate = 1;
  world.tell(world.event(repeated, kAccount));
  OrderUpdated strangers;
  strangers.order = OrderId{12};
  strangers.status = OrderStatus::Rejected;
  world.tell(world.event(strangers, AccountId{7}));
  world.tell(world.event(strangers, AccountId{70'000}));
  CHECK(world.next() == kNone);
  world.order(13);
  CHECK(world.next() == kTooMany);
}

TEST_CASE("Orders of a day: the rollover begins a new one, for the account that it has reached") {
  DayWorld world(3);
  const AccountId other{2};
  AccountUpdated update;
  update.balance = money("10000");
  update.leverage = 100;
  update.day_orders = 3;
  world.account(other, "USD", "10000");
  world.tell(world.event(update, other));
  const auto code_of_other = [&] {
    return world.try_decide(market(Side::Buy, lots("0.01")), other).decision;
  };
  world.now = world.now + 24h;
  world.quote(kEurUsd, "1.08440", "1.08450");
  CHECK(world.next() == kTooMany);  // time alone begins none
  world.tell(world.event(AccountDayEnded{}, kAccount));
  CHECK(code_of_other() == kTooMany);
  for (std::uint32_t id = 1; id <= 3; ++id) {
    CHECK(world.next() == kNone);
    world.order(id);
  }
  CHECK(world.next() == kTooMany);
  world.tell(world.event(AccountDayEnded{}, other));
  CHECK(code_of_other() == kNone);
}

TEST_CASE("Orders of a day: an order under way over the rollover is of the new day") {
  DayWorld world(2);
  CHECK(world.send(1) == kNone);
  world.tell(world.event(AccountDayEnded{}, kAccount));
  CHECK(world.send(2) == kNone);
  CHECK(world.send(3) == kNone);
  CHECK(world.send(4) == kTooMany);
}

TEST_CASE("Orders of a day: a state that is told again says how many there were") {
  DayWorld whole;
  for (std::uint64_t id = 1; id <= 2; ++id) whole.order(id);
  DayWorld again(2);
  OrderUpdated carried;
  carried.order = OrderId{1};
  carried.is_carried = 1;
  again.tell(again.event(carried, kAccount));
  CHECK(again.risk.state_digest() == whole.risk.state_digest());
  for (DayWorld* world : {&whole, &again}) {
    CHECK(world->next() == kNone);
    world->order(3);
    CHECK(world->next() == kTooMany);
  }
  CHECK(again.risk.state_digest() == whole.risk.state_digest());
}

TEST_CASE("Orders of a day: without a limit nothing that rests is held") {
  DayWorld world;
  world.limits(RiskScope::house(), {});
  CHECK(world.send_pair(1).decision == kNone);
  CHECK(world.risk.holds() == 0);
}

}  // namespace
}  // namespace tribook::risk_test
