#include "gateway/site/negotiation.h"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>

using namespace tribook::site;

namespace {

struct Row {
  std::string_view field;
  unsigned identity;
  unsigned gzip;
  unsigned brotli;
};

}  // namespace

TEST_CASE("what Accept-Encoding says of each encoding") {
  const Row rows[] = {
      {"", 1, 0, 0},
      {"gzip", 1, 1000, 0},
      {"gzip, deflate, br, zstd", 1, 1000, 1000},
      {"GZip,BR", 1, 1000, 1000},
      {"x-gzip", 1, 1000, 0},
      {" gzip ; q=0.5 ,\tbr;q=1.000", 1, 500, 1000},
      {"gzip;Q=0.25", 1, 250, 0},
      {"gzip;q=0.001", 1, 1, 0},
      {"gzip;q=1.", 1, 1000, 0},
      {"gzip;q=0", 1, 0, 0},
      {"gzip;q=0.000, *", 1000, 0, 1000},
      {"*", 1000, 1000, 1000},
      {"*;q=0.3, br", 300, 300, 1000},
      {"*;q=0", 0, 0, 0},
      {"*;q=0, gzip", 0, 1000, 0},
      {"identity;q=0", 0, 0, 0},
      {"identity;q=0, gzip;q=0.1", 0, 100, 0},
      {"identity, *;q=0", 1000, 0, 0},
      {"deflate", 1, 0, 0},
      {"gzip;level=9;q=0.4", 1, 400, 0},
      {",,gzip,,", 1, 1000, 0},
      // An element that cannot be read is passed over.
      {"gzip;q=2, br;q=0.2", 1, 0, 200},
      {"gzip;q=1.5", 1, 0, 0},
      {"gzip;q=-1", 1, 0, 0},
      {"gzip;q=0.1234", 1, 0, 0},
      {"gzip;q=0,5", 1, 0, 0},
      {"gzip;q=", 1, 0, 0},
      {"gzip;q", 1, 0, 0},
      {"gzip;q=x", 1, 0, 0},
      {"gzip br", 1, 0, 0},
      {"bro", 1, 0, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.field);
    const Preferences preferences = read_accept_encoding(row.field);
    CHECK(preferences.identity == row.identity);
    CHECK(preferences.gzip == row.gzip);
    CHECK(preferences.brotli == row.brotli);
  }
}

TEST_CASE("whether If-None-Match names a copy") {
  constexpr std::string_view kTag = "\"abc-br\"";
  for (const std::string_view field :
       {"*", "\"abc-br\"", "W/\"abc-br\"", "\"x\", \"abc-br\"", "\"x\",W/\"y\" , W/\"abc-br\"",
        "\"a,b\",\"abc-br\"", " \"abc-br\" ", "\"\", \"abc-br\"", "\"x\",,\"abc-br\""}) {
    CAPTURE(field);
    CHECK(has_copy(field, kTag));
  }
  for (const std::string_view field :
       {"", "abc-br", "\"abc\"", "\"abc-br", "w/\"abc-br\"", "W/abc-br", "'abc-br'", "\"ABC-BR\"",
        "\"x, \"abc-br\"", "\"x\" \"abc-br\"", "x, \"abc-br\"", ",", "W/", "\"x\",*"}) {
    CAPTURE(field);
    CHECK_FALSE(has_copy(field, kTag));
  }
}

TEST_CASE("no text ends the reading badly") {
  const auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view kLetters = "gzipbr*,;=q01. \t\"W/\\x";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (std::size_t length = random() % 24; length > 0; --length) {
      text.push_back(kLetters[random() % kLetters.size()]);
    }
    CAPTURE(text);
    const Preferences preferences = read_accept_encoding(text);
    REQUIRE(preferences.identity <= 1000);
    REQUIRE(preferences.gzip <= 1000);
    REQUIRE(preferences.brotli <= 1000);
    static_cast<void>(has_copy(text, "\"x\""));
  }
}
