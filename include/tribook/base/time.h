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

namespace base {

/// Where a stage's time comes from. The simulator puts its own here; nothing below asks the system.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimeNs now() const = 0;
};

}  // namespace base
}  // namespace tribook
