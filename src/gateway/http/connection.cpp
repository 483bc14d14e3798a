#include "gateway/http/connection.h"

#include <utility>

#include "gateway/http/http_session.h"
#include "gateway/http/io_core.h"
#include "gateway/http/listener_state.h"
#include "gateway/http/ws_session.h"

namespace tribook::http {
namespace {

constexpr std::size_t kKeptInbox = 4096;
constexpr std::size_t kMaxLingeredBytes = 4 * 1024 * 1024;

}  // namespace

Connection::Connection(IoCore& io, std::shared_ptr<ListenerState> listener, Counters& counters,
                       Transport transport, std::string remote_address)
    : io_(io),
      listener_(std::move(listener)),
      counters_(counters),
      transport_(std::move(transport)),
      remote_address_(std::move(remote_address)),
      http_(std::make_unique<HttpSession>(*this)),
      session_(http_.get()) {
  listener_->open_connections.fetch_add(1, std::memory_order_relaxed);
  counters_.connections_opened.add();
}

Connection::~Connection() { close(); }

void Connection::start() { wait_readable(); }

void Connection::mark_dirty() { io_.mark_dirty(*this); }

void Connection::wait_readable() {
  if (waiting_readable_) return;
  waiting_readable_ = true;
  transport_.when_readable([self = shared_from_this()](const boost::system::error_code& error) {
    self->waiting_readable_ = false;
    if (error || self->phase_ == Phase::Closed) return;
    self->io_.turn([&self] { self->on_readable(); });
  });
}

void Connection::wait_writable() {
  if (waiting_writable_) return;
  waiting_writable_ = true;
  transport_.when_writable([self = shared_from_this()](const boost::system::error_code& error) {
    self->waiting_writable_ = false;
    if (error || self->phase_ == Phase::Closed) return;
    self->io_.turn([&self] { self->mark_dirty(); });
  });
}

void Connection::on_readable() {
  if (phase_ == Phase::Lingering) return discard_input();
  if (!session_->wants_input()) return;  // it changed its mind since; settle() waits again
  const std::span<char> buffer = io_.read_buffer();
  const IoResult result = transport_.read_some(buffer);
  switch (result.kind) {
    case IoResult::Kind::Done:
      counters_.bytes_in.add(result.bytes);
      feed(buffer.first(result.bytes));
      break;
    case IoResult::Kind::WouldBlock:
      break;
    case IoResult::Kind::EndOfStream:
      end_of_input_ = true;
      session_->end_of_input();
      break;
    case IoResult::Kind::Failed:
      return close();
  }
  mark_dirty();
}

void Connection::discard_input() {
  const IoResult result = transport_.read_some(io_.read_buffer());
  if (result.kind == IoResult::Kind::Done) lingered_bytes_ += result.bytes;
  const bool goes_on =
      result.kind == IoResult::Kind::Done || result.kind == IoResult::Kind::WouldBlock;
  if (!goes_on || lingered_bytes_ > kMaxLingeredBytes) return close();
  wait_readable();
}

void Connection::feed(std::span<char> fresh) {
  if (!inbox_.empty()) {
    inbox_.append(fresh.data(), fresh.size());
    run_inbox();
    return;
  }
  const std::size_t taken = run(fresh);
  const std::span<char> rest = fresh.subspan(taken);
  if (!rest.empty()) inbox_.assign(rest.data(), rest.size());
}

/// True if the session took something.
bool Connection::run_inbox() {
  const std::size_t taken = run(inbox_);
  inbox_.erase(0, taken);
  if (inbox_.empty() && inbox_.capacity() > kKeptInbox) std::string().swap(inbox_);
  return taken != 0;
}

std::size_t Connection::run(std::span<char> input) {
  std::size_t taken = 0;
  while (taken < input.size() && session_->wants_input()) {
    const std::size_t n = session_->consume(input.subspan(taken));
    taken += n;
    if (next_) {
      ws_ = std::move(next_);
      session_ = ws_.get();
      http_->gone();
      http_.reset();
    } else if (n == 0) {
      break;
    }
  }
  stalled_ = taken < input.size() && !session_->wants_input();
  return taken;
}

void Connection::upgrade(std::unique_ptr<WebSocketSession> session) { next_ = std::move(session); }

WebSocketSession* Connection::websocket() {
  WebSocketSession* session = next_ ? next_.get() : ws_.get();
  return session != nullptr && session->open() ? session : nullptr;
}

bool Connection::reply(std::uint32_t request, HttpResponse response) {
  return phase_ == Phase::Open && http_ && !next_ && http_->reply(request, std::move(response));
}

void Connection::settle() {
  if (phase_ != Phase::Open) return;
  if (drop_) return close();
  do {
    session_->end_of_turn();
    write_out();
    if (phase_ != Phase::Open) return;
  } while (stalled_ && session_->wants_input() && run_inbox());

  if (session_->finished() && session_->output_bytes() == 0) return begin_linger();
  if (session_->wants_input() && !end_of_input_) wait_readable();
}

void Connection::write_out() {
  while (true) {
    const std::string_view bytes = session_->output(io_.scratch());
    if (bytes.empty()) {
      write_deadline_ = 0;
      return;
    }
    const IoResult result = transport_.write_some(bytes);
    if (result.kind == IoResult::Kind::Failed) return close();
    session_->written(result.bytes);
    counters_.bytes_out.add(result.bytes);
    bytes_written_ += result.bytes;
    if (result.bytes == bytes.size()) continue;

    session_->blocked();
    if (write_deadline_ == 0) {
      write_deadline_ = io_.now() + listener_->options.write_timeout.count();
      deadline_bytes_ = bytes_written_ + session_->output_bytes();
    }
    wait_writable();
    return;
  }
}

void Connection::check_write_deadline(SteadyMs now) {
  if (write_deadline_ == 0 || now < write_deadline_) return;
  if (bytes_written_ < deadline_bytes_) return drop(DropReason::SlowReader);
  write_deadline_ = now + listener_->options.write_timeout.count();
  deadline_bytes_ = bytes_written_ + session_->output_bytes();
}

void Connection::sweep(SteadyMs now) {
  if (phase_ == Phase::Lingering) {
    if (now >= linger_until_) close();
    return;
  }
  if (phase_ != Phase::Open) return;
  session_->sweep(now);
  check_write_deadline(now);
}

void Connection::drain() {
  // A request that lies unread is still taken.
  if (phase_ == Phase::Open && !end_of_input_) on_readable();
  if (phase_ == Phase::Lingering || (http_ && http_->idle())) return close();
  if (phase_ != Phase::Open) return;
  session_->drain();
  mark_dirty();
}

void Connection::drop(DropReason reason) {
  if (phase_ == Phase::Closed || drop_) return;
  counters_.dropped(reason);
  drop_ = true;
  mark_dirty();
}

void Connection::fail(std::uint32_t request) {
  if (phase_ == Phase::Open && http_ && !next_) http_->fail_request(request);
}

void Connection::give_up() {
  if (phase_ != Phase::Open) return;
  counters_.dropped(DropReason::Restart);
  if (next_ || drop_ || (http_ && http_->idle())) return close();
  session_->give_up();
  mark_dirty();
}

void Connection::begin_linger() {
  // A drain does not wait for clients that keep their side open; but one who is still sending is
  // given the time to read why that was in vain.
  const bool is_cut_short = http_ && http_->is_cut_short();
  end_session();
  transport_.shutdown_send();
  if (end_of_input_ || (io_.draining() && !is_cut_short)) return close();
  phase_ = Phase::Lingering;
  std::string().swap(inbox_);
  linger_until_ = io_.now() + listener_->options.linger_timeout.count();
  wait_readable();
}

void Connection::end_session() {
  if (session_ == nullptr) return;
  session_->gone();
  session_ = nullptr;
  http_.reset();
  ws_.reset();
}

void Connection::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  end_session();
  transport_.close();
  counters_.connections_closed.add();
  listener_->open_connections.fetch_sub(1, std::memory_order_relaxed);
  io_.remove(*this);
}

}  // namespace tribook::http
