#include "support/engine_fixture.h"

// Orders that close before they open: netting accounts, and those that close in order.

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::price;

struct Market {
  explicit Market(const test::AccountOptions& options) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account(options);
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

const test::AccountOptions kNetting{.mode = PositionMode::Netting};

TEST_CASE("Netting: one position a symbol, with its events in order") {
  Market m(kNetting);
  const PositionId id =
      m.house.open(m.account, m.symbol, Side::Buy, "0.5", {.stop_loss = "1.09000"});
  const auto events =
      m.house.order(m.account, m.symbol, Side::Buy, "0.5", {.take_profit = "1.20000"});
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated, EventKind::TradeExecuted,
                                      EventKind::PositionUpdated, EventKind::AccountUpdated});
  CHECK(events.only<TradeExecuted>().position == id);
  CHECK(events.only<TradeExecuted>().reason == CloseReason::None);
  const auto position = events.only<PositionUpdated>();
  CHECK(position.position == id);
  CHECK(position.action == PositionAction::Modified);
  CHECK(position.volume == lots("1"));
  // What the order says of levels replaces them, what it does not say stays.
  CHECK(position.stop_loss == price("1.09000"));
  CHECK(position.take_profit == price("1.20000"));
  CHECK(m.house.quote(m.symbol, "1.09000", "1.09000").only<PositionReduced>().closed_volume ==
        lots("1"));
}

TEST_CASE("Netting: an order that closes all of it, and its events in order") {
  Market m(kNetting);
  const PositionId id = m.house.open(m.account, m.symbol, Side::Sell, "0.5");
  const auto events = m.house.order(m.account, m.symbol, Side::Buy, "0.5");
  CHECK(events.kinds() == std::vector{EventKind::OrderUpdated, EventKind::TradeExecuted,
                                      EventKind::PositionReduced, EventKind::PositionUpdated,
                                      EventKind::AccountUpdated});
  const auto order = events.only<OrderUpdated>();
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.position == id);
  CHECK(order.reason == CloseReason::None);
  CHECK(events.only<TradeExecuted>().order == order.order);
  CHECK(events.only<PositionReduced>().order == order.order);
  CHECK(events.only<PositionUpdated>().action == PositionAction::Closed);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Netting: what closes is never refused for margin or room, nor the remainder for room") {
  engine::EngineLimits limits = test::small_limits();
  limits.positions = 1;
  House house(limits);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account(kNetting);
  const AccountId other = house.add_account({});
  house.quote(symbol, "1.10000", "1.10000");
  house.open(account, symbol, Side::Buy, "0.5");
  CHECK(house.order(other, symbol, Side::Buy, "0.5").code() == RejectCode::LimitReached);
  CHECK(house.order(account, symbol, Side::Buy, "0.5").code() == RejectCode::None);
  CHECK(house.order(account, symbol, Side::Sell, "1.5").code() == RejectCode::None);
  CHECK(house.positions(account).front().side == Side::Sell);
}

TEST_CASE("Netting: with no free margin left a position can be reduced, not grown") {
  Market m({.deposit = "1150", .stop_out = "0", .mode = PositionMode::Netting});
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  m.house.quote(m.symbol, "1.09500", "1.09500");
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.01").code() ==
        RejectCode::InsufficientMargin);
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.5").code() == RejectCode::None);
}

TEST_CASE("Netting: another symbol is another position") {
  Market m(kNetting);
  const SymbolId gbp = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(gbp, "1.30000", "1.30000");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.open(m.account, gbp, Side::Sell, "0.1");
  CHECK(m.house.figures(m.account).positions == 2);
}

TEST_CASE("Netting: closing by id closes what there is") {
  Market m({.mode = PositionMode::Netting, .closing = Closing::Lifo});
  const PositionId id = m.house.open(m.account, m.symbol, Side::Buy, "0.3");
  CHECK(m.house.close(m.account, id, "0.1").code() == RejectCode::None);
  CHECK(m.house.close(m.account, id).code() == RejectCode::None);
}

TEST_CASE("Netting: an old quote closes nothing") {
  Market m(kNetting);
  m.house.open(m.account, m.symbol, Side::Buy, "0.3");
  m.house.advance(std::chrono::minutes(2));
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.3").code() == RejectCode::StaleQuote);
}

TEST_CASE("Netting: what closes takes rates of conversion however old, what opens does not") {
  House house;
  const SymbolId eurchf = house.add_symbol(test::forex("EUR", "CHF"));
  const SymbolId usdchf = house.add_symbol(test::forex("USD", "CHF"));
  const SymbolId eurusd = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account(kNetting);
  house.quote(usdchf, "0.90000", "0.90000");
  house.quote(eurusd, "1.10000", "1.10000");
  house.quote(eurchf, "0.99000", "0.99000");
  house.open(account, eurchf, Side::Buy, "0.1");
  house.advance(std::chrono::minutes(5));
  house.quote(eurchf, "1.00000", "1.00000");
  const auto orders = house.order(account, eurchf, Side::Sell, "0.2").of<OrderUpdated>();
  REQUIRE(orders.size() == 2);
  CHECK(orders[1].status == OrderStatus::Cancelled);
  CHECK(orders[1].code == RejectCode::NoConversion);
  CHECK(house.positions(account).empty());
}

TEST_CASE("FIFO: a reversal closes them all and opens the rest") {
  Market m({.closing = Closing::Fifo});
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.quote(m.symbol, "1.10100", "1.10110");
  const auto events = m.house.order(m.account, m.symbol, Side::Sell, "0.5");
  CHECK(events.of<PositionReduced>().size() == 2);
  const auto positions = m.house.positions(m.account);
  REQUIRE(positions.size() == 1);
  CHECK(positions[0].volume == lots("0.3"));
  CHECK(positions[0].side == Side::Sell);
  CHECK(m.house.figures(m.account).balance == money("10020"));
}

TEST_CASE("FIFO: positions of one side stay apart") {
  Market m({.closing = Closing::Fifo});
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  CHECK(m.house.positions(m.account).size() == 2);
}

TEST_CASE("FIFO: the house may close any by its id") {
  Market m({.closing = Closing::Fifo});
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  const PositionId second = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  CHECK(m.house.close({}, second).code() == RejectCode::None);
}

TEST_CASE("Closing in order: close-all takes them in it") {
  for (const Closing closing : {Closing::Any, Closing::Fifo, Closing::Lifo}) {
    Market m({.closing = closing});
    std::vector<PositionId> ids;
    for (int i = 0; i < 4; ++i) {
      ids.push_back(m.house.open(m.account, m.symbol, Side::Buy, "0.1"));
    }
    if (closing == Closing::Lifo) std::reverse(ids.begin(), ids.end());
    const auto reduced = m.house.close_all(m.account).of<PositionReduced>();
    REQUIRE(reduced.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) CHECK(reduced[i].position == ids[i]);
    CHECK(m.house.figures(m.account).positions == 0);
  }
}

TEST_CASE("Close-all: what cannot be closed now stays, and it succeeds") {
  Market m({});
  const SymbolId gbp = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(gbp, "1.30000", "1.30000");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.open(m.account, gbp, Side::Buy, "0.1");
  m.house.open_session(gbp, false);
  const auto events = m.house.close_all(m.account);
  CHECK(events.only<PositionReduced>().reason == CloseReason::Manual);
  CHECK(m.house.positions(m.account).size() == 1);
  CHECK(m.house.close_all(m.account).all.empty());
}

TEST_CASE("Close-all: of one symbol") {
  Market m({});
  const SymbolId gbp = m.house.add_symbol(test::forex("GBP", "USD"));
  m.house.quote(gbp, "1.30000", "1.30000");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  const PositionId kept = m.house.open(m.account, gbp, Side::Buy, "0.1");
  m.house.close_all(m.account, m.symbol);
  REQUIRE(m.house.positions(m.account).size() == 1);
  CHECK(m.house.positions(m.account)[0].id == kept);
  CHECK(m.house.close_all(m.account, SymbolId{9}).code() == RejectCode::SymbolUnknown);
  CHECK(m.house.close_all(AccountId{99}).code() == RejectCode::NotFound);
}

}  // namespace
}  // namespace tribook
