#include "gateway/http/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "gateway/http/connection.h"
#include "gateway/http/io_core.h"
#include "gateway/http/listener_state.h"

namespace tribook::http {
namespace {

using Tcp = asio::ip::tcp;
constexpr int kAcceptBatch = 64;
constexpr std::chrono::milliseconds kRetryAfter{100};
constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n"
    "Connection: close\r\n\r\n";

class UniqueDescriptor {
 public:
  explicit UniqueDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~UniqueDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  UniqueDescriptor(const UniqueDescriptor&) = delete;
  UniqueDescriptor& operator=(const UniqueDescriptor&) = delete;

  [[nodiscard]] int get() const { return descriptor_; }
  void release() { descriptor_ = -1; }

 private:
  int descriptor_;
};

Tcp::endpoint parse_endpoint(const std::string& text) {
  const auto bad = [&text](const char* what) {
    return std::runtime_error("listen address \"" + text + "\": " + what);
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw bad("expected host:port");
  std::string host = text.substr(0, colon);
  const std::string digits = text.substr(colon + 1);
  if (digits.empty() || digits.size() > 5 ||
      digits.find_first_not_of("0123456789") != std::string::npos || std::stoul(digits) > 65535) {
    throw bad("the port is a number from 0 to 65535");
  }
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host == "localhost") {
    host = "127.0.0.1";
  }
  boost::system::error_code error;
  const asio::ip::address address = asio::ip::make_address(host, error);
  if (error) throw bad("the host is not a numeric IP address");
  return {address, static_cast<std::uint16_t>(std::stoul(digits))};
}

std::string address_text(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address.to_string();
}

/// On the thread that will own it.
void adopt(IoCore& io, const std::shared_ptr<ListenerState>& listener, std::size_t thread,
           UniqueDescriptor& descriptor, const Tcp::endpoint& peer) {
  if (io.draining()) return;
  Counters& counters = listener->counters[thread];
  if (io.is_down()) return counters.dropped(DropReason::Restart);  // since a moment
  try {
    Transport transport(io.context().get_executor(), peer.protocol(), descriptor.get());
    descriptor.release();
    auto connection = std::make_shared<Connection>(io, listener, counters, std::move(transport),
                                                   address_text(peer.address()));
    io.add(connection);
    connection->start();
  } catch (const boost::system::system_error&) {
    counters.dropped(DropReason::AcceptFailed);
  }
}

}  // namespace

Acceptor::Acceptor(IoCore& io, ListenerState& listener)
    : io_(io), socket_(io.context()), retry_(io.context()) {
  const Tcp::endpoint wanted = parse_endpoint(listener.options.address);
  try {
    socket_.open(wanted.protocol());
    socket_.set_option(Tcp::acceptor::reuse_address(true));
    socket_.bind(wanted);
    socket_.listen(asio::socket_base::max_listen_connections);
    socket_.non_blocking(true);
    endpoint_ = socket_.local_endpoint();
  } catch (const boost::system::system_error& error) {
    throw std::runtime_error("cannot listen on " + listener.options.address + ": " +
                             error.code().message());
  }
}

void Acceptor::start(std::shared_ptr<ListenerState> listener) {
  io_.post([self = shared_from_this(), listener = std::move(listener)] {
    if (self->io_.draining() || !self->socket_.is_open()) return;
    self->listener_ = listener;
    self->io_.add(self);
    self->wait();
  });
}

void Acceptor::stop() {
  io_.post([self = shared_from_this()] { self->close(); });
}

void Acceptor::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  retry_.cancel();
  listener_.reset();
}

void Acceptor::wait() {
  socket_.async_wait(Tcp::acceptor::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& error) {
                       if (!error) self->ready();
                     });
}

void Acceptor::ready() {
  if (!socket_.is_open()) return;
  bool goes_on = true;
  io_.turn([&] { goes_on = accept_batch(); });
  if (!socket_.is_open()) return;
  goes_on ? wait() : pause();
}

/// False when it is better to wait a little.
bool Acceptor::accept_batch() {
  for (int i = 0; i < kAcceptBatch; ++i) {
    if (!find_thread()) return false;
    if (accept_one()) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      listener_->counters[0].dropped(DropReason::AcceptFailed);
      return false;
    }
    // Else that one connection was gone before it was taken.
  }
  return true;
}

/// Passes over threads that are down. False if all are: who knocks waits in the kernel.
bool Acceptor::find_thread() {
  const std::size_t threads = listener_->io_threads.size();
  for (std::size_t i = 0; i < threads; ++i) {
    if (!listener_->io_threads[next_thread_]->is_down()) return true;
    next_thread_ = (next_thread_ + 1) % threads;
  }
  return false;
}

/// False, with errno, if there was none to take.
bool Acceptor::accept_one() {
  Tcp::endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  const int accepted =
      ::accept4(socket_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) return false;
  peer.resize(size);
  auto descriptor = std::make_shared<UniqueDescriptor>(accepted);
  if (listener_->open_connections.load(std::memory_order_relaxed) >=
      listener_->options.max_connections) {
    listener_->counters[0].dropped(DropReason::ConnectionLimit);
    [[maybe_unused]] const ssize_t n =
        ::send(accepted, kBusy.data(), kBusy.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    return true;
  }
  const int on = 1;
  ::setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  const std::size_t thread = next_thread_;
  next_thread_ = (next_thread_ + 1) % listener_->io_threads.size();
  IoCore& target = listener_->io_threads[thread]->core();
  if (&target == &io_) {
    adopt(target, listener_, thread, *descriptor, peer);
  } else {
    target.post([&target, listener = listener_, thread, descriptor, peer] {
      adopt(target, listener, thread, *descriptor, peer);
    });
  }
  return true;
}

/// Out of descriptors or memory, or no thread is up: trying at once again would spin.
void Acceptor::pause() {
  retry_.expires_after(kRetryAfter);
  retry_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->ready();
  });
}

}  // namespace tribook::http
