#include "runtime/spare_time.h"

#include <pthread.h>
#include <sched.h>

#include <future>
#include <thread>

namespace tribook::runtime {
namespace {

// A mere nice value would let it run out its time on a core before another thread, woken there,
// gets its turn. A thread of its own: without privileges there is no way back from this class.
void give_way() {
  const sched_param none{};
  pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
}

}  // namespace

void run_in_spare_time(const std::function<void()>& work) {
  std::packaged_task<void()> task([&work] {
    give_way();
    work();
  });
  std::future<void> done = task.get_future();
  std::thread(std::move(task)).join();
  done.get();
}

}  // namespace tribook::runtime
