#include "client/url.h"

#include <algorithm>
#include <charconv>

namespace tribook::client {
namespace {

constexpr std::size_t kHostMax = 253;
constexpr std::size_t kPrefixMax = 1024;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

bool read_port(std::string_view text, std::uint16_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out != 0;
}

bool is_prefix(std::string_view text) {
  return text.size() <= kPrefixMax && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\';
         });
}

// Takes "https://" off; the scheme's port is the first guess.
bool take_scheme(std::string_view& text, Url& url) {
  for (const bool is_secure : {false, true}) {
    const std::string_view scheme = is_secure ? "https://" : "http://";
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    url.is_secure = is_secure;
    url.port = is_secure ? kHttpsPort : kHttpPort;
    return true;
  }
  return false;
}

// host, host:port, [address], [address]:port
bool read_authority(std::string_view text, Url& url) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) return false;
    url.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    url.host = text.substr(0, colon);
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    if (!is_name(url.host)) return false;
  }
  if (url.host.empty() || url.host.size() > kHostMax) return false;
  return rest.empty() || (rest.front() == ':' && read_port(rest.substr(1), url.port));
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (is_secure ? kHttpsPort : kHttpPort)) out += ":" + std::to_string(port);
  return out;
}

std::string Url::text() const {
  return (is_secure ? "https://" : "http://") + authority() + prefix;
}

bool Url::is_loopback() const {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

std::optional<Url> parse_url(std::string_view text, std::string& problem) {
  Url url;
  std::string_view rest = text;
  problem = "the address must look like http://127.0.0.1:8080 or https://host";
  if (!take_scheme(rest, url)) return std::nullopt;
  const std::size_t end = rest.find_first_of("/?#");
  const std::string_view authority = rest.substr(0, end);
  std::string_view prefix = end == std::string_view::npos ? std::string_view() : rest.substr(end);
  if (authority.find('@') != std::string_view::npos) {
    problem = "the address must not carry a user or a password";
    return std::nullopt;
  }
  if (prefix.find_first_of("?#") != std::string_view::npos) {
    problem = "the address must end with its path: no ? and no #";
    return std::nullopt;
  }
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  if (!read_authority(authority, url) || !is_prefix(prefix)) return std::nullopt;
  url.prefix = prefix;
  problem.clear();
  return url;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    }
  }
  return out;
}

}  // namespace tribook::client
