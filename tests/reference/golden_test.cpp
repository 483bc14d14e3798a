// The worked numbers of the rule book, each under the name of its rule.
#include "reference/broker.h"

namespace tribook::reference {
namespace {

Rational n(const char* text) { return number(text); }

AccountSettings netting() {
  AccountSettings settings;
  settings.mode = AccountMode::Netting;
  return settings;
}

Symbol bitcoin() {
  Symbol symbol = Broker::forex("BTCUSD", "BTC", "USD");
  symbol.digits = 2;
  symbol.tick = n("0.01");
  symbol.pip = 1;
  symbol.contract = 1;
  return symbol;
}

TEST_CASE("prices: a market order beyond its slippage is rejected, never filled worse") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("100000");
  PlaceOrder order = Broker::market(account, "EURUSD", Side::Buy, "1");
  order.max_slippage_pips = 2;
  order.expected_price = n("1.38428");
  broker.quote("EURUSD", "1.38440", "1.38448");
  CHECK(text_of(broker.engine().open_price(broker.position(broker.open(order)))) == "1.38448");
  broker.quote("EURUSD", "1.38440", "1.38449");
  CHECK(broker.refused(order) == "SLIPPAGE");
  broker.quote("EURUSD", "1.38300", "1.38310");  // better is always good
  CHECK(text_of(broker.engine().open_price(broker.position(broker.open(order)))) == "1.3831");
}

TEST_CASE("prices: a trailing stop moves by whole steps") {
  Broker broker;
  broker.list(Broker::forex("USDJPY", "USD", "JPY"));
  const Id account = broker.open_account("100000");
  broker.quote("USDJPY", "104.000", "104.004");
  const Id position = broker.sell(account, "USDJPY", "1");
  ModifyPosition change;
  change.position = position;
  change.trailing = Trailing{50, 10};
  broker.good(change);
  CHECK(text_of(*broker.position(position).sl) == "104.504");
  broker.quote("USDJPY", "103.900", "103.905");
  CHECK(text_of(*broker.position(position).sl) == "104.504");
  broker.quote("USDJPY", "103.899", "103.904");
  CHECK(text_of(*broker.position(position).sl) == "104.404");
  broker.quote("USDJPY", "103.999", "104.004");
  CHECK(text_of(*broker.position(position).sl) == "104.404");
}

TEST_CASE("margin: FOREX converts the base currency") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("100000");
  broker.quote("EURUSD", "1.09");
  broker.buy(account, "EURUSD", "20");
  CHECK(broker.margin(account) == "4360");
}

TEST_CASE("margin: CFD_LEVERAGE rounds half away from zero") {
  Broker broker;
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.contract = 125'000;
  symbol.margin.mode = MarginMode::CfdLeverage;
  broker.list(symbol);
  const Id account = broker.open_account("100000");
  broker.quote("EURUSD", "1.11705");
  broker.buy(account, "EURUSD", "10");
  CHECK(broker.margin(account) == "2792.63");
}

TEST_CASE("margin: initial and maintenance rate of gold") {
  Broker broker;
  Symbol symbol = Broker::forex("XAUUSD", "XAU", "USD");
  symbol.contract = 100;
  symbol.margin.mode = MarginMode::CfdLeverage;
  symbol.margin.initial_rate = 3;
  symbol.margin.maintenance_rate = n("2.5");
  broker.list(symbol);
  broker.quote("XAUUSD", "1900");
  const Id poor = broker.open_account("9974.99", 4);
  const PlaceOrder order = Broker::market(poor, "XAUUSD", Side::Buy, "0.07");
  CHECK(broker.refused(order) == "INSUFFICIENT_MARGIN");
  const Id rich = broker.open_account("9975", 4);
  broker.buy(rich, "XAUUSD", "0.07");
  CHECK(broker.margin(rich) == "8312.5");
}

TEST_CASE("margin: tiers by volume") {
  Broker broker;
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.margin.tiers = {Tier{Rational(100), std::nullopt, 500},
                         Tier{std::nullopt, std::nullopt, 200}};
  broker.list(symbol);
  const Id account = broker.open_account("100000");
  broker.quote("EURUSD", "1.09");
  broker.buy(account, "EURUSD", "120");
  CHECK(broker.margin(account) == "32700");
}

TEST_CASE("margin: in a coin") {
  Broker broker;
  broker.list(bitcoin());
  const Id account = broker.open_account("1", 500, "BTC");
  broker.quote("BTCUSD", "10000");
  broker.buy(account, "BTCUSD", "1");
  CHECK(broker.margin(account) == "0.002");
}

TEST_CASE("margin: hedged, the larger leg only") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("100000", 500, "EUR");
  broker.quote("EURUSD", "1.09");
  broker.sell(account, "EURUSD", "0.5");
  broker.sell(account, "EURUSD", "1");
  broker.buy(account, "EURUSD", "1");
  CHECK(broker.margin(account) == "300");  // 1.5 lots x 200
}

TEST_CASE("margin: hedged, percent of both legs") {
  Broker broker;
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.margin.hedged = HedgedPolicy::Percent;
  symbol.margin.hedged_percent = 50;
  broker.list(symbol);
  const Id account = broker.open_account("100000", 500, "EUR");
  broker.quote("EURUSD", "1.09");
  broker.sell(account, "EURUSD", "1");
  CHECK(broker.margin(account) == "200");
  broker.buy(account, "EURUSD", "1");
  CHECK(broker.margin(account) == "200");
}

TEST_CASE("profit: quote currency is the account's") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("10000");
  broker.quote("EURUSD", "1.08440", "1.08450");
  const Id position = broker.buy(account, "EURUSD", "1");
  broker.quote("EURUSD", "1.08500", "1.08510");
  CHECK(broker.unrealized(account) == "50");
  broker.good(ClosePosition{position, std::nullopt, false});
  CHECK(broker.balance(account) == "10050");
  CHECK(text_of(broker.position(position).realized) == "50");
  CHECK(broker.house("TRADING_PNL") == "-50");
}

TEST_CASE("profit: a loss in yen") {
  Broker broker;
  broker.list(Broker::forex("USDJPY", "USD", "JPY"));
  const Id account = broker.open_account("10000");
  broker.quote("USDJPY", "115.05");
  broker.buy(account, "USDJPY", "0.1");
  broker.quote("USDJPY", "114.45");
  CHECK(broker.unrealized(account) == "-52.42");
}

TEST_CASE("profit: a loss in francs over another symbol") {
  Broker broker;
  broker.list(Broker::forex("CADCHF", "CAD", "CHF"));
  broker.list(Broker::forex("USDCHF", "USD", "CHF"));
  const Id account = broker.open_account("10000");
  broker.quote("USDCHF", "1.01883");
  broker.quote("CADCHF", "0.75782");
  const Id position = broker.sell(account, "CADCHF", "1");
  broker.quote("CADCHF", "0.75798");
  broker.good(ClosePosition{position, std::nullopt, false});
  CHECK(broker.entries(account, EntryType::RealizedPnl) == "-15.7");
}

TEST_CASE("profit: a gain is sold at the bid, a loss bought at the ask") {
  Broker broker;
  broker.list(Broker::forex("EURGBP", "EUR", "GBP"));
  broker.list(Broker::forex("GBPUSD", "GBP", "USD"));
  const Id account = broker.open_account("10000");
  broker.quote("GBPUSD", "1.2", "1.3");
  broker.quote("EURGBP", "0.85");
  broker.buy(account, "EURGBP", "1");
  broker.quote("EURGBP", "0.851");
  CHECK(broker.unrealized(account) == "120");
  broker.quote("EURGBP", "0.849");
  CHECK(broker.unrealized(account) == "-130");
}

TEST_CASE("netting: a reversal realises all and opens the rest at the deal price") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("10000", 500, "USD", netting());
  broker.quote("EURUSD", "1.1");
  const Id first = broker.buy(account, "EURUSD", "0.6");
  broker.quote("EURUSD", "1.101");
  const Id second = broker.sell(account, "EURUSD", "1");
  CHECK_FALSE(broker.position(first).open);
  CHECK(text_of(broker.position(first).realized) == "60");
  CHECK(broker.position(second).side == Side::Sell);
  CHECK(text_of(broker.position(second).volume) == "0.4");
  CHECK(text_of(broker.engine().open_price(broker.position(second))) == "1.101");
}

TEST_CASE("stop-out: SMART closes the smallest slice") {
  Broker broker;
  broker.list(Broker::forex("USDJPY", "USD", "JPY"));
  AccountSettings settings;
  settings.options.stop_out_order = StopOutOrder::Smart;
  const Id account = broker.open_account("500", 500, "USD", settings);
  broker.quote("USDJPY", "101.442");
  const Id first = broker.buy(account, "USDJPY", "2");
  const Id second = broker.buy(account, "USDJPY", "0.5");
  CHECK(broker.margin(account) == "500");
  const Result result = broker.good(Quote{"USDJPY", n("101.34"), n("101.34")});
  REQUIRE(broker.count(result, Event::Kind::StopOut) == 1);
  for (const Event& event : result.events) {
    if (event.kind != Event::Kind::StopOut) continue;
    CHECK(text_of(event.amount) == "49.67");  // 248.37 / 500
    CHECK(text_of(event.volume) == "0.02");   // 2,000 units
  }
  CHECK(text_of(broker.position(first).volume) == "1.98");
  CHECK(text_of(broker.position(second).volume) == "0.5");
  CHECK(broker.margin(account) == "496");
  CHECK(text_of(broker.figures(account).equity) == "248.37");
  CHECK(text_of(*broker.figures(account).level) == "50.07");
}

TEST_CASE("stop-out: negative balance protection brings exactly zero") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("300");
  broker.quote("EURUSD", "1.1");
  broker.buy(account, "EURUSD", "1");
  broker.quote("EURUSD", "1.09");
  CHECK(broker.entries(account, EntryType::RealizedPnl) == "-1000");
  CHECK(broker.entries(account, EntryType::NegativeBalance) == "700");
  CHECK(broker.balance(account) == "0");
  CHECK(broker.house("NEGATIVE_BALANCE_COVER") == "-700");
}

TEST_CASE("swap: points") {
  Broker broker("2026-01-19 12:00");
  Symbol symbol = Broker::forex("AUDUSD", "AUD", "USD");
  symbol.swap.mode = SwapMode::Points;
  symbol.swap.long_rate = n("-5.47");
  broker.list(symbol);
  const Id account = broker.open_account("10000");
  broker.quote("AUDUSD", "0.7");
  broker.buy(account, "AUDUSD", "2");
  broker.good(AdvanceTime{utc("2026-01-19 21:59:59")});
  CHECK(broker.entries(account, EntryType::Swap).empty());
  broker.good(AdvanceTime{utc("2026-01-19 22:00")});
  CHECK(broker.entries(account, EntryType::Swap) == "-10.94");
  broker.good(AdvanceTime{utc("2026-01-26 21:00")});  // Wednesday is triple, the weekend free
  CHECK(broker.entries(account, EntryType::Swap) == "-10.94 -10.94 -32.82 -10.94 -10.94");
}

TEST_CASE("swap: percent of the current price, every night") {
  Broker broker("2026-01-24 12:00");  // a Saturday
  Symbol symbol = bitcoin();
  symbol.swap.mode = SwapMode::Percent;
  symbol.swap.long_rate = n("-30.98");
  symbol.swap.triple_day.reset();
  broker.list(symbol);
  const Id account = broker.open_account("10000", 10);
  broker.quote("BTCUSD", "10000");
  broker.buy(account, "BTCUSD", "0.5");
  broker.good(AdvanceTime{utc("2026-01-24 22:00")});
  CHECK(broker.entries(account, EntryType::Swap) == "-4.3");
}

TEST_CASE("swap: percent with 365 days") {
  Broker broker("2026-01-19 12:00");
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.swap.mode = SwapMode::Percent;
  symbol.swap.long_rate = -3;
  symbol.swap.days_in_year = 365;
  broker.list(symbol);
  const Id account = broker.open_account("10000");
  broker.quote("EURUSD", "1.15826");
  broker.buy(account, "EURUSD", "1");
  broker.good(AdvanceTime{utc("2026-01-19 22:00")});
  CHECK(broker.entries(account, EntryType::Swap) == "-9.52");
}

TEST_CASE("commission: percent, where its currency is the base") {
  Broker broker;
  Symbol symbol = Broker::forex("USDJPY", "USD", "JPY");
  symbol.commission = {CommissionBasis::Percent, n("0.0025"), "USD", 0};
  broker.list(symbol);
  const Id account = broker.open_account("10000");
  broker.quote("USDJPY", "115");
  const Id position = broker.buy(account, "USDJPY", "2.5");
  broker.good(ClosePosition{position, std::nullopt, false});
  CHECK(broker.entries(account, EntryType::Commission) == "-6.25 -6.25");
  CHECK(broker.house("COMMISSION") == "12.5");
}

TEST_CASE("commission: percent, where its currency is the quote") {
  Broker broker;
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.commission = {CommissionBasis::Percent, n("0.0025"), "USD", 0};
  broker.list(symbol);
  const Id account = broker.open_account("10000");
  broker.quote("EURUSD", "1.2276");
  const Id position = broker.buy(account, "EURUSD", "2.5");
  broker.good(ClosePosition{position, std::nullopt, false});
  CHECK(broker.entries(account, EntryType::Commission) == "-7.67 -7.67");
  CHECK(text_of(broker.position(position).commission) == "-15.34");
}

// The whole way of one C-book position with 2 pips of markup, 1 a side.
struct HedgedHalf {
  explicit HedgedHalf(const char* close) {
    Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
    symbol.markup_pips = 2;
    broker.list(symbol);
    account = broker.open_account("100000");
    broker.quote("EURUSD", "1.1");
    PlaceOrder order = Broker::market(account, "EURUSD", Side::Buy, "10");
    order.book = Book::C;
    order.hedge_ratio = n("0.5");
    const Id id = broker.good(order).id;
    report("1.1");
    const Id position = broker.order(id).position;
    CHECK(broker.engine().book_of(broker.position(position)) == "CBOOK");
    CHECK(text_of(broker.engine().open_price(broker.position(position))) == "1.1001");
    broker.quote("EURUSD", close);
    broker.good(ClosePosition{position, std::nullopt, false});
    report(close);
    CHECK_FALSE(broker.position(position).open);
  }

  void report(const char* price) {
    const VenueRequest request = broker.engine().venue_requests().rbegin()->second;
    CHECK(text_of(request.volume) == "5");
    broker.good(VenueReport{request.id, VenueReport::Kind::Fill, request.left, n(price)});
  }

  std::string client() {
    return text_of(broker.engine().accounts().at(account).balance - Rational(100'000));
  }

  Broker broker;
  Id account = 0;
};

TEST_CASE("routing: half hedged, the client gains") {
  HedgedHalf half("1.1102");  // 100 pips after the markup of both sides
  CHECK(half.client() == "10000");
  CHECK(half.broker.house("LP_SETTLEMENT") == "-5100");
  CHECK(half.broker.house("TRADING_PNL") == "-4900");
}

TEST_CASE("routing: half hedged, the client loses") {
  HedgedHalf half("1.0952");  // -50 pips after the markup
  CHECK(half.client() == "-5000");
  CHECK(half.broker.house("LP_SETTLEMENT") == "2400");
  CHECK(half.broker.house("TRADING_PNL") == "2600");
}

TEST_CASE("slips: a lot at 1.08200 and 1:100 needs 1,082.00") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  const Id account = broker.open_account("10500", 100);
  broker.quote("EURUSD", "1.082");
  broker.buy(account, "EURUSD", "1");
  CHECK(broker.margin(account) == "1082");
  broker.quote("EURUSD", "1.081");  // 10 pips
  CHECK(broker.unrealized(account) == "-100");
}

TEST_CASE("slips: the largest volume is 9.24 lots, the level after one lot 663.7 percent") {
  Broker broker;
  broker.list(Broker::forex("EURUSD", "EUR", "USD"));
  broker.list(Broker::forex("USDJPY", "USD", "JPY"));
  const Id account = broker.open_account("10500", 100);
  broker.quote("EURUSD", "1.082");
  broker.quote("USDJPY", "150");
  broker.buy(account, "USDJPY", "0.5");
  CHECK(broker.margin(account) == "500");
  const PlaceOrder more = Broker::market(account, "EURUSD", Side::Buy, "9.25");
  CHECK(broker.refused(more) == "INSUFFICIENT_MARGIN");
  broker.buy(account, "EURUSD", "1");
  CHECK(text_of(*broker.figures(account).level) == "663.72");
  broker.buy(account, "EURUSD", "8.24");
}

}  // namespace
}  // namespace tribook::reference
