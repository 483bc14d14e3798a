#include "venue/simulated/noise.h"

#include <cmath>

#include "tribook/base/int128.h"

namespace tribook::venue::simulated {
namespace {

constexpr std::uint64_t kFirstOdd = 0x9E37'79B9'7F4A'7C15ULL;
constexpr std::uint64_t kSecondOdd = 0xD1B5'4A32'D192'ED03ULL;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const uint128 product = static_cast<uint128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t quarters(std::uint64_t word) {
  constexpr std::uint64_t mask = 0xFFFF;
  return (word & mask) + (word >> 16 & mask) + (word >> 32 & mask) + (word >> 48);
}

}  // namespace

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return fold(fold(a ^ kFirstOdd, b ^ kSecondOdd) ^ kFirstOdd, b + kSecondOdd);
}

std::uint64_t seed_of(std::uint64_t seed, std::string_view name) {
  std::uint64_t word = mix(seed, name.size());
  for (const char letter : name) word = mix(word, static_cast<unsigned char>(letter));
  return word;
}

double uniform(std::uint64_t word) {
  constexpr double unit = 1.0 / 9'007'199'254'740'992.0;  // 2^-53
  return static_cast<double>(word >> 11) * unit;
}

// Seven uniform numbers of 16 bits add up to what is normal for all practical purposes.
double gaussian(std::uint64_t first, std::uint64_t second) {
  constexpr double mean = 7 * 32'767.5;
  constexpr double deviation = 50'054.203'5;  // 2^16 * sqrt(7 / 12)
  const std::uint64_t sum = quarters(first) + quarters(second & 0xFFFF'FFFF'FFFFULL);
  return (static_cast<double>(sum) - mean) / deviation;
}

// Whole powers of two apart, the rest is within +-0.35, where twelve terms are exact.
double exponential(double x) {
  constexpr double log2_e = 1.442'695'040'888'963'4;
  constexpr double ln_2_high = 0.693'147'180'369'123'8;
  constexpr double ln_2_low = 1.908'214'929'270'588e-10;
  const double power = std::floor(x * log2_e + 0.5);
  const double rest = (x - power * ln_2_high) - power * ln_2_low;
  constexpr int terms = 12;
  double sum = 1;
  for (int k = terms; k >= 1; --k) sum = 1 + sum * rest / k;
  return std::ldexp(sum, static_cast<int>(power));
}

}  // namespace tribook::venue::simulated
