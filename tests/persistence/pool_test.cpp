#include <catch2/catch.hpp>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "persistence/history_pool.h"

using namespace tribook;
using namespace tribook::persistence;

namespace {

/// Has nothing; knows on which thread it was made.
class EmptyReader final : public HistoryReader {
 public:
  [[nodiscard]] Sequence stored() override {
    if (std::this_thread::get_id() != thread_) throw std::logic_error("on another thread");
    return {7};
  }
  std::vector<views::OrderView> orders(AccountId, OrderId, std::size_t) override { return {}; }
  std::vector<views::TradeView> trades(AccountId, TradeId, std::size_t) override { return {}; }
  std::vector<views::LedgerView> ledger(AccountId, LedgerId, std::size_t) override { return {}; }
  std::vector<views::WithdrawalView> withdrawals(AccountId, WithdrawalId, std::size_t) override {
    return {};
  }
  std::vector<views::ClosedPositionView> closed_positions(AccountId, PositionId,
                                                          std::size_t) override {
    return {};
  }
  std::vector<views::AccountDayView> days(AccountId, views::DayId, std::size_t) override {
    return {};
  }

  std::vector<views::AlertView> alerts(AccountId, AlertId, std::size_t) override { return {}; }
  std::vector<CandleRow> candles(SymbolId, Timeframe, TimeNs, TimeNs, std::size_t) override {
    return {};
  }
  std::vector<TickRow> ticks(SymbolId, Sequence, TimeNs, TimeNs, std::size_t) override {
    return {};
  }

 private:
  std::thread::id thread_ = std::this_thread::get_id();
};

/// Counts answers, and waits for as many as there should be.
class Answers {
 public:
  HistoryPool::Done done() {
    return [this](bool ok) {
      const std::lock_guard lock(mutex_);
      (ok ? good_ : bad_) += 1;
      changed_.notify_all();
    };
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return good_ + bad_ >= count; });
  }
  std::size_t good() {
    const std::lock_guard lock(mutex_);
    return good_;
  }
  std::size_t bad() {
    const std::lock_guard lock(mutex_);
    return bad_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t good_ = 0;
  std::size_t bad_ = 0;
};

/// Holds a thread of the pool until it is opened.
class Gate {
 public:
  HistoryPool::Work work() {
    return [this](HistoryReader&) {
      std::unique_lock lock(mutex_);
      ++inside_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return is_open_; });
    };
  }
  void wait_inside(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inside_ = 0;
  bool is_open_ = false;
};

HistoryPoolOptions options_of(std::size_t threads, std::size_t queue) {
  HistoryPoolOptions options;
  options.threads = threads;
  options.queue = queue;
  options.make_reader = [] { return std::make_unique<EmptyReader>(); };
  return options;
}

}  // namespace

TEST_CASE("all work is done and answered, each on a thread with its own reader") {
  HistoryPoolOptions options = options_of(3, 10'000);
  std::atomic<int> readers{0};
  options.make_reader = [&] {
    ++readers;
    return std::make_unique<EmptyReader>();
  };
  Answers answers;
  HistoryPool pool(options);
  std::atomic<int> seen{0};
  for (int i = 0; i < 2'000; ++i) {
    REQUIRE(
        pool.run([&](HistoryReader& reader) { seen += static_cast<int>(reader.stored().value); },
                 answers.done()));
  }
  answers.wait_for(2'000);
  CHECK(seen == 7 * 2'000);
  CHECK(answers.good() == 2'000);
  CHECK(readers <= 3);
  CHECK(pool.refusals() == 0);
  CHECK(pool.failures() == 0);
  std::uint64_t measured = 0;
  for (std::size_t i = 0; i <= metrics::LatencyHistogram::kBoundsUs.size(); ++i) {
    measured += pool.durations().count(i);
  }
  CHECK(measured == 2'000);
}

TEST_CASE("when too many wait, more are refused") {
  Gate gate;
  Answers answers;
  HistoryPool pool(options_of(1, 3));
  REQUIRE(pool.run(gate.work(), answers.done()));
  gate.wait_inside(1);
  for (int i = 0; i < 3; ++i) REQUIRE(pool.run([](HistoryReader&) {}, answers.done()));
  CHECK(pool.waiting() == 3);
  CHECK_FALSE(pool.run([](HistoryReader&) {}, answers.done()));
  CHECK(pool.refusals() == 1);
  gate.open();
  answers.wait_for(4);
  CHECK(answers.good() == 4);
}

TEST_CASE("work that throws is answered so, logged once, and gets a new reader") {
  HistoryPoolOptions options = options_of(1, 100);
  std::atomic<int> readers{0};
  options.make_reader = [&]() -> std::unique_ptr<HistoryReader> {
    if (++readers == 2) throw std::runtime_error("no file");
    return std::make_unique<EmptyReader>();
  };
  std::vector<std::string> logged;  // by one thread
  options.log = [&](const std::string& what) { logged.push_back(what); };
  options.log_interval = std::chrono::hours{1};
  Answers answers;
  {
    HistoryPool pool(options);
    pool.run([](HistoryReader&) { throw std::runtime_error("broken"); }, answers.done());
    answers.wait_for(1);
    pool.run([](HistoryReader&) {}, answers.done());  // there is no reader
    answers.wait_for(2);
    CHECK(answers.bad() == 2);
    pool.run([](HistoryReader&) {}, answers.done());
    answers.wait_for(3);
    CHECK(answers.good() == 1);
    CHECK(pool.failures() == 2);
  }
  CHECK(readers == 3);
  CHECK(logged == std::vector<std::string>{"broken"});
}

TEST_CASE("an answer that throws costs nobody but whoever asked") {
  Answers answers;
  std::vector<std::string> logged;
  HistoryPoolOptions options = options_of(1, 100);
  options.log = [&](const std::string& what) { logged.push_back(what); };
  {
    HistoryPool pool(std::move(options));
    REQUIRE(pool.run([](HistoryReader&) {}, [](bool) { throw std::runtime_error("no way back"); }));
    REQUIRE(pool.run([](HistoryReader&) {}, answers.done()));
    answers.wait_for(1);
    CHECK(pool.failures() == 1);
  }
  CHECK(logged == std::vector<std::string>{"no way back"});
}

TEST_CASE("a pool that stops finishes what it does and answers what waits") {
  Gate gate;
  Answers answers;
  HistoryPool pool(options_of(2, 10'000'000));  // never full: it refuses when it has stopped
  for (int i = 0; i < 2; ++i) REQUIRE(pool.run(gate.work(), answers.done()));
  gate.wait_inside(2);
  std::atomic<bool> was_run{false};
  for (int i = 0; i < 50; ++i) {
    REQUIRE(pool.run([&](HistoryReader&) { was_run = true; }, answers.done()));
  }
  std::thread stopper([&] { pool.stop(); });
  while (pool.run([&](HistoryReader&) { was_run = true; }, [](bool) {})) std::this_thread::yield();
  gate.open();
  stopper.join();
  CHECK(answers.good() == 2);
  CHECK(answers.bad() == 50);
  CHECK_FALSE(was_run);
  pool.stop();
}
