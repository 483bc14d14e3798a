#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

#include "tribook/base/assert.h"
#include "tribook/engine/book_pool.h"
#include "tribook/engine/book_ticks.h"

namespace tribook::engine {

/// Levels by price, whatever their prices: a binary tree that branches at the bits in which the
/// keys differ. No path is longer than 64 steps, nothing is ever rebalanced, and its shape depends
/// on the keys alone. A tree knows levels by index; their keys are read from `levels[index].key`.
class BookFarLevels {
 public:
  BookFarLevels(std::uint32_t capacity, std::pmr::memory_resource* memory)
      : nodes_(capacity, memory) {}

  [[nodiscard]] bool is_empty() const { return root_ == 0; }

  /// 0 when no level has the key.
  template <typename Levels>
  [[nodiscard]] std::uint32_t find(PriceKey key, const Levels& levels) const {
    if (root_ == 0) return 0;
    const std::uint32_t index = likest(key);
    return levels[index].key == key ? index : 0;
  }

  /// REQUIRES: levels[index].key is not in the tree.
  template <typename Levels>
  void insert(std::uint32_t index, const Levels& levels) {
    if (root_ == 0) {
      root_ = index | kLeaf;
      return;
    }
    const PriceKey key = levels[index].key;
    const int bit = highest_bit(key ^ levels[likest(key)].key);
    std::uint32_t* place = &root_;
    while (branches_above(*place, bit)) place = &child(*place, key);
    const std::uint32_t made = nodes_.take();
    const std::size_t side = side_of(key, bit);
    nodes_[made].bit = bit;
    nodes_[made].children[side] = index | kLeaf;
    nodes_[made].children[1 - side] = *place;
    *place = made;
  }

  /// REQUIRES: the level is in the tree.
  void erase(std::uint32_t index, PriceKey key) {
    std::uint32_t* parent = nullptr;
    std::uint32_t* place = &root_;
    while (!is_leaf(*place)) {
      parent = place;
      place = &child(*place, key);
    }
    TB_ASSERT(*place == (index | kLeaf));
    if (parent == nullptr) {
      root_ = 0;
      return;
    }
    const std::uint32_t gone = *parent;
    *parent = nodes_[gone].children[1 - side_of(key, nodes_[gone].bit)];
    nodes_.give_back(gone);
  }

  /// The next key that is larger (kAboveAll: none).
  template <typename Levels>
  [[nodiscard]] PriceKey above(PriceKey key, const Levels& levels) const {
    const std::uint32_t index = neighbour(key, 1, levels);
    return index == 0 ? kAboveAll : levels[index].key;
  }
  /// The next key that is smaller (kBelowAll: none).
  template <typename Levels>
  [[nodiscard]] PriceKey below(PriceKey key, const Levels& levels) const {
    const std::uint32_t index = neighbour(key, 0, levels);
    return index == 0 ? kBelowAll : levels[index].key;
  }

 private:
  static constexpr std::uint32_t kLeaf = std::uint32_t{1} << 31U;
  struct Node {
    std::array<std::uint32_t, 2> children{};  // a node, or a level's index with kLeaf
    int bit = 0;  // in which the two sides differ; falls on the way down

    std::uint32_t& next_free() { return children[0]; }
  };

  static bool is_leaf(std::uint32_t place) { return (place & kLeaf) != 0; }
  static int highest_bit(PriceKey key) { return 63 - std::countl_zero(key); }
  static std::size_t side_of(PriceKey key, int bit) {
    return static_cast<std::size_t>(key >> bit & 1U);
  }
  [[nodiscard]] bool branches_above(std::uint32_t place, int bit) const {
    return !is_leaf(place) && nodes_[place].bit > bit;
  }
  [[nodiscard]] std::uint32_t& child(std::uint32_t place, PriceKey key) {
    return nodes_[place].children[side_of(key, nodes_[place].bit)];
  }

  // The level whose key agrees with this one in all bits at which the tree branches on its way.
  [[nodiscard]] std::uint32_t likest(PriceKey key) const {
    std::uint32_t place = root_;
    while (!is_leaf(place)) place = nodes_[place].children[side_of(key, nodes_[place].bit)];
    return place & ~kLeaf;
  }

  // Towards side 1 the next larger one, towards side 0 the next smaller one. On the way down to
  // where the key is or would be, the last turn away from that side has it on its other branch.
  template <typename Levels>
  [[nodiscard]] std::uint32_t neighbour(PriceKey key, std::size_t side,
                                        const Levels& levels) const {
    if (root_ == 0) return 0;
    const PriceKey difference = key ^ levels[likest(key)].key;
    const int bit = difference == 0 ? -1 : highest_bit(difference);
    std::uint32_t candidates = 0;
    std::uint32_t place = root_;
    while (branches_above(place, bit)) {
      const std::size_t turn = side_of(key, nodes_[place].bit);
      if (turn != side) candidates = nodes_[place].children[side];
      place = nodes_[place].children[turn];
    }
    if (bit >= 0 && side_of(key, bit) != side) candidates = place;
    if (candidates == 0) return 0;
    while (!is_leaf(candidates)) candidates = nodes_[candidates].children[1 - side];
    return candidates & ~kLeaf;
  }

  BookPool<Node> nodes_;  // one fewer than levels are in the tree
  std::uint32_t root_ = 0;
};

}  // namespace tribook::engine
