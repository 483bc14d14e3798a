#include "client/answer.h"

#include <catch2/catch.hpp>

#include "client/failure.h"
#include "client/lists.h"

using namespace tribook::client;
namespace json = tribook::json;

TEST_CASE("numbers are shown as they were written") {
  json::Document document;
  for (const char* number :
       {"1.10", "100", "0.00", "-0.10", "12345678901234567890.12345678", "1.38699000"}) {
    INFO(number);
    read_answer(document, "{\"n\":" + std::string(number) + "}");
    const Cell cell = cell_of(document.root(), "n");
    CHECK(cell.text == number);
    CHECK(cell.kind == Cell::Kind::Number);
    CHECK(member_text(document.root(), "n") == number);
  }
}

TEST_CASE("members of every kind") {
  json::Document document;
  read_answer(document, R"({"t":"a\"b","n":null,"b":true,"a":[1, 2],"o":{"x":1}})");
  const json::Value root = document.root();
  CHECK(cell_of(root, "t").text == "a\"b");
  CHECK(cell_of(root, "n").kind == Cell::Kind::Nothing);
  CHECK(cell_of(root, "missing").kind == Cell::Kind::Nothing);
  CHECK(cell_of(root, "b").text == "true");
  CHECK(cell_of(root, "a").text == "[1, 2]");
  CHECK(member_text(root, "n").empty());
  CHECK(member_text(root, "missing").empty());
  CHECK(member_text(root, "t") == "a\"b");
}

TEST_CASE("a record has a line for each member, also of members") {
  CHECK(record_text(R"({"balance":9999.65,"level":null,"margin":{"mode":"FOREX","rate":1}})",
                    false) ==
        "balance      9999.65\n"
        "level        -\n"
        "margin.mode  FOREX\n"
        "margin.rate  1\n");
}

TEST_CASE("an answer that is not the API's") {
  json::Document document;
  for (const char* body : {"", "<html>", "{\"a\":", "7"}) {
    CHECK_THROWS_AS(read_answer(document, body), Failure);
  }
  CHECK_THROWS_WITH(read_answer(document, std::string(json::kBodyMax + 1, ' ')),
                    Catch::Contains("--limit"));
}

TEST_CASE("a problem is its code and its detail") {
  std::string code;
  CHECK(problem_sentence(R"({"status":422,"title":"x","code":"SLIPPAGE","detail":"It moved"})",
                         code) == "SLIPPAGE: It moved");
  CHECK(code == "SLIPPAGE");
  CHECK(problem_sentence(
            R"({"code":"NO_ROUTE","detail":"No","orderId":7,"orderStatus":"REJECTED"})", code) ==
        "NO_ROUTE: No (order 7 REJECTED)");
  CHECK(problem_sentence("{\"code\":\"A\",\"detail\":\"\\u001b[2J\"}", code) == "A: ?[2J");
  CHECK(problem_sentence("<html>502</html>", code).empty());
  CHECK(problem_sentence("{}", code).empty());
}

TEST_CASE("a target is encoded") {
  CHECK(target_of("/api/x", {}) == "/api/x");
  CHECK(target_of("/api/x", {{"symbol", "A&B"}, {"limit", "5"}}) == "/api/x?symbol=A%26B&limit=5");
}
