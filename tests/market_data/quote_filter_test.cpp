#include "market_data/quote_filter.h"

#include <catch2/catch.hpp>
#include <vector>

namespace tribook::market_data {
namespace {

constexpr SymbolId kEurUsd{1};
constexpr SymbolId kGbpUsd{2};

QuoteCommand quote(std::int64_t bid_raw, std::int64_t ask_raw, std::int64_t time_ns = 0,
                   SymbolId symbol = kEurUsd) {
  QuoteCommand result;
  result.bid = Price::from_raw(bid_raw);
  result.ask = Price::from_raw(ask_raw);
  result.venue_time = TimeNs{time_ns};
  result.symbol = symbol;
  return result;
}

// A quote of no spread: mid = price.
QuoteCommand at(std::int64_t price_raw) { return quote(price_raw, price_raw); }

constexpr std::int64_t kLevel = 100'000'000;  // 1.0

TEST_CASE("each refusal has its reason, the first that applies") {
  struct Row {
    const char* what;
    QuoteCommand quote;
    QuoteRefusal refusal;
  };
  constexpr std::int64_t over = kMaxFixedRaw + 1;
  const std::vector<Row> rows{
      {"good", quote(kLevel, kLevel + 10, 5), QuoteRefusal::None},
      {"bid equals ask", quote(kLevel, kLevel, 5), QuoteRefusal::None},
      {"same time as the last", quote(kLevel, kLevel, 5), QuoteRefusal::None},
      {"bid zero", quote(0, kLevel, 5), QuoteRefusal::NonPositive},
      {"ask zero", quote(kLevel, 0, 5), QuoteRefusal::NonPositive},
      {"both negative", quote(-kLevel, -1, 5), QuoteRefusal::NonPositive},
      {"non-positive before off range", quote(over, -1, 5), QuoteRefusal::NonPositive},
      {"ask off range", quote(kLevel, over, 5), QuoteRefusal::OffRange},
      {"off range before crossed", quote(over, kLevel, 5), QuoteRefusal::OffRange},
      {"crossed by the smallest amount", quote(kLevel + 1, kLevel, 5), QuoteRefusal::Crossed},
      {"crossed before out of order", quote(kLevel + 1, kLevel, 4), QuoteRefusal::Crossed},
      {"out of order", quote(kLevel, kLevel, 4), QuoteRefusal::OutOfOrder},
      {"out of order before jump", quote(2 * kLevel, 2 * kLevel, 4), QuoteRefusal::OutOfOrder},
      {"jump", quote(2 * kLevel, 2 * kLevel, 5), QuoteRefusal::Jump},
  };
  QuoteFilter filter{{}};
  std::array<std::uint64_t, kQuoteRefusals> expected{};
  for (const Row& row : rows) {
    INFO(row.what);
    CHECK(name_of(filter.check(row.quote)) == name_of(row.refusal));
    ++expected[static_cast<std::size_t>(row.refusal)];
  }
  for (std::size_t i = 1; i < kQuoteRefusals; ++i) {
    INFO("reason " << i);
    CHECK(filter.refused(static_cast<QuoteRefusal>(i)) == expected[i]);
    CHECK(filter.refused(kEurUsd, static_cast<QuoteRefusal>(i)) == expected[i]);
    CHECK(filter.refused(kGbpUsd, static_cast<QuoteRefusal>(i)) == 0);
    CHECK(name_of(static_cast<QuoteRefusal>(i)) != "");
  }
  CHECK(filter.accepted() == 3);
  CHECK(filter.accepted(kEurUsd) == 3);
}

TEST_CASE("a move of exactly the percentage is good, the next larger is a jump") {
  for (const std::int64_t direction : {1, -1}) {
    const std::int64_t edge = kLevel + direction * kLevel / 10;
    QuoteFilter filter{{}};
    REQUIRE(filter.check(at(kLevel)) == QuoteRefusal::None);
    CHECK(filter.check(at(edge + direction)) == QuoteRefusal::Jump);
    CHECK(filter.check(at(edge)) == QuoteRefusal::None);
  }
}

TEST_CASE("the mid counts, to half of the smallest price step") {
  QuoteFilter filter{{}};
  REQUIRE(filter.check(at(kLevel)) == QuoteRefusal::None);
  // Mid 1.100000005 is beyond 10 %, though the bid is at it.
  CHECK(filter.check(quote(110'000'000, 110'000'001)) == QuoteRefusal::Jump);
  // A wide spread with its mid in place is no jump.
  CHECK(filter.check(quote(50'000'000, 150'000'000)) == QuoteRefusal::None);
}

TEST_CASE("moves are measured from the last accepted quote, not from the first") {
  QuoteFilter filter{{}};
  std::int64_t price = kLevel;
  for (int i = 0; i < 50; ++i) {
    CHECK(filter.check(at(price)) == QuoteRefusal::None);
    price += price / 10;
  }
}

TEST_CASE("a wild tick is refused and changes nothing") {
  QuoteFilter filter{{}};
  REQUIRE(filter.check(at(kLevel)) == QuoteRefusal::None);
  for (int i = 0; i < 100; ++i) {
    CHECK(filter.check(at(2 * kLevel)) == QuoteRefusal::Jump);
    CHECK(filter.check(at(kLevel)) == QuoteRefusal::None);
  }
  CHECK(filter.refused(QuoteRefusal::Jump) == 100);
}

TEST_CASE("a level that persists is accepted after exactly N refusals") {
  for (const std::uint32_t persistence : {1U, 2U, 5U}) {
    QuoteFilterSettings settings;
    settings.persistence = persistence;
    QuoteFilter filter{settings};
    REQUIRE(filter.check(at(kLevel)) == QuoteRefusal::None);
    for (std::uint32_t i = 0; i < persistence; ++i) {
      CHECK(filter.check(at(2 * kLevel + i)) == QuoteRefusal::Jump);
    }
    CHECK(filter.check(at(2 * kLevel)) == QuoteRefusal::None);
    CHECK(filter.check(at(kLevel)) == QuoteRefusal::Jump);
  }
}

TEST_CASE("refused quotes that do not agree make no level") {
  QuoteFilter filter{{}};
  REQUIRE(filter.check(at(kLevel)) == QuoteRefusal::None);
  for (int i = 0; i < 20; ++i) {
    CHECK(filter.check(at(2 * kLevel)) == QuoteRefusal::Jump);
    CHECK(filter.check(at(4 * kLevel)) == QuoteRefusal::Jump);
  }
  // Each is near the one before, but they run away from the first.
  std::int64_t price = 8 * kLevel;
  for (int i = 0; i < 20; ++i, price += price / 11) {
    CHECK(filter.check(at(price)) == QuoteRefusal::Jump);
  }
  CHECK(filter.check(at(kLevel)) == QuoteRefusal::None);
}

TEST_CASE("a crossed quote amid a gap does not keep the symbol mute") {
  QuoteFilter filter{{}};
  REQUIRE(filter.check(at(kLevel)) == QuoteRefusal::None);
  for (int i = 0; i < 5; ++i) {
    CHECK(filter.check(at(2 * kLevel)) == QuoteRefusal::Jump);
    CHECK(filter.check(quote(2 * kLevel + 1, 2 * kLevel)) == QuoteRefusal::Crossed);
  }
  CHECK(filter.check(at(2 * kLevel)) == QuoteRefusal::None);
}

TEST_CASE("symbols do not touch each other") {
  QuoteFilter filter{{}};
  CHECK(filter.check(quote(kLevel, kLevel, 10, kEurUsd)) == QuoteRefusal::None);
  CHECK(filter.check(quote(9 * kLevel, 9 * kLevel, 1, kGbpUsd)) == QuoteRefusal::None);
  CHECK(filter.check(quote(kLevel, kLevel, 11, kEurUsd)) == QuoteRefusal::None);
  CHECK(filter.check(quote(kLevel, kLevel, 0, kGbpUsd)) == QuoteRefusal::OutOfOrder);
  CHECK(filter.accepted(kEurUsd) == 2);
  CHECK(filter.accepted(kGbpUsd) == 1);
}

TEST_CASE("the largest prices and percentages do not overflow") {
  QuoteFilterSettings settings;
  settings.jump_percent = Ratio::from_raw(kMaxFixedRaw);
  QuoteFilter loose{settings};
  CHECK(loose.check(at(kMaxFixedRaw)) == QuoteRefusal::None);
  CHECK(loose.check(at(1)) == QuoteRefusal::None);
  CHECK(loose.check(at(kMaxFixedRaw)) == QuoteRefusal::Jump);
  QuoteFilter usual{{}};
  CHECK(usual.check(at(kMaxFixedRaw)) == QuoteRefusal::None);
  CHECK(usual.check(at(1)) == QuoteRefusal::Jump);
  CHECK(usual.check(at(kMaxFixedRaw - 1)) == QuoteRefusal::None);
}

TEST_CASE("a percentage of zero turns the check off") {
  QuoteFilterSettings settings;
  settings.jump_percent = {};
  QuoteFilter filter{settings};
  CHECK(filter.check(at(1)) == QuoteRefusal::None);
  CHECK(filter.check(at(kMaxFixedRaw)) == QuoteRefusal::None);
}

}  // namespace
}  // namespace tribook::market_data
