#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tribook/base/assert.h"

namespace tribook::base {

/// A hash table from non-zero 64-bit keys to pool indices, of fixed size. Linear probing with
/// backward-shift deletion: no tombstones, so it does not age. A table that is empty is not looked
/// at, and keys that follow one another lie side by side: both save cache misses.
class IndexMap {
 public:
  explicit IndexMap(std::size_t capacity)
      : slots_(std::bit_ceil(capacity * 2 + 2)), mask_(slots_.size() - 1), capacity_(capacity) {}

  /// 0 when the key is not there.
  [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
    if (size_ == 0) return 0;
    for (std::size_t i = home(key);; i = (i + 1) & mask_) {
      if (slots_[i].key == key) return slots_[i].index;
      if (slots_[i].key == 0) return 0;
    }
  }

  /// REQUIRES: key is not 0 and not there; fewer than capacity keys are.
  void insert(std::uint64_t key, std::uint32_t index) {
    TB_ASSERT(key != 0 && size_ < capacity_);
    std::size_t i = home(key);
    while (slots_[i].key != 0) i = (i + 1) & mask_;
    slots_[i] = {key, index};
    ++size_;
  }

  /// REQUIRES: the key is there.
  void erase(std::uint64_t key) {
    std::size_t hole = home(key);
    while (slots_[hole].key != key) {
      TB_ASSERT(slots_[hole].key != 0);
      hole = (hole + 1) & mask_;
    }
    for (std::size_t i = (hole + 1) & mask_; slots_[i].key != 0; i = (i + 1) & mask_) {
      const std::size_t wanted = home(slots_[i].key);
      if (((i - wanted) & mask_) >= ((i - hole) & mask_)) {
        slots_[hole] = slots_[i];
        hole = i;
      }
    }
    slots_[hole] = {};
    --size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Begins to fetch what find() would look at.
  void prefetch(std::uint64_t key) const {
    if (size_ != 0) __builtin_prefetch(&slots_[home(key)]);
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t index = 0;
    std::uint32_t reserved = 0;
  };
  // Four neighbours share a cache line; lines are scattered.
  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    const std::uint64_t line = ((key >> 2U) * 0x9E3779B97F4A7C15ULL) >> 20U;
    return static_cast<std::size_t>(line << 2U | (key & 3U)) & mask_;
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace tribook::base
