#include "venue/simulated/brownian_path.h"

#include <bit>
#include <cmath>

#include "venue/simulated/noise.h"

namespace tribook::venue::simulated {
namespace {

constexpr std::uint64_t kSecondWord = 0x5851'F42D'4C95'7F2DULL;
// A half's share of the variance is within 0.5 +- this.
constexpr double kUnevenness = 0.1;

}  // namespace

BrownianPath::BrownianPath(std::uint64_t seed)
    : seed_(seed), phase_(std::floor(uniform(mix(seed, 0)) * kBlockSeconds)) {}

double BrownianPath::at(double seconds) {
  const double place = (seconds + phase_) * kLeavesPerSecond;
  constexpr double leaves = kBlockSeconds * kLeavesPerSecond;
  const double block = std::floor(place / leaves);
  const double in_block = place - block * leaves;
  const auto leaf = static_cast<std::uint64_t>(in_block);
  int level = kLevels;  // down to which the way is the same as last time
  if (!has_way_ || block != block_) {
    block_ = block;
    block_seed_ = mix(seed_, static_cast<std::uint64_t>(static_cast<std::int64_t>(block)) + 1);
    way_[0] = {0, 0, kBlockSeconds};
    has_way_ = true;
    level = 0;
  } else {
    level -= static_cast<int>(std::bit_width(leaf ^ leaf_));
  }
  leaf_ = leaf;
  descend(level, leaf);
  const Interval& last = way_[kLevels];
  return last.left + (last.right - last.left) * (in_block - static_cast<double>(leaf));
}

void BrownianPath::descend(int level, std::uint64_t leaf) {
  for (; level < kLevels; ++level) {
    const Interval& whole = way_[static_cast<std::size_t>(level)];
    // Every interval of the block has its own number: 1, then 2 and 3, then 4 to 7 ...
    const std::uint64_t number = (std::uint64_t{1} << level) + (leaf >> (kLevels - level));
    const std::uint64_t first = mix(block_seed_, number);
    const std::uint64_t second = mix(first, kSecondWord);
    const double chance = static_cast<double>(second >> 48) / 65'536.0;
    const double share = 0.5 - kUnevenness + 2 * kUnevenness * chance;
    const double middle = whole.left + share * (whole.right - whole.left) +
                          std::sqrt(whole.variance * share * (1 - share)) * gaussian(first, second);
    const bool is_right = (leaf >> (kLevels - level - 1) & 1) != 0;
    way_[static_cast<std::size_t>(level) + 1] =
        is_right ? Interval{middle, whole.right, whole.variance * (1 - share)}
                 : Interval{whole.left, middle, whole.variance * share};
  }
}

}  // namespace tribook::venue::simulated
