#pragma once

#include <cstdint>
#include <vector>

namespace tribook::engine {

/// Sorted levels that a price may reach, as intrusive pairing heaps over one fixed array of nodes.
/// A node is named by its index (0 is none) and is in at most one heap. The heap's top is the level
/// that fires first: insert is O(1), removal of any node O(log n) amortised, and a price that
/// reaches nothing costs one comparison.
class TriggerHeaps {
 public:
  /// Root of one heap; owned by whoever keeps the levels.
  struct Heap {
    std::uint32_t root = 0;
  };

  explicit TriggerHeaps(std::uint32_t nodes) : nodes_(std::size_t{nodes} + 1) {}

  /// REQUIRES: the node is in no heap.
  void insert(Heap& heap, std::uint32_t node, std::int64_t key);
  /// No-op when the node is in no heap. REQUIRES: otherwise it is in this one.
  void remove(Heap& heap, std::uint32_t node);

  /// Begins to fetch the node, and its neighbours once it is there itself.
  void prefetch(std::uint32_t node) const { __builtin_prefetch(&nodes_[node]); }
  void prefetch_neighbours(std::uint32_t node) const {
    prefetch(nodes_[node].child);
    prefetch(nodes_[node].next);
    prefetch(nodes_[node].previous);
  }

  /// The node with the lowest key if that key <= limit, else 0.
  [[nodiscard]] std::uint32_t top_within(const Heap& heap, std::int64_t limit) const {
    return heap.root != 0 && nodes_[heap.root].key <= limit ? heap.root : 0;
  }
  [[nodiscard]] bool is_in_heap(std::uint32_t node) const { return nodes_[node].in_heap; }
  /// REQUIRES: is_in_heap.
  [[nodiscard]] std::int64_t key(std::uint32_t node) const { return nodes_[node].key; }

 private:
  struct Node {
    std::int64_t key = 0;
    std::uint32_t child = 0;
    std::uint32_t next = 0;      // sibling
    std::uint32_t previous = 0;  // sibling before, or the parent of the first child
    bool in_heap = false;
  };
  std::uint32_t meld(std::uint32_t a, std::uint32_t b);
  std::uint32_t merge_children(std::uint32_t first);

  std::vector<Node> nodes_;
};

}  // namespace tribook::engine
