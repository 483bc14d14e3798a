#include "support/cycles.h"

#include <chrono>
#include <ctime>

namespace tribook::bench {

Cycles::Cycles() {
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t cycles = now();
  while (std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(50)) {
  }
  const std::chrono::duration<double, std::nano> passed = std::chrono::steady_clock::now() - begin;
  per_ns_ = static_cast<double>(now() - cycles) / passed.count();
  base::Histogram empty;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t before = now();
    empty.record(now() - before);
  }
  timer_ns_ = ns(empty.percentile(500'000));
}

double seconds_at_work() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace tribook::bench
