#include <catch2/catch.hpp>

#include <string>

#include "site/site_request.h"

using namespace tribook;
using namespace tribook::site;
using http::Method;

namespace {

// Paths that are the API's stand among them: a bundle that had them must not shadow it.
constexpr Asset kAssets[] = {
    {"/api/login", "text/html; charset=utf-8", "0a", "shadow", {}, {}, false},
    {"/apis.txt", "text/plain; charset=utf-8", "0b", "no shadow", {}, {}, false},
    {"/assets/app-Ab3dE6gH.js", "text/javascript; charset=utf-8", "0c", "plain", "zipped", "bro",
     true},
    {"/assets/tiny-Ab3dE6gH.css", "text/css; charset=utf-8", "0d", "css", "cs", {}, true},
    {"/favicon.svg", "image/svg+xml", "0e", "<svg/>", {}, {}, false},
    {"/healthz", "text/html; charset=utf-8", "0f", "shadow", {}, {}, false},
    {"/index.html", "text/html; charset=utf-8", "10", "<html>", "gz", "br", false},
    {"/ws/x", "text/html; charset=utf-8", "11", "shadow", {}, {}, false},
};
constexpr std::string_view kApp = "/assets/app-Ab3dE6gH.js";
const Site kSite(kAssets);

}  // namespace

TEST_CASE("paths of the site and those that are left to the API") {
  CHECK(ask(kSite, "/")->body == "<html>");
  CHECK(ask(kSite, "/index.html")->body == "<html>");
  CHECK(ask(kSite, kApp)->body == "plain");
  CHECK(ask(kSite, "/apis.txt")->body == "no shadow");
  for (const std::string_view path : {"",
                                      "*",
                                      "//",
                                      "/api",
                                      "/api/",
                                      "/api/login",
                                      "/ws",
                                      "/ws/x",
                                      "/healthz",
                                      "/readyz",
                                      "/assets",
                                      "/assets/",
                                      "/Index.html",
                                      "/index.html/",
                                      "/./index.html",
                                      "/assets/../index.html",
                                      "/%69ndex.html",
                                      "/favicon.ico",
                                      "/index.htm",
                                      "/index.html.gz",
                                      "/zzz",
                                      "/../../etc/passwd",
                                      "/..%2f..%2fetc%2fpasswd",
                                      "index.html"}) {
    CAPTURE(path);
    CHECK_FALSE(ask(kSite, path));
    CHECK_FALSE(ask(kSite, path, {}, Method::Post));
  }
}

TEST_CASE("the copy that is sent") {
  struct Row {
    std::string_view accept;
    std::string_view encoding;
    std::string_view body;
    std::string_view tag;
  };
  const Row rows[] = {
      {"gzip, deflate, br, zstd", "br", "bro", "\"0c-br\""},
      {"gzip, deflate", "gzip", "zipped", "\"0c-gzip\""},
      {"br;q=0.5, gzip", "gzip", "zipped", "\"0c-gzip\""},
      {"br;q=0.5, gzip;q=0.5", "br", "bro", "\"0c-br\""},
      {"identity, gzip;q=0.5", "", "plain", "\"0c\""},
      {"identity, gzip", "gzip", "zipped", "\"0c-gzip\""},
      {"identity;q=0, br;q=0.001", "br", "bro", "\"0c-br\""},
      {"*", "br", "bro", "\"0c-br\""},
      {"deflate", "", "plain", "\"0c\""},
      {"", "", "plain", "\"0c\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.accept);
    const auto response = ask(kSite, kApp, {{"accept-encoding", row.accept}});
    REQUIRE(response);
    CHECK(response->status == 200);
    CHECK(response->body == row.body);
    CHECK(response->content_type == "text/javascript; charset=utf-8");
    CHECK(field(*response, "Content-Encoding").value_or("") == row.encoding);
    CHECK(field(*response, "ETag") == row.tag);
    CHECK(field(*response, "Vary") == "Accept-Encoding");
  }
  // Where a copy was not worth keeping, the next best.
  const std::string_view tiny = "/assets/tiny-Ab3dE6gH.css";
  CHECK(ask(kSite, tiny, {{"Accept-Encoding", "br, gzip;q=0.1"}})->body == "cs");
  CHECK(ask(kSite, tiny, {{"Accept-Encoding", "br"}})->body == "css");
  CHECK(ask(kSite, "/favicon.svg", {{"Accept-Encoding", "br, gzip"}})->body == "<svg/>");
  // Two fields are one list.
  const auto two = ask(kSite, kApp, {{"Accept-Encoding", "gzip;q=0.5"}, {"accept-encoding", "br"}});
  CHECK(two->body == "bro");
}

TEST_CASE("nothing that is accepted") {
  for (const std::string_view accept : {"identity;q=0", "*;q=0", "deflate, *;q=0"}) {
    CAPTURE(accept);
    const auto response = ask(kSite, kApp, {{"Accept-Encoding", accept}});
    REQUIRE(response);
    CHECK(response->status == 406);
    CHECK(response->content_type == "application/problem+json");
    CHECK(field(*response, "Vary") == "Accept-Encoding");
  }
}

TEST_CASE("copies that the browser has already") {
  const auto status = [](std::string_view tags, std::string_view accept = "br") {
    const auto response = ask(kSite, kApp, {{"Accept-Encoding", accept}, {"If-None-Match", tags}});
    if (response->status == 304) {
      CHECK(response->body.empty());
      CHECK(field(*response, "ETag"));
      CHECK(field(*response, "Vary"));
      CHECK(field(*response, "Cache-Control"));
      CHECK_FALSE(field(*response, "Content-Encoding"));
    }
    return response->status;
  };
  CHECK(status("\"0c-br\"") == 304);
  CHECK(status("W/\"0c-br\"") == 304);
  CHECK(status("\"x\", \"0c-br\"") == 304);
  CHECK(status("*") == 304);
  CHECK(status("\"0c\"", "") == 304);
  CHECK(status("\"0c-gzip\"") == 200);  // another encoding's bytes
  CHECK(status("\"0c\"") == 200);
  CHECK(status("\"other\"") == 200);
  CHECK(status("0c-br") == 200);
  CHECK(status("") == 200);
}

TEST_CASE("how long a copy may be kept") {
  CHECK(field(*ask(kSite, kApp), "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(field(*ask(kSite, "/"), "Cache-Control") == "no-cache");
  CHECK(field(*ask(kSite, "/favicon.svg"), "Cache-Control") == "no-cache");
}

TEST_CASE("what a page may do") {
  for (const std::string_view path : {"/", "/index.html", "/favicon.svg"}) {
    const auto page = ask(kSite, path);
    CHECK(field(*page, "Content-Security-Policy") ==
          "default-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
          "form-action 'self'; frame-ancestors 'none'; object-src 'none'");
    CHECK(field(*page, "Cross-Origin-Opener-Policy") == "same-origin");
    CHECK(field(*page, "Permissions-Policy"));
  }
  for (const Asset& asset : kAssets) {
    const auto response = ask(kSite, asset.path);
    if (!response) continue;
    CHECK(field(*response, "X-Content-Type-Options") == "nosniff");
    CHECK(field(*response, "Referrer-Policy") == "no-referrer");
    CHECK(field(*response, "Cross-Origin-Resource-Policy") == "same-origin");
  }
  CHECK_FALSE(field(*ask(kSite, kApp), "Content-Security-Policy"));
}

TEST_CASE("methods") {
  for (const Method method :
       {Method::Post, Method::Put, Method::Patch, Method::Delete, Method::Options}) {
    for (const std::string_view path : {std::string_view("/"), kApp}) {
      const auto response = ask(kSite, path, {}, method);
      REQUIRE(response);
      CHECK(response->status == 405);
      CHECK(field(*response, "Allow") == "GET, HEAD");
    }
  }
  // The listener leaves the body out of it, and needs it for the length.
  CHECK(ask(kSite, kApp, {}, Method::Head)->body == "plain");
}

TEST_CASE("a site without files answers nothing") {
  CHECK_FALSE(ask(Site(std::span<const Asset>{}), "/"));
}
