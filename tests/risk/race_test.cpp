#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

#include "risk/risk_stage.h"
#include "risk/world.h"
#include "runtime/stage_thread.h"

// Three threads: a client that waits for each answer, risk, and an engine that changes the account
// with each order before it answers. Each decision must have seen the change that the answer before
// it told of.

namespace tribook::risk_test {
namespace {

struct StillClock final : base::Clock {
  [[nodiscard]] TimeNs now() const override { return kStart; }
};

TEST_CASE("who saw an answer is decided on what it told", "[race]") {
  constexpr std::uint32_t kOrders = 20'000;
  UsdWorld world;
  risk::RiskStage::CommandRing gate("gate", 64);
  risk::RiskStage::EventRing feedback("feedback", 64);
  risk::RiskStage::CommandRing decided("decided", 64);
  risk::RiskStage stage(world.risk, world.slab, {{&gate}, &feedback, &decided});
  const StillClock clock;
  runtime::StageThread thread({.name = "risk", .wait = runtime::WaitStrategy::Yield}, clock,
                              {&stage});
  std::atomic<std::uint32_t> answered{0};
  std::atomic<std::uint32_t> wrong{0};

  thread.start();
  std::thread engine([&] {
    AccountUpdated account;
    account.balance = money("10000");
    account.leverage = 100;
    for (std::uint32_t request = 1; request <= kOrders; ++request) {
      Command command;
      while (!decided.try_pop(command)) std::this_thread::yield();
      const bool was_open = request % 2 == 1;
      const RejectCode expected = was_open ? RejectCode::None : RejectCode::AccountCloseOnly;
      if (command.get<NewOrder>().decision != expected) wrong.fetch_add(1);
      account.state = was_open ? AccountState::CloseOnly : AccountState::Active;
      Event answer = world.event(OrderUpdated{}, kAccount);
      answer.header.gateway = World::kGateway;
      answer.header.request = request;
      while (!feedback.try_push(answer)) std::this_thread::yield();
      while (!feedback.try_push(world.event(account, kAccount))) std::this_thread::yield();
      answered.store(request, std::memory_order_release);
    }
  });
  for (std::uint32_t request = 1; request <= kOrders; ++request) {
    const Command command = World::command(market(Side::Buy, lots("0.01")), request);
    while (!gate.try_push(command)) std::this_thread::yield();
    while (answered.load(std::memory_order_acquire) != request) std::this_thread::yield();
  }
  engine.join();
  thread.stop();
  CHECK(wrong.load() == 0);
}

}  // namespace
}  // namespace tribook::risk_test
