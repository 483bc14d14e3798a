#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gateway/http/asio.h"
#include "gateway/http/io_thread.h"
#include "gateway/http/request_parser.h"
#include "gateway/http/session.h"

// The inside of an I/O thread. Work is done in turns: one completed wait, timer, post or wake. What
// a turn makes connections want to write is written when it ends, once for each connection, however
// many replies and messages it got: that is where responses and frames are coalesced.

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

  // Of the owner.
  void set_on_wake(std::function<void()> callback) { on_wake_ = std::move(callback); }
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
    fn();
    settle_dirty();
  }
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

  void run();
  void wait_for_wake();
  void woken();
  void sweep();
  void update_date();
  void settle_dirty();
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
  bool draining_ = false;
  bool started_ = false;
  std::thread thread_;
};

}  // namespace tribook::http
