#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "tribook/base/int128.h"
#include "tribook/domain/fixed.h"

// Numbers of 128 bits as exact decimal text and back, all of them.

namespace tribook::persistence::sqlite {

inline constexpr int kCostDigits = 2 * kFixedDigits;

/// Without exponent and without trailing zeros.
class DecimalText {
 public:
  explicit DecimalText(Money amount) : DecimalText(amount.raw, kFixedDigits) {}
  explicit DecimalText(Cost cost) : DecimalText(cost.raw, kCostDigits) {}
  /// `digits` of the number's digits are decimals.
  DecimalText(int128 raw, int digits);

  operator std::string_view() const {  // NOLINT: it is one
    return {text_.data() + begin_, end_ - begin_};
  }

 private:
  std::array<char, 48> text_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// What DecimalText wrote. Throws std::runtime_error when it is no such text.
Money money_of(std::string_view text);
Cost cost_of_text(std::string_view text);

}  // namespace tribook::persistence::sqlite
