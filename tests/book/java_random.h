#pragma once

#include <cstdint>

namespace tribook::test {

/// java.util.Random: the same numbers for the same seed.
class JavaRandom {
 public:
  explicit JavaRandom(std::int64_t seed)
      : state_((static_cast<std::uint64_t>(seed) ^ kFactor) & kMask) {}

  /// 0 .. bound - 1. REQUIRES: bound > 0.
  std::int32_t next_int(std::int32_t bound) {
    if ((bound & -bound) == bound) {
      return static_cast<std::int32_t>((std::int64_t{bound} * next(31)) >> 31);
    }
    while (true) {
      const std::int64_t bits = next(31);
      const std::int64_t value = bits % bound;
      // Java waits for its 32 bits to wrap here: those numbers would favour small values.
      if (bits - value + (bound - 1) <= INT32_MAX) return static_cast<std::int32_t>(value);
    }
  }

  /// 0 <= value < 1.
  double next_double() {
    const std::int64_t high = std::int64_t{next(26)} << 27;
    return static_cast<double>(high + next(27)) * 0x1.0p-53;
  }

 private:
  static constexpr std::uint64_t kFactor = 0x5'DEEC'E66DULL;
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << 48) - 1;

  std::int32_t next(int bits) {
    state_ = (state_ * kFactor + 0xB) & kMask;
    return static_cast<std::int32_t>(state_ >> (48 - bits));
  }

  std::uint64_t state_;
};

}  // namespace tribook::test
