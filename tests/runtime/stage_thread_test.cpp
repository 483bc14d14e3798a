#include <catch2/catch.hpp>

#include <immintrin.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/ring.h"
#include "runtime/stage_thread.h"
#include "support/random.h"

// Threads that hand work to each other and sleep when there is none. They may sleep for an hour, so
// a wake-up that gets lost stops the test, and the test says so.

namespace tribook::runtime {
namespace {

using test::Random;
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
  for (int looks = 1; !condition(); ++looks) {
    if (looks % 1'000 != 0) {
      _mm_pause();
      continue;
    }
    if (Steady::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

struct Item {
  std::uint64_t number = 0;
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

/// The same, but looks at nothing else than whether there is room.
class Pourer final : public Stage {
 public:
  Pourer(Ring<Item>& out, std::uint64_t last) : out_(out), last_(last) {}
  [[nodiscard]] std::string_view name() const override { return "pourer"; }
  std::size_t do_work(TimeNs) override {
    std::size_t work = 0;
    while (sent_ < last_ && out_.try_push({sent_ + 1})) {
      ++sent_;
      ++work;
    }
    out_.notify();
    return work;
  }

 private:
  Ring<Item>& out_;
  std::uint64_t last_;
  std::uint64_t sent_ = 0;
};

/// Waits for what comes soon and never does.
class Hopeful final : public Stage {
 public:
  [[nodiscard]] std::string_view name() const override { return "hopeful"; }
  std::size_t do_work(TimeNs) override { return 0; }
  [[nodiscard]] bool is_work_near() const override { return true; }
};

/// Goes on by a step at each look.
class StridingClock final : public base::Clock {
 public:
  explicit StridingClock(std::chrono::nanoseconds step) : step_ns_(step.count()) {}
  [[nodiscard]] TimeNs now() const override {
    const std::int64_t step = step_ns_.load(std::memory_order_relaxed);
    return {now_ns_.fetch_add(step, std::memory_order_relaxed) + step};
  }
  void stride(std::chrono::nanoseconds step) { step_ns_.store(step.count()); }
  void add(std::chrono::nanoseconds time) { now_ns_.fetch_add(time.count()); }

 private:
  std::atomic<std::int64_t> step_ns_;
  mutable std::atomic<std::int64_t> now_ns_{1};
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
  const auto [capacity, items] =
      GENERATE(values<Size>({{1, 100'000}, {4, 1'000'000}, {64, 1'000'000}}));
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

TEST_CASE("A writer asleep before a full ring is woken when there is room") {
  const std::size_t capacity = GENERATE(values<std::size_t>({1, 4, 64}));
  CAPTURE(capacity);
  const std::uint64_t items = 2'000 * capacity;
  const SteadyClock clock;
  Ring<Item> ring("ring", capacity);
  Pourer pourer(ring, items);
  ThreadOptions options = sleepy("writer");
  options.rounds_before_park = 0;
  StageThread writer(options, clock, {&pourer});
  ring.set_writer(&writer.waker());
  writer.start();
  std::uint64_t taken = 0;
  bool is_lost = false;
  Random random(2'003);
  INFO(random.reproduce());
  while (taken < items && !is_lost) {
    is_lost = !holds([&] { return ring.peek() != nullptr; });
    // As many as there are, or some of them: its last look comes before, between or after.
    const std::uint64_t most = taken + 1 + random.below(capacity);
    for (Item item; taken < most && ring.try_pop(item);) TB_ASSERT(item.number == ++taken);
    ring.notify_room();
    for (std::uint64_t pauses = random.below(60); pauses > 0; --pauses) _mm_pause();
  }
  CHECK_FALSE(is_lost);
  CHECK(taken == items);
  CHECK(writer.parks() > 0);
  writer.stop();
}

TEST_CASE("A writer that waits for nothing is not woken by room") {
  struct Counting final : Waker {
    void wake() override { ++wakes; }
    int wakes = 0;
  };
  Counting writer;
  Ring<Item> ring("ring", 2);
  ring.set_writer(&writer);
  Item item;
  for (std::uint64_t i = 1; i <= 10; ++i) {
    REQUIRE(ring.try_push({i}));
    REQUIRE(ring.try_pop(item));
    ring.notify_room();
  }
  CHECK(writer.wakes == 0);
  REQUIRE(ring.try_push({1}));
  REQUIRE(ring.try_push({2}));
  CHECK_FALSE(ring.try_push({3}));
  ring.notify_room();  // there is none
  CHECK(writer.wakes == 0);
  REQUIRE(ring.try_pop(item));
  ring.notify_room();
  ring.notify_room();
  CHECK(writer.wakes == 1);
  REQUIRE(ring.try_pop(item));
  ring.notify_room();
  CHECK(writer.wakes == 1);
}

// Whoever yields where others want the core gets it back when each of them has had his turn; who
// sleeps is let in when he is woken.
TEST_CASE("A thread that gets its core back late sleeps instead of yielding, for a while") {
  StridingClock clock(std::chrono::nanoseconds{0});
  Hopeful hopeful;
  ThreadOptions options = sleepy("hopeful");
  options.rounds_before_park = 10;
  options.rounds_while_near = 400;
  SECTION("alone on its core it yields first") {
    StageThread thread(options, clock, {&hopeful});
    thread.start();
    REQUIRE(holds([&] { return thread.parks() >= 1; }));
    CHECK(thread.rounds() > 400);
    thread.stop();
  }
  SECTION("on one that others want it yields once") {
    clock.stride(std::chrono::milliseconds{3});
    StageThread thread(options, clock, {&hopeful});
    thread.start();
    REQUIRE(holds([&] { return thread.parks() >= 1; }));
    CHECK(thread.rounds() < 20);
    thread.stop();
  }
  SECTION("and tries again later") {
    Ring<Item> in("in", 4);
    Ring<Item> out("out", 4);
    Sink sink(in, out);
    clock.stride(std::chrono::milliseconds{3});
    StageThread thread(options, clock, {&hopeful, &sink});
    in.set_reader(&thread.waker());
    thread.start();
    REQUIRE(holds([&] { return thread.parks() >= 1; }));
    clock.stride(std::chrono::nanoseconds{0});
    const auto rounds_of_next = [&](std::uint64_t number) {
      const std::uint64_t before = thread.rounds();
      const std::uint64_t parks = thread.parks();
      REQUIRE(in.try_push({number}));
      in.notify();
      REQUIRE(holds([&] { return thread.parks() > parks; }));
      return thread.rounds() - before;
    };
    CHECK(rounds_of_next(1) < 20);
    clock.add(std::chrono::seconds{1});
    CHECK(rounds_of_next(2) > 400);
    thread.stop();
  }
}

// The reader falls asleep after each item, and the next one comes at any moment of that: on either
// side of its last look, of its announcement and of the sleep itself.
TEST_CASE("A push at any moment of falling asleep is seen") {
  constexpr std::uint64_t kItems = 300'000;
  Random random(2'001);
  INFO(random.reproduce());
  const SteadyClock clock;
  Ring<Item> in("in", 4);
  Ring<Item> out("out", kItems);
  Sink sink(in, out);
  ThreadOptions options = sleepy("reader");
  options.rounds_before_park = 0;
  StageThread reader(options, clock, {&sink});
  in.set_reader(&reader.waker());
  reader.start();
  bool is_lost = false;
  for (std::uint64_t next = 1; next <= kItems && !is_lost; ++next) {
    REQUIRE(in.try_push({next}));
    in.notify();
    is_lost = !holds([&] { return sink.taken() == next; });
    for (std::uint64_t pauses = random.below(60); pauses > 0; --pauses) _mm_pause();
  }
  CHECK_FALSE(is_lost);
  CHECK(reader.parks() > 100);
  reader.stop();
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
