#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

namespace tribook::app {

/// SIGTERM and SIGINT, taken here and nowhere else. The first asks for a stop, whatever the daemon
/// is at; what comes within kTogether after it is part of it. Who asks again does not want to wait:
/// what was acknowledged is in the journal by then, so an end at once is no worse than a crash.
class StopSignals {
 public:
  /// Before any other thread is started: they inherit what it blocks.
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// As a first signal does.
  void ask();
  [[nodiscard]] bool is_asked() const { return is_asked_.load(std::memory_order_acquire); }
  /// Waits at most so long; whether a stop is asked for.
  bool wait(std::chrono::milliseconds longest);

 private:
  static constexpr std::chrono::milliseconds kTogether{100};

  void listen(const std::stop_token& is_over);
  /// Takes the signals that belong to the first; false once all is over.
  bool take_in_together(const std::stop_token& is_over);

  sigset_t set_{};
  std::mutex mutex_;
  std::condition_variable asked_;
  std::atomic<bool> is_asked_{false};
  std::jthread thread_;
};

}  // namespace tribook::app
