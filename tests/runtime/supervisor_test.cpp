#include <catch2/catch.hpp>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/supervisor.h"

namespace tribook::runtime {
namespace {

using namespace std::chrono_literals;

constexpr TimeNs kStart{1'700'000'000'000'000'000};

/// Does what it is told, or throws.
class Worker final : public Stage {
 public:
  [[nodiscard]] std::string_view name() const override { return "worker"; }
  std::size_t do_work(TimeNs) override {
    ++rounds;
    if (work) work();
    return 3;
  }
  void on_close() override { is_closed = true; }

  std::function<void()> work;
  int rounds = 0;
  bool is_closed = false;
};

struct Watched {
  Worker worker;
  int begun = 0;
  std::function<void()> begin;
  std::vector<std::string> told;
  std::vector<std::chrono::nanoseconds> pauses;
  SupervisedStage stage{
      worker, "venue x",
      [this] {
        ++begun;
        if (begin) begin();
      },
      [this](const Supervisor::Failure& failure) {
        told.push_back(std::string(failure.part) + ": " + std::string(failure.what));
        pauses.push_back(failure.pause);
      }};
};

void fail() { throw std::runtime_error("on purpose"); }

}  // namespace

TEST_CASE("a stage that throws is left alone for a while and begun anew") {
  Watched w;
  CHECK(w.stage.name() == "worker");
  CHECK(w.stage.do_work(kStart) == 3);
  w.worker.work = fail;
  CHECK(w.stage.do_work(kStart + 1ms) == 0);
  CHECK(w.stage.supervisor().is_down());
  CHECK(w.told == std::vector<std::string>{"venue x: on purpose"});
  w.worker.work = nullptr;
  CHECK(w.stage.do_work(kStart + 100ms) == 0);
  CHECK(w.worker.rounds == 2);
  CHECK(w.begun == 0);
  CHECK(w.stage.do_work(kStart + 101ms) == 3);
  CHECK(w.begun == 1);
  CHECK_FALSE(w.stage.supervisor().is_down());
  CHECK(w.stage.supervisor().restarts() == 1);
  CHECK(w.stage.do_work(kStart + 102ms) == 3);
  CHECK(w.begun == 1);
}

TEST_CASE("pauses double up to a bound, and begin anew after a minute well") {
  Watched w;
  w.worker.work = fail;
  TimeNs now = kStart;
  for (int i = 0; i < 12; ++i) {
    w.stage.do_work(now);
    now = now + w.pauses.back();
  }
  const std::vector<std::chrono::nanoseconds> wanted{
      100ms, 200ms, 400ms, 800ms, 1'600ms, 3'200ms, 6'400ms, 12'800ms, 25'600ms, 30s, 30s, 30s};
  CHECK(w.pauses == wanted);
  CHECK(w.stage.supervisor().restarts() == 11);
  w.worker.work = nullptr;
  w.stage.do_work(now);
  w.worker.work = fail;
  w.stage.do_work(now + 59s);
  CHECK(w.pauses.back() == 30s);
  w.worker.work = nullptr;
  now = now + 59s + 30s;
  w.stage.do_work(now);
  w.worker.work = fail;
  w.stage.do_work(now + 60s);
  CHECK(w.pauses.back() == 100ms);
}

TEST_CASE("one that cannot even begin is tried again") {
  Watched w;
  w.worker.work = fail;
  w.stage.do_work(kStart);
  w.begin = [] { throw 7; };
  w.stage.do_work(kStart + 100ms);
  CHECK(w.told.back() == "venue x: an exception without a text");
  CHECK(w.pauses.back() == 200ms);
  CHECK(w.worker.rounds == 1);
  CHECK(w.stage.supervisor().restarts() == 0);
  w.begin = nullptr;
  w.worker.work = nullptr;
  CHECK(w.stage.do_work(kStart + 300ms) == 3);
  CHECK(w.stage.supervisor().restarts() == 1);
}

TEST_CASE("a clock that is set back does not keep a part down") {
  Watched w;
  w.worker.work = fail;
  w.stage.do_work(kStart);
  w.worker.work = nullptr;
  CHECK(w.stage.do_work(kStart - 1h) == 3);
}

TEST_CASE("a stage that is down has nothing to close") {
  Watched w;
  SECTION("up") {
    w.stage.do_work(kStart);
    w.stage.on_close();
    CHECK(w.worker.is_closed);
  }
  SECTION("down") {
    w.worker.work = fail;
    w.stage.do_work(kStart);
    w.stage.on_close();
    CHECK_FALSE(w.worker.is_closed);
  }
}

}  // namespace tribook::runtime
