#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A client made of a bare socket, so that tests decide every byte, and every pause, themselves.

namespace tribook::http::test {

inline constexpr std::chrono::milliseconds kPatience{10'000};

struct Response {
  unsigned status = 0;
  std::string head;
  std::string body;

  [[nodiscard]] bool has(std::string_view text) const {
    return head.find(text) != std::string::npos;
  }
};

struct WsFrame {
  unsigned opcode = 0;
  bool final = false;
  std::string payload;

  [[nodiscard]] unsigned close_code() const {
    if (payload.size() < 2) return 0;
    return static_cast<unsigned>(static_cast<unsigned char>(payload[0])) * 256U +
           static_cast<unsigned char>(payload[1]);
  }
};

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer = 0) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer > 0) {
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      const int error = errno;
      ::close(socket_);
      throw std::runtime_error("connect: error " + std::to_string(error));
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  ~Client() { close(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  void shutdown_send() { ::shutdown(socket_, SHUT_WR); }

  /// False if the peer has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  /// One response; nothing if the connection ended before it was whole.
  std::optional<Response> receive(bool is_head = false) {
    Response response;
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return std::nullopt;
    }
    response.head = take(end + 4);
    response.status = static_cast<unsigned>(std::stoul(response.head.substr(9, 3)));
    const std::size_t field = response.head.find("Content-Length: ");
    if (field == std::string::npos || is_head) return response;
    const std::size_t size = std::stoul(response.head.substr(field + 16));
    while (buffer_.size() < size) {
      if (!fill()) return std::nullopt;
    }
    response.body = take(size);
    return response;
  }

  std::optional<Response> ask(std::string_view request) {
    return send(request) ? receive() : std::nullopt;
  }
  std::optional<Response> get(std::string_view target) {
    return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  /// True if the peer closes, and sent nothing before.
  bool closed() { return buffer_.empty() && !fill() && buffer_.empty(); }
  /// Reads and forgets until the peer closes or resets.
  void drain() {
    do buffer_.clear();
    while (fill());
  }
  /// Is there something to read (or the end) within the time?
  bool readable(std::chrono::milliseconds within) {
    if (!buffer_.empty()) return true;
    pollfd wait{socket_, POLLIN, 0};
    return ::poll(&wait, 1, static_cast<int>(within.count())) > 0;
  }

  // --- WebSocket ---------------------------------------------------------------------------------

  std::optional<Response> upgrade(std::string_view path, std::string_view fields = {}) {
    return ask("GET " + std::string(path) +
               " HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
               std::string(fields) + "\r\n");
  }

  static std::string frame(unsigned opcode, std::string_view payload, bool final = true) {
    constexpr std::string_view kMask = "\x11\x92\x53\xE4";
    std::string out;
    out.push_back(static_cast<char>((final ? 0x80U : 0U) | opcode));
    if (payload.size() < 126) {
      out.push_back(static_cast<char>(0x80U | payload.size()));
    } else if (payload.size() <= 0xFFFF) {
      out.push_back(static_cast<char>(0x80U | 126U));
      out.push_back(static_cast<char>(payload.size() >> 8));
      out.push_back(static_cast<char>(payload.size() & 0xFF));
    } else {
      out.push_back(static_cast<char>(0x80U | 127U));
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>((payload.size() >> shift) & 0xFF));
      }
    }
    out += kMask;
    for (std::size_t i = 0; i < payload.size(); ++i) {
      out.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
    }
    return out;
  }
  bool send_frame(unsigned opcode, std::string_view payload, bool final = true) {
    return send(frame(opcode, payload, final));
  }
  static std::string close_payload(unsigned code, std::string_view reason = {}) {
    std::string payload;
    payload.push_back(static_cast<char>(code >> 8));
    payload.push_back(static_cast<char>(code & 0xFF));
    return payload + std::string(reason);
  }

  std::optional<WsFrame> receive_frame() {
    if (!need(2)) return std::nullopt;
    const auto byte = [this](std::size_t i) {
      return static_cast<std::uint64_t>(static_cast<unsigned char>(buffer_[i]));
    };
    WsFrame frame;
    frame.final = (byte(0) & 0x80U) != 0;
    frame.opcode = static_cast<unsigned>(byte(0) & 0x0FU);
    if ((byte(1) & 0x80U) != 0) throw std::runtime_error("a server's frame is masked");
    std::uint64_t size = byte(1);
    std::size_t header = 2;
    if (size >= 126) {
      const std::size_t bytes = size == 126 ? 2 : 8;
      if (!need(2 + bytes)) return std::nullopt;
      size = 0;
      for (std::size_t i = 0; i < bytes; ++i) size = size * 256 + byte(2 + i);
      header += bytes;
    }
    if (!need(header + size)) return std::nullopt;
    take(header);
    frame.payload = take(size);
    return frame;
  }
  /// The next frame that is no ping or pong.
  std::optional<WsFrame> receive_message() {
    while (true) {
      std::optional<WsFrame> frame = receive_frame();
      if (!frame || frame->opcode < 9) return frame;
    }
  }

 private:
  bool need(std::size_t size) {
    while (buffer_.size() < size) {
      if (!fill()) return false;
    }
    return true;
  }

  /// False at the end. Throws when nothing comes for long: a test that hangs says where.
  bool fill() {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(kPatience.count())) <= 0) {
      throw std::runtime_error("nothing came from the server");
    }
    char chunk[16384];
    const ssize_t n = ::recv(socket_, chunk, sizeof chunk, 0);
    if (n <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(n));
    return true;
  }

  std::string take(std::size_t size) {
    std::string out = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return out;
  }

  int socket_ = -1;
  std::string buffer_;
};

}  // namespace tribook::http::test
