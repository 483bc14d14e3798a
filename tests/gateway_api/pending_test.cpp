#include <catch2/catch.hpp>

#include <vector>

#include "gateway/api/pending.h"

namespace {

using namespace tribook;
using gateway::Outcome;
using gateway::Pending;

template <typename Body>
Event event_of(std::uint32_t request, const Body& body) {
  Event event;
  event.header.request = request;
  event.set(body);
  return event;
}

}  // namespace

TEST_CASE("a request's first order is its own, in its last state") {
  Pending pending(4);
  Outcome told;
  const auto request = pending.open(TimeNs{100}, [&](const Outcome& outcome) { told = outcome; });
  REQUIRE(request);
  OrderUpdated own;
  own.order = OrderId{7};
  own.status = OrderStatus::Accepted;
  pending.take(event_of(*request, own));
  own.status = OrderStatus::Filled;
  pending.take(event_of(*request, own));
  OrderUpdated other;
  other.order = OrderId{8};
  other.status = OrderStatus::Rejected;
  pending.take(event_of(*request, other));
  CHECK(pending.size() == 1);
  pending.take(event_of(*request, Settled{}));
  CHECK(pending.size() == 0);
  REQUIRE(told.order);
  CHECK(told.order->order == OrderId{7});
  CHECK(told.order->status == OrderStatus::Filled);
  CHECK(told.is_settled);
}

TEST_CASE("warnings are of the order that was asked for, or of both of a pair") {
  Pending pending(4);
  Outcome told;
  const auto done = [&](const Outcome& outcome) { told = outcome; };
  const auto request = pending.open(TimeNs{100}, done);
  REQUIRE(request);
  const auto order = [&](std::uint64_t id) {
    OrderUpdated updated;
    updated.order = OrderId{id};
    pending.take(event_of(*request, updated));
  };
  const auto warn = [&](std::uint32_t asker, std::uint64_t id, Limit limit) {
    OrderWarned warned;
    warned.order = OrderId{id};
    warned.limits = bit_of(limit);
    pending.take(event_of(asker, warned));
  };
  order(7);
  warn(*request, 7, Limit::MaxExposure);
  warn(*request, 7, Limit::MaxLeverage);
  order(8);
  warn(*request, 8, Limit::MaxOrderVolume);
  warn(*request, 12, Limit::MaxDrawdown);  // somebody else's, in the same record
  pending.take(event_of(*request, Settled{}));
  CHECK(told.warned == (bit_of(Limit::MaxExposure) | bit_of(Limit::MaxLeverage)));
  CHECK(told.partner_warned == bit_of(Limit::MaxOrderVolume));
  const auto check = pending.open(TimeNs{100}, done);
  REQUIRE(check);
  warn(*check, 0, Limit::MaxExposure);
  pending.take(event_of(*check, Settled{}));
  CHECK(told.warned == bit_of(Limit::MaxExposure));
}

TEST_CASE("a close of all positions tells what it closed, and nothing that followed") {
  constexpr AccountId own{3};
  Pending pending(4);
  Outcome told;
  const auto request = pending.open(
      TimeNs{100}, [&](const Outcome& outcome) { told = outcome; }, own);
  const auto say = [&](const auto& body, AccountId account) {
    Event event = event_of(*request, body);
    event.header.account = account;
    pending.take(event);
  };
  OrderUpdated order;
  order.symbol = SymbolId{5};
  PositionReduced reduced;
  reduced.reason = CloseReason::Manual;
  reduced.realized_pnl = Money::from_whole(2);
  for (std::size_t i = 0; i < gateway::kClosedShown + 10; ++i) {
    say(order, own);
    say(reduced, own);
  }
  say(reduced, AccountId{4});
  reduced.reason = CloseReason::StopOut;
  say(reduced, own);
  pending.take(event_of(*request, Settled{}));
  CHECK(told.closed_count == gateway::kClosedShown + 10);
  CHECK(told.closed.size() == gateway::kClosedShown);
  CHECK(told.closed.front().symbol == SymbolId{5});
  CHECK(told.closed_realized == Money::from_whole(2'020));
}

TEST_CASE("a wait that is over is told once, and late events find nobody") {
  Pending pending(4);
  int calls = 0;
  const auto request = pending.open(TimeNs{100}, [&](const Outcome& outcome) {
    ++calls;
    CHECK_FALSE(outcome.is_settled);
  });
  pending.expire(TimeNs{99});
  CHECK(calls == 0);
  pending.expire(TimeNs{100});
  CHECK(calls == 1);
  const auto next = pending.open(TimeNs{200}, [&](const Outcome&) { calls += 10; });
  CHECK(*next != *request);
  pending.take(event_of(*request, Settled{}));
  CHECK(calls == 1);
  pending.take(event_of(*next, Settled{}));
  CHECK(calls == 11);
}

TEST_CASE("waits end in the order of their deadlines") {
  Pending pending(8);
  std::vector<int> ended;
  const auto open = [&](std::int64_t deadline, int name) {
    return *pending.open(TimeNs{deadline},
                         [&ended, name](const Outcome&) { ended.push_back(name); });
  };
  open(500, 5);
  open(100, 1);
  const auto third = open(300, 3);
  open(200, 2);
  open(500, 6);
  pending.cancel(third);
  pending.expire(TimeNs{250});
  CHECK(ended == std::vector<int>{1, 2});
  pending.expire(TimeNs{500});
  CHECK(ended == std::vector<int>{1, 2, 5, 6});
  CHECK(pending.size() == 0);
}

TEST_CASE("no more wait than there is room for") {
  Pending pending(2);
  const auto first = pending.open(TimeNs{1}, [](const Outcome&) {});
  CHECK(pending.open(TimeNs{1}, [](const Outcome&) {}));
  CHECK_FALSE(pending.open(TimeNs{1}, [](const Outcome&) {}));
  pending.cancel(*first);
  CHECK(pending.open(TimeNs{1}, [](const Outcome&) {}));
}

TEST_CASE("the next request may be opened by the end of one") {
  Pending pending(1);
  bool opened = false;
  const auto first = pending.open(TimeNs{1}, [&](const Outcome&) {
    opened = pending.open(TimeNs{2}, [](const Outcome&) {}).has_value();
  });
  pending.take(event_of(*first, Settled{}));
  CHECK(opened);
  CHECK(pending.size() == 1);
}

TEST_CASE("who is forgotten is not called, and late events find nobody") {
  Pending pending(4);
  int calls = 0;
  const auto first = pending.open(TimeNs{100}, [&](const Outcome&) { ++calls; });
  const auto second = pending.open(TimeNs{100}, [&](const Outcome&) { ++calls; });
  pending.forget();
  CHECK(pending.size() == 0);
  pending.expire(TimeNs{100});
  const auto third = pending.open(TimeNs{200}, [&](const Outcome&) { calls += 10; });
  for (const auto& request : {first, second}) pending.take(event_of(*request, Settled{}));
  CHECK(calls == 0);
  pending.take(event_of(*third, Settled{}));
  CHECK(calls == 10);
  for (int i = 0; i < 4; ++i) CHECK(pending.open(TimeNs{100}, [](const Outcome&) {}));
}
