#pragma once

#include <cstdint>
#include <optional>

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

/// value / divisor, rounded half away from zero. REQUIRES: divisor > 0.
constexpr int128 divide_half_away(int128 value, int128 divisor) {
  const int128 quotient = value / divisor;
  const int128 remainder = value % divisor;
  const uint128 rest = magnitude(remainder);
  const bool up = rest >= static_cast<uint128>(divisor) - rest;
  if (!up) return quotient;
  return value < 0 ? quotient - 1 : quotient + 1;
}

}  // namespace tribook
