#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tribook/base/int128.h"

// A 384-bit magnitude for the one place where 128 bits are too few: amount x rates / rates, exact,
// rounded once. A conversion chain of four symbols multiplies a 128-bit amount by four 64-bit
// prices.

namespace tribook::base {

class Wide {
 public:
  static constexpr std::size_t kLimbs = 6;

  constexpr explicit Wide(uint128 value)
      : limbs_{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64)} {}

  /// False when the product needs more than 384 bits; the value is then meaningless.
  [[nodiscard]] constexpr bool multiply(std::uint64_t factor) {
    uint128 carry = 0;
    for (auto& limb : limbs_) {
      const uint128 product = static_cast<uint128>(limb) * factor + carry;
      limb = static_cast<std::uint64_t>(product);
      carry = product >> 64;
    }
    return carry == 0;
  }

  /// False when the sum needs more than 384 bits.
  [[nodiscard]] constexpr bool add(const Wide& other) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const uint128 sum = static_cast<uint128>(limbs_[i]) + other.limbs_[i] + carry;
      limbs_[i] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    return carry == 0;
  }

  /// Divides by one factor of a denominator, towards zero. Dividing by its factors one after
  /// another gives the same as dividing by their product. REQUIRES: divisor > 0.
  constexpr void divide(std::uint64_t divisor) {
    std::uint64_t remainder = 0;
    for (std::size_t i = kLimbs; i-- > 0;) {
      if (remainder == 0 && limbs_[i] == 0) continue;
      limbs_[i] = divide_words(remainder, limbs_[i], divisor);
    }
  }

  friend constexpr bool less(const Wide& a, const Wide& b) {
    for (std::size_t i = kLimbs; i-- > 0;) {
      if (a.limbs_[i] != b.limbs_[i]) return a.limbs_[i] < b.limbs_[i];
    }
    return false;
  }

  /// The value when it fits 128 bits.
  [[nodiscard]] constexpr std::optional<uint128> narrow() const {
    for (std::size_t i = 2; i < kLimbs; ++i) {
      if (limbs_[i] != 0) return std::nullopt;
    }
    return (static_cast<uint128>(limbs_[1]) << 64) | limbs_[0];
  }

 private:
  std::array<std::uint64_t, kLimbs> limbs_{};
};

}  // namespace tribook::base
