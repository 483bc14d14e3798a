#include "gateway/http/response_writer.h"

#include <array>
#include <charconv>

namespace tribook::http {
namespace {

void append_number(std::size_t number, std::string& out) {
  std::array<char, 20> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), result.ptr);
}

void append_clean(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c != '\r' && c != '\n' && c != '\0') out.push_back(c);
  }
}

void append_field(std::string_view name, std::string_view value, std::string& out) {
  append_clean(name, out);
  out += ": ";
  append_clean(value, out);
  out += "\r\n";
}

constexpr bool has_content(unsigned status) {
  return status >= 200 && status != 204 && status != 304;
}

}  // namespace

void write_response(const HttpResponse& response, const ResponseFraming& framing,
                    std::string& out) {
  const bool content = has_content(response.status);
  out.reserve(out.size() + 256 + response.body.size());
  out += "HTTP/1.1 ";
  append_number(response.status, out);
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\n";
  out += framing.date_field;
  if (content) {
    if (!response.content_type.empty() && !response.body.empty()) {
      append_field("Content-Type", response.content_type, out);
    }
    out += "Content-Length: ";
    append_number(response.body.size(), out);
    out += "\r\n";
  }
  for (const auto& [name, value] : response.headers) append_field(name, value, out);
  if (framing.close) {
    out += "Connection: close\r\n";
  } else if (framing.say_keep_alive) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (content && !framing.is_head) out += response.body;
}

}  // namespace tribook::http
