#include "risk/pace.h"

#include <algorithm>

#include "tribook/base/assert.h"
#include "tribook/base/int128.h"

namespace tribook::risk {

Bucket Bucket::seen(const Size& size, TimeNs now) const {
  Bucket seen = *this;
  if (parts_ != size.tokens) {
    if (part_ != 0) ++seen.full_.ns;
    seen.part_ = 0;
    seen.parts_ = static_cast<std::int32_t>(size.tokens);
  }
  if (seen.full_ < now) {
    seen.full_ = now;
    seen.part_ = 0;
  }
  return seen;
}

// A token takes fills_in_ns / tokens to come back, so what is missing is the time until it is full,
// by that.
bool Bucket::has(const Size& size, std::int64_t tokens, TimeNs now) const {
  if (size.tokens < tokens) return false;
  const Bucket bucket = seen(size, now);
  const int128 missing = int128{(bucket.full_ - now).count()} * size.tokens + bucket.part_;
  return missing <= int128{size.tokens - tokens} * size.fills_in_ns;
}

void Bucket::take(const Size& size, std::int64_t tokens, TimeNs now) {
  if (size.tokens == 0) return;
  *this = seen(size, now);
  const std::int64_t parts = part_ + tokens * size.fills_in_ns;
  full_.ns += parts / size.tokens;
  part_ = static_cast<std::int32_t>(parts % size.tokens);
  const TimeNs empty{now.ns + size.fills_in_ns};
  if (full_ < empty) return;
  full_ = empty;
  part_ = 0;
}

// Limits of numbers are whole and at most 10^9.
Bucket::Size Pace::size_of(Limit limit, const LimitInForce& in_force) {
  TB_ASSERT(is_paced_by_time(limit));
  constexpr std::int64_t second = 1'000'000'000;
  return {in_force.threshold / kFixedOne, limit == Limit::OrdersPerSecond ? second : 60 * second};
}

}  // namespace tribook::risk
