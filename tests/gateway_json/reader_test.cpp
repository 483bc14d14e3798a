#include <catch2/catch.hpp>

#include <functional>
#include <string>

#include "gateway/json/reader.h"

namespace {

using namespace tribook;
using json::Document;
using json::Reader;
using json::Value;

// Reads the only element of "[text]" and gives the mistake.
std::string mistake(const std::string& text, const std::function<void(Reader&, Value)>& read) {
  Document document;
  if (!document.parse("{\"field\":" + text + "}")) return "malformed";
  Reader reader;
  read(reader, *document.root().begin());
  return reader.problem();
}

Volume volume_of(const std::string& text) {
  Volume volume{-1};
  CHECK(mistake(text, [&](Reader& r, Value v) { r.volume(v, volume); }).empty());
  return volume;
}

}  // namespace

TEST_CASE("numbers come as numbers or strings, exactly") {
  CHECK(volume_of("1") == Volume::from_whole(1));
  CHECK(volume_of("0.00000001") == Volume{1});
  CHECK(volume_of("\"0.10\"") == Volume{10'000'000});
  CHECK(volume_of("-2.5") == Volume{-250'000'000});
  CHECK(volume_of("1e2") == Volume::from_whole(100));
  CHECK(volume_of("0") == Volume{0});
  CHECK(volume_of("null") == Volume{-1});
  Money money;
  CHECK(mistake("\"90071992547409.93000001\"", [&](Reader& r, Value v) {
          r.money(v, money);
        }).empty());
  CHECK(money.raw == static_cast<int128>(9007199254740993) * 1'000'000 + 1);
}

TEST_CASE("what is no number is refused by name") {
  const auto volume = [](Reader& r, Value v) {
    Volume out;
    r.volume(v, out);
  };
  const auto text = GENERATE(
      values<std::string>({"true", "[]", "{}", "\"\"", "\"abc\"", "\"1 \"", "\" 1\"", "\"+1\"",
                           "\"NaN\"", "\"1,5\"", "\"0x1\"", "\"1.\"", "\"--1\""}));
  CAPTURE(text);
  CHECK(mistake(text, volume) == "field must be a number");
  CHECK(mistake("0.000000001", volume) == "field has more than 8 decimals");
  CHECK(mistake(std::string(400, '9'), volume) == "field is out of range");
  CHECK(mistake("1e400", volume) == "field is out of range");
  CHECK(mistake("-1e400", volume) == "field is out of range");
  CHECK(mistake("1e-400", volume) == "field has more than 8 decimals");
  CHECK(mistake("10000000001", volume) == "field is out of range");
  CHECK(mistake("0." + std::string(400, '0'), volume).empty());
}

TEST_CASE("whole numbers have a range") {
  const auto leverage = [](Reader& r, Value v) {
    std::uint32_t out = 0;
    r.integer(v, out, 1, 500);
  };
  CHECK(mistake("100", leverage).empty());
  CHECK(mistake("100.0", leverage).empty());
  CHECK(mistake("0", leverage) == "field must be 1 to 500");
  CHECK(mistake("501", leverage) == "field must be 1 to 500");
  CHECK(mistake("1.5", leverage) == "field must be a whole number");
  CHECK(mistake("1e30", leverage) == "field is out of range");
}

TEST_CASE("texts are bounded and without control characters") {
  const auto text = [](Reader& r, Value v) {
    std::string_view out;
    r.text(v, out, 5);
  };
  CHECK(mistake("\"12345\"", text).empty());
  CHECK(mistake("\"123456\"", text) == "field is longer than 5 bytes");
  CHECK(mistake("\"a\\u0000\"", text) == "field must not contain control characters");
  CHECK(mistake("\"a\\n\"", text) == "field must not contain control characters");
  CHECK(mistake("5", text) == "field must be a string");
}

TEST_CASE("names, currencies and truth values") {
  const auto side = [](Reader& r, Value v) {
    Side out{};
    r.name(v, out);
  };
  CHECK(mistake("\"SELL\"", side).empty());
  CHECK(mistake("\"sell\"", side) == "field must be one of BUY SELL");
  CHECK(mistake("1", side) == "field must be a string");
  const auto book = [](Reader& r, Value v) {
    Book out{};
    r.name(v, out);
  };
  CHECK(mistake("\"\"", book) == "field must be one of ABOOK BBOOK CBOOK");
  const auto currency = [](Reader& r, Value v) {
    Currency out{};
    r.currency(v, out);
  };
  CHECK(mistake("\"EUR\"", currency).empty());
  CHECK_THAT(mistake("\"eur\"", currency), Catch::Contains("code in capitals"));
  const auto boolean = [](Reader& r, Value v) {
    bool out{};
    r.boolean(v, out);
  };
  CHECK(mistake("false", boolean).empty());
  CHECK(mistake("\"true\"", boolean) == "field must be true or false");
}

TEST_CASE("a mistake names its path, and the first one stays") {
  Document document;
  REQUIRE(document.parse(R"([{"a":{"b":"x"}}])"));
  Reader reader;
  std::size_t index = 0;
  for (const Value element : document.root()) {
    reader.enter(index++);
    for (const Value member : element) {
      reader.enter(member.key());
      for (const Value inner : member) {
        Price price;
        reader.price(inner, price);
      }
      reader.leave();
    }
    reader.fail("c", "is required");
    reader.leave();
  }
  CHECK(reader.problem() == "[0].a.b must be a number");
}
