#include <catch2/catch.hpp>

#include "risk/world.h"

// Orders that rest need no margin; TRIGGERED ones, pairs and checks are decided too.

namespace tribook::risk_test {
namespace {

NewOrder limit(Side side, std::string_view volume, std::string_view at) {
  NewOrder order = market(side, lots(volume));
  order.type = OrderType::Limit;
  order.time_in_force = TimeInForce::Gtc;
  order.limit = price(at);
  return order;
}

TEST_CASE("an order that rests needs neither margin nor session nor quote, and holds nothing") {
  UsdWorld world;
  CHECK(world.decide(limit(Side::Buy, "90", "1.08000"), 1).decision == RejectCode::None);
  CHECK(world.risk.holds() == 0);
  world.session(kEurUsd, false);
  CHECK(world.decide(limit(Side::Buy, "90", "1.08000"), 2).decision == RejectCode::None);
  NewOrder at_once = limit(Side::Buy, "1", "1.08000");
  at_once.time_in_force = TimeInForce::Ioc;
  CHECK(world.decide(at_once, 3).decision == RejectCode::MarketClosed);
}

TEST_CASE("a limit that is met is decided like a market order") {
  UsdWorld world;
  CHECK(world.decide(limit(Side::Buy, "90", "1.09000"), 1).decision ==
        RejectCode::InsufficientMargin);
  CHECK(world.decide(limit(Side::Buy, "1", "1.08450"), 2).decision == RejectCode::None);
  CHECK(world.risk.holds() == 1);
  OrderUpdated filled;
  world.answer(2, filled);
  CHECK(world.risk.holds() == 0);
}

TEST_CASE("what does not go together is no order") {
  UsdWorld world;
  const auto code = [&](const NewOrder& order) { return world.try_decide(order).decision; };
  NewOrder order = limit(Side::Buy, "1", "1.08000");
  order.trigger = price("1.08000");
  CHECK(code(order) == RejectCode::Validation);
  order = limit(Side::Buy, "1", "1.08000");
  order.type = OrderType::Stop;
  CHECK(code(order) == RejectCode::Validation);
  order = limit(Side::Buy, "1", "1.08000");
  order.expires = world.now + 1h;
  CHECK(code(order) == RejectCode::Validation);
  order.time_in_force = TimeInForce::Gtd;
  CHECK(code(order) == RejectCode::None);
  order.expires = world.now;
  CHECK(code(order) == RejectCode::Validation);
  order = limit(Side::Buy, "1", "1.080001");
  CHECK(code(order) == RejectCode::PriceInvalid);
}

TEST_CASE("a TRIGGERED order is decided at the quotes of now, and holds nothing") {
  UsdWorld world;
  ExecuteOrder execute;
  execute.order = OrderId{7};
  execute.symbol = kEurUsd;
  execute.volume = lots("1");
  Command command = Command::make(execute);
  command.header.account = kAccount;
  world.risk.decide(command, world.now);
  CHECK(command.get<ExecuteOrder>().decision == RejectCode::None);
  CHECK(command.get<ExecuteOrder>().required_margin_raw == raw("1084.45"));
  CHECK(world.risk.holds() == 0);
  execute.volume = lots("90");
  command.set(execute);
  world.risk.decide(command, world.now);
  CHECK(command.get<ExecuteOrder>().decision == RejectCode::InsufficientMargin);
}

TEST_CASE("what is left of a TRIGGERED order may be less than the symbol's least") {
  UsdWorld world;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.min_volume = lots("0.5");
  world.symbol(kEurUsd, instrument);
  ExecuteOrder execute;
  execute.order = OrderId{7};
  execute.symbol = kEurUsd;
  execute.volume = lots("0.2");
  Command command = Command::make(execute);
  command.header.account = kAccount;
  world.risk.decide(command, world.now);
  CHECK(command.get<ExecuteOrder>().decision == RejectCode::None);
  CHECK(world.try_decide(market(Side::Buy, lots("0.2"))).decision == RejectCode::VolumeOutOfRange);
}

TEST_CASE("a pair is refused for its first leg that is") {
  UsdWorld world;
  NewOrderPair pair;
  pair.symbol = kEurUsd;
  pair.first = {lots("1"), price("1.08000"), {}, {}, {}};
  pair.second = {lots("1"), price("1.09000"), {}, {}, {}};
  pair.second_side = Side::Sell;
  const auto decide = [&] {
    Command command = Command::make(pair);
    command.header.account = kAccount;
    world.risk.decide(command, world.now);
    return command.get<NewOrderPair>().decision;
  };
  CHECK(decide() == RejectCode::None);
  pair.second.volume = lots("0.001");
  CHECK(decide() == RejectCode::VolumeOutOfRange);
  pair.first_type = OrderType::Market;
  CHECK(decide() == RejectCode::Validation);
}

TEST_CASE("a check holds nothing, whoever asks") {
  UsdWorld world;
  Command command = Command::make(CheckOrder{market(Side::Buy, lots("1"))});
  command.header.gateway = World::kGateway;
  command.header.request = 9;
  command.header.account = kAccount;
  world.risk.decide(command, world.now);
  CHECK(command.get<CheckOrder>().order.decision == RejectCode::None);
  CHECK(world.risk.holds() == 0);
}

}  // namespace
}  // namespace tribook::risk_test
