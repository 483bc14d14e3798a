#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "metrics/latency.h"
#include "persistence/history.h"

namespace tribook::persistence {

struct HistoryPoolOptions {
  std::size_t threads = 2;
  std::size_t queue = 1'024;
  /// Makes a thread's reader, on that thread, when it is first needed and after each failure.
  std::function<std::unique_ptr<HistoryReader>()> make_reader;
  /// Why work failed; at most once in `log_interval`, with how often it happened meanwhile.
  std::function<void(const std::string&)> log;
  std::chrono::milliseconds log_interval{5'000};
};

/// Threads on which a store may be read, since that blocks.
class HistoryPool {
 public:
  using Work = std::function<void(HistoryReader&)>;
  using Done = std::function<void(bool ok)>;

  explicit HistoryPool(HistoryPoolOptions options);
  ~HistoryPool();
  HistoryPool(const HistoryPool&) = delete;
  HistoryPool& operator=(const HistoryPool&) = delete;

  /// Runs `work` on a thread of the pool, then `done` on the same one; not ok when the work threw
  /// or there is no reader. False when too many wait or the pool has stopped: neither is called
  /// then. Any thread.
  bool run(Work work, Done done);

  /// Finishes what is being worked on; what waits is answered not ok, on this thread.
  void stop();

  // For metrics; any thread.

  /// How long work took, without its waiting.
  [[nodiscard]] const metrics::LatencyHistogram& durations() const { return durations_; }
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] std::uint64_t refusals() const { return refusals_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  struct Job {
    Work work;
    Done done;
  };

  void serve();
  bool perform(const Job& job, std::unique_ptr<HistoryReader>& reader);
  void finish(const Job& job, bool is_good);
  void note_failure(const std::string& what);

  HistoryPoolOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable work_waits_;
  std::deque<Job> jobs_;
  bool is_stopped_ = false;
  std::mutex log_mutex_;
  std::chrono::steady_clock::time_point logged_{};
  std::uint64_t unlogged_ = 0;
  metrics::LatencyHistogram durations_;
  std::atomic<std::uint64_t> refusals_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::vector<std::thread> threads_;
};

}  // namespace tribook::persistence
