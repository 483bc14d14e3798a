#include <pthread.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

#include <readerwriterqueue/readerwriterqueue.h>

#include "runtime/ring.h"

// The rings between the stages against moodycamel's ReaderWriterQueue: items of 128 bytes from one
// core to another, as many as go through, and one at a time there and back.

namespace tribook::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPlaces = 16'384;
constexpr std::uint64_t kHops = 20'000'000;
constexpr std::uint64_t kTrips = 2'000'000;
constexpr int kRuns = 5;

struct alignas(16) Item {
  std::uint64_t words[16] = {};
};

class Ours {
 public:
  bool push(const Item& item) { return ring_.try_push(item); }
  bool pop(Item& item) { return ring_.try_pop(item); }

 private:
  runtime::Ring<Item> ring_{"ring", kPlaces};
};

class Theirs {
 public:
  bool push(const Item& item) { return queue_.try_enqueue(item); }
  bool pop(Item& item) { return queue_.try_dequeue(item); }

 private:
  moodycamel::ReaderWriterQueue<Item> queue_{kPlaces};
};

void pin(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Millions of items a second through one ring.
template <typename Ring>
double throughput() {
  const auto ring = std::make_unique<Ring>();
  std::uint64_t sum = 0;
  std::thread reader([&] {
    pin(1);
    Item item;
    for (std::uint64_t i = 0; i < kHops; ++i) {
      while (!ring->pop(item)) {
      }
      sum += item.words[0] + item.words[15];
    }
  });
  pin(0);
  const auto begin = Clock::now();
  Item item;
  for (std::uint64_t i = 0; i < kHops; ++i) {
    item.words[0] = item.words[15] = i;
    while (!ring->push(item)) {
    }
  }
  reader.join();
  const double seconds = seconds_since(begin);
  if (sum != kHops * (kHops - 1)) std::abort();
  return static_cast<double>(kHops) / seconds / 1e6;
}

/// Nanoseconds there and back.
template <typename Ring>
double round_trip() {
  const auto there = std::make_unique<Ring>();
  const auto back = std::make_unique<Ring>();
  std::thread echo([&] {
    pin(1);
    Item item;
    for (std::uint64_t i = 0; i < kTrips; ++i) {
      while (!there->pop(item)) {
      }
      while (!back->push(item)) {
      }
    }
  });
  pin(0);
  const auto begin = Clock::now();
  Item item;
  for (std::uint64_t i = 0; i < kTrips; ++i) {
    while (!there->push(item)) {
    }
    while (!back->pop(item)) {
    }
  }
  const double seconds = seconds_since(begin);
  echo.join();
  return seconds * 1e9 / static_cast<double>(kTrips);
}

template <typename Ring>
void run(const char* name, bool json) {
  for (int i = 0; i < kRuns; ++i) {
    const double items = throughput<Ring>();
    const double trip = round_trip<Ring>();
    if (json) {
      std::printf("{\"bench\":\"ring\",\"ring\":\"%s\",\"mitems_s\":%.1f,\"round_trip_ns\":%.0f}\n",
                  name, items, trip);
    } else {
      std::printf("%-22s %14.1f %14.0f\n", name, items, trip);
    }
  }
}

}  // namespace
}  // namespace tribook::bench

int main(int argc, char** argv) {
  using namespace tribook::bench;
  const bool json = argc > 1 && std::strcmp(argv[1], "--json") == 0;
  if (!json) std::printf("%-22s %14s %14s\n", "ring", "M items/s", "round trip ns");
  run<Ours>("tribook", json);
  run<Theirs>("ReaderWriterQueue", json);
  return 0;
}
