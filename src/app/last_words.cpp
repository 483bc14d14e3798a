#include "app/last_words.h"

#include <pthread.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <string>

#include "app/log.h"

namespace tribook::app {
namespace {

std::string thread_name() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

std::string what_was_thrown() {
  const std::exception_ptr thrown = std::current_exception();
  if (thrown == nullptr) return "terminated";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception without a text";
  }
}

[[noreturn]] void say_last_words() {
  log_last("the thread " + thread_name() + " failed: " + what_was_thrown() +
           "; stopped at once, the next start recovers from the journal");
  std::abort();
}

}  // namespace

void prepare_last_words() { std::set_terminate(say_last_words); }

}  // namespace tribook::app
