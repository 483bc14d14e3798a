#pragma once

#include <pthread.h>

#include <functional>
#include <mutex>
#include <optional>

namespace tribook::runtime {

/// Work of seconds beside threads that must not wait, asked for by one that has nothing else to do
/// meanwhile.
class SpareTime {
 public:
  /// Does the work on a thread of its own that gets only the time which no other thread wants, and
  /// returns when it is done; what it throws is passed on. One at a time.
  void run(const std::function<void()>& work);

  /// Any thread: somebody waits now. What runs, and all that is to come, gets as much time as any
  /// thread. False when the system does not let what runs come back, which takes the privilege or a
  /// limit on nice values (RLIMIT_NICE) of 0 or less: then it had better be given up.
  bool hurry();

 private:
  void give_way();

  std::mutex mutex_;
  std::optional<pthread_t> waiting_behind_all_;
  bool is_hurried_ = false;
};

}  // namespace tribook::runtime
