#pragma once

#include <atomic>
#include <chrono>

#include "runtime/waker.h"

namespace tribook::runtime {

/// Where a thread without work sleeps. The sleeper announces itself, looks once more, then sleeps;
/// the writer pushes, fences, then looks for the announcement: one of the two always sees the
/// other.
class Parker final : public Waker {
 public:
  void wake() override;

  /// Reader: announce, before the last look at the rings.
  void prepare();
  /// Reader: work was found after all.
  void cancel();
  /// Reader: sleep until woken or for at most `longest`.
  void park(std::chrono::nanoseconds longest);

  [[nodiscard]] std::uint64_t parks() const { return parks_.load(std::memory_order_relaxed); }

 private:
  static constexpr std::uint32_t kAwake = 0;
  static constexpr std::uint32_t kParked = 1;
  std::atomic<std::uint32_t> state_{kAwake};
  std::atomic<std::uint64_t> parks_{0};
};

}  // namespace tribook::runtime
