#include "app/stop_signals.h"

#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "app/log.h"

namespace tribook::app {

StopSignals::StopSignals() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on files is a full disk, told by the write
  thread_ = std::jthread([this](const std::stop_token& is_over) { listen(is_over); });
  pthread_setname_np(thread_.native_handle(), "signals");
}

StopSignals::~StopSignals() {
  thread_.request_stop();
  pthread_kill(thread_.native_handle(), SIGTERM);  // taken by that thread, and by nobody else
}

// On a thread of its own: two of a kind that wait to be taken are one.
void StopSignals::listen(const std::stop_token& is_over) {
  for (int signal = 0;;) {
    if (sigwait(&set_, &signal) != 0) continue;
    if (is_over.stop_requested()) return;
    if (is_asked()) {
      log_warning("a second signal: stopped at once");
      std::_Exit(1);
    }
    ask();
    if (!take_in_together(is_over)) return;
  }
}

// A shell, `timeout` or a supervisor may signal the process and then its group, in one breath.
bool StopSignals::take_in_together(const std::stop_token& is_over) {
  const auto until = std::chrono::steady_clock::now() + kTogether;
  for (;;) {
    const auto rest = std::max(until - std::chrono::steady_clock::now(),
                               std::chrono::steady_clock::duration::zero());
    const timespec longest{0, std::chrono::nanoseconds(rest).count()};
    const int signal = sigtimedwait(&set_, nullptr, &longest);
    if (is_over.stop_requested()) return false;
    if (signal < 0 && errno == EAGAIN) return true;
  }
}

void StopSignals::ask() {
  {
    const std::lock_guard lock(mutex_);
    is_asked_.store(true, std::memory_order_release);
  }
  asked_.notify_all();
}

bool StopSignals::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock(mutex_);
  return asked_.wait_for(lock, longest, [this] { return is_asked(); });
}

}  // namespace tribook::app
