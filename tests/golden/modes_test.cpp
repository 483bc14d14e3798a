#include "support/engine_fixture.h"

// The rule book's numbers of netting, closing orders and close-by.

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::price;
using test::ratio;

struct Market {
  explicit Market(const test::AccountOptions& options, std::string_view commission = "0") {
    Instrument eurusd = test::forex("EUR", "USD");
    eurusd.commission.amount = ratio(commission);
    symbol = house.add_symbol(eurusd);
    account = house.add_account(options);
    house.quote(symbol, "1.10000", "1.10000");
  }
  [[nodiscard]] engine::PositionFigures only() const {
    const auto positions = house.positions(account);
    REQUIRE(positions.size() == 1);
    return positions.front();
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

test::AccountOptions netting() { return {.mode = PositionMode::Netting}; }

TEST_CASE("DOMAIN 4: netting, the same side averages by volume") {
  Market m(netting());
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "0.2");
  m.house.quote(m.symbol, "1.10300", "1.10300");
  CHECK(m.house.open(m.account, m.symbol, Side::Buy, "0.1") == id);
  const auto position = m.only();
  CHECK(position.id == id);
  CHECK(position.volume == lots("0.3"));
  CHECK(position.open_cost == cost_of(price("1.10100"), lots("0.3")));
  CHECK(position.unrealized_pnl == money("60"));
}

TEST_CASE("DOMAIN 4: netting, the opposite side realises P&L on the closed part") {
  Market m(netting());
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "0.3");
  m.house.quote(m.symbol, "1.10200", "1.10200");
  const auto events = m.house.order(m.account, m.symbol, Side::Sell, "0.1");
  CHECK(events.only<TradeExecuted>().realized_pnl == money("20"));
  CHECK(events.only<OrderUpdated>().status == OrderStatus::Filled);
  CHECK(events.only<OrderUpdated>().position == id);
  CHECK(m.only().volume == lots("0.2"));
  CHECK(m.only().side == Side::Buy);
  CHECK(m.only().open_cost == cost_of(price("1.10000"), lots("0.2")));
  CHECK(m.house.figures(m.account).balance == money("10020"));
}

TEST_CASE("DOMAIN 4: buy 60,000 then sell 100,000 -> short 40,000 at the deal price") {
  Market m(netting());
  const PositionId old = m.house.open(m.account, m.symbol, Side::Buy, "0.6");
  m.house.quote(m.symbol, "1.10500", "1.10500");
  const auto events = m.house.order(m.account, m.symbol, Side::Sell, "1");
  const auto orders = events.of<OrderUpdated>();
  REQUIRE(orders.size() == 2);
  CHECK(orders[0].status == OrderStatus::PartiallyFilled);
  CHECK(orders[0].filled_volume == lots("0.6"));
  CHECK(orders[0].position == old);
  CHECK(orders[1].order == orders[0].order);
  CHECK(orders[1].status == OrderStatus::Filled);
  CHECK(orders[1].filled_volume == lots("1"));
  CHECK(orders[1].filled_price == price("1.10500"));
  const auto position = m.only();
  CHECK(position.id != old);
  CHECK(orders[1].position == position.id);
  CHECK(position.side == Side::Sell);
  CHECK(position.volume == lots("0.4"));
  CHECK(position.open_cost == cost_of(price("1.10500"), lots("0.4")));
  // All of the old one is realised: 0.6 lots x 50 pips.
  CHECK(m.house.figures(m.account).balance == money("10300"));
  CHECK(m.house.figures(m.account).used_margin == money("442"));
}

TEST_CASE("DOMAIN 13.3: an average that no price hits keeps its exact cost") {
  Market m(netting());
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.quote(m.symbol, "1.10001", "1.10001");
  m.house.open(m.account, m.symbol, Side::Buy, "0.2");
  const Cost whole =
      cost_of(price("1.10000"), lots("0.1")) + cost_of(price("1.10001"), lots("0.2"));
  CHECK(m.only().open_cost == whole);
  // A partial close removes cost x closed / volume, rounded at 10^-16.
  m.house.order(m.account, m.symbol, Side::Sell, "0.07");
  const int128 gone = divide_half_away(whole.raw * lots("0.07").raw, lots("0.3").raw);
  CHECK(m.only().open_cost.raw == whole.raw - gone);
  m.house.order(m.account, m.symbol, Side::Sell, "0.23");
  // Bought for 0.1 x 1.10000 + 0.2 x 1.10001, sold at 1.10001: 0.1 x 100,000 x 0.00001.
  CHECK(m.house.figures(m.account).balance == money("10000.10"));
}

TEST_CASE("DOMAIN 13.4: each fill adds its own margin, a close scales what is there") {
  Market m({.leverage = 100, .mode = PositionMode::Netting});
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  CHECK(m.house.figures(m.account).used_margin == money("110"));
  m.house.quote(m.symbol, "1.20000", "1.20000");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  CHECK(m.house.figures(m.account).used_margin == money("230"));
  m.house.order(m.account, m.symbol, Side::Sell, "0.1");
  CHECK(m.house.figures(m.account).used_margin == money("115"));
}

TEST_CASE("DOMAIN 13.16: the remainder of a reversal is checked alone, refused, it is cancelled") {
  Market m({.deposit = "1200", .leverage = 100, .mode = PositionMode::Netting});
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  const auto events = m.house.order(m.account, m.symbol, Side::Sell, "3");
  const auto orders = events.of<OrderUpdated>();
  REQUIRE(orders.size() == 2);
  CHECK(orders[1].status == OrderStatus::Cancelled);
  CHECK(orders[1].code == RejectCode::InsufficientMargin);
  CHECK(orders[1].filled_volume == lots("1"));
  CHECK(m.house.positions(m.account).empty());
  CHECK(events.only<TradeExecuted>().reason == CloseReason::Manual);
  CHECK(m.house.figures(m.account).used_margin == money("0"));
}

TEST_CASE("DOMAIN 13.16: FIFO, an opposite order closes the oldest first, LIFO the newest") {
  for (const Closing closing : {Closing::Fifo, Closing::Lifo}) {
    Market m({.closing = closing});
    const PositionId first = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
    const PositionId second = m.house.open(m.account, m.symbol, Side::Buy, "0.2");
    const PositionId third = m.house.open(m.account, m.symbol, Side::Buy, "0.3");
    REQUIRE(third != second);
    const auto events = m.house.order(m.account, m.symbol, Side::Sell, "0.35");
    const auto reduced = events.of<PositionReduced>();
    if (closing == Closing::Fifo) {
      REQUIRE(reduced.size() == 3);
      CHECK(reduced[0].position == first);
      CHECK(reduced[1].position == second);
      CHECK(reduced[2].position == third);
      CHECK(reduced[2].closed_volume == lots("0.05"));
    } else {
      REQUIRE(reduced.size() == 2);
      CHECK(reduced[0].position == third);
      CHECK(reduced[1].position == second);
      CHECK(reduced[1].closed_volume == lots("0.05"));
    }
    CHECK(events.only<OrderUpdated>().position == reduced.back().position);
  }
}

TEST_CASE("DOMAIN 13.16: other closes by id are refused, SL, TP and stop-out are exempt") {
  Market m({.closing = Closing::Fifo});
  const PositionId first = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  const PositionId second =
      m.house.open(m.account, m.symbol, Side::Buy, "0.1", {.stop_loss = "1.09000"});
  CHECK(m.house.close(m.account, second).code() == RejectCode::ClosingOrder);
  CHECK(m.house.close(m.account, second, "0.05").code() == RejectCode::ClosingOrder);
  CHECK(m.house.close_by(m.account, first, second).code() == RejectCode::NotOpposite);
  CHECK(m.house.quote(m.symbol, "1.09000", "1.09000").only<PositionReduced>().position == second);
  CHECK(m.house.close(m.account, first).code() == RejectCode::None);
}

TEST_CASE("DOMAIN 13.17: one P&L of the pair on the path's position, both pay commission") {
  Market m({}, "3");
  const PositionId buy = m.house.open(m.account, m.symbol, Side::Buy, "0.5");
  m.house.quote(m.symbol, "1.10400", "1.10400");
  const PositionId sell = m.house.open(m.account, m.symbol, Side::Sell, "0.2");
  const auto events = m.house.close_by(m.account, buy, sell);
  const auto trades = events.of<TradeExecuted>();
  REQUIRE(trades.size() == 2);
  // (1.10400 - 1.10000) x 100,000 x 0.2
  CHECK(trades[0].position == buy);
  CHECK(trades[0].realized_pnl == money("80"));
  CHECK(trades[0].commission == money("-0.6"));
  CHECK(trades[0].price == price("1.10400"));
  CHECK(trades[0].reason == CloseReason::CloseBy);
  CHECK(trades[1].position == sell);
  CHECK(trades[1].realized_pnl == money("0"));
  CHECK(trades[1].commission == money("-0.6"));
  CHECK(trades[1].price == price("1.10000"));
  // The remainder keeps the larger one's open price.
  CHECK(m.only().id == buy);
  CHECK(m.only().volume == lots("0.3"));
  CHECK(m.only().open_cost == cost_of(price("1.10000"), lots("0.3")));
  // 10,000 - 1.50 - 0.60 for the openings, + 80 - 1.20
  CHECK(m.house.figures(m.account).balance == money("10076.7"));
}

TEST_CASE("DOMAIN 13.14: the minimum of an order counts once for all that it fills") {
  Market m({.closing = Closing::Fifo});
  Instrument eurusd = *m.house.engine.instrument(m.symbol);
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.open(m.account, m.symbol, Side::Buy, "0.2");
  eurusd.commission.amount = ratio("10");
  eurusd.commission.minimum = ratio("2");
  REQUIRE(m.house.update_symbol(m.symbol, eurusd).code() == RejectCode::None);
  // 0.1 lots are charged the minimum of 2; 0.3 are worth 3, 1 more; 0.5 in all 5, 2 more.
  const auto trades = m.house.order(m.account, m.symbol, Side::Sell, "0.5").of<TradeExecuted>();
  REQUIRE(trades.size() == 3);
  CHECK(trades[0].commission == money("-2"));
  CHECK(trades[1].commission == money("-1"));
  CHECK(trades[2].commission == money("-2"));
}

}  // namespace
}  // namespace tribook
