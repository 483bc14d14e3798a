#include <map>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/trigger_heap.h"
#include "support/random.h"

namespace tribook::engine {
namespace {

// Heaps and, beside each, a sorted multimap that must agree.
class Both {
 public:
  Both(std::uint32_t nodes, std::size_t heaps)
      : real_(nodes), heaps_(heaps), model_(heaps), where_(nodes + 1) {}

  void insert(std::size_t heap, std::uint32_t node, std::int64_t key) {
    real_.insert(heaps_[heap], node, key);
    where_[node] = {heap, key, true};
    model_[heap].emplace(key, node);
  }
  void remove(std::uint32_t node) {
    Place& place = where_[node];
    real_.remove(heaps_[place.heap], node);
    if (place.is_in) erase(place.heap, place.key, node);
    place.is_in = false;
  }
  // Takes all nodes with keys up to the limit, as a quote does.
  void fire(std::size_t heap, std::int64_t limit) {
    std::int64_t last = INT64_MIN;
    while (const std::uint32_t node = real_.top_within(heaps_[heap], limit)) {
      REQUIRE(where_[node].is_in);
      REQUIRE(where_[node].heap == heap);
      const std::int64_t key = where_[node].key;
      REQUIRE(key == model_[heap].begin()->first);
      REQUIRE(key >= last);
      last = key;
      remove(node);
    }
    REQUIRE((model_[heap].empty() || model_[heap].begin()->first > limit));
  }
  [[nodiscard]] bool is_in(std::uint32_t node) const { return where_[node].is_in; }
  void check(std::uint32_t node) const { REQUIRE(real_.is_in_heap(node) == where_[node].is_in); }
  void check_top(std::size_t heap) const {
    const std::uint32_t top = real_.top_within(heaps_[heap], INT64_MAX);
    REQUIRE((top == 0) == model_[heap].empty());
    if (top != 0) REQUIRE(where_[top].key == model_[heap].begin()->first);
  }

 private:
  struct Place {
    std::size_t heap = 0;
    std::int64_t key = 0;
    bool is_in = false;
  };
  void erase(std::size_t heap, std::int64_t key, std::uint32_t node) {
    auto [first, last] = model_[heap].equal_range(key);
    while (first != last && first->second != node) ++first;
    REQUIRE(first != last);
    model_[heap].erase(first);
  }

  TriggerHeaps real_;
  std::vector<TriggerHeaps::Heap> heaps_;
  std::vector<std::multimap<std::int64_t, std::uint32_t>> model_;
  std::vector<Place> where_;
};

TEST_CASE("TriggerHeaps: agree with sorted multimaps over random inserts, removals and firing") {
  const bool few_keys = GENERATE(false, true);
  test::Random random(few_keys ? 77 : 78);
  INFO(random.reproduce());
  constexpr std::uint32_t kNodes = 400;
  constexpr std::size_t kHeaps = 3;
  Both both(kNodes, kHeaps);
  for (int step = 0; step < 60'000; ++step) {
    const auto heap = static_cast<std::size_t>(random.below(kHeaps));
    const auto node = static_cast<std::uint32_t>(random.below(kNodes) + 1);
    const std::int64_t key =
        few_keys ? random.between(-5, 5) : random.between(-1'000'000, 1'000'000);
    if (random.one_in(200)) {
      both.fire(heap, key);
    } else if (both.is_in(node) || random.one_in(8)) {
      both.remove(node);  // also of a node in no heap
    } else {
      both.insert(heap, node, key);
    }
    both.check(node);
    both.check_top(heap);
  }
  for (std::size_t heap = 0; heap < kHeaps; ++heap) both.fire(heap, INT64_MAX);
}

TEST_CASE("TriggerHeaps: an empty heap has no top, a key equal to the limit fires") {
  TriggerHeaps heaps(2);
  TriggerHeaps::Heap heap;
  CHECK(heaps.top_within(heap, INT64_MAX) == 0);
  heaps.insert(heap, 2, 10);
  CHECK(heaps.top_within(heap, 9) == 0);
  CHECK(heaps.top_within(heap, 10) == 2);
  heaps.insert(heap, 1, INT64_MIN);
  CHECK(heaps.top_within(heap, INT64_MIN) == 1);
  heaps.remove(heap, 1);
  heaps.remove(heap, 1);
  heaps.remove(heap, 2);
  CHECK(heaps.top_within(heap, INT64_MAX) == 0);
}

TEST_CASE("TriggerHeaps: of equal keys the lower node fires first, however they came") {
  for (const bool rising : {true, false}) {
    TriggerHeaps heaps(50);
    TriggerHeaps::Heap heap;
    for (std::uint32_t i = 1; i <= 50; ++i) heaps.insert(heap, rising ? i : 51 - i, 7);
    for (std::uint32_t i = 1; i <= 50; ++i) {
      const std::uint32_t top = heaps.top_within(heap, 7);
      REQUIRE(top == i);
      heaps.remove(heap, top);
    }
  }
}

TEST_CASE("TriggerHeaps: long sorted runs go in and out") {
  constexpr std::uint32_t kNodes = 20'000;
  TriggerHeaps heaps(kNodes);
  TriggerHeaps::Heap heap;
  for (std::uint32_t i = 1; i <= kNodes; ++i) heaps.insert(heap, i, static_cast<std::int64_t>(i));
  for (std::uint32_t i = 2; i <= kNodes; i += 2) heaps.remove(heap, i);
  for (std::uint32_t i = 1; i <= kNodes; i += 2) {
    REQUIRE(heaps.top_within(heap, INT64_MAX) == i);
    heaps.remove(heap, i);
  }
  CHECK(heap.root == 0);
}

}  // namespace
}  // namespace tribook::engine
