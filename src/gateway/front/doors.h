#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "gateway/front/gateway.h"
#include "gateway/http/handler.h"
#include "gateway/http/io_thread.h"

namespace tribook::gateway {

/// The gateways of all I/O threads, found by the thread that asks. Filled before the threads start,
/// constant after.
class GatewaysByThread {
 public:
  void add(http::IoThread& thread, Gateway& gateway) { rows_.emplace_back(&thread, &gateway); }
  /// REQUIRES: the thread was added.
  [[nodiscard]] Gateway& of(const http::IoThread* thread) const;
  /// The gateway of the thread that calls.
  [[nodiscard]] Gateway& here() const;

 private:
  std::vector<std::pair<http::IoThread*, Gateway*>> rows_;
};

/// One listener's handler: each request goes to its own I/O thread's gateway.
class HttpDoor final : public http::HttpHandler {
 public:
  HttpDoor(const GatewaysByThread& gateways, Door door) : gateways_(gateways), door_(door) {}
  void handle(const http::HttpRequest& request, http::ReplyHandle reply) override;

 private:
  const GatewaysByThread& gateways_;
  Door door_;
};

/// The client listener's /ws.
class StreamDoor final : public http::WsHandler {
 public:
  explicit StreamDoor(const GatewaysByThread& gateways) : gateways_(gateways) {}
  std::optional<http::HttpResponse> on_upgrade(const http::HttpRequest& request) override;
  void on_open(http::WsSession& session, const http::HttpRequest& request) override;
  void on_message(http::WsSession& session, std::string_view text) override;
  void on_drained(http::WsSession& session) override;
  void on_close(http::WsSession& session, std::uint16_t code, std::string_view reason) override;

 private:
  const GatewaysByThread& gateways_;
};

}  // namespace tribook::gateway
