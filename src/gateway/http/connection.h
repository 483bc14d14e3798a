#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/http/counters.h"
#include "gateway/http/message.h"
#include "gateway/http/session.h"
#include "gateway/http/transport.h"

namespace tribook::http {

class HttpSession;
class IoCore;
class WebSocketSession;
struct ListenerState;

// One accepted socket. It reads when its session wants input, writes when its session has output,
// and ends in three steps: the session is finished and its output written; then our side is shut
// down and what still comes is read and thrown away for a while (closing with unread input would
// reset the connection and may destroy our last response on its way); then it is closed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(IoCore& io, std::shared_ptr<ListenerState> listener, Counters& counters,
             Transport transport, std::string remote_address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  /// Finish politely.
  void drain();
  /// Closes at the end of the turn; counts the reason.
  void drop(DropReason reason);
  /// The request could not be handled; if it is still waited for, it is told so.
  void fail(std::uint32_t request);
  /// Its thread begins anew: says so, as far as that can still be said, and ends.
  void give_up();
  /// Closes at once. Not from inside the session's calls.
  void close();
  void sweep(SteadyMs now);
  /// At the end of a turn: writes, takes up reading again, ends what is finished.
  void settle();

  /// Completes a request; false if its session is over.
  bool reply(std::uint32_t request, HttpResponse response);
  /// Null if the connection has no open WebSocket session.
  [[nodiscard]] WebSocketSession* websocket();

  /// Called by the HTTP session from consume(): the rest of the connection belongs to `session`.
  void upgrade(std::unique_ptr<WebSocketSession> session);

  void mark_dirty();
  IoCore& io() { return io_; }
  const ListenerState& listener() const { return *listener_; }
  Counters& counters() { return counters_; }
  [[nodiscard]] std::string_view remote_address() const { return remote_address_; }

  // The I/O thread's place for it.
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  bool dirty = false;

 private:
  enum class Phase : std::uint8_t { Open, Lingering, Closed };

  void wait_readable();
  void wait_writable();
  void on_readable();
  void discard_input();
  void feed(std::span<char> fresh);
  std::size_t run(std::span<char> input);
  bool run_inbox();
  void write_out();
  void check_write_deadline(SteadyMs now);
  void begin_linger();
  void end_session();

  IoCore& io_;
  std::shared_ptr<ListenerState> listener_;
  Counters& counters_;
  Transport transport_;
  std::string remote_address_;
  std::unique_ptr<HttpSession> http_;
  std::unique_ptr<WebSocketSession> ws_;
  Session* session_ = nullptr;  // http_ or ws_
  std::unique_ptr<WebSocketSession> next_;
  std::string inbox_;  // input that the session has not taken
  Phase phase_ = Phase::Open;
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool end_of_input_ = false;
  bool stalled_ = false;  // the session left input that it could take later without more
  bool drop_ = false;
  std::size_t lingered_bytes_ = 0;
  SteadyMs linger_until_ = 0;
  // Write progress: what waited when the deadline was set must be out when it comes.
  std::uint64_t bytes_written_ = 0;
  std::uint64_t deadline_bytes_ = 0;
  SteadyMs write_deadline_ = 0;
};

}  // namespace tribook::http
