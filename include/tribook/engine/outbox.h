#pragma once

#include <cstddef>
#include <new>

#include "tribook/base/assert.h"
#include "tribook/message/event.h"

namespace tribook::engine {

/// The events of the record being applied, until their thread has passed them on. Large enough for
/// the worst single record (a quote that closes every position); its memory is only touched when
/// used.
class Outbox {
 public:
  explicit Outbox(std::size_t capacity)
      : capacity_(capacity),
        events_(static_cast<Event*>(::operator new[](  // start-up
            capacity * sizeof(Event), std::align_val_t{alignof(Event)}))) {}
  ~Outbox() { ::operator delete[](events_, std::align_val_t{alignof(Event)}); }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// A place for one more; whoever asks writes all of it.
  [[nodiscard]] Event& add() {
    TB_ASSERT(end_ < capacity_);
    return events_[end_++];
  }
  void push(const Event& event) { add() = event; }
  [[nodiscard]] bool is_empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t size() const { return end_ - begin_; }
  /// REQUIRES: not empty.
  [[nodiscard]] const Event& front() const { return events_[begin_]; }
  void pop() {
    if (++begin_ == end_) clear();
  }
  [[nodiscard]] const Event* begin() const { return events_ + begin_; }
  [[nodiscard]] const Event* end() const { return events_ + end_; }
  void clear() { begin_ = end_ = 0; }

 private:
  std::size_t capacity_;
  Event* events_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace tribook::engine
