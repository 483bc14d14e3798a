#include "support/engine_fixture.h"
#include "support/timers.h"

// Amounts beyond 10^20 units of a currency: money does not express them, so nothing is told of them
// and nothing is decided on them.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::lots;
using test::money;

struct Market {
  Market() {
    Instrument instrument = test::contract("BIG", Category::Cfd, "BIG", "USD", "100000");
    instrument.digits = 5;
    instrument.tick_size = instrument.pip_size = test::price("0.00001");
    instrument.max_volume = lots("1000000000");
    big = house.add_symbol(instrument);
    eurusd = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account({.deposit = "20000000"});
    house.quote(big, "0.00001", "0.00001");
    house.quote(eurusd, "1.10000", "1.10000");
    held = house.open(account, big, Side::Sell, "1000000000");
    good = house.open(account, eurusd, Side::Buy, "1");
  }
  [[nodiscard]] engine::AccountFigures figures() const { return house.figures(account); }

  House house;
  SymbolId big;
  SymbolId eurusd;
  AccountId account;
  PositionId held;
  PositionId good;
};

TEST_CASE("Inexpressible: no equity is told, and nobody is stopped out on none") {
  Market m;
  CHECK(m.figures().is_equity_known);
  const Events beyond = m.house.quote(m.big, "100000000", "100000000");
  CHECK(beyond.kinds() == std::vector<EventKind>{EventKind::QuoteApplied});
  CHECK_FALSE(m.figures().is_equity_known);
  CHECK_FALSE(m.house.position(m.held).is_pnl_known);
  CHECK(m.house.position(m.good).is_pnl_known);
  CHECK(m.house.quote(m.eurusd, "1.00000", "1.00000").all.size() == 1);
  CHECK(m.figures().positions == 2);
}

TEST_CASE("Inexpressible: what would be decided on an equity is refused") {
  Market m;
  m.house.quote(m.big, "100000000", "100000000");
  CHECK(m.house.close(m.account, m.held).code() == RejectCode::ValueOverflow);
  CHECK(m.house.order(m.account, m.eurusd, Side::Buy, "0.01").code() == RejectCode::ValueOverflow);
  CHECK(m.house.withdraw(m.account, "1").code() == RejectCode::ValueOverflow);
  CHECK(m.house.deposit(m.account, "1").code() == RejectCode::None);
  CHECK(m.house.close_all(m.account).of<PositionReduced>().size() == 1);  // the other one
  CHECK(m.figures().positions == 1);
}

TEST_CASE("Inexpressible: once it can be told again, all is as it should be") {
  Market m;
  m.house.quote(m.big, "100000000", "100000000");
  const Events back = m.house.quote(m.big, "0.00001", "0.00001");
  CHECK(back.all.size() == 1);
  CHECK(m.figures().is_equity_known);
  CHECK(m.figures().equity == money("20000000"));
  CHECK(m.figures().positions == 2);
}

TEST_CASE("Inexpressible: the quote at which it can be told again stops out") {
  Market m;
  m.house.quote(m.big, "100000000", "100000000");
  const Events back = m.house.quote(m.big, "0.50000", "0.50000");
  CHECK(back.only<StopOutStarted>().equity == money("-49998980000000"));
  CHECK(back.of<PositionReduced>().size() == 2);
  CHECK(m.figures().balance == money("0"));
}

TEST_CASE("Inexpressible: a stop-out that cannot be booked is told once") {
  Market m;
  const AccountId other = m.house.add_account({.deposit = "20000000"});
  for (int i = 0; i < 3; ++i) m.house.open(other, m.big, Side::Sell, "100000000");
  const auto alerts_at = [&](const char* price) {
    std::size_t alerts = 0;
    const Events events = m.house.quote(m.big, price, price);
    for (const Event& event : events.all) {
      const bool is_others = event.header.account == other;
      if (is_others && event.header.kind == EventKind::StopOut) ++alerts;
    }
    return alerts;
  };
  CHECK(alerts_at("6000000") == 1);  // 6 x 10^19 each: the first one goes
  CHECK(m.house.figures(other).positions == 2);
  CHECK(alerts_at("6000001") == 1);  // none of the others does
  CHECK(alerts_at("6000002") == 0);
  CHECK(alerts_at("6000003") == 0);
  CHECK(alerts_at("1000000") == 1);  // now they do
  CHECK(m.house.figures(other).positions == 0);
}

TEST_CASE("Inexpressible: a gain beyond all money lets nobody open more") {
  Market m;
  const AccountId other = m.house.add_account({.deposit = "20000000"});
  m.house.open(other, m.big, Side::Buy, "1000000000");
  m.house.quote(m.big, "100000000", "100000000");
  CHECK_FALSE(m.house.figures(other).is_equity_known);
  CHECK(m.house.order(other, m.eurusd, Side::Buy, "0.01").code() == RejectCode::ValueOverflow);
}

TEST_CASE("Inexpressible: a balance stays within what can be expressed") {
  Market m;
  const AccountId other = m.house.add_account({.deposit = "20000000"});
  std::vector<PositionId> held;
  for (int i = 0; i < 3; ++i) held.push_back(m.house.open(other, m.big, Side::Buy, "100000000"));
  m.house.quote(m.big, "4000000", "4000000");  // 4 x 10^19 each
  CHECK(m.house.figures(other).unrealized_pnl ==
        money("60000000000000000000") + money("59999999999700000000"));
  CHECK(m.house.close(other, held[0]).code() == RejectCode::None);
  CHECK(m.house.close(other, held[1]).code() == RejectCode::None);
  CHECK(m.house.close(other, held[2]).code() == RejectCode::ValueOverflow);
  CHECK(m.house.figures(other).positions == 1);
}

TEST_CASE("Inexpressible: an order of a FIFO account closes all that it closes or nothing") {
  Market m;
  const AccountId other = m.house.add_account({.deposit = "20000000", .closing = Closing::Fifo});
  for (int i = 0; i < 3; ++i) m.house.open(other, m.big, Side::Buy, "100000000");
  m.house.quote(m.big, "4000000", "4000000");
  const Events all = m.house.order(other, m.big, Side::Sell, "300000000");
  CHECK(all.code() == RejectCode::ValueOverflow);
  CHECK(m.house.figures(other).positions == 3);
  CHECK(m.house.order(other, m.big, Side::Sell, "200000000").of<PositionReduced>().size() == 2);
}

TEST_CASE("Inexpressible: a leg whose margin could not stand alone is not opened") {
  House house;
  Instrument instrument = test::contract("BIG", Category::Cfd, "BIG", "USD", "10000000000");
  instrument.max_volume = lots("1000000000");
  instrument.margin.hedged = HedgedMargin::Net;
  const SymbolId symbol = house.add_symbol(instrument);
  const AccountId account = house.add_account({.deposit = "90000000000000000000", .leverage = 1});
  house.quote(symbol, "50.00", "50.00");
  // 5 x 10^19 a leg: hedged it would take little, but the larger one alone more than can be told.
  house.open(account, symbol, Side::Buy, "100000000");
  house.open(account, symbol, Side::Sell, "100000000");
  CHECK(house.figures(account).used_margin == money("0"));
  house.open(account, symbol, Side::Buy, "50000000");
  CHECK(house.order(account, symbol, Side::Sell, "150000000").code() == RejectCode::ValueOverflow);
  CHECK(house.figures(account).used_margin == money("25000000000000000000"));
}

TEST_CASE("Inexpressible: a day without an equity ends with the next one") {
  Market m;
  m.house.quote(m.big, "100000000", "100000000");
  const Events ended = test::roll_over(m.house, test::date(2023, 11, 15));
  CHECK_FALSE(ended.has<AccountDayEnded>());
  CHECK(ended.only<Refused>().code == RejectCode::ValueOverflow);
  m.house.quote(m.big, "0.00001", "0.00001");
  CHECK(test::roll_over(m.house, test::date(2023, 11, 16)).has<AccountDayEnded>());
}

}  // namespace
}  // namespace tribook
