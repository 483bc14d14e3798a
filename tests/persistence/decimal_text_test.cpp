#include <catch2/catch.hpp>

#include <limits>
#include <string>

#include "persistence/sqlite/decimal_text.h"
#include "support/random.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;

namespace {

constexpr int128 kMost = static_cast<int128>((uint128{1} << 127) - 1);

std::string money_text(int128 raw) {
  return std::string(std::string_view(DecimalText(Money{raw})));
}
std::string cost_text(int128 raw) { return std::string(std::string_view(DecimalText(Cost{raw}))); }

}  // namespace

TEST_CASE("money as text has no digit too many") {
  CHECK(money_text(0) == "0");
  CHECK(money_text(1) == "0.00000001");
  CHECK(money_text(-1) == "-0.00000001");
  CHECK(money_text(kFixedOne) == "1");
  CHECK(money_text(10 * kFixedOne) == "10");
  CHECK(money_text(-1'250'000'000) == "-12.5");
  CHECK(money_text(12'345'678) == "0.12345678");
  CHECK(money_text(kMost) == "1701411834604692317316873037158.84105727");
  CHECK(money_text(-kMost - 1) == "-1701411834604692317316873037158.84105728");
  CHECK(cost_text(1) == "0.0000000000000001");
  CHECK(cost_text(static_cast<int128>(kFixedOne) * kFixedOne) == "1");
}

TEST_CASE("a number of 128 bits comes back from its text") {
  test::Random random(20260301);
  INFO(random.reproduce());
  for (int i = 0; i < 200'000; ++i) {
    const uint128 bits = (static_cast<uint128>(random.bits()) << 64 | random.bits());
    const auto raw = static_cast<int128>(bits >> random.below(127)) * (random.one_in(2) ? 1 : -1);
    if (money_of(money_text(raw)).raw != raw || cost_of_text(cost_text(raw)).raw != raw) {
      FAIL(money_text(raw));
    }
  }
  for (const int128 raw : {kMost, -kMost, -kMost - 1, int128{0}, int128{1}, int128{-1}}) {
    CHECK(money_of(money_text(raw)).raw == raw);
    CHECK(cost_of_text(cost_text(raw)).raw == raw);
  }
}

TEST_CASE("what is no number is refused") {
  for (const char* text :
       {"", "-", "1e3", "x", "1.123456789", "1.2.3", " 1", "9999999999999999999999999999999999"}) {
    INFO(text);
    CHECK_THROWS_AS(money_of(text), std::runtime_error);
  }
}
