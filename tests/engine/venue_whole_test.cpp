#include "support/order_desk.h"
#include "support/provider.h"

// Fill-or-kill orders that a liquidity provider fills: one request for all of it, or none.

namespace tribook {
namespace {

using test::House;
using test::last_of;
using test::lots;
using test::price;
using test::Provider;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10020");
  }

  House house;
  Provider provider{house};
  SymbolId symbol;
  AccountId account;
};

NewOrder fill_or_kill(NewOrder order, Book book) {
  order.time_in_force = TimeInForce::Fok;
  order.book = book;
  return order;
}

NewOrder market(SymbolId symbol, Side side, std::string_view volume) {
  return House::order_of(symbol, side, volume);
}

TEST_CASE("Venues: a fill-or-kill order is asked for as one, any other is not") {
  Market m;
  const NewOrder whole = fill_or_kill(market(m.symbol, Side::Buy, "1"), Book::A);
  const auto request = m.house.send(m.account, whole).only<VenueRequested>();
  CHECK(request.time_in_force == TimeInForce::Fok);
  CHECK(last_of(m.provider.reject(request)).status == OrderStatus::Rejected);
  const auto any = test::order_to(m.house, Book::A, m.account, m.symbol, Side::Buy, "1");
  CHECK(any.only<VenueRequested>().time_in_force == TimeInForce::Ioc);
  const NewOrder limit = fill_or_kill(test::limit(m.symbol, Side::Buy, "1", "1.10020"), Book::A);
  const auto limited = m.house.send(m.account, limit).only<VenueRequested>();
  CHECK(limited.time_in_force == TimeInForce::Fok);
  CHECK(limited.limit == price("1.10020"));
  const auto filled = last_of(m.provider.fill(limited, "1", "1.10020"));
  CHECK(filled.status == OrderStatus::Filled);
}

TEST_CASE("Venues: a fill-or-kill order that would open in two places is not begun") {
  Market m;
  const auto split =
      m.house.send(m.account, fill_or_kill(market(m.symbol, Side::Buy, "1"), Book::C));
  CHECK_FALSE(split.has<VenueRequested>());
  CHECK_FALSE(split.has<TradeExecuted>());
  const auto killed = split.only<OrderUpdated>();
  CHECK(killed.status == OrderStatus::Cancelled);
  CHECK(killed.code == RejectCode::FillOrKill);

  Instrument coarse = test::forex("GBP", "USD");
  coarse.venue.step = lots("0.1");
  const SymbolId symbol = m.house.add_symbol(coarse);
  m.house.quote(symbol, "1.30000", "1.30020");
  const auto order = [&](std::string_view volume) {
    return m.house.send(m.account, fill_or_kill(market(symbol, Side::Buy, volume), Book::A));
  };
  CHECK(order("0.15").only<OrderUpdated>().code == RejectCode::FillOrKill);
  CHECK(order("0.05").only<OrderUpdated>().status == OrderStatus::Filled);  // all the house's
  CHECK(order("0.2").only<VenueRequested>().volume == lots("0.2"));
}

TEST_CASE("Venues: a fill-or-kill order closes in one request, or is not begun") {
  Market m;
  const AccountId account = m.house.add_account({.mode = PositionMode::Netting});
  const auto send = [&](Side side, std::string_view volume, Book book) {
    return m.house.send(account, fill_or_kill(market(m.symbol, side, volume), book));
  };
  const auto check_killed = [&](const test::Events& events) {
    CHECK(events.all.size() == 1);
    CHECK(events.only<OrderUpdated>().status == OrderStatus::Cancelled);
    CHECK(events.only<OrderUpdated>().code == RejectCode::FillOrKill);
    CHECK(events.only<OrderUpdated>().filled_volume.is_zero());
  };
  const auto opened = send(Side::Buy, "1", Book::A).only<VenueRequested>();
  m.provider.fill(opened, "1", "1.10020");
  check_killed(send(Side::Sell, "3", Book::A));  // what opens then would be another request
  check_killed(send(Side::Sell, "3", Book::B));  // or the house's
  const auto closing = send(Side::Sell, "0.4", Book::A).only<VenueRequested>();
  CHECK(closing.request_kind == VenueRequestKind::Close);
  CHECK(closing.time_in_force == TimeInForce::Fok);
  CHECK(last_of(m.provider.reject(closing)).status == OrderStatus::Rejected);
  const auto again = send(Side::Sell, "1", Book::A).only<VenueRequested>();
  CHECK(last_of(m.provider.fill(again, "1", "1.10000")).status == OrderStatus::Filled);
  CHECK(m.house.positions(account).empty());

  // Half of what a C-book position closes is the house's.
  const NewOrder half = House::order_of(m.symbol, Side::Buy, "2");
  NewOrder split = half;
  split.book = Book::C;
  m.provider.fill(m.house.send(account, split).only<VenueRequested>(), "1", "1.10020");
  check_killed(send(Side::Sell, "1", Book::C));
}

}  // namespace
}  // namespace tribook
