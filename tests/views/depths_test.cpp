#include <catch2/catch.hpp>

#include "feed.h"

// The clients' book as readers see it.

namespace tribook::views::test {
namespace {

constexpr SymbolId kSymbol{1};

ViewLimits with_orders(std::size_t count) {
  ViewLimits limits = small_limits();
  limits.open_orders = count;
  return limits;
}

void tell(Feed& feed, Side side, std::int64_t price, std::int64_t lots, std::uint32_t orders) {
  DepthChanged changed;
  changed.symbol = kSymbol;
  changed.side = side;
  changed.price = Price::from_whole(price);
  changed.volume = Volume::from_whole(lots);
  changed.orders = orders;
  feed.apply({}, changed);
}

std::vector<std::int64_t> prices(const DepthView::Levels& levels, std::uint32_t count) {
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < count; ++i) found.push_back(levels.at(i).price.raw / kFixedOne);
  return found;
}

TEST_CASE("depth: the best price first on both sides, what is gone is gone") {
  Feed feed(with_orders(64));
  DepthView depth;
  REQUIRE(feed.views.depth(kSymbol, depth) == ReadStatus::Found);
  CHECK(depth.bid_count + depth.ask_count == 0);
  for (const std::int64_t price : {99, 101, 100}) tell(feed, Side::Buy, price, 1, 1);
  for (const std::int64_t price : {103, 102, 104}) tell(feed, Side::Sell, price, 2, 1);
  tell(feed, Side::Buy, 100, 7, 3);
  tell(feed, Side::Sell, 102, 0, 0);
  REQUIRE(feed.views.depth(kSymbol, depth) == ReadStatus::Found);
  CHECK(prices(depth.bids, depth.bid_count) == std::vector<std::int64_t>{101, 100, 99});
  CHECK(prices(depth.asks, depth.ask_count) == std::vector<std::int64_t>{103, 104});
  CHECK(depth.bids.at(1).volume == Volume::from_whole(7));
  CHECK(depth.bids.at(1).orders == 3);
  CHECK(feed.views.depth({}, depth) == ReadStatus::NotFound);
}

TEST_CASE("depth: readers see the best prices, and the next ones when these go") {
  Feed feed(with_orders(64));
  for (std::int64_t price = 101; price <= 130; ++price) tell(feed, Side::Sell, price, 1, 1);
  for (std::int64_t price = 101; price <= 105; ++price) tell(feed, Side::Sell, price, 0, 0);
  DepthView depth;
  REQUIRE(feed.views.depth(kSymbol, depth) == ReadStatus::Found);
  CHECK(depth.ask_count == depth.asks.size());
  CHECK(depth.asks.front().price == Price::from_whole(106));
  CHECK(depth.asks.back().price == Price::from_whole(125));
}

TEST_CASE("depth: more prices than there is room for are told as left out") {
  Feed feed(with_orders(2));
  for (std::int64_t price = 1; price <= 3; ++price) tell(feed, Side::Buy, price, 1, 1);
  CHECK(feed.views.figures().overflows == 1);
}

}  // namespace
}  // namespace tribook::views::test
