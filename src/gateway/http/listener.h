#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/counters.h"
#include "gateway/http/handler.h"
#include "gateway/http/io_thread.h"

namespace tribook::http {

struct ListenerState;

/// Builds the response for what the listener itself refuses (400, 408, 413, 417, 426, 431, 500,
/// 501, 503, 504). `detail` is a sentence in plain ASCII. The default is a problem document (RFC
/// 9457).
using ProblemHook = std::function<HttpResponse(unsigned status, std::string_view detail)>;
HttpResponse default_problem(unsigned status, std::string_view detail);

struct ListenerOptions {
  std::string address =
      "127.0.0.1:0";  ///< host:port or [v6]:port; the host numeric; port 0: a free one
  std::size_t max_connections = 20'000;
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_header_fields = 64;
  std::size_t max_body_bytes = 1024 * 1024;
  std::size_t max_pipelined = 32;              ///< unanswered requests of one connection
  std::size_t output_high_water = 256 * 1024;  ///< unread response bytes at which reading pauses
  std::chrono::milliseconds header_timeout{10'000};   ///< first byte to end of header
  std::chrono::milliseconds body_timeout{30'000};     ///< end of header to end of body
  std::chrono::milliseconds idle_timeout{60'000};     ///< between requests
  std::chrono::milliseconds write_timeout{30'000};    ///< for what waits at a moment to be read
  std::chrono::milliseconds handler_timeout{60'000};  ///< for a reply
  std::chrono::milliseconds linger_timeout{2'000};    ///< for the peer to close after us
  ProblemHook problem = default_problem;
};

struct WsOptions {
  std::size_t max_message_bytes = 64 * 1024;
  std::size_t max_queue_messages = 1024;
  std::size_t max_queue_bytes = 1024 * 1024;
  std::chrono::milliseconds ping_interval{20'000};  ///< of silence, before a ping
  std::chrono::milliseconds idle_timeout{60'000};   ///< of silence, pongs too, before the end
  std::chrono::milliseconds close_timeout{5'000};  ///< for the peer's part of the closing handshake
};

/// One listening port. Its connections are spread over the I/O threads in turn; the first of them
/// accepts. Handlers and I/O threads outlive the listener; handlers outlive the threads' stop().
class Listener {
 public:
  Listener(ListenerOptions options, HttpHandler& handler, std::vector<IoThread*> io_threads);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Serves WebSocket sessions at `path`. Before start().
  void websocket(std::string path, WsHandler& handler, WsOptions options = {});

  /// Binds and accepts. Throws std::runtime_error, which names the address, if it cannot.
  void start();
  /// Any thread; returns at once. Connections go on.
  void stop_accepting();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string address() const;  ///< with the port taken
  [[nodiscard]] CountersSnapshot counters() const;

 private:
  std::shared_ptr<ListenerState> state_;
};

}  // namespace tribook::http
