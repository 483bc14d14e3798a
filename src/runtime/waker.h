#pragma once

#include <utility>
#include <vector>

namespace tribook::runtime {

/// Wakes the thread that reads a ring, if it sleeps. Cheap when it does not; callable from any
/// thread.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() = 0;
};

/// Wakes several threads at once: those that a piece of work will come to in turn, so that each is
/// awake when the one before it is done. Without threads it wakes nobody.
class WakeAll final : public Waker {
 public:
  void set(std::vector<Waker*> wakers) { wakers_ = std::move(wakers); }
  void wake() override {
    for (Waker* waker : wakers_) waker->wake();
  }

 private:
  std::vector<Waker*> wakers_;
};

}  // namespace tribook::runtime
