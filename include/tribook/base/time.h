#pragma once

#include <chrono>
#include <cstdint>

namespace tribook {

/// Nanoseconds since the Unix epoch, UTC. All of the engine's time is of this type.
struct TimeNs {
  std::int64_t ns = 0;

  friend constexpr auto operator<=>(TimeNs, TimeNs) = default;
  constexpr TimeNs operator+(std::chrono::nanoseconds d) const { return {ns + d.count()}; }
  constexpr TimeNs operator-(std::chrono::nanoseconds d) const { return {ns - d.count()}; }
  constexpr std::chrono::nanoseconds operator-(TimeNs other) const {
    return std::chrono::nanoseconds{ns - other.ns};
  }
  [[nodiscard]] constexpr std::int64_t ms() const { return ns / 1'000'000; }
  static constexpr TimeNs from_ms(std::int64_t ms) { return {ms * 1'000'000}; }
};

/// UTC days since 1970-01-01.
constexpr std::int64_t day_of(TimeNs time) {
  constexpr std::int64_t ns_of_day = 86'400'000'000'000;
  return time.ns / ns_of_day - (time.ns % ns_of_day < 0 ? 1 : 0);
}

namespace base {

/// Where a stage's time comes from. The simulator puts its own here; nothing below asks the system.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimeNs now() const = 0;
};

}  // namespace base
}  // namespace tribook
