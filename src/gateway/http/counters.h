#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tribook::http {

/// Why a connection or session was ended by us other than politely.
enum class DropReason : std::uint8_t {
  ConnectionLimit,  ///< too many connections
  IdleTimeout,      ///< keep-alive connection without a request
  SlowRequest,      ///< header or body did not arrive in time
  SlowReader,       ///< the peer does not read what we write
  HandlerTimeout,   ///< nobody answered the request
  Malformed,        ///< not HTTP, or ambiguous
  HeaderTooLarge,   ///< header bytes or field count
  BodyTooLarge,     ///< 413
  WsQueueFull,      ///< session's queue over its bound
  WsProtocol,       ///< RFC 6455 violated, invalid UTF-8, message over its size
  WsTimeout,        ///< no answer to ping, or no end to the closing handshake
  DrainDeadline,    ///< still busy at the end of the drain
  AcceptFailed,     ///< no file descriptors or memory for another connection
  Draining,         ///< its request was not whole when the drain began
  Restart,          ///< its I/O thread failed and began anew
};
inline constexpr std::size_t kDropReasonCount = 15;

/// "idle_timeout": the label in metrics.
std::string_view name_of(DropReason reason);

/// One listener's numbers at a moment.
struct CountersSnapshot {
  std::array<std::uint64_t, 6> responses_by_class{};  ///< [2] counts 2xx; [0] is unused
  std::array<std::uint64_t, kDropReasonCount> drops{};
  std::uint64_t connections_opened = 0;
  std::uint64_t connections_closed = 0;
  std::uint64_t ws_opened = 0;
  std::uint64_t ws_closed = 0;
  std::uint64_t ws_messages_in = 0;
  std::uint64_t ws_messages_out = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;

  [[nodiscard]] std::uint64_t connections() const {
    return connections_opened - connections_closed;
  }
  [[nodiscard]] std::uint64_t ws_sessions() const { return ws_opened - ws_closed; }
  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return drops[static_cast<std::size_t>(reason)];
  }
};

/// Written by one thread, read by any.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// A listener's counters on one I/O thread.
struct alignas(64) Counters {
  std::array<Counter, 6> responses_by_class;
  std::array<Counter, kDropReasonCount> drops;
  Counter connections_opened;
  Counter connections_closed;
  Counter ws_opened;
  Counter ws_closed;
  Counter ws_messages_in;
  Counter ws_messages_out;
  Counter bytes_in;
  Counter bytes_out;

  void dropped(DropReason reason) { drops[static_cast<std::size_t>(reason)].add(); }
  void responded(unsigned status) { responses_by_class[status / 100 < 6 ? status / 100 : 0].add(); }
  void add_to(CountersSnapshot& sum) const;
};

}  // namespace tribook::http
