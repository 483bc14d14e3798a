#include "runtime/parker.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

namespace tribook::runtime {
namespace {

long futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value,
           const timespec* timeout) {
  static_assert(sizeof(word) == sizeof(std::uint32_t));
  return syscall(SYS_futex, &word, operation, value, timeout, nullptr, 0);
}

}  // namespace

// Both sides store, fence, then look: a push before wake() and a look after prepare() cannot both
// miss.
void Parker::wake() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (state_.load(std::memory_order_relaxed) != kParked) return;
  if (state_.exchange(kAwake) == kParked) futex(state_, FUTEX_WAKE_PRIVATE, 1, nullptr);
}

void Parker::prepare() {
  state_.store(kParked, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

void Parker::cancel() { state_.store(kAwake, std::memory_order_relaxed); }

void Parker::park(std::chrono::nanoseconds longest) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest);
  const timespec timeout{static_cast<time_t>(seconds.count()),
                         static_cast<long>((longest - seconds).count())};
  parks_.fetch_add(1, std::memory_order_relaxed);
  futex(state_, FUTEX_WAIT_PRIVATE, kParked, &timeout);
  state_.store(kAwake, std::memory_order_relaxed);
}

}  // namespace tribook::runtime
