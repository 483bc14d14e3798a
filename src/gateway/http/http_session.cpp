#include "gateway/http/http_session.h"

#include <optional>
#include <utility>

#include "gateway/http/connection.h"
#include "gateway/http/io_core.h"
#include "gateway/http/listener_state.h"
#include "gateway/http/response_writer.h"
#include "gateway/http/ws_frame.h"
#include "gateway/http/ws_session.h"
#include "tribook/base/assert.h"

namespace tribook::http {
namespace {

constexpr std::size_t kKeptOutput = 4096;
constexpr std::size_t kCompactOutput = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

DropReason reason_of(unsigned status) {
  return status == 413   ? DropReason::BodyTooLarge
         : status == 431 ? DropReason::HeaderTooLarge
                         : DropReason::Malformed;
}

}  // namespace

HttpSession::HttpSession(Connection& connection)
    : connection_(connection), last_activity_(connection.io().now()) {}

HttpSession::~HttpSession() = default;

bool HttpSession::wants_input() const {
  const ListenerOptions& options = connection_.listener().options;
  return !closing_ && !unsafe_pending_ && pending_.size() < options.max_pipelined &&
         output_bytes() < options.output_high_water;
}

std::size_t HttpSession::consume(std::span<char> input) {
  std::string_view text(input.data(), input.size());
  std::size_t skipped = 0;
  if (!parser_) {
    // Some clients send an empty line after a body.
    while (text.starts_with("\r\n")) {
      text.remove_prefix(2);
      skipped += 2;
    }
    if (text.empty() || text == "\r") return skipped;
    begin_request();
  }
  std::size_t taken = 0;
  switch (parser_->put(text, taken)) {
    case RequestParser::State::NeedMore:
      if (parser_->header_done()) {
        if (!in_body_) body_began_ = connection_.io().now();
        in_body_ = true;
        say_continue();
      }
      return skipped + taken;
    case RequestParser::State::Failed:
      fail(parser_->error_status(), parser_->error_detail(), reason_of(parser_->error_status()));
      return input.size();
    case RequestParser::State::Done:
      break;
  }
  in_body_ = false;
  dispatch();
  return skipped + taken;
}

void HttpSession::begin_request() {
  const ListenerOptions& options = connection_.listener().options;
  parser_ = connection_.io().take_parser();
  parser_->reset({options.max_header_bytes, options.max_header_fields, options.max_body_bytes});
  request_began_ = connection_.io().now();
  in_body_ = false;
  continue_said_ = false;
}

void HttpSession::end_parser() {
  if (parser_) connection_.io().give_back(std::move(parser_));
  in_body_ = false;
  last_activity_ = connection_.io().now();
  any_request_ = true;
}

HttpSession::Pending& HttpSession::add_pending() {
  Pending& pending = pending_.emplace_back();
  pending.number = next_number_++;
  pending.since = connection_.io().now();
  return pending;
}

void HttpSession::dispatch() {
  HttpRequest request = parser_->request();
  request.remote_address = connection_.remote_address();
  Pending& pending = add_pending();
  pending.is_head = request.method == Method::Head;
  pending.is_safe = is_safe(request.method);
  pending.is_http_1_0 = parser_->is_http_1_0();
  pending.close = !request.keep_alive || draining_;
  closing_ = pending.close;
  unsafe_pending_ = !pending.is_safe;

  const ReplyHandle reply_handle{&connection_.io().owner(), connection_.slot,
                                 connection_.generation, pending.number};
  const WsRoute* route = connection_.listener().ws_route(request.path);
  if (request.path == "*") {
    HttpResponse response;
    response.status = 204;
    response.headers.emplace_back("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    reply(reply_handle.request, std::move(response));
  } else if (route != nullptr) {
    upgrade(request, *route, reply_handle);
  } else {
    handle(request, reply_handle);
  }
  end_parser();
}

void HttpSession::handle(const HttpRequest& request, const ReplyHandle& handle) {
  connection_.io().serve({handle, Asker::Kind::Request, {}}, request.path,
                         [&] { connection_.listener().handler->handle(request, handle); });
}

void HttpSession::fail_request(std::uint32_t number) {
  for (Pending& pending : pending_) {
    if (pending.number != number || pending.answered) continue;
    pending.failed = true;
    pending.close = true;
    return problem(number, 500, "The request could not be handled; it may have been done");
  }
}

/// Status 101 if the request may become a WebSocket session.
HttpResponse HttpSession::check_upgrade(const HttpRequest& request) const {
  const ProblemHook& problem = connection_.listener().options.problem;
  const bool asks = request.method == Method::Get && !parser_->is_http_1_0() &&
                    list_has_token(request.header("upgrade"), "websocket") &&
                    list_has_token(request.header("connection"), "upgrade");
  if (!asks) {
    HttpResponse response = problem(426, "This path speaks WebSocket only");
    response.headers.emplace_back("Upgrade", "websocket");
    return response;
  }
  if (request.header("sec-websocket-version") != "13") {
    HttpResponse response = problem(426, "WebSocket version 13 only");
    response.headers.emplace_back("Sec-WebSocket-Version", "13");
    return response;
  }
  if (parser_->has_body()) return problem(400, "Upgrade request with a body");
  if (pending_.size() > 1) return problem(400, "Upgrade behind unanswered requests");
  if (draining_) return problem(503, "Shutting down");
  HttpResponse response;
  response.status = 101;
  const std::string accept = ws::accept_key(request.header("sec-websocket-key"));
  if (accept.empty()) return problem(400, "Bad Sec-WebSocket-Key");
  response.headers.emplace_back("Upgrade", "websocket");
  response.headers.emplace_back("Connection", "Upgrade");
  response.headers.emplace_back("Sec-WebSocket-Accept", accept);
  return response;
}

void HttpSession::upgrade(const HttpRequest& request, const WsRoute& route,
                          const ReplyHandle& handle) {
  HttpResponse response = check_upgrade(request);
  if (response.status != 101) {
    reply(handle.request, std::move(response));
    return;
  }
  bool is_taken = false;
  connection_.io().serve({handle, Asker::Kind::Request, {}}, request.path, [&] {
    std::optional<HttpResponse> refusal = route.handler->on_upgrade(request);
    is_taken = !refusal;
    if (refusal) reply(handle.request, std::move(*refusal));
  });
  if (!is_taken) return;
  pending_.clear();
  connection_.counters().responded(101);
  std::string first_bytes = out_.substr(out_offset_);
  write_response(response, {connection_.io().date_field()}, first_bytes);
  auto session = std::make_unique<WebSocketSession>(connection_, route, std::move(first_bytes));
  WebSocketSession& opened = *session;
  connection_.upgrade(std::move(session));
  opened.start(request);
}

bool HttpSession::reply(std::uint32_t number, HttpResponse response) {
  if (abandoned_) return false;
  TB_ASSERT(!pending_.empty());
  const std::uint32_t index = number - pending_.front().number;
  TB_ASSERT(index < pending_.size());  // else it was completed before
  Pending& pending = pending_[index];
  if (pending.failed && pending.answered) return false;
  TB_ASSERT(!pending.answered);
  pending.answered = true;
  if (response.close) pending.close = true;
  if (pending.close || (closing_ && index + 1 == pending_.size())) {
    // The last one says so; requests behind it, if any, are not answered.
    pending.close = true;
    closing_ = true;
  }
  if (!pending.is_safe) unsafe_pending_ = false;
  emit(pending, response, index == 0 ? out_ : pending.bytes);
  if (index == 0) {
    bool closed = pending.close;
    pending_.pop_front();
    while (!closed && !pending_.empty() && pending_.front().answered) {
      out_ += pending_.front().bytes;
      closed = pending_.front().close;
      pending_.pop_front();
    }
    if (closed) {
      abandoned_ = true;
      pending_.clear();
    }
    last_activity_ = connection_.io().now();
    say_continue();
  }
  connection_.mark_dirty();
  return true;
}

void HttpSession::emit(const Pending& pending, const HttpResponse& response, std::string& out) {
  connection_.counters().responded(response.status);
  ResponseFraming framing;
  framing.date_field = connection_.io().date_field();
  framing.is_head = pending.is_head;
  framing.close = pending.close;
  framing.say_keep_alive = pending.is_http_1_0 && !pending.close;
  write_response(response, framing, out);
}

void HttpSession::problem(std::uint32_t number, unsigned status, std::string_view detail) {
  reply(number, connection_.listener().options.problem(status, detail));
}

void HttpSession::give_up() {
  if (parser_) end_parser();
  closing_ = true;
  if (pending_.empty() || pending_.front().answered) {
    abandoned_ = true;
    return pending_.clear();
  }
  pending_.resize(1);
  pending_.front().close = true;
  problem(pending_.front().number, 500,
          "This door failed and begins anew; what was asked may have been done");
}

/// Answers what cannot be read on, behind what is still to be answered, and ends the connection.
void HttpSession::fail(unsigned status, std::string_view detail, DropReason reason) {
  connection_.counters().dropped(reason);
  Pending& pending = add_pending();
  pending.is_head = parser_ && parser_->request().method == Method::Head;
  pending.close = true;
  closing_ = true;
  const std::uint32_t number = pending.number;
  const std::string sentence(detail);  // it may lie in the parser
  end_parser();
  problem(number, status, sentence);
}

void HttpSession::say_continue() {
  // An interim response has its place in the order as well: after all earlier responses.
  if (!in_body_ || continue_said_ || !parser_->expects_continue() || !pending_.empty()) return;
  continue_said_ = true;
  out_ += kContinue;
  connection_.mark_dirty();
}

std::string_view HttpSession::output(std::span<char>) {
  return std::string_view(out_).substr(out_offset_);
}

void HttpSession::written(std::size_t bytes) {
  out_offset_ += bytes;
  if (out_offset_ == out_.size()) {
    out_.clear();
    out_offset_ = 0;
    if (out_.capacity() > kKeptOutput) std::string().swap(out_);
  } else if (out_offset_ > kCompactOutput && out_offset_ > out_.size() / 2) {
    out_.erase(0, out_offset_);
    out_offset_ = 0;
  }
}

void HttpSession::end_of_input() {
  if (parser_) end_parser();
  closing_ = true;
}

// Who has not sent all by now could take long, and nothing of it was done.
void HttpSession::drain() {
  draining_ = true;
  closing_ = true;
  if (!parser_) return;
  cut_short_ = true;
  fail(503, "Shutting down", DropReason::Draining);
}

void HttpSession::sweep(SteadyMs now) {
  const ListenerOptions& options = connection_.listener().options;
  if (!pending_.empty()) {
    if (now - pending_.front().since < options.handler_timeout.count()) return;
    connection_.counters().dropped(DropReason::HandlerTimeout);
    pending_.resize(1);
    pending_.front().close = true;
    return problem(pending_.front().number, 504, "No answer in time");
  }
  if (parser_) {
    const SteadyMs deadline = in_body_ ? body_began_ + options.body_timeout.count()
                                       : request_began_ + options.header_timeout.count();
    if (now >= deadline) fail(408, "The request did not arrive in time", DropReason::SlowRequest);
    return;
  }
  if (output_bytes() != 0 || closing_) return;
  const auto allowed = any_request_ ? options.idle_timeout : options.header_timeout;
  if (now - last_activity_ < allowed.count()) return;
  connection_.drop(DropReason::IdleTimeout);
}

void HttpSession::gone() {
  abandoned_ = true;
  if (parser_) end_parser();
}

}  // namespace tribook::http
