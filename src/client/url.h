#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tribook::client {

/// Where a server is: http://host[:port][/prefix] or https://...
struct Url {
  bool is_secure = false;
  std::string host;  ///< of an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string prefix;  ///< "" or "/path", for a server behind a proxy's path

  /// As it can be given again; the scheme's own port is left out.
  [[nodiscard]] std::string text() const;
  /// For the Host field: a name or address, and the port where it is not the scheme's own.
  [[nodiscard]] std::string authority() const;
  /// Is it this machine's own loopback?
  [[nodiscard]] bool is_loopback() const;
};

/// Nothing, and a sentence in `problem`, when the text is no such address.
std::optional<Url> parse_url(std::string_view text, std::string& problem);

/// For a part of a path or a query.
std::string percent_encode(std::string_view text);

}  // namespace tribook::client
