#include "gateway/http/message.h"

#include <array>

namespace tribook::http {
namespace {

constexpr std::array<std::string_view, kMethodCount> kMethodNames = {
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Calls fn(name, value), both still encoded, for each parameter; stops when fn returns false.
template <typename Fn>
void for_each_param(std::string_view query, Fn fn) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (!fn(pair.substr(0, equals), value)) return;
  }
}

}  // namespace

std::string_view name_of(Method method) { return kMethodNames[static_cast<std::size_t>(method)]; }

std::optional<Method> method_from(std::string_view name) {
  for (std::size_t i = 0; i < kMethodCount; ++i) {
    if (kMethodNames[i] == name) return static_cast<Method>(i);
  }
  return std::nullopt;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

bool percent_decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return false;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return true;
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const HeaderField& field : headers) {
    if (equal_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

std::optional<std::string> HttpRequest::param(std::string_view name) const {
  std::optional<std::string> found;
  std::string decoded;
  for_each_param(query, [&](std::string_view key, std::string_view value) {
    if (!percent_decode(key, true, decoded) || decoded != name) return true;
    if (percent_decode(value, true, decoded)) found = decoded;
    return false;
  });
  return found;
}

std::vector<std::pair<std::string, std::string>> HttpRequest::params() const {
  std::vector<std::pair<std::string, std::string>> all;
  for_each_param(query, [&](std::string_view key, std::string_view value) {
    std::pair<std::string, std::string> decoded;
    if (percent_decode(key, true, decoded.first) && percent_decode(value, true, decoded.second)) {
      all.push_back(std::move(decoded));
    }
    return true;
  });
  return all;
}

std::string_view bearer_token(const HttpRequest& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view value = request.header("authorization");
  if (value.size() <= kScheme.size()) return {};
  if (!equal_ignoring_case(value.substr(0, kScheme.size()), kScheme)) return {};
  const std::string_view token = value.substr(kScheme.size());
  const std::size_t begin = token.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view{} : token.substr(begin);
}

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Unknown";
  }
}

}  // namespace tribook::http
