#include "client/command.h"

#include <catch2/catch.hpp>

#include "client/key.h"

using namespace tribook::client;
using Words = std::vector<std::string_view>;

TEST_CASE("a usage says what a command takes") {
  struct Row {
    const char* usage;
    Words required;
    std::size_t words_max;
    Words valued;
    Words flags;
  };
  const Row rows[] = {
      {"", {}, 0, {}, {}},
      {"A", {"A"}, 1, {}, {}},
      {"A B", {"A", "B"}, 2, {}, {}},
      {"buy|sell A [--x Y]", {"buy|sell", "A"}, 2, {"--x"}, {}},
      {"[A [B]]", {}, 2, {}, {}},
      {"A [--flag] [--value V]", {"A"}, 1, {"--value"}, {"--flag"}},
      {"[--all [--symbol S]]", {}, 0, {"--symbol"}, {"--all"}},
      {"[A...] [--watch]", {}, kWordsMax, {}, {"--watch"}},
      {"[--a --b]", {}, 0, {}, {"--a", "--b"}},
      {"[--file F|-]", {}, 0, {"--file"}, {}},
  };
  for (const Row& row : rows) {
    INFO(row.usage);
    const Syntax syntax = parse_usage(row.usage);
    CHECK(syntax.required == row.required);
    CHECK(syntax.words_max == row.words_max);
    CHECK(syntax.valued == row.valued);
    CHECK(syntax.flags == row.flags);
  }
}

TEST_CASE("shared options are added to a command's own") {
  const Command list{"things", "[--old]", kLists | kAccount, "", nullptr};
  CHECK(whole_usage(list) ==
        "[--old] [--limit N] [--cursor C] [--all-pages] [--account ID] [--json] [--session FILE] "
        "[--timeout SECONDS]");
  const Command plain{"thing", "", kPlain, "", nullptr};
  CHECK(whole_usage(plain) == "[--session FILE] [--timeout SECONDS]");
}

TEST_CASE("a usage is broken where it may be") {
  const Command list{"things", "[--old [--more M]]", kLists | kAccount, "", nullptr};
  const std::string text = usage_text(list);
  CHECK(text.starts_with("usage: tribook client things [--old [--more M]] "));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    CHECK(end - begin <= 80);
    begin = end + 1;
  }
}

TEST_CASE("keys differ") {
  const std::string key = make_key("cli-");
  CHECK(key.size() == 36);
  CHECK(key.starts_with("cli-"));
  CHECK(key != make_key("cli-"));
}
