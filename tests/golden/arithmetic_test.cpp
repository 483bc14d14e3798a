#include "tribook/domain/arithmetic.h"
#include "support/instruments.h"

// The worked numbers of the broker's rules, straight through the arithmetic. engine_test.cpp takes
// the same numbers through the engine.

namespace tribook {
namespace {

using test::contract;
using test::forex;
using test::lots;
using test::money;
using test::price;
using test::quantity;
using test::ratio;

const Currency kUsd = Currency::of("USD");

struct Quoted {
  Instrument instrument;
  const char* bid;
  const char* ask;
};

RateBook rates_of(const std::vector<Quoted>& all) {
  RateBook book(8);
  std::uint16_t id = 0;
  for (const Quoted& quoted : all) {
    Instrument instrument = quoted.instrument;
    instrument.id = SymbolId{++id};
    REQUIRE(book.add_symbol(instrument));
    book.set_quote(instrument.id, {price(quoted.bid), price(quoted.ask), {}, false});
  }
  return book;
}

std::optional<Money> margin_of(const Instrument& symbol, const char* volume, const char* at,
                               Currency account, std::uint32_t leverage, Ratio rate,
                               const RateBook& rates) {
  const auto basis = margin_basis(symbol, lots(volume), price(at), account, rates);
  REQUIRE(basis);
  return used_margin(symbol, {*basis, lots(volume)}, {}, leverage, rate, account);
}

// ---- 1: prices ----

TEST_CASE("DOMAIN 1: ask 1.38428 with 2 pips of slippage -> worst acceptable 1.38448") {
  const Instrument symbol = forex("EUR", "USD");
  CHECK(price("1.38428") + pips_to_price(ratio("2"), symbol.pip_size) == price("1.38448"));
}

TEST_CASE("DOMAIN 1: a pip is 0.0001, or 0.01 where the quote currency is JPY") {
  CHECK(pips_to_price(ratio("50"), forex("EUR", "USD").pip_size) == price("0.0050"));
  CHECK(pips_to_price(ratio("50"), forex("USD", "JPY").pip_size) == price("0.500"));
  CHECK(pips_to_price(ratio("10"), forex("USD", "JPY").pip_size) == price("0.100"));
}

TEST_CASE("DOMAIN 1: a BUY opens at the ask and closes at the bid, a SELL the other way round") {
  const Quote quote{price("1.38420"), price("1.38428"), {}, false};
  CHECK(opening_price(Side::Buy, quote) == price("1.38428"));
  CHECK(closing_price(Side::Buy, quote) == price("1.38420"));
  CHECK(opening_price(Side::Sell, quote) == price("1.38420"));
  CHECK(closing_price(Side::Sell, quote) == price("1.38428"));
}

// ---- 2: margin ----

TEST_CASE("DOMAIN 2: FOREX, EURUSD 20 lots, contract 100,000, 1:500, rate 1.09, USD -> 4,360.00") {
  const Instrument symbol = forex("EUR", "USD");
  const RateBook rates = rates_of({{symbol, "1.09", "1.09"}});
  CHECK(margin_of(symbol, "20", "1.09", kUsd, 500, ratio("1"), rates) == money("4360.00"));
}

TEST_CASE("DOMAIN 2: CFD_LEVERAGE, 10 x 125,000 x 1.11705 / 500 = 2,792.625 -> 2,792.63") {
  const Instrument symbol = contract("EURFUT", Category::Cfd, "EUR", "USD", "125000");
  const RateBook rates = rates_of({{symbol, "1.11705", "1.11705"}});
  CHECK(margin_of(symbol, "10", "1.11705", kUsd, 500, ratio("1"), rates) == money("2792.63"));
}

TEST_CASE("DOMAIN 2: XAUUSD 0.07 lot, contract 100, price 1,900, 1:4: initial rate 3 -> 9,975.00") {
  const Instrument symbol = contract("XAUUSD", Category::Metal, "XAU", "USD", "100");
  const RateBook rates = rates_of({{symbol, "1900", "1900"}});
  CHECK(margin_of(symbol, "0.07", "1900", kUsd, 4, ratio("3"), rates) == money("9975.00"));
}

TEST_CASE("DOMAIN 2: XAUUSD the same, maintenance rate 2.5 -> 8,312.50") {
  const Instrument symbol = contract("XAUUSD", Category::Metal, "XAU", "USD", "100");
  const RateBook rates = rates_of({{symbol, "1900", "1900"}});
  CHECK(margin_of(symbol, "0.07", "1900", kUsd, 4, ratio("2.5"), rates) == money("8312.50"));
}

TEST_CASE("DOMAIN 2: volume tiers, EURUSD at 1.09: 100 lots at 1:500, 20 at 1:200 -> 32,700.00") {
  Instrument symbol = forex("EUR", "USD");
  symbol.margin.tiers = {MarginTier::of(money("100").raw, 500), MarginTier::of(0, 200)};
  symbol.margin.tier_count = 2;
  const RateBook rates = rates_of({{symbol, "1.09", "1.09"}});
  CHECK(margin_of(symbol, "120", "1.09", kUsd, 500, ratio("1"), rates) == money("32700.00"));
}

TEST_CASE("DOMAIN 2: margin in a coin, 1 BTC at 10,000, 1:500, BTC account -> 0.002 BTC") {
  Instrument symbol = contract("BTCUSD", Category::Crypto, "BTC", "USD", "1");
  symbol.margin.mode = MarginMode::Forex;
  symbol.margin_currency = symbol.base;
  const RateBook rates = rates_of({{symbol, "10000", "10000"}});
  CHECK(margin_of(symbol, "1", "10000", Currency::of("BTC"), 500, ratio("1"), rates) ==
        money("0.002"));
  symbol.margin.mode = MarginMode::CfdLeverage;
  symbol.margin_currency = symbol.quote;
  CHECK(margin_of(symbol, "1", "10000", Currency::of("BTC"), 500, ratio("1"), rates) ==
        money("0.002"));
}

TEST_CASE("DOMAIN 2: the four modes") {
  Instrument symbol = contract("DE30", Category::Index, "DE30", "USD", "25");
  const RateBook rates =
      rates_of({{symbol, "16000", "16000"}, {forex("EUR", "USD"), "1.1", "1.1"}});
  // 2 lots x 25 x 16,000 = 800,000.
  CHECK(margin_of(symbol, "2", "16000", kUsd, 20, ratio("1"), rates) == money("40000"));
  symbol.margin.mode = MarginMode::Cfd;
  symbol.margin.percent = ratio("10");
  CHECK(margin_of(symbol, "2", "16000", kUsd, 20, ratio("1"), rates) == money("80000"));
  symbol.margin.mode = MarginMode::Futures;
  symbol.margin.initial_per_lot = ratio("6000");
  CHECK(margin_of(symbol, "2", "16000", kUsd, 20, ratio("1"), rates) == money("12000"));
  symbol.margin.mode = MarginMode::Forex;
  symbol.margin_currency = Currency::of("EUR");
  CHECK(margin_of(symbol, "2", "16000", kUsd, 20, ratio("1"), rates) == money("2.75"));  // 50 EUR
}

TEST_CASE("DOMAIN 2: effective leverage = min(account's, symbol's cap)") {
  Instrument symbol = forex("EUR", "USD");
  const RateBook rates = rates_of({{symbol, "1.09", "1.09"}});
  symbol.margin.leverage_cap = 200;
  CHECK(margin_of(symbol, "20", "1.09", kUsd, 500, ratio("1"), rates) == money("10900.00"));
  CHECK(margin_of(symbol, "20", "1.09", kUsd, 100, ratio("1"), rates) == money("21800.00"));
}

TEST_CASE("DOMAIN 2: sells of 0.5 + 1.0 against a buy of 1.0, LARGER_LEG -> margin on 1.5 lots") {
  const Instrument symbol = forex("EUR", "USD");
  const MarginSide buys{money("109000"), lots("1")};
  const MarginSide sells{money("163500"), lots("1.5")};
  CHECK(used_margin(symbol, buys, sells, 100, ratio("1"), kUsd) == money("1635.00"));
}

TEST_CASE(
    "DOMAIN 2: 1 v 1 lot EURUSD, 1:500, PERCENT 50, EUR account: legs of 200 each -> 200.00 EUR") {
  Instrument symbol = forex("EUR", "USD");
  symbol.margin.hedged = HedgedMargin::Percent;
  symbol.margin.hedged_percent = ratio("50");
  const Currency eur = Currency::of("EUR");
  const RateBook rates = rates_of({{symbol, "1.08450", "1.08455"}});
  const auto basis = margin_basis(symbol, lots("1"), price("1.08455"), eur, rates);
  REQUIRE(basis);
  const MarginSide leg{*basis, lots("1")};
  CHECK(used_margin(symbol, leg, {}, 500, ratio("1"), eur) == money("200.00"));
  CHECK(used_margin(symbol, leg, leg, 500, ratio("1"), eur) == money("200.00"));
  symbol.margin.hedged = HedgedMargin::Sum;
  CHECK(used_margin(symbol, leg, leg, 500, ratio("1"), eur) == money("400.00"));
  symbol.margin.hedged = HedgedMargin::Net;
  CHECK(used_margin(symbol, leg, leg, 500, ratio("1"), eur) == money("0.00"));
}

TEST_CASE("DOMAIN 13.5: hedged, from side margins L and S, NET by the side with more volume") {
  Instrument symbol = forex("EUR", "USD");
  symbol.margin.hedged_percent = ratio("25");
  const auto margin = [&](HedgedMargin policy, const MarginSide& buys, const MarginSide& sells) {
    symbol.margin.hedged = policy;
    return used_margin(symbol, buys, sells, 100, ratio("1"), kUsd);
  };
  const MarginSide large{money("200000"), lots("2")};  // 2,000
  const MarginSide small{money("90000"), lots("1")};   // 900
  CHECK(margin(HedgedMargin::LargerLeg, large, small) == money("2000"));
  CHECK(margin(HedgedMargin::Sum, large, small) == money("2900"));
  CHECK(margin(HedgedMargin::Net, large, small) == money("1000"));
  CHECK(margin(HedgedMargin::Percent, large, small) == money("1475"));
  const MarginSide cheap{money("100000"), lots("2")};  // more volume, less margin
  const MarginSide dear{money("150000"), lots("1")};
  CHECK(margin(HedgedMargin::LargerLeg, cheap, dear) == money("1500"));
  CHECK(margin(HedgedMargin::Net, cheap, dear) == money("500"));
  CHECK(margin(HedgedMargin::Percent, cheap, dear) == money("1000"));
}

// ---- 3: profit, loss and conversion ----

std::optional<Money> pnl_of(const Instrument& symbol, Side side, const char* volume,
                            const char* open, const char* close, const RateBook& rates) {
  return profit_and_loss(symbol, side, cost_of(price(open), lots(volume)), lots(volume),
                         price(close), kUsd, rates);
}

TEST_CASE("DOMAIN 3: BUY 1.0 EURUSD 1.08450 -> bid 1.08500, USD account: +50.00") {
  const Instrument symbol = forex("EUR", "USD");
  const RateBook rates = rates_of({{symbol, "1.08500", "1.08510"}});
  CHECK(pnl_of(symbol, Side::Buy, "1", "1.08450", "1.08500", rates) == money("50.00"));
}

TEST_CASE("DOMAIN 3: BUY 10,000 USDJPY 115.05 -> 114.45: -6,000 JPY -> -52.42 USD") {
  const Instrument symbol = forex("USD", "JPY");
  const RateBook rates = rates_of({{symbol, "114.45", "114.47"}});
  CHECK(pnl_of(symbol, Side::Buy, "0.1", "115.05", "114.45", rates) == money("-52.42"));
}

TEST_CASE(
    "DOMAIN 3: SELL 100,000 CADCHF 0.75782 -> 0.75798, USDCHF 1.01883: -16 CHF -> -15.70 USD") {
  const Instrument symbol = forex("CAD", "CHF");
  const RateBook rates =
      rates_of({{symbol, "0.75790", "0.75798"}, {forex("USD", "CHF"), "1.01883", "1.01890"}});
  CHECK(pnl_of(symbol, Side::Sell, "1", "0.75782", "0.75798", rates) == money("-15.70"));
}

TEST_CASE("DOMAIN 3: a gain is sold at the bid, a loss bought at the ask, over A/B and over B/A") {
  const Instrument symbol = forex("EUR", "GBP");
  const RateBook direct = rates_of({{symbol, "1", "1"}, {forex("GBP", "USD"), "1.20", "1.30"}});
  CHECK(pnl_of(symbol, Side::Buy, "1", "0.85000", "0.86000", direct) == money("1200.00"));
  CHECK(pnl_of(symbol, Side::Buy, "1", "0.86000", "0.85000", direct) == money("-1300.00"));
  const RateBook inverse = rates_of({{symbol, "1", "1"}, {forex("USD", "GBP"), "0.80", "1.25"}});
  CHECK(pnl_of(symbol, Side::Buy, "1", "0.85000", "0.86000", inverse) == money("800.00"));
  CHECK(pnl_of(symbol, Side::Buy, "1", "0.86000", "0.85000", inverse) == money("-1250.00"));
}

// ---- 5: margin level ----

TEST_CASE("DOMAIN 5: 200,000 + 50,000 USDJPY, 10.2 pips against at 101.34: loss 251.63") {
  const Instrument symbol = forex("USD", "JPY");
  const RateBook rates = rates_of({{symbol, "101.340", "101.342"}});
  const auto large = pnl_of(symbol, Side::Buy, "2", "101.442", "101.340", rates);
  const auto small = pnl_of(symbol, Side::Buy, "0.5", "101.442", "101.340", rates);
  REQUIRE((large && small));
  CHECK(*large + *small == money("-251.63"));
}

TEST_CASE("DOMAIN 5: equity 248.37 of 500 used -> level 49.7 %, below 50") {
  CHECK(margin_level(money("248.37"), money("500")) == ratio("49.67"));
  CHECK(is_below_level(money("248.37"), money("500"), ratio("50")));
}

TEST_CASE("DOMAIN 5: 2,000 units less: used margin 496 -> level 50.07 %, not below 50") {
  CHECK(margin_level(money("248.37"), money("496")) == ratio("50.07"));
  CHECK_FALSE(is_below_level(money("248.37"), money("496"), ratio("50")));
}

TEST_CASE("DOMAIN 12: 10,500 / (500 + 1,082) is 663.7 %") {
  CHECK(margin_level(money("10500"), money("1582")) == ratio("663.72"));
}

// ---- 7: commission ----

Instrument with_percent(Instrument symbol) {
  symbol.commission.basis = CommissionBasis::Percent;
  symbol.commission.amount = ratio("0.0025");
  symbol.commission.currency = kUsd;
  return symbol;
}

TEST_CASE("DOMAIN 7: 2.5 lots USDJPY at 0.0025 % a side -> 6.25") {
  const Instrument symbol = with_percent(forex("USD", "JPY"));
  const RateBook rates = rates_of({{symbol, "101.34", "101.36"}});
  CHECK(commission(symbol, lots("2.5"), price("101.36"), kUsd, rates) == money("6.25"));
}

TEST_CASE("DOMAIN 7: 2.5 lots EURUSD at 1.2276, 0.0025 % a side: 7.6725, booked 7.67") {
  const Instrument symbol = with_percent(forex("EUR", "USD"));
  const RateBook rates = rates_of({{symbol, "1.2276", "1.2276"}});
  CHECK(commission(symbol, lots("2.5"), price("1.2276"), kUsd, rates) == money("7.67"));
}

// ---- 10: slips of the source documents ----

TEST_CASE("DOMAIN 10: the margin of 1 EURUSD lot at 1.08200 and 1:100 is 1,082.00, not 100") {
  const Instrument symbol = forex("EUR", "USD");
  const RateBook rates = rates_of({{symbol, "1.08200", "1.08200"}});
  CHECK(margin_of(symbol, "1", "1.08200", kUsd, 100, ratio("1"), rates) == money("1082.00"));
}

TEST_CASE("DOMAIN 10: 1.08200 -> 1.08100 is 10 pips") {
  CHECK(price("1.08200") - price("1.08100") ==
        pips_to_price(ratio("10"), forex("EUR", "USD").pip_size));
}

}  // namespace
}  // namespace tribook
