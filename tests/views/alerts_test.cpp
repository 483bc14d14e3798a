#include <catch2/catch.hpp>

#include "feed.h"
#include "views/alerts.h"

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

TextRef reason(Feed& feed, std::string_view text) {
  KillReason reason;
  reason.text = decltype(reason.text)::of(text);
  return put_spec(feed.slab, reason);
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

TEST_CASE("alerts: a limit shows what was measured, and how grave it is") {
  Feed feed;
  feed.client(1);
  RiskAlert crossed;
  crossed.alert = {1};
  crossed.equity = Money::from_whole(900);
  crossed.base = Money::from_whole(1'000);
  crossed.measured = 100 * kFixedOne;
  crossed.threshold = 90 * kFixedOne;
  crossed.position = {5};
  crossed.symbol = {2};
  crossed.limit = Limit::MaxDailyLoss;
  crossed.severity = AlertSeverity::Critical;
  feed.apply(kFirst, crossed);
  crossed.alert = {2};
  crossed.severity = AlertSeverity::Info;
  crossed.is_over = 1;
  feed.apply(kFirst, crossed);
  const auto items = feed.views.alerts(kFirst, {}, 10).items;
  REQUIRE(items.size() == 2);
  CHECK(items[1].kind == AlertKind::Limit);
  CHECK(items[1].limit == Limit::MaxDailyLoss);
  CHECK(items[1].measured == Ratio::from_whole(100));
  CHECK(items[1].threshold == Ratio::from_whole(90));
  CHECK(items[1].equity == Money::from_whole(900));
  CHECK(items[1].base == Money::from_whole(1'000));
  CHECK(items[1].position == PositionId{5});
  CHECK(items[1].symbol == SymbolId{2});
  CHECK(severity_of(items[1]) == AlertSeverity::Critical);
  CHECK_FALSE(items[1].is_over);
  CHECK(items[0].is_over);
  CHECK(severity_of(items[0]) == AlertSeverity::Info);
}

TEST_CASE(
    "alerts: a kill switch is one when it goes on and when it goes off, not when it is told "
    "again") {
  Feed feed;
  feed.client(1);
  KillSwitchChanged changed;
  changed.scope = RiskScope::of(kFirst);
  changed.since = feed.time;
  changed.actor = {3};
  changed.action = KillAction::Block;
  changed.is_carried = 1;
  feed.apply({}, changed, reason(feed, "before"));
  CHECK(feed.views.alerts({}, {}, 10).items.empty());
  changed.is_carried = 0;
  changed.alert = {1};
  changed.action = KillAction::Flatten;
  feed.apply({}, changed, reason(feed, "by hand"));
  changed.alert = {2};
  changed.action = KillAction::None;
  feed.apply({}, changed);
  changed.alert = {3};
  changed.scope = RiskScope::house();
  feed.apply({}, changed);
  const auto items = feed.views.alerts(kFirst, {}, 10).items;
  REQUIRE(items.size() == 2);
  CHECK(items[1].kind == AlertKind::KillSwitch);
  CHECK(items[1].scope == RiskScope::of(kFirst));
  CHECK(items[1].action == KillAction::Flatten);
  CHECK(items[1].actor == UserId{3});
  CHECK(items[1].reason.view() == "by hand");
  CHECK(severity_of(items[1]) == AlertSeverity::Critical);
  CHECK(items[0].reason.view().empty());
  CHECK(severity_of(items[0]) == AlertSeverity::Info);
  CHECK(feed.views.alerts({}, {}, 10).items.size() == 3);  // the house's is of no account
}

TEST_CASE("alerts: margin calls are warnings, stop-outs and liquidations critical") {
  AlertView alert;
  CHECK(severity_of(alert) == AlertSeverity::Warning);
  alert.kind = AlertKind::StopOut;
  CHECK(severity_of(alert) == AlertSeverity::Critical);
  alert.kind = AlertKind::Liquidation;
  CHECK(severity_of(alert) == AlertSeverity::Critical);
}

}  // namespace
}  // namespace tribook::views::test
