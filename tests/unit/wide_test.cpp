#include <array>
#include <vector>

#include "support/naive_integer.h"
#include "support/random.h"
#include "support/values.h"
#include "tribook/base/wide.h"
#include "tribook/domain/product.h"

namespace tribook {
namespace {

using base::Wide;
using test::NaiveInteger;
using test::Random;

uint128 any_128(Random& random) {
  return ((static_cast<uint128>(random.bits()) << 64) | random.bits()) >> random.below(128);
}

TEST_CASE("Wide: random chains of products, sums and quotients equal the school's") {
  Random random(11);
  INFO(random.reproduce());
  for (int run = 0; run < 400; ++run) {
    const uint128 start = any_128(random);
    Wide wide(start);
    NaiveInteger naive(start);
    bool fits = true;
    for (int step = 0; step < 6 && fits; ++step) {
      const std::uint64_t factor = random.any_size() | 1;
      switch (random.below(3)) {
        case 0:
          fits = wide.multiply(factor);
          naive = naive.times(NaiveInteger(factor));
          break;
        case 1:
          wide.divide(factor);
          naive = naive.divided_by(NaiveInteger(factor));
          break;
        default:
          fits = wide.add(Wide(start));
          naive = naive.plus(NaiveInteger(start));
      }
      REQUIRE(fits == (naive.size() <= 384));
    }
    if (!fits) continue;
    REQUIRE(wide.narrow().has_value() == (naive.size() <= 128));
    if (wide.narrow()) REQUIRE(*wide.narrow() == *naive.narrow());
  }
}

TEST_CASE("Wide: multiplying tells when 384 bits are passed, adding too") {
  Wide wide(~uint128{0});
  for (int i = 0; i < 4; ++i) REQUIRE(wide.multiply(~std::uint64_t{0}));
  Wide product = wide;
  CHECK_FALSE(product.multiply(~std::uint64_t{0}));
  Wide sum = wide;
  bool fits = true;
  for (int i = 0; i < 300 && fits; ++i) {
    const Wide same = sum;
    fits = sum.add(same);
  }
  CHECK_FALSE(fits);
}

TEST_CASE("Wide: compares all limbs") {
  Wide large(1);
  Wide larger(2);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(large.multiply(~std::uint64_t{0}));
    REQUIRE(larger.multiply(~std::uint64_t{0}));
  }
  CHECK(less(large, larger));
  CHECK_FALSE(less(larger, large));
  CHECK_FALSE(less(large, large));
  CHECK(less(Wide(5), large));
}

// round(value x up / down x 10^digits), half away from zero, by the naive integers.
std::optional<int128> rounded(int128 value, const std::vector<std::uint64_t>& up,
                              const std::vector<std::uint64_t>& down, int digits) {
  NaiveInteger numerator(magnitude(value));
  NaiveInteger denominator(1);
  for (const std::uint64_t factor : up) numerator = numerator.times(NaiveInteger(factor));
  for (const std::uint64_t factor : down) denominator = denominator.times(NaiveInteger(factor));
  for (int i = 0; i < digits; ++i) numerator = numerator.times(NaiveInteger(10));
  numerator = numerator.plus(numerator).plus(denominator);
  auto units = numerator.divided_by(denominator.plus(denominator));
  for (int i = digits; i < kFixedDigits; ++i) units = units.times(NaiveInteger(10));
  const auto narrow = units.narrow();
  if (!narrow || *narrow > static_cast<uint128>(kMaxMoney.raw)) return std::nullopt;
  return value < 0 ? -static_cast<int128>(*narrow) : static_cast<int128>(*narrow);
}

TEST_CASE("Product: rounds once, as exact rationals do") {
  Random random(12);
  INFO(random.reproduce());
  int answered = 0;
  for (int run = 0; run < 1'500; ++run) {
    int128 value = static_cast<int128>(any_128(random) >> (1 + random.below(64)));
    if (random.one_in(2)) value = -value;
    Product product(value);
    std::vector<std::uint64_t> up;
    std::vector<std::uint64_t> down;
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      up.push_back((random.any_size() >> 16) + 1);
      down.push_back((random.any_size() >> 16) + 1);
      product.scale(up.back(), down.back());
    }
    const int tens = static_cast<int>(random.below(25));
    product.divide_by_power_of_ten(tens);
    for (int i = 0; i < tens; ++i) down.push_back(10);
    const int digits = static_cast<int>(random.below(9));
    const auto expected = rounded(value, up, down, digits);
    const auto result = product.round(digits);
    CAPTURE(run, digits, tens);
    REQUIRE(result.has_value() == expected.has_value());
    if (!result) continue;
    ++answered;
    REQUIRE(result->raw == *expected);
  }
  CHECK(answered > 300);
}

TEST_CASE("Product: halves go away from zero, at every number of digits") {
  for (int digits = 0; digits <= 8; ++digits) {
    Product half(5);
    half.divide_by_power_of_ten(digits + 1);
    Product minus_half(-5);
    minus_half.divide_by_power_of_ten(digits + 1);
    int128 unit = 1;
    for (int i = digits; i < 8; ++i) unit *= 10;
    CHECK(half.round(digits) == Money{unit});
    CHECK(minus_half.round(digits) == Money{-unit});
    Product below(4'999'999);
    below.divide_by_power_of_ten(digits + 7);
    CHECK(below.round(digits) == Money{});
  }
}

TEST_CASE("Product: too many factors or too large a result is no result") {
  Product many(1);
  constexpr std::size_t at_once = 2;  // such factors are multiplied into 128 bits
  for (std::size_t i = 0; i <= Product::kFactorsMax + at_once; ++i) many.scale(UINT64_MAX, 1);
  CHECK_FALSE(many.round(2));
  Product most(1);
  for (std::size_t i = 0; i < Product::kFactorsMax; ++i) most.scale(3, 3);
  CHECK(most.round(2) == Money::from_whole(1));

  Product largest(kMaxMoney.raw / kFixedOne);
  CHECK(largest.round(8) == kMaxMoney);
  Product beyond(kMaxMoney.raw / kFixedOne + 1);
  CHECK_FALSE(beyond.round(8));
  CHECK(beyond.at_least(Money::from_whole(5)));
}

TEST_CASE("Product: at_least compares the magnitude") {
  Product charge(-25);
  charge.divide_by_power_of_ten(1);
  CHECK(charge.is_negative());
  CHECK(charge.at_least(test::money("2.5")));
  CHECK(charge.at_least(test::money("2.49")));
  CHECK_FALSE(charge.at_least(test::money("2.51")));
}

}  // namespace
}  // namespace tribook
