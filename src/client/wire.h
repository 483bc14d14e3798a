#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "client/url.h"

struct ssl_ctx_st;
struct ssl_st;

namespace tribook::client {

using SteadyClock = std::chrono::steady_clock;

/// Thrown where a wait ends because the interrupt's descriptor became readable.
struct Interrupted {};

/// A connection, perhaps with TLS, on which nothing waits longer than it may. Whatever fails is a
/// NetworkFailure.
class Wire {
 public:
  /// Connects to the first address of the host that answers, and shakes hands.
  Wire(const Url& url, SteadyClock::time_point deadline);
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// All waits end here.
  void set_deadline(SteadyClock::time_point deadline);
  /// From now on a wait ends after this long, however many there were before.
  void set_patience(std::chrono::milliseconds patience);
  /// Readable: stop waiting.
  void set_interrupt(int descriptor) { interrupt_ = descriptor; }

  /// What came, at least a byte; 0 at the end.
  std::size_t receive(char* data, std::size_t size);
  /// How much was sent, at least a byte.
  std::size_t send(const char* data, std::size_t size);

 private:
  void connect(SteadyClock::time_point deadline);
  bool try_connect(const void* address_info);
  void start_tls();
  void wait(short events);
  [[nodiscard]] int wait_ms() const;
  void close_socket();
  [[noreturn]] void fail_by_errno(int error) const;
  /// Waits as TLS wants to; false at the end of the stream.
  bool settle(int result);

  struct ContextEnd {
    void operator()(ssl_ctx_st* context) const;
  };
  struct TlsEnd {
    void operator()(ssl_st* tls) const;
  };

  Url url_;
  int socket_ = -1;
  int interrupt_ = -1;
  SteadyClock::time_point deadline_;
  std::optional<std::chrono::milliseconds> patience_;
  std::chrono::milliseconds allowed_{0};
  std::unique_ptr<ssl_ctx_st, ContextEnd> context_;
  std::unique_ptr<ssl_st, TlsEnd> tls_;
};

}  // namespace tribook::client
