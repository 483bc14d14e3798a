#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// RFC 6455 framing on bytes alone, without sockets: what a server writes and what it reads. Nothing
// is negotiated (no extensions), so every reserved bit is an error.

namespace tribook::http::ws {

enum class Opcode : std::uint8_t {
  Continuation = 0x0,
  Text = 0x1,
  Binary = 0x2,
  Close = 0x8,
  Ping = 0x9,
  Pong = 0xA,
};

inline constexpr std::size_t kMaxServerHeader = 10;
inline constexpr std::size_t kMaxControlPayload = 125;

/// Header of an unmasked, final frame, as a server sends it. Returns its length.
std::size_t write_header(Opcode opcode, std::uint64_t payload_size,
                         std::span<char, kMaxServerHeader> out);

/// Length of the header that write_header makes.
constexpr std::size_t header_size(std::uint64_t payload_size) {
  return payload_size < 126 ? 2 : payload_size <= 0xFFFF ? 4 : 10;
}

/// The value of Sec-WebSocket-Accept. Empty if `key` is not 16 bytes in base64.
std::string accept_key(std::string_view key);

/// May a peer send this code in a close frame?
bool valid_close_code(std::uint16_t code);

/// Checks UTF-8 piece by piece: no overlong forms, no surrogates, nothing over U+10FFFF.
class Utf8Checker {
 public:
  /// False as soon as the text can no longer become valid.
  bool feed(std::string_view piece);
  /// True if the text ends at a character's end.
  [[nodiscard]] bool complete() const { return pending_ == 0; }
  void reset() { *this = {}; }

 private:
  bool feed_byte(unsigned char byte);

  std::uint8_t pending_ = 0;  // continuation bytes still to come
  std::uint8_t low_ = 0x80;   // bounds of the next one
  std::uint8_t high_ = 0xBF;
};

/// Takes a client's bytes and gives complete messages and control frames, one a call.
class Decoder {
 public:
  enum class Kind : std::uint8_t { NeedMore, Text, Binary, Ping, Pong, Close, Error };

  struct Event {
    Kind kind = Kind::NeedMore;
    /// Message or control payload, the close reason, or the sentence that goes with an error. Valid
    /// until the next call and as long as the input.
    std::string_view data;
    std::uint16_t code = 0;  ///< of Close (1005 if there was none) and of Error (what to answer)
  };

  explicit Decoder(std::size_t max_message_bytes) : max_message_bytes_(max_message_bytes) {}

  /// Takes bytes from the front of `input`, unmasking them in place, until there is an event or
  /// nothing is left (NeedMore). After an Error the decoder is not to be used again.
  Event next(std::span<char>& input);

  /// Bytes held of messages that are not complete yet.
  [[nodiscard]] std::size_t held_bytes() const { return message_.capacity() + control_.capacity(); }

 private:
  bool take_header(std::span<char>& input);
  Event check_header();
  Event take_payload(std::span<char>& input);
  Event finish_frame(std::string_view payload);
  Event finish_close(std::string_view payload);
  Event error(std::uint16_t code, std::string_view why);
  void release_delivered();

  [[nodiscard]] bool is_control() const { return (opcode_ & 0x8) != 0; }

  std::size_t max_message_bytes_;
  std::array<unsigned char, 14> header_{};
  std::uint8_t header_size_ = 0;
  bool in_payload_ = false;
  bool final_ = false;
  bool fragmented_ = false;  // a message has begun whose last fragment has not come
  bool fragments_are_text_ = false;
  bool delivered_ = false;  // message_ holds what the last event showed
  std::uint8_t opcode_ = 0;
  std::array<unsigned char, 4> mask_{};
  std::uint64_t payload_size_ = 0;
  std::uint64_t payload_taken_ = 0;
  Utf8Checker utf8_;
  std::string message_;
  std::string control_;
};

}  // namespace tribook::http::ws
