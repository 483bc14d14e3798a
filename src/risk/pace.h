#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tribook/base/prefetch.h"
#include "tribook/base/time.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/limit.h"

// How fast orders of an account may come. Each of its buckets holds as many tokens as the limit
// allows in its period and fills evenly, so that after a rest they may all come at once. Kept as
// the moment at which it will be full again, exact in parts of a nanosecond: a bucket needs no
// clock of its own, and one that nobody touched is full.

namespace tribook::risk {

constexpr bool is_paced_by_time(Limit limit) {
  return limit == Limit::OrdersPerSecond || limit == Limit::OrdersPerMinute;
}
inline constexpr std::uint32_t kPacedByTime =
    bit_of(Limit::OrdersPerSecond) | bit_of(Limit::OrdersPerMinute);

/// The limit's bit in NewOrder::pace_warnings.
constexpr std::uint8_t warning_of(Limit limit) {
  return static_cast<std::uint8_t>(
      1U << (static_cast<unsigned>(limit) - static_cast<unsigned>(Limit::OrdersPerSecond)));
}

class Bucket {
 public:
  /// What it holds at most, and how long it takes to fill.
  struct Size {
    std::int64_t tokens = 0;
    std::int64_t fills_in_ns = 0;
  };

  [[nodiscard]] bool has(const Size& size, std::int64_t tokens, TimeNs now) const;
  /// All that there are, when they are fewer. REQUIRES: tokens x fills_in_ns fit 63 bits.
  void take(const Size& size, std::int64_t tokens, TimeNs now);

 private:
  /// The same moment or up to a nanosecond later, in parts of that size; now, if it is over.
  [[nodiscard]] Bucket seen(const Size& size, TimeNs now) const;

  TimeNs full_{};           // when it is full again,
  std::int32_t part_ = 0;   // and so many parts of a nanosecond later,
  std::int32_t parts_ = 1;  // of which there are so many
};

/// An overlay as holds are: of an account of which nothing is known every bucket is full.
class Pace {
 public:
  explicit Pace(std::uint32_t accounts) : buckets_(std::size_t{accounts} + 1) {}

  static constexpr std::size_t place_of(Limit limit) {
    return limit == Limit::OrdersPerSecond ? 0 : 1;
  }
  /// REQUIRES: is_paced_by_time(limit), here and below.
  [[nodiscard]] bool has(AccountId account, Limit limit, const LimitInForce& in_force,
                         std::int64_t orders, TimeNs now) const {
    return bucket(account, limit).has(size_of(limit, in_force), orders, now);
  }
  void take(AccountId account, Limit limit, const LimitInForce& in_force, std::int64_t orders,
            TimeNs now) {
    buckets_[account.value][place_of(limit)].take(size_of(limit, in_force), orders, now);
  }
  void prefetch(AccountId account) const {
    if (account.value < buckets_.size()) base::prefetch(buckets_[account.value]);
  }

 private:
  static Bucket::Size size_of(Limit limit, const LimitInForce& in_force);
  [[nodiscard]] const Bucket& bucket(AccountId account, Limit limit) const {
    return buckets_[account.value][place_of(limit)];
  }

  std::vector<std::array<Bucket, 2>> buckets_;  // by account
};

}  // namespace tribook::risk
