#include "gateway/http/ws_session.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <utility>

#include "gateway/http/connection.h"
#include "gateway/http/io_core.h"
#include "gateway/http/listener_state.h"

namespace tribook::http {
namespace {

constexpr std::size_t kKeptQueue = 64;
constexpr std::size_t kCompactQueue = 256;
constexpr std::size_t kMaxReason = ws::kMaxControlPayload - 2;

constexpr std::uint16_t number(CloseCode code) { return static_cast<std::uint16_t>(code); }

/// A close reason that fits and does not end inside a character.
std::string_view fit_reason(std::string_view reason) {
  if (reason.size() <= kMaxReason) return reason;
  std::size_t size = kMaxReason;
  while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xC0U) == 0x80U) --size;
  return reason.substr(0, size);
}

}  // namespace

WebSocketSession::WebSocketSession(Connection& connection, const WsRoute& route,
                                   std::string first_bytes)
    : connection_(connection),
      handler_(*route.handler),
      path_(route.path),
      options_(route.options),
      decoder_(route.options.max_message_bytes),
      last_received_(connection.io().now()) {
  push({std::make_shared<const std::string>(std::move(first_bytes)), ws::Opcode::Text, true});
  connection_.counters().ws_opened.add();
}

WebSocketSession::~WebSocketSession() { connection_.counters().ws_closed.add(); }

template <typename Fn>
void WebSocketSession::guarded(Fn&& fn) {
  const ReplyHandle session{&connection_.io().owner(), connection_.slot, connection_.generation, 0};
  connection_.io().serve({session, Asker::Kind::Session, {}}, path_, fn);
}

void WebSocketSession::start(const HttpRequest& request) {
  guarded([&] { handler_.on_open(*this, request); });
}

WsHandle WebSocketSession::handle() const {
  return {&connection_.io().owner(), connection_.slot, connection_.generation};
}

std::string_view WebSocketSession::remote_address() const { return connection_.remote_address(); }

bool WebSocketSession::send(std::shared_ptr<const std::string> text) {
  return enqueue(ws::Opcode::Text, std::move(text));
}

bool WebSocketSession::send_binary(std::shared_ptr<const std::string> data) {
  return enqueue(ws::Opcode::Binary, std::move(data));
}

bool WebSocketSession::enqueue(ws::Opcode opcode, std::shared_ptr<const std::string> payload) {
  if (phase_ != Phase::Open) return false;
  Frame frame{std::move(payload), opcode, false};
  const bool over = queued_messages() >= options_.max_queue_messages ||
                    queued_bytes_ + frame.size() > options_.max_queue_bytes;
  // One message alone always fits: a bound on bytes must not make big messages impossible.
  if (over && queued_messages() != 0) {
    end_now(CloseCode::PolicyViolation, "too slow a reader", DropReason::WsQueueFull);
    return false;
  }
  push(std::move(frame));
  return true;
}

void WebSocketSession::push(Frame frame) {
  queued_bytes_ += frame.size();
  queue_.push_back(std::move(frame));
  connection_.mark_dirty();
}

void WebSocketSession::push_close(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != number(CloseCode::NoStatus)) {
    payload.push_back(static_cast<char>(code >> 8));
    payload.push_back(static_cast<char>(code & 0xFF));
    payload += fit_reason(reason);
  }
  push({std::make_shared<const std::string>(std::move(payload)), ws::Opcode::Close, false});
  end_deadline_ = connection_.io().now() + options_.close_timeout.count();
}

void WebSocketSession::close(CloseCode code, std::string_view reason) {
  if (phase_ != Phase::Open) return;
  phase_ = Phase::Closing;
  push_close(number(code), reason);
  note_end(number(code), reason);
}

/// Says why and does not wait for the peer's answer.
void WebSocketSession::end_now(CloseCode code, std::string_view reason, DropReason drop) {
  if (phase_ == Phase::Ended) return;
  connection_.counters().dropped(drop);
  discard_unsent();
  if (phase_ == Phase::Open) push_close(number(code), reason);
  phase_ = Phase::Ended;
  note_end(number(code), reason);
  connection_.mark_dirty();
}

/// All but the frame of which a part is out, and the handshake's response.
void WebSocketSession::discard_unsent() {
  const bool keep_front = head_ < queue_.size() && (front_done_ != 0 || queue_[head_].is_raw);
  const std::size_t kept = head_ + (keep_front ? 1U : 0U);
  for (std::size_t i = kept; i < queue_.size(); ++i) queued_bytes_ -= queue_[i].size();
  queue_.resize(kept);
}

void WebSocketSession::note_end(std::uint16_t code, std::string_view reason) {
  if (end_due_ || end_told_) return;
  end_due_ = true;
  end_code_ = code;
  end_reason_ = reason;
  connection_.mark_dirty();
}

void WebSocketSession::tell_end() {
  if (!end_due_ || end_told_) return;
  end_told_ = true;
  // Whatever happens, the session goes now: a handler that still knows it knows too much.
  try {
    handler_.on_close(*this, end_code_, end_reason_);
  } catch (const std::exception& error) {
    connection_.io().in_doubt(error.what());
  } catch (...) {
    connection_.io().in_doubt({});
  }
}

void WebSocketSession::end_of_turn() {
  if (drained_due_) {
    drained_due_ = false;
    if (open()) guarded([&] { handler_.on_drained(*this); });
  }
  tell_end();
}

bool WebSocketSession::wants_input() const {
  // A peer that does not read its answers is not read either.
  return phase_ != Phase::Ended && queued_messages() <= options_.max_queue_messages / 2 &&
         queued_bytes_ <= options_.max_queue_bytes / 2;
}

std::size_t WebSocketSession::consume(std::span<char> input) {
  const std::size_t size = input.size();
  last_received_ = connection_.io().now();
  ping_sent_ = false;
  while (wants_input()) {
    const ws::Decoder::Event event = decoder_.next(input);
    if (event.kind == ws::Decoder::Kind::NeedMore) break;
    take(event);
  }
  return phase_ == Phase::Ended ? size : size - input.size();
}

void WebSocketSession::take(const ws::Decoder::Event& event) {
  using Kind = ws::Decoder::Kind;
  if (event.kind == Kind::Close) return peer_closed(event);
  if (event.kind == Kind::Error) {
    return end_now(static_cast<CloseCode>(event.code), event.data, DropReason::WsProtocol);
  }
  if (phase_ != Phase::Open) return;  // what comes behind our close frame is not looked at
  switch (event.kind) {
    case Kind::Text:
      connection_.counters().ws_messages_in.add();
      return guarded([&] { handler_.on_message(*this, event.data); });
    case Kind::Binary:
      connection_.counters().ws_messages_in.add();
      return guarded([&] { handler_.on_binary(*this, event.data); });
    case Kind::Ping:
      enqueue(ws::Opcode::Pong, std::make_shared<const std::string>(event.data));
      return;
    default:
      return;  // a pong, asked for or not: that it came is noted
  }
}

void WebSocketSession::peer_closed(const ws::Decoder::Event& event) {
  if (phase_ == Phase::Open) {
    push_close(event.code, event.data);
    note_end(event.code, event.data);
  }
  phase_ = Phase::Ended;
  connection_.mark_dirty();
}

std::string_view WebSocketSession::output(std::span<char> scratch) {
  std::size_t filled = 0;
  std::size_t skip = front_done_;
  for (std::size_t i = head_; i < queue_.size() && filled < scratch.size(); ++i) {
    const Frame& frame = queue_[i];
    std::array<char, ws::kMaxServerHeader> header;
    const std::size_t header_size =
        frame.is_raw ? 0 : ws::write_header(frame.opcode, frame.payload->size(), header);
    for (const std::string_view part :
         {std::string_view(header.data(), header_size), std::string_view(*frame.payload)}) {
      const std::size_t from = std::min(skip, part.size());
      const std::size_t n = std::min(part.size() - from, scratch.size() - filled);
      std::memcpy(scratch.data() + filled, part.data() + from, n);
      filled += n;
      skip -= from;
    }
  }
  return {scratch.data(), filled};
}

void WebSocketSession::written(std::size_t bytes) {
  front_done_ += bytes;
  while (head_ < queue_.size() && front_done_ >= queue_[head_].size()) {
    Frame& frame = queue_[head_++];
    const std::size_t size = frame.size();
    front_done_ -= size;
    queued_bytes_ -= size;
    if (!frame.is_raw && (frame.opcode == ws::Opcode::Text || frame.opcode == ws::Opcode::Binary)) {
      connection_.counters().ws_messages_out.add();
    }
    frame.payload.reset();
  }
  compact();
  if (queue_.empty() && blocked_) {
    blocked_ = false;
    drained_due_ = true;
    connection_.mark_dirty();
  }
}

void WebSocketSession::compact() {
  if (head_ == queue_.size()) {
    head_ = 0;
    queue_.clear();
    if (queue_.capacity() > kKeptQueue) std::vector<Frame>().swap(queue_);
  } else if (head_ > kCompactQueue && head_ > queue_.size() / 2) {
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

void WebSocketSession::end_of_input() {
  note_end(number(CloseCode::Abnormal), {});
  discard_unsent();
  phase_ = Phase::Ended;
  end_deadline_ = connection_.io().now() + options_.close_timeout.count();
}

void WebSocketSession::drain() { close(CloseCode::GoingAway, "shutting down"); }

void WebSocketSession::give_up() {
  if (phase_ == Phase::Ended) return;
  discard_unsent();
  if (phase_ == Phase::Open) push_close(number(CloseCode::ServiceRestart), "begins anew");
  phase_ = Phase::Ended;
  note_end(number(CloseCode::ServiceRestart), "begins anew");
  connection_.mark_dirty();
}

void WebSocketSession::sweep(SteadyMs now) {
  if (phase_ != Phase::Open) {
    if (now >= end_deadline_) connection_.drop(DropReason::WsTimeout);
    return;
  }
  const SteadyMs silence = now - last_received_;
  if (silence >= options_.idle_timeout.count()) {
    end_now(CloseCode::GoingAway, "no sign of life", DropReason::WsTimeout);
  } else if (silence >= options_.ping_interval.count() && !ping_sent_) {
    ping_sent_ = true;
    enqueue(ws::Opcode::Ping, std::make_shared<const std::string>());
  }
}

void WebSocketSession::gone() {
  note_end(number(CloseCode::Abnormal), {});
  phase_ = Phase::Ended;
  tell_end();
}

// --- defaults of WsHandler ---------------------------------------------------------------------

std::optional<HttpResponse> WsHandler::on_upgrade(const HttpRequest&) { return std::nullopt; }

void WsHandler::on_binary(WsSession& session, std::string_view) {
  session.close(CloseCode::Unsupported, "text messages only");
}

void WsHandler::on_drained(WsSession&) {}

}  // namespace tribook::http
