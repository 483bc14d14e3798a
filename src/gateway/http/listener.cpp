#include "gateway/http/listener.h"

#include <string>
#include <utility>

#include "gateway/http/acceptor.h"
#include "gateway/http/io_core.h"
#include "gateway/http/listener_state.h"
#include "tribook/base/assert.h"

namespace tribook::http {
namespace {

std::string_view code_of(unsigned status) {
  switch (status) {
    case 413:
      return "PAYLOAD_TOO_LARGE";
    case 500:
      return "INTERNAL";
    case 503:
      return "UNAVAILABLE";
    case 504:
      return "UNAVAILABLE";
    default:
      return "VALIDATION";
  }
}

}  // namespace

HttpResponse default_problem(unsigned status, std::string_view detail) {
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = R"({"status":)" + std::to_string(status) + R"(,"title":")";
  response.body += reason_phrase(status);
  response.body += R"(","detail":")";
  for (const char c : detail) {
    // A sentence of ours: quotes and control characters have no place in it.
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) response.body.push_back(c);
  }
  response.body += R"(","code":")";
  response.body += code_of(status);
  response.body += "\"}";
  return response;
}

Listener::Listener(ListenerOptions options, HttpHandler& handler, std::vector<IoThread*> io_threads)
    : state_(std::make_shared<ListenerState>(std::move(options), handler, std::move(io_threads))) {
  TB_ASSERT(!state_->io_threads.empty());
}

Listener::~Listener() { stop_accepting(); }

void Listener::websocket(std::string path, WsHandler& handler, WsOptions options) {
  TB_ASSERT(!state_->acceptor);
  state_->ws_routes.push_back({std::move(path), &handler, options});
}

void Listener::start() {
  TB_ASSERT(!state_->acceptor);
  state_->acceptor = std::make_shared<Acceptor>(state_->io_threads.front()->core(), *state_);
  state_->acceptor->start(state_);
}

void Listener::stop_accepting() {
  if (state_->acceptor) state_->acceptor->stop();
}

std::uint16_t Listener::port() const {
  return state_->acceptor ? state_->acceptor->endpoint().port() : std::uint16_t{0};
}

std::string Listener::address() const {
  if (!state_->acceptor) return {};
  const asio::ip::tcp::endpoint& endpoint = state_->acceptor->endpoint();
  const std::string host = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return (endpoint.address().is_v6() ? "[" + host + "]" : host) + ":" + port;
}

CountersSnapshot Listener::counters() const {
  CountersSnapshot sum;
  for (const Counters& counters : state_->counters) counters.add_to(sum);
  return sum;
}

}  // namespace tribook::http
