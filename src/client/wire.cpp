#include "client/wire.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "client/failure.h"

namespace tribook::client {
namespace {

using Kind = NetworkFailure::Kind;
using std::chrono::milliseconds;

std::string tls_error() {
  const char* reason = ERR_reason_error_string(ERR_get_error());
  return reason == nullptr ? "the handshake failed" : reason;
}

bool is_address(const std::string& host) {
  return host.find_first_not_of("0123456789.") == std::string::npos ||
         host.find(':') != std::string::npos;
}

// For servers of many names. OpenSSL's own macro casts in a way that is not allowed here.
void name_host(SSL* tls, std::string host) {
  SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
}

}  // namespace

void Wire::ContextEnd::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void Wire::TlsEnd::operator()(ssl_st* tls) const { SSL_free(tls); }

Wire::Wire(const Url& url, SteadyClock::time_point deadline) : url_(url) {
  set_deadline(deadline);
  connect(deadline);
  try {
    if (url_.is_secure) start_tls();
  } catch (...) {
    close_socket();
    throw;
  }
}

Wire::~Wire() {
  if (tls_) SSL_shutdown(tls_.get());
  close_socket();
}

void Wire::close_socket() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void Wire::set_deadline(SteadyClock::time_point deadline) {
  deadline_ = deadline;
  allowed_ = std::chrono::duration_cast<milliseconds>(deadline - SteadyClock::now());
  patience_.reset();
}

void Wire::set_patience(milliseconds patience) {
  patience_ = patience;
  allowed_ = patience;
}

void Wire::fail_by_errno(int error) const {
  if (error == ECONNRESET || error == EPIPE) {
    throw NetworkFailure(Kind::Dropped, url_.text() + " dropped the connection");
  }
  throw NetworkFailure(Kind::Dropped,
                       "the connection to " + url_.text() + " broke: " + std::strerror(error));
}

int Wire::wait_ms() const {
  if (patience_) return static_cast<int>(patience_->count());
  const auto left = std::chrono::ceil<milliseconds>(deadline_ - SteadyClock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

void Wire::wait(short events) {
  while (true) {
    pollfd polled[2] = {{socket_, events, 0}, {interrupt_, POLLIN, 0}};
    const int count = ::poll(polled, interrupt_ >= 0 ? 2 : 1, wait_ms());
    if (count > 0 && polled[1].revents != 0) throw Interrupted{};
    if (count > 0) return;
    if (count == 0) {
      const auto seconds = std::chrono::round<std::chrono::seconds>(allowed_).count();
      if (patience_) {
        throw NetworkFailure(Kind::TimedOut, "nothing came from " + url_.text() + " for " +
                                                 std::to_string(seconds) + " s");
      }
      throw NetworkFailure(Kind::TimedOut, "no answer from " + url_.text() + " within " +
                                               std::to_string(seconds) +
                                               " s: try again, or allow more with --timeout");
    }
    if (errno != EINTR) fail_by_errno(errno);
  }
}

void Wire::connect(SteadyClock::time_point deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error =
      ::getaddrinfo(url_.host.c_str(), std::to_string(url_.port).c_str(), &hints, &found);
  if (error != 0) {
    throw NetworkFailure(Kind::Unreachable, "cannot find the host " + url_.host + ": " +
                                                ::gai_strerror(error) +
                                                "; check the address given at the login");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  int last_error = 0;
  for (const addrinfo* address = list.get(); address != nullptr; address = address->ai_next) {
    if (try_connect(address)) return;
    last_error = errno;
    if (SteadyClock::now() >= deadline) break;
  }
  throw NetworkFailure(Kind::Unreachable,
                       "cannot reach " + url_.text() + ": " + std::strerror(last_error) +
                           "; is the daemon running there? Another address is given at the login, "
                           "with --url");
}

bool Wire::try_connect(const void* address_info) {
  const auto& address = *static_cast<const addrinfo*>(address_info);
  socket_ = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (socket_ < 0) return false;
  int error = 0;
  if (::connect(socket_, address.ai_addr, address.ai_addrlen) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      try {
        wait(POLLOUT);
      } catch (...) {
        close_socket();
        throw;
      }
      socklen_t size = sizeof error;
      if (::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    }
  }
  if (error != 0) {
    close_socket();
    errno = error;
    return false;
  }
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return true;
}

// Certificates are verified against the system's authorities (or $SSL_CERT_FILE), and must be the
// host's.
void Wire::start_tls() {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (context_) {
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
    SSL_CTX_set_default_verify_paths(context_.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    tls_.reset(SSL_new(context_.get()));
  }
  if (!tls_) throw NetworkFailure(Kind::Unreachable, "TLS cannot be started: " + tls_error());
  if (is_address(url_.host)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_.get()), url_.host.c_str());
  } else {
    SSL_set1_host(tls_.get(), url_.host.c_str());
    name_host(tls_.get(), url_.host);
  }
  SSL_set_fd(tls_.get(), socket_);
  while (true) {
    ERR_clear_error();
    const int result = SSL_connect(tls_.get());
    if (result == 1) return;
    const int error = SSL_get_error(tls_.get(), result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      wait(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT);
      continue;
    }
    const long verified = SSL_get_verify_result(tls_.get());
    if (verified != X509_V_OK) {
      throw NetworkFailure(Kind::Untrusted,
                           "the certificate of " + url_.text() +
                               " is not trusted: " + X509_verify_cert_error_string(verified) +
                               "; name the file of its authority in SSL_CERT_FILE if you trust it");
    }
    throw NetworkFailure(Kind::Unreachable, "no TLS with " + url_.text() + ": " + tls_error() +
                                                "; is it http:// rather than https://?");
  }
}

bool Wire::settle(int result) {
  const int saved = errno;
  switch (SSL_get_error(tls_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      wait(POLLIN);
      return true;
    case SSL_ERROR_WANT_WRITE:
      wait(POLLOUT);
      return true;
    case SSL_ERROR_ZERO_RETURN:
      return false;
    case SSL_ERROR_SYSCALL:
      fail_by_errno(saved == 0 ? ECONNRESET : saved);
    default:
      throw NetworkFailure(Kind::Dropped, url_.text() + " broke the connection: " + tls_error());
  }
}

std::size_t Wire::receive(char* data, std::size_t size) {
  while (true) {
    if (tls_) {
      ERR_clear_error();
      std::size_t count = 0;
      const int result = SSL_read_ex(tls_.get(), data, size, &count);
      if (result == 1) return count;
      if (!settle(result)) return 0;
    } else {
      const ssize_t count = ::recv(socket_, data, size, 0);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EAGAIN && errno != EINTR) fail_by_errno(errno);
      wait(POLLIN);
    }
  }
}

std::size_t Wire::send(const char* data, std::size_t size) {
  while (true) {
    if (tls_) {
      ERR_clear_error();
      std::size_t count = 0;
      const int result = SSL_write_ex(tls_.get(), data, size, &count);
      if (result == 1) return count;
      if (!settle(result)) fail_by_errno(EPIPE);
    } else {
      const ssize_t count = ::send(socket_, data, size, MSG_NOSIGNAL);
      if (count > 0) return static_cast<std::size_t>(count);
      if (count < 0 && errno != EAGAIN && errno != EINTR) fail_by_errno(errno);
      wait(POLLOUT);
    }
  }
}

}  // namespace tribook::client
