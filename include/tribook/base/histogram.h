#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace tribook::base {

/// Log-linear histogram of non-negative values (nanoseconds): 32 steps per power of two, so a
/// percentile is within about 3 % of the true one. Fixed size, one writer.
class Histogram {
 public:
  void record(std::uint64_t value, std::uint64_t count = 1) {
    counts_[index_of(value)] += count;
    total_ += count;
    if (value > max_) max_ = value;
  }

  [[nodiscard]] std::uint64_t count() const { return total_; }
  [[nodiscard]] std::uint64_t max() const { return max_; }

  /// The value that the fraction `per_million` / 1,000,000 of all recorded ones do not exceed.
  [[nodiscard]] std::uint64_t percentile(std::uint32_t per_million) const {
    const std::uint64_t wanted = (total_ * per_million + 999'999) / 1'000'000;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i];
      if (seen >= wanted && seen > 0) return upper_bound_of(i) < max_ ? upper_bound_of(i) : max_;
    }
    return max_;
  }

  void reset() { *this = Histogram{}; }

 private:
  static constexpr std::size_t kStepBits = 5;
  static constexpr std::size_t kSteps = std::size_t{1} << kStepBits;
  static constexpr std::size_t kBuckets = (64 - kStepBits + 1) * kSteps;

  static std::size_t index_of(std::uint64_t value) {
    if (value < kSteps) return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - kStepBits - 1;
    return (shift + 1) * kSteps + static_cast<std::size_t>((value >> shift) & (kSteps - 1));
  }
  static std::uint64_t upper_bound_of(std::size_t index) {
    if (index < kSteps) return index;
    const std::size_t shift = index / kSteps - 1;
    return ((kSteps + index % kSteps + 1) << shift) - 1;
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t total_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace tribook::base
