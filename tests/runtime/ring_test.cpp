#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "runtime/ring.h"

namespace tribook::runtime {
namespace {

struct Item {
  std::uint64_t number = 0;
  std::uint64_t place = 0;
};

class CountingWaker final : public Waker {
 public:
  void wake() override { ++wakes; }
  int wakes = 0;
};

TEST_CASE("Ring: takes exactly its capacity, refuses and counts what is beyond") {
  const std::size_t capacity = GENERATE(1U, 2U, 3U, 63U, 64U, 511U, 512U, 513U, 1'000U, 16'384U);
  CAPTURE(capacity);
  Ring<Item> ring("a_to_b", capacity);
  CHECK(ring.has_room(capacity));
  CHECK_FALSE(ring.has_room(capacity + 1));
  std::uint64_t pushed = 0;
  while (ring.try_push({pushed, 0})) ++pushed;
  CHECK(pushed == capacity);
  CHECK_FALSE(ring.has_room());
  CHECK_FALSE(ring.try_push({}));
  const RingFigures figures = ring.figures();
  CHECK(figures.name == "a_to_b");
  CHECK(figures.capacity == capacity);
  CHECK(figures.depth == capacity);
  CHECK(figures.refused == 2);

  Item item;
  REQUIRE(ring.try_pop(item));
  CHECK(item.number == 0);
  CHECK(ring.has_room());
  CHECK_FALSE(ring.has_room(2));
  CHECK(ring.try_push({pushed, 0}));
  CHECK_FALSE(ring.has_room());
  CHECK(ring.figures().refused == 2);
}

TEST_CASE("Ring: first in, first out, over many laps, at every filling") {
  const std::size_t capacity = GENERATE(1U, 2U, 7U, 64U, 600U);
  CAPTURE(capacity);
  Ring<Item> ring("ring", capacity);
  std::uint64_t pushed = 0;
  std::uint64_t popped = 0;
  for (std::size_t lap = 0; lap < 5 * capacity + 100; ++lap) {
    const std::size_t most = lap % capacity + 1;
    while (ring.depth() < most) REQUIRE(ring.try_push({pushed++, 0}));
    const std::size_t least = lap % most;
    while (ring.depth() > least) {
      Item item;
      REQUIRE(ring.try_pop(item));
      REQUIRE(item.number == popped++);
    }
  }
  REQUIRE(pushed - popped == ring.depth());
}

TEST_CASE("Ring: peek leaves the item where it is, pop takes it away") {
  Ring<Item> ring("ring", 4);
  CHECK(ring.peek() == nullptr);
  REQUIRE(ring.try_push({1, 0}));
  REQUIRE(ring.try_push({2, 0}));
  REQUIRE(ring.peek() != nullptr);
  CHECK(ring.peek()->number == 1);
  CHECK(ring.depth() == 2);
  ring.pop();
  CHECK(ring.peek()->number == 2);
  ring.pop();
  CHECK(ring.peek() == nullptr);
  Item item;
  CHECK_FALSE(ring.try_pop(item));
}

TEST_CASE("Ring: what stands behind the oldest can be looked at") {
  Ring<Item> ring("ring", 4);
  for (std::uint64_t lap = 0; lap < 8; ++lap) {
    CHECK(ring.peek_behind(0) == nullptr);
    for (std::uint64_t i = 0; i < 3; ++i) REQUIRE(ring.try_push({lap * 3 + i, 0}));
    for (std::uint64_t i = 0; i < 3; ++i) {
      REQUIRE(ring.peek_behind(i) != nullptr);
      CHECK(ring.peek_behind(i)->number == lap * 3 + i);
    }
    CHECK(ring.peek_behind(3) == nullptr);
    CHECK(ring.depth() == 3);
    Item item;
    while (ring.try_pop(item)) continue;
  }
}

TEST_CASE("Ring: notify wakes the reader once for a batch, and not for nothing") {
  Ring<Item> ring("ring", 2);
  CountingWaker reader;
  ring.notify();  // without a reader nobody is woken
  ring.set_reader(&reader);
  ring.notify();
  CHECK(reader.wakes == 0);
  REQUIRE(ring.try_push({}));
  REQUIRE(ring.try_push({}));
  CHECK_FALSE(ring.try_push({}));
  ring.notify();
  CHECK(reader.wakes == 1);
  ring.notify();
  CHECK(reader.wakes == 1);
}

// What lies beside the ring is written before an item is pushed and read after it is popped, as
// texts in the slab are; the sanitizer finds it when a ring does not order that. Places come back
// by a second ring. No atomics here but the rings' own.
TEST_CASE(
    "Ring: orders what its writer did before a push with what its reader does after the pop") {
  constexpr std::uint64_t kItems = 1'000'000;
  constexpr std::size_t kPlaces = 7;
  Ring<Item> there("there", kPlaces);
  Ring<Item> back("back", kPlaces);
  std::array<std::uint64_t, kPlaces> beside{};
  std::uint64_t wrong = 0;

  std::thread reader([&] {
    for (std::uint64_t next = 0; next < kItems;) {
      Item item;
      if (next % 2 == 0 ? there.try_pop(item) : there.peek() != nullptr) {
        if (next % 2 == 1) {
          item = *there.peek();
          there.pop();
        }
        if (item.number != next || beside[item.place] != next * 3) ++wrong;
        beside[item.place] = 0;
        ++next;
        while (!back.try_push(item)) std::this_thread::yield();
      } else {
        std::this_thread::yield();
      }
    }
  });
  std::vector<std::uint64_t> free_places;
  for (std::uint64_t i = 0; i < kPlaces; ++i) free_places.push_back(i);
  for (std::uint64_t next = 0; next < kItems;) {
    Item item;
    while (back.try_pop(item)) free_places.push_back(item.place);
    if (free_places.empty()) {
      std::this_thread::yield();
      continue;
    }
    const std::uint64_t place = free_places.back();
    free_places.pop_back();
    if (beside[place] != 0) ++wrong;
    beside[place] = next * 3;
    while (!there.try_push({next, place})) std::this_thread::yield();
    ++next;
  }
  reader.join();
  CHECK(wrong == 0);
}

TEST_CASE("Ring: its depth never passes its bounds, whoever looks") {
  constexpr std::uint64_t kItems = 50'000;
  constexpr std::size_t kCapacity = 5;
  Ring<Item> ring("ring", kCapacity);
  std::atomic<bool> is_done{false};
  std::uint64_t beyond = 0;
  std::thread watcher([&] {
    while (!is_done.load()) {
      // Between its two looks items may come and go: the sum of both is bounded, a wrap is not.
      if (ring.depth() > kItems) ++beyond;
      std::this_thread::yield();
    }
  });
  std::thread reader([&] {
    Item item;
    for (std::uint64_t next = 0; next < kItems;) {
      if (ring.try_pop(item))
        ++next;
      else
        std::this_thread::yield();
    }
  });
  std::uint64_t refused = 0;
  for (std::uint64_t next = 0; next < kItems;) {
    if (ring.try_push({next, 0})) {
      ++next;
    } else {
      ++refused;
      std::this_thread::yield();
    }
  }
  reader.join();
  is_done.store(true);
  watcher.join();
  CHECK(beyond == 0);
  CHECK(ring.depth() == 0);
  CHECK(ring.figures().refused == refused);
}

}  // namespace
}  // namespace tribook::runtime
