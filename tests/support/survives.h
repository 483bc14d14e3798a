#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace tribook::test {

/// Runs it in a child process: true when it comes to its end, false when it aborts. For input that
/// must not reach an assertion.
template <typename Function>
bool survives(Function function) {
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) std::abort();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(3);
    // Catch reports an abort by itself otherwise, as if the parent had failed.
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL}) ::signal(signal, SIG_DFL);
    bool done = false;
    try {
      function();
      done = true;
    } catch (...) {
      std::fputs("an exception or a failed assertion of the test\n", stderr);
    }
    std::fflush(nullptr);
    ::_exit(done ? 0 : 2);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) std::abort();
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace tribook::test
