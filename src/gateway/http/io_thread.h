#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/http/handler.h"
#include "gateway/http/message.h"

namespace tribook::http {

class IoCore;

struct IoThreadOptions {
  std::string name = "io";  ///< of the thread, as `top` shows it; 15 characters at most
  /// How often deadlines are looked at: no timeout is finer than this.
  std::chrono::milliseconds sweep_interval{1000};
};

/// What is called, on the I/O thread, when something that it runs throws.
struct IoFaults {
  /// One request or session could not be served and was told so; the others go on.
  std::function<void(std::string_view route, std::string_view what)> on_error;
  /// A callback, timer or posted function threw: what the thread's users hold is in doubt, and they
  /// forget it. Then each connection is ended. How long no new ones are taken.
  std::function<std::chrono::nanoseconds(std::string_view what)> on_failure;
  /// That time is over.
  std::function<void()> on_begin;
};

/// One thread with one event loop. Connections, sessions and their handlers live on it and are
/// touched by it alone. Other threads reach it by wake() and post(). An exception never ends it.
class IoThread {
 public:
  explicit IoThread(IoThreadOptions options = {});
  ~IoThread();  ///< stop() without a drain
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  // --- before start() --------------------------------------------------------------------------

  /// Called on the I/O thread after wake(): once for any number of wakes before it began, and again
  /// for every wake that comes while it runs.
  void on_wake(std::function<void()> callback);
  /// Calls fn on the I/O thread every `interval`, first after one interval. Also from the I/O
  /// thread.
  void every(std::chrono::milliseconds interval, std::function<void()> fn);
  void on_fault(IoFaults faults);
  void start();

  // --- any thread ------------------------------------------------------------------------------

  /// Lock-free; one system call, and none if a wake is already pending.
  void wake() noexcept;
  /// Runs fn on the I/O thread, in the order of one poster's posts. Never inline. The queue is not
  /// bounded here: the caller's own in-flight bound must hold.
  void post(std::function<void()> fn);
  [[nodiscard]] bool on_this_thread() const;
  /// It failed and takes no connections yet.
  [[nodiscard]] bool is_down() const;

  /// Accepts nothing new, lets requests in progress be answered, says 1001 to WebSocket sessions;
  /// what is left when `drain` is over is closed. Then joins the thread. Not from the I/O thread.
  void stop(std::chrono::milliseconds drain);

  // --- on the I/O thread -----------------------------------------------------------------------

  /// Completes a request. False if its connection is gone. A request is completed once.
  bool reply(const ReplyHandle& handle, HttpResponse response);
  /// The session, or null if it is gone or closing.
  [[nodiscard]] WsSession* find(const WsHandle& handle);

  /// Whose request or session is being served now.
  [[nodiscard]] const Asker& asker() const;
  /// How the log names what is being served. REQUIRES: static storage.
  void set_route(std::string_view route);
  /// Runs what was put off for `asker`: when it throws, that request is answered with 500, or that
  /// session ended, and nobody else hears of it. What is for nobody may throw through it.
  void serve(const Asker& asker, const std::function<void()>& fn);
  /// What several sessions share is in doubt: the thread fails at the end of this turn.
  void in_doubt(std::string_view what);

  [[nodiscard]] IoCore& core() { return *core_; }  ///< for the listener

 private:
  std::unique_ptr<IoCore> core_;
};

}  // namespace tribook::http
