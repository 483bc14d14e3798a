#include <catch2/catch.hpp>

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <thread>

#include "runtime/spare_time.h"

namespace tribook::runtime {
namespace {

int policy_of_this_thread() {
  sched_param none{};
  int policy = -1;
  pthread_getschedparam(pthread_self(), &policy, &none);
  return policy;
}

TEST_CASE("Spare time: done when it returns, on another thread, behind all others") {
  int policy = -1;
  std::thread::id worker;
  SpareTime().run([&] {
    policy = policy_of_this_thread();
    worker = std::this_thread::get_id();
  });
  CHECK(policy == SCHED_IDLE);
  CHECK(worker != std::this_thread::get_id());
  CHECK(policy_of_this_thread() == SCHED_OTHER);
}

TEST_CASE("Spare time: what the work throws is passed on") {
  CHECK_THROWS_AS(SpareTime().run([] { throw std::runtime_error("no"); }), std::runtime_error);
}

TEST_CASE("Spare time: who is hurried gets time like any thread, where the system lets it") {
  SpareTime spare_time;
  std::promise<void> has_begun;
  std::promise<void> is_hurried;
  int before = -1;
  int after = -1;
  std::thread asking([&] {
    spare_time.run([&] {
      before = policy_of_this_thread();
      has_begun.set_value();
      is_hurried.get_future().wait();
      after = policy_of_this_thread();
    });
  });
  has_begun.get_future().wait();
  const bool comes_back = spare_time.hurry();
  is_hurried.set_value();
  asking.join();
  CHECK(before == SCHED_IDLE);
  CHECK(after == (comes_back ? SCHED_OTHER : SCHED_IDLE));
  if (geteuid() == 0) CHECK(comes_back);

  int later = -1;
  spare_time.run([&] { later = policy_of_this_thread(); });
  CHECK(later == SCHED_OTHER);
  CHECK(spare_time.hurry());  // nothing runs
}

}  // namespace
}  // namespace tribook::runtime
