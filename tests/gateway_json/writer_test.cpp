#include <catch2/catch.hpp>

#include <string>

#include "gateway/json/document.h"
#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"

using namespace tribook;
using json::Writer;

TEST_CASE("objects, arrays and commas") {
  std::string out;
  Writer w(out);
  w.begin_object().field("a", 1).begin_array("b").element("x").element_integer(-2);
  w.begin_object().end_object().end_array().begin_object("c").field("d", true).end_object();
  w.null("e").field("f", std::uint64_t{18446744073709551615U}).end_object();
  CHECK(out == R"({"a":1,"b":["x",-2,{}],"c":{"d":true},"e":null,"f":18446744073709551615})");
}

TEST_CASE("numbers are exact") {
  std::string out;
  Writer w(out);
  w.begin_object();
  w.field("p", Price{108'450'000})
      .field("q", Price{108'450'000}, 5)
      .field("r", Price{108'450'001}, 5);
  w.field("m", Money{-1'096'000'000}, 2).field("n", Money{0}, 2).field("o", Money{1}, 2);
  w.field("v", Volume{1}).field("z", Volume{0});
  w.end_object();
  CHECK(out == R"({"p":1.0845,"q":1.08450,"r":1.08450001,"m":-10.96,"n":0.00,"o":0.00000001,)"
               R"("v":0.00000001,"z":0})");
}

TEST_CASE("texts are escaped, and read back the same") {
  std::string text;
  for (int c = 1; c < 128; ++c) text += static_cast<char>(c);
  text += "\xc3\xa9\xf0\x9f\x98\x80";
  std::string out;
  Writer(out).begin_object().field("t", text).end_object();
  json::Document document;
  REQUIRE(document.parse(out));
  CHECK((*document.root().begin()).text() == text);
}

TEST_CASE("times") {
  std::string out;
  json::append_time(out, TimeNs::from_ms(1769032800123));
  CHECK(out == "2026-01-21T22:00:00.123Z");
  out.clear();
  json::append_time(out, TimeNs{0});
  CHECK(out == "1970-01-01T00:00:00.000Z");
  CHECK(json::parse_time("2026-01-21T22:00:00Z") == TimeNs::from_ms(1769032800000));
  CHECK(json::parse_time("2026-01-21t23:30:00.5+01:30") == TimeNs::from_ms(1769032800500));
  CHECK(json::parse_time("2026-01-21T17:00:00.000000001-05:00") == TimeNs{1769032800000000001});
  for (const char* bad :
       {"", "2026-01-21", "2026-02-29T00:00:00Z", "2026-01-21T24:00:00Z", "2026-01-21T22:00:00",
        "2026-01-21T22:00:60Z", "2026-01-21T22:00:00.Z", "2026-01-21T22:00:00Z ",
        "2026-1-21T22:00:00Z", "1969-01-01T00:00:00Z", "9999-01-01T00:00:00Z",
        "2026-01-21T22:00:00.0000000001Z", "2026-01-21T22:00:00+24:00"}) {
    CAPTURE(bad);
    CHECK_FALSE(json::parse_time(bad));
  }
}
