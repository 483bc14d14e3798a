#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ring.h"
#include "runtime/stage_thread.h"

// Threads that hand work to each other and sleep when there is none. They may sleep for an hour, so a
// wake-up that gets lost stops the test, and the test says so.

namespace tribook::runtime {
namespace {

using Steady = std::chrono::steady_clock;

class SteadyClock final : public base::Clock {
 public:
  [[nodiscard]] TimeNs now() const override {
    const auto since = Steady::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
  }
};

ThreadOptions sleepy(std::string name) {
  ThreadOptions options;
  options.name = std::move(name);
  options.wait = WaitStrategy::Park;
  options.longest_park = std::chrono::hours{1};
  return options;
}

/// Until it holds, or so long that it never will.
template <typename Condition>
bool holds(Condition condition) {
  const auto deadline = Steady::now() + std::chrono::seconds{90};
  while (!condition()) {
    if (Steady::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

struct Item {
  std::uint64_t number = 0;
};

/// Passes on what it gets, each item one higher, until the last.
class Player final : public Stage {
 public:
  Player(Ring<Item>& in, Ring<Item>& out, std::uint64_t last) : in_(in), out_(out), last_(last) {}
  [[nodiscard]] std::string_view name() const override { return "player"; }
  std::size_t do_work(TimeNs) override {
    std::size_t work = 0;
    Item item;
    while (in_.try_pop(item)) {
      ++work;
      seen_.store(item.number, std::memory_order_relaxed);
      if (item.number < last_) TB_ASSERT(out_.try_push({item.number + 1}));
    }
    out_.notify();
    return work;
  }
  [[nodiscard]] std::uint64_t seen() const { return seen_.load(std::memory_order_relaxed); }

 private:
  Ring<Item>& in_;
  Ring<Item>& out_;
  std::uint64_t last_;
  std::atomic<std::uint64_t> seen_{0};
};

/// Pushes 1, 2, 3 ... as far as there is room.
class Source final : public Stage {
 public:
  Source(Ring<Item>& out, Ring<Item>& credits, std::uint64_t last)
      : out_(out), credits_(credits), last_(last) {}
  [[nodiscard]] std::string_view name() const override { return "source"; }
  std::size_t do_work(TimeNs) override {
    std::size_t work = 0;
    Item credit;
    while (credits_.try_pop(credit)) {
      ++work;
      ++received_;
    }
    while (sent_ < last_ && sent_ - received_ < out_.capacity() && out_.try_push({sent_ + 1})) {
      ++sent_;
      ++work;
    }
    out_.notify();
    return work;
  }

 private:
  Ring<Item>& out_;
  Ring<Item>& credits_;
  std::uint64_t last_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
};

/// Takes them in order and gives each back.
class Sink final : public Stage {
 public:
  Sink(Ring<Item>& in, Ring<Item>& credits) : in_(in), credits_(credits) {}
  [[nodiscard]] std::string_view name() const override { return "sink"; }
  std::size_t do_work(TimeNs) override {
    std::size_t work = 0;
    for (const Item* item = in_.peek(); item != nullptr; item = in_.peek()) {
      TB_ASSERT(item->number == taken_.load(std::memory_order_relaxed) + 1);
      in_.pop();
      TB_ASSERT(credits_.try_push({}));
      taken_.fetch_add(1, std::memory_order_relaxed);
      ++work;
    }
    credits_.notify();
    return work;
  }
  [[nodiscard]] std::uint64_t taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  Ring<Item>& in_;
  Ring<Item>& credits_;
  std::atomic<std::uint64_t> taken_{0};
};

/// Notes the order of calls.
class Diary final : public Stage {
 public:
  [[nodiscard]] std::string_view name() const override { return "diary"; }
  void on_start() override { entries.push_back('s'); }
  std::size_t do_work(TimeNs) override {
    if (rounds.fetch_add(1) == 0) entries.push_back('w');
    return 0;
  }
  void on_close() override { entries.push_back('c'); }
  std::string entries;
  std::atomic<std::uint64_t> rounds{0};
};

}  // namespace

TEST_CASE("Two threads hand a million items through tiny rings, asleep whenever there is nothing") {
  struct Size {
    std::size_t capacity;
    std::uint64_t items;
  };
  const auto [capacity, items] = GENERATE(values<Size>({{1, 100'000}, {4, 1'000'000}, {64, 1'000'000}}));
  CAPTURE(capacity);
  const SteadyClock clock;
  Ring<Item> there("there", capacity);
  Ring<Item> back("back", capacity);
  Source source(there, back, items);
  Sink sink(there, back);
  StageThread writer(sleepy("writer"), clock, {&source});
  StageThread reader(sleepy("reader"), clock, {&sink});
  there.set_reader(&reader.waker());
  back.set_reader(&writer.waker());
  writer.start();
  reader.start();
  CHECK(holds([&, last = items] { return sink.taken() == last; }));
  writer.stop();
  reader.stop();
  CHECK(sink.taken() == items);
}

// Each hand-over waits for the one before, and both threads go to sleep without a spin: nearly every
// one is a race between falling asleep and being woken.
TEST_CASE("Ping-pong of two sleepers loses no wake-up") {
  constexpr std::uint64_t kItems = 200'000;
  Ring<Item> ping("ping", 1);
  Ring<Item> pong("pong", 1);
  Parker left;
  Parker right;
  ping.set_reader(&right);
  pong.set_reader(&left);
  std::atomic<bool> is_over{false};
  const auto play = [&is_over](Parker& own, Player& player) {
    while (!is_over.load(std::memory_order_acquire)) {
      if (player.do_work({}) != 0) continue;
      own.prepare();
      if (is_over.load(std::memory_order_acquire) || player.do_work({}) != 0) own.cancel();
      else own.park(std::chrono::hours{1});
    }
  };
  Player one(pong, ping, kItems);
  Player other(ping, pong, kItems);
  REQUIRE(ping.try_push({1}));
  std::thread first([&] { play(left, one); });
  std::thread second([&] { play(right, other); });
  CHECK(holds([&] { return one.seen() == kItems || other.seen() == kItems; }));
  is_over.store(true, std::memory_order_release);
  left.wake();
  right.wake();
  first.join();
  second.join();
  CHECK(left.parks() + right.parks() > 0);  // it was no walk-over
}

TEST_CASE("Parker: a wake between the announcement and the sleep is kept") {
  Parker parker;
  parker.prepare();
  parker.wake();
  parker.park(std::chrono::hours{1});
  parker.prepare();
  parker.cancel();
  parker.wake();  // nobody to wake
  parker.prepare();
  parker.park(std::chrono::nanoseconds{1});  // nor to be woken by: it comes back by itself
  CHECK(parker.parks() == 2);
}

TEST_CASE("A thread that sleeps is woken by a push, and by being stopped") {
  const SteadyClock clock;
  Ring<Item> in("in", 4);
  Ring<Item> out("out", 4);
  Sink sink(in, out);
  StageThread thread(sleepy("sleeper"), clock, {&sink});
  in.set_reader(&thread.waker());
  thread.start();
  for (std::uint64_t i = 1; i <= 3; ++i) {
    REQUIRE(holds([&] { return thread.parks() >= i; }));
    REQUIRE(in.try_push({i}));
    in.notify();
    REQUIRE(holds([&] { return sink.taken() == i; }));
  }
  REQUIRE(holds([&] { return thread.parks() >= 4; }));
  thread.stop();
  CHECK(thread.busy_rounds() >= 3);
  CHECK(thread.rounds() > thread.busy_rounds());
}

TEST_CASE("Stages start before the first round and close after the last, whatever the wait") {
  const auto wait = GENERATE(WaitStrategy::Spin, WaitStrategy::Yield, WaitStrategy::Park);
  const SteadyClock clock;
  Diary diary;
  {
    ThreadOptions options = sleepy("a name of more than fifteen");
    options.wait = wait;
    StageThread thread(options, clock, {&diary});
    CHECK(diary.entries.empty());
    thread.start();
    REQUIRE(holds([&] { return diary.rounds.load() > 0; }));
    thread.stop();
    CHECK(diary.entries == "swc");
    thread.stop();
  }
  CHECK(diary.entries == "swc");
}

}  // namespace tribook::runtime
