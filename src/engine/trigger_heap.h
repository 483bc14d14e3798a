#pragma once

#include <cstdint>
#include <limits>
#include <memory>

namespace tribook::engine {

/// Sorted levels that a price may reach, as intrusive pairing heaps over one fixed array of nodes.
/// A node is named by its index (0 is none) and is in at most one heap. The heap's top is the level
/// that fires first: insert and removal of any node are O(log n) amortised, and a price that
/// reaches nothing costs one comparison, without a look at the nodes.
///
/// What comes to stand below the top is paired at once, as a counter carries: the top has few
/// children, and to remove it after a million changes costs no more than at any other time. Nodes
/// above the highest that was ever put in are not touched, and cost no memory.
class TriggerHeaps {
  static constexpr std::int64_t kEmpty = std::numeric_limits<std::int64_t>::max();

 public:
  /// Root of one heap; owned by whoever keeps the levels.
  struct Heap {
    std::int64_t key = kEmpty;  // the root's
    std::uint32_t root = 0;
  };

  explicit TriggerHeaps(std::uint32_t nodes)
      : nodes_(new Node[std::size_t{nodes} + 1]) {  // start-up
    nodes_[0] = {};
  }

  /// REQUIRES: the node is in no heap.
  void insert(Heap& heap, std::uint32_t node, std::int64_t key);
  /// No-op when the node is in no heap. REQUIRES: otherwise it is in this one.
  void remove(Heap& heap, std::uint32_t node);

  /// Begins to fetch the node, and its neighbours once it is there itself.
  void prefetch(std::uint32_t node) const { __builtin_prefetch(&nodes_[node]); }
  void prefetch_neighbours(std::uint32_t node) const {
    if (node > extent_) return;
    prefetch(nodes_[node].child);
    prefetch(nodes_[node].next);
    prefetch(nodes_[node].previous);
  }

  /// The node with the lowest key if that key <= limit, else 0.
  [[nodiscard]] std::uint32_t top_within(const Heap& heap, std::int64_t limit) const {
    return heap.key <= limit ? heap.root : 0;
  }
  [[nodiscard]] bool is_in_heap(std::uint32_t node) const {
    return node <= extent_ && nodes_[node].in_heap;
  }
  /// REQUIRES: is_in_heap.
  [[nodiscard]] std::int64_t key(std::uint32_t node) const { return nodes_[node].key; }

 private:
  struct Node {
    std::int64_t key;
    std::uint32_t child;
    std::uint32_t next;      // sibling
    std::uint32_t previous;  // sibling before, or the parent of the first child
    bool in_heap;
    std::uint8_t rank;  // how often it took another of its rank
  };
  void set_root(Heap& heap, std::uint32_t root);
  void carry(std::uint32_t parent);
  std::uint32_t meld(std::uint32_t a, std::uint32_t b);
  std::uint32_t merge_children(std::uint32_t first);

  std::unique_ptr<Node[]> nodes_;
  std::uint32_t extent_ = 0;  // no node above it was ever in a heap
};

}  // namespace tribook::engine
