#pragma once

#include <atomic>
#include <thread>

#include "hot_path/call_counter.h"
#include "hot_path/heap_counter.h"
#include "runtime/stage.h"

namespace tribook::test {

/// The first stage of a thread whose calls are to be counted: watches it from its start, and counts
/// between begin() and end(), which another thread says.
class Probe final : public runtime::Stage {
 public:
  [[nodiscard]] std::string_view name() const override { return "probe"; }
  void on_start() override { is_watching_ = watch_system_calls_of_this_thread(); }
  std::size_t do_work(TimeNs) override {
    const Phase wanted = wanted_.load(std::memory_order_acquire);
    if (wanted != phase_.load(std::memory_order_relaxed)) enter(wanted);
    return 0;
  }

  /// Any other thread: returns once the watched thread counts, or has stopped counting.
  void begin() { change(Phase::Counting); }
  void end() { change(Phase::Done); }

  // After end().
  [[nodiscard]] bool is_watching() const { return is_watching_; }
  [[nodiscard]] const HeapCalls& heap() const { return heap_; }
  [[nodiscard]] const SystemCalls& system() const { return system_; }

 private:
  enum class Phase { Idle, Counting, Done };

  void enter(Phase wanted) {
    if (wanted == Phase::Counting) {
      start_counting_heap();
      start_counting_system_calls();
    } else {
      system_ = stop_counting_system_calls();
      heap_ = stop_counting_heap();
    }
    phase_.store(wanted, std::memory_order_release);
  }
  void change(Phase wanted) {
    wanted_.store(wanted, std::memory_order_release);
    while (phase_.load(std::memory_order_acquire) != wanted) std::this_thread::yield();
  }

  std::atomic<Phase> wanted_{Phase::Idle};
  std::atomic<Phase> phase_{Phase::Idle};
  bool is_watching_ = false;
  HeapCalls heap_;
  SystemCalls system_;
};

}  // namespace tribook::test
