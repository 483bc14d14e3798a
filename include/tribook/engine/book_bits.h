#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <vector>

#include "tribook/base/assert.h"

namespace tribook::engine {

/// A set of small numbers that knows the neighbours of any number in a few steps: a bit for each
/// number, a bit for each word of those that is not zero, and so once more.
class BookBits {
 public:
  static constexpr std::uint32_t kMostSize = 64 * 64 * 64;
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  /// For 0 .. size - 1. REQUIRES: 0 < size <= kMostSize.
  BookBits(std::uint32_t size, std::pmr::memory_resource* memory)
      : words_((size + 63) / 64, memory), groups_((size + 4095) / 4096, memory) {
    TB_ASSERT(size > 0 && size <= kMostSize);
  }

  void insert(std::uint32_t number) {
    words_[number >> 6U] |= bit(number);
    groups_[number >> 12U] |= bit(number >> 6U);
    top_ |= bit(number >> 12U);
  }
  void erase(std::uint32_t number) {
    if ((words_[number >> 6U] &= ~bit(number)) != 0) return;
    if ((groups_[number >> 12U] &= ~bit(number >> 6U)) != 0) return;
    top_ &= ~bit(number >> 12U);
  }

  /// The smallest that is not below the number; kNone when there is none. REQUIRES: number < size.
  [[nodiscard]] std::uint32_t at_or_above(std::uint32_t number) const {
    const std::uint64_t rest = words_[number >> 6U] & ~(bit(number) - 1);
    if (rest != 0) return first(number >> 6U, rest);
    const std::uint32_t word = number >> 6U;
    const std::uint64_t words = groups_[word >> 6U] & above(word);
    if (words != 0) return first_of(first(word >> 6U, words));
    const std::uint32_t group = word >> 6U;
    const std::uint64_t groups = top_ & above(group);
    if (groups == 0) return kNone;
    const std::uint32_t found = first(0, groups);
    return first_of(first(found, groups_[found]));
  }

  /// The largest that is not above the number; kNone when there is none. REQUIRES: number < size.
  [[nodiscard]] std::uint32_t at_or_below(std::uint32_t number) const {
    const std::uint64_t rest = words_[number >> 6U] & ~above(number);
    if (rest != 0) return last(number >> 6U, rest);
    const std::uint32_t word = number >> 6U;
    const std::uint64_t words = groups_[word >> 6U] & (bit(word) - 1);
    if (words != 0) return last_of(last(word >> 6U, words));
    const std::uint32_t group = word >> 6U;
    const std::uint64_t groups = top_ & (bit(group) - 1);
    if (groups == 0) return kNone;
    const std::uint32_t found = last(0, groups);
    return last_of(last(found, groups_[found]));
  }

 private:
  static constexpr std::uint64_t bit(std::uint32_t number) {
    return std::uint64_t{1} << (number & 63U);
  }
  static constexpr std::uint64_t above(std::uint32_t number) {
    return ~std::uint64_t{1} << (number & 63U);
  }
  static std::uint32_t first(std::uint32_t place, std::uint64_t word) {
    return place * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
  }
  static std::uint32_t last(std::uint32_t place, std::uint64_t word) {
    return place * 64 + 63 - static_cast<std::uint32_t>(std::countl_zero(word));
  }
  [[nodiscard]] std::uint32_t first_of(std::uint32_t word) const {
    return first(word, words_[word]);
  }
  [[nodiscard]] std::uint32_t last_of(std::uint32_t word) const { return last(word, words_[word]); }

  std::pmr::vector<std::uint64_t> words_;
  std::pmr::vector<std::uint64_t> groups_;
  std::uint64_t top_ = 0;
};

}  // namespace tribook::engine
