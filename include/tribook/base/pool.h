#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tribook/base/assert.h"

namespace tribook::base {

/// A fixed number of objects, handed out by index; 0 is none. Allocates at construction only.
template <typename T>
class Pool {
 public:
  explicit Pool(std::uint32_t capacity) : items_(std::size_t{capacity} + 1) {
    free_.reserve(capacity);
    for (std::uint32_t i = capacity; i > 0; --i) free_.push_back(i);
  }

  /// A fresh object's index; 0 when all are taken.
  [[nodiscard]] std::uint32_t take() {
    if (free_.empty()) return 0;
    const std::uint32_t index = free_.back();
    free_.pop_back();
    items_[index] = T{};
    return index;
  }
  void give_back(std::uint32_t index) {
    TB_DEBUG_ASSERT(index != 0 && index < items_.size());
    free_.push_back(index);
  }

  [[nodiscard]] T& operator[](std::uint32_t index) { return items_[index]; }
  [[nodiscard]] const T& operator[](std::uint32_t index) const { return items_[index]; }
  [[nodiscard]] std::size_t in_use() const { return items_.size() - 1 - free_.size(); }
  [[nodiscard]] std::size_t capacity() const { return items_.size() - 1; }
  [[nodiscard]] bool is_full() const { return free_.empty(); }

 private:
  std::vector<T> items_;
  std::vector<std::uint32_t> free_;
};

}  // namespace tribook::base
