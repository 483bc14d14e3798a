#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

// A random walk in continuous time that is a function of its seed and the time, not a sequence: the
// value at an instant is found by halving, from a block of about two years down to an eighth of a
// second. The value in the middle of an interval is between those at its ends, displaced by chance
// that is hashed from the interval's place. Within the smallest interval the path is straight.
//
// Blocks begin and end at zero, at another time for each seed: a price stays near its anchor for
// ever. Each half gets a share of its interval's variance by chance too, so that quiet and busy
// times come in clusters, at every scale, and large moves are more frequent than normal ones.

namespace tribook::venue::simulated {

/// Keeps the way to the last value, which makes the next one cheap when it is near. Values do not
/// depend on that: any order of questions gives the same ones.
class BrownianPath {
 public:
  explicit BrownianPath(std::uint64_t seed);

  /// The value after so many seconds; its variance grows by 1 a second. REQUIRES: |seconds| <
  /// 10^11.
  double at(double seconds);

 private:
  static constexpr int kLevels = 29;
  static constexpr double kBlockSeconds = 67'108'864;  // 2^26
  static constexpr double kLeavesPerSecond = 8;        // so a block has 2^29

  // An interval: the path at its ends, and the variance within.
  struct Interval {
    double left = 0;
    double right = 0;
    double variance = 0;
  };

  void descend(int level, std::uint64_t leaf);

  std::uint64_t seed_;
  double phase_;
  double block_ = 0;
  std::uint64_t block_seed_ = 0;
  std::uint64_t leaf_ = 0;
  bool has_way_ = false;
  std::array<Interval, kLevels + 1> way_{};
};

}  // namespace tribook::venue::simulated
