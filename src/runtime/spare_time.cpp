#include "runtime/spare_time.h"

#include <sched.h>

#include <future>
#include <thread>

namespace tribook::runtime {

// A mere nice value would let it run out its time on a core before another thread, woken there,
// gets its turn.
void SpareTime::give_way() {
  const std::lock_guard lock(mutex_);
  if (is_hurried_) return;
  const sched_param none{};
  pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
  waiting_behind_all_ = pthread_self();
}

bool SpareTime::hurry() {
  const std::lock_guard lock(mutex_);
  is_hurried_ = true;
  if (!waiting_behind_all_) return true;
  const sched_param none{};
  return pthread_setschedparam(*waiting_behind_all_, SCHED_OTHER, &none) == 0;
}

// A thread of its own: without privileges there is no way back from that class. It is forgotten
// before it is joined, and so while it lives.
void SpareTime::run(const std::function<void()>& work) {
  std::packaged_task<void()> task([&work] { work(); });
  std::future<void> done = task.get_future();
  std::thread([this, &task] {
    give_way();
    task();
    const std::lock_guard lock(mutex_);
    waiting_behind_all_.reset();
  }).join();
  done.get();
}

}  // namespace tribook::runtime
