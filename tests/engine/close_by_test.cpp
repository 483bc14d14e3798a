#include "support/engine_fixture.h"

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::price;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10000");
    buy = house.open(account, symbol, Side::Buy, "0.5");
    house.quote(symbol, "1.10400", "1.10400");
    sell = house.open(account, symbol, Side::Sell, "0.5");
  }

  House house;
  SymbolId symbol;
  AccountId account;
  PositionId buy;
  PositionId sell;
};

TEST_CASE("Close-by: both of one size are gone, with their events in order") {
  Market m;
  const auto events = m.house.close_by(m.account, m.sell, m.buy);
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated, EventKind::TradeExecuted,
                                      EventKind::LedgerPosted, EventKind::PositionReduced,
                                      EventKind::PositionUpdated, EventKind::OrderUpdated,
                                      EventKind::TradeExecuted, EventKind::PositionReduced,
                                      EventKind::PositionUpdated, EventKind::AccountUpdated});
  const auto orders = events.of<OrderUpdated>();
  CHECK(orders[0].position == m.sell);
  CHECK(orders[0].side == Side::Buy);
  CHECK(orders[0].reason == CloseReason::CloseBy);
  CHECK(orders[0].status == OrderStatus::Filled);
  CHECK(orders[0].filled_price == price("1.10000"));
  CHECK(orders[1].order.value == orders[0].order.value + 1);
  CHECK(orders[1].position == m.buy);
  CHECK(orders[1].filled_price == price("1.10400"));
  const auto reduced = events.of<PositionReduced>();
  CHECK(reduced[0].realized_pnl == money("200"));
  CHECK(reduced[1].realized_pnl == money("0"));
  CHECK(m.house.figures(m.account).positions == 0);
  CHECK(m.house.figures(m.account).used_margin == money("0"));
  CHECK(m.house.figures(m.account).balance == money("10200"));
}

TEST_CASE("Close-by: needs no quote, but a session") {
  Market m;
  m.house.advance(std::chrono::hours(1));
  m.house.open_session(m.symbol, false);
  CHECK(m.house.close_by(m.account, m.buy, m.sell).code() == RejectCode::MarketClosed);
  m.house.open_session(m.symbol, true);
  CHECK(m.house.close_by(m.account, m.buy, m.sell).code() == RejectCode::None);
}

TEST_CASE("Close-by: a loss of the pair is converted as a loss") {
  House house;
  const SymbolId usdjpy = house.add_symbol(test::forex("USD", "JPY"));
  const AccountId account = house.add_account();
  house.quote(usdjpy, "150.000", "150.010");
  const PositionId buy = house.open(account, usdjpy, Side::Buy, "0.1");
  house.quote(usdjpy, "149.000", "149.100");
  const PositionId sell = house.open(account, usdjpy, Side::Sell, "0.1");
  // (149.000 - 150.010) x 10,000 = -10,100 JPY, bought at 149.000
  CHECK(house.close_by(account, buy, sell).of<TradeExecuted>()[0].realized_pnl == money("-67.79"));
}

TEST_CASE("Close-by: what does not belong together is refused") {
  Market m;
  const SymbolId gbp = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(gbp, "1.30000", "1.30000");
  const PositionId other = m.house.open(m.account, gbp, Side::Sell, "0.1");
  const PositionId same = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  const AccountId stranger = m.house.add_account();
  const PositionId foreign = m.house.open(stranger, m.symbol, Side::Sell, "0.1");
  CHECK(m.house.close_by(m.account, m.buy, other).code() == RejectCode::NotOpposite);
  CHECK(m.house.close_by(m.account, m.buy, same).code() == RejectCode::NotOpposite);
  CHECK(m.house.close_by(m.account, m.buy, m.buy).code() == RejectCode::NotOpposite);
  CHECK(m.house.close_by(m.account, m.buy, foreign).code() == RejectCode::NotFound);
  CHECK(m.house.close_by({}, m.buy, foreign).code() == RejectCode::NotOpposite);
  CHECK(m.house.close_by(m.account, m.buy, PositionId{999}).code() == RejectCode::NotFound);
  CHECK(m.house.close_by(m.account, PositionId{999}, m.buy).code() == RejectCode::NotFound);
}

TEST_CASE("Close-by: accounts that close in order do not") {
  House house;
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account({.closing = Closing::Lifo});
  house.quote(symbol, "1.10000", "1.10000");
  const PositionId one = house.open(account, symbol, Side::Buy, "0.5");
  const PositionId two = house.open(account, symbol, Side::Buy, "0.5");
  CHECK(house.close_by(account, one, two).code() == RejectCode::NotOpposite);
}

TEST_CASE("Close-by: a disabled symbol or a suspended account does not") {
  Market m;
  m.house.change_state(m.account, AccountState::Suspended);
  CHECK(m.house.close_by(m.account, m.buy, m.sell).code() == RejectCode::AccountDisabled);
  m.house.change_state(m.account, AccountState::CloseOnly);
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.state = SymbolState::Disabled;
  m.house.update_symbol(m.symbol, instrument);
  CHECK(m.house.close_by(m.account, m.buy, m.sell).code() == RejectCode::SymbolDisabled);
  instrument.state = SymbolState::CloseOnly;
  m.house.update_symbol(m.symbol, instrument);
  CHECK(m.house.close_by(m.account, m.buy, m.sell).code() == RejectCode::None);
}

TEST_CASE("Close-by: the levels of what is left stay armed") {
  Market m;
  const PositionId large =
      m.house.open(m.account, m.symbol, Side::Buy, "0.8", {.stop_loss = "1.09000"});
  m.house.close_by(m.account, m.sell, large);
  CHECK(m.house.quote(m.symbol, "1.09000", "1.09000").only<PositionReduced>().closed_volume ==
        lots("0.3"));
}

}  // namespace
}  // namespace tribook
