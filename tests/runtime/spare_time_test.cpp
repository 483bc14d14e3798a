#include <catch2/catch.hpp>

#include <pthread.h>
#include <sched.h>

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
  run_in_spare_time([&] {
    policy = policy_of_this_thread();
    worker = std::this_thread::get_id();
  });
  CHECK(policy == SCHED_IDLE);
  CHECK(worker != std::this_thread::get_id());
  CHECK(policy_of_this_thread() == SCHED_OTHER);
}

TEST_CASE("Spare time: what the work throws is passed on") {
  CHECK_THROWS_AS(run_in_spare_time([] { throw std::runtime_error("no"); }), std::runtime_error);
}

}  // namespace
}  // namespace tribook::runtime
