#include "support/order_desk.h"
#include "support/provider.h"

// Positions at liquidity providers close there.

namespace tribook {
namespace {

using test::House;
using test::last_of;
using test::lots;
using test::money;
using test::price;
using test::Provider;

struct Market {
  explicit Market(const test::AccountOptions& options = {},
                  Instrument instrument = test::forex("EUR", "USD")) {
    symbol = house.add_symbol(instrument);
    account = house.add_account(options);
    house.quote(symbol, "1.10000", "1.10000");
  }
  PositionId open(Side side, std::string_view volume, std::string_view at,
                  const test::OrderOptions& options = {}) {
    const auto sent = test::order_to(house, Book::A, account, symbol, side, volume, options);
    return last_of(provider.fill(sent.only<VenueRequested>(), volume, at)).position;
  }

  House house;
  Provider provider{house};
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Venue closes: a position closes at its venue, in parts, and the venue settles") {
  Market m;
  const PositionId position = m.open(Side::Buy, "1", "1.1");
  const auto closing = m.house.close(m.account, position);
  CHECK(last_of(closing).status == OrderStatus::Filling);
  CHECK(closing.only<PositionUpdated>().is_closing == 1);
  const auto request = closing.only<VenueRequested>();
  CHECK(request.request_kind == VenueRequestKind::Close);
  CHECK(request.side == Side::Sell);
  CHECK(request.position == position);
  CHECK(m.house.close(m.account, position).code() == RejectCode::ClosingAtVenue);

  const auto part = m.provider.fill(request, "0.4", "1.101");
  CHECK(part.only<PositionReduced>().realized_pnl == money("40"));
  CHECK(part.only<VenueSettled>().amount == money("40"));
  CHECK(last_of(part).status == OrderStatus::PartiallyFilled);
  const auto all = m.provider.fill(request, "0.6", "1.102");
  CHECK(last_of(all).status == OrderStatus::Filled);
  CHECK(all.only<PositionUpdated>().action == PositionAction::Closed);
  CHECK(m.house.figures(m.account).balance == money("10160"));
  CHECK(m.house.engine.exposure(m.symbol).at_venues == 0);
}

TEST_CASE("Venue closes: what the venue does not close stays, and its levels fire again") {
  Market m;
  const PositionId position = m.open(Side::Buy, "1", "1.1", {.stop_loss = "1.09"});
  const auto hit = m.house.quote(m.symbol, "1.08900", "1.08910");
  const auto request = hit.only<VenueRequested>();
  CHECK(last_of(hit).reason == CloseReason::StopLoss);
  CHECK_FALSE(m.house.quote(m.symbol, "1.08890", "1.08900").has<VenueRequested>());
  const auto ended = m.provider.reject(request);
  CHECK(last_of(ended).status == OrderStatus::Rejected);
  CHECK(ended.only<PositionUpdated>().is_closing == 0);
  const auto again = m.house.quote(m.symbol, "1.08880", "1.08890").only<VenueRequested>();
  CHECK(again.request != request.request);
  CHECK(last_of(m.provider.fill(again, "1", "1.0888")).status == OrderStatus::Filled);
  CHECK(m.house.figures(m.account).positions == 0);
  // What it had not done in time it has done after all: nothing is left to close.
  m.provider.fill(request, "1", "1.0888");
  CHECK(m.house.engine.exposure(m.symbol).undone == -lots("1").raw);
  CHECK(position.value == 1);
}

TEST_CASE("Venue closes: a take-profit goes to the venue with its price, the markup off") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.spread_markup_pips = test::ratio("2");
  Market m({}, instrument);
  m.open(Side::Buy, "1", "1.1", {.take_profit = "1.105"});
  const auto request = m.house.quote(m.symbol, "1.10600", "1.10620").only<VenueRequested>();
  CHECK(request.limit == price("1.1051"));
}

TEST_CASE("Venue closes: one of each side close each other there") {
  Market m;
  const PositionId buy = m.open(Side::Buy, "1", "1.1002");
  const PositionId sell = m.open(Side::Sell, "1", "1.1");
  const auto events = m.house.close_by(m.account, buy, sell);
  CHECK(events.only<VenueSettled>().amount == money("-20"));
  CHECK(m.house.figures(m.account).balance == money("9980"));
  CHECK(m.house.engine.exposure(m.symbol).at_venues == 0);
}

TEST_CASE("Venue closes: an order that closes two there may do half of it, and opens nothing") {
  Market m({.closing = Closing::Fifo});
  m.open(Side::Buy, "1", "1.1");
  m.open(Side::Buy, "1", "1.1");
  const auto sent = test::order_to(m.house, Book::A, m.account, m.symbol, Side::Sell, "2.5");
  const auto requests = sent.of<VenueRequested>();
  REQUIRE(requests.size() == 2);
  CHECK_FALSE(m.provider.reject(requests[0]).has<OrderUpdated>());
  const auto events = m.provider.fill(requests[1], "1", "1.1");
  CHECK(last_of(events).status == OrderStatus::Cancelled);
  CHECK(last_of(events).code == RejectCode::VenueRejected);
  CHECK(m.house.positions(m.account).size() == 1);
}

TEST_CASE("Venue closes: a reversal opens its rest when the venue has closed the first part") {
  Market m({.mode = PositionMode::Netting});
  m.open(Side::Buy, "1", "1.1");
  const auto sent = test::order_to(m.house, Book::A, m.account, m.symbol, Side::Sell, "3");
  const auto close = sent.only<VenueRequested>();
  CHECK(close.volume == lots("1"));
  const auto closed = m.provider.fill(close, "1", "1.1");
  CHECK(closed.only<TradeExecuted>().reason == CloseReason::Manual);
  const auto open = closed.only<VenueRequested>();
  CHECK(open.request_kind == VenueRequestKind::Open);
  CHECK(open.volume == lots("2"));
  CHECK(last_of(m.provider.fill(open, "2", "1.1")).status == OrderStatus::Filled);
  CHECK(m.house.positions(m.account).front().side == Side::Sell);
}

TEST_CASE("Venue closes: nothing opens against what is on its way in a netting account") {
  Market m({.mode = PositionMode::Netting});
  m.open(Side::Buy, "1", "1.1");
  const auto close = test::order_to(m.house, Book::A, m.account, m.symbol, Side::Sell, "1");
  for (const Book book : {Book::A, Book::B}) {
    const auto against = test::order_to(m.house, book, m.account, m.symbol, Side::Sell, "1");
    CHECK(last_of(against).status == OrderStatus::Rejected);
    CHECK(last_of(against).code == RejectCode::ClosingAtVenue);
  }
  m.provider.fill(close.only<VenueRequested>(), "1", "1.1");
  CHECK(
      test::order_to(m.house, Book::A, m.account, m.symbol, Side::Sell, "1").has<VenueRequested>());
}

TEST_CASE("Venue closes: what waited to open closes first what came against it meanwhile") {
  Market m({.mode = PositionMode::Netting});
  m.open(Side::Buy, "1", "1.1");
  const auto sent = test::order_to(m.house, Book::B, m.account, m.symbol, Side::Sell, "1.5");
  test::order_to(m.house, Book::B, m.account, m.symbol, Side::Buy, "2");
  const auto closed = m.provider.fill(sent.only<VenueRequested>(), "1", "1.1");
  CHECK(last_of(closed).status == OrderStatus::Filled);
  REQUIRE(m.house.positions(m.account).size() == 1);
  CHECK(m.house.positions(m.account).front().side == Side::Buy);
  CHECK(m.house.positions(m.account).front().volume == lots("1.5"));
}

TEST_CASE(
    "Venue closes: a take-profit that was moved while it was sent changes nothing of its fill") {
  Market m;
  const PositionId position = m.open(Side::Buy, "1", "1.1", {.take_profit = "1.101"});
  const auto request = m.house.quote(m.symbol, "1.10110", "1.10120").only<VenueRequested>();
  m.house.modify(m.account, position, "0", "2");
  CHECK(m.provider.fill(request, "1", "1.1011").only<TradeExecuted>().price == price("1.1011"));
  CHECK(m.house.figures(m.account).balance == money("10110"));
}

TEST_CASE("Venue closes: a late fill closes what was asked for again, and that is the house's") {
  Market m;
  const PositionId position = m.open(Side::Buy, "1", "1.1");
  const auto first = m.house.close(m.account, position).only<VenueRequested>();
  m.provider.time_out(first);
  const auto second = m.house.close(m.account, position).only<VenueRequested>();
  const auto late = m.provider.fill(first, "1", "1.101");
  CHECK(late.only<TradeExecuted>().price == price("1.101"));
  CHECK(m.house.figures(m.account).positions == 0);
  CHECK(m.house.figures(m.account).balance == money("10100"));
  const auto again = m.provider.fill(second, "1", "1.102");
  CHECK(again.only<VenueReported>().outcome == VenueOutcome::HedgedBack);
  CHECK(last_of(again).status == OrderStatus::Cancelled);
  CHECK(m.house.engine.exposure(m.symbol).is_matched());
}

TEST_CASE("Venue closes: a stop-out waits for what is on its way") {
  Market m({.deposit = "1000", .leverage = 500});
  m.open(Side::Buy, "1", "1.1");
  m.open(Side::Buy, "1", "1.1");
  const auto hit = m.house.quote(m.symbol, "1.09600", "1.09600");
  REQUIRE(hit.of<VenueRequested>().size() == 1);
  CHECK(hit.has<PositionLiquidated>());
  const auto next = m.house.quote(m.symbol, "1.09590", "1.09590");
  CHECK_FALSE(next.has<StopOutStarted>());
  CHECK_FALSE(next.has<VenueRequested>());
  m.provider.fill(hit.only<VenueRequested>(), "1", "1.095");
  const auto second = m.house.quote(m.symbol, "1.09400", "1.09400");
  m.provider.fill(second.only<VenueRequested>(), "1", "1.08");
  CHECK(m.house.figures(m.account).balance == money("0"));
}

TEST_CASE("Venue closes: a stop-out without room to close is told once, until there is room") {
  Market m({.deposit = "1000", .leverage = 500});
  m.open(Side::Buy, "1", "1.1");
  const AccountId other = m.house.add_account();
  OrderId last;
  while (true) {
    const auto sent = m.house.send(other, test::limit(m.symbol, Side::Buy, "0.01", "0.9"));
    if (sent.code() != RejectCode::None) break;
    last = sent.only<OrderUpdated>().order;
  }
  const auto hit = m.house.quote(m.symbol, "1.09050", "1.09050");
  CHECK(hit.has<StopOutStarted>());
  CHECK_FALSE(hit.has<VenueRequested>());
  CHECK_FALSE(m.house.quote(m.symbol, "1.09040", "1.09040").has<StopOutStarted>());
  m.house.quote(m.symbol, "1.20000", "1.20000");  // above its level
  CHECK(m.house.quote(m.symbol, "1.09040", "1.09040").has<StopOutStarted>());
  CHECK_FALSE(m.house.quote(m.symbol, "1.09030", "1.09030").has<StopOutStarted>());
  m.house.deposit(m.account, "1000");
  m.house.withdraw(m.account, "700");
  CHECK(m.house.quote(m.symbol, "1.08750", "1.08750").has<StopOutStarted>());
  CancelOrder cancel;
  cancel.order = last;
  m.house.send(other, cancel);
  const auto closed = m.house.quote(m.symbol, "1.08740", "1.08740");
  CHECK(closed.has<StopOutStarted>());
  CHECK(closed.has<PositionLiquidated>());
  CHECK(closed.has<VenueRequested>());
}

TEST_CASE("Venue closes: part of a position held in both books closes in both") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.venue.step = lots("0.1");
  Market m({}, instrument);
  const auto sent = test::order_to(m.house, Book::C, m.account, m.symbol, Side::Buy, "1");
  CHECK(sent.only<VenueRequested>().volume == lots("0.5"));
  const PositionId position =
      last_of(m.provider.fill(sent.only<VenueRequested>(), "0.5", "1.1")).position;
  const auto close = m.house.close(m.account, position, "0.3");
  CHECK(close.only<VenueRequested>().volume == lots("0.1"));
  CHECK(last_of(close).filled_volume == lots("0.2"));
  m.provider.fill(close.only<VenueRequested>(), "0.1", "1.1");
  CHECK(m.house.position(position).volume == lots("0.7"));
  CHECK(m.house.position(position).at_venue == lots("0.4"));
  CHECK(m.house.close(m.account, position).only<VenueRequested>().volume == lots("0.4"));
}

}  // namespace
}  // namespace tribook
