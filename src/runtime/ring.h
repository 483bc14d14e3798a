#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <readerwriterqueue/readerwriterqueue.h>

#include "runtime/waker.h"
#include "tribook/base/assert.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

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
///
/// The queue inside holds more than was asked for and finds its depth by walking its blocks; the two
/// counts make the bound exact and the depth one subtraction. Each stands on its owner's cache line,
/// and the writer looks at the reader's only when the ring seems full.
template <typename T>
class Ring final : public RingBase {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Ring(std::string name, std::size_t capacity)
      : name_(std::move(name)), capacity_(capacity), queue_(capacity) {}

  /// Before any thread starts. Without it the reader polls.
  void set_reader(Waker* reader) { reader_ = reader; }

  [[nodiscard]] bool try_push(const T& item) {
    if (!has_room()) {
      refused_.store(refused_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return false;
    }
    // Before the item can be popped, so that no one ever sees more popped than pushed.
    pushed_.store(pushed_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    tell_sanitizer_release();
    const bool is_in = queue_.try_enqueue(item);
    TB_ASSERT(is_in);
    is_told_ = false;
    return true;
  }
  /// Writer: whether try_push will take so many.
  [[nodiscard]] bool has_room(std::size_t items = 1) {
    const std::uint64_t pushed = pushed_.load(std::memory_order_relaxed);
    if (pushed - popped_seen_ + items <= capacity_) return true;
    popped_seen_ = popped_.load(std::memory_order_acquire);
    return pushed - popped_seen_ + items <= capacity_;
  }

  /// Writer: wakes the reader if anything was pushed since the last call.
  void notify() {
    if (is_told_) return;
    is_told_ = true;
    if (reader_ != nullptr) reader_->wake();
  }

  [[nodiscard]] bool try_pop(T& item) {
#ifdef __SANITIZE_THREAD__
    const T* front = peek();
    if (front == nullptr) return false;
    item = *front;
    pop();
#else
    if (!queue_.try_dequeue(item)) return false;
    count_pop();
#endif
    return true;
  }
  /// Reader: the oldest item, left in place; null when empty.
  [[nodiscard]] const T* peek() {
    const T* front = queue_.peek();
    if (front != nullptr) tell_sanitizer_acquire();
    return front;
  }
  /// Reader. REQUIRES: peek() gave an item.
  void pop() {
    queue_.pop();
    count_pop();
  }

  /// Any thread: a moment's figure.
  [[nodiscard]] std::size_t depth() const {
    const std::uint64_t popped = popped_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(pushed_.load(std::memory_order_relaxed) - popped);
  }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] RingFigures figures() const override {
    return {name_, capacity_, depth(), refused_.load(std::memory_order_relaxed)};
  }

 private:
  void count_pop() {
    popped_.store(popped_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // The queue orders an item's bytes by fences, which the thread sanitizer does not see. It is told
  // what they do, no more: all before a push happens before all after the pop of that item. The other
  // way round, a place that is written again, is ordered by popped_.
#ifdef __SANITIZE_THREAD__
  void tell_sanitizer_release() { __tsan_release(&pushed_); }
  void tell_sanitizer_acquire() { __tsan_acquire(&pushed_); }
#else
  void tell_sanitizer_release() {}
  void tell_sanitizer_acquire() {}
#endif

  static constexpr std::size_t kCacheLine = 64;
  std::string name_;
  std::size_t capacity_;
  Waker* reader_ = nullptr;
  moodycamel::ReaderWriterQueue<T> queue_;
  // The writer's.
  alignas(kCacheLine) std::atomic<std::uint64_t> pushed_{0};
  std::uint64_t popped_seen_ = 0;
  std::atomic<std::uint64_t> refused_{0};
  bool is_told_ = true;
  // The reader's.
  alignas(kCacheLine) std::atomic<std::uint64_t> popped_{0};
};

}  // namespace tribook::runtime
