#include "tribook/domain/product.h"

#include "tribook/base/assert.h"
#include "tribook/base/wide.h"

namespace tribook {
namespace {

constexpr std::uint64_t power_of_ten(int digits) {
  std::uint64_t power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

constexpr int kDigitsPerFactor = 18;

}  // namespace

void Product::scale(std::uint64_t numerator, std::uint64_t denominator) {
  TB_ASSERT(numerator > 0);
  TB_ASSERT(denominator > 0);
  if (numerator != 1) {
    if (numerators_ == kFactorsMax) overflow_ = true;
    else numerator_[numerators_++] = numerator;
  }
  if (denominator != 1) {
    if (denominators_ == kFactorsMax) overflow_ = true;
    else denominator_[denominators_++] = denominator;
  }
}

void Product::divide_by_power_of_ten(int digits) {
  for (; digits > kDigitsPerFactor; digits -= kDigitsPerFactor) {
    scale(1, power_of_ten(kDigitsPerFactor));
  }
  scale(1, power_of_ten(digits));
}

// value x up / down, rounded half up on the magnitude: floor((2 N + D) / 2 D), where dividing by the
// factors of D one after another equals dividing by D.
std::optional<uint128> Product::quotient_times(std::uint64_t up) const {
  if (overflow_) return std::nullopt;
  base::Wide numerator(magnitude_);
  base::Wide denominator(1);
  bool fits = numerator.multiply(up) && numerator.multiply(2);
  for (std::size_t i = 0; i < numerators_; ++i) fits = fits && numerator.multiply(numerator_[i]);
  for (std::size_t i = 0; i < denominators_; ++i) fits = fits && denominator.multiply(denominator_[i]);
  if (!fits || !numerator.add(denominator)) return std::nullopt;
  for (std::size_t i = 0; i < denominators_; ++i) numerator.divide(denominator_[i]);
  numerator.divide(2);
  return numerator.narrow();
}

std::optional<Money> Product::round(int digits) const {
  const auto units = quotient_times(power_of_ten(digits));
  if (!units || *units > static_cast<uint128>(kMaxMoney.raw)) return std::nullopt;
  const auto raw = static_cast<int128>(*units) * static_cast<int128>(power_of_ten(kFixedDigits - digits));
  if (raw > kMaxMoney.raw) return std::nullopt;
  return Money{negative_ ? -raw : raw};
}

bool Product::at_least(Money limit) const {
  const auto value = quotient_times(static_cast<std::uint64_t>(kFixedOne));
  return !value || *value >= static_cast<uint128>(limit.raw);
}

}  // namespace tribook
