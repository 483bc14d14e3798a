#include "support/provider.h"

// The rule book's numbers of routing and hedging.

namespace tribook {
namespace {

using test::House;
using test::last_of;
using test::lots;
using test::money;
using test::Provider;

// 1M EURUSD, half of it hedged, the markup two pips; closed at the venue's price.
struct HalfHedged {
  explicit HalfHedged(const char* close) {
    Instrument instrument = test::forex("EUR", "USD");
    instrument.spread_markup_pips = test::ratio("2");
    symbol = house.add_symbol(instrument);
    account = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.1", "1.1");
    const auto sent = test::order_to(house, Book::C, account, symbol, Side::Buy, "10");
    CHECK(last_of(sent).status == OrderStatus::PartiallyFilled);
    const auto opened = provider.fill(sent.only<VenueRequested>(), "5", "1.1");
    const PositionId position = last_of(opened).position;
    CHECK(house.position(position).book == Book::C);
    house.quote(symbol, close, close);
    const auto closing = house.close(account, position);
    const auto request = closing.only<VenueRequested>();
    CHECK(request.request_kind == VenueRequestKind::Close);
    CHECK(request.volume == lots("5"));
    const auto closed = provider.fill(request, "5", close);
    venue = closed.only<VenueSettled>().amount;
    CHECK(house.figures(account).positions == 0);
    client = house.figures(account).balance - money("100000");
  }

  House house;
  Provider provider{house};
  SymbolId symbol;
  AccountId account;
  Money venue;   // what it paid
  Money client;  // what he gained
};

TEST_CASE("Golden: half hedged, the client gains 10,000 and the hedge 5,100: the broker -4,900") {
  const HalfHedged half("1.1102");
  CHECK(half.client == money("10000"));
  CHECK(half.venue == money("5100"));
  CHECK(half.venue - half.client == money("-4900"));
}

TEST_CASE("Golden: half hedged, the client loses 5,000 and the hedge 2,400: the broker +2,600") {
  const HalfHedged half("1.0952");
  CHECK(half.client == money("-5000"));
  CHECK(half.venue == money("-2400"));
  CHECK(half.venue - half.client == money("2600"));
}

}  // namespace
}  // namespace tribook
