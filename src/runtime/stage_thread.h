#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/parker.h"
#include "runtime/stage.h"
#include "tribook/base/time.h"

namespace tribook::runtime {

/// What a thread does when a round over its stages found no work.
enum class WaitStrategy : std::uint8_t { Spin, Yield, Park };

struct ThreadOptions {
  std::string name;  ///< at most 15 characters show in the system
  WaitStrategy wait = WaitStrategy::Park;
  int core = -1;  ///< pinned to it; -1 = anywhere
  int rounds_before_park =
      200;  ///< idle ones: a hand-over between two busy threads costs no syscall
  int rounds_while_near = 400;  ///< idle ones more, each a yield, while a stage's work is near
  std::chrono::nanoseconds longest_park = std::chrono::milliseconds{1};
};

/// Runs stages in turn on one thread until stopped. Stop it only when its inputs are dry: what is
/// left in rings then stays there.
class StageThread {
 public:
  StageThread(ThreadOptions options, const base::Clock& clock, std::vector<Stage*> stages);
  ~StageThread();
  StageThread(const StageThread&) = delete;
  StageThread& operator=(const StageThread&) = delete;

  void start();
  /// Asks, then joins. The stages' on_close has run.
  void stop();

  [[nodiscard]] Waker& waker() { return parker_; }
  [[nodiscard]] const ThreadOptions& options() const { return options_; }

  /// Rounds and rounds that found work: the duty cycle.
  [[nodiscard]] std::uint64_t rounds() const { return rounds_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t busy_rounds() const {
    return busy_rounds_.load(std::memory_order_relaxed);
  }
  /// How often it went to sleep.
  [[nodiscard]] std::uint64_t parks() const { return parker_.parks(); }
  /// Longest time from one round to the next, since start.
  [[nodiscard]] std::int64_t longest_round_ns() const {
    return longest_round_ns_.load(std::memory_order_relaxed);
  }

 private:
  void run();
  std::size_t round();
  void wait(int idle_rounds);
  void give_way();
  [[nodiscard]] bool stays_awake(int idle_rounds) const;

  static constexpr std::chrono::microseconds kLateReturn{200};
  static constexpr std::chrono::milliseconds kCrowdedFor{100};

  ThreadOptions options_;
  const base::Clock& clock_;
  std::vector<Stage*> stages_;
  TimeNs crowded_at_{};  // it came back late from giving way
  bool is_crowded_ = false;
  Parker parker_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> rounds_{0};
  std::atomic<std::uint64_t> busy_rounds_{0};
  std::atomic<std::int64_t> longest_round_ns_{0};
  std::thread thread_;
};

}  // namespace tribook::runtime
