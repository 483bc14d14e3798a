#pragma once

#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "tribook/base/assert.h"

namespace tribook::engine {

/// A fixed number of records, handed out by index; 0 is none. Like base::Pool, but free records are
/// chained through themselves (their next_free()), and the memory is the caller's choice.
template <typename T>
class BookPool {
 public:
  BookPool(std::uint32_t capacity, std::pmr::memory_resource* memory)
      : items_(std::size_t{capacity} + 1, memory) {
    for (std::uint32_t i = capacity; i > 0; --i) chain(i);
  }

  /// One with whatever was in it before. REQUIRES: not full.
  [[nodiscard]] std::uint32_t take() {
    const std::uint32_t index = free_;
    TB_ASSERT(index != 0);
    free_ = items_[index].next_free();
    ++in_use_;
    return index;
  }
  void give_back(std::uint32_t index) {
    chain(index);
    --in_use_;
  }

  [[nodiscard]] T& operator[](std::uint32_t index) { return items_[index]; }
  [[nodiscard]] const T& operator[](std::uint32_t index) const { return items_[index]; }
  [[nodiscard]] std::size_t in_use() const { return in_use_; }
  [[nodiscard]] std::size_t capacity() const { return items_.size() - 1; }
  [[nodiscard]] bool is_full() const { return free_ == 0; }

 private:
  void chain(std::uint32_t index) {
    items_[index].next_free() = free_;
    free_ = index;
  }

  std::pmr::vector<T> items_;
  std::uint32_t free_ = 0;
  std::uint32_t in_use_ = 0;
};

}  // namespace tribook::engine
