#include "tribook/domain/margin.h"

#include <algorithm>
#include <array>
#include <boost/multiprecision/cpp_int.hpp>

#include "support/instruments.h"
#include "support/random.h"
#include "tribook/domain/arithmetic.h"

// Margin by tiers, with fills that are checked, and of single positions. What the rules say in
// fractions is worked out in fractions here.

namespace tribook {
namespace {

using test::lots;
using test::money;
using test::ratio;
using Fraction = boost::multiprecision::cpp_rational;
using Natural = boost::multiprecision::cpp_int;

const Currency kUsd = Currency::of("USD");

Instrument tiered(TierBasis basis, std::initializer_list<MarginTier> tiers) {
  Instrument symbol = test::forex("EUR", "USD");
  symbol.margin.tier_basis = basis;
  symbol.margin.tier_count = static_cast<std::uint8_t>(tiers.size());
  std::copy(tiers.begin(), tiers.end(), symbol.margin.tiers.begin());
  return symbol;
}
MarginTier tier(const char* up_to, std::uint32_t leverage) {
  return MarginTier::of(money(up_to).raw, leverage);
}
// Of EURUSD at 1.00000: a basis of 100,000 a lot.
MarginSide side(const char* volume) {
  const Volume of = lots(volume);
  return {Money{static_cast<int128>(of.raw) * 100'000}, of, cost_of(test::price("1"), of)};
}
std::optional<Money> used(const Instrument& symbol, const MarginSide& buys, const MarginSide& sells,
                          std::uint32_t leverage = 500) {
  return used_margin(symbol, buys, sells, leverage, ratio("1"), kUsd);
}

TEST_CASE("margin tiers: each takes its part, the last one all that is above") {
  const Instrument symbol =
      tiered(TierBasis::Lots, {tier("1", 500), tier("3", 200), tier("5", 100)});
  CHECK(used(symbol, side("0.5"), {}) == money("100"));
  CHECK(used(symbol, side("1"), {}) == money("200"));
  CHECK(used(symbol, side("2"), {}) == money("700"));
  CHECK(used(symbol, side("3"), {}) == money("1200"));
  CHECK(used(symbol, side("4"), {}) == money("2200"));
  CHECK(used(symbol, side("7"), {}) == money("5200"));  // its bound of 5 does not end it
  CHECK(used(symbol, {}, {}) == money("0"));
}

TEST_CASE("margin tiers: the account's leverage caps each, the symbol's own cap does not count") {
  Instrument symbol = tiered(TierBasis::Lots, {tier("1", 500), tier("0", 100)});
  symbol.margin.leverage_cap = 10;
  CHECK(used(symbol, side("2"), {}, 200) == money("1500"));
  CHECK(used(symbol, side("2"), {}, 50) == money("4000"));
}

TEST_CASE("margin tiers: by notional in margin currency at open prices") {
  // FOREX: lots x contract.
  Instrument symbol = tiered(TierBasis::Notional, {tier("100000", 500), tier("0", 100)});
  CHECK(used(symbol, side("3"), {}) == money("2200"));
  // CFD_LEVERAGE: that x price; 300,000 x 2.
  symbol.margin.mode = MarginMode::CfdLeverage;
  MarginSide held = side("3");
  held.basis += held.basis;
  held.cost = held.cost + held.cost;
  CHECK(used(symbol, held, {}) == money("5200"));
}

TEST_CASE("margin tiers: not for the modes without a leverage") {
  Instrument symbol = tiered(TierBasis::Lots, {tier("1", 500), tier("0", 100)});
  symbol.margin.mode = MarginMode::Cfd;
  CHECK(used(symbol, side("2"), {}) == money("200000"));
  symbol.margin.mode = MarginMode::Futures;
  CHECK(used(symbol, side("2"), {}) == money("200000"));
}

TEST_CASE("margin tiers: each side has its own, then the hedged policy") {
  Instrument symbol = tiered(TierBasis::Lots, {tier("1", 500), tier("0", 100)});
  const MarginSide three = side("3");  // 2,200
  const MarginSide two = side("2");    // 1,200
  CHECK(used(symbol, three, two) == money("2200"));
  symbol.margin.hedged = HedgedMargin::Sum;
  CHECK(used(symbol, three, two) == money("3400"));
  symbol.margin.hedged = HedgedMargin::Net;  // a third of the larger side
  CHECK(used(symbol, three, two) == money("733.33"));
  CHECK(used(symbol, two, three) == money("733.33"));
  symbol.margin.hedged = HedgedMargin::Percent;
  symbol.margin.hedged_percent = ratio("50");
  CHECK(used(symbol, three, two) == money("2066.67"));
}

TEST_CASE("a fill is checked at its initial rate, what is held at maintenance") {
  Instrument symbol = test::forex("EUR", "USD");
  symbol.margin.initial_rate = ratio("3");
  symbol.margin.maintenance_rate = ratio("2");
  const auto with = [&](const MarginSide& buys, const MarginSide& sells, Side of,
                        const char* fill) {
    return margin_with_fill(symbol, buys, sells, of, side(fill), 100, kUsd);
  };
  CHECK(with({}, {}, Side::Buy, "1") == money("3000"));
  CHECK(with(side("2"), {}, Side::Buy, "1") == money("7000"));
  // The larger leg has it already: 2 x 2,000 against 1 x 3,000.
  CHECK(with(side("2"), {}, Side::Sell, "1") == money("4000"));
  CHECK(with(side("1"), {}, Side::Sell, "1") == money("3000"));
  symbol.margin.hedged = HedgedMargin::Sum;
  CHECK(with(side("2"), {}, Side::Sell, "1") == money("7000"));
  symbol.margin.initial_rate = symbol.margin.maintenance_rate;
  CHECK(with(side("2"), {}, Side::Sell, "1") == money("6000"));
}

TEST_CASE("a position's margin is its part of its side's, whatever it rounds to") {
  const Instrument symbol = tiered(TierBasis::Lots, {tier("1", 500), tier("0", 100)});
  const Instrument plain = test::forex("EUR", "USD");
  // 3 lots take 2,200; of it 1 lot 733.33.
  const MarginShare third = margin_share(symbol, side("3"), side("1").basis, 500);
  const MarginShare two_thirds = margin_share(symbol, side("3"), side("2").basis, 500);
  CHECK(is_less(third, two_thirds));
  CHECK_FALSE(is_less(two_thirds, third));
  const MarginShare alone =
      margin_share(plain, side("3"), Money{third.numerator.is_zero() ? 0 : 1}, 1);
  CHECK(is_less(alone, third));
  const auto exactly = [&](int128 more) {  // 733.33333.. x 500, and a little
    const int128 basis = money("366666.66666666").raw + more;
    return margin_share(plain, {Money{basis}, lots("1")}, Money{basis}, 500);
  };
  CHECK(is_less(exactly(0), third));
  CHECK(is_less(third, exactly(1)));
  const MarginShare same = margin_share(symbol, side("3"), side("1").basis, 500);
  CHECK_FALSE(is_less(same, third));
  CHECK_FALSE(is_less(third, same));
}

TEST_CASE("margin call levels fall, and end where they end") {
  MarginCallLevels levels;
  CHECK(levels.is_sane());
  levels.level[1] = ratio("100");
  levels.count = 2;
  CHECK_FALSE(levels.is_sane());
  levels.level[1] = ratio("80.5");
  CHECK(levels.is_sane());
  levels.count = 1;
  CHECK_FALSE(levels.is_sane());
  levels = {};
  levels.level[0] = ratio("10000.1");
  CHECK_FALSE(levels.is_sane());
  CHECK(MarginCallLevels{{}, 0}.is_sane());
}

// ---- In fractions ----

Fraction of(int128 raw) {
  const uint128 whole = magnitude(raw);
  const Natural value =
      (Natural(static_cast<std::uint64_t>(whole >> 64)) << 64) + static_cast<std::uint64_t>(whole);
  return Fraction(raw < 0 ? Natural(-value) : value) / kFixedOne;
}
Fraction of(std::int64_t raw) { return Fraction(raw) / kFixedOne; }

Fraction margin_of(const Instrument& symbol, const MarginSide& held, std::uint32_t leverage) {
  const MarginSpec& margin = symbol.margin;
  const Fraction rated = of(held.basis.raw) * of(margin.maintenance_rate.raw);
  if (held.volume.is_zero() || !margin.has_leverage()) return rated;
  if (margin.tier_count == 0) {
    return rated / std::min(margin.leverage_cap == 0 ? leverage : margin.leverage_cap, leverage);
  }
  Fraction whole = of(held.volume.raw);
  if (margin.tier_basis == TierBasis::Notional) {
    whole = margin.mode == MarginMode::Forex ? whole : of(held.cost.raw) / kFixedOne;
    whole *= of(symbol.contract_size.raw);
  }
  Fraction sum = 0;
  Fraction from = 0;
  for (std::size_t i = 0; i < margin.tier_count && from < whole; ++i) {
    const Fraction bound = of(margin.tiers[i].up_to());
    const bool is_last = i + 1 == margin.tier_count || bound == 0;
    const Fraction to = is_last ? whole : std::min(whole, bound);
    sum += rated * (to - from) / whole / std::min(margin.tiers[i].leverage, leverage);
    from = to;
  }
  return sum;
}

Money expected(const Instrument& symbol, const MarginSide& buys, const MarginSide& sells,
               std::uint32_t leverage) {
  const Fraction bought = margin_of(symbol, buys, leverage);
  const Fraction sold = margin_of(symbol, sells, leverage);
  const Volume larger = std::max(buys.volume, sells.volume);
  const Fraction uncovered = of(larger.raw) - of(std::min(buys.volume, sells.volume).raw);
  const Fraction net = (buys.volume >= sells.volume ? bought : sold) * uncovered / of(larger.raw);
  const Fraction share = of(symbol.margin.hedged_percent.raw) / 100;
  const std::array<Fraction, 4> policies{std::max(bought, sold), bought + sold, net,
                                         net + share * (bought + sold - net)};
  const Fraction cents = policies[static_cast<std::size_t>(symbol.margin.hedged)] * 100 * 2 + 1;
  const Natural rounded = numerator(cents) / denominator(cents) / 2;
  return Money{static_cast<int128>(static_cast<std::int64_t>(rounded)) * (kFixedOne / 100)};
}

MarginSide any_side(test::Random& random, bool in_quote) {
  const Volume volume{random.between(1, 100'000) * (random.one_in(3) ? 7 : 1'000'000)};
  const Price price{random.between(1, 300'000'000)};
  return {Money{static_cast<int128>(volume.raw) * random.between(1, 200'000)}, volume,
          in_quote ? cost_of(price, volume) : Cost{}};
}

TEST_CASE("margin by tiers and policies is what fractions give, to the cent") {
  test::Random random(71);
  INFO(random.reproduce());
  for (int run = 0; run < 3'000; ++run) {
    Instrument symbol = test::forex("EUR", "USD");
    MarginSpec& margin = symbol.margin;
    margin.mode = random.one_in(2) ? MarginMode::Forex : MarginMode::CfdLeverage;
    margin.hedged = static_cast<HedgedMargin>(random.below(4));
    margin.hedged_percent = Ratio{random.between(0, 100 * kFixedOne)};
    margin.maintenance_rate =
        Ratio{random.one_in(2) ? kFixedOne : random.between(1, 3 * kFixedOne)};
    margin.tier_basis = random.one_in(2) ? TierBasis::Lots : TierBasis::Notional;
    margin.tier_count = static_cast<std::uint8_t>(random.below(9));
    int128 bound = 0;
    for (std::size_t i = 0; i < margin.tier_count; ++i) {
      bound += random.between(1, 300) * kFixedOne;
      if (margin.tier_basis == TierBasis::Notional)
        bound += random.between(0, 1'000'000) * kFixedOne;
      const bool is_endless = i + 1u == margin.tier_count && random.one_in(2);
      margin.tiers[i] = MarginTier::of(is_endless ? 0 : bound,
                                       static_cast<std::uint32_t>(random.between(1, 1'000)));
    }
    const bool in_quote = margin.mode == MarginMode::CfdLeverage;
    const MarginSide buys = random.one_in(5) ? MarginSide{} : any_side(random, in_quote);
    MarginSide sells = random.one_in(3) ? MarginSide{} : any_side(random, in_quote);
    if (random.one_in(4)) sells = buys;
    if (buys.volume.is_zero() && sells.volume.is_zero()) continue;
    const auto leverage = static_cast<std::uint32_t>(random.between(1, 600));
    CAPTURE(run, static_cast<int>(margin.hedged), margin.tier_count, leverage);
    const auto got = used_margin(symbol, buys, sells, leverage, margin.maintenance_rate, kUsd);
    REQUIRE(got == expected(symbol, buys, sells, leverage));
  }
}

TEST_CASE("margin at the ends of the range is right or empty, never wrapped") {
  const Volume most{kMaxFixedRaw};
  Instrument symbol = test::forex("EUR", "USD");
  symbol.contract_size = Quantity{kMaxFixedRaw};
  symbol.margin.mode = MarginMode::CfdLeverage;
  symbol.margin.tier_basis = TierBasis::Notional;
  symbol.margin.tier_count = 8;
  symbol.margin.maintenance_rate = ratio("1000");
  for (std::size_t i = 0; i < 8; ++i) {
    symbol.margin.tiers[i] = MarginTier::of(static_cast<int128>(i + 1) * kMaxFixedRaw, 99'991);
  }
  const MarginSide full{kMaxMoney, most, cost_of(Price{kMaxFixedRaw}, most)};
  for (const HedgedMargin hedged :
       {HedgedMargin::LargerLeg, HedgedMargin::Sum, HedgedMargin::Net, HedgedMargin::Percent}) {
    symbol.margin.hedged = hedged;
    symbol.margin.hedged_percent = ratio("33.33333333");
    const auto got = used_margin(symbol, full, full, 100'000, ratio("1000"), kUsd);
    if (got) CHECK((got->raw >= 0 && *got <= kMaxMoney));
    CHECK_FALSE(used_margin(symbol, full, {}, 1, ratio("1000"), kUsd));
  }
  // Nor does comparing assert.
  const MarginShare share = margin_share(symbol, full, kMaxMoney, 100'000);
  CHECK_FALSE(is_less(share, share));
}

}  // namespace
}  // namespace tribook
