#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "tribook/base/assert.h"
#include "tribook/base/pool.h"

namespace tribook::base {

/// Objects of a fixed number in sets that are sorted by a key; which objects a set has may change,
/// how many there are in all sets together may not. Treaps whose ranks follow from the objects'
/// places: what is done costs O(log n) on average, whatever the keys are. Allocates at construction
/// only. An object is named by its index, 0 is none.
template <typename T>
class SortedPool {
 public:
  /// One set; owned by whoever keeps the objects.
  struct Set {
    std::uint32_t root = 0;
  };

  explicit SortedPool(std::uint32_t capacity)
      : items_(capacity), nodes_(std::size_t{capacity} + 1) {}

  /// The object with that key, or 0.
  [[nodiscard]] std::uint32_t find(const Set& set, std::int64_t key) const {
    std::uint32_t at = set.root;
    while (at != 0 && nodes_[at].key != key) at = child(at, nodes_[at].key < key);
    return at;
  }
  /// The object with the lowest key, or 0.
  [[nodiscard]] std::uint32_t first(const Set& set) const {
    std::uint32_t at = set.root;
    while (at != 0 && nodes_[at].left != 0) at = nodes_[at].left;
    return at;
  }
  /// The object with the lowest key above that one, or 0.
  [[nodiscard]] std::uint32_t above(const Set& set, std::int64_t key) const {
    std::uint32_t found = 0;
    for (std::uint32_t at = set.root; at != 0;) {
      const bool is_above = nodes_[at].key > key;
      if (is_above) found = at;
      at = child(at, !is_above);
    }
    return found;
  }

  /// A fresh object. REQUIRES: not full; the set has none with that key.
  std::uint32_t insert(Set& set, std::int64_t key) {
    const std::uint32_t made = items_.take();
    TB_ASSERT(made != 0);
    std::uint32_t* link = &set.root;
    while (*link != 0 && is_above(*link, made)) link = &child(*link, nodes_[*link].key < key);
    const std::uint32_t below = *link;
    *link = made;
    nodes_[made] = {key, 0, 0};
    split(below, made);
    return made;
  }
  /// REQUIRES: the set has it.
  void erase(Set& set, std::uint32_t index) {
    std::uint32_t* link = &set.root;
    while (*link != index) {
      TB_ASSERT(*link != 0);
      link = &child(*link, nodes_[*link].key < nodes_[index].key);
    }
    merge(*link, nodes_[index].left, nodes_[index].right);
    items_.give_back(index);
  }

  [[nodiscard]] std::int64_t key(std::uint32_t index) const { return nodes_[index].key; }
  [[nodiscard]] T& operator[](std::uint32_t index) { return items_[index]; }
  [[nodiscard]] const T& operator[](std::uint32_t index) const { return items_[index]; }
  [[nodiscard]] bool is_full() const { return items_.is_full(); }
  [[nodiscard]] std::size_t in_use() const { return items_.in_use(); }

 private:
  struct Node {
    std::int64_t key = 0;
    std::uint32_t left = 0;
    std::uint32_t right = 0;
  };

  [[nodiscard]] std::uint32_t child(std::uint32_t at, bool is_right) const {
    return is_right ? nodes_[at].right : nodes_[at].left;
  }
  [[nodiscard]] std::uint32_t& child(std::uint32_t at, bool is_right) {
    return is_right ? nodes_[at].right : nodes_[at].left;
  }
  // Every place has a number that looks like chance; the higher one stands above.
  static std::uint32_t rank(std::uint32_t index) {
    std::uint32_t mixed = index * 0x9E3779B1U;
    mixed = (mixed ^ (mixed >> 15U)) * 0x85EBCA77U;
    mixed = (mixed ^ (mixed >> 13U)) * 0xC2B2AE3DU;
    return mixed ^ (mixed >> 16U);
  }
  static bool is_above(std::uint32_t a, std::uint32_t b) { return rank(a) > rank(b); }

  // What hung below hangs on both sides of `made`.
  void split(std::uint32_t below, std::uint32_t made) {
    const std::int64_t key = nodes_[made].key;
    std::uint32_t* low = &nodes_[made].left;
    std::uint32_t* high = &nodes_[made].right;
    while (below != 0) {
      const bool is_low = nodes_[below].key < key;
      (is_low ? *low : *high) = below;
      (is_low ? low : high) = is_low ? &nodes_[below].right : &nodes_[below].left;
      below = is_low ? *low : *high;
    }
    *low = *high = 0;
  }
  void merge(std::uint32_t& into, std::uint32_t low, std::uint32_t high) {
    std::uint32_t* link = &into;
    while (low != 0 && high != 0) {
      const bool is_low = is_above(low, high);
      *link = is_low ? low : high;
      link = is_low ? &nodes_[low].right : &nodes_[high].left;
      (is_low ? low : high) = *link;
    }
    *link = low != 0 ? low : high;
  }

  Pool<T> items_;
  std::vector<Node> nodes_;
};

}  // namespace tribook::base
