#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "gateway/json/document.h"

namespace {

using tribook::json::Document;
using tribook::json::Kind;
using tribook::json::Value;

std::string problem_of(std::string_view body) {
  Document document;
  return document.parse(body) ? std::string() : std::string(document.problem());
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("a good body is read in the order of its text") {
  Document document;
  REQUIRE(document.parse(R"( {"a": 1.50, "b":"x\n\u00e9", "c":[true,null,{"d":-2e3}], "e":{} } )"));
  const Value root = document.root();
  REQUIRE(root.kind() == Kind::Object);
  std::vector<std::string> seen;
  for (const Value value : root) {
    seen.push_back(std::string(value.key()) + "=" + std::string(value.raw()));
  }
  CHECK(seen == std::vector<std::string>{"a=1.50", "b=\"x\\n\\u00e9\"",
                                         "c=[true,null,{\"d\":-2e3}]", "e={}"});
  auto at = root.begin();
  CHECK((*at).text() == "1.50");
  ++at;
  CHECK((*at).text() == "x\n\xc3\xa9");
  ++at;
  auto inner = (*at).begin();
  CHECK((*inner).boolean());
  ++inner;
  CHECK((*inner).is_null());
  ++inner;
  CHECK((*(*inner).begin()).key() == "d");
  CHECK((*(*inner).begin()).text() == "-2e3");
  ++at;
  CHECK((*at).begin() == (*at).end());
}

TEST_CASE("numbers stay text, however large") {
  Document document;
  const std::string digits(400, '9');
  REQUIRE(document.parse("[" + digits + ", -0, 1e999, 0.1]"));
  std::vector<std::string> tokens;
  for (const Value value : document.root()) tokens.emplace_back(value.text());
  CHECK(tokens == std::vector<std::string>{digits, "-0", "1e999", "0.1"});
}

TEST_CASE("malformed bodies are refused, wherever the mistake stands") {
  const auto body = GENERATE(values<std::string>({"",
                                                  " ",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  "{]",
                                                  "[}",
                                                  "{\"a\"}",
                                                  "{\"a\":}",
                                                  "{\"a\":1,}",
                                                  "{,}",
                                                  "[1,]",
                                                  "[,1]",
                                                  "[1 2]",
                                                  "{\"a\" 1}",
                                                  "{a:1}",
                                                  "{'a':1}",
                                                  "[NaN]",
                                                  "[Infinity]",
                                                  "[-Infinity]",
                                                  "[nan]",
                                                  "[01]",
                                                  "[+1]",
                                                  "[1.]",
                                                  "[.5]",
                                                  "[1e]",
                                                  "[1e+]",
                                                  "[-]",
                                                  "[0x10]",
                                                  "[1_000]",
                                                  "[--1]",
                                                  "[1abc]",
                                                  "[tru]",
                                                  "[truee]",
                                                  "[falsey]",
                                                  "[nul]",
                                                  "[nulll]",
                                                  "[True]",
                                                  "[undefined]",
                                                  "[\"a]",
                                                  "[\"\\x\"]",
                                                  "[\"\\u12\"]",
                                                  "[\"\\ud800\"]",
                                                  "[\"a\" \"b\"]",
                                                  "[\"\n\"]",
                                                  "{\"a\":1}{",
                                                  "{\"a\":1} x",
                                                  "[]]",
                                                  "[] []",
                                                  "{\"a\":1}}",
                                                  "{\"unknown\":{\"x\":[1,}}",
                                                  "{\"a\":1 \"b\":2}",
                                                  "{1:2}",
                                                  "{null:1}",
                                                  "/* c */ {}",
                                                  "{} // c",
                                                  "[1}",
                                                  "{\"a\":[1}",
                                                  "[[1]",
                                                  "[\"\\\"]",
                                                  "\xef\xbb\xbf{}"}));
  CAPTURE(body);
  CHECK_FALSE(problem_of(body).empty());
}

TEST_CASE("a scalar alone is no request") {
  for (const char* body : {"1", "\"a\"", "true", "null", "-", "nope"}) {
    CAPTURE(body);
    CHECK_FALSE(problem_of(body).empty());
  }
}

TEST_CASE("bytes that are not UTF-8 are refused") {
  const auto text = GENERATE(values<std::string>(
      {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}));
  CHECK_THAT(problem_of("{\"a\":\"" + text + "\"}"), Catch::Contains("UTF-8"));
  CHECK_FALSE(problem_of("{\"" + text + "\":1}").empty());
}

TEST_CASE("a key twice is refused at any level, however it is written") {
  CHECK_THAT(problem_of(R"({"a":1,"a":1})"), Catch::Contains("\"a\" stands twice"));
  CHECK_THAT(problem_of(R"({"x":[{"b":1,"c":2,"b":3}]})"), Catch::Contains("\"b\" stands twice"));
  CHECK_THAT(problem_of(R"({"a":1,"\u0061":2})"), Catch::Contains("\"a\" stands twice"));
  CHECK(problem_of(R"({"a":{"a":1},"b":{"a":1}})").empty());
  std::string many = "{";
  for (int i = 0; i < 500; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  CHECK(problem_of(many + "\"last\":1}").empty());
  CHECK_THAT(problem_of(many + "\"k250\":1}"), Catch::Contains("\"k250\" stands twice"));
}

TEST_CASE("depth, size and number of values are bounded") {
  using namespace tribook::json;
  CHECK(problem_of(nested(kDepthMax)).empty());
  CHECK_THAT(problem_of(nested(kDepthMax + 1)), Catch::Contains("deeply"));
  CHECK_FALSE(problem_of(nested(100'000)).empty());
  CHECK_FALSE(problem_of(std::string(100'000, '[')).empty());
  CHECK_THAT(problem_of("\"" + std::string(kBodyMax, 'x') + "\""), Catch::Contains("larger"));
  std::string many = "[0";
  while (many.size() + 3 < kBodyMax) many += ",0";
  CHECK_THAT(problem_of(many + "]"), Catch::Contains("too many"));
}

TEST_CASE("a document is used again after a refusal") {
  Document document;
  CHECK_FALSE(document.parse("{\"a\":[1,2"));
  REQUIRE(document.parse("[1]"));
  CHECK(document.problem().empty());
  CHECK(document.root().raw().empty());
  CHECK((*document.root().begin()).text() == "1");
}
