#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "tribook/base/assert.h"

namespace tribook::engine {

/// A pool for tables that most houses hardly use: as base::Pool, but what was never taken was never
/// touched, and costs no memory.
template <typename T>
class LazyPool {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit LazyPool(std::uint32_t capacity)
      : capacity_(capacity),
        items_(static_cast<T*>(::operator new[](  // start-up
            (std::size_t{capacity} + 1) * sizeof(T), std::align_val_t{alignof(T)}))) {
    new (&items_.get()[0]) T{};
    free_.reserve(capacity);
  }

  /// A fresh object's index; 0 when all are taken.
  [[nodiscard]] std::uint32_t take() {
    std::uint32_t index = 0;
    if (!free_.empty()) {
      index = free_.back();
      free_.pop_back();
    } else if (extent_ < capacity_) {
      index = ++extent_;
    } else {
      return 0;
    }
    new (&items_.get()[index]) T{};
    ++in_use_;
    return index;
  }
  void give_back(std::uint32_t index) {
    TB_DEBUG_ASSERT(index != 0 && index <= extent_);
    items_.get()[index] = T{};
    free_.push_back(index);
    --in_use_;
  }

  [[nodiscard]] T& operator[](std::uint32_t index) { return items_.get()[index]; }
  [[nodiscard]] const T& operator[](std::uint32_t index) const { return items_.get()[index]; }
  [[nodiscard]] std::uint32_t in_use() const { return in_use_; }
  [[nodiscard]] std::uint32_t capacity() const { return capacity_; }
  [[nodiscard]] bool is_full() const { return in_use_ == capacity_; }
  /// No index above it was ever taken; what was given back is as fresh.
  [[nodiscard]] std::uint32_t extent() const { return extent_; }

 private:
  struct Release {
    void operator()(T* items) const { ::operator delete[](items, std::align_val_t{alignof(T)}); }
  };

  std::uint32_t capacity_;
  std::uint32_t extent_ = 0;
  std::uint32_t in_use_ = 0;
  std::unique_ptr<T[], Release> items_;
  std::vector<std::uint32_t> free_;
};

}  // namespace tribook::engine
