#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "tribook/base/assert.h"
#include "tribook/domain/ids.h"

namespace tribook::engine {

/// Where the resting order with an id is. Like base::IndexMap, but at half its size, for a book
/// with a million orders lives or dies by its cache misses: a slot keeps 32 bits of the id's hash
/// instead of the id, which stands in the order anyway. Ids that follow one another lie side by
/// side.
class BookIndex {
 public:
  BookIndex(std::size_t capacity, std::pmr::memory_resource* memory)
      : slots_(std::bit_ceil(capacity + capacity / 3 + 2), memory),
        mask_(static_cast<Hash>(slots_.size() - 1)) {}

  /// 0 when the id is not there. `is_it` tells whether the order at an index has the id.
  template <typename IsIt>
  [[nodiscard]] std::uint32_t find(OrderId id, const IsIt& is_it) const {
    const Hash hash = hash_of(id);
    for (Hash i = hash & mask_; slots_[i].index != 0; i = (i + 1) & mask_) {
      if (slots_[i].hash == hash && is_it(slots_[i].index)) return slots_[i].index;
    }
    return 0;
  }

  /// REQUIRES: the id is not there; fewer than capacity are.
  void insert(OrderId id, std::uint32_t index) {
    const Hash hash = hash_of(id);
    Hash i = hash & mask_;
    while (slots_[i].index != 0) i = (i + 1) & mask_;
    slots_[i] = {hash, index};
  }

  /// REQUIRES: the id is there with this index.
  void erase(OrderId id, std::uint32_t index) {
    Hash hole = hash_of(id) & mask_;
    while (slots_[hole].index != index) {
      TB_ASSERT(slots_[hole].index != 0);
      hole = (hole + 1) & mask_;
    }
    // What lies behind and may lie here moves up, so that no marks of the dead are needed.
    for (Hash i = (hole + 1) & mask_; slots_[i].index != 0; i = (i + 1) & mask_) {
      const Hash wanted = slots_[i].hash & mask_;
      if (((i - wanted) & mask_) >= ((i - hole) & mask_)) {
        slots_[hole] = slots_[i];
        hole = i;
      }
    }
    slots_[hole] = {};
  }

 private:
  using Hash = std::uint32_t;
  struct Slot {
    Hash hash = 0;
    std::uint32_t index = 0;
  };

  // Eight neighbours share a cache line; lines are scattered.
  static Hash hash_of(OrderId id) {
    const std::uint64_t line = id.value >> 3U;
    const std::uint64_t mixed = (line ^ (line >> 32U)) * 0x9E37'79B9'7F4A'7C15ULL;
    return static_cast<Hash>(mixed >> 32U) << 3U | static_cast<Hash>(id.value & 7U);
  }

  std::pmr::vector<Slot> slots_;  // at most three quarters are in use
  Hash mask_;
};

}  // namespace tribook::engine
