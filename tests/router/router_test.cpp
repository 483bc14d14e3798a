#include <catch2/catch.hpp>

#include <array>
#include <cstring>

#include "router/router_stage.h"
#include "tribook/message/text.h"

namespace tribook {
namespace {

using router::Match;
using router::Router;
using router::RouterStage;
using router::Rule;

Command order(std::uint32_t request, RejectCode decision = RejectCode::None) {
  NewOrder body;
  body.decision = decision;
  Command command = Command::make(body);
  command.header.request = request;
  return command;
}

NewOrder decide(const Router& router, Command command) {
  router.decide(command);
  return command.get<NewOrder>();
}

Rule rule(std::uint16_t id, Book book, std::string_view reason) {
  return {id, Match::All, book, FixedText<32>::of("test"), FixedText<96>::of(reason)};
}

TEST_CASE("by default the house takes every accepted order, and says why") {
  const Router router;
  const NewOrder routed = decide(router, order(1));
  CHECK(routed.decision == RejectCode::None);
  CHECK(routed.book == Book::B);
  CHECK(routed.routing_rule == router::kDefaultRule.id);
  CHECK(router.reason(routed.routing_rule) == "default: internalise");
}

TEST_CASE("a refused order, and what is no order, stays as it is") {
  const Router router;
  for (Command command : {order(1, RejectCode::InsufficientMargin), Command::make(ClosePosition{}),
                          Command::make(QuoteCommand{})}) {
    const Command before = command;
    router.decide(command);
    CHECK(std::memcmp(&before, &command, sizeof command) == 0);
  }
}

TEST_CASE("the first rule that matches decides") {
  const std::array rules{rule(7, Book::A, "to the market"), rule(3, Book::B, "in the house")};
  const Router router(rules);
  const NewOrder routed = decide(router, order(1));
  CHECK(routed.book == Book::A);
  CHECK(routed.routing_rule == 7);
  CHECK(router.reason(7) == "to the market");
  CHECK(router.reason(3) == "in the house");
  CHECK(router.reason(1).empty());
  CHECK(router.reason(0).empty());
}

TEST_CASE("without a rule there is no route") {
  const Router router(std::span<const Rule>{});
  const NewOrder routed = decide(router, order(1));
  CHECK(routed.decision == RejectCode::NoRoute);
  CHECK(routed.book == Book::None);
  CHECK(routed.routing_rule == 0);
}

TEST_CASE("the digest tells the rules and their order") {
  const std::array one{rule(7, Book::A, "x"), rule(3, Book::B, "y")};
  const std::array other{rule(3, Book::B, "y"), rule(7, Book::A, "x")};
  CHECK(Router(one).state_digest() == Router(one).state_digest());
  CHECK(Router(one).state_digest() != Router(other).state_digest());
  CHECK(Router().state_digest() != Router(one).state_digest());
}

struct Pipe {
  explicit Pipe(std::size_t output)
      : slab(8), decided("decided", 256), feedback("feedback", 64), routed("routed", output) {}

  Slab slab;
  Router router;
  RouterStage::CommandRing decided;
  RouterStage::EventRing feedback;
  RouterStage::CommandRing routed;
  RouterStage stage{router, slab, {&decided, &feedback, &routed}};
};

TEST_CASE("the stage routes in order, a batch at a time") {
  Pipe pipe(256);
  for (std::uint32_t i = 0; i < 100; ++i) REQUIRE(pipe.decided.try_push(order(i)));
  CHECK(pipe.stage.do_work({}) == RouterStage::kBatch);
  CHECK(pipe.stage.do_work({}) == 100 - RouterStage::kBatch);
  CHECK(pipe.stage.do_work({}) == 0);
  for (std::uint32_t i = 0; i < 100; ++i) {
    Command command;
    REQUIRE(pipe.routed.try_pop(command));
    CHECK(command.header.request == i);
    CHECK(command.get<NewOrder>().book == Book::B);
  }
}

TEST_CASE("a full output stops the routing, while feedback is taken and its texts released") {
  Pipe pipe(1);
  REQUIRE(pipe.decided.try_push(order(1)));
  REQUIRE(pipe.decided.try_push(order(2)));
  CHECK(pipe.stage.do_work({}) == 1);
  CHECK(pipe.stage.output_full_count() == 1);

  Event event;
  event.set(OrderUpdated{});
  event.header.text = put_texts(pipe.slab, Texts{{"id", "", "", ""}});
  REQUIRE(pipe.slab.in_use() == 1);
  REQUIRE(pipe.feedback.try_push(event));
  CHECK(pipe.stage.do_work({}) == 1);
  CHECK(pipe.slab.in_use() == 0);
  CHECK(pipe.decided.depth() == 1);

  Command command;
  REQUIRE(pipe.routed.try_pop(command));
  CHECK(pipe.stage.do_work({}) == 1);
  REQUIRE(pipe.routed.try_pop(command));
  CHECK(command.header.request == 2);
}

}  // namespace
}  // namespace tribook
