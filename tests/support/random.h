#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace tribook::test {

/// Random numbers that are the same on every platform. The seed is TRIBOOK_TEST_SEED if that is
/// set; a test prints reproduce() with INFO.
class Random {
 public:
  explicit Random(std::uint64_t seed) : Random(seed, true) {}
  /// That seed, for a test that goes through many from the one that was asked for.
  static Random exactly(std::uint64_t seed) { return Random(seed, false); }

  [[nodiscard]] std::string reproduce() const {
    return "reproduce: TRIBOOK_TEST_SEED=" + std::to_string(seed_);
  }

  std::uint64_t bits() { return engine_(); }
  /// 0 .. count - 1. REQUIRES: count > 0.
  std::uint64_t below(std::uint64_t count) { return engine_() % count; }
  /// low .. high, both included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool one_in(std::uint64_t count) { return below(count) == 0; }
  /// All magnitudes alike: a random number of random bits.
  std::uint64_t any_size() { return bits() >> below(64); }

 private:
  Random(std::uint64_t seed, bool may_be_chosen)
      : seed_(may_be_chosen ? chosen(seed) : seed), engine_(seed_) {}
  static std::uint64_t chosen(std::uint64_t seed) {
    const char* text = std::getenv("TRIBOOK_TEST_SEED");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : seed;
  }
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace tribook::test
