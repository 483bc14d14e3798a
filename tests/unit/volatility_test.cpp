#include <catch2/catch.hpp>
#include <vector>

#include "support/values.h"
#include "tribook/domain/volatility.h"

namespace tribook {
namespace {

using test::price;

std::vector<Price> closes(std::initializer_list<const char*> texts) {
  std::vector<Price> result;
  for (const char* text : texts) result.push_back(price(text));
  return result;
}

TEST_CASE("Volatility: the sample deviation of returns, and what it comes to in a day") {
  const auto result = volatility(closes({"100", "101", "100", "102"}), 1'440);
  REQUIRE(result);
  CHECK(result->returns == 3);
  CHECK(result->per_step == test::ratio("1.52212494"));
  CHECK(result->per_many == test::ratio("57.76058065"));
}

TEST_CASE("Volatility: a price that stands still, or grows by the same part, has none") {
  CHECK(volatility(closes({"1.1", "1.1", "1.1"}), 24)->per_step == Ratio{});
  CHECK(volatility(closes({"1", "2", "4", "8"}), 24)->per_many == Ratio{});
}

TEST_CASE("Volatility: what cannot be reckoned is not") {
  CHECK_FALSE(volatility({}, 1));
  CHECK_FALSE(volatility(closes({"1", "2"}), 1));
  CHECK_FALSE(volatility(closes({"1", "0", "1"}), 1));
  CHECK_FALSE(volatility(closes({"0.00000001", "1", "1"}), 1));
  CHECK(volatility(closes({"1", "1000", "1"}), 1'440));
}

}  // namespace
}  // namespace tribook
