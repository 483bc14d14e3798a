#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tribook/base/int128.h"

// Magnitudes of more than 128 bits, for the places where those are too few: amount x rates / rates,
// exact, rounded once. A conversion chain of four symbols multiplies a 128-bit amount by four
// 64-bit prices (Wide); a margin by tiers has a sum of parts above and a product of leverages below
// (Wider).

namespace tribook::base {

template <std::size_t Limbs>
class WideOf {
 public:
  static constexpr std::size_t kLimbs = Limbs;

  constexpr explicit WideOf(uint128 value)
      : limbs_{static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(value >> 64)} {}

  /// False when the product does not fit; the value is then meaningless.
  [[nodiscard]] constexpr bool multiply(std::uint64_t factor) {
    uint128 carry = 0;
    for (auto& limb : limbs_) {
      const uint128 product = static_cast<uint128>(limb) * factor + carry;
      limb = static_cast<std::uint64_t>(product);
      carry = product >> 64;
    }
    return carry == 0;
  }

  /// The same for a factor of any size.
  [[nodiscard]] constexpr bool multiply(const WideOf& factor) {
    WideOf sum(0);
    bool fits = true;
    for (std::size_t i = kLimbs; i-- > 0;) {
      if (factor.limbs_[i] == 0) continue;
      WideOf part = *this;
      fits = fits && part.multiply(factor.limbs_[i]) && part.move_up(i) && sum.add(part);
    }
    *this = sum;
    return fits;
  }

  /// False when the sum does not fit.
  [[nodiscard]] constexpr bool add(const WideOf& other) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const uint128 sum = static_cast<uint128>(limbs_[i]) + other.limbs_[i] + carry;
      limbs_[i] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    return carry == 0;
  }

  /// REQUIRES: other is not more.
  constexpr void subtract(const WideOf& other) {
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const uint128 taken = static_cast<uint128>(other.limbs_[i]) + borrow;
      borrow = limbs_[i] < taken ? 1 : 0;
      limbs_[i] = static_cast<std::uint64_t>(limbs_[i] - taken);
    }
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

  /// this / divisor, towards zero; empty when it has more than 127 bits. Bit by bit: it is for what
  /// few ask for. REQUIRES: divisor > 0.
  [[nodiscard]] constexpr std::optional<uint128> quotient(const WideOf& divisor) const {
    constexpr std::size_t most = 127;
    const std::size_t own = bits();
    const std::size_t others = divisor.bits();
    if (own < others) return uint128{0};
    const std::size_t shift = own - others;
    if (shift >= most) return std::nullopt;
    WideOf rest = *this;
    WideOf part = divisor;
    part.shift_up(shift);
    uint128 result = 0;
    for (std::size_t i = 0; i <= shift; ++i) {
      result <<= 1;
      if (!less(rest, part)) {
        rest.subtract(part);
        result |= 1;
      }
      part.halve();
    }
    return result;
  }

  [[nodiscard]] constexpr bool is_zero() const { return bits() == 0; }

  friend constexpr bool less(const WideOf& a, const WideOf& b) {
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
  static constexpr std::size_t kLimbBits = 64;

  [[nodiscard]] constexpr std::size_t bits() const {
    for (std::size_t i = kLimbs; i-- > 0;) {
      if (limbs_[i] != 0)
        return i * kLimbBits + static_cast<std::size_t>(std::bit_width(limbs_[i]));
    }
    return 0;
  }

  // By whole limbs. False when something falls off.
  constexpr bool move_up(std::size_t limbs) {
    for (std::size_t i = kLimbs - limbs; i < kLimbs; ++i) {
      if (limbs_[i] != 0) return false;
    }
    for (std::size_t i = kLimbs; i-- > 0;) limbs_[i] = i < limbs ? 0 : limbs_[i - limbs];
    return true;
  }

  // REQUIRES: nothing falls off.
  constexpr void shift_up(std::size_t by) {
    move_up(by / kLimbBits);
    const std::size_t left = by % kLimbBits;
    if (left == 0) return;
    for (std::size_t i = kLimbs; i-- > 0;) {
      const std::uint64_t below = i == 0 ? 0 : limbs_[i - 1] >> (kLimbBits - left);
      limbs_[i] = limbs_[i] << left | below;
    }
  }

  constexpr void halve() {
    for (std::size_t i = 0; i < kLimbs; ++i) {
      const std::uint64_t above = i + 1 == kLimbs ? 0 : limbs_[i + 1] << (kLimbBits - 1);
      limbs_[i] = limbs_[i] >> 1 | above;
    }
  }

  std::array<std::uint64_t, kLimbs> limbs_{};
};

using Wide = WideOf<6>;    ///< 384 bits
using Wider = WideOf<12>;  ///< 768 bits

}  // namespace tribook::base
