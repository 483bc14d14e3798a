#include "gateway/front/doors.h"

#include "tribook/base/assert.h"

namespace tribook::gateway {

Gateway& GatewaysByThread::of(const http::IoThread* thread) const {
  for (const auto& [known, gateway] : rows_) {
    if (known == thread) return *gateway;
  }
  TB_ASSERT(false);
  return *rows_.front().second;
}

Gateway& GatewaysByThread::here() const {
  for (const auto& [thread, gateway] : rows_) {
    if (thread->on_this_thread()) return *gateway;
  }
  TB_ASSERT(false);
  return *rows_.front().second;
}

void HttpDoor::handle(const http::HttpRequest& request, http::ReplyHandle reply) {
  gateways_.of(reply.io).handle(door_, request, reply);
}

std::optional<http::HttpResponse> StreamDoor::on_upgrade(const http::HttpRequest& request) {
  return gateways_.here().stream().upgrade(request);
}

void StreamDoor::on_open(http::WsSession& session, const http::HttpRequest& request) {
  gateways_.of(session.handle().io).stream().open(session, request);
}

void StreamDoor::on_message(http::WsSession& session, std::string_view text) {
  gateways_.of(session.handle().io).stream().message(session, text);
}

void StreamDoor::on_drained(http::WsSession& session) {
  gateways_.of(session.handle().io).stream().drained(session);
}

void StreamDoor::on_close(http::WsSession& session, std::uint16_t /*code*/,
                          std::string_view /*reason*/) {
  gateways_.of(session.handle().io).stream().close(session);
}

}  // namespace tribook::gateway
