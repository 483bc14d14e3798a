#include "support/engine_fixture.h"

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::price;
using test::ratio;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10000");
  }
  void change(const std::function<void(Instrument&)>& how) {
    Instrument instrument = *house.engine.instrument(symbol);
    how(instrument);
    REQUIRE(house.update_symbol(symbol, instrument).code() == RejectCode::None);
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Close: all of a position, with its events in order") {
  Market m;
  m.change([](Instrument& i) { i.commission.amount = ratio("2"); });
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.house.quote(m.symbol, "1.10150", "1.10170");
  const auto events = m.house.close(m.account, id);
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated, EventKind::TradeExecuted,
                                      EventKind::LedgerPosted, EventKind::LedgerPosted,
                                      EventKind::PositionReduced, EventKind::PositionUpdated,
                                      EventKind::AccountUpdated});
  const auto order = events.only<OrderUpdated>();
  CHECK(order.order == OrderId{2});
  CHECK(order.position == id);
  CHECK(order.side == Side::Sell);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.filled_price == price("1.10150"));
  CHECK(order.reason == CloseReason::Manual);
  const auto trade = events.only<TradeExecuted>();
  CHECK(trade.side == Side::Sell);
  CHECK(trade.realized_pnl == money("150"));
  CHECK(trade.commission == money("-2"));
  CHECK(trade.reason == CloseReason::Manual);
  const auto entries = events.of<LedgerPosted>();
  CHECK(entries[0].type == LedgerType::RealizedPnl);
  CHECK(entries[0].house == HouseAccount::TradingPnl);
  CHECK(entries[0].amount == money("150"));
  CHECK(entries[1].type == LedgerType::Commission);
  CHECK(entries[1].amount == money("-2"));
  const auto reduced = events.only<PositionReduced>();
  CHECK(reduced.realized_pnl == money("150"));
  CHECK(reduced.closed_volume == lots("1"));
  CHECK(reduced.left_volume == lots("0"));
  CHECK(reduced.price == price("1.10150"));
  CHECK(reduced.bid == price("1.10150"));
  CHECK(reduced.ask == price("1.10170"));
  const auto position = events.only<PositionUpdated>();
  CHECK(position.action == PositionAction::Closed);
  CHECK(position.volume == lots("0"));
  CHECK(position.commission == money("-4"));
  const auto figures = m.house.figures(m.account);
  CHECK(figures.balance == money("10146"));
  CHECK(figures.used_margin == money("0"));
  CHECK(figures.positions == 0);
  CHECK(m.house.close(m.account, id).code() == RejectCode::NotFound);
}

TEST_CASE("Close: a sell closes at the ask") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Sell, "1");
  m.house.quote(m.symbol, "1.09900", "1.09950");
  const auto events = m.house.close(m.account, id);
  CHECK(events.only<OrderUpdated>().side == Side::Buy);
  CHECK(events.only<TradeExecuted>().price == price("1.09950"));
  CHECK(events.only<TradeExecuted>().realized_pnl == money("50"));
}

TEST_CASE("Close: P&L of zero is not booked") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  CHECK_FALSE(m.house.close(m.account, id).has<LedgerPosted>());
}

TEST_CASE("Partial close: realises in proportion, leaves the open price, frees margin") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.house.quote(m.symbol, "1.10200", "1.10220");
  const auto events = m.house.close(m.account, id, "0.3");
  CHECK(events.only<TradeExecuted>().realized_pnl == money("60"));
  const auto reduced = events.only<PositionReduced>();
  CHECK(reduced.closed_volume == lots("0.3"));
  CHECK(reduced.left_volume == lots("0.7"));
  CHECK(reduced.realized_total == money("60"));
  CHECK(events.only<PositionUpdated>().action == PositionAction::Modified);
  const auto left = m.house.position(id);
  CHECK(left.volume == lots("0.7"));
  CHECK(left.open_cost == cost_of(price("1.1"), lots("0.7")));
  CHECK(left.unrealized_pnl == money("140"));
  const auto figures = m.house.figures(m.account);
  CHECK(figures.used_margin == money("770"));  // of 1,100
  CHECK(figures.balance == money("10060"));
  const auto second = m.house.close(m.account, id, "0.2").only<PositionReduced>();
  CHECK(second.realized_pnl == money("40"));
  CHECK(second.realized_total == money("100"));
  const auto last = m.house.close(m.account, id, "0.5");
  CHECK(last.only<PositionUpdated>().action == PositionAction::Closed);
  CHECK(last.only<PositionReduced>().realized_total == money("200"));
  CHECK(m.house.figures(m.account).used_margin == money("0"));
  CHECK(m.house.figures(m.account).balance == money("10200"));
}

TEST_CASE("Partial close: margin stays that of the fill's rate, whatever the price is now") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.house.quote(m.symbol, "1.20000", "1.20000");
  m.house.close(m.account, id, "0.5");
  CHECK(m.house.figures(m.account).used_margin == money("550"));
}

TEST_CASE("Partial close: volumes that cannot be") {
  Market m;
  m.change([](Instrument& i) { i.min_volume = lots("0.1"); });
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  for (const char* volume : {"0", "-0.1", "1.01", "0.95", "10000000000"}) {
    CAPTURE(volume);
    CHECK(m.house.close(m.account, id, volume).code() == RejectCode::VolumeOutOfRange);
  }
  CHECK(m.house.close(m.account, id, "0.105").code() == RejectCode::VolumeStep);
  CHECK(m.house.position(id).volume == lots("1"));
  CHECK(m.house.close(m.account, id, "0.9").code() == RejectCode::None);
  CHECK(m.house.close(m.account, id, "0.1").code() == RejectCode::None);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Close refused: NOT_FOUND for another account's position, and for none") {
  Market m;
  const AccountId other = m.house.add_account();
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  const auto events = m.house.close(other, id);
  CHECK(events.code() == RejectCode::NotFound);
  CHECK(events.only<Refused>().code == RejectCode::NotFound);
  CHECK(m.house.close(other, id, "0.5").code() == RejectCode::NotFound);
  CHECK(m.house.modify(other, id, "1", {}).code() == RejectCode::NotFound);
  CHECK(m.house.close(m.account, PositionId{}).code() == RejectCode::NotFound);
  CHECK(m.house.close(m.account, PositionId{99}).code() == RejectCode::NotFound);
  CHECK(m.house.close(AccountId{99}, id).code() == RejectCode::NotFound);
  CHECK(m.house.position(id).volume == lots("1"));
}

TEST_CASE("Close: the house closes any account's position, as its own reason says") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  ClosePosition close;
  close.position = id;
  close.reason = CloseReason::Admin;
  close.origin = Origin::Admin;
  const auto events = m.house.send(AccountId{}, close);
  CHECK(events.only<OrderUpdated>().reason == CloseReason::Admin);
  CHECK(events.only<OrderUpdated>().origin == Origin::Admin);
  CHECK(events.all.front().header.account == m.account);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Close refused: MARKET_CLOSED and SYMBOL_DISABLED, CLOSE_ONLY closes") {
  Market m;
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.house.open_session(m.symbol, false);
  CHECK(m.house.close(m.account, id).code() == RejectCode::MarketClosed);
  m.house.open_session(m.symbol, true);
  m.change([](Instrument& i) { i.enabled = false; });
  CHECK(m.house.close(m.account, id).code() == RejectCode::SymbolDisabled);
  m.change([](Instrument& i) {
    i.enabled = true;
    i.state = SymbolState::CloseOnly;
  });
  CHECK(m.house.close(m.account, id).code() == RejectCode::None);
}

TEST_CASE("Close: takes the last rates of conversion and its price however old") {
  Market m;
  const SymbolId usdjpy = m.house.add_symbol(test::forex("USD", "JPY"));
  m.house.quote(usdjpy, "150.000", "151.000");
  const AccountId yen = m.house.add_account({.currency = "JPY", .deposit = "1000000"});
  const PositionId gain = m.house.open(yen, m.symbol, Side::Buy, "0.1");
  const PositionId loss = m.house.open(yen, m.symbol, Side::Sell, "0.1");
  m.house.quote(m.symbol, "1.10100", "1.10100");
  m.house.advance(std::chrono::hours(70));
  CHECK(m.house.close(yen, gain).only<TradeExecuted>().realized_pnl == money("1500"));   // 10 x 150
  CHECK(m.house.close(yen, loss).only<TradeExecuted>().realized_pnl == money("-1510"));  // 10 x 151
}

TEST_CASE("Close: never refused for margin") {
  Market m;
  const AccountId poor = m.house.add_account({.deposit = "1200", .stop_out = "0"});
  const PositionId small = m.house.open(poor, m.symbol, Side::Buy, "0.5");
  m.house.open(poor, m.symbol, Side::Buy, "0.5");
  m.house.quote(m.symbol, "1.09000", "1.09000");
  REQUIRE(m.house.figures(poor).free_margin < money("0"));
  CHECK(m.house.close(poor, small, "0.1").code() == RejectCode::None);
  CHECK(m.house.close(poor, small).code() == RejectCode::None);
}

TEST_CASE("Close: one of several positions of a symbol leaves the others") {
  Market m;
  const PositionId first = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.quote(m.symbol, "1.10100", "1.10100");
  const PositionId second = m.house.open(m.account, m.symbol, Side::Buy, "0.2");
  m.house.quote(m.symbol, "1.10200", "1.10200");
  const PositionId third = m.house.open(m.account, m.symbol, Side::Sell, "0.1");
  CHECK(m.house.close(m.account, second).only<TradeExecuted>().realized_pnl == money("20"));
  CHECK(m.house.position(first).unrealized_pnl == money("20"));
  CHECK(m.house.position(third).unrealized_pnl == money("0"));
  CHECK(m.house.positions(m.account).size() == 2);
  CHECK(m.house.close(m.account, first).code() == RejectCode::None);
  CHECK(m.house.close(m.account, third).code() == RejectCode::None);
  CHECK(m.house.figures(m.account).balance == money("10040"));
}

TEST_CASE("Close: the commission's minimum is charged on each side") {
  Market m;
  m.change([](Instrument& i) { i.commission.minimum = ratio("1"); });
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.close(m.account, id, "0.05");
  m.house.close(m.account, id, "0.05");
  CHECK(m.house.figures(m.account).balance == money("9997"));
}

}  // namespace
}  // namespace tribook
