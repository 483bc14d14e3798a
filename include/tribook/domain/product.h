#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tribook/base/assert.h"
#include "tribook/base/int128.h"
#include "tribook/domain/fixed.h"

namespace tribook {

/// An exact amount on its way to being booked: a signed integer times rates over rates, rounded
/// once, at the end, half away from zero. Holds the divisors apart until then.
class Product {
 public:
  static constexpr std::size_t kFactorsMax = 12;

  constexpr explicit Product(int128 value)
      : magnitude_(tribook::magnitude(value)), negative_(value < 0) {}

  /// REQUIRES: numerator and denominator > 0. More than kFactorsMax divisors, or factors for which
  /// there is no room, make rounding fail.
  constexpr void scale(std::uint64_t numerator, std::uint64_t denominator) {
    TB_ASSERT(numerator > 0);
    TB_ASSERT(denominator > 0);
    if (numerator == denominator) return;
    // Mostly there is room to multiply at once.
    if (numerator != 1 && !multiply_in_place(magnitude_, numerator)) {
      if (numerators_ == kFactorsMax)
        overflow_ = true;
      else
        numerator_[numerators_++] = numerator;
    }
    if (denominator != 1) {
      if (denominators_ == kFactorsMax)
        overflow_ = true;
      else
        denominator_[denominators_++] = denominator;
    }
  }
  /// Multiplies by a decimal of kFixedDigits places. REQUIRES: raw > 0.
  constexpr void scale_by_fixed(std::int64_t raw) {
    TB_ASSERT(raw > 0);
    const auto value = static_cast<std::uint64_t>(raw);
    constexpr auto one = static_cast<std::uint64_t>(kFixedOne);
    // Mostly it is a whole number, and then the product stays small enough for a word.
    if (value % one == 0) return scale(value / one, 1);
    scale(value, 1);
    divide_by_power_of_ten(kFixedDigits);
  }
  /// Divides by 10^digits (not negative).
  constexpr void divide_by_power_of_ten(int digits) { tens_ += digits; }

  [[nodiscard]] constexpr bool is_negative() const { return negative_; }

  /// The amount rounded to `digits` decimals (0 to 8), as Money; empty when it does not fit.
  /// The value counts whole units once all factors are applied.
  [[nodiscard]] std::optional<Money> round(int digits) const;

  /// True when the magnitude is at least `limit` (not negative).
  [[nodiscard]] bool at_least(Money limit) const;

 private:
  [[nodiscard]] std::optional<uint128> quotient(int digits) const;
  [[nodiscard]] std::optional<uint128> wide_quotient(int digits) const;

  uint128 magnitude_;
  bool negative_;
  bool overflow_ = false;
  int tens_ = 0;  // of the denominator
  std::size_t numerators_ = 0;
  std::size_t denominators_ = 0;
  std::array<std::uint64_t, kFactorsMax> numerator_;  // only those that are there are written
  std::array<std::uint64_t, kFactorsMax> denominator_;
};

}  // namespace tribook
