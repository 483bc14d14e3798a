#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

// Counts the system calls of one thread, from inside.
//
// A seccomp filter on that thread alone turns each system call into a signal, whose handler counts
// it and then makes the call itself, from the one address that the filter lets pass: the thread
// goes on as if nothing had been. A filter cannot be taken off again, so counting is switched on
// and off in the handler, and a thread that got one keeps it for life.
//
// Reading a clock through the vDSO is no system call and is not seen.

namespace tribook::test {

struct SystemCalls {
  static constexpr std::size_t kKept = 32;
  std::uint64_t count = 0;
  std::array<long, kKept> numbers{};  ///< of the first so many

  /// "2: 39 202", for a message.
  [[nodiscard]] std::string text() const;
};

/// On the thread to be watched, once, before counting. False when the kernel does not let us.
[[nodiscard]] bool watch_system_calls_of_this_thread();

/// This thread's, from zero. REQUIRES: it is watched.
void start_counting_system_calls();
SystemCalls stop_counting_system_calls();

}  // namespace tribook::test
