#include "support/engine_fixture.h"

// A symbol's commission was moved to a currency that nothing converts to the account's: its
// positions could not be closed any more, by nobody, and a stop-loss was lost when it fired.

namespace tribook {
namespace {

using test::House;
using test::money;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account({.deposit = "2000"});
    house.quote(symbol, "1.10000", "1.10000");
  }
  void charge_in_kroner() {
    Instrument instrument = *house.engine.instrument(symbol);
    instrument.commission.amount = test::ratio("2");
    instrument.commission.currency = Currency::of("SEK");
    REQUIRE(house.update_symbol(symbol, instrument).code() == RejectCode::None);
  }
  // Closed at a loss, and nothing charged.
  static void check_close(const test::Events& events, CloseReason reason, const char* pnl) {
    const auto trade = events.only<TradeExecuted>();
    CHECK(trade.reason == reason);
    CHECK(trade.realized_pnl == money(pnl));
    CHECK(trade.commission == Money{});
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Commission without a rate: a position is closed, and opens no more") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.charge_in_kroner();
  m.house.quote(m.symbol, "1.09900", "1.09900");
  Market::check_close(m.house.close(m.account, id), CloseReason::Manual, "-100");
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "1").code() == RejectCode::NoConversion);
}

TEST_CASE("Commission without a rate: a stop-loss fires") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "1", {.stop_loss = "1.09900"});
  m.charge_in_kroner();
  Market::check_close(m.house.quote(m.symbol, "1.09900", "1.09900"), CloseReason::StopLoss, "-100");
}

TEST_CASE("Commission without a rate: a stop-out closes") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.charge_in_kroner();
  Market::check_close(m.house.quote(m.symbol, "1.08500", "1.08500"), CloseReason::StopOut, "-1500");
}

TEST_CASE("Commission without a rate: the smallest slice is enough") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "2000", .stop_out_order = StopOutOrder::Smart});
  m.house.open(account, m.symbol, Side::Buy, "1");
  m.charge_in_kroner();
  // Of 2,000 are left 500, of 1,100 margin half and 0.1 lots are to go.
  const auto reduced = m.house.quote(m.symbol, "1.08500", "1.08500").only<PositionReduced>();
  CHECK(reduced.closed_volume == test::lots("0.1"));
}

}  // namespace
}  // namespace tribook
