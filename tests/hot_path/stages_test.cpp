#include <catch2/catch.hpp>

#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <vector>

#include "app/pipeline.h"
#include "app/system_clock.h"
#include "hot_path/probe.h"
#include "hot_path/traffic.h"
#include "journal/memory_disk.h"
#include "runtime/stage_thread.h"
#include "support/house_runner.h"

// From the first order on, the threads that an order passes through ask nothing of the heap and
// nothing of the kernel: risk, router and engine on one, egress with its views on another, each
// with its rings to and from the others. (The journal's thread writes files; tests/journal counts
// its allocations.) They run as they do in the daemon, in StageThread's loop, clock reads and
// wake-ups included.

namespace tribook::test {
namespace {

constexpr std::uint64_t kOrders = 10'000;
// Orders under way at once. The house merges quotes that wait for it, so a machine that gives its
// thread little time would see few of them: this many batches at the least, each with its quotes.
constexpr std::uint64_t kUnderWay = 16;

/// Spoils one round of the thread it stands on.
class Spoiler final : public runtime::Stage {
 public:
  explicit Spoiler(std::uint64_t at) : at_(at) {}
  [[nodiscard]] std::string_view name() const override { return "spoiler"; }
  std::size_t do_work(TimeNs) override {
    if (wanted_.load(std::memory_order_acquire) < at_ || is_done_) return 0;
    is_done_ = true;
    kept_ = std::make_unique<int>(1);
    kept_.reset();
    syscall(SYS_getpid);
    return 0;
  }
  void reached(std::uint64_t orders) { wanted_.store(orders, std::memory_order_release); }

 private:
  std::uint64_t at_;
  std::atomic<std::uint64_t> wanted_{0};
  bool is_done_ = false;
  std::unique_ptr<int> kept_;
};

struct House {
  House() {
    app::PipelineSettings settings = small_settings();
    settings.clock = core::ClockKind::System;
    settings.venues = 1;
    settings.texts = 4'096;
    pipeline = std::make_unique<app::Pipeline>(settings, clock, disk);
    const app::Recovery recovery = pipeline->start([](const std::string&) { std::abort(); });
    REQUIRE(recovery.is_good);
  }
  ~House() {
    for (const auto& thread : threads) thread->stop();
  }

  runtime::Waker& run(runtime::WaitStrategy wait, std::vector<runtime::Stage*> stages) {
    threads.push_back(std::make_unique<runtime::StageThread>(
        runtime::ThreadOptions{"measured", wait}, clock, std::move(stages)));
    return threads.back()->waker();
  }

  /// Set-up is not counted; everything from the first order to the last answer is.
  void live(Traffic& traffic, Probe& probe, Spoiler* spoiler = nullptr) {
    for (const auto& thread : threads) thread->start();
    traffic.set_up([] { std::this_thread::yield(); });
    probe.begin();
    const std::uint64_t last = traffic.submitted() + kOrders;
    while (traffic.settled() < last) {
      const bool has_room = traffic.submitted() - traffic.settled() < kUnderWay;
      const bool is_moving = has_room && traffic.submitted() < last && traffic.push();
      traffic.drain();
      if (spoiler != nullptr) spoiler->reached(kOrders - (last - traffic.settled()));
      if (!is_moving) std::this_thread::yield();
    }
    probe.end();
    INFO("seccomp filters are needed");
    REQUIRE(probe.is_watching());
  }

  app::SystemClock clock;
  journal::MemoryDisk disk;
  std::unique_ptr<app::Pipeline> pipeline;
  std::vector<std::unique_ptr<runtime::StageThread>> threads;
};

void check_that_all_happened(const Happened& happened) {
  const auto closed_by = [&](CloseReason reason) {
    return happened.closed_by[static_cast<std::size_t>(reason)];
  };
  CHECK(happened.filled > 1'000);
  CHECK(happened.rejected > 100);
  CHECK(happened.refused > 10);
  CHECK(happened.repeated > 0);
  CHECK(happened.quotes > 1'000);
  CHECK(happened.modified > 100);
  CHECK(happened.partly_closed > 100);
  CHECK(closed_by(CloseReason::Manual) > 1'000);
  CHECK(closed_by(CloseReason::StopLoss) > 100);
  CHECK(closed_by(CloseReason::TakeProfit) > 100);
  CHECK(closed_by(CloseReason::StopOut) > 10);
  CHECK(happened.margin_calls > 10);
  CHECK(happened.stop_outs > 10);
}

void check_none(const Probe& probe) {
  CHECK(probe.heap().allocations == 0);
  CHECK(probe.heap().frees == 0);
  CAPTURE(probe.system().text());
  CHECK(probe.system().count == 0);
}

enum class Wakers { None, OfReadersAwake };

// Risk, router and engine on a thread of their own, the rest behind them.
void run_engine(House& house, Probe& probe, Wakers wakers, Spoiler* spoiler) {
  app::Pipeline& pipeline = *house.pipeline;
  std::vector<runtime::Stage*> measured{&probe, &pipeline.risk_stage(), &pipeline.router_stage(),
                                        &pipeline.sequencer()};
  if (spoiler != nullptr) measured.push_back(spoiler);
  app::Pipeline::Wakers all;
  all.clients = all.venues = all.risk = all.router = all.sequencer =
      &house.run(runtime::WaitStrategy::Spin, measured);
  const auto wait =
      wakers == Wakers::None ? runtime::WaitStrategy::Yield : runtime::WaitStrategy::Spin;
  all.journal = all.egress = &house.run(
      wait, {&pipeline.journal_stage(), &pipeline.segment_stage(), &pipeline.egress_stage()});
  if (wakers == Wakers::OfReadersAwake) pipeline.set_wakers(all);
}

}  // namespace

TEST_CASE("The engine's thread neither allocates nor calls the system") {
  const Wakers wakers = GENERATE(Wakers::None, Wakers::OfReadersAwake);
  const Random random(1'001);
  INFO(random.reproduce());
  INFO((wakers == Wakers::None ? "readers poll" : "readers are awake, their writers wake them"));
  House house;
  Probe probe;
  run_engine(house, probe, wakers, nullptr);
  Traffic traffic(*house.pipeline, random);
  house.live(traffic, probe);
  check_none(probe);
  check_that_all_happened(traffic.happened());
}

TEST_CASE("Egress neither allocates nor calls the system") {
  const Random random(1'002);
  INFO(random.reproduce());
  House house;
  Probe probe;
  app::Pipeline& pipeline = *house.pipeline;
  runtime::Parker gateway;  // its thread is this one, awake
  app::Pipeline::Wakers wakers;
  wakers.egress = &house.run(runtime::WaitStrategy::Spin, {&probe, &pipeline.egress_stage()});
  wakers.gateways = {&gateway};
  house.run(runtime::WaitStrategy::Yield,
            {&pipeline.risk_stage(), &pipeline.router_stage(), &pipeline.sequencer(),
             &pipeline.journal_stage(), &pipeline.segment_stage()});
  pipeline.set_wakers(wakers);
  Traffic traffic(pipeline, random);
  house.live(traffic, probe);
  check_none(probe);
  check_that_all_happened(traffic.happened());
}

TEST_CASE("One allocation and one system call among all these orders are found") {
  const Random random(1'003);
  INFO(random.reproduce());
  House house;
  Probe probe;
  Spoiler spoiler(kOrders / 2);
  run_engine(house, probe, Wakers::None, &spoiler);
  Traffic traffic(*house.pipeline, random);
  house.live(traffic, probe, &spoiler);
  CHECK(probe.heap().allocations == 1);
  CHECK(probe.heap().frees == 1);
  CAPTURE(probe.system().text());
  REQUIRE(probe.system().count == 1);
  CHECK(probe.system().numbers[0] == SYS_getpid);
}

}  // namespace tribook::test
