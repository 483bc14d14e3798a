#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tribook::sim {

/// Random numbers that are the same on every platform (splitmix64). Each concern of a run has a
/// stream of its own, so that one more draw here leaves the draws there as they were.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// 0 .. count - 1. REQUIRES: count > 0.
  constexpr std::uint64_t below(std::uint64_t count) { return bits() % count; }
  /// low .. high, both included.
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  constexpr bool one_in(std::uint64_t count) { return below(count) == 0; }
  constexpr bool percent(std::uint64_t chance) { return below(100) < chance; }
  template <typename T, std::size_t N>
  constexpr T one_of(const T (&items)[N]) {
    return items[below(N)];
  }
  /// The place of one item of a list whose rows have a `weight`, heavier ones more often.
  template <typename Rows>
  constexpr std::size_t weighted(const Rows& rows) {
    std::uint64_t total = 0;
    for (const auto& row : rows) total += row.weight;
    std::uint64_t draw = below(total);
    std::size_t place = 0;
    for (const auto& row : rows) {
      if (draw < row.weight) break;
      draw -= row.weight;
      ++place;
    }
    return place;
  }
  constexpr Random fork() { return Random(bits()); }

 private:
  std::uint64_t state_;
};

}  // namespace tribook::sim
