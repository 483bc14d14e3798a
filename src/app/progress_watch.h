#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tribook::app {

/// Notices threads that stand still. A thread that lives goes round its stages at least each few
/// milliseconds, with work or without; one whose count does not rise is stuck in a call.
class ProgressWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Rounds = std::function<std::uint64_t()>;

  explicit ProgressWatch(std::chrono::nanoseconds longest) : longest_(longest) {}

  /// Before the first look(), and before another thread asks.
  void add(std::string name, Rounds rounds);

  struct Change {
    std::string name;
    bool stands_still = false;
  };
  /// What changed since the look before. One thread; at least twice in `longest`: after a longer
  /// pause the whole machine may have slept, and everything counts as moving.
  [[nodiscard]] std::vector<Change> look(Time now);

  struct State {
    std::string_view name;
    bool stands_still = false;
  };
  /// Any thread.
  [[nodiscard]] std::vector<State> states() const;
  /// Any thread: the first that stands still, or empty.
  [[nodiscard]] std::string_view standing_still() const;

 private:
  struct Watched {
    std::string name;
    Rounds rounds;
    std::uint64_t seen = 0;
    Time moved;
    std::atomic<bool> stands_still{false};
  };

  const std::chrono::nanoseconds longest_;
  std::deque<Watched> watched_;
  Time last_look_{};
};

}  // namespace tribook::app
