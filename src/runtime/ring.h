#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>

#include "runtime/waker.h"
#include "tribook/base/assert.h"

// One array and two counts: how many items were ever pushed, and how many popped. Each count is
// written by one thread and stands on its own cache line, with that thread's last look at the other
// count: the other's line is fetched only when the ring seems full, or empty. A count is stored
// with release after its item is written, or read, and loaded with acquire, which is all the order
// there is; the thread sanitizer follows it without help.
//
// A writer that found no room says so, then looks once more; a reader that made some looks whether
// anybody said so. Both fence in between, so one of the two sees the other, and a writer may sleep
// until there is room.

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

/// A bounded queue from one thread to one other. Never blocks and never allocates after
/// construction, which touches all its memory: a full one refuses, and counts it. The writer calls
/// notify() once after a batch of pushes, the reader notify_room() after a batch of pops.
template <typename T>
class Ring final : public RingBase {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// REQUIRES: capacity > 0.
  Ring(std::string name, std::size_t capacity)
      : name_(std::move(name)),
        capacity_(capacity),
        mask_(std::bit_ceil(capacity) - 1),
        items_(std::make_unique<T[]>(mask_ + 1)) {
    TB_ASSERT(capacity > 0);
  }

  /// Before any thread starts. Without it the reader polls.
  void set_reader(Waker* reader) { reader_ = reader; }
  /// Likewise. Without it a writer that found no room polls, or has given up.
  void set_writer(Waker* writer) { writer_ = writer; }

  [[nodiscard]] bool try_push(const T& item) {
    if (!has_room()) {
      refused_.store(refused_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      return false;
    }
    const std::uint64_t pushed = pushed_.load(std::memory_order_relaxed);
    items_[pushed & mask_] = item;
    pushed_.store(pushed + 1, std::memory_order_release);
    is_told_ = false;
    return true;
  }
  /// Writer: whether try_push will take so many.
  [[nodiscard]] bool has_room(std::size_t items = 1) {
    const std::uint64_t pushed = pushed_.load(std::memory_order_relaxed);
    if (pushed - popped_seen_ + items <= capacity_) return true;
    popped_seen_ = popped_.load(std::memory_order_acquire);
    if (pushed - popped_seen_ + items <= capacity_) return true;
    if (writer_ == nullptr) return false;
    ask_for_room();
    return pushed - popped_seen_ + items <= capacity_;
  }

  /// Writer: wakes the reader if anything was pushed since the last call.
  void notify() {
    if (is_told_) return;
    is_told_ = true;
    if (reader_ != nullptr) reader_->wake();
  }

  [[nodiscard]] bool try_pop(T& item) {
    const T* front = peek();
    if (front == nullptr) return false;
    item = *front;
    pop();
    return true;
  }
  /// Reader: the oldest item, left in place; null when empty.
  [[nodiscard]] const T* peek() {
    const std::uint64_t popped = popped_.load(std::memory_order_relaxed);
    if (popped == pushed_seen_) {
      pushed_seen_ = pushed_.load(std::memory_order_acquire);
      if (popped == pushed_seen_) return nullptr;
    }
    return &items_[popped & mask_];
  }
  /// Reader: the item so many places behind the oldest; null when there is none.
  [[nodiscard]] const T* peek_behind(std::size_t places) {
    const std::uint64_t place = popped_.load(std::memory_order_relaxed) + places;
    if (place >= pushed_seen_) {
      pushed_seen_ = pushed_.load(std::memory_order_acquire);
      if (place >= pushed_seen_) return nullptr;
    }
    return &items_[place & mask_];
  }
  /// Reader. REQUIRES: peek() gave an item.
  void pop() {
    popped_.store(popped_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    is_room_told_ = false;
  }
  /// Reader: wakes the writer if it waits for room and anything was popped since the last call.
  void notify_room() {
    if (is_room_told_) return;
    is_room_told_ = true;
    if (writer_ == nullptr) return;
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (!wants_room_.load(std::memory_order_relaxed)) return;
    wants_room_.store(false, std::memory_order_relaxed);
    writer_->wake();
  }

  /// Any thread: a moment's figure.
  [[nodiscard]] std::size_t depth() const {
    const std::uint64_t popped = popped_.load(std::memory_order_acquire);  // first: it never passes
    return static_cast<std::size_t>(pushed_.load(std::memory_order_acquire) - popped);
  }
  [[nodiscard]] std::size_t capacity() const { return capacity_; }
  [[nodiscard]] RingFigures figures() const override {
    return {name_, capacity_, depth(), refused_.load(std::memory_order_relaxed)};
  }

 private:
  static constexpr std::size_t kCacheLine = 64;

  void ask_for_room() {
    wants_room_.store(true, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_seq_cst);
    popped_seen_ = popped_.load(std::memory_order_acquire);
  }

  std::string name_;
  std::size_t capacity_;
  std::size_t mask_;
  std::unique_ptr<T[]> items_;
  Waker* reader_ = nullptr;
  Waker* writer_ = nullptr;
  // The writer's.
  alignas(kCacheLine) std::atomic<std::uint64_t> pushed_{0};
  std::uint64_t popped_seen_ = 0;
  std::atomic<std::uint64_t> refused_{0};
  bool is_told_ = true;
  // The reader's.
  alignas(kCacheLine) std::atomic<std::uint64_t> popped_{0};
  std::uint64_t pushed_seen_ = 0;
  bool is_room_told_ = true;
  // Both, seldom.
  alignas(kCacheLine) std::atomic<bool> wants_room_{false};
};

}  // namespace tribook::runtime
