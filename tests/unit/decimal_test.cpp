#include <string>

#include "support/random.h"
#include "support/values.h"
#include "tribook/domain/decimal.h"

namespace tribook {
namespace {

using test::Random;

std::string zeros(std::size_t count) { return std::string(count, '0'); }

struct Row {
  std::string text;
  DecimalError error;
  int128 raw;
};

constexpr int128 kOne = kFixedOne;

TEST_CASE("parse_decimal: numbers") {
  const auto row = GENERATE(values<Row>({
      {"0", DecimalError::None, 0},
      {"-0", DecimalError::None, 0},
      {"-0.0", DecimalError::None, 0},
      {"0e0", DecimalError::None, 0},
      {"0E+400", DecimalError::None, 0},
      {"0e-999999999999", DecimalError::None, 0},
      {"1", DecimalError::None, kOne},
      {"-12.5", DecimalError::None, -kOne * 25 / 2},
      {"0.10", DecimalError::None, kOne / 10},
      {"0.00000001", DecimalError::None, 1},
      {"0.000000010000", DecimalError::None, 1},
      {"1e3", DecimalError::None, 1'000 * kOne},
      {"1E3", DecimalError::None, 1'000 * kOne},
      {"1e+3", DecimalError::None, 1'000 * kOne},
      {"1.5e-7", DecimalError::None, 15},
      {"1500e-9", DecimalError::None, 150},
      {"12345e-13", DecimalError::TooPrecise, 0},
      {"0.000000001e1", DecimalError::None, 1},
      {"100000000000000000000", DecimalError::None, kMaxMoney.raw},
      {"-1e20", DecimalError::None, -kMaxMoney.raw},
      {"99999999999999999999.99999999", DecimalError::None, kMaxMoney.raw - 1},
      {"100000000000000000000.00000001", DecimalError::TooLarge, 0},
      {"1e21", DecimalError::TooLarge, 0},
      {"9e20", DecimalError::TooLarge, 0},
      {"0.000000001", DecimalError::TooPrecise, 0},
      {"1e-9", DecimalError::TooPrecise, 0},
      {"1e400", DecimalError::TooLarge, 0},
      {"1e99999999999999999999", DecimalError::TooLarge, 0},
      {"1e-99999999999999999999", DecimalError::TooPrecise, 0},
  }));
  CAPTURE(row.text);
  const DecimalResult result = parse_decimal(row.text);
  CHECK(result.error == row.error);
  CHECK(test::text_of(result.raw) == test::text_of(row.raw));
}

TEST_CASE("parse_decimal: what is no number") {
  const auto text = GENERATE(values<std::string>(
      {"",      "-",    "+1",  ".5",     "5.",   "00",  "01",       "-01",       "1e",  "1e+",
       "1e1.5", "0x10", "NaN", "nan",    "-NaN", "inf", "Infinity", "-Infinity", " 1",  "1 ",
       "1,000", "1_0",  "--1", "1.2.3",  "e5",   "-.5", "1e--1",    "٣",         "1\n", "\t1",
       "null",  "true", "1f",  "1.0e5x", "0x",   "-e",  "1.e5"}));
  CAPTURE(text);
  CHECK(parse_decimal(text).error == DecimalError::Syntax);
  CHECK_FALSE(parse_price(text));
  CHECK_FALSE(parse_money(text));
}

TEST_CASE("parse_decimal: a NUL inside is no number") {
  CHECK(parse_decimal(std::string_view("1\0", 2)).error == DecimalError::Syntax);
  CHECK(parse_decimal(std::string_view("1\0002", 3)).error == DecimalError::Syntax);
}

TEST_CASE("parse_decimal: numbers of 400 digits") {
  CHECK(parse_decimal(std::string(400, '9')).error == DecimalError::TooLarge);
  CHECK(parse_decimal("1" + zeros(399)).error == DecimalError::TooLarge);
  CHECK(parse_decimal("-1" + zeros(399)).error == DecimalError::TooLarge);
  CHECK(parse_decimal("0." + zeros(399) + "1").error == DecimalError::TooPrecise);
  CHECK(parse_decimal("0." + std::string(400, '3')).error == DecimalError::TooPrecise);
  CHECK(parse_decimal("1." + zeros(400)).raw == kOne);
  CHECK(parse_decimal("0." + zeros(400)).raw == 0);
  CHECK(parse_decimal(zeros(400)).error == DecimalError::Syntax);
  CHECK(parse_decimal(zeros(399) + "1").error == DecimalError::Syntax);
  CHECK(parse_decimal("1" + zeros(400) + "e-400").raw == kOne);
  CHECK(parse_decimal("0." + zeros(399) + "1e400").raw == kOne);
  CHECK(parse_decimal("1.5" + zeros(400) + "e1").raw == 15 * kOne);
}

TEST_CASE("parse_decimal: an exponent as long as the digits is still exact") {
  CHECK(parse_decimal("1" + zeros(5'000) + "e-5000").raw == kOne);
  CHECK(parse_decimal("0." + zeros(4'999) + "1e5000").raw == kOne);
  // 10^4500: an exponent cut short would read it as 1.
  CHECK(parse_decimal("0." + zeros(499) + "1e5000").error == DecimalError::TooLarge);
  CHECK(parse_decimal("1" + zeros(500) + "e-5000").error == DecimalError::TooPrecise);
}

TEST_CASE("parse_price and its like stop at 10^10") {
  CHECK(parse_price("10000000000") == Price{kMaxFixedRaw});
  CHECK(parse_price("-10000000000") == Price{-kMaxFixedRaw});
  CHECK_FALSE(parse_price("10000000000.00000001"));
  CHECK_FALSE(parse_volume("-10000000000.00000001"));
  CHECK_FALSE(parse_quantity("1e11"));
  CHECK_FALSE(parse_ratio("1e-9"));
  CHECK(parse_money("10000000000.00000001") == Money{int128{kMaxFixedRaw} + 1});
}

std::string formatted(int128 raw, int digits) {
  char text[kDecimalTextMax];
  return {text, format_decimal(text, raw, digits)};
}

TEST_CASE("format_decimal: without exponent, without trailing zeros") {
  CHECK(test::text_of(0) == "0");
  CHECK(test::text_of(1) == "0.00000001");
  CHECK(test::text_of(-1) == "-0.00000001");
  CHECK(test::text_of(kOne) == "1");
  CHECK(test::text_of(10 * kOne) == "10");
  CHECK(test::text_of(-kOne * 5 / 2) == "-2.5");
  CHECK(test::text_of(kMaxMoney.raw) == "100000000000000000000");
  CHECK(test::text_of(kMaxMoney.raw - 1) == "99999999999999999999.99999999");
  const auto largest = static_cast<int128>(~uint128{0} >> 1);
  CHECK(test::text_of(largest) == "1701411834604692317316873037158.84105727");
  CHECK(test::text_of(-largest - 1) == "-1701411834604692317316873037158.84105728");
}

TEST_CASE("format_decimal: with a number of decimals") {
  CHECK(formatted(0, 0) == "0");
  CHECK(formatted(0, 2) == "0.00");
  CHECK(formatted(kOne * 5 / 2, 2) == "2.50");
  CHECK(formatted(-kOne / 100, 2) == "-0.01");
  CHECK(formatted(kOne * 7, 0) == "7");
  CHECK(formatted(1, 8) == "0.00000001");
}

TEST_CASE("What is formatted is parsed to the same number") {
  Random random(31);
  INFO(random.reproduce());
  for (int run = 0; run < 20'000; ++run) {
    auto raw = static_cast<int128>(((static_cast<uint128>(random.bits()) << 64) | random.bits()) >>
                                   (34 + random.below(90)));
    if (raw > kMaxMoney.raw) continue;
    if (random.one_in(2)) raw = -raw;
    const std::string text = test::text_of(raw);
    const DecimalResult result = parse_decimal(text);
    CAPTURE(text);
    REQUIRE(result.error == DecimalError::None);
    REQUIRE(result.raw == raw);
    REQUIRE(parse_decimal(formatted(raw, 8)).raw == raw);
    REQUIRE((text.find('.') == std::string::npos || text.back() != '0'));
  }
}

TEST_CASE("A shifted point and an exponent that shifts it back are the same number") {
  Random random(32);
  INFO(random.reproduce());
  for (int run = 0; run < 5'000; ++run) {
    const std::string digits = std::to_string(random.below(1'000'000'000) + 1);
    const auto shift = static_cast<std::size_t>(random.below(9));
    const std::string padded = std::string(shift + 1, '0') + digits;
    std::string whole = padded.substr(0, padded.size() - shift);
    whole.erase(0, whole.find_first_not_of('0') == std::string::npos
                       ? whole.size() - 1
                       : whole.find_first_not_of('0'));
    const std::string plain =
        shift == 0 ? whole : whole + "." + padded.substr(padded.size() - shift);
    const std::string shifted = digits + "e-" + std::to_string(shift);
    CAPTURE(plain, shifted);
    REQUIRE(parse_decimal(plain).error == DecimalError::None);
    REQUIRE(parse_decimal(plain).raw == parse_decimal(shifted).raw);
  }
}

}  // namespace
}  // namespace tribook
