#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tribook::scenario {

/// SplitMix64 and a few ways to draw from it: the same numbers on every machine and library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t word = state_ += 0x9E3779B97F4A7C15ULL;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9ULL;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBULL;
    return word ^ (word >> 31);
  }
  /// 0 to n - 1. REQUIRES: n > 0.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  /// REQUIRES: least <= most.
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  bool chance(std::uint64_t in_thousand) { return below(1000) < in_thousand; }
  /// 1 to 2^bits, each order of magnitude as often as another. REQUIRES: bits < 62.
  std::int64_t magnitude(std::int64_t bits) {
    const std::int64_t top = std::int64_t{1} << between(0, bits);
    return between((top + 1) / 2, top);
  }
  template <typename T, std::size_t N>
  const T& pick(const T (&choices)[N]) {
    return choices[below(N)];
  }
  template <typename T>
  const T& pick(std::span<const T> choices) {
    return choices[below(choices.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace tribook::scenario
