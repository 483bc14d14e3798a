#include "support/engine_fixture.h"

namespace tribook {
namespace {

using test::House;
using test::money;
using test::price;
using test::quantity;
using test::ratio;

struct Market {
  explicit Market(const engine::EngineLimits& limits = test::small_limits()) : house(limits) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10020");
  }
  void change(const std::function<void(Instrument&)>& how) {
    Instrument instrument = *house.engine.instrument(symbol);
    how(instrument);
    REQUIRE(house.update_symbol(symbol, instrument).code() == RejectCode::None);
  }
  RejectCode code_of(std::string_view volume, const test::OrderOptions& options = {},
                     Side side = Side::Buy) {
    return house.order(account, symbol, side, volume, options).code();
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Order: a market order is filled, and its events come in order") {
  Market m;
  m.change([](Instrument& i) { i.commission.amount = ratio("3"); });
  const auto events = m.house.order(m.account, m.symbol, Side::Buy, "0.5",
                                    {.stop_loss = "1.09000", .take_profit = "1.12000"});
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated, EventKind::TradeExecuted,
                                      EventKind::PositionUpdated, EventKind::LedgerPosted,
                                      EventKind::AccountUpdated});
  const auto order = events.only<OrderUpdated>();
  CHECK(order.order == OrderId{1});
  CHECK(order.position == PositionId{1});
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.code == RejectCode::None);
  CHECK(order.volume == test::lots("0.5"));
  CHECK(order.filled_volume == test::lots("0.5"));
  CHECK(order.filled_price == price("1.10020"));
  CHECK(order.stop_loss == price("1.09"));
  CHECK(order.take_profit == price("1.12"));
  CHECK(order.side == Side::Buy);
  CHECK(order.book == Book::B);
  CHECK(order.is_duplicate == 0);
  const auto trade = events.only<TradeExecuted>();
  CHECK(trade.trade == TradeId{1});
  CHECK(trade.order == order.order);
  CHECK(trade.position == order.position);
  CHECK(trade.price == price("1.10020"));
  CHECK(trade.volume == test::lots("0.5"));
  CHECK(trade.realized_pnl == money("0"));
  CHECK(trade.commission == money("-1.5"));
  CHECK(trade.side == Side::Buy);
  CHECK(trade.reason == CloseReason::None);
  const auto position = events.only<PositionUpdated>();
  CHECK(position.action == PositionAction::Opened);
  CHECK(position.position == order.position);
  CHECK(position.open_cost == cost_of(price("1.10020"), test::lots("0.5")));
  CHECK(position.commission == money("-1.5"));
  CHECK(position.open_time == m.house.now());
  const auto entry = events.only<LedgerPosted>();
  CHECK(entry.type == LedgerType::Commission);
  CHECK(entry.house == HouseAccount::Commission);
  CHECK(entry.amount == money("-1.5"));
  CHECK(entry.reference == 1);
  CHECK(entry.reference_is_position == 1);
  const auto account = events.only<AccountUpdated>();
  CHECK(account.balance == money("9998.5"));
  CHECK(account.used_margin == money("550.05"));  // 50,000 x 1.1001 / 100
  CHECK(account.leverage == 100);
}

TEST_CASE("Order: a buy opens at the ask and is marked at the bid, a sell the other way round") {
  Market m;
  const PositionId bought = m.house.open(m.account, m.symbol, Side::Buy, "1");
  const PositionId sold = m.house.open(m.account, m.symbol, Side::Sell, "2");
  CHECK(m.house.position(bought).open_cost == cost_of(price("1.10020"), test::lots("1")));
  CHECK(m.house.position(bought).unrealized_pnl == money("-20"));
  CHECK(m.house.position(sold).open_cost == cost_of(price("1.10000"), test::lots("2")));
  CHECK(m.house.position(sold).unrealized_pnl == money("-40"));
  m.house.quote(m.symbol, "1.10100", "1.10110");
  CHECK(m.house.position(bought).unrealized_pnl == money("80"));
  CHECK(m.house.position(sold).unrealized_pnl == money("-220"));
  const auto figures = m.house.figures(m.account);
  CHECK(figures.unrealized_pnl == money("-140"));
  CHECK(figures.equity == money("9860"));
  CHECK(figures.free_margin == figures.equity - figures.used_margin);
  CHECK(figures.positions == 2);
}

TEST_CASE("Order: without commission no ledger entry is booked") {
  Market m;
  const auto events = m.house.order(m.account, m.symbol, Side::Sell, "0.5");
  CHECK_FALSE(events.has<LedgerPosted>());
  CHECK(events.only<TradeExecuted>().commission == money("0"));
}

TEST_CASE("Order refused: the decision of risk or router is told, with an order number") {
  Market m;
  const auto events =
      m.house.order(m.account, m.symbol, Side::Buy, "1", {.decision = RejectCode::KillSwitch});
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated});
  const auto order = events.only<OrderUpdated>();
  CHECK(order.order == OrderId{1});
  CHECK(order.status == OrderStatus::Rejected);
  CHECK(order.code == RejectCode::KillSwitch);
  CHECK_FALSE(order.position);
  CHECK(order.filled_volume.is_zero());
  CHECK(m.house.figures(m.account).positions == 0);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "1").only<OrderUpdated>().order ==
        OrderId{2});
}

TEST_CASE("Order refused: ACCOUNT_DISABLED for an account that does not exist") {
  Market m;
  CHECK(m.house.order(AccountId{}, m.symbol, Side::Buy, "1").code() == RejectCode::AccountDisabled);
  CHECK(m.house.order(AccountId{99}, m.symbol, Side::Buy, "1").code() ==
        RejectCode::AccountDisabled);
}

TEST_CASE("Order refused: SYMBOL_UNKNOWN") {
  Market m;
  CHECK(m.house.order(m.account, SymbolId{}, Side::Buy, "1").code() == RejectCode::SymbolUnknown);
  CHECK(m.house.order(m.account, SymbolId{9}, Side::Buy, "1").code() == RejectCode::SymbolUnknown);
  CHECK(m.house.order(m.account, SymbolId{65535}, Side::Buy, "1").code() ==
        RejectCode::SymbolUnknown);
}

TEST_CASE("Order refused: VALIDATION for a type that does not trade yet") {
  Market m;
  for (const OrderType type : {OrderType::Limit, OrderType::Stop, OrderType::StopLimit}) {
    NewOrder order = House::order_of(m.symbol, Side::Buy, "1");
    order.type = type;
    CHECK(m.house.send(m.account, order).code() == RejectCode::Validation);
  }
}

TEST_CASE("Order refused: SYMBOL_DISABLED and SYMBOL_CLOSE_ONLY") {
  Market m;
  m.change([](Instrument& i) { i.state = SymbolState::CloseOnly; });
  CHECK(m.code_of("1") == RejectCode::SymbolCloseOnly);
  m.change([](Instrument& i) { i.enabled = false; });
  CHECK(m.code_of("1") == RejectCode::SymbolDisabled);
  m.change([](Instrument& i) {
    i.enabled = true;
    i.state = SymbolState::Disabled;
  });
  CHECK(m.code_of("1") == RejectCode::SymbolDisabled);
  m.change([](Instrument& i) { i.state = SymbolState::Open; });
  CHECK(m.code_of("1") == RejectCode::None);
}

TEST_CASE("Order refused: MARKET_CLOSED outside the session") {
  Market m;
  m.house.open_session(m.symbol, false);
  CHECK(m.code_of("1") == RejectCode::MarketClosed);
  m.house.open_session(m.symbol, true);
  CHECK(m.code_of("1") == RejectCode::None);
}

TEST_CASE("Order refused: VOLUME_OUT_OF_RANGE and VOLUME_STEP") {
  Market m;
  for (const char* volume : {"0", "-1", "0.009", "1000.01", "10000000000"}) {
    CHECK(m.code_of(volume) == RejectCode::VolumeOutOfRange);
  }
  CHECK(m.code_of("0.015") == RejectCode::VolumeStep);
}

TEST_CASE("Order refused: STALE_QUOTE without a quote, or with one too old") {
  Market m;
  const SymbolId other = m.house.add_symbol(test::forex("GBP", "USD"));
  CHECK(m.house.order(m.account, other, Side::Buy, "1").code() == RejectCode::StaleQuote);
  m.house.advance(std::chrono::milliseconds(60'000));
  CHECK(m.code_of("0.01") == RejectCode::None);
  m.house.advance(std::chrono::nanoseconds(1));
  CHECK(m.code_of("0.01") == RejectCode::StaleQuote);
  m.house.quote(m.symbol, "1.10000", "1.10020");
  CHECK(m.code_of("0.01") == RejectCode::None);
}

TEST_CASE(
    "Order: quotes of manual and replay venues are never stale, nor where the symbol says so") {
  Market m;
  m.house.advance(std::chrono::hours(50));
  CHECK(m.code_of("0.01") == RejectCode::StaleQuote);
  m.change([](Instrument& i) { i.stale_after_ms = 0; });
  CHECK(m.code_of("0.01") == RejectCode::None);
  m.change([](Instrument& i) { i.stale_after_ms = 1; });
  QuoteCommand quote;
  quote.symbol = m.symbol;
  quote.bid = price("1.1");
  quote.ask = price("1.1");
  quote.never_stale = 1;
  m.house.send(AccountId{}, quote);
  m.house.advance(std::chrono::hours(50));
  CHECK(m.code_of("0.01") == RejectCode::None);
}

TEST_CASE(
    "Order refused: PRICE_INVALID for an SL or TP on the wrong side, off the tick or too close") {
  Market m;
  CHECK(m.code_of("1", {.stop_loss = "1.10000"}) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1", {.take_profit = "1.10000"}) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1", {.stop_loss = "1.090001"}) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1", {.stop_loss = "-1"}) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1", {.stop_loss = "1.09"}, Side::Sell) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1", {.take_profit = "1.11"}, Side::Sell) == RejectCode::PriceInvalid);
  m.change([](Instrument& i) { i.stops_level_pips = ratio("10"); });
  CHECK(m.code_of("1", {.stop_loss = "1.09901"}) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1", {.stop_loss = "1.09900"}) == RejectCode::None);
}

TEST_CASE("Order refused: SLIPPAGE beyond the worst price, never filled worse") {
  Market m;
  CHECK(m.code_of("0.1", {.worst_price = "1.10020"}) == RejectCode::None);
  CHECK(m.code_of("0.1", {.worst_price = "1.10019"}) == RejectCode::Slippage);
  CHECK(m.code_of("0.1", {.worst_price = "1.10000"}, Side::Sell) == RejectCode::None);
  CHECK(m.code_of("0.1", {.worst_price = "1.10001"}, Side::Sell) == RejectCode::Slippage);
}

TEST_CASE("Order refused: NO_CONVERSION without a chain, without a quote on it, with a stale one") {
  Market m;
  const AccountId yen = m.house.add_account({.currency = "JPY", .deposit = "1000000"});
  const auto code = [&] { return m.house.order(yen, m.symbol, Side::Buy, "0.01").code(); };
  CHECK(code() == RejectCode::NoConversion);
  const SymbolId usdjpy = m.house.add_symbol(test::forex("USD", "JPY"));
  CHECK(code() == RejectCode::NoConversion);
  m.house.quote(usdjpy, "150.000", "150.010");
  CHECK(code() == RejectCode::None);
  m.house.advance(std::chrono::seconds(61));
  m.house.quote(m.symbol, "1.10000", "1.10020");  // fresh, but USDJPY is not
  CHECK(code() == RejectCode::NoConversion);
  m.house.open_session(usdjpy, false);
  CHECK(code() == RejectCode::None);  // a closed market's last price holds
  m.house.open_session(usdjpy, true);
  CHECK(code() == RejectCode::NoConversion);
  m.house.quote(usdjpy, "150.000", "150.010");
  CHECK(code() == RejectCode::None);
}

TEST_CASE("Order refused: NO_CONVERSION when only the commission's currency has no rate") {
  Market m;
  m.change([](Instrument& i) {
    i.commission.amount = ratio("1");
    i.commission.currency = Currency::of("CHF");
  });
  CHECK(m.code_of("0.01") == RejectCode::NoConversion);
}

TEST_CASE("Order refused: INSUFFICIENT_MARGIN when free margin would fall below zero, by a cent") {
  Market m;
  m.house.quote(m.symbol, "1.00000", "1.00000");
  CHECK(m.code_of("10") == RejectCode::None);  // all of 10,000 at 1:100
  CHECK(m.house.figures(m.account).free_margin == money("0"));
  CHECK(m.code_of("0.01") == RejectCode::InsufficientMargin);

  const AccountId poorer = m.house.add_account({.deposit = "9999.99"});
  CHECK(m.house.order(poorer, m.symbol, Side::Buy, "10").code() == RejectCode::InsufficientMargin);
  CHECK(m.house.figures(poorer).used_margin == money("0"));
  CHECK(m.house.order(poorer, m.symbol, Side::Buy, "9.99").code() == RejectCode::None);
}

TEST_CASE(
    "Order refused: INSUFFICIENT_MARGIN counts the spread and the commission of the order itself") {
  Market m;
  m.house.quote(m.symbol, "0.99998", "1.00002");  // mid 1: 1,000 a lot; spread 4.00 a lot
  const AccountId exact = m.house.add_account({.deposit = "1004"});
  CHECK(m.house.order(exact, m.symbol, Side::Buy, "1").code() == RejectCode::None);
  const AccountId short_of = m.house.add_account({.deposit = "1003.99"});
  CHECK(m.house.order(short_of, m.symbol, Side::Buy, "1").code() == RejectCode::InsufficientMargin);
  m.change([](Instrument& i) { i.commission.amount = ratio("0.5"); });
  const AccountId charged = m.house.add_account({.deposit = "1004.49"});
  CHECK(m.house.order(charged, m.symbol, Side::Buy, "1").code() == RejectCode::InsufficientMargin);
  m.house.deposit(charged, "0.01");
  CHECK(m.house.order(charged, m.symbol, Side::Buy, "1").code() == RejectCode::None);
  CHECK(m.house.figures(charged).free_margin == money("0"));
}

TEST_CASE("Order: a covered opposite needs no margin under LARGER_LEG, all of it under SUM") {
  Market m;
  m.house.quote(m.symbol, "1.00000", "1.00000");
  REQUIRE(m.code_of("10") == RejectCode::None);
  CHECK(m.code_of("10", {}, Side::Sell) == RejectCode::None);
  CHECK(m.house.figures(m.account).used_margin == money("10000"));
  m.change([](Instrument& i) { i.margin.hedged = HedgedMargin::Sum; });
  CHECK(m.house.figures(m.account).used_margin == money("20000"));
  CHECK(m.code_of("0.01", {}, Side::Sell) == RejectCode::InsufficientMargin);
}

TEST_CASE("Order: checked at the initial rate, held at the maintenance rate") {
  Market m;
  m.house.quote(m.symbol, "1.00000", "1.00000");
  m.change([](Instrument& i) {
    i.margin.initial_rate = ratio("3");
    i.margin.maintenance_rate = ratio("2.5");
  });
  CHECK(m.code_of("3.34") == RejectCode::InsufficientMargin);  // 10,020
  CHECK(m.code_of("3") == RejectCode::None);                   // 9,000, then 7,500
  CHECK(m.house.figures(m.account).used_margin == money("7500"));
  CHECK(m.code_of("0.84") == RejectCode::InsufficientMargin);  // 2,520 of 2,500
  CHECK(m.code_of("0.83") == RejectCode::None);
}

TEST_CASE(
    "Order: no fill leaves free margin below zero, even if maintenance is above the initial rate") {
  Market m;
  m.house.quote(m.symbol, "1.00000", "1.00000");
  m.change([](Instrument& i) { i.margin.maintenance_rate = ratio("2"); });
  m.house.order(m.account, m.symbol, Side::Buy, "8");  // 8,000 at the initial rate, 16,000 then
  CHECK(m.house.figures(m.account).free_margin >= money("0"));
}

TEST_CASE("Order refused: VALUE_OVERFLOW when a side's volume would pass what can be held") {
  House house;
  Instrument tiny = test::forex("EUR", "USD");
  tiny.contract_size = Quantity{1};
  tiny.max_volume = Volume{kMaxFixedRaw};
  const SymbolId symbol = house.add_symbol(tiny);
  const AccountId account = house.add_account();
  house.quote(symbol, "1", "1");
  CHECK(house.order(account, symbol, Side::Buy, "10000000000").code() == RejectCode::None);
  CHECK(house.order(account, symbol, Side::Buy, "0.01").code() == RejectCode::ValueOverflow);
  CHECK(house.order(account, symbol, Side::Sell, "0.01").code() == RejectCode::None);
}

TEST_CASE("Order: the largest amounts are answered, not computed wrong") {
  House house;
  Instrument huge = test::forex("EUR", "USD");
  huge.contract_size = Quantity{kMaxFixedRaw};
  huge.max_volume = Volume{kMaxFixedRaw};
  const SymbolId symbol = house.add_symbol(huge);
  const AccountId account = house.add_account({.deposit = "100000000000000000000", .leverage = 1});
  house.quote(symbol, "10000000000", "10000000000");
  const RejectCode code = house.order(account, symbol, Side::Buy, "10000000000").code();
  CHECK(code != RejectCode::None);
  CHECK(house.figures(account).positions == 0);
  house.quote(symbol, "0.00000001", "10000000000");
  CHECK(house.order(account, symbol, Side::Sell, "10000000000").code() != RejectCode::None);
  CHECK(house.order(account, symbol, Side::Buy, "10000000000").code() != RejectCode::None);
}

TEST_CASE("Order refused: LIMIT_REACHED when all positions are taken, room again after a close") {
  engine::EngineLimits limits = test::small_limits();
  limits.positions = 6;
  Market m(limits);
  PositionId last;
  for (int i = 0; i < 6; ++i) last = m.house.open(m.account, m.symbol, Side::Buy, "0.01");
  CHECK(m.code_of("0.01") == RejectCode::LimitReached);
  CHECK(m.house.close(m.account, last).code() == RejectCode::None);
  CHECK(m.code_of("0.01") == RejectCode::None);
}

TEST_CASE("Order refused: of several reasons the first in the order of checks is told") {
  Market m;
  m.house.advance(std::chrono::hours(1));  // stale
  const test::OrderOptions bad_stop{.stop_loss = "1.2", .worst_price = "1"};
  CHECK(m.code_of("0.1", bad_stop) == RejectCode::StaleQuote);
  CHECK(m.code_of("0.015", bad_stop) == RejectCode::VolumeStep);
  CHECK(m.code_of("0", bad_stop) == RejectCode::VolumeOutOfRange);
  m.house.open_session(m.symbol, false);
  CHECK(m.code_of("0", bad_stop) == RejectCode::MarketClosed);
  m.change([](Instrument& i) { i.enabled = false; });
  CHECK(m.code_of("0", bad_stop) == RejectCode::SymbolDisabled);
  CHECK(m.house.order(AccountId{77}, m.symbol, Side::Buy, "0", bad_stop).code() ==
        RejectCode::AccountDisabled);
  m.change([](Instrument& i) { i.enabled = true; });
  m.house.open_session(m.symbol, true);
  m.house.quote(m.symbol, "1.1", "1.1");
  CHECK(m.code_of("1000", bad_stop) == RejectCode::PriceInvalid);
  CHECK(m.code_of("1000", {.worst_price = "1"}) == RejectCode::Slippage);
  CHECK(m.code_of("1000") == RejectCode::InsufficientMargin);
}

TEST_CASE("Order refused: nothing changes but the order number") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  const auto before = m.house.figures(m.account);
  const auto events = m.house.order(m.account, m.symbol, Side::Buy, "1000");
  CHECK(events.code() == RejectCode::InsufficientMargin);
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated});
  const auto after = m.house.figures(m.account);
  CHECK(after.equity == before.equity);
  CHECK(after.used_margin == before.used_margin);
  CHECK(after.positions == before.positions);
  CHECK(m.house.open(m.account, m.symbol, Side::Buy, "0.01") == PositionId{2});
}

}  // namespace
}  // namespace tribook
