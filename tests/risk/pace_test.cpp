#include "risk/pace.h"

#include <catch2/catch.hpp>

#include "risk/world.h"

// Orders per second and minute: a bucket of tokens each, filled evenly.

namespace tribook::risk_test {
namespace {

constexpr auto kNone = RejectCode::None;
constexpr auto kTooFast = RejectCode::OrdersPerSecond;
constexpr auto kTooFastByMinute = RejectCode::OrdersPerMinute;

NewOrder small_order() { return market(Side::Buy, lots("0.01")); }

NewOrderPair small_pair() {
  NewOrderPair pair;
  pair.first.volume = pair.second.volume = lots("0.01");
  pair.first.limit = price("1.05");
  pair.second.limit = price("1.12");
  pair.symbol = kEurUsd;
  pair.second_side = Side::Sell;
  return pair;
}

struct PacedWorld : UsdWorld {
  explicit PacedWorld(std::int64_t per_second = 3) {
    limit(RiskScope::house(), Limit::OrdersPerSecond, per_second);
  }
  RejectCode code(AccountId account = kAccount) {
    return try_decide(small_order(), account).decision;
  }
  template <typename Body>
  Body asked(const Body& body, std::uint8_t gateway = kNoGateway) {
    Command command = Command::make(body);
    command.header.account = kAccount;
    command.header.gateway = gateway;
    risk.decide(command, now);
    return command.get<Body>();
  }
  int drain() {
    int passed = 0;
    while (code() == kNone) ++passed;
    return passed;
  }
};

TEST_CASE("Pace: as many as the limit pass at once, and the next to the nanosecond of its refill") {
  PacedWorld world;
  CHECK(world.drain() == 3);
  CHECK(world.code() == kTooFast);
  // A third of a second is no whole number of nanoseconds, three of them are.
  for (const std::int64_t refill : {333'333'334, 666'666'667, 1'000'000'000}) {
    world.now = kStart + std::chrono::nanoseconds(refill - 1);
    CHECK(world.code() == kTooFast);
    world.now = kStart + std::chrono::nanoseconds(refill);
    CHECK(world.code() == kNone);
    CHECK(world.code() == kTooFast);
  }
  world.now = world.now + 50s;
  CHECK(world.drain() == 3);
}

TEST_CASE("Pace: a bucket gives its size and then its rate, however odd, for ever") {
  for (const std::int64_t tokens : {1, 7, 59, 1'009}) {
    const risk::Bucket::Size size{tokens, 60'000'000'000};
    risk::Bucket bucket;
    TimeNs now = kStart;
    for (std::int64_t i = 0; i < tokens; ++i) {
      REQUIRE(bucket.has(size, 1, now));
      bucket.take(size, 1, now);
    }
    for (std::int64_t i = 1; i <= 500; ++i) {
      const int128 due = int128{i} * size.fills_in_ns;
      const auto wait = static_cast<std::int64_t>((due + tokens - 1) / tokens);
      INFO(tokens << " a minute, the " << i << "th after");
      REQUIRE_FALSE(bucket.has(size, 1, kStart + std::chrono::nanoseconds(wait - 1)));
      now = kStart + std::chrono::nanoseconds(wait);
      REQUIRE(bucket.has(size, 1, now));
      bucket.take(size, 1, now);
    }
  }
}

TEST_CASE("Pace: a limit of a billion orders neither overflows nor stops") {
  const risk::Bucket::Size size{1'000'000'000, 60'000'000'000};
  risk::Bucket bucket;
  bucket.take(size, 2, kStart);
  CHECK(bucket.has(size, size.tokens - 2, kStart));
  CHECK_FALSE(bucket.has(size, size.tokens - 1, kStart + 59ns));
  CHECK(bucket.has(size, size.tokens - 1, kStart + 60ns));
  CHECK(bucket.has(size, size.tokens, kStart + 120ns));
  CHECK_FALSE(bucket.has(size, size.tokens + 1, kStart + 1h));
}

TEST_CASE("Pace: a limit that is changed holds at once") {
  PacedWorld world(1'000);
  for (int i = 0; i < 1'000; ++i) REQUIRE(world.code() == kNone);
  world.limit(RiskScope::house(), Limit::OrdersPerSecond, 2);
  world.now = world.now + 499'999'999ns;
  CHECK(world.code() == kTooFast);
  world.now = world.now + 1ns;
  CHECK(world.code() == kNone);
  world.limits(RiskScope::house(), {});
  for (int i = 0; i < 100; ++i) CHECK(world.code() == kNone);
}

TEST_CASE("Pace: accounts have buckets of their own") {
  PacedWorld world;
  const AccountId other{2};
  world.account(other, "USD", "10000");
  CHECK(world.drain() == 3);
  for (int i = 0; i < 3; ++i) CHECK(world.code(other) == kNone);
  CHECK(world.code(other) == kTooFast);
}

TEST_CASE("Pace: the narrowest level says how many") {
  PacedWorld world;
  world.limit(RiskScope::of(kAccount), Limit::OrdersPerSecond, 1);
  CHECK(world.drain() == 1);
  world.limit(RiskScope::of(kEurUsd), Limit::OrdersPerSecond, 0, LimitMode::Off);
  for (int i = 0; i < 10; ++i) CHECK(world.code() == kNone);
}

TEST_CASE("Pace: a minute's limit is told after the second's and has its own refill") {
  UsdWorld world;
  LimitSet limits;
  limits.put(Limit::OrdersPerSecond, 2 * kFixedOne, LimitMode::Reject);
  limits.put(Limit::OrdersPerMinute, 3 * kFixedOne, LimitMode::Reject);
  world.limits(RiskScope::house(), limits);
  const auto code = [&] { return world.try_decide(small_order()).decision; };
  CHECK(code() == kNone);
  CHECK(code() == kNone);
  CHECK(code() == kTooFast);
  world.now = world.now + 1s;
  CHECK(code() == kNone);
  CHECK(code() == kTooFastByMinute);
  // What the minute refused took nothing of the second.
  for (int i = 0; i < 5; ++i) CHECK(code() == kTooFastByMinute);
  world.now = kStart + 20s - 1ns;
  CHECK(code() == kTooFastByMinute);
  world.now = kStart + 20s;
  CHECK(code() == kNone);
}

TEST_CASE("Pace: what an earlier check refuses takes no token, nor what finds no hold") {
  PacedWorld world;
  NewOrder bad = small_order();
  bad.volume = lots("0.015");
  for (int i = 0; i < 10; ++i) {
    CHECK(world.try_decide(bad).decision == RejectCode::VolumeStep);
    CHECK(world.try_decide(market(Side::Buy, lots("100"))).decision ==
          RejectCode::InsufficientMargin);
  }
  CHECK(world.decide(small_order(), 1).decision == kNone);
  for (int i = 0; i < 10; ++i) CHECK(world.decide(small_order(), 1).decision == RejectCode::Busy);
  CHECK(world.drain() == 2);
}

TEST_CASE("Pace: a limit that warns lets pass and says so, a bit each") {
  UsdWorld world;
  LimitSet limits;
  limits.put(Limit::OrdersPerSecond, 1 * kFixedOne, LimitMode::Warn);
  limits.put(Limit::OrdersPerMinute, 2 * kFixedOne, LimitMode::Warn);
  limits.put(Limit::OrdersPerDay, 0, LimitMode::Warn);
  world.limits(RiskScope::house(), limits);
  const auto warned = [&] {
    const NewOrder decided = world.try_decide(small_order());
    CHECK(decided.decision == kNone);
    return unsigned{decided.pace_warnings};
  };
  CHECK(warned() == 0b100);
  CHECK(warned() == 0b101);
  CHECK(warned() == 0b111);
  // However many there were, the next token is not later for it.
  for (int i = 0; i < 100; ++i) CHECK(warned() == 0b111);
  world.now = world.now + 1s;
  CHECK(warned() == 0b110);
  world.now = world.now + 59s;
  CHECK(warned() == 0b100);
}

TEST_CASE("Pace: an order that is refused was warned of nothing") {
  UsdWorld world;
  LimitSet limits;
  limits.put(Limit::OrdersPerSecond, 0, LimitMode::Warn);
  limits.put(Limit::OrdersPerMinute, 0, LimitMode::Reject);
  world.limits(RiskScope::house(), limits);
  NewOrder order = small_order();
  order.pace_warnings = 7;  // not the client's to say
  const NewOrder decided = world.try_decide(order);
  CHECK(decided.decision == kTooFastByMinute);
  CHECK(unsigned{decided.pace_warnings} == 0);
}

TEST_CASE("Pace: a pair takes two tokens or none") {
  PacedWorld world;
  CHECK(world.asked(small_pair()).decision == kNone);
  CHECK(world.asked(small_pair()).decision == kTooFast);
  CHECK(world.drain() == 1);
  world.now = world.now + 1s;
  world.limit(RiskScope::house(), Limit::OrdersPerSecond, 1, LimitMode::Warn);
  const NewOrderPair warned = world.asked(small_pair());
  CHECK(warned.decision == kNone);
  CHECK(unsigned{warned.pace_warnings} == 1);
}

TEST_CASE("Pace: who only asks takes no token and hears what the order would be told") {
  PacedWorld world(1);
  CheckOrder check;
  check.order = small_order();
  for (int i = 0; i < 10; ++i) CHECK(world.asked(check, 2).order.decision == kNone);
  CHECK(world.drain() == 1);
  CHECK(world.asked(check, 2).order.decision == kTooFast);
  CHECK(world.risk.holds() == 0);
}

TEST_CASE("Pace: an order that comes back triggered was counted when it came") {
  PacedWorld world(1);
  ExecuteOrder execute;
  execute.volume = lots("0.01");
  execute.symbol = kEurUsd;
  for (int i = 0; i < 10; ++i) CHECK(world.asked(execute).decision == kNone);
  CHECK(world.drain() == 1);
  CHECK(world.asked(execute).decision == kNone);
}

TEST_CASE("Pace: what only closes is never refused, and counts") {
  PacedWorld world;
  AccountSpec spec;
  spec.currency = Currency::of("USD");
  spec.leverage = 100;
  spec.mode = PositionMode::Netting;
  const AccountId netting{2};
  world.tell(world.event(AccountCreated{}, netting, put_spec(world.slab, spec)));
  world.account_is(netting, money("10000"));
  world.position(netting, 1, Side::Sell, "1", "1.08440");
  for (int i = 0; i < 10; ++i) CHECK(world.code(netting) == kNone);
  const NewOrder reversal = market(Side::Buy, lots("1.01"));
  CHECK(world.try_decide(reversal, netting).decision == kTooFast);
  world.limit(RiskScope::house(), Limit::OrdersPerSecond, 0, LimitMode::Warn);
  CHECK(unsigned{world.try_decide(small_order(), netting).pace_warnings} == 0);
  CHECK(unsigned{world.try_decide(reversal, netting).pace_warnings} == 1);
}

TEST_CASE("Pace: tokens are no part of the state, limits are") {
  PacedWorld world;
  const std::uint64_t before = world.risk.state_digest();
  CHECK(world.drain() == 3);
  CHECK(world.risk.state_digest() == before);
  world.limit(RiskScope::house(), Limit::OrdersPerSecond, 4);
  CHECK(world.risk.state_digest() != before);
  world.limit(RiskScope::house(), Limit::OrdersPerSecond, 3);
  CHECK(world.risk.state_digest() == before);
}

}  // namespace
}  // namespace tribook::risk_test
