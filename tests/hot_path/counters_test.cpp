#include <catch2/catch.hpp>

#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "hot_path/call_counter.h"
#include "hot_path/heap_counter.h"
#include "runtime/parker.h"

// The counters themselves: a test that counts none must be able to count some.

namespace tribook::test {
namespace {

struct Counted {
  bool is_watched = false;
  HeapCalls heap;
  SystemCalls system;
};

/// What `section` does on a thread of its own.
template <typename Section>
Counted count(Section section) {
  Counted counted;
  std::thread thread([&] {
    counted.is_watched = watch_system_calls_of_this_thread();
    start_counting_heap();
    start_counting_system_calls();
    section();
    counted.system = stop_counting_system_calls();
    counted.heap = stop_counting_heap();
  });
  thread.join();
  INFO("seccomp filters are needed");
  REQUIRE(counted.is_watched);
  return counted;
}

// What the compiler cannot see through.
void use(const void* memory) { __asm__ volatile("" : : "g"(memory) : "memory"); }

}  // namespace

TEST_CASE("Counters: a section that does nothing is counted as nothing") {
  std::vector<int> numbers(1'000, 1);
  const Counted counted = count([&] {
    for (int& number : numbers) number *= 3;
    use(numbers.data());
  });
  CHECK(counted.heap.allocations == 0);
  CHECK(counted.heap.frees == 0);
  CHECK(counted.system.count == 0);
}

TEST_CASE("Counters: every way to the heap is seen") {
  const Counted counted = count([] {
    struct alignas(128) Wide {
      char bytes[128];
    };
    use(std::make_unique<int>(1).get());
    use(std::make_unique<Wide>().get());
    use(std::string(100, 'x').data());
    void* memory = malloc(10);
    use(memory);
    memory = realloc(memory, 20);
    use(memory);
    free(memory);
    memory = calloc(3, 3);
    use(memory);
    free(memory);
    use(posix_memalign(&memory, 64, 64) == 0 ? memory : nullptr);
    free(memory);
  });
  CHECK(counted.heap.allocations == 7);
  CHECK(counted.heap.frees == 6);
}

TEST_CASE("Counters: system calls are seen by number, and still do what they should") {
  long pid = 0;
  long none = 0;
  const Counted counted = count([&] {
    pid = syscall(SYS_getpid);
    std::this_thread::yield();
    none = syscall(SYS_close, -1);
  });
  CHECK(pid == getpid());
  CHECK(none == -1);
  CAPTURE(counted.system.text());
  REQUIRE(counted.system.count == 3);
  CHECK(counted.system.numbers[0] == SYS_getpid);
  CHECK(counted.system.numbers[1] == SYS_sched_yield);
  CHECK(counted.system.numbers[2] == SYS_close);
}

TEST_CASE("Counters: reading a clock is no system call") {
  const Counted counted = count([] {
    const auto steady = std::chrono::steady_clock::now();
    const auto system = std::chrono::system_clock::now();
    use(&steady);
    use(&system);
  });
  CAPTURE(counted.system.text());
  CHECK(counted.system.count == 0);
}

TEST_CASE("Counters: waking a reader that sleeps is one futex call, one that is awake none") {
  runtime::Parker parker;
  const Counted awake = count([&] { parker.wake(); });
  CHECK(awake.system.count == 0);

  std::thread sleeper([&] {
    parker.prepare();
    parker.park(std::chrono::hours{1});
  });
  while (parker.parks() == 0) std::this_thread::yield();
  const Counted asleep = count([&] { parker.wake(); });
  sleeper.join();
  CAPTURE(asleep.system.text());
  REQUIRE(asleep.system.count == 1);
  CHECK(asleep.system.numbers[0] == SYS_futex);
}

}  // namespace tribook::test
