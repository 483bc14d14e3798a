#include <optional>

#include "support/instruments.h"
#include "tribook/domain/arithmetic.h"

namespace tribook {
namespace {

using test::lots;
using test::money;
using test::price;
using test::quantity;
using test::ratio;

const Currency kUsd = Currency::of("USD");
const Currency kEur = Currency::of("EUR");
const Currency kJpy = Currency::of("JPY");

RateBook book_of(
    std::initializer_list<std::pair<Instrument, std::pair<const char*, const char*>>> all) {
  RateBook book(8);
  std::uint16_t id = 0;
  for (auto [instrument, quote] : all) {
    instrument.id = SymbolId{++id};
    REQUIRE(book.add_symbol(instrument));
    book.set_quote(instrument.id, {price(quote.first), price(quote.second), {}, false});
  }
  return book;
}

TEST_CASE("Profit and loss: both sides, gain and loss, in the quote currency") {
  const Instrument eurusd = test::forex("EUR", "USD");
  const RateBook rates = book_of({{eurusd, {"1.1", "1.1"}}});
  const auto pnl = [&](Side side, const char* open, const char* close, const char* volume) {
    return profit_and_loss(eurusd, side, cost_of(price(open), lots(volume)), lots(volume),
                           price(close), kUsd, rates);
  };
  CHECK(pnl(Side::Buy, "1.08450", "1.08500", "1") == money("50"));
  CHECK(pnl(Side::Buy, "1.08500", "1.08450", "1") == money("-50"));
  CHECK(pnl(Side::Sell, "1.08500", "1.08450", "1") == money("50"));
  CHECK(pnl(Side::Sell, "1.08450", "1.08500", "1") == money("-50"));
  CHECK(pnl(Side::Buy, "1.08450", "1.08450", "1") == money("0"));
  CHECK(pnl(Side::Buy, "1.08450", "1.084504", "0.01") == money("0"));  // 0.004
  CHECK(pnl(Side::Buy, "1.08450", "1.08451", "0.50") == money("0.5"));
  CHECK(pnl(Side::Buy, "1.08450", "1.084505", "0.01") == money("0.01"));  // 0.005, half away
  CHECK(pnl(Side::Sell, "1.08450", "1.084505", "0.01") == money("-0.01"));
}

TEST_CASE(
    "Profit and loss: converts gains and losses each at their side, rounded in the account's "
    "digits") {
  const Instrument eurusd = test::forex("EUR", "USD");
  const RateBook rates =
      book_of({{eurusd, {"1.25", "1.60"}}, {test::forex("USD", "JPY"), {"100", "110"}}});
  const auto pnl = [&](const char* close, Currency account) {
    return profit_and_loss(eurusd, Side::Buy, cost_of(price("1.1"), lots("1")), lots("1"),
                           price(close), account, rates);
  };
  CHECK(pnl("1.101", kEur) == money("62.5"));    // 100 USD / 1.60
  CHECK(pnl("1.099", kEur) == money("-80"));     // 100 USD / 1.25
  CHECK(pnl("1.101", kJpy) == money("10000"));   // x 100
  CHECK(pnl("1.099", kJpy) == money("-11000"));  // x 110
  CHECK(pnl("1.1000001", kJpy) == money("1"));   // 0.01 USD x 100
  CHECK(pnl("1.10000001", kJpy) == money("0"));  // 0.1 JPY
  CHECK(pnl("1.10000005", kJpy) == money("1"));  // 0.5 JPY
  CHECK_FALSE(pnl("1.101", Currency::of("GBP")));
}

TEST_CASE("Profit and loss: beyond 10^20 is no amount") {
  Instrument huge = test::forex("EUR", "USD");
  huge.contract_size = Quantity{kMaxFixedRaw};
  const RateBook rates = book_of({{huge, {"1", "1"}}});
  const Volume volume{kMaxFixedRaw};
  CHECK(profit_and_loss(huge, Side::Buy, cost_of(price("1"), volume), volume, price("2"), kUsd,
                        rates) == kMaxMoney);
  CHECK_FALSE(profit_and_loss(huge, Side::Buy, cost_of(price("1"), volume), volume, price("3"),
                              kUsd, rates));
}

TEST_CASE("Margin basis: each mode's formula before leverage") {
  Instrument symbol = test::contract("XAUUSD", Category::Metal, "XAU", "USD", "100");
  const RateBook rates = book_of({{symbol, {"1999", "2001"}}});
  const auto basis = [&] { return margin_basis(symbol, lots("0.5"), price("1990"), kUsd, rates); };
  CHECK(basis() == money("99500"));  // CFD_LEVERAGE: 0.5 x 100 x 1990
  symbol.margin.mode = MarginMode::Cfd;
  symbol.margin.percent = ratio("5");
  CHECK(basis() == money("4975"));
  symbol.margin.mode = MarginMode::Futures;
  symbol.margin.initial_per_lot = ratio("1234.5");
  CHECK(basis() == money("617.25"));
  symbol.margin.mode = MarginMode::Forex;
  symbol.margin_currency = Currency::of("XAU");
  CHECK(basis() == money("100000"));  // 50 XAU at the mid of 2000
}

TEST_CASE("Margin basis: converts at the mid, to 10^-8") {
  const Instrument symbol = test::forex("EUR", "USD");
  const RateBook rates =
      book_of({{symbol, {"1.1", "1.2"}}, {test::forex("USD", "JPY"), {"100", "101"}}});
  CHECK(margin_basis(symbol, lots("0.01"), price("1.3"), kUsd, rates) == money("1150"));
  CHECK(margin_basis(symbol, lots("0.01"), price("1.3"), kJpy, rates) == money("115575"));
  CHECK_FALSE(margin_basis(symbol, lots("0.01"), price("1.3"), Currency::of("GBP"), rates));
  const Instrument dollar = test::forex("USD", "JPY");
  CHECK(margin_basis(dollar, lots("0.01"), price("100"), kEur, rates) == money("869.56521739"));
}

TEST_CASE(
    "Used margin: leverage is the lesser of account and symbol, and only where the mode has one") {
  Instrument symbol = test::forex("EUR", "USD");
  const MarginSide buys{money("109000"), lots("1")};
  const auto used = [&](std::uint32_t leverage) {
    return used_margin(symbol, buys, {}, leverage, ratio("1"), kUsd);
  };
  CHECK(used(100) == money("1090"));
  symbol.margin.leverage_cap = 50;
  CHECK(used(100) == money("2180"));
  CHECK(used(20) == money("5450"));
  symbol.margin.mode = MarginMode::CfdLeverage;
  CHECK(used(100) == money("2180"));
  symbol.margin.mode = MarginMode::Cfd;
  CHECK(used(100) == money("109000"));
  symbol.margin.mode = MarginMode::Futures;
  CHECK(used(100) == money("109000"));
}

TEST_CASE("Used margin: rounds once, half away from zero, in the account's digits") {
  const Instrument symbol = test::forex("EUR", "USD");
  const auto used = [&](const char* basis, Currency account) {
    return used_margin(symbol, {money(basis), lots("1")}, {}, 100, ratio("1"), account);
  };
  CHECK(used("100.49999999", kUsd) == money("1"));
  CHECK(used("100.5", kUsd) == money("1.01"));
  CHECK(used("150", kJpy) == money("2"));
  CHECK(used("149.99999999", kJpy) == money("1"));
  CHECK(used("1", Currency::of("BTC")) == money("0.01"));
  CHECK(used("0.000001", Currency::of("BTC")) == money("0.00000001"));
  CHECK(used("0.0000005", Currency::of("BTC")) == money("0.00000001"));
  CHECK(used("0.00000049", Currency::of("BTC")) == money("0"));
  CHECK(used("0", kUsd) == money("0"));
}

struct Hedge {
  HedgedMargin policy;
  const char* percent;
  const char* expected;
};

TEST_CASE("Used margin: hedged policies over a larger and a smaller side") {
  // Buys of 2 lots with 800, sells of 0.5 with 300, before a leverage of 10.
  const auto row = GENERATE(values<Hedge>({
      {HedgedMargin::LargerLeg, "0", "80"},
      {HedgedMargin::Sum, "0", "110"},
      {HedgedMargin::Net, "0", "60"},  // 800 x 1.5 / 2
      {HedgedMargin::Percent, "0", "60"},
      {HedgedMargin::Percent, "50", "85"},  // 60 + 0.5 x (110 - 60)
      {HedgedMargin::Percent, "100", "110"},
  }));
  Instrument symbol = test::forex("EUR", "USD");
  symbol.margin.hedged = row.policy;
  symbol.margin.hedged_percent = ratio(row.percent);
  const MarginSide large{money("800"), lots("2")};
  const MarginSide small{money("300"), lots("0.5")};
  CAPTURE(name_of(row.policy), row.percent);
  CHECK(used_margin(symbol, large, small, 10, ratio("1"), kUsd) == money(row.expected));
  CHECK(used_margin(symbol, small, large, 10, ratio("1"), kUsd) == money(row.expected));
  CHECK(used_margin(symbol, large, small, 10, ratio("2"), kUsd) ==
        Money{money(row.expected).raw * 2});
}

TEST_CASE("Used margin: LARGER_LEG compares margins, NET volumes") {
  // The smaller volume was opened at a price that makes its margin the larger.
  Instrument symbol = test::forex("EUR", "USD");
  const MarginSide buys{money("100"), lots("2")};
  const MarginSide sells{money("300"), lots("1")};
  CHECK(used_margin(symbol, buys, sells, 1, ratio("1"), kUsd) == money("300"));
  symbol.margin.hedged = HedgedMargin::Net;
  CHECK(used_margin(symbol, buys, sells, 1, ratio("1"), kUsd) == money("50"));
  CHECK(used_margin(symbol, {}, {}, 1, ratio("1"), kUsd) == money("0"));
}

TEST_CASE("Commission: bases") {
  Instrument symbol = test::forex("EUR", "USD");
  const RateBook rates =
      book_of({{symbol, {"1.1", "1.3"}}, {test::forex("USD", "JPY"), {"100", "110"}}});
  CommissionSpec& spec = symbol.commission;
  const auto charge = [&](const char* volume, Currency account) {
    return commission(symbol, lots(volume), price("1.25"), account, rates);
  };
  CHECK(charge("2.5", kUsd) == money("0"));
  spec.amount = ratio("3.5");
  CHECK(charge("2.5", kUsd) == money("8.75"));
  CHECK(charge("0.01", kUsd) == money("0.04"));  // 0.035, half away from zero
  CHECK(charge("2.5", kJpy) == money("963"));    // 8.75 x 110 = 962.5
  CHECK(charge("1", kEur) == money("3.18"));     // 3.5 / 1.1: charged as a loss
  spec.basis = CommissionBasis::PerMillion;
  spec.amount = ratio("30");
  CHECK(charge("2", kUsd) == money("7.5"));  // 250,000 USD at the deal price
  spec.currency = kEur;
  CHECK(charge("2", kEur) == money("6"));    // 200,000 EUR: the base needs no price
  CHECK(charge("2", kUsd) == money("7.8"));  // 6 EUR x 1.3
  spec.basis = CommissionBasis::Percent;
  spec.amount = ratio("0.0025");
  CHECK(charge("2", kEur) == money("5"));
  spec.currency = kJpy;
  CHECK(charge("2", kJpy) == money("656"));  // 250,000 USD x 105 (mid) x 0.000025 = 656.25
}

TEST_CASE("Commission: the minimum holds in the commission's currency") {
  Instrument symbol = test::forex("EUR", "USD");
  const RateBook rates = book_of({{symbol, {"1.1", "1.3"}}});
  symbol.commission.minimum = ratio("2");
  const auto charge = [&](const char* volume) {
    return commission(symbol, lots(volume), price("1.25"), kUsd, rates);
  };
  CHECK(charge("1") == money("2"));  // a minimum alone
  symbol.commission.amount = ratio("3");
  CHECK(charge("0.5") == money("2"));
  CHECK(charge("0.67") == money("2.01"));
  CHECK(charge("0.66") == money("2"));
  symbol.commission.currency = kEur;
  CHECK(charge("0.5") == money("2.6"));
}

TEST_CASE("Margin level: to two decimals, none without used margin") {
  CHECK(margin_level(money("248.37"), money("500")) == ratio("49.67"));
  CHECK(margin_level(money("-10"), money("500")) == ratio("-2"));
  CHECK(margin_level(money("1"), money("3")) == ratio("33.33"));
  CHECK(margin_level(money("2"), money("3")) == ratio("66.67"));
  CHECK(margin_level(money("0"), money("3")) == ratio("0"));
  CHECK_FALSE(margin_level(money("5"), money("0")));
}

TEST_CASE("Margin level: what cannot be told is not told") {
  CHECK_FALSE(margin_level(kMaxMoney, Money{1}));
  CHECK_FALSE(margin_level(-kMaxMoney, Money{1}));
  CHECK(margin_level(money("100000000"), money("1")) == ratio("10000000000"));
  CHECK(margin_level(money("-100000000"), money("1")) == ratio("-10000000000"));
  CHECK_FALSE(margin_level(money("100000001"), money("1")));
  CHECK_FALSE(margin_level(money("-100000001"), money("1")));
}

TEST_CASE("Levels compare by cross-multiplication, not by the printed percentage") {
  CHECK_FALSE(is_below_level(money("50"), money("100"), ratio("50")));
  CHECK(is_below_level(money("49.99"), money("100"), ratio("50")));
  // Prints as 50.00 %, is below it.
  CHECK(margin_level(money("49999.99"), money("100000")) == ratio("50"));
  CHECK(is_below_level(money("49999.99"), money("100000"), ratio("50")));
  CHECK(is_below_level(money("-0.01"), money("100"), ratio("0")));
  CHECK_FALSE(is_below_level(money("0"), money("100"), ratio("0")));
  CHECK_FALSE(is_below_level(kMaxMoney, kMaxMoney, ratio("100")));
  CHECK(is_below_level(kMaxMoney, kMaxMoney, ratio("10000")));
}

TEST_CASE("Pips are scaled before they touch a price") {
  CHECK(pips_to_price(ratio("2"), price("0.0001")) == price("0.0002"));
  CHECK(pips_to_price(ratio("50"), price("0.01")) == price("0.5"));
  CHECK(pips_to_price(ratio("0.1"), price("0.0001")) == price("0.00001"));
  CHECK(pips_to_price(ratio("0.5"), Price{1}) == Price{1});
  CHECK(pips_to_price(ratio("0.4"), Price{1}) == Price{});
  CHECK(pips_to_price(ratio("-2"), price("0.0001")) == price("-0.0002"));
}

TEST_CASE("Ticks: a price is a positive multiple") {
  CHECK(is_on_tick(price("1.23455"), price("0.00005")));
  CHECK_FALSE(is_on_tick(price("1.23456"), price("0.00005")));
  CHECK_FALSE(is_on_tick(price("0"), price("0.00005")));
  CHECK_FALSE(is_on_tick(price("-1.23455"), price("0.00005")));
}

TEST_CASE("SL and TP stand on their side of the mark, on the tick, far enough") {
  Instrument symbol = test::forex("EUR", "USD");
  const Quote quote{price("1.10000"), price("1.10020"), {}, false};
  const auto valid = [&](Side side, const char* sl, const char* tp) {
    return are_stops_valid(symbol, side, quote, price(sl), price(tp));
  };
  CHECK(valid(Side::Buy, "0", "0"));
  CHECK(valid(Side::Buy, "1.09999", "1.10001"));
  CHECK_FALSE(valid(Side::Buy, "1.10000", "0"));
  CHECK_FALSE(valid(Side::Buy, "1.10010", "0"));
  CHECK_FALSE(valid(Side::Buy, "0", "1.10000"));
  CHECK_FALSE(valid(Side::Buy, "1.099991", "0"));
  CHECK_FALSE(valid(Side::Buy, "-1", "0"));
  CHECK(valid(Side::Sell, "1.10021", "1.10019"));
  CHECK_FALSE(valid(Side::Sell, "1.10020", "0"));
  CHECK_FALSE(valid(Side::Sell, "0", "1.10020"));
  CHECK_FALSE(valid(Side::Sell, "1.09", "0"));

  symbol.stops_level_pips = ratio("1");
  CHECK(valid(Side::Buy, "1.09990", "1.10010"));
  CHECK_FALSE(valid(Side::Buy, "1.09991", "0"));
  CHECK_FALSE(valid(Side::Buy, "0", "1.10009"));
  CHECK(valid(Side::Sell, "1.10030", "1.10010"));
  CHECK_FALSE(valid(Side::Sell, "1.10029", "0"));
}

TEST_CASE("Volumes: within the range, a multiple of the step") {
  Instrument symbol = test::forex("EUR", "USD");
  symbol.min_volume = lots("0.10");
  symbol.max_volume = lots("50");
  symbol.volume_step = lots("0.05");
  CHECK(check_volume(symbol, lots("0.1")) == RejectCode::None);
  CHECK(check_volume(symbol, lots("0.15")) == RejectCode::None);
  CHECK(check_volume(symbol, lots("50")) == RejectCode::None);
  CHECK(check_volume(symbol, lots("0.05")) == RejectCode::VolumeOutOfRange);
  CHECK(check_volume(symbol, lots("50.05")) == RejectCode::VolumeOutOfRange);
  CHECK(check_volume(symbol, lots("0")) == RejectCode::VolumeOutOfRange);
  CHECK(check_volume(symbol, lots("-1")) == RejectCode::VolumeOutOfRange);
  CHECK(check_volume(symbol, lots("0.12")) == RejectCode::VolumeStep);
  CHECK(check_volume(symbol, lots("0.10000001")) == RejectCode::VolumeStep);
}

}  // namespace
}  // namespace tribook
