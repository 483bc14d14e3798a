#include "client/table.h"

#include <catch2/catch.hpp>

#include "client/text_width.h"

using tribook::client::Cell;
using tribook::client::printable;
using tribook::client::Table;
using tribook::client::text_width;

namespace {

Cell text(std::string value) { return {std::move(value), Cell::Kind::Text}; }
Cell number(std::string value) { return {std::move(value), Cell::Kind::Number}; }
const Cell kNothing{"", Cell::Kind::Nothing};

}  // namespace

TEST_CASE("numbers stand to the right and text to the left") {
  Table table({"id", "symbol", "volume"});
  table.add_row({number("7"), text("EURUSD"), number("0.10")});
  table.add_row({number("1234"), text("XAU"), number("12.00")});
  CHECK(table.text(false) ==
        "  id  symbol  volume\n"
        "   7  EURUSD    0.10\n"
        "1234  XAU      12.00\n");
}

TEST_CASE("a table without rows is its headers") {
  CHECK(Table({"id", "symbol"}).text(false) == "id  symbol\n");
  CHECK(Table({"id"}).row_count() == 0);
}

TEST_CASE("what is not there is a dash on the column's side") {
  Table table({"id", "level", "note"});
  table.add_row({number("1"), kNothing, kNothing});
  table.add_row({number("2"), number("100.25"), text("x")});
  CHECK(table.text(false) ==
        "id   level  note\n"
        " 1       -  -\n"
        " 2  100.25  x\n");
}

TEST_CASE("a column of text and numbers is text") {
  Table table({"value"});
  table.add_row({number("1")});
  table.add_row({text("long word")});
  CHECK(table.text(false) == "value\n1\nlong word\n");
}

TEST_CASE("columns are measured as a terminal shows them") {
  Table table({"name", "n"});
  table.add_row({text("Zo\xC3\xAB"), number("1")});                 // two bytes, one column
  table.add_row({text("\xE6\x97\xA5\xE6\x9C\xAC"), number("22")});  // two characters, four columns
  table.add_row({text("e\xCC\x81"), number("3")});                  // a letter and its accent
  CHECK(table.text(false) ==
        "name   n\n"
        "Zo\xC3\xAB    1\n"
        "\xE6\x97\xA5\xE6\x9C\xAC  22\n"
        "e\xCC\x81      3\n");
}

TEST_CASE("widths of characters") {
  CHECK(text_width("") == 0);
  CHECK(text_width("abc") == 3);
  CHECK(text_width("\xE2\x82\xAC") == 1);      // euro sign
  CHECK(text_width("\xF0\x9F\x98\x80") == 2);  // a face
  CHECK(text_width("\xEF\xBC\xA1") == 2);      // full-width A
  CHECK(text_width("\xED\x95\x9C") == 2);      // Hangul
  CHECK(text_width("a\xE2\x80\x8B"
                   "b") == 2);             // zero-width space
  CHECK(text_width("\xFF\xC0\x80") == 3);  // no UTF-8: a '?' each
  CHECK(text_width("\xE2\x82") == 2);      // cut off
}

TEST_CASE("texts of others do not steer the terminal") {
  CHECK(printable("plain \xC3\xA9 \xE6\x97\xA5") == "plain \xC3\xA9 \xE6\x97\xA5");
  CHECK(printable("\x1b[2J\r\n\t\x7F") == "?[2J????");
  CHECK(printable("a\xC2\x9B"
                  "31m") == "a?31m");  // C1 introducer
  CHECK(printable("a\xE2\x80\xAE"
                  "b\xE2\x81\xA6") == "a?b?");  // direction marks
  CHECK(printable("\xC0\xAF\xED\xA0\x80\xF4\x90\x80\x80") == "?????????");
  Table table({"note"});
  table.add_row({text("\x1b]0;title\x07")});
  CHECK(table.text(false) == "note\n?]0;title?\n");
}

TEST_CASE("colour changes nothing but colour") {
  Table table({"bid", "n"});
  table.add_row({{"1.2", Cell::Kind::Number, Cell::Tone::Good}, number("10")});
  table.add_row({{"1.25", Cell::Kind::Number, Cell::Tone::Bad}, number("9")});
  std::string coloured = table.text(true);
  CHECK(coloured.find("\x1b[32m1.2\x1b[0m") != std::string::npos);
  CHECK(coloured.find("\x1b[31m1.25\x1b[0m") != std::string::npos);
  for (std::size_t at = 0; (at = coloured.find('\x1b')) != std::string::npos;) {
    coloured.erase(at, coloured.find('m', at) - at + 1);
  }
  CHECK(coloured == table.text(false));
}
