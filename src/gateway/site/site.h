#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "gateway/http/message.h"

// The trading page: files that were compressed and embedded when the program was built, served at
// the client's door. src/cmake/Web.cmake says how they get here.

namespace tribook::site {

/// One file. The bytes are the program's own.
struct Asset {
  std::string_view path;  ///< as requested, "/assets/index-Ab3dE6gH.js"
  std::string_view content_type;
  std::string_view hash;  ///< of the plain bytes, in hex
  std::string_view identity;
  std::string_view gzip;      ///< empty where compressing saves nothing
  std::string_view brotli;    ///< likewise
  bool is_immutable = false;  ///< its name has a hash: another content would be another path
};

/// What was embedded, by rising path; "/index.html" is among it.
std::span<const Asset> embedded_assets();

/// Never changes once made, so that all I/O threads may ask the same one.
class Site {
 public:
  /// REQUIRES: assets by rising path; they outlive the site.
  explicit Site(std::span<const Asset> assets);

  /// Nothing if the path is not of the site: then it is the API's to answer.
  [[nodiscard]] std::optional<http::HttpResponse> answer(const http::HttpRequest& request) const;

 private:
  [[nodiscard]] const Asset* find(std::string_view path) const;

  std::span<const Asset> assets_;
};

/// The site of embedded_assets().
const Site& embedded_site();

}  // namespace tribook::site
