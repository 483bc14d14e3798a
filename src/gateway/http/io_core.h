#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/http/asio.h"
#include "gateway/http/io_thread.h"
#include "gateway/http/request_parser.h"
#include "gateway/http/session.h"

// The inside of an I/O thread. Work is done in turns: one completed wait, timer, post or wake. What
// a turn makes connections want to write is written when it ends, once for each connection, however
// many replies and messages it got: that is where responses and frames are coalesced.
//
// No exception leaves a turn. One thrown in serve() ends the request or session that is served; of
// any other nobody knows whose state it left half done, so that all connections are ended and the
// thread begins anew.

namespace tribook::http {

class Acceptor;
class Connection;

class IoCore {
 public:
  static constexpr std::size_t kReadBytes = 64 * 1024;
  static constexpr std::size_t kScratchBytes = 64 * 1024;

  IoCore(IoThread& owner, IoThreadOptions options);
  ~IoCore();
  IoCore(const IoCore&) = delete;
  IoCore& operator=(const IoCore&) = delete;

  // Any thread.
  void wake() noexcept;
  void post(std::function<void()> fn);
  [[nodiscard]] bool on_this_thread() const {
    return thread_id_.load(std::memory_order_relaxed) == std::this_thread::get_id();
  }
  [[nodiscard]] bool is_down() const { return is_down_.load(std::memory_order_relaxed); }

  // Of the owner.
  void set_on_wake(std::function<void()> callback) { on_wake_ = std::move(callback); }
  void set_faults(IoFaults faults) { faults_ = std::move(faults); }
  void every(std::chrono::milliseconds interval, std::function<void()> fn);
  void start();
  void stop(std::chrono::milliseconds drain);

  // The I/O thread only.
  asio::io_context& context() { return context_; }
  IoThread& owner() { return owner_; }
  [[nodiscard]] SteadyMs now() const;
  [[nodiscard]] bool draining() const { return draining_; }
  std::span<char> read_buffer() { return read_buffer_; }
  std::span<char> scratch() { return scratch_; }
  /// "Date: ...\r\n", right to the sweep interval.
  [[nodiscard]] std::string_view date_field() const { return date_field_; }

  /// Runs fn as a turn.
  template <typename Fn>
  void turn(Fn&& fn) {
    try {
      fn();
      settle_dirty();
      if (!doubt_.empty()) fail(doubt_);
    } catch (const std::exception& error) {
      fail(error.what());
    } catch (...) {
      fail(kNoText);
    }
  }
  /// Runs fn for `asker`, who alone is told when it throws. `route` holds where none was set.
  template <typename Fn>
  void serve(const Asker& asker, std::string_view route, Fn&& fn) {
    if (asker.kind == Asker::Kind::Nobody) return fn();
    const Asker before = std::exchange(asker_, asker);
    try {
      fn();
      asker_ = before;
    } catch (const std::exception& error) {
      end_asker(std::exchange(asker_, before), route, error.what());
    } catch (...) {
      end_asker(std::exchange(asker_, before), route, kNoText);
    }
  }
  [[nodiscard]] const Asker& asker() const { return asker_; }
  void set_route(std::string_view route) { asker_.route = route; }
  void in_doubt(std::string_view what) { doubt_ = what.empty() ? kNoText : what; }

  /// The connection has something to do at the end of the turn.
  void mark_dirty(Connection& connection);

  void add(std::shared_ptr<Connection> connection);
  void remove(Connection& connection);
  Connection* find(std::uint32_t slot, std::uint32_t generation);

  void add(const std::shared_ptr<Acceptor>& acceptor) { acceptors_.push_back(acceptor); }

  std::unique_ptr<RequestParser> take_parser();
  void give_back(std::unique_ptr<RequestParser> parser);

 private:
  struct Slot {
    std::shared_ptr<Connection> connection;
    std::uint32_t generation = 0;
  };
  struct Repeating;
  static constexpr std::string_view kNoText = "an exception without a text";

  void run();
  void wait_for_wake();
  void woken();
  void sweep();
  void update_date();
  void settle_dirty();
  void end_asker(const Asker& asker, std::string_view route, std::string_view what);
  void fail(std::string_view what);
  void give_up_connections();
  void begin_anew();
  void begin_drain(std::chrono::milliseconds drain);
  void close_all();
  void end_if_drained();
  static void arm(const std::shared_ptr<Repeating>& timer);

  IoThread& owner_;
  IoThreadOptions options_;
  asio::io_context context_;
  asio::executor_work_guard<Executor> work_;
  EventDescriptor event_;
  std::atomic<bool> wake_pending_{false};
  std::atomic<std::thread::id> thread_id_{};
  std::function<void()> on_wake_;
  IoFaults faults_;
  Asker asker_;
  std::string doubt_;
  std::atomic<bool> is_down_{false};
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::size_t connection_count_ = 0;
  std::vector<std::shared_ptr<Connection>> dirty_;
  std::vector<std::shared_ptr<Connection>> settling_;
  std::vector<std::weak_ptr<Acceptor>> acceptors_;
  std::vector<std::unique_ptr<RequestParser>> spare_parsers_;
  std::vector<char> read_buffer_;
  std::vector<char> scratch_;
  std::string date_field_;
  Timer drain_timer_;
  Timer begin_timer_;
  bool draining_ = false;
  bool started_ = false;
  std::thread thread_;
};

}  // namespace tribook::http
