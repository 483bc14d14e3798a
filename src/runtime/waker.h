#pragma once

namespace tribook::runtime {

/// Wakes the thread that reads a ring, if it sleeps. Cheap when it does not; callable from any
/// thread.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() = 0;
};

}  // namespace tribook::runtime
