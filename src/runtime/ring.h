#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <readerwriterqueue/readerwriterqueue.h>

#include "runtime/waker.h"

namespace tribook::runtime {

/// What a ring tells of itself, for metrics.
struct RingFigures {
  std::string name;
  std::size_t capacity = 0;
  std::size_t depth = 0;
  std::uint64_t refused = 0;
};

class RingBase {
 public:
  virtual ~RingBase() = default;
  [[nodiscard]] virtual RingFigures figures() const = 0;
};

/// A bounded queue from one thread to one other. Never blocks and never allocates after construction:
/// a full one refuses, and counts it. The writer calls notify() once after a batch of pushes.
template <typename T>
class Ring final : public RingBase {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Ring(std::string name, std::size_t capacity)
      : name_(std::move(name)), capacity_(capacity), queue_(capacity) {}

  /// Before any thread starts. Without it the reader polls.
  void set_reader(Waker* reader) { reader_ = reader; }

  [[nodiscard]] bool try_push(const T& item) {
    if (queue_.try_enqueue(item)) {
      pushed_ = true;
      return true;
    }
    refused_.store(refused_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return false;
  }

  /// Writer: wakes the reader if anything was pushed since the last call.
  void notify() {
    if (!pushed_) return;
    pushed_ = false;
    if (reader_ != nullptr) reader_->wake();
  }

  [[nodiscard]] bool try_pop(T& item) { return queue_.try_dequeue(item); }
  /// Reader: the oldest item, left in place; null when empty.
  [[nodiscard]] const T* peek() { return queue_.peek(); }
  void pop() { queue_.pop(); }

  [[nodiscard]] std::size_t depth() const { return queue_.size_approx(); }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] RingFigures figures() const override {
    return {name_, capacity_, depth(), refused_.load(std::memory_order_relaxed)};
  }

 private:
  std::string name_;
  std::size_t capacity_;
  moodycamel::ReaderWriterQueue<T> queue_;
  Waker* reader_ = nullptr;
  bool pushed_ = false;                     // the writer's
  std::atomic<std::uint64_t> refused_{0};   // the writer's
};

}  // namespace tribook::runtime
