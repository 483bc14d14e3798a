#include <catch2/catch.hpp>

#include "site/site_request.h"

using namespace tribook::site;

TEST_CASE("a program without the terminal says so, and how to get it") {
  const auto page = ask(embedded_site(), "/");
  REQUIRE(page);
  CHECK(page->status == 200);
  CHECK(page->body.find("Node") != std::string::npos);
  CHECK(page->body.find("./dev deps build") != std::string::npos);
  CHECK(page->body.find("The API") != std::string::npos);
  CHECK(ask(embedded_site(), "/page.css")->content_type == "text/css; charset=utf-8");
  CHECK(ask(embedded_site(), "/favicon.svg")->content_type == "image/svg+xml");
}
