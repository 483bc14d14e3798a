#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>

namespace tribook {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

/// Checked arithmetic: empty when the result does not fit.
template <typename T>
constexpr std::optional<T> checked_add(T a, T b) {
  T result{};
  if (__builtin_add_overflow(a, b, &result)) return std::nullopt;
  return result;
}

template <typename T>
constexpr std::optional<T> checked_subtract(T a, T b) {
  T result{};
  if (__builtin_sub_overflow(a, b, &result)) return std::nullopt;
  return result;
}

template <typename T>
constexpr std::optional<T> checked_multiply(T a, T b) {
  T result{};
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

constexpr uint128 magnitude(int128 value) {
  return value < 0 ? uint128{0} - static_cast<uint128>(value) : static_cast<uint128>(value);
}

/// False when value x factor does not fit; the value is then as it was.
constexpr bool multiply_in_place(uint128& value, std::uint64_t factor) {
  const uint128 low = static_cast<uint128>(static_cast<std::uint64_t>(value)) * factor;
  const uint128 high = static_cast<uint128>(static_cast<std::uint64_t>(value >> 64)) * factor;
  if ((high >> 64) != 0) return false;
  const uint128 sum = (high << 64) + low;
  if (sum < low) return false;
  value = sum;
  return true;
}

/// One digit of a long division: (high x 2^64 + low) / divisor, its remainder left in `high`.
/// REQUIRES: high < divisor. Compilers call a library function for this; the machine has a word.
constexpr std::uint64_t divide_words(std::uint64_t& high, std::uint64_t low,
                                     std::uint64_t divisor) {
#ifdef __x86_64__
  if (!std::is_constant_evaluated()) {
    std::uint64_t quotient = low;
    __asm__("divq %2" : "+a"(quotient), "+d"(high) : "r"(divisor) : "cc");
    return quotient;
  }
#endif
  const uint128 value = (static_cast<uint128>(high) << 64) | low;
  high = static_cast<std::uint64_t>(value % divisor);
  return static_cast<std::uint64_t>(value / divisor);
}

/// value / divisor, towards zero. REQUIRES: divisor > 0.
constexpr uint128 divide_by_word(uint128 value, std::uint64_t divisor) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  const auto low = static_cast<std::uint64_t>(value);
  if (high == 0) return low / divisor;
  std::uint64_t rest = high % divisor;
  const std::uint64_t upper = high < divisor ? 0 : high / divisor;
  return (static_cast<uint128>(upper) << 64) | divide_words(rest, low, divisor);
}

/// value / divisor, rounded half away from zero. REQUIRES: divisor > 0.
constexpr int128 divide_half_away(int128 value, int128 divisor) {
  const uint128 whole = magnitude(value);
  const auto by = static_cast<uint128>(divisor);
  uint128 quotient =
      (by >> 64) == 0 ? divide_by_word(whole, static_cast<std::uint64_t>(by)) : whole / by;
  const uint128 rest = whole - quotient * by;
  if (rest >= by - rest) ++quotient;
  return static_cast<int128>(value < 0 ? uint128{0} - quotient : quotient);
}

}  // namespace tribook
