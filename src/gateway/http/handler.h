#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/message.h"

namespace tribook::http {

/// Close codes of RFC 6455 that we send.
enum class CloseCode : std::uint16_t {
  Normal = 1000,
  GoingAway = 1001,
  ProtocolError = 1002,
  Unsupported = 1003,
  NoStatus = 1005,  ///< never on the wire: the peer's close frame had no code
  Abnormal = 1006,  ///< never on the wire: the connection ended without a close frame
  InvalidPayload = 1007,
  PolicyViolation = 1008,
  TooBig = 1009,
  InternalError = 1011,
  ServiceRestart = 1012,
  TryAgainLater = 1013,
};

/// Answers requests. Called on the connection's I/O thread; must not block. An exception that
/// leaves handle() is answered with 500, if the request has no reply yet, and ends the connection.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// Each handle is to be completed once by handle.io->reply(), now or later, on the same thread.
  /// What is never completed is answered with 504 when ListenerOptions::handler_timeout is over.
  virtual void handle(const HttpRequest& request, ReplyHandle reply) = 0;
};

/// One WebSocket connection. Use it on its I/O thread only, from on_open until on_close returns.
class WsSession {
 public:
  virtual ~WsSession() = default;

  /// Queues a text message; the same string may go to any number of sessions. False if the session
  /// is closing, also when this very message finds the queue full and so ends the session.
  virtual bool send(std::shared_ptr<const std::string> text) = 0;
  virtual bool send_binary(std::shared_ptr<const std::string> data) = 0;

  /// Starts the closing handshake; messages queued before are still sent. `reason` is cut to the
  /// 123 bytes that a close frame holds. on_close follows, from the loop and not from this call.
  virtual void close(CloseCode code, std::string_view reason) = 0;

  [[nodiscard]] virtual bool open() const = 0;
  /// Messages and bytes that wait for the peer to read. A sender of what may be conflated looks
  /// here (nothing waits: send; otherwise keep the latest until on_drained).
  [[nodiscard]] virtual std::size_t queued_messages() const = 0;
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;

  [[nodiscard]] virtual WsHandle handle() const = 0;
  [[nodiscard]] virtual std::string_view remote_address() const = 0;

  /// The handler's own; the session only keeps it.
  void set_user(void* user) { user_ = user; }
  [[nodiscard]] void* user() const { return user_; }

 private:
  void* user_ = nullptr;
};

/// Serves WebSocket sessions of one path. Called on the session's I/O thread; must not block.
class WsHandler {
 public:
  virtual ~WsHandler() = default;

  /// Before the upgrade: return a response to refuse it (401, 403 ...), nothing to accept it.
  virtual std::optional<HttpResponse> on_upgrade(const HttpRequest& request);

  /// `request` is valid during the call only.
  virtual void on_open(WsSession& session, const HttpRequest& request) = 0;
  /// A complete message of valid UTF-8, valid during the call only.
  virtual void on_message(WsSession& session, std::string_view text) = 0;
  /// Closes with 1003 unless overridden.
  virtual void on_binary(WsSession& session, std::string_view data);
  /// The queue, which was not empty, is.
  virtual void on_drained(WsSession& session);
  /// Exactly once for each on_open; the session must not be used after it.
  virtual void on_close(WsSession& session, std::uint16_t code, std::string_view reason) = 0;
};

}  // namespace tribook::http
