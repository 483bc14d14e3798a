#include <catch2/catch.hpp>

#include <memory>
#include <vector>

#include "risk/risk_stage.h"
#include "risk/world.h"

namespace tribook::risk_test {
namespace {

struct CountingWaker final : runtime::Waker {
  void wake() override { ++wakes; }
  int wakes = 0;
};

struct Pipe : UsdWorld {
  explicit Pipe(std::size_t gateways = 2, std::size_t output = 256,
                risk::TimeSource time_source = risk::TimeSource::Clock)
      : feedback("feedback", 64), decided("decided", output) {
    risk::RiskStage::Ports ports{{}, &feedback, &decided};
    for (std::size_t i = 0; i < gateways; ++i) {
      gates.push_back(std::make_unique<risk::RiskStage::CommandRing>("gate", 256));
      ports.commands.push_back(gates.back().get());
    }
    decided.set_reader(&reader);
    stage = std::make_unique<risk::RiskStage>(risk, slab, ports, time_source);
  }

  bool send(std::size_t gate, std::uint32_t request) {
    return gates[gate]->try_push(command(market(Side::Buy, lots("0.01")), request));
  }
  void feed(const Event& event) { REQUIRE(feedback.try_push(event)); }
  Command next() {
    Command command;
    REQUIRE(decided.try_pop(command));
    return command;
  }

  CountingWaker reader;
  std::vector<std::unique_ptr<risk::RiskStage::CommandRing>> gates;
  risk::RiskStage::EventRing feedback;
  risk::RiskStage::CommandRing decided;
  std::unique_ptr<risk::RiskStage> stage;
};

TEST_CASE("what stands in the feedback ring is applied before a command is decided") {
  Pipe pipe;
  REQUIRE(pipe.send(0, 1));
  REQUIRE(pipe.send(1, 2));
  SessionChanged closed;
  closed.symbol = kEurUsd;
  for (int i = 0; i < 40; ++i) {
    closed.is_open = i % 2 == 0 ? 1 : 0;
    pipe.feed(pipe.event(closed));
  }
  CHECK(pipe.stage->do_work(pipe.now) == 42);
  CHECK(pipe.next().get<NewOrder>().decision == RejectCode::MarketClosed);
  CHECK(pipe.next().get<NewOrder>().decision == RejectCode::MarketClosed);
  CHECK(pipe.reader.wakes == 1);
}

// The narrowest case: the engine answers, and the client sends its next order, just before risk
// looks at the client's ring.
struct LateAnswerStage final : risk::RiskStage {
  using RiskStage::RiskStage;
  bool take_command(Command& command) override {
    if (const bool pushed = feedback->try_push(answer); !pushed) return false;
    return RiskStage::take_command(command);
  }
  EventRing* feedback = nullptr;
  Event answer;
};

TEST_CASE("an answer given just before a command is taken is seen by its decision") {
  Pipe pipe(1);
  LateAnswerStage stage(pipe.risk, pipe.slab,
                        {{pipe.gates[0].get()}, &pipe.feedback, &pipe.decided});
  AccountUpdated suspended;
  suspended.state = AccountState::Suspended;
  stage.feedback = &pipe.feedback;
  stage.answer = pipe.event(suspended, kAccount);
  REQUIRE(pipe.send(0, 1));
  stage.do_work(pipe.now);
  CHECK(pipe.next().get<NewOrder>().decision == RejectCode::AccountDisabled);
}

TEST_CASE("feedback is applied without commands, and its texts are released") {
  Pipe pipe;
  REQUIRE(pipe.slab.in_use() == 0);
  SymbolUpdated update;
  update.symbol = kEurUsd;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.state = SymbolState::CloseOnly;
  pipe.feed(pipe.event(update, {}, put_spec(pipe.slab, instrument)));
  pipe.feed(pipe.event(OrderUpdated{}, kAccount, put_texts(pipe.slab, Texts{{"id", "", "", ""}})));
  REQUIRE(pipe.slab.in_use() == 2);
  CHECK(pipe.stage->do_work(pipe.now) == 2);
  CHECK(pipe.slab.in_use() == 0);
  CHECK(pipe.reader.wakes == 0);
  CHECK(pipe.stage->do_work(pipe.now) == 0);
  CHECK(pipe.try_decide(market(Side::Buy, lots("0.01"))).decision == RejectCode::SymbolCloseOnly);
}

TEST_CASE("a full output stops the taking of commands, not of feedback") {
  Pipe pipe(1, 3);
  for (std::uint32_t request = 1; request <= 5; ++request) REQUIRE(pipe.send(0, request));
  CHECK(pipe.stage->do_work(pipe.now) == 3);
  CHECK(pipe.gates[0]->depth() == 2);
  CHECK(pipe.stage->output_full_count() == 1);
  CHECK(pipe.stage->do_work(pipe.now) == 0);

  pipe.feed(pipe.event(Settled{}));
  CHECK(pipe.stage->do_work(pipe.now) == 1);
  CHECK(pipe.feedback.depth() == 0);
  CHECK(pipe.gates[0]->depth() == 2);

  CHECK(pipe.next().header.request == 1);
  CHECK(pipe.stage->do_work(pipe.now) == 1);
  CHECK(pipe.gates[0]->depth() == 1);
}

TEST_CASE("a gateway's ring fills up and refuses while the output is full") {
  Pipe pipe(1, 1);
  std::uint32_t sent = 0;
  while (sent < 10'000 && pipe.send(0, sent + 1)) {
    ++sent;
    pipe.stage->do_work(pipe.now);
  }
  CHECK(sent < 10'000);
  CHECK(pipe.gates[0]->figures().refused == 1);
  // Nothing was lost on the way.
  for (std::uint32_t request = 1; request <= sent; ++request) {
    CHECK(pipe.next().header.request == request);
    pipe.stage->do_work(pipe.now);
  }
}

TEST_CASE("gateways are served in turn, a batch at a time") {
  Pipe pipe(3);
  for (std::uint32_t i = 0; i < 60; ++i) {
    REQUIRE(pipe.send(0, 1'000 + i));
    REQUIRE(pipe.send(1, 2'000 + i));
  }
  REQUIRE(pipe.send(2, 3'000));
  CHECK(pipe.stage->do_work(pipe.now) == risk::RiskStage::kBatch);
  std::vector<std::uint32_t> order;
  for (int i = 0; i < 7; ++i) order.push_back(pipe.next().header.request);
  CHECK(order == std::vector<std::uint32_t>{1'000, 2'000, 3'000, 1'001, 2'001, 1'002, 2'002});
  CHECK(pipe.stage->do_work(pipe.now) == 121 - risk::RiskStage::kBatch);
}

TEST_CASE("commands other than orders pass in their order") {
  Pipe pipe(1);
  Command close = Command::make(ClosePosition{});
  close.header.request = 1;
  REQUIRE(pipe.gates[0]->try_push(close));
  REQUIRE(pipe.send(0, 2));
  CHECK(pipe.stage->do_work(pipe.now) == 2);
  CHECK(pipe.next().header.kind == CommandKind::ClosePosition);
  CHECK(pipe.next().header.request == 2);
}

TEST_CASE("time comes from the clock, or stands still between events") {
  const TimeNs much_later = kStart + 24h;
  Pipe by_clock(1);
  REQUIRE(by_clock.send(0, 1));
  by_clock.stage->do_work(much_later);
  CHECK(by_clock.next().get<NewOrder>().decision == RejectCode::StaleQuote);

  Pipe by_events(1, 256, risk::TimeSource::Events);
  REQUIRE(by_events.send(0, 1));
  by_events.stage->do_work(much_later);
  CHECK(by_events.next().get<NewOrder>().decision == RejectCode::None);
  by_events.now = much_later;
  by_events.feed(by_events.event(ClockMoved{}));
  REQUIRE(by_events.send(0, 2));
  by_events.stage->do_work(kStart);
  CHECK(by_events.next().get<NewOrder>().decision == RejectCode::StaleQuote);
}

}  // namespace
}  // namespace tribook::risk_test
