#pragma once

#include <compare>
#include <cstdint>

#include "tribook/base/int128.h"

// Money, prices and volumes are integers that count 10^-8 of their unit, each of its own type, so
// that a price is never added to a volume. Only operators that mean something exist; products go
// through the functions of amounts.h, which know the scales.

namespace tribook {

inline constexpr std::int64_t kFixedOne = 100'000'000;  // 1.0 at 10^-8
inline constexpr int kFixedDigits = 8;

/// A 64-bit fixed-point quantity at 10^-8; the tag tells which.
template <typename Tag>
struct Fixed64 {
  std::int64_t raw = 0;

  static constexpr Fixed64 from_raw(std::int64_t value) { return {value}; }
  /// REQUIRES: |whole| <= 92,233,720,368.
  static constexpr Fixed64 from_whole(std::int64_t whole) { return {whole * kFixedOne}; }

  friend constexpr auto operator<=>(Fixed64, Fixed64) = default;
  constexpr Fixed64 operator+(Fixed64 other) const { return {raw + other.raw}; }
  constexpr Fixed64 operator-(Fixed64 other) const { return {raw - other.raw}; }
  constexpr Fixed64 operator-() const { return {-raw}; }
  constexpr Fixed64& operator+=(Fixed64 other) { return *this = *this + other; }
  constexpr Fixed64& operator-=(Fixed64 other) { return *this = *this - other; }
  [[nodiscard]] constexpr bool is_zero() const { return raw == 0; }
};

using Price = Fixed64<struct PriceTag>;        ///< quote currency per unit of base
using Volume = Fixed64<struct VolumeTag>;      ///< lots
using Quantity = Fixed64<struct QuantityTag>;  ///< units per lot (contract size)
using Ratio = Fixed64<struct RatioTag>;  ///< percentages and rates: 5 % is 5.0 where named percent

/// A distance in hundredths of a pip.
struct PipDistance {
  std::uint32_t hundredths = 0;

  friend constexpr auto operator<=>(PipDistance, PipDistance) = default;
  [[nodiscard]] constexpr bool is_zero() const { return hundredths == 0; }
  [[nodiscard]] constexpr Ratio pips() const {
    return {static_cast<std::int64_t>(hundredths) * (kFixedOne / 100)};
  }
};

/// The largest price, volume or contract size that is taken in, 10^10: a sum of a few still fits.
inline constexpr std::int64_t kMaxFixedRaw = 10'000'000'000 * kFixedOne;

/// An amount of money at 10^-8 of a currency's unit, 128 bits.
struct Money {
  int128 raw = 0;

  static constexpr Money from_raw(int128 value) { return {value}; }
  static constexpr Money from_whole(std::int64_t whole) {
    return {static_cast<int128>(whole) * kFixedOne};
  }

  friend constexpr auto operator<=>(Money, Money) = default;
  constexpr Money operator+(Money other) const { return {raw + other.raw}; }
  constexpr Money operator-(Money other) const { return {raw - other.raw}; }
  constexpr Money operator-() const { return {-raw}; }
  constexpr Money& operator+=(Money other) { return *this = *this + other; }
  constexpr Money& operator-=(Money other) { return *this = *this - other; }
  [[nodiscard]] constexpr bool is_zero() const { return raw == 0; }
  [[nodiscard]] constexpr bool is_negative() const { return raw < 0; }
};

/// Balances stay within +-10^20 units of a currency; what would pass it is refused
/// (VALUE_OVERFLOW), so sums of a few balances cannot wrap in 128 bits.
inline constexpr Money kMaxMoney{static_cast<int128>(1'000'000'000'000) * 100'000'000 * kFixedOne};

/// An exact sum of price x volume, at 10^-16 (quote currency x lots per unit).
struct Cost {
  int128 raw = 0;

  friend constexpr auto operator<=>(Cost, Cost) = default;
  constexpr Cost operator+(Cost other) const { return {raw + other.raw}; }
  constexpr Cost operator-(Cost other) const { return {raw - other.raw}; }
};

constexpr Cost cost_of(Price price, Volume volume) {
  return {static_cast<int128>(price.raw) * volume.raw};
}

}  // namespace tribook
