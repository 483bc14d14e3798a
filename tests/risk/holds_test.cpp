#include <catch2/catch.hpp>

#include <limits>

#include "risk/world.h"

namespace tribook::risk_test {
namespace {

// Margin 1,084.45 and spread 10.00 each: enough for three, not for four.
const NewOrder kOrder = market(Side::Buy, lots("1"));
constexpr std::string_view kThree = "3400";

TEST_CASE("a burst of 100 orders on margin for 3: exactly 3 pass before any event") {
  UsdWorld world;
  world.account_is(kAccount, money(kThree));
  int passed = 0;
  for (std::uint32_t request = 1; request <= 100; ++request) {
    const NewOrder decided = world.decide(kOrder, request);
    if (decided.decision == RejectCode::None) {
      ++passed;
      CHECK(decided.free_margin_raw == raw("3400") - (passed - 1) * raw("1094.45"));
    } else {
      CHECK(decided.decision == RejectCode::InsufficientMargin);
    }
  }
  CHECK(passed == 3);
  CHECK(world.risk.holds() == 3);
}

TEST_CASE("a hold ends with the engine's answer, whatever it is") {
  UsdWorld world;
  world.account_is(kAccount, money(kThree));
  for (std::uint32_t request = 1; request <= 3; ++request) world.decide(kOrder, request);
  REQUIRE(world.decide(kOrder, 4).decision == RejectCode::InsufficientMargin);

  OrderUpdated filled;
  filled.status = OrderStatus::Filled;
  OrderUpdated rejected;
  rejected.status = OrderStatus::Rejected;
  rejected.code = RejectCode::Slippage;
  OrderUpdated duplicate;
  duplicate.is_duplicate = 1;

  SECTION("filled: the position takes its place") {
    world.position(kAccount, 1, Side::Buy, "1", "1.08450");
    world.answer(2, filled);
    CHECK(world.risk.holds() == 2);
    CHECK(world.decide(kOrder, 5).decision == RejectCode::InsufficientMargin);
  }
  SECTION("rejected") {
    world.answer(2, rejected);
    CHECK(world.decide(kOrder, 5).decision == RejectCode::None);
  }
  SECTION("a duplicate") {
    world.answer(3, duplicate);
    CHECK(world.decide(kOrder, 5).decision == RejectCode::None);
  }
  SECTION("refused") {
    world.answer(1, Refused{});
    CHECK(world.decide(kOrder, 5).decision == RejectCode::None);
  }
  SECTION("nothing but that its root is settled") {
    world.answer(1, Settled{});
    CHECK(world.decide(kOrder, 5).decision == RejectCode::None);
  }
  SECTION("answered twice is answered once") {
    world.answer(1, filled);
    world.answer(1, filled);
    CHECK(world.risk.holds() == 2);
    CHECK(world.decide(kOrder, 5).decision == RejectCode::None);
    CHECK(world.decide(kOrder, 6).decision == RejectCode::InsufficientMargin);
  }
  SECTION("another request's answer, or another gateway's, is not its own") {
    world.answer(4, rejected);  // refused by risk: held nothing
    Event other = world.event(rejected, kAccount);
    other.header.gateway = World::kGateway + 1;
    other.header.request = 1;
    world.tell(other);
    world.answer(1, TradeExecuted{});
    CHECK(world.risk.holds() == 3);
    CHECK(world.decide(kOrder, 5).decision == RejectCode::InsufficientMargin);
  }
}

TEST_CASE("holds are the account's own") {
  UsdWorld world;
  const AccountId other{2};
  world.account(other, "USD", kThree);
  world.account_is(kAccount, money("1100"));
  CHECK(world.decide(kOrder, 1).decision == RejectCode::None);
  CHECK(world.decide(kOrder, 2).decision == RejectCode::InsufficientMargin);
  for (std::uint32_t request = 3; request <= 5; ++request) {
    CHECK(world.decide(kOrder, request, other).decision == RejectCode::None);
  }
}

TEST_CASE("a full table of holds answers Busy, and passes again when there is room") {
  risk::RiskLimits limits = kSmall;
  limits.holds = 2;
  UsdWorld world(limits);
  const NewOrder small = market(Side::Buy, lots("0.01"));
  CHECK(world.decide(small, 1).decision == RejectCode::None);
  CHECK(world.decide(small, 2).decision == RejectCode::None);
  CHECK(world.decide(small, 3).decision == RejectCode::Busy);
  world.answer(1, OrderUpdated{});
  CHECK(world.decide(small, 4).decision == RejectCode::None);
}

TEST_CASE("a request that is under way already is Busy") {
  UsdWorld world;
  const NewOrder small = market(Side::Buy, lots("0.01"));
  CHECK(world.decide(small, 0).decision == RejectCode::None);
  CHECK(world.decide(small, 0).decision == RejectCode::Busy);
  CHECK(world.decide(small, std::numeric_limits<std::uint32_t>::max()).decision ==
        RejectCode::None);
}

TEST_CASE("an order that nobody waits for holds nothing") {
  UsdWorld world;
  Command command = World::command(market(Side::Buy, lots("0.01")), 0);
  command.header.gateway = kNoGateway;
  for (int i = 0; i < 2; ++i) {
    world.risk.decide(command, world.now);
    CHECK(command.get<NewOrder>().decision == RejectCode::None);
  }
  CHECK(world.risk.holds() == 0);
}

TEST_CASE("holds are no part of the state") {
  UsdWorld world;
  const std::uint64_t before = world.risk.state_digest();
  world.decide(kOrder, 1);
  CHECK(world.risk.holds() == 1);
  CHECK(world.risk.state_digest() == before);
}

}  // namespace
}  // namespace tribook::risk_test
