#include "tribook/domain/product.h"

#include <algorithm>

#include "tribook/base/canary.h"
#include "tribook/base/wide.h"

// value = magnitude x numerators / (denominators x 10^tens), rounded half up on the magnitude at
// some decimal. With N / D the value times 10^digits:
//
//   floor(N / D + 1/2) = floor((floor(2 N / D) + 1) / 2)
//
// and dividing by the factors of D one after another, each time towards zero, equals dividing by D.
// So D itself is never needed, and nearly always 2 N fits 128 bits; when it does not, Wide takes
// over.

namespace tribook {
namespace {

constexpr int kDigitsOfWord = 19;  // 10^19 < 2^64

constexpr std::array<std::uint64_t, kDigitsOfWord + 1> kPowersOfTen = [] {
  std::array<std::uint64_t, kDigitsOfWord + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

constexpr std::uint64_t power_of_ten(int digits) {
  return kPowersOfTen[static_cast<std::size_t>(digits)];
}

}  // namespace

std::optional<uint128> Product::quotient(int digits) const {
  if (overflow_) return std::nullopt;
  uint128 value = magnitude_;
  bool fits = true;
  for (std::size_t i = 0; i < numerators_; ++i)
    fits = fits && multiply_in_place(value, numerator_[i]);
  int tens = tens_ - digits;
  if (tens < 0) fits = fits && multiply_in_place(value, power_of_ten(-tens));
  if (!fits || (value >> 127) != 0) return wide_quotient(digits);
  value <<= 1;
  for (std::size_t i = 0; i < denominators_; ++i) value = divide_by_word(value, denominator_[i]);
  for (; tens > 0; tens -= kDigitsOfWord) {
    value = divide_by_word(value, power_of_ten(std::min(tens, kDigitsOfWord)));
  }
  if (base::is_broken(base::Broken::RoundingTruncates)) return value >> 1;
  return (value + 1) >> 1;
}

std::optional<uint128> Product::wide_quotient(int digits) const {
  base::Wide value(magnitude_);
  bool fits = value.multiply(2);
  for (std::size_t i = 0; i < numerators_; ++i) fits = fits && value.multiply(numerator_[i]);
  int tens = tens_ - digits;
  if (tens < 0) fits = fits && value.multiply(power_of_ten(-tens));
  if (!fits) return std::nullopt;
  for (std::size_t i = 0; i < denominators_; ++i) value.divide(denominator_[i]);
  for (; tens > 0; tens -= kDigitsOfWord) value.divide(power_of_ten(std::min(tens, kDigitsOfWord)));
  if (!value.add(base::Wide(1))) return std::nullopt;
  value.divide(2);
  return value.narrow();
}

std::optional<Money> Product::round(int digits) const {
  auto units = quotient(digits);
  if (!units || !multiply_in_place(*units, power_of_ten(kFixedDigits - digits)))
    return std::nullopt;
  if (*units > static_cast<uint128>(kMaxMoney.raw)) return std::nullopt;
  const auto raw = static_cast<int128>(*units);
  return Money{negative_ ? -raw : raw};
}

bool Product::at_least(Money limit) const {
  if (limit.raw <= 0) return true;
  const auto value = quotient(kFixedDigits);
  return !value || *value >= static_cast<uint128>(limit.raw);
}

}  // namespace tribook
