#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "tribook/base/int128.h"

namespace tribook::test {

/// A natural number of any size, by the school's methods on single bits: slow, and nothing in
/// common with the code that it checks.
class NaiveInteger {
 public:
  explicit NaiveInteger(uint128 value = 0) {
    for (; value != 0; value >>= 1) bits_.push_back((value & 1) != 0);
  }

  [[nodiscard]] NaiveInteger plus(const NaiveInteger& other) const {
    NaiveInteger sum;
    bool carry = false;
    for (std::size_t i = 0; i < size() || i < other.size() || carry; ++i) {
      const int total = int{bit(i)} + int{other.bit(i)} + int{carry};
      sum.bits_.push_back(total % 2 == 1);
      carry = total >= 2;
    }
    return sum.trimmed();
  }

  /// REQUIRES: other <= *this.
  [[nodiscard]] NaiveInteger minus(const NaiveInteger& other) const {
    NaiveInteger rest;
    bool borrow = false;
    for (std::size_t i = 0; i < size(); ++i) {
      const int total = int{bit(i)} - int{other.bit(i)} - int{borrow};
      rest.bits_.push_back(total == 1 || total == -1);
      borrow = total < 0;
    }
    return rest.trimmed();
  }

  [[nodiscard]] NaiveInteger times(const NaiveInteger& other) const {
    NaiveInteger product;
    NaiveInteger shifted = *this;
    for (std::size_t i = 0; i < other.size(); ++i) {
      if (other.bit(i)) product = product.plus(shifted);
      shifted.bits_.insert(shifted.bits_.begin(), false);
    }
    return product.trimmed();
  }

  /// Towards zero. REQUIRES: divisor is not 0.
  [[nodiscard]] NaiveInteger divided_by(const NaiveInteger& divisor) const {
    NaiveInteger quotient;
    quotient.bits_.assign(size(), false);
    NaiveInteger rest;
    for (std::size_t i = size(); i-- > 0;) {
      rest.bits_.insert(rest.bits_.begin(), bit(i));
      rest = rest.trimmed();
      if (rest.is_less(divisor)) continue;
      rest = rest.minus(divisor);
      quotient.bits_[i] = true;
    }
    return quotient.trimmed();
  }

  [[nodiscard]] bool is_less(const NaiveInteger& other) const {
    if (size() != other.size()) return size() < other.size();
    for (std::size_t i = size(); i-- > 0;) {
      if (bit(i) != other.bit(i)) return other.bit(i);
    }
    return false;
  }

  /// Significant bits.
  [[nodiscard]] std::size_t size() const { return bits_.size(); }

  [[nodiscard]] std::optional<uint128> narrow() const {
    if (size() > 128) return std::nullopt;
    uint128 value = 0;
    for (std::size_t i = size(); i-- > 0;) value = (value << 1) | (bit(i) ? 1U : 0U);
    return value;
  }

 private:
  [[nodiscard]] bool bit(std::size_t index) const { return index < bits_.size() && bits_[index]; }
  [[nodiscard]] NaiveInteger trimmed() const {
    NaiveInteger result = *this;
    while (!result.bits_.empty() && !result.bits_.back()) result.bits_.pop_back();
    return result;
  }

  std::vector<bool> bits_;  // the lowest first
};

}  // namespace tribook::test
