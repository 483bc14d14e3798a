#include "support/engine_fixture.h"

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::lots;
using test::money;
using test::price;
using test::ratio;

// EURUSD at 1.00000, so that a lot takes 1,000 at 1:100 and a pip of a lot is 10.
struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    house.quote(symbol, "1.00000", "1.00000");
  }
  Events quote(const char* both) { return house.quote(symbol, both, both); }

  House house;
  SymbolId symbol;
};

std::vector<PositionId> closed_in(const Events& events) {
  std::vector<PositionId> ids;
  for (const auto& reduced : events.of<PositionReduced>()) {
    CHECK(reduced.reason == CloseReason::StopOut);
    CHECK(reduced.left_volume.is_zero());
    ids.push_back(reduced.position);
  }
  return ids;
}

TEST_CASE("Margin call: below the level, once, armed again on the way up") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000"});
  m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK_FALSE(m.quote("1.00000").has<MarginCallRaised>());  // exactly 100 %
  const auto called = m.quote("0.99999");
  const auto raised = called.only<MarginCallRaised>();
  CHECK(called.all.back().header.account == account);
  CHECK(raised.equity == money("999"));
  CHECK(raised.used_margin == money("1000"));
  CHECK(raised.threshold == ratio("100"));
  CHECK(raised.level == ratio("99.9"));
  CHECK_FALSE(m.quote("0.99998").has<MarginCallRaised>());
  CHECK_FALSE(m.quote("0.99600").has<MarginCallRaised>());
  CHECK_FALSE(m.quote("1.00000").has<MarginCallRaised>());
  CHECK(m.quote("0.99999").has<MarginCallRaised>());
  CHECK_FALSE(m.quote("1.00500").has<MarginCallRaised>());
  CHECK(m.quote("0.99700").has<MarginCallRaised>());
}

TEST_CASE("Margin call: blocks nothing by itself") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000", .margin_call = "500"});
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "0.5");
  CHECK_FALSE(m.quote("1.00000").has<MarginCallRaised>());  // called by its opening
  CHECK(m.house.order(account, m.symbol, Side::Buy, "0.1").code() == RejectCode::None);
  CHECK(m.house.close(account, id).code() == RejectCode::None);
}

TEST_CASE("Margin call: closing everything arms it again") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "1000", .margin_call = "200", .stop_out = "0"});
  const auto opened = m.house.order(account, m.symbol, Side::Buy, "1");
  CHECK(opened.has<MarginCallRaised>());
  CHECK_FALSE(m.house.close(account, opened.only<OrderUpdated>().position).has<MarginCallRaised>());
  CHECK(m.house.order(account, m.symbol, Side::Buy, "1").has<MarginCallRaised>());
}

TEST_CASE("Stop-out: strictly below the level, with its tick") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000"});
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK_FALSE(m.quote("0.99500").has<StopOutStarted>());  // exactly 50 %
  const auto events = m.house.quote(m.symbol, "0.99499", "0.99510");
  CHECK(events.kinds() == std::vector{EventKind::QuoteApplied, EventKind::StopOut,
                                      EventKind::OrderUpdated, EventKind::TradeExecuted,
                                      EventKind::LedgerPosted, EventKind::PositionReduced,
                                      EventKind::PositionUpdated, EventKind::AccountUpdated,
                                      EventKind::PositionLiquidated});
  const auto started = events.only<StopOutStarted>();
  CHECK(started.equity == money("499"));
  CHECK(started.used_margin == money("1000"));
  CHECK(started.threshold == ratio("50"));
  CHECK(started.level == ratio("49.9"));
  CHECK(started.symbol == m.symbol);
  CHECK(started.bid == price("0.99499"));
  CHECK(started.ask == price("0.99510"));
  CHECK(closed_in(events) == std::vector{id});
  CHECK(events.only<OrderUpdated>().reason == CloseReason::StopOut);
  CHECK(m.house.figures(account).balance == money("499"));
}

TEST_CASE("Stop-out: compares by cross-multiplication, not by the printed level") {
  Market m;
  const AccountId half = m.house.add_account({.deposit = "100000"});
  const AccountId a_cent_less = m.house.add_account({.deposit = "100000"});
  m.house.open(half, m.symbol, Side::Buy, "100");
  m.house.open(a_cent_less, m.symbol, Side::Buy, "100");
  m.quote("1.00100");
  REQUIRE(m.house.withdraw(a_cent_less, "0.01").code() == RejectCode::None);
  const auto events = m.quote("0.99500");
  CHECK(m.house.figures(half).equity == money("50000"));
  CHECK(m.house.figures(half).positions == 1);
  CHECK(events.only<StopOutStarted>().equity == money("49999.99"));
  CHECK(events.only<StopOutStarted>().level == ratio("50"));  // as printed
  CHECK(m.house.figures(a_cent_less).positions == 0);
}

TEST_CASE("Stop-out: the largest loss first, looking again after each") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "3000"});
  const PositionId small = m.house.open(account, m.symbol, Side::Buy, "0.5");
  m.quote("1.00100");
  const PositionId large = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId middle = m.house.open(account, m.symbol, Side::Buy, "0.7");
  // Used 2,200: 500 + 1,001 + 700.7. At 0.99300 equity 3,000 - 350 - 800 - 560 = 1,290.
  CHECK_FALSE(m.quote("0.99300").has<StopOutStarted>());
  // At 0.99200: 3,000 - 400 - 900 - 630 = 1,070 of 2,201.70 = 48.6 %; without the largest 1,070 of
  // 1,200.70.
  const auto events = m.quote("0.99200");
  CHECK(closed_in(events) == std::vector{large});
  CHECK(m.house.positions(account).size() == 2);
  // At 0.98500: 2,100 - 750 - 1,120 = 230 of 1,200.70; without the largest 230 of 500 = 46 %.
  CHECK(closed_in(m.quote("0.98500")) == std::vector{middle, small});
}

TEST_CASE("Stop-out: of equal losses the lowest id first") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "2000"});
  const PositionId first = m.house.open(account, m.symbol, Side::Buy, "0.6");
  const PositionId second = m.house.open(account, m.symbol, Side::Buy, "0.6");
  m.house.open(account, m.symbol, Side::Buy, "0.6");
  // Used 1,800; at 0.99377 each loses 373.80: equity 878.60; one less: 878.60 of 1,200.
  CHECK(closed_in(m.quote("0.99377")) == std::vector{first});
  CHECK(m.house.position(second).volume == lots("0.6"));
}

TEST_CASE("Stop-out: a gaining position is closed only after the losing ones") {
  Market m;
  const SymbolId other = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(other, "1.00000", "1.00000");
  const AccountId account = m.house.add_account({.deposit = "2000"});
  const PositionId gains = m.house.open(account, other, Side::Buy, "1");
  const PositionId loses = m.house.open(account, m.symbol, Side::Buy, "1");
  m.house.quote(other, "1.00100", "1.00100");
  // 2,000 + 100 - 1,200 = 900 of 2,000; without the loser 900 of 1,000.
  CHECK(closed_in(m.quote("0.98800")) == std::vector{loses});
  CHECK(m.house.position(gains).volume == lots("1"));
}

TEST_CASE("Stop-out: what falls below zero is covered, by an entry of its own") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000"});
  m.house.open(account, m.symbol, Side::Buy, "1");
  const auto events = m.quote("0.95000");
  const auto entries = events.of<LedgerPosted>();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].amount == money("-5000"));
  CHECK(entries[1].type == LedgerType::NegativeBalance);
  CHECK(entries[1].house == HouseAccount::NegativeBalanceCover);
  CHECK(entries[1].amount == money("4000"));
  CHECK(entries[1].balance_after == money("0"));
  CHECK(events.of<AccountUpdated>().back().balance == money("0"));
}

TEST_CASE("Stop-out: without the protection the balance stays below zero") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "1000", .negative_balance_protection = false});
  m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK(m.quote("0.95000").of<LedgerPosted>().size() == 1);
  CHECK(m.house.figures(account).balance == money("-4000"));
}

TEST_CASE("Stop-out: without the protection the credit stays beside the debt") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "1000", .negative_balance_protection = false});
  m.house.change_credit(account, "500");
  m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK(m.quote("0.95000").of<LedgerPosted>().size() == 1);
  CHECK(m.house.figures(account).balance == money("-4000"));
  CHECK(m.house.figures(account).credit == money("500"));
  CHECK(m.house.figures(account).equity == money("-3500"));
}

TEST_CASE(
    "Stop-out: positions out of session or without a fresh quote are left, and close when they "
    "may") {
  Market m;
  const SymbolId other = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(other, "1.00000", "1.00000");
  const AccountId account = m.house.add_account({.deposit = "2000"});
  const PositionId held = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId free = m.house.open(account, other, Side::Buy, "1");
  m.house.open_session(m.symbol, false);
  // The closed market's own price makes the loss; only the other may close: 100 of 1,000 is left.
  const auto first = m.quote("0.98100");
  CHECK(closed_in(first) == std::vector{free});
  CHECK_FALSE(m.quote("0.98000").has<StopOutStarted>());
  m.house.open_session(m.symbol, true);
  CHECK(closed_in(m.quote("0.98000")) == std::vector{held});
}

TEST_CASE("Stop-out: a session's opening makes positions eligible at their next quote") {
  Market m;
  const SymbolId other = m.house.add_symbol(test::forex("GBP", "USD"));
  const AccountId account = m.house.add_account({.deposit = "1000"});
  const PositionId held = m.house.open(account, m.symbol, Side::Buy, "1");
  m.house.open_session(m.symbol, false);
  CHECK_FALSE(m.quote("0.99400").has<StopOutStarted>());
  m.house.open_session(m.symbol, true);
  CHECK(closed_in(m.house.quote(other, "1.25000", "1.25000")).empty());
  CHECK(closed_in(m.quote("0.99400")) == std::vector{held});
}

TEST_CASE("Stop-out: a stale quote is left alone, the tick of another symbol acts only on that") {
  Market m;
  const SymbolId other = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(other, "1.00000", "1.00000");
  const AccountId account = m.house.add_account({.deposit = "2000"});
  const PositionId stale = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId fresh = m.house.open(account, other, Side::Buy, "1");
  m.house.advance(std::chrono::seconds(61));
  CHECK(closed_in(m.house.quote(other, "0.98900", "0.98900")) == std::vector{fresh});
  CHECK(m.house.position(stale).volume == lots("1"));
}

TEST_CASE("Stop-out: a tick of a conversion symbol is enough") {
  House house;
  const SymbolId eurjpy = house.add_symbol(test::forex("EUR", "JPY"));
  const SymbolId usdjpy = house.add_symbol(test::forex("USD", "JPY"));
  const SymbolId eurusd = house.add_symbol(test::forex("EUR", "USD"));
  house.quote(eurjpy, "100.000", "100.000");
  house.quote(usdjpy, "100.000", "100.000");
  house.quote(eurusd, "1.00000", "1.00000");
  const AccountId account = house.add_account({.deposit = "2000"});
  house.open(account, eurjpy, Side::Buy, "1");
  CHECK_FALSE(
      house.quote(eurjpy, "98.600", "98.600").has<StopOutStarted>());  // -140,000 JPY: -1,400
  const auto events = house.quote(usdjpy, "90.000", "90.000");         // -1,555.56
  CHECK(events.only<StopOutStarted>().symbol == usdjpy);
  CHECK(house.figures(account).balance == money("444.44"));
}

TEST_CASE("Stop-out: without used margin it acts below zero equity") {
  Market m;
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.margin.hedged = HedgedMargin::Net;
  m.house.update_symbol(m.symbol, instrument);
  const AccountId account = m.house.add_account({.deposit = "1000"});
  m.house.open(account, m.symbol, Side::Buy, "0.5");
  m.house.open(account, m.symbol, Side::Sell, "0.5");
  REQUIRE(m.house.figures(account).used_margin == money("0"));
  CHECK_FALSE(m.house.quote(m.symbol, "0.99000", "1.01000").has<StopOutStarted>());  // equity 0
  const auto events = m.house.quote(m.symbol, "0.98990", "1.01000");                 // -5
  CHECK(events.only<StopOutStarted>().level == ratio("0"));
  CHECK(events.of<PositionReduced>().size() == 2);
  CHECK(m.house.figures(account).balance == money("0"));
}

TEST_CASE("Within one quote: SL and TP, then margin calls, then stop-outs, each by account") {
  Market m;
  const AccountId a = m.house.add_account({.deposit = "1000"});
  const AccountId b = m.house.add_account({.deposit = "1000"});
  const AccountId c = m.house.add_account({.deposit = "1000"});
  m.house.open(c, m.symbol, Side::Buy, "1", {.stop_loss = "0.99500"});
  m.house.open(b, m.symbol, Side::Buy, "1");
  m.house.open(a, m.symbol, Side::Buy, "1");
  std::vector<std::pair<EventKind, AccountId>> seen;
  for (const Event& event : m.quote("0.99000").all) {
    const EventKind kind = event.header.kind;
    if (kind == EventKind::PositionReduced || kind == EventKind::MarginCall ||
        kind == EventKind::StopOut) {
      seen.emplace_back(kind, event.header.account);
    }
  }
  CHECK(seen == std::vector<std::pair<EventKind, AccountId>>{{EventKind::PositionReduced, c},
                                                             {EventKind::MarginCall, a},
                                                             {EventKind::MarginCall, b},
                                                             {EventKind::StopOut, a},
                                                             {EventKind::PositionReduced, a},
                                                             {EventKind::StopOut, b},
                                                             {EventKind::PositionReduced, b}});
}

TEST_CASE("An SL that frees margin in time saves from the stop-out") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "2000"});
  const PositionId kept = m.house.open(account, m.symbol, Side::Buy, "0.5");
  m.house.open(account, m.symbol, Side::Buy, "1.5", {.stop_loss = "0.99500"});
  // At 0.99400: 2,000 - 1,200 = 800 of 2,000; the SL leaves 800 of 500.
  const auto events = m.quote("0.99400");
  CHECK_FALSE(events.has<StopOutStarted>());
  CHECK(events.only<PositionReduced>().reason == CloseReason::StopLoss);
  CHECK(m.house.position(kept).volume == lots("0.5"));
}

TEST_CASE("Closing commission counts while a stop-out looks again") {
  Market m;
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.commission.amount = ratio("40");
  m.house.update_symbol(m.symbol, instrument);
  const AccountId account = m.house.add_account({.deposit = "2080"});
  m.house.open(account, m.symbol, Side::Buy, "1");
  m.house.open(account, m.symbol, Side::Buy, "1");
  // 2,000 after commission. At 0.99460 each loses 540: 920 of 2,000; after one 880 of 1,000.
  CHECK(closed_in(m.quote("0.99460")).size() == 1);
  CHECK(m.house.figures(account).balance == money("1420"));
  // 1,420 - 910 = 510 of 1,000 stays; 490 does not: after its commission 450 is paid out.
  CHECK(closed_in(m.quote("0.99090")).empty());
  CHECK(closed_in(m.quote("0.99070")).size() == 1);
  CHECK(m.house.figures(account).balance == money("450"));
}

}  // namespace
}  // namespace tribook
