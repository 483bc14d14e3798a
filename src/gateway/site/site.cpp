#include "gateway/site/site.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/api/problem.h"
#include "gateway/site/negotiation.h"
#include "tribook/base/assert.h"

namespace tribook::site {
namespace {

// Scripts, styles and connections of our own only; a WebSocket of the same origin is 'self' too.
constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; object-src 'none'";
constexpr std::string_view kPermissionsPolicy =
    "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
constexpr std::string_view kForever = "public, max-age=31536000, immutable";
/// May be kept, but is asked for each time: 304 when it is still the same.
constexpr std::string_view kAskEachTime = "no-cache";

/// Paths that stay the API's, whatever files there are.
bool is_reserved(std::string_view path) {
  for (const std::string_view top : {"/api", "/ws", "/healthz", "/readyz"}) {
    if (path.starts_with(top) && (path.size() == top.size() || path[top.size()] == '/')) {
      return true;
    }
  }
  return false;
}

/// All fields of that name as one list; nothing if there is none.
std::optional<std::string> joined(const http::HttpRequest& request, std::string_view name) {
  std::optional<std::string> all;
  for (const http::HeaderField& field : request.headers) {
    if (!http::equal_ignoring_case(field.name, name)) continue;
    if (all) {
      *all += ", ";
      *all += field.value;
    } else {
      all = field.value;
    }
  }
  return all;
}

/// The best of the copies there are; nothing if all of them are refused.
std::optional<Encoding> choose(const Asset& asset, const Preferences& preferences) {
  std::optional<Encoding> best;
  unsigned best_weight = 0;
  const auto consider = [&](Encoding encoding, unsigned weight) {
    if (weight <= best_weight) return;
    best = encoding;
    best_weight = weight;
  };
  // The smallest first: it wins where they are equally welcome.
  if (!asset.brotli.empty()) consider(Encoding::Brotli, preferences.brotli);
  if (!asset.gzip.empty()) consider(Encoding::Gzip, preferences.gzip);
  consider(Encoding::Identity, preferences.identity);
  return best;
}

/// One tag for each encoding: a cache must not take the bytes of one for those of another.
std::string entity_tag(const Asset& asset, Encoding encoding) {
  std::string tag = "\"";
  tag += asset.hash;
  if (encoding == Encoding::Gzip) tag += "-gzip";
  if (encoding == Encoding::Brotli) tag += "-br";
  tag += '"';
  return tag;
}

/// Can a browser show it as a page of its own?
bool is_document(const Asset& asset) {
  return asset.content_type.starts_with("text/html") ||
         asset.content_type.starts_with("image/svg+xml");
}

void add_security(const Asset& asset, http::HttpResponse& response) {
  auto& headers = response.headers;
  headers.emplace_back("X-Content-Type-Options", "nosniff");
  headers.emplace_back("Referrer-Policy", "no-referrer");
  headers.emplace_back("Cross-Origin-Resource-Policy", "same-origin");
  if (!is_document(asset)) return;
  headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  headers.emplace_back("Permissions-Policy", kPermissionsPolicy);
}

http::HttpResponse not_acceptable() {
  gateway::ProblemExtras extras;
  extras.status = 406;
  return gateway::problem(RejectCode::Validation,
                          "There is no copy of this file in an encoding that is accepted", extras);
}

http::HttpResponse respond(const Asset& asset, const http::HttpRequest& request) {
  const std::optional<std::string> accepted = joined(request, "accept-encoding");
  const std::optional<Encoding> encoding =
      choose(asset, accepted ? read_accept_encoding(*accepted) : Preferences{});
  if (!encoding) {
    http::HttpResponse refusal = not_acceptable();
    refusal.headers.emplace_back("Vary", "Accept-Encoding");
    return refusal;
  }
  http::HttpResponse response;
  std::string tag = entity_tag(asset, *encoding);
  const std::optional<std::string> known = joined(request, "if-none-match");
  const bool is_known = known && has_copy(*known, tag);
  response.headers.emplace_back("ETag", std::move(tag));
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("Cache-Control", asset.is_immutable ? kForever : kAskEachTime);
  add_security(asset, response);
  if (is_known) {
    response.status = 304;
    return response;
  }
  response.content_type = asset.content_type;
  switch (*encoding) {
    case Encoding::Brotli:
      response.headers.emplace_back("Content-Encoding", "br");
      response.body = asset.brotli;
      break;
    case Encoding::Gzip:
      response.headers.emplace_back("Content-Encoding", "gzip");
      response.body = asset.gzip;
      break;
    case Encoding::Identity:
      response.body = asset.identity;
      break;
  }
  return response;
}

}  // namespace

Site::Site(std::span<const Asset> assets) : assets_(assets) {
  TB_ASSERT(std::ranges::is_sorted(assets_, {}, &Asset::path));
}

const Asset* Site::find(std::string_view path) const {
  if (is_reserved(path)) return nullptr;
  if (path == "/") path = "/index.html";
  const auto found = std::ranges::lower_bound(assets_, path, {}, &Asset::path);
  return found != assets_.end() && found->path == path ? &*found : nullptr;
}

std::optional<http::HttpResponse> Site::answer(const http::HttpRequest& request) const {
  const Asset* asset = find(request.path);
  if (asset == nullptr) return std::nullopt;
  if (request.method != http::Method::Get && request.method != http::Method::Head) {
    return gateway::method_not_allowed("GET, HEAD");
  }
  return respond(*asset, request);
}

}  // namespace tribook::site
