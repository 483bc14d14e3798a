#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tribook {

/// A currency or coin code: 2 to 8 upper-case letters or digits, the first a letter; stored as its
/// bytes, the first in the lowest, so it compares and hashes as one word. Zero is no currency.
struct Currency {
  std::uint64_t packed = 0;

  static std::optional<Currency> parse(std::string_view code);
  static constexpr Currency of(std::string_view code) {
    Currency currency;
    for (std::size_t i = 0; i < code.size() && i < 8; ++i) {
      currency.packed |= static_cast<std::uint64_t>(static_cast<unsigned char>(code[i])) << (8 * i);
    }
    return currency;
  }

  friend constexpr auto operator<=>(Currency, Currency) = default;
  explicit constexpr operator bool() const { return packed != 0; }
};

/// A currency's code as text.
class CurrencyText {
 public:
  explicit constexpr CurrencyText(Currency currency) {
    for (; size_ < 8; ++size_) {
      const auto letter = static_cast<char>((currency.packed >> (8 * size_)) & 0xFF);
      if (letter == '\0') break;
      text_[size_] = letter;
    }
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 8> text_{};
  std::size_t size_ = 0;
};

/// Decimals in which amounts of a currency are booked: ISO 4217 for its codes, otherwise 8.
int minor_digits(Currency currency);

}  // namespace tribook
