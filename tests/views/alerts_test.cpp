#include <catch2/catch.hpp>

#include "feed.h"

// Margin calls, stop-outs and what these closed: of all accounts, or of one, newest first.

namespace tribook::views::test {
namespace {

constexpr AccountId kFirst{1};
constexpr AccountId kSecond{2};

void call(Feed& feed, AccountId account, std::uint64_t id, SymbolId symbol = {}) {
  MarginCallRaised raised;
  raised.alert = {id};
  raised.equity = Money::from_whole(90);
  raised.used_margin = Money::from_whole(100);
  raised.threshold = Ratio::from_whole(100);
  raised.level = Ratio::from_whole(90);
  raised.symbol = symbol;
  feed.apply(account, raised);
}

std::vector<std::uint64_t> ids(const Page<AlertView>& page) {
  std::vector<std::uint64_t> found;
  for (const AlertView& alert : page.items) found.push_back(alert.id.value);
  return found;
}

ViewLimits with_alerts(std::size_t count) {
  ViewLimits limits = small_limits();
  limits.alerts = count;
  return limits;
}

TEST_CASE("alerts come newest first, of all or of one, in pages") {
  Feed feed;
  feed.client(1);
  feed.client(2);
  for (std::uint64_t id = 1; id <= 5; ++id) call(feed, id % 2 == 1 ? kFirst : kSecond, id);
  feed.settle();
  CHECK(ids(feed.views.alerts({}, {}, 10)) == std::vector<std::uint64_t>{5, 4, 3, 2, 1});
  CHECK(ids(feed.views.alerts(kFirst, {}, 10)) == std::vector<std::uint64_t>{5, 3, 1});
  CHECK(feed.views.alerts({AccountId{9}}, {}, 10).items.empty());
  const auto page = feed.views.alerts(kFirst, {}, 2);
  CHECK(ids(page) == std::vector<std::uint64_t>{5, 3});
  CHECK(page.next == 3);
  CHECK_FALSE(page.is_cut);
  CHECK(ids(feed.views.alerts(kFirst, {page.next}, 2)) == std::vector<std::uint64_t>{1});
}

TEST_CASE("alerts: of the oldest only a store knows") {
  Feed feed(with_alerts(3));
  feed.client(1);
  for (std::uint64_t id = 1; id <= 5; ++id) call(feed, kFirst, id);
  const Sequence lost{feed.root};
  feed.settle();
  const auto page = feed.views.alerts({}, {}, 10);
  CHECK(ids(page) == std::vector<std::uint64_t>{5, 4, 3});
  CHECK(page.is_cut);
  CHECK(page.whole == 3);
  CHECK(page.lost == lost);
  CHECK_FALSE(feed.views.alerts({}, {}, 2).is_cut);
}

TEST_CASE("alerts: each kind shows what it says") {
  Feed feed;
  feed.client(1);
  call(feed, kFirst, 1);
  call(feed, kFirst, 2, SymbolId{1});
  StopOutStarted started;
  started.alert = {3};
  started.equity = Money::from_whole(40);
  started.used_margin = Money::from_whole(100);
  started.threshold = Ratio::from_whole(50);
  started.level = Ratio::from_whole(40);
  started.bid = Price::from_whole(7);
  started.ask = Price::from_whole(8);
  started.symbol = {2};
  started.venue = {5};
  started.venue_time = TimeNs{77};
  feed.apply(kFirst, started);
  PositionLiquidated liquidated;
  liquidated.alert = {4};
  liquidated.stop_out = {3};
  liquidated.level = Ratio::from_whole(40);
  liquidated.threshold = Ratio::from_whole(50);
  liquidated.quote = {6};
  liquidated.position = {11};
  liquidated.order = {12};
  liquidated.volume = Volume::from_whole(2);
  liquidated.symbol = {1};
  feed.apply(kFirst, liquidated);
  const Sequence root{feed.root};
  const auto items = feed.views.alerts({}, {}, 10).items;
  REQUIRE(items.size() == 4);
  CHECK(items[3].kind == AlertKind::MarginCall);
  CHECK(items[3].equity == Money::from_whole(90));
  CHECK(items[3].sequence == root);
  CHECK_FALSE(items[3].quote);  // no tick
  CHECK(items[2].quote == root);
  CHECK(items[1].kind == AlertKind::StopOut);
  CHECK(items[1].threshold == Ratio::from_whole(50));
  CHECK(items[1].bid == Price::from_whole(7));
  CHECK(items[1].venue == VenueId{5});
  CHECK(items[1].venue_time == TimeNs{77});
  CHECK(items[1].quote == root);
  CHECK(items[0].kind == AlertKind::Liquidation);
  CHECK(items[0].stop_out == AlertId{3});
  CHECK(items[0].quote == Sequence{6});
  CHECK(items[0].position == PositionId{11});
  CHECK(items[0].order == OrderId{12});
  CHECK(items[0].volume == Volume::from_whole(2));
}

}  // namespace
}  // namespace tribook::views::test
