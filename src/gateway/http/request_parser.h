#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "gateway/http/message.h"

// One HTTP/1.x request out of bytes. Beast's parser does the grammar; what RFC 9112 leaves to the
// server's judgement is decided here, always to the strict side: whatever two parsers in a chain
// could read differently (Content-Length twice, together with Transfer-Encoding, codings other than
// chunked, HTTP/1.0 with chunks, no Host or two) is refused.

namespace tribook::http {

struct ParserLimits {
  std::size_t max_header_bytes = 0;
  std::size_t max_header_fields = 0;
  std::size_t max_body_bytes = 0;
};

class RequestParser {
 public:
  enum class State { NeedMore, Done, Failed };

  RequestParser();
  ~RequestParser();
  RequestParser(const RequestParser&) = delete;
  RequestParser& operator=(const RequestParser&) = delete;

  /// Makes ready for the next request.
  void reset(const ParserLimits& limits);

  /// Takes bytes of the request from the front of `input`; what it did not take must be at the
  /// front of the next call's input. After Done, views of request() may point into `input`.
  State put(std::string_view input, std::size_t& taken);

  [[nodiscard]] bool header_done() const;
  /// The client waits for "100 Continue" before it sends the body.
  [[nodiscard]] bool expects_continue() const;
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool has_body() const;
  [[nodiscard]] bool is_http_1_0() const;

  /// Of Done: all but the remote address.
  [[nodiscard]] const HttpRequest& request() const;

  /// Memory kept for the next request.
  [[nodiscard]] std::size_t held_bytes() const;

  /// Of Failed: what to answer.
  [[nodiscard]] unsigned error_status() const;
  [[nodiscard]] std::string_view error_detail() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

/// Is `token` in a field's comma-separated list, whatever its case?
bool list_has_token(std::string_view list, std::string_view token);

}  // namespace tribook::http
