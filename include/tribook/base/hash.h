#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "tribook/base/int128.h"

namespace tribook::base {

/// A running 64-bit digest of plain records. Two engines that gave the same events, or hold the
/// same state, have the same digest; it finds divergence, it does not resist an attacker.
class Digest {
 public:
  constexpr Digest() = default;
  constexpr explicit Digest(std::uint64_t value) : value_(value) {}

  constexpr void mix(std::uint64_t word) {
    value_ =
        fold(static_cast<uint128>(value_ ^ word) * 0x9E3779B97F4A7C15ULL + 0x2545F4914F6CDD1DULL);
  }

  void mix_bytes(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (; size >= 16; size -= 16, bytes += 16) {
      value_ =
          fold(static_cast<uint128>(word_at(bytes) ^ kNeverThere) * (word_at(bytes + 8) ^ value_));
    }
    if (size >= 8) {
      mix(word_at(bytes));
      size -= 8;
      bytes += 8;
    }
    if (size != 0) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes, size);
      mix(word ^ (static_cast<std::uint64_t>(size) << 56));
    }
  }

  /// REQUIRES: no padding in T, so that equal values are equal bytes.
  template <typename T>
  void mix_value(const T& value) {
    static_assert(std::has_unique_object_representations_v<T>);
    mix_bytes(&value, sizeof value);
  }

  [[nodiscard]] constexpr std::uint64_t value() const { return value_; }

 private:
  // A word that is this would hide its neighbour: no amount, time or id is.
  static constexpr std::uint64_t kNeverThere = 0xD6E8'FEB8'6659'FD93ULL;

  static constexpr std::uint64_t fold(uint128 product) {
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  static std::uint64_t word_at(const unsigned char* bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, 8);
    return word;
  }

  std::uint64_t value_ = 0x8422'2325'CBF2'9CE4ULL;
};

}  // namespace tribook::base
