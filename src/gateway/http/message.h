#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A request and a response as handlers see them: plain views and strings, no type of the network
// library. Whoever routes, parses bodies or builds replies includes only this and handler.h.

namespace tribook::http {

class IoThread;

enum class Method : std::uint8_t { Get, Head, Post, Put, Patch, Delete, Options };
inline constexpr std::size_t kMethodCount = 7;

std::string_view name_of(Method method);
std::optional<Method> method_from(std::string_view name);

/// GET, HEAD and OPTIONS: asked again or side by side they change nothing.
constexpr bool is_safe(Method method) {
  return method == Method::Get || method == Method::Head || method == Method::Options;
}

struct HeaderField {
  std::string_view name;
  std::string_view value;
};

/// Every view is valid during the handler's call only.
struct HttpRequest {
  Method method = Method::Get;
  std::string_view target;  ///< as sent, in origin form: "/api/ticks?symbol=EURUSD"
  std::string_view path;    ///< the part before '?', not decoded; starts with '/' (or is "*")
  std::string_view query;   ///< the part after '?', not decoded
  std::span<const HeaderField> headers;
  std::string_view body;
  std::string_view remote_address;  ///< numeric, without port; IPv4 also when mapped into IPv6
  bool keep_alive = true;

  /// First field of that name, whatever its case; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// First query parameter of that (decoded) name, decoded ('+' is a space); nothing if absent.
  [[nodiscard]] std::optional<std::string> param(std::string_view name) const;
  /// All query parameters in their order, decoded.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> params() const;
};

/// Decodes %XX (and '+' as a space if asked). False, with `out` undefined, on a bad escape. The
/// listener refuses targets with bad escapes, so this cannot fail on a request's path or query.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

/// "Bearer <token>" -> token; empty if the header is absent or of another scheme.
std::string_view bearer_token(const HttpRequest& request);

/// ASCII letters without regard to case.
bool equal_ignoring_case(std::string_view a, std::string_view b);

struct HttpResponse {
  unsigned status = 200;
  /// REQUIRES: static storage. Left out of the response if empty.
  std::string_view content_type = "application/json";
  std::string body;
  /// Further fields. Content-Length, Content-Type, Date and Connection are the listener's own.
  std::vector<std::pair<std::string, std::string>> headers;
  bool close = false;  ///< close the connection after this response
};

/// "Not Found"; "Unknown" for a status not known.
std::string_view reason_phrase(unsigned status);

/// Names one request that is to be answered, on its I/O thread. Plain data: copy it, put it into a
/// record, lose it. The connection may be gone when the reply comes.
struct ReplyHandle {
  IoThread* io = nullptr;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  std::uint32_t request = 0;

  friend bool operator==(const ReplyHandle&, const ReplyHandle&) = default;
};

/// Names one WebSocket session on its I/O thread, likewise.
struct WsHandle {
  IoThread* io = nullptr;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;

  friend bool operator==(const WsHandle&, const WsHandle&) = default;
};

/// Whose request or session is being served, and so is told when that fails. Plain data.
struct Asker {
  enum class Kind : std::uint8_t { Nobody, Request, Session };

  ReplyHandle handle;  ///< of a session without the request
  Kind kind = Kind::Nobody;
  std::string_view route;  ///< for the log. REQUIRES: static storage
};

}  // namespace tribook::http
