#include "gateway/http/io_core.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "gateway/http/acceptor.h"
#include "gateway/http/connection.h"
#include "gateway/http/ws_session.h"
#include "tribook/base/assert.h"

namespace tribook::http {
namespace {

constexpr std::size_t kSpareParsers = 64;

int make_eventfd() {
  const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return descriptor;
}

}  // namespace

struct IoCore::Repeating {
  Repeating(IoCore& core, std::chrono::milliseconds every, std::function<void()> what)
      : io(core), interval(every), fn(std::move(what)), timer(core.context_) {}

  IoCore& io;
  std::chrono::milliseconds interval;
  std::function<void()> fn;
  Timer timer;
};

IoCore::IoCore(IoThread& owner, IoThreadOptions options)
    : owner_(owner),
      options_(std::move(options)),
      context_(1),
      work_(context_.get_executor()),
      event_(context_.get_executor(), make_eventfd()),
      read_buffer_(kReadBytes),
      scratch_(kScratchBytes),
      drain_timer_(context_),
      begin_timer_(context_) {
  update_date();
}

IoCore::~IoCore() { stop(std::chrono::milliseconds{0}); }

SteadyMs IoCore::now() const {
  // Deadlines are swept once a second at most: the kernel's coarse clock is fine enough and cheap.
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return static_cast<SteadyMs>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

// --- other threads -------------------------------------------------------------------------------

void IoCore::wake() noexcept {
  // Sequentially consistent on both sides: either this thread sees that a wake is pending and the
  // loop has yet to look, or the loop, having cleared the flag, sees what was published before this
  // call.
  if (wake_pending_.exchange(true)) return;
  const std::uint64_t one = 1;
  // It can fail only if the counter would overflow, and then it is readable anyway.
  [[maybe_unused]] const ssize_t n = ::write(event_.native_handle(), &one, sizeof one);
}

void IoCore::post(std::function<void()> fn) {
  asio::post(context_, [this, fn = std::move(fn)] { turn(fn); });
}

// --- life ----------------------------------------------------------------------------------------

void IoCore::start() {
  TB_ASSERT(!started_);
  started_ = true;
  wait_for_wake();
  every(options_.sweep_interval, [this] { sweep(); });
  thread_ = std::thread([this] { run(); });
}

void IoCore::run() {
  thread_id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
  ::pthread_setname_np(::pthread_self(), options_.name.substr(0, 15).c_str());
  context_.run();
}

void IoCore::stop(std::chrono::milliseconds drain) {
  if (!thread_.joinable()) return;
  TB_ASSERT(!on_this_thread());
  post([this, drain] { begin_drain(drain); });
  thread_.join();
}

void IoCore::begin_drain(std::chrono::milliseconds drain) {
  draining_ = true;
  for (const std::weak_ptr<Acceptor>& weak : acceptors_) {
    if (const std::shared_ptr<Acceptor> acceptor = weak.lock()) acceptor->close();
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (const std::shared_ptr<Connection> connection = slots_[i].connection) connection->drain();
  }
  drain_timer_.expires_after(drain);
  drain_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) turn([this] { close_all(); });
  });
  end_if_drained();
}

void IoCore::close_all() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const std::shared_ptr<Connection> connection = slots_[i].connection;
    if (!connection) continue;
    connection->counters().dropped(DropReason::DrainDeadline);
    connection->close();
  }
  context_.stop();
}

void IoCore::end_if_drained() {
  if (draining_ && connection_count_ == 0) context_.stop();
}

// --- turns ---------------------------------------------------------------------------------------

void IoCore::wait_for_wake() {
  event_.async_wait(EventDescriptor::wait_read, [this](const boost::system::error_code& error) {
    if (!error) woken();
  });
}

void IoCore::woken() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t n = ::read(event_.native_handle(), &count, sizeof count);
  wake_pending_.exchange(false);  // before the callback looks: see wake()
  turn([this] {
    if (on_wake_) on_wake_();
  });
  wait_for_wake();
}

void IoCore::every(std::chrono::milliseconds interval, std::function<void()> fn) {
  auto timer = std::make_shared<Repeating>(*this, interval, std::move(fn));
  timer->timer.expires_after(interval);
  arm(timer);
}

void IoCore::arm(const std::shared_ptr<Repeating>& timer) {
  timer->timer.async_wait([timer](const boost::system::error_code& error) {
    if (error) return;
    timer->io.turn(timer->fn);
    // From the scheduled time, so that intervals do not drift; but missed ones are not made up for.
    const auto next = timer->timer.expiry() + timer->interval;
    const auto now = std::chrono::steady_clock::now();
    timer->timer.expires_at(next > now ? next : now + timer->interval);
    arm(timer);
  });
}

void IoCore::mark_dirty(Connection& connection) {
  if (connection.dirty) return;
  connection.dirty = true;
  dirty_.push_back(connection.shared_from_this());
}

void IoCore::settle_dirty() {
  // Settling one connection may dirty others (a handler that hears of an end and tells the rest).
  while (!dirty_.empty()) {
    settling_.swap(dirty_);
    for (const std::shared_ptr<Connection>& connection : settling_) {
      connection->dirty = false;
      connection->settle();
    }
    settling_.clear();
  }
}

void IoCore::sweep() {
  update_date();
  const SteadyMs time = now();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (const std::shared_ptr<Connection> connection = slots_[i].connection)
      connection->sweep(time);
  }
}

void IoCore::update_date() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 64> text{};
  const std::size_t size =
      std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
  date_field_.assign(text.data(), size);
}

// --- faults --------------------------------------------------------------------------------------

void IoCore::end_asker(const Asker& asker, std::string_view route, std::string_view what) {
  if (faults_.on_error) faults_.on_error(asker.route.empty() ? route : asker.route, what);
  Connection* connection = find(asker.handle.slot, asker.handle.generation);
  if (connection == nullptr) return;
  if (asker.kind == Asker::Kind::Request) return connection->fail(asker.handle.request);
  if (WebSocketSession* session = connection->websocket()) {
    session->close(CloseCode::InternalError, "internal error");
  }
}

// The users of the thread forget their sessions first, so that ending these touches nothing that
// is half done. `what` may be the doubt itself.
void IoCore::fail(std::string_view what) {
  asker_ = {};
  is_down_.store(true, std::memory_order_relaxed);
  const auto pause = faults_.on_failure ? faults_.on_failure(what) : std::chrono::nanoseconds{0};
  doubt_.clear();
  give_up_connections();
  if (draining_) return close_all();
  begin_timer_.expires_after(pause);
  begin_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) turn([this] { begin_anew(); });
  });
}

// Each is told if that is still possible; a second failure closes the rest without a word.
void IoCore::give_up_connections() {
  for (const auto* list : {&dirty_, &settling_}) {
    for (const std::shared_ptr<Connection>& connection : *list) connection->dirty = false;
  }
  dirty_.clear();
  settling_.clear();
  try {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (const std::shared_ptr<Connection> connection = slots_[i].connection)
        connection->give_up();
    }
    settle_dirty();
  } catch (...) {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (const std::shared_ptr<Connection> connection = slots_[i].connection) connection->close();
    }
  }
}

void IoCore::begin_anew() {
  if (faults_.on_begin) faults_.on_begin();
  is_down_.store(false, std::memory_order_relaxed);
}

// --- connections ---------------------------------------------------------------------------------

void IoCore::add(std::shared_ptr<Connection> connection) {
  std::uint32_t index = 0;
  if (free_slots_.empty()) {
    index = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    index = free_slots_.back();
    free_slots_.pop_back();
  }
  Slot& slot = slots_[index];
  connection->slot = index;
  connection->generation = ++slot.generation;
  slot.connection = std::move(connection);
  ++connection_count_;
}

void IoCore::remove(Connection& connection) {
  const std::uint32_t index = connection.slot;
  if (index >= slots_.size() || slots_[index].connection.get() != &connection) return;
  const std::shared_ptr<Connection> last = std::move(slots_[index].connection);
  free_slots_.push_back(index);
  --connection_count_;
  end_if_drained();
}

Connection* IoCore::find(std::uint32_t slot, std::uint32_t generation) {
  if (slot >= slots_.size() || slots_[slot].generation != generation) return nullptr;
  return slots_[slot].connection.get();
}

std::unique_ptr<RequestParser> IoCore::take_parser() {
  if (spare_parsers_.empty()) return std::make_unique<RequestParser>();
  std::unique_ptr<RequestParser> parser = std::move(spare_parsers_.back());
  spare_parsers_.pop_back();
  return parser;
}

void IoCore::give_back(std::unique_ptr<RequestParser> parser) {
  if (spare_parsers_.size() < kSpareParsers && parser->held_bytes() <= kReadBytes) {
    spare_parsers_.push_back(std::move(parser));
  }
}

}  // namespace tribook::http
