#include <catch2/catch.hpp>

#include <zlib.h>

#include <algorithm>
#include <regex>
#include <string>

#include "site/site_request.h"

using namespace tribook::site;

// Of whatever files this executable has.

namespace {

std::string unzip(std::string_view zipped, std::size_t size) {
  std::string plain(size + 1, '\0');
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 16 + MAX_WBITS) == Z_OK);
  std::string input(zipped);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  const int status = inflate(&stream, Z_FINISH);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  REQUIRE(status == Z_STREAM_END);
  return plain;
}

}  // namespace

TEST_CASE("the table is in order and whole") {
  const auto assets = embedded_assets();
  REQUIRE_FALSE(assets.empty());
  for (std::size_t i = 0; i < assets.size(); ++i) {
    const Asset& asset = assets[i];
    CAPTURE(asset.path);
    if (i > 0) CHECK(assets[i - 1].path < asset.path);
    CHECK(asset.path.starts_with('/'));
    CHECK_FALSE(asset.content_type.empty());
    CHECK(std::regex_match(std::string(asset.hash), std::regex("[0-9a-f]{32}")));
    CHECK(asset.is_immutable ==
          std::regex_match(std::string(asset.path),
                           std::regex("/assets/.*-[A-Za-z0-9_-]{8}\\.[a-z0-9]+")));
    if (!asset.gzip.empty()) {
      CHECK(asset.gzip.size() < asset.identity.size());
      CHECK(unzip(asset.gzip, asset.identity.size()) == asset.identity);
    }
    if (!asset.brotli.empty()) CHECK(asset.brotli.size() < asset.identity.size());
    // Each is served as it stands in the table.
    const auto response = ask(embedded_site(), asset.path);
    REQUIRE(response);
    CHECK(response->body == asset.identity);
  }
}

TEST_CASE("what the page links is there") {
  const auto page = ask(embedded_site(), "/");
  REQUIRE(page);
  CHECK(page->content_type == "text/html; charset=utf-8");
  CHECK(page->body.starts_with("<!doctype html>"));
  const std::regex link("(?:src|href)=\"([^\"]*)\"");
  std::size_t links = 0;
  for (std::sregex_iterator it(page->body.begin(), page->body.end(), link), end; it != end; ++it) {
    const std::string path = (*it)[1];
    CAPTURE(path);
    if (path == "/healthz" || path == "/readyz") continue;
    ++links;
    CHECK(ask(embedded_site(), path));
  }
  CHECK(links >= 2);
  // The policy refuses what stands in the page itself.
  CHECK_FALSE(std::regex_search(page->body, std::regex("<style|<script>|style=|\\son[a-z]+=")));
}
