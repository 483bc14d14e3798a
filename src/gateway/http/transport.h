#pragma once

#include <cerrno>
#include <cstddef>
#include <span>
#include <string_view>
#include <utility>

#include <sys/socket.h>

#include "gateway/http/asio.h"

// The byte stream under a connection, and the one place that knows that it is plain TCP. Reads and
// writes never block and never wait; the caller waits for readiness with when_readable() and
// when_writable(). So an idle connection holds no buffer, and TLS can take this shape as it is.

namespace tribook::http {

struct IoResult {
  enum class Kind { Done, WouldBlock, EndOfStream, Failed };
  Kind kind = Kind::Failed;
  std::size_t bytes = 0;
};

class Transport {
 public:
  /// Takes a connected, non-blocking descriptor.
  Transport(const Executor& executor, const asio::ip::tcp& protocol, int descriptor)
      : socket_(executor, protocol, descriptor) {}

  IoResult read_some(std::span<char> into) {
    while (true) {
      const ssize_t n = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
      if (n > 0) return {IoResult::Kind::Done, static_cast<std::size_t>(n)};
      if (n == 0) return {IoResult::Kind::EndOfStream, 0};
      if (errno != EINTR) return of_error();
    }
  }

  IoResult write_some(std::string_view bytes) {
    while (true) {
      const ssize_t n = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n >= 0) return {IoResult::Kind::Done, static_cast<std::size_t>(n)};
      if (errno != EINTR) return of_error();
    }
  }

  template <typename Fn>
  void when_readable(Fn&& fn) {
    socket_.async_wait(TcpSocket::wait_read, std::forward<Fn>(fn));
  }
  template <typename Fn>
  void when_writable(Fn&& fn) {
    socket_.async_wait(TcpSocket::wait_write, std::forward<Fn>(fn));
  }

  void shutdown_send() {
    boost::system::error_code ignored;
    socket_.shutdown(TcpSocket::shutdown_send, ignored);
  }
  /// Waits that are under way end with an error.
  void close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  static IoResult of_error() {
    const bool again = errno == EAGAIN || errno == EWOULDBLOCK;
    return {again ? IoResult::Kind::WouldBlock : IoResult::Kind::Failed, 0};
  }

  TcpSocket socket_;
};

}  // namespace tribook::http
