#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/site/site.h"

namespace tribook::site {

inline std::optional<http::HttpResponse> ask(const Site& site, std::string_view path,
                                             std::initializer_list<http::HeaderField> fields = {},
                                             http::Method method = http::Method::Get) {
  const std::vector<http::HeaderField> headers(fields);
  http::HttpRequest request;
  request.method = method;
  request.target = path;
  request.path = path;
  request.headers = headers;
  return site.answer(request);
}

/// The only field of that name; nothing if there is none.
inline std::optional<std::string_view> field(const http::HttpResponse& response,
                                             std::string_view name) {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : response.headers) {
    if (!http::equal_ignoring_case(key, name)) continue;
    if (found) return "twice";
    found = value;
  }
  return found;
}

}  // namespace tribook::site
