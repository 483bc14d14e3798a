#include <catch2/catch.hpp>

#include "feed.h"
#include "views/valuation.h"

using namespace tribook;
using namespace tribook::views;
using tribook::views::test::Feed;

namespace {

constexpr AccountId kFirst{1};

Instrument forex(std::string_view name, std::string_view base, std::string_view quote) {
  Instrument instrument;
  instrument.name = SymbolName::of(name);
  instrument.base = Currency::of(base);
  instrument.quote = Currency::of(quote);
  instrument.margin_currency = instrument.base;
  instrument.contract_size = Quantity::from_whole(100'000);
  return instrument;
}

void open(Feed& feed, std::uint64_t id, std::uint16_t symbol, Side side, Volume volume,
          Price price) {
  PositionUpdated body;
  body.position = {id};
  body.volume = volume;
  body.open_cost = cost_of(price, volume);
  body.symbol = {symbol};
  body.side = side;
  feed.apply(kFirst, body);
}

}  // namespace

TEST_CASE("an account's positions are worth what closing them now would book") {
  Feed feed;
  feed.client(1);
  Valuation valuation(feed.views);  // made before there are symbols
  feed.symbol(forex("EURUSD", "EUR", "USD"), 1);
  feed.symbol(forex("USDJPY", "USD", "JPY"), 2);
  AccountUpdated account;
  account.balance = Money::from_whole(1'000);
  account.credit = Money::from_whole(10);
  account.used_margin = Money::from_whole(200);
  feed.apply(kFirst, account);
  open(feed, 1, 1, Side::Buy, Volume::from_whole(1), Price{108'450'000});
  open(feed, 2, 2, Side::Buy, Volume{10'000'000}, Price{11'505'000'000});  // 0.1 lot at 115.05
  feed.settle();

  AccountValue value;
  REQUIRE(valuation.value(kFirst, value) == ReadStatus::Found);
  CHECK_FALSE(value.is_complete);  // nothing quoted yet
  CHECK(value.equity == Money::from_whole(1'010));

  feed.quote(1, 108'500'000, 108'510'000);
  REQUIRE(valuation.value(kFirst, value) == ReadStatus::Found);
  CHECK_FALSE(value.is_complete);
  CHECK(value.unrealized_pnl == Money::from_whole(50));

  // Bid 114.45: a loss of 6,000 JPY, bought at that same bid: 52.42 USD.
  feed.quote(2, 11'445'000'000, 11'446'000'000);
  REQUIRE(valuation.value(kFirst, value) == ReadStatus::Found);
  CHECK(value.is_complete);
  REQUIRE(value.positions.size() == 2);
  CHECK(value.positions[1].unrealized_pnl == Money::from_whole(50));
  CHECK(value.positions[1].current_price.raw == 108'500'000);
  CHECK(value.positions[0].unrealized_pnl.raw == -5'242'000'000);
  CHECK(value.unrealized_pnl.raw == -242'000'000);
  CHECK(value.equity.raw == 100'758'000'000);
  CHECK(value.free_margin.raw == 80'758'000'000);
  REQUIRE(value.margin_level.has_value());
  CHECK(value.margin_level->raw == 50'379'000'000);  // 503.79 %

  PositionView position;
  REQUIRE(feed.views.position({2}, position) == ReadStatus::Found);
  CHECK(valuation.value(position, Currency::of("USD")).unrealized_pnl.raw == -5'242'000'000);
  CHECK_FALSE(valuation.value(position, Currency::of("XYZ")).is_known);
  CHECK(valuation.value({9}, value) == ReadStatus::NotFound);
}

TEST_CASE("without used margin there is no margin level") {
  Feed feed;
  feed.client(1);
  Valuation valuation(feed.views);
  AccountValue value;
  REQUIRE(valuation.value(kFirst, value) == ReadStatus::Found);
  CHECK_FALSE(value.margin_level.has_value());
  CHECK(value.is_complete);
}
