#include "gateway/http/ws_frame.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>

#include "gateway/http/handler.h"

namespace tribook::http::ws {
namespace {

constexpr std::size_t kKeptCapacity = 4096;

constexpr std::uint16_t code_of(CloseCode code) { return static_cast<std::uint16_t>(code); }

void unmask(char* data, std::size_t size, const std::array<unsigned char, 4>& mask,
            std::uint64_t offset) {
  std::array<unsigned char, 8> turned{};
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) % 4];
  std::uint64_t wide = 0;
  std::memcpy(&wide, turned.data(), sizeof wide);
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, data + i, sizeof word);
    word ^= wide;
    std::memcpy(data + i, &word, sizeof word);
  }
  for (; i < size; ++i) {
    data[i] = static_cast<char>(static_cast<unsigned char>(data[i]) ^ turned[i % 8]);
  }
}

}  // namespace

std::size_t write_header(Opcode opcode, std::uint64_t payload_size,
                         std::span<char, kMaxServerHeader> out) {
  out[0] = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (payload_size < 126) {
    out[1] = static_cast<char>(payload_size);
    return 2;
  }
  const std::size_t bytes = payload_size <= 0xFFFF ? 2 : 8;
  out[1] = static_cast<char>(bytes == 2 ? 126 : 127);
  for (std::size_t i = 0; i < bytes; ++i) {
    out[2 + i] = static_cast<char>((payload_size >> (8 * (bytes - 1 - i))) & 0xFF);
  }
  return 2 + bytes;
}

std::string accept_key(std::string_view key) {
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (key.size() != 24 || !key.ends_with("==")) return {};
  if (key.substr(0, 22).find_first_not_of(kBase64) != std::string_view::npos) return {};

  std::string text(key);
  text += kGuid;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned digest_size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &digest_size, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  std::array<unsigned char, 64> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest_size));
  return {encoded.begin(), encoded.begin() + length};
}

bool valid_close_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

bool Utf8Checker::feed(std::string_view piece) {
  std::size_t i = 0;
  while (i < piece.size()) {
    if (pending_ == 0) {
      // Most text is ASCII: eight bytes at a time while no top bit is set.
      constexpr std::uint64_t kTopBits = 0x8080'8080'8080'8080ULL;
      std::uint64_t word = 0;
      while (i + 8 <= piece.size()) {
        std::memcpy(&word, piece.data() + i, sizeof word);
        if ((word & kTopBits) != 0) break;
        i += 8;
      }
      if (i == piece.size()) return true;
    }
    if (!feed_byte(static_cast<unsigned char>(piece[i]))) return false;
    ++i;
  }
  return true;
}

bool Utf8Checker::feed_byte(unsigned char byte) {
  if (pending_ != 0) {
    if (byte < low_ || byte > high_) return false;
    --pending_;
    low_ = 0x80;
    high_ = 0xBF;
    return true;
  }
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  pending_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  // The second byte's range keeps out overlong forms, surrogates and what is over U+10FFFF.
  low_ = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
  high_ = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
  return true;
}

Decoder::Event Decoder::next(std::span<char>& input) {
  release_delivered();
  while (true) {
    if (!in_payload_) {
      if (!take_header(input)) return {};
      const Event refused = check_header();
      if (refused.kind == Kind::Error) return refused;
      in_payload_ = true;
    }
    const Event event = take_payload(input);
    if (event.kind != Kind::NeedMore) return event;
    if (in_payload_) return {};  // the input is used up
  }
}

bool Decoder::take_header(std::span<char>& input) {
  while (true) {
    std::size_t needed = 2;
    if (header_size_ >= 2) {
      const unsigned length = header_[1] & 0x7FU;
      needed += (length == 126 ? 2U : length == 127 ? 8U : 0U);
      needed += (header_[1] & 0x80U) != 0 ? 4U : 0U;
    }
    if (header_size_ >= 2 && header_size_ == needed) return true;
    if (input.empty()) return false;
    const std::size_t taken = std::min(needed - header_size_, input.size());
    std::memcpy(header_.data() + header_size_, input.data(), taken);
    header_size_ = static_cast<std::uint8_t>(header_size_ + taken);
    input = input.subspan(taken);
  }
}

Decoder::Event Decoder::check_header() {
  const unsigned length = header_[1] & 0x7FU;
  final_ = (header_[0] & 0x80U) != 0;
  opcode_ = header_[0] & 0x0FU;
  if ((header_[0] & 0x70U) != 0)
    return error(code_of(CloseCode::ProtocolError), "reserved bit set");
  if ((header_[1] & 0x80U) == 0)
    return error(code_of(CloseCode::ProtocolError), "frame not masked");

  const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  payload_size_ = extended == 0 ? length : 0;
  for (std::size_t i = 0; i < extended; ++i) payload_size_ = (payload_size_ << 8) | header_[2 + i];
  std::memcpy(mask_.data(), header_.data() + 2 + extended, mask_.size());
  payload_taken_ = 0;
  header_size_ = 0;
  if ((extended == 2 && payload_size_ < 126) || (extended == 8 && payload_size_ <= 0xFFFF) ||
      (payload_size_ >> 63) != 0) {
    return error(code_of(CloseCode::ProtocolError), "length not in its shortest form");
  }

  if (is_control()) {
    if (opcode_ > 0xA) return error(code_of(CloseCode::ProtocolError), "unknown opcode");
    if (!final_) return error(code_of(CloseCode::ProtocolError), "control frame in fragments");
    if (payload_size_ > kMaxControlPayload) {
      return error(code_of(CloseCode::ProtocolError), "control frame too long");
    }
    return {};
  }
  if (opcode_ > 0x2) return error(code_of(CloseCode::ProtocolError), "unknown opcode");
  if ((opcode_ == 0) != fragmented_) {
    return error(code_of(CloseCode::ProtocolError),
                 fragmented_ ? "message begun inside another" : "continuation of nothing");
  }
  if (payload_size_ > max_message_bytes_ - message_.size()) {
    return error(code_of(CloseCode::TooBig), "message too big");
  }
  if (opcode_ != 0) fragments_are_text_ = opcode_ == static_cast<std::uint8_t>(Opcode::Text);
  return {};
}

Decoder::Event Decoder::take_payload(std::span<char>& input) {
  const std::size_t taken = static_cast<std::size_t>(
      std::min<std::uint64_t>(payload_size_ - payload_taken_, input.size()));
  unmask(input.data(), taken, mask_, payload_taken_);
  const std::string_view piece(input.data(), taken);
  input = input.subspan(taken);
  const bool whole = taken == payload_size_;
  payload_taken_ += taken;

  if (is_control()) {
    if (whole) return finish_frame(piece);
    control_.append(piece);
    return payload_taken_ == payload_size_ ? finish_frame(control_) : Event{};
  }
  if (fragments_are_text_ && !utf8_.feed(piece)) {
    return error(code_of(CloseCode::InvalidPayload), "text is not UTF-8");
  }
  if (whole && final_ && message_.empty()) return finish_frame(piece);  // the usual case: no copy
  message_.append(piece);
  return payload_taken_ == payload_size_ ? finish_frame(message_) : Event{};
}

Decoder::Event Decoder::finish_frame(std::string_view payload) {
  in_payload_ = false;
  if (is_control()) {
    delivered_ = true;
    const auto opcode = static_cast<Opcode>(opcode_);
    if (opcode == Opcode::Close) return finish_close(payload);
    return {opcode == Opcode::Ping ? Kind::Ping : Kind::Pong, payload, 0};
  }
  fragmented_ = !final_;
  if (!final_) return {};
  if (fragments_are_text_ && !utf8_.complete()) {
    return error(code_of(CloseCode::InvalidPayload), "text ends inside a character");
  }
  utf8_.reset();
  delivered_ = true;
  return {fragments_are_text_ ? Kind::Text : Kind::Binary, payload, 0};
}

Decoder::Event Decoder::finish_close(std::string_view payload) {
  if (payload.empty()) return {Kind::Close, {}, code_of(CloseCode::NoStatus)};
  if (payload.size() == 1) return error(code_of(CloseCode::ProtocolError), "close code cut short");
  const auto code = static_cast<std::uint16_t>((static_cast<unsigned char>(payload[0]) << 8) |
                                               static_cast<unsigned char>(payload[1]));
  if (!valid_close_code(code)) return error(code_of(CloseCode::ProtocolError), "bad close code");
  const std::string_view reason = payload.substr(2);
  Utf8Checker check;
  if (!check.feed(reason) || !check.complete()) {
    return error(code_of(CloseCode::InvalidPayload), "close reason is not UTF-8");
  }
  return {Kind::Close, reason, code};
}

Decoder::Event Decoder::error(std::uint16_t code, std::string_view why) {
  return {Kind::Error, why, code};
}

void Decoder::release_delivered() {
  if (!delivered_) return;
  delivered_ = false;
  if (is_control()) {
    control_.clear();
    return;
  }
  message_.clear();
  if (message_.capacity() > kKeptCapacity) std::string().swap(message_);
}

}  // namespace tribook::http::ws
