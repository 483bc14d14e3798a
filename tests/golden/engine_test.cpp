#include "support/engine_fixture.h"
#include "tribook/domain/arithmetic.h"

// The worked numbers of the broker's rules, end to end: symbols, accounts and quotes as they are
// stated, orders through the engine, amounts from its events and its figures.

namespace tribook {
namespace {

using test::contract;
using test::forex;
using test::House;
using test::lots;
using test::money;
using test::price;
using test::ratio;

// ---- 1: prices and triggers ----

struct Euro {
  Euro() {
    symbol = house.add_symbol(forex("EUR", "USD"));
    account = house.add_account();
  }
  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE(
    "DOMAIN 1: market order with worst price 1.38448: filled there, rejected beyond, never worse") {
  Euro e;
  e.house.quote(e.symbol, "1.38440", "1.38448");
  const auto filled =
      e.house.order(e.account, e.symbol, Side::Buy, "0.1", {.worst_price = "1.38448"});
  CHECK(filled.only<OrderUpdated>().filled_price == price("1.38448"));
  e.house.quote(e.symbol, "1.38441", "1.38449");
  CHECK(e.house.order(e.account, e.symbol, Side::Buy, "0.1", {.worst_price = "1.38448"}).code() ==
        RejectCode::Slippage);
}

TEST_CASE("DOMAIN 1: slippage is symmetric: a better price belongs to the client") {
  Euro e;
  e.house.quote(e.symbol, "1.38380", "1.38388");
  CHECK(e.house.order(e.account, e.symbol, Side::Buy, "0.1", {.worst_price = "1.38448"})
            .only<OrderUpdated>()
            .filled_price == price("1.38388"));
}

TEST_CASE("DOMAIN 1: a BUY opens at the ask, is marked and closed at the bid") {
  Euro e;
  e.house.quote(e.symbol, "1.08440", "1.08450");
  const PositionId id = e.house.open(e.account, e.symbol, Side::Buy, "1");
  CHECK(e.house.position(id).unrealized_pnl == money("-10.00"));
  CHECK(e.house.close(e.account, id).only<TradeExecuted>().price == price("1.08440"));
}

TEST_CASE("DOMAIN 1: a SELL opens at the bid, is marked and closed at the ask") {
  Euro e;
  e.house.quote(e.symbol, "1.08440", "1.08450");
  const PositionId id = e.house.open(e.account, e.symbol, Side::Sell, "1");
  CHECK(e.house.position(id).unrealized_pnl == money("-10.00"));
  CHECK(e.house.close(e.account, id).only<TradeExecuted>().price == price("1.08450"));
}

struct Level {
  const char* name;
  Side side;
  const char* stop_loss;
  const char* take_profit;
  const char* quiet_bid;
  const char* quiet_ask;
  const char* bid;
  const char* ask;
  CloseReason reason;
  const char* filled;
};

TEST_CASE(
    "DOMAIN 1: SL and TP of longs by the bid, of shorts by the ask, gaps fill at the first price") {
  const auto row = GENERATE(values<Level>({
      {"long SL", Side::Buy, "1.08000", "0", "1.08001", "1.08011", "1.08000", "1.08010",
       CloseReason::StopLoss, "1.08000"},
      {"long SL, gap", Side::Buy, "1.08000", "0", "1.08001", "1.08011", "1.07000", "1.07010",
       CloseReason::StopLoss, "1.07000"},
      {"long TP", Side::Buy, "0", "1.09000", "1.08999", "1.09009", "1.09000", "1.09010",
       CloseReason::TakeProfit, "1.09000"},
      {"long TP, better", Side::Buy, "0", "1.09000", "1.08999", "1.09009", "1.09500", "1.09510",
       CloseReason::TakeProfit, "1.09500"},
      {"short SL", Side::Sell, "1.09000", "0", "1.08989", "1.08999", "1.08990", "1.09000",
       CloseReason::StopLoss, "1.09000"},
      {"short SL, gap", Side::Sell, "1.09000", "0", "1.08989", "1.08999", "1.09990", "1.10000",
       CloseReason::StopLoss, "1.10000"},
      {"short TP", Side::Sell, "0", "1.08000", "1.07991", "1.08001", "1.07990", "1.08000",
       CloseReason::TakeProfit, "1.08000"},
      {"short TP, better", Side::Sell, "0", "1.08000", "1.07991", "1.08001", "1.07490", "1.07500",
       CloseReason::TakeProfit, "1.07500"},
  }));
  Euro e;
  e.house.quote(e.symbol, "1.08440", "1.08450");
  e.house.open(e.account, e.symbol, row.side, "0.1",
               {.stop_loss = row.stop_loss, .take_profit = row.take_profit});
  CAPTURE(row.name);
  CHECK_FALSE(e.house.quote(e.symbol, row.quiet_bid, row.quiet_ask).has<PositionReduced>());
  const auto reduced = e.house.quote(e.symbol, row.bid, row.ask).only<PositionReduced>();
  CHECK(reduced.reason == row.reason);
  CHECK(reduced.price == price(row.filled));
  CHECK(reduced.bid == price(row.bid));
  CHECK(reduced.ask == price(row.ask));
}

// ---- 2: margin ----

TEST_CASE("DOMAIN 2: FOREX, EURUSD 20 lots at 1.09, 1:500, USD account -> 4,360.00 used") {
  House house;
  const SymbolId symbol = house.add_symbol(forex("EUR", "USD"));
  house.quote(symbol, "1.09000", "1.09000");
  const AccountId account = house.add_account({.deposit = "4360.00", .leverage = 500});
  house.open(account, symbol, Side::Buy, "20");
  CHECK(house.figures(account).used_margin == money("4360.00"));
  CHECK(house.figures(account).free_margin == money("0"));
  // Fixed at the rate of its fill.
  house.quote(symbol, "1.10000", "1.10000");
  CHECK(house.figures(account).used_margin == money("4360.00"));
}

TEST_CASE("DOMAIN 2: CFD_LEVERAGE, 10 x 125,000 x 1.11705 / 500 -> 2,792.63 used") {
  House house;
  Instrument instrument = contract("EURFUT", Category::Cfd, "EUR", "USD", "125000");
  instrument.tick_size = price("0.00005");
  const SymbolId symbol = house.add_symbol(instrument);
  house.quote(symbol, "1.11705", "1.11705");
  const AccountId account = house.add_account({.deposit = "5000", .leverage = 500});
  house.open(account, symbol, Side::Sell, "10");
  CHECK(house.figures(account).used_margin == money("2792.63"));
}

TEST_CASE("DOMAIN 2: XAUUSD 0.07 lot at 1,900, 1:4: 9,975.00 to open, 8,312.50 to hold") {
  House house;
  Instrument instrument = contract("XAUUSD", Category::Metal, "XAU", "USD", "100");
  instrument.margin.initial_rate = ratio("3");
  instrument.margin.maintenance_rate = ratio("2.5");
  const SymbolId symbol = house.add_symbol(instrument);
  house.quote(symbol, "1900.00", "1900.00");
  const AccountId enough = house.add_account({.deposit = "9975.00", .leverage = 4});
  const AccountId short_of = house.add_account({.deposit = "9974.99", .leverage = 4});
  CHECK(house.order(short_of, symbol, Side::Buy, "0.07").code() == RejectCode::InsufficientMargin);
  house.open(enough, symbol, Side::Buy, "0.07");
  CHECK(house.figures(enough).used_margin == money("8312.50"));
}

Instrument with_tiers(const char* up_to, std::uint32_t first, std::uint32_t above) {
  Instrument instrument = forex("EUR", "USD");
  instrument.margin.tiers = {MarginTier::of(money(up_to).raw, first), MarginTier::of(0, above)};
  instrument.margin.tier_count = 2;
  return instrument;
}

TEST_CASE("DOMAIN 2: volume tiers, EURUSD at 1.09: 100 lots at 1:500, 20 at 1:200 -> 32,700.00") {
  House house;
  const SymbolId symbol = house.add_symbol(with_tiers("100", 500, 200));
  house.quote(symbol, "1.09000", "1.09000");
  const AccountId account = house.add_account({.deposit = "32700.00", .leverage = 500});
  house.open(account, symbol, Side::Buy, "120");
  CHECK(house.figures(account).used_margin == money("32700.00"));
  CHECK(house.figures(account).free_margin == money("0"));
}

TEST_CASE("DOMAIN 13.4: tiers cover the side's current volume, so any close frees the highest") {
  House house;
  const SymbolId symbol = house.add_symbol(with_tiers("100", 500, 200));
  house.quote(symbol, "1.09000", "1.09000");
  const AccountId account = house.add_account({.deposit = "50000", .leverage = 500});
  const PositionId first = house.open(account, symbol, Side::Buy, "100");
  CHECK(house.figures(account).used_margin == money("21800.00"));
  house.open(account, symbol, Side::Buy, "20");
  CHECK(house.figures(account).used_margin == money("32700.00"));
  house.close(account, first, "20");  // the older one: the 20 above go all the same
  CHECK(house.figures(account).used_margin == money("21800.00"));
  house.close(account, first, "50");
  CHECK(house.figures(account).used_margin == money("10900.00"));
}

TEST_CASE("DOMAIN 13.6: maintenance defaults to the initial rate, and holds after the fill") {
  House house;
  Instrument instrument = forex("EUR", "USD");
  instrument.margin.initial_rate = ratio("2");
  instrument.margin.maintenance_rate = ratio("1.5");
  const SymbolId symbol = house.add_symbol(instrument);
  house.quote(symbol, "1.00000", "1.00000");
  const AccountId account = house.add_account({.deposit = "3500", .leverage = 100});
  house.open(account, symbol, Side::Buy, "1");
  CHECK(house.figures(account).used_margin == money("1500.00"));
  // Held 1,500 at maintenance + 2,000 for the new lot: all that there is.
  house.open(account, symbol, Side::Buy, "1");
  CHECK(house.figures(account).used_margin == money("3000.00"));
  CHECK(house.order(account, symbol, Side::Buy, "0.3").code() == RejectCode::InsufficientMargin);
  CHECK(house.order(account, symbol, Side::Buy, "0.25").code() == RejectCode::None);
}

TEST_CASE("DOMAIN 2: 1 BTC at 10,000, 1:500, BTC account -> 0.002 BTC used") {
  House house;
  Instrument instrument = contract("BTCUSD", Category::Crypto, "BTC", "USD", "1");
  instrument.margin.mode = MarginMode::Forex;
  instrument.margin_currency = instrument.base;
  const SymbolId symbol = house.add_symbol(instrument);
  house.quote(symbol, "10000.00", "10000.00");
  const AccountId account =
      house.add_account({.currency = "BTC", .deposit = "0.002", .leverage = 500});
  house.open(account, symbol, Side::Buy, "1");
  CHECK(house.figures(account).used_margin == money("0.002"));
}

TEST_CASE("DOMAIN 2: sells of 0.5 + 1.0 against a buy of 1.0, LARGER_LEG -> margin on 1.5 lots") {
  Euro e;
  e.house.quote(e.symbol, "1.09000", "1.09000");
  e.house.open(e.account, e.symbol, Side::Buy, "1");
  CHECK(e.house.figures(e.account).used_margin == money("1090.00"));
  e.house.open(e.account, e.symbol, Side::Sell, "0.5");
  CHECK(e.house.figures(e.account).used_margin == money("1090.00"));
  e.house.open(e.account, e.symbol, Side::Sell, "1");
  CHECK(e.house.figures(e.account).used_margin == money("1635.00"));
}

TEST_CASE("DOMAIN 2: 1 v 1 lot EURUSD, 1:500, PERCENT 50, EUR account -> 200.00 EUR used") {
  House house;
  Instrument instrument = forex("EUR", "USD");
  instrument.margin.hedged = HedgedMargin::Percent;
  instrument.margin.hedged_percent = ratio("50");
  const SymbolId symbol = house.add_symbol(instrument);
  house.quote(symbol, "1.08450", "1.08460");
  const AccountId account =
      house.add_account({.currency = "EUR", .deposit = "1000", .leverage = 500});
  house.open(account, symbol, Side::Buy, "1");
  CHECK(house.figures(account).used_margin == money("200.00"));
  house.open(account, symbol, Side::Sell, "1");
  CHECK(house.figures(account).used_margin == money("200.00"));
}

// ---- 3: profit, loss and conversion ----

TEST_CASE("DOMAIN 3: BUY 1.0 EURUSD 1.08450 -> bid 1.08500, USD account: +50.00 booked") {
  Euro e;
  e.house.quote(e.symbol, "1.08440", "1.08450");
  const PositionId id = e.house.open(e.account, e.symbol, Side::Buy, "1");
  e.house.quote(e.symbol, "1.08500", "1.08510");
  CHECK(e.house.position(id).unrealized_pnl == money("50.00"));
  CHECK(e.house.close(e.account, id).only<TradeExecuted>().realized_pnl == money("50.00"));
  CHECK(e.house.figures(e.account).balance == money("10050.00"));
}

TEST_CASE("DOMAIN 3: BUY 10,000 USDJPY 115.05 -> 114.45: -52.42 USD booked") {
  House house;
  const SymbolId symbol = house.add_symbol(forex("USD", "JPY"));
  house.quote(symbol, "115.030", "115.050");
  const AccountId account = house.add_account();
  const PositionId id = house.open(account, symbol, Side::Buy, "0.1");
  house.quote(symbol, "114.450", "114.470");
  CHECK(house.close(account, id).only<TradeExecuted>().realized_pnl == money("-52.42"));
}

TEST_CASE("DOMAIN 3: SELL 100,000 CADCHF 0.75782 -> 0.75798, USDCHF 1.01883: -15.70 USD booked") {
  House house;
  const SymbolId symbol = house.add_symbol(forex("CAD", "CHF"));
  const SymbolId usdchf = house.add_symbol(forex("USD", "CHF"));
  house.quote(usdchf, "1.01883", "1.01893");
  house.quote(symbol, "0.75782", "0.75792");
  const AccountId account = house.add_account();
  const PositionId id = house.open(account, symbol, Side::Sell, "1");
  house.quote(symbol, "0.75788", "0.75798");
  CHECK(house.position(id).unrealized_pnl == money("-15.70"));
  CHECK(house.close(account, id).only<TradeExecuted>().realized_pnl == money("-15.70"));
}

TEST_CASE("DOMAIN 3: a tick on a conversion symbol moves the accounts that convert through it") {
  House house;
  const SymbolId symbol = house.add_symbol(forex("CAD", "CHF"));
  const SymbolId usdchf = house.add_symbol(forex("USD", "CHF"));
  house.quote(usdchf, "1.00000", "1.00000");
  house.quote(symbol, "0.75000", "0.75000");
  const AccountId account = house.add_account();
  house.open(account, symbol, Side::Buy, "1");
  house.quote(symbol, "0.76000", "0.76000");
  CHECK(house.figures(account).equity == money("11000.00"));
  house.quote(usdchf, "0.80000", "0.80000");
  CHECK(house.figures(account).equity == money("11250.00"));
}

TEST_CASE(
    "DOMAIN 3: realizedPnL is the price P&L alone, commission is an entry of its own, negative") {
  Euro e;
  Instrument instrument = *e.house.engine.instrument(e.symbol);
  instrument.commission.amount = ratio("3.5");
  e.house.update_symbol(e.symbol, instrument);
  e.house.quote(e.symbol, "1.08440", "1.08450");
  const PositionId id = e.house.open(e.account, e.symbol, Side::Buy, "1");
  e.house.quote(e.symbol, "1.08500", "1.08510");
  const auto events = e.house.close(e.account, id);
  CHECK(events.only<TradeExecuted>().realized_pnl == money("50.00"));
  CHECK(events.only<PositionReduced>().realized_pnl == money("50.00"));
  CHECK(events.only<TradeExecuted>().commission == money("-3.50"));
  CHECK(e.house.figures(e.account).balance == money("10043.00"));
}

// ---- 4: partial close ----

TEST_CASE("DOMAIN 4: a partial close realises P&L at once, in proportion to the volume closed") {
  Euro e;
  e.house.quote(e.symbol, "1.08440", "1.08450");
  const PositionId id = e.house.open(e.account, e.symbol, Side::Buy, "1");
  e.house.quote(e.symbol, "1.08500", "1.08510");
  CHECK(e.house.close(e.account, id, "0.4").only<TradeExecuted>().realized_pnl == money("20.00"));
  CHECK(e.house.position(id).unrealized_pnl == money("30.00"));
}

// ---- 5: margin level, stop-out ----

struct Yen {
  explicit Yen(const char* stop_out, StopOutOrder order = StopOutOrder::LargestLoss) {
    symbol = house.add_symbol(forex("USD", "JPY"));
    account = house.add_account(
        {.deposit = "500", .leverage = 500, .stop_out = stop_out, .stop_out_order = order});
    house.quote(symbol, "101.442", "101.442");
    large = house.open(account, symbol, Side::Buy, "2");
    small = house.open(account, symbol, Side::Buy, "0.5");
  }
  House house;
  SymbolId symbol;
  AccountId account;
  PositionId large;
  PositionId small;
};

TEST_CASE("DOMAIN 5: 200,000 + 50,000 USDJPY, balance 500, 1:500, 10.2 pips against at 101.34") {
  Yen y("40");
  const auto called = y.house.quote(y.symbol, "101.340", "101.342").only<MarginCallRaised>();
  CHECK(called.level == ratio("49.67"));
  const auto figures = y.house.figures(y.account);
  CHECK(figures.unrealized_pnl == money("-251.63"));
  CHECK(figures.equity == money("248.37"));
  CHECK(figures.used_margin == money("500.00"));
}

TEST_CASE("DOMAIN 5: the same, 2,000 units sold: used margin 496, level 50.07 %") {
  Yen y("40");
  y.house.quote(y.symbol, "101.340", "101.342");
  y.house.close(y.account, y.large, "0.02");
  const auto figures = y.house.figures(y.account);
  CHECK(figures.equity == money("248.37"));
  CHECK(figures.used_margin == money("496.00"));
  CHECK(margin_level(figures.equity, figures.used_margin) == ratio("50.07"));
}

TEST_CASE(
    "DOMAIN 5: the same at a stop-out of 50 %: LARGEST_LOSS closes the 200,000 and stops there") {
  Yen y("50");
  const auto events = y.house.quote(y.symbol, "101.340", "101.342");
  CHECK(events.only<StopOutStarted>().level == ratio("49.67"));
  const auto reduced = events.only<PositionReduced>();
  CHECK(reduced.position == y.large);
  CHECK(reduced.reason == CloseReason::StopOut);
  CHECK(reduced.realized_pnl == money("-201.30"));
  const auto figures = y.house.figures(y.account);
  CHECK(figures.balance == money("298.70"));
  CHECK(figures.equity == money("248.37"));
  CHECK(figures.used_margin == money("100.00"));
}

TEST_CASE("DOMAIN 5: the same, SMART sells 2,000 units, used margin 496, level 50.07 %") {
  Yen y("50", StopOutOrder::Smart);
  const auto events = y.house.quote(y.symbol, "101.340", "101.342");
  CHECK(events.only<StopOutStarted>().level == ratio("49.67"));
  const auto reduced = events.only<PositionReduced>();
  CHECK(reduced.position == y.large);
  CHECK(reduced.closed_volume == lots("0.02"));
  CHECK(reduced.left_volume == lots("1.98"));
  CHECK(reduced.reason == CloseReason::StopOut);
  const auto figures = y.house.figures(y.account);
  CHECK(figures.equity == money("248.37"));
  CHECK(figures.used_margin == money("496.00"));
  CHECK(margin_level(figures.equity, figures.used_margin) == ratio("50.07"));
}

TEST_CASE("DOMAIN 5: each margin-call level crossed is one alert, armed again on the way up") {
  House house;
  const SymbolId symbol = house.add_symbol(forex("EUR", "USD"));
  house.quote(symbol, "1.10000", "1.10000");
  const AccountId account =
      house.add_account({.deposit = "400", .leverage = 500, .margin_call = "150 100"});
  house.open(account, symbol, Side::Buy, "1");  // margin 220
  const auto called = [&](const char* both) {
    std::vector<Ratio> levels;
    for (const auto& call : house.quote(symbol, both, both).of<MarginCallRaised>()) {
      levels.push_back(call.threshold);
    }
    return levels;
  };
  CHECK(called("1.09930").empty());                       // 330: 150 %
  CHECK(called("1.09929") == std::vector{ratio("150")});  // 329
  CHECK(called("1.09820").empty());                       // 220: 100 %
  CHECK(called("1.09819") == std::vector{ratio("100")});  // 219
  CHECK(called("1.09800").empty());
  CHECK(called("1.10000").empty());  // both armed again
  CHECK(called("1.09819") == std::vector{ratio("150"), ratio("100")});
  CHECK(called("1.09900").empty());  // 300: only the lower one
  CHECK(called("1.09819") == std::vector{ratio("100")});
}

TEST_CASE("DOMAIN 5: margin call at 100 % and stop-out at 50 % unless the account says otherwise") {
  const AccountSpec spec;
  CHECK(spec.margin_call_levels == test::levels_of("100"));
  CHECK(spec.stop_out_level == ratio("50"));
  CHECK(spec.negative_balance_protection == 1);
}

TEST_CASE(
    "DOMAIN 5: negative balance protection brings the balance to exactly 0, by its own entry") {
  Yen y("50");
  const auto entries = y.house.quote(y.symbol, "100.000", "100.002").of<LedgerPosted>();
  // 1.442 x 200,000 / 100 = 2,884.00 and 721.00.
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].amount == money("-2884.00"));
  CHECK(entries[1].amount == money("-721.00"));
  CHECK(entries[2].type == LedgerType::NegativeBalance);
  CHECK(entries[2].amount == money("3105.00"));
  CHECK(y.house.figures(y.account).balance == money("0"));
}

// ---- 7: commission ----

Money commission_of_round_trip(Instrument instrument, const char* both) {
  instrument.commission.basis = CommissionBasis::Percent;
  instrument.commission.amount = ratio("0.0025");
  instrument.commission.currency = Currency::of("USD");
  House house;
  const SymbolId symbol = house.add_symbol(instrument);
  house.quote(symbol, both, both);
  const AccountId account = house.add_account();
  const PositionId id = house.open(account, symbol, Side::Buy, "2.5");
  house.close(account, id);
  return house.figures(account).balance - money("10000");
}

TEST_CASE("DOMAIN 7: 2.5 lots USDJPY at 0.0025 % a side: 6.25 + 6.25 = 12.50 USD") {
  CHECK(commission_of_round_trip(forex("USD", "JPY"), "101.340") == money("-12.50"));
}

TEST_CASE("DOMAIN 7: 2.5 lots EURUSD at 1.2276, 0.0025 % a side: 7.67 a side, 15.34 in all") {
  CHECK(commission_of_round_trip(forex("EUR", "USD"), "1.22760") == money("-15.34"));
}

// ---- 9: ledger ----

TEST_CASE("DOMAIN 9: every amount stands against its house account, by its type") {
  Yen y("50");
  Instrument instrument = *y.house.engine.instrument(y.symbol);
  instrument.commission.amount = ratio("100");
  y.house.update_symbol(y.symbol, instrument);
  const auto deposit = y.house.deposit(y.account, "100").only<LedgerPosted>();
  CHECK(deposit.type == LedgerType::Deposit);
  CHECK(deposit.house == HouseAccount::Payments);
  const auto withdrawal = y.house.withdraw(y.account, "50").only<LedgerPosted>();
  CHECK(withdrawal.type == LedgerType::Withdrawal);
  CHECK(withdrawal.house == HouseAccount::Payments);
  CHECK(withdrawal.amount == money("-50"));
  y.house.quote(y.symbol, "101.542", "101.542");
  const auto entries = y.house.close(y.account, y.small).of<LedgerPosted>();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].type == LedgerType::RealizedPnl);
  CHECK(entries[0].house == HouseAccount::TradingPnl);
  CHECK(entries[0].amount == money("49.24"));  // 5,000 JPY / 101.542
  CHECK(entries[0].balance_after - entries[0].amount == money("550"));
  CHECK(entries[1].type == LedgerType::Commission);
  CHECK(entries[1].house == HouseAccount::Commission);
  CHECK(entries[1].amount == money("-0.49"));  // 50 JPY
  CHECK(entries[1].balance_after - entries[1].amount == entries[0].balance_after);
}

// ---- 10: slips of the source documents ----

TEST_CASE("DOMAIN 10: the margin of 1 EURUSD lot at 1.08200 and 1:100 is 1,082.00") {
  Euro e;
  e.house.quote(e.symbol, "1.08200", "1.08200");
  e.house.open(e.account, e.symbol, Side::Buy, "1");
  CHECK(e.house.figures(e.account).used_margin == money("1082.00"));
}

TEST_CASE("DOMAIN 10: a margin call only warns: nothing is closed by it") {
  Yen y("40");
  const auto events = y.house.quote(y.symbol, "101.340", "101.342");
  CHECK(events.has<MarginCallRaised>());
  CHECK_FALSE(events.has<PositionReduced>());
}

}  // namespace
}  // namespace tribook
