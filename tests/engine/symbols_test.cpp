#include "support/order_desk.h"
#include "support/survives.h"
#include "tribook/domain/rate_book.h"

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::price;
using test::quantity;
using test::ratio;

TEST_CASE("CreateSymbol: numbered in order, told with its specification, session closed") {
  House house;
  CHECK(house.engine.next_symbol() == SymbolId{1});
  Instrument eurusd = test::forex("EUR", "USD");
  eurusd.id = SymbolId{9};  // not the caller's to say
  const auto events = house.send_spec(CreateSymbol{}, eurusd);
  CHECK(events.kinds() == std::vector{EventKind::SymbolUpdated});
  CHECK(events.only<SymbolUpdated>().symbol == SymbolId{1});
  CHECK(events.only<SymbolUpdated>().is_new == 1);
  CHECK(events.all.front().header.text);
  CHECK(house.engine.instrument(SymbolId{1})->name.view() == "EURUSD");
  CHECK(house.engine.instrument(SymbolId{1})->id == SymbolId{1});
  CHECK(house.engine.instrument(SymbolId{2}) == nullptr);
  CHECK(house.engine.instrument(SymbolId{0}) == nullptr);
  CHECK(house.engine.next_symbol() == SymbolId{2});

  const AccountId account = house.add_account();
  house.quote(SymbolId{1}, "1.1", "1.1");
  CHECK(house.order(account, SymbolId{1}, Side::Buy, "1").code() == RejectCode::MarketClosed);
}

TEST_CASE("CreateSymbol refused: DUPLICATE, VALIDATION, LIMIT_REACHED") {
  engine::EngineLimits limits = test::small_limits();
  limits.symbols = 2;
  House house(limits);
  house.add_symbol(test::forex("EUR", "USD"));
  CHECK(house.send_spec(CreateSymbol{}, test::forex("EUR", "USD")).code() == RejectCode::Duplicate);
  Instrument bad = test::forex("GBP", "USD");
  bad.tick_size = {};
  CHECK(house.send_spec(CreateSymbol{}, bad).code() == RejectCode::Validation);
  CHECK(house.send(AccountId{}, CreateSymbol{}).code() == RejectCode::Validation);
  const std::string text = "not an instrument";
  CHECK(house.send(AccountId{}, CreateSymbol{}, std::as_bytes(std::span(text))).code() ==
        RejectCode::Validation);
  house.add_symbol(test::forex("GBP", "USD"));
  CHECK(house.send_spec(CreateSymbol{}, test::forex("AUD", "USD")).code() ==
        RejectCode::LimitReached);
}

TEST_CASE("CreateSymbol refused: LIMIT_REACHED when the currencies run out") {
  engine::EngineLimits limits = test::small_limits();
  limits.symbols = 100;
  House house(limits);
  std::size_t made = 0;
  RejectCode code = RejectCode::None;
  for (int i = 0; i < 100 && code == RejectCode::None; ++i) {
    const std::string base = "B" + std::to_string(i);
    const std::string quote = "Q" + std::to_string(i);
    code = house.send_spec(CreateSymbol{}, test::forex(base, quote)).code();
    if (code == RejectCode::None) ++made;
  }
  CHECK(code == RejectCode::LimitReached);
  CHECK(made == RateBook::kCurrenciesMax / 2);
  CHECK(house.engine.next_symbol().value == made + 1);
}

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.00000", "1.00000");
  }
  RejectCode change(const std::function<void(Instrument&)>& how) {
    Instrument instrument = *house.engine.instrument(symbol);
    how(instrument);
    return house.update_symbol(symbol, instrument).code();
  }
  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("UpdateSymbol refused: IN_USE while positions would lose their meaning") {
  Market m;
  const std::vector<std::function<void(Instrument&)>> changes{
      [](Instrument& i) { i.contract_size = quantity("1000"); },
      [](Instrument& i) { i.margin_currency = Currency::of("USD"); },
      [](Instrument& i) { i.digits = 4; },
      [](Instrument& i) { i.margin.mode = MarginMode::CfdLeverage; }};
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  for (const auto& how : changes) CHECK(m.change(how) == RejectCode::InUse);
  m.house.close(m.account, id);
  for (const auto& how : changes) CHECK(m.change(how) == RejectCode::None);
}

TEST_CASE("UpdateSymbol refused: IN_USE where volumes or levels would be off their steps") {
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10010");
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "0.03");
  CHECK(m.change([](Instrument& i) {
    i.volume_step = lots("0.02");
    i.min_volume = lots("0.02");
  }) == RejectCode::InUse);
  CHECK(m.change([](Instrument& i) { i.tick_size = price("0.0001"); }) == RejectCode::None);
  CHECK(m.change([](Instrument& i) { i.tick_size = price("0.00001"); }) == RejectCode::None);
  m.house.modify(m.account, id, "1.09005", {});
  CHECK(m.change([](Instrument& i) { i.tick_size = price("0.0001"); }) == RejectCode::InUse);
  m.house.modify(m.account, id, "1.09", {});
  CHECK(m.change([](Instrument& i) { i.tick_size = price("0.0001"); }) == RejectCode::None);
}

TEST_CASE("UpdateSymbol refused: IN_USE for another pip while a stop-loss follows in pips") {
  const auto another_pip = [](Instrument& i) { i.pip_size = price("0.001"); };
  const auto coarse = [](Instrument& i) { i.tick_size = price("0.0001"); };
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10010");
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  ModifyPosition modify;
  modify.position = id;
  modify.keep_stop_loss = modify.keep_take_profit = 1;
  modify.set_trailing = 1;
  modify.trailing_distance = {5'050};
  REQUIRE(m.house.send(m.account, modify).code() == RejectCode::None);
  m.house.modify(m.account, id, "1.0950", std::nullopt);  // on the coarse tick, the distance is not
  CHECK(m.change(another_pip) == RejectCode::InUse);
  CHECK(m.change(coarse) == RejectCode::InUse);
  CHECK(m.house.position(id).stop_loss == price("1.0950"));
  modify.trailing_distance = {};
  m.house.send(m.account, modify);
  modify.set_trailing = 0;
  modify.set_break_even = 1;
  modify.break_even_offset = {100};
  REQUIRE(m.house.send(m.account, modify).code() == RejectCode::None);
  CHECK(m.change(another_pip) == RejectCode::InUse);
  modify.set_break_even = 2;
  m.house.send(m.account, modify);
  CHECK(m.change(another_pip) == RejectCode::None);
}

TEST_CASE("UpdateSymbol refused: IN_USE for another pip while an order carries a trail") {
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10010");
  const NewOrder order =
      test::limit(m.symbol, Side::Buy, "0.1", "1.09", {.trailing_distance = 1'000});
  const OrderId id = m.house.send(m.account, order).only<OrderUpdated>().order;
  const auto another_pip = [](Instrument& i) { i.pip_size = price("0.001"); };
  CHECK(m.change(another_pip) == RejectCode::InUse);
  CancelOrder cancel;
  cancel.order = id;
  m.house.send(m.account, cancel);
  CHECK(m.change(another_pip) == RejectCode::None);
}

TEST_CASE("UpdateSymbol: a markup takes effect on the standing quote, whose age stays") {
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10010");
  m.house.advance(std::chrono::seconds(59));
  CHECK(m.change([](Instrument& i) { i.spread_markup_pips = ratio("2"); }) == RejectCode::None);
  const Quote quote = m.house.engine.quote(m.symbol);
  CHECK(quote.bid == price("1.0999"));
  CHECK(quote.ask == price("1.1002"));
  const auto order = m.house.order(m.account, m.symbol, Side::Buy, "0.1").only<OrderUpdated>();
  CHECK(order.filled_price == price("1.1002"));
  m.house.advance(std::chrono::seconds(2));
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").code() == RejectCode::StaleQuote);
  CHECK(m.change([](Instrument& i) { i.spread_markup_pips = ratio("30000"); }) ==
        RejectCode::PriceInvalid);
}

TEST_CASE("UpdateSymbol refused: VALIDATION for what a symbol is, SYMBOL_UNKNOWN") {
  Market m;
  CHECK(m.change([](Instrument& i) { i.name = SymbolName::of("EURUSDx"); }) ==
        RejectCode::Validation);
  CHECK(m.change([](Instrument& i) { i.base = Currency::of("GBP"); }) == RejectCode::Validation);
  CHECK(m.change([](Instrument& i) { i.quote = Currency::of("GBP"); }) == RejectCode::Validation);
  CHECK(m.change([](Instrument& i) { i.category = Category::Crypto; }) == RejectCode::Validation);
  CHECK(m.change([](Instrument& i) { i.tick_size = {}; }) == RejectCode::Validation);
  CHECK(m.change([](Instrument& i) { i.pip_size = price("0.000015"); }) == RejectCode::Validation);
  CHECK(m.house.update_symbol(SymbolId{7}, test::forex("EUR", "USD")).code() ==
        RejectCode::SymbolUnknown);
  UpdateSymbol update;
  update.symbol = m.symbol;
  CHECK(m.house.send(AccountId{}, update).code() == RejectCode::Validation);
}

TEST_CASE("UpdateSymbol: tells the symbol, then every account whose margin it touches") {
  Market m;
  const AccountId other = m.house.add_account();
  m.house.add_account();
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.house.open(other, m.symbol, Side::Sell, "2");
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.margin.leverage_cap = 50;
  const auto events = m.house.update_symbol(m.symbol, instrument);
  CHECK(events.kinds() == std::vector{EventKind::SymbolUpdated, EventKind::AccountUpdated,
                                      EventKind::AccountUpdated});
  CHECK(events.of<SymbolUpdated>()[0].is_new == 0);
  CHECK(m.house.figures(m.account).used_margin == money("2000"));
  CHECK(m.house.figures(other).used_margin == money("4000"));
}

TEST_CASE("UpdateSymbol: a margin raised past the levels calls at once, closes at the next quote") {
  Market m;
  const SymbolId other = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.open(m.account, m.symbol, Side::Buy, "5");
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.margin.leverage_cap = 20;  // 25,000
  const auto changed = m.house.update_symbol(m.symbol, instrument);
  CHECK(changed.has<MarginCallRaised>());
  CHECK_FALSE(changed.has<StopOutStarted>());
  CHECK_FALSE(m.house.quote(other, "1.25", "1.25").has<StopOutStarted>());
  const auto events = m.house.quote(m.symbol, "1.00000", "1.00000");
  CHECK_FALSE(events.has<MarginCallRaised>());
  CHECK(events.has<StopOutStarted>());
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("UpdateSymbol: a market that opens again is acted on at its next quote") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "9");
  REQUIRE(m.change([](Instrument& i) { i.enabled = false; }) == RejectCode::None);
  CHECK_FALSE(m.house.quote(m.symbol, "0.95", "0.95").has<StopOutStarted>());
  REQUIRE(m.change([](Instrument& i) { i.enabled = true; }) == RejectCode::None);
  CHECK(m.house.quote(m.symbol, "0.95", "0.95").has<StopOutStarted>());
}

TEST_CASE("SessionChange: told, of an unknown symbol ignored") {
  Market m;
  CHECK(m.house.open_session(m.symbol, false).only<SessionChanged>().is_open == 0);
  CHECK(m.house.open_session(m.symbol, true).only<SessionChanged>().is_open == 1);
  CHECK(m.house.open_session(SymbolId{9}, true).all.empty());
}

TEST_CASE("SetClock, Started, CreateUser: time is told, the others are nobody's here") {
  Market m;
  SetClock clock;
  clock.now = m.house.now();
  const auto events = m.house.send(AccountId{}, clock);
  CHECK(events.kinds() == std::vector{EventKind::ClockMoved});
  CHECK(events.only<ClockMoved>().now == m.house.now());
  CHECK(m.house.send(AccountId{}, Started{}).all.empty());
  CHECK(m.house.send(AccountId{}, CreateUser{}).all.empty());
}

// A position of a USD account in EURJPY; converted over EURUSD until USDJPY is listed.
struct Cross {
  Cross() {
    eurjpy = house.add_symbol(test::forex("EUR", "JPY"));
    eurusd = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(eurusd, "1.20000", "1.20000");
    house.quote(eurjpy, "120.000", "120.000");
    position = house.open(account, eurjpy, Side::Buy, "1");
    house.quote(eurjpy, "121.000", "121.000");
  }
  House house;
  SymbolId eurjpy;
  SymbolId eurusd;
  AccountId account;
  PositionId position;
};

TEST_CASE("CreateSymbol: a shorter chain is taken once it is quoted") {
  Cross c;
  CHECK(c.house.position(c.position).unrealized_pnl == money("991.74"));  // 100,000 JPY / 121 x 1.2
  const SymbolId usdjpy = c.house.add_symbol(test::forex("USD", "JPY"));
  c.house.quote(usdjpy, "100.000", "100.000");
  CHECK(c.house.position(c.position).unrealized_pnl == money("1000"));
  c.house.quote(usdjpy, "125.000", "125.000");
  CHECK(c.house.position(c.position).unrealized_pnl == money("800"));
}

TEST_CASE(
    "CreateSymbol: a chain over a symbol not yet quoted neither calls nor stops out anybody") {
  Cross c;
  c.house.quote(c.eurjpy, "119.900", "119.900");  // a loss of 10,000 JPY, some 100 of 10,000 USD
  c.house.add_symbol(test::forex("USD", "JPY"));
  const auto events = c.house.quote(c.eurjpy, "119.900", "119.900");
  CHECK_FALSE(events.has<MarginCallRaised>());
  CHECK_FALSE(events.has<StopOutStarted>());
  CHECK(c.house.figures(c.account).equity > money("0"));
}

TEST_CASE(
    "CreateSymbol: a chain over a symbol not yet quoted refuses a close as NO_CONVERSION, if at "
    "all") {
  Cross c;
  c.house.add_symbol(test::forex("USD", "JPY"));
  const RejectCode code = c.house.close(c.account, c.position).code();
  CHECK((code == RejectCode::NoConversion || code == RejectCode::None));
}

TEST_CASE("CreateSymbol: longer watch lists never run out of room, however full the tables") {
  CHECK(test::survives([] {
    engine::EngineLimits limits = test::small_limits();
    limits.positions = 7;
    House house(limits);
    const SymbolId eurjpy = house.add_symbol(test::forex("EUR", "JPY"));
    const SymbolId eurusd = house.add_symbol(test::forex("EUR", "USD"));
    Instrument distant_pair = test::forex("AAA", "BBB");
    distant_pair.margin_currency = distant_pair.quote;
    const SymbolId far = house.add_symbol(distant_pair);
    const SymbolId b_to_c = house.add_symbol(test::forex("BBB", "CCC"));
    const SymbolId c_to_d = house.add_symbol(test::forex("CCC", "DDD"));
    const SymbolId d_to_e = house.add_symbol(test::forex("DDD", "EEE"));
    const SymbolId e_to_f = house.add_symbol(test::forex("EEE", "FFF"));
    for (const SymbolId symbol : {eurjpy, eurusd, far, b_to_c, c_to_d, d_to_e, e_to_f}) {
      house.quote(symbol, "1", "1");
    }
    const AccountId dollars = house.add_account();
    house.open(dollars, eurjpy, Side::Buy, "0.01");
    house.open(dollars, eurusd, Side::Buy, "0.01");
    // AAABBB needs five watches: itself and four steps from BBB to FFF.
    const AccountId distant = house.add_account({.currency = "FFF"});
    house.open(distant, far, Side::Buy, "0.01");
    house.add_symbol(
        test::forex("USD", "JPY"));  // the first account's list grows from two to three
  }));
}

TEST_CASE("UpdateSymbol: margin beyond what money can express is refused, not a broken invariant") {
  CHECK(test::survives([] {
    House house;
    Instrument huge = test::forex("EUR", "USD");
    huge.contract_size = Quantity{kMaxFixedRaw};
    huge.max_volume = Volume{kMaxFixedRaw};
    const SymbolId symbol = house.add_symbol(huge);
    house.quote(symbol, "1", "1");
    const AccountId account =
        house.add_account({.deposit = "100000000000000000000", .leverage = 1});
    house.open(account, symbol, Side::Buy, "5000000000");
    huge.margin.maintenance_rate = ratio("1000");
    house.update_symbol(symbol, huge);
  }));
}

}  // namespace
}  // namespace tribook
