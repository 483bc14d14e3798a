#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "gateway/http/asio.h"

namespace tribook::http {

class IoCore;
struct ListenerState;

/// A listening socket on the first I/O thread. Accepts in batches and hands each connection to the
/// thread whose turn it is.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  /// Binds and listens; throws std::runtime_error that names the address.
  Acceptor(IoCore& io, ListenerState& listener);

  /// Any thread.
  void start(std::shared_ptr<ListenerState> listener);
  void stop();
  /// The I/O thread.
  void close();

  [[nodiscard]] const asio::ip::tcp::endpoint& endpoint() const { return endpoint_; }

 private:
  void wait();
  void ready();
  bool accept_batch();
  bool accept_one();
  bool find_thread();
  void pause();

  IoCore& io_;
  std::shared_ptr<ListenerState> listener_;
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> socket_;
  Timer retry_;
  asio::ip::tcp::endpoint endpoint_;
  std::size_t next_thread_ = 0;
};

}  // namespace tribook::http
