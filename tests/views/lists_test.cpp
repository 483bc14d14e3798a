#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "feed.h"

using namespace tribook;
using namespace tribook::views;
using tribook::views::test::Feed;
using tribook::views::test::small_limits;

namespace {

constexpr AccountId kFirst{1};
constexpr AccountId kSecond{2};
using Ids = std::vector<std::uint64_t>;

/// All ids of a list, fetched in pages; `fetch(before)` gives one.
template <typename Fetch>
Ids collect(Fetch fetch) {
  Ids ids;
  std::uint64_t before = 0;
  for (int pages = 0; pages < 10'000; ++pages) {
    const auto page = fetch(before);
    REQUIRE(page.status == ReadStatus::Found);
    for (const auto& item : page.items) ids.push_back(item.id.value);
    if (page.next == 0) return ids;
    REQUIRE_FALSE(page.items.empty());
    before = page.next;
  }
  FAIL("pages without end");
  return ids;
}

Ids trades_of(const Feed& feed, AccountId account, std::size_t limit) {
  return collect([&](std::uint64_t before) { return feed.views.trades(account, {before}, limit); });
}
Ids orders_of(const Feed& feed, AccountId account, OrderFilter filter, std::size_t limit) {
  return collect(
      [&](std::uint64_t before) { return feed.views.orders(account, filter, {before}, limit); });
}

void close_position(Feed& feed, AccountId account, std::uint64_t id) {
  feed.position(account, id, PositionAction::Opened, 1);
  PositionReduced reduced;
  reduced.position = {id};
  reduced.closed_volume = Volume::from_whole(1);
  reduced.price = Price::from_whole(3);
  feed.apply(account, reduced);
  feed.position(account, id, PositionAction::Closed, 0);
  feed.settle();
}

}  // namespace

TEST_CASE("lists of an account that is not there, and of one without records") {
  Feed feed;
  feed.client(1);
  CHECK(feed.views.trades(kSecond, {}, 10).status == ReadStatus::NotFound);
  CHECK(feed.views.ledger(kSecond, {}, 10).status == ReadStatus::NotFound);
  CHECK(feed.views.closed_positions(kSecond, {}, 10).status == ReadStatus::NotFound);
  CHECK(feed.views.orders(kSecond, OrderFilter::All, {}, 10).status == ReadStatus::NotFound);
  CHECK(feed.views.orders(kSecond, OrderFilter::Open, {}, 10).status == ReadStatus::NotFound);
  std::vector<PositionView> positions;
  CHECK(feed.views.positions(kSecond, positions) == ReadStatus::NotFound);
  AccountSnapshot snapshot;
  CHECK(feed.views.snapshot(kSecond, snapshot) == ReadStatus::NotFound);

  CHECK(feed.views.trades(kFirst, {}, 10).status == ReadStatus::Found);
  CHECK(feed.views.trades(kFirst, {}, 10).items.empty());
  CHECK(feed.views.orders(kFirst, OrderFilter::All, {}, 10).items.empty());
  CHECK(feed.views.orders(kFirst, OrderFilter::Open, {}, 10).items.empty());
  CHECK(feed.views.positions(kFirst, positions) == ReadStatus::Found);
  CHECK(positions.empty());
}

TEST_CASE("an account's list has its own records, newest first, whatever the page") {
  Feed feed;
  feed.client(1);
  feed.client(2);
  for (const std::uint64_t id : {10U, 20U, 30U, 40U, 50U, 60U}) {
    feed.trade(id == 30 || id == 50 ? kSecond : kFirst, id);
    feed.settle();
  }
  const std::size_t limit = GENERATE(1U, 2U, 3U, 4U, 5U, 100U);
  CHECK(trades_of(feed, kFirst, limit) == Ids{60, 40, 20, 10});
  CHECK(trades_of(feed, kSecond, limit) == Ids{50, 30});
}

TEST_CASE("a page tells where the next one begins only if there is one") {
  Feed feed;
  feed.client(1);
  for (std::uint64_t id = 1; id <= 4; ++id) feed.entry(kFirst, id);
  feed.settle();
  auto page = feed.views.ledger(kFirst, {}, 2);
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].id == LedgerId{4});
  CHECK(page.next == 3);
  page = feed.views.ledger(kFirst, {3}, 2);
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[1].id == LedgerId{1});
  CHECK(page.next == 0);
  CHECK(feed.views.ledger(kFirst, {1}, 2).items.empty());
  CHECK(feed.views.ledger(kFirst, {}, 0).items.size() == 1);
  CHECK(feed.views.ledger(kFirst, {}, 1'000'000).items.size() == 4);
}

TEST_CASE("a cursor that names another account's record, or none, gives nothing") {
  Feed feed;
  feed.client(1);
  feed.client(2);
  feed.trade(kFirst, 1);
  feed.trade(kSecond, 2);
  feed.trade(kFirst, 3);
  feed.settle();
  CHECK(feed.views.trades(kFirst, {2}, 10).items.empty());
  CHECK(feed.views.trades(kFirst, {99}, 10).items.empty());
  CHECK(feed.views.trades(kFirst, {99}, 10).status == ReadStatus::Found);
}

TEST_CASE("a history keeps the newest, an account's chain ends where the ring was overwritten") {
  Feed feed;  // rings of 8
  feed.client(1);
  feed.client(2);
  feed.trade(kFirst, 1);
  for (std::uint64_t id = 2; id <= 9; ++id) feed.trade(kSecond, id);
  feed.settle();
  CHECK(trades_of(feed, kFirst, 3).empty());
  CHECK(trades_of(feed, kSecond, 3) == Ids{9, 8, 7, 6, 5, 4, 3, 2});
  feed.trade(kFirst, 10);
  feed.settle();
  CHECK(trades_of(feed, kFirst, 3) == Ids{10});
  CHECK(trades_of(feed, kSecond, 3) == Ids{9, 8, 7, 6, 5, 4, 3});
  CHECK(feed.views.trades(kSecond, {2}, 3).items.empty());  // its cursor was overwritten
}

TEST_CASE("a page tells that older records fell off, and which record a store must have") {
  Feed feed;  // rings of 8
  feed.client(1);
  feed.client(2);
  std::vector<std::uint64_t> root_of(13);
  const auto trade = [&](AccountId account, std::uint64_t id) {
    root_of[id] = feed.root;
    feed.trade(account, id);
    feed.settle();
  };
  for (std::uint64_t id = 1; id <= 8; ++id) trade(id == 1 ? kFirst : kSecond, id);
  CHECK_FALSE(feed.views.trades(kFirst, {}, 10).is_cut);
  CHECK_FALSE(feed.views.trades(kSecond, {}, 10).is_cut);
  CHECK_FALSE(feed.views.trades(kSecond, {99}, 10).is_cut);
  trade(kSecond, 9);  // pushes out 1
  auto page = feed.views.trades(kFirst, {}, 10);
  CHECK(page.is_cut);
  CHECK(page.whole == 0);
  CHECK(page.lost == Sequence{root_of[1]});
  CHECK_FALSE(feed.views.trades(kSecond, {}, 10).is_cut);  // its first one is still there
  for (std::uint64_t id = 10; id <= 12; ++id) trade(kSecond, id);
  page = feed.views.trades(kSecond, {}, 10);
  CHECK(page.is_cut);
  CHECK(page.whole == 8);
  CHECK(page.items.back().id == TradeId{5});
  CHECK(page.lost == Sequence{root_of[4]});
  CHECK_FALSE(feed.views.trades(kSecond, {}, 7).is_cut);  // not that far
  CHECK(feed.views.trades(kSecond, {}, 8).is_cut);
  page = feed.views.trades(kSecond, {3}, 5);  // a cursor that is gone
  CHECK(page.is_cut);
  CHECK(page.items.empty());
}

TEST_CASE(
    "orders of the pool stand behind the gap, and their last change is what a store must have") {
  Feed feed;  // 8 orders, 4 open
  feed.client(1);
  feed.order(kFirst, 1, OrderStatus::Working);
  feed.settle();
  const std::uint64_t lost = feed.root;
  feed.order(kFirst, 2, OrderStatus::Filled);
  feed.settle();
  for (std::uint64_t id = 3; id <= 10; ++id) {
    feed.order(kFirst, id, OrderStatus::Filled);
    feed.settle();
  }
  auto page = feed.views.orders(kFirst, OrderFilter::All, {}, 20);
  REQUIRE(page.items.size() == 9);
  CHECK(page.items.back().id == OrderId{1});
  CHECK(page.is_cut);
  CHECK(page.whole == 8);
  CHECK(page.lost == Sequence{lost});
  CHECK_FALSE(feed.views.orders(kFirst, OrderFilter::Open, {}, 20).is_cut);
  page = feed.views.orders(kFirst, OrderFilter::All, {2}, 20);
  CHECK(page.is_cut);
  CHECK(page.whole == 0);
  CHECK(page.items.size() == 1);

  // Filled late and then pushed out of the pool: gone with its last change, not its first.
  const std::uint64_t filled = feed.root;
  feed.order(kFirst, 1, OrderStatus::Filled);
  feed.settle();
  CHECK(feed.views.orders(kFirst, OrderFilter::All, {}, 20).lost == Sequence{lost});
  for (std::uint64_t id = 11; id <= 14; ++id) feed.order(kFirst, id, OrderStatus::Working);
  feed.settle();
  page = feed.views.orders(kFirst, OrderFilter::All, {}, 20);
  CHECK(page.items.size() == 8);
  CHECK(page.lost == Sequence{filled});
}

TEST_CASE("closed positions and the ledger wrap like all histories") {
  Feed feed;
  feed.client(1);
  for (std::uint64_t id = 1; id <= 11; ++id) close_position(feed, kFirst, id);
  CHECK(collect([&](std::uint64_t before) {
          return feed.views.closed_positions(kFirst, {before}, 3);
        }) == Ids{11, 10, 9, 8, 7, 6, 5, 4});
  ClosedPositionView closed;
  CHECK(feed.views.closed_position({3}, closed) == ReadStatus::NotFound);
  REQUIRE(feed.views.closed_position({4}, closed) == ReadStatus::Found);
  CHECK(closed.close_price == Price::from_whole(3));
  CHECK(closed.open_price == Price::from_whole(2));

  for (std::uint64_t id = 1; id <= 11; ++id) feed.entry(kFirst, id);
  feed.settle();
  CHECK(collect([&](std::uint64_t before) { return feed.views.ledger(kFirst, {before}, 3); }) ==
        Ids{11, 10, 9, 8, 7, 6, 5, 4});
}

TEST_CASE("old texts are told as lost, newer ones stay") {
  ViewLimits limits = small_limits();
  limits.ledger = 100;
  limits.text_bytes = 2'048;
  Feed feed(limits);
  feed.client(1);
  const std::string reference(100, 'r');
  const std::string note(500, 'n');
  for (std::uint64_t id = 1; id <= 10; ++id) {
    feed.entry(kFirst, id, {{"", reference, note + std::to_string(id), ""}});
  }
  feed.entry(kFirst, 11);
  feed.settle();
  const auto page = feed.views.ledger(kFirst, {}, 100);
  REQUIRE(page.items.size() == 11);
  CHECK_FALSE(page.items[0].texts_lost);
  CHECK(page.items[0].note.empty());
  for (std::size_t i = 1; i < page.items.size(); ++i) {
    const LedgerView& entry = page.items[i];
    INFO("entry " << entry.id.value);
    const bool is_kept = i <= 3;  // 616 bytes each, of 2,048
    CHECK(entry.texts_lost == !is_kept);
    CHECK(entry.payment_reference == (is_kept ? reference : ""));
    CHECK(entry.note == (is_kept ? note + std::to_string(entry.id.value) : ""));
  }
}

TEST_CASE("an open order outlives the ring, and its texts outlive theirs") {
  Feed feed;  // 8 orders, 4 open
  feed.client(1);
  feed.client(2);
  const std::string metadata(1'000, 'm');
  feed.order(kFirst, 1, OrderStatus::Working, {{"id-1", "", "first", metadata}});
  feed.order(kFirst, 2, OrderStatus::Filled);
  feed.order(kFirst, 3, OrderStatus::Working, {{"id-3", "", "third", ""}});
  feed.settle();
  CHECK(orders_of(feed, kFirst, OrderFilter::Open, 1) == Ids{3, 1});
  CHECK(orders_of(feed, kFirst, OrderFilter::All, 1) == Ids{3, 2, 1});

  for (std::uint64_t id = 4; id <= 30; ++id) {
    feed.order(kSecond, id, OrderStatus::Filled, {{"", "", "", metadata}});
    feed.settle();
  }
  feed.order(kFirst, 31, OrderStatus::Filled);
  feed.order(kFirst, 32, OrderStatus::Working);
  feed.settle();
  const std::size_t limit = GENERATE(1U, 2U, 3U, 4U, 100U);
  CHECK(orders_of(feed, kFirst, OrderFilter::Open, limit) == Ids{32, 3, 1});
  CHECK(orders_of(feed, kFirst, OrderFilter::All, limit) == Ids{32, 31, 3, 1});
  OrderView view;
  CHECK(feed.views.order({2}, view) == ReadStatus::NotFound);
  REQUIRE(feed.views.order({1}, view) == ReadStatus::Found);
  CHECK(view.client_order_id.view() == "id-1");
  CHECK(view.comment == "first");
  CHECK(view.metadata == metadata);
  CHECK(feed.views.orders(kFirst, OrderFilter::All, {2}, 10).items.size() == 1);  // cursor gone

  // Filled late: no place in the ring any more, so it stays in the pool until that is needed.
  feed.order(kFirst, 1, OrderStatus::Filled);
  feed.settle();
  AccountView account;
  REQUIRE(feed.views.account(kFirst, account) == ReadStatus::Found);
  CHECK(account.open_orders == 2);
  CHECK(orders_of(feed, kFirst, OrderFilter::Open, limit) == Ids{32, 3});
  CHECK(orders_of(feed, kFirst, OrderFilter::All, limit) == Ids{32, 31, 3, 1});
  REQUIRE(feed.views.order({1}, view) == ReadStatus::Found);
  CHECK(view.status == OrderStatus::Filled);
  CHECK(view.comment == "first");

  feed.order(kSecond, 33, OrderStatus::Working);  // the last free place
  feed.settle();
  CHECK(feed.views.order({1}, view) == ReadStatus::Found);
  feed.order(kSecond, 34, OrderStatus::Working);  // takes that of the retired order
  feed.settle();
  CHECK(feed.views.order({1}, view) == ReadStatus::NotFound);
  CHECK(orders_of(feed, kFirst, OrderFilter::All, limit) == Ids{32, 31, 3});
  CHECK(orders_of(feed, kSecond, OrderFilter::Open, limit) == Ids{34, 33});
  CHECK(feed.views.figures().overflows == 0);
  feed.order(kSecond, 35, OrderStatus::Working);  // no place is left
  feed.settle();
  CHECK(feed.views.figures().overflows == 1);
  CHECK(feed.views.order({35}, view) == ReadStatus::Found);
}

TEST_CASE("what is past a limit is counted, and what is within stays whole") {
  Feed feed;  // 4 users and accounts, 8 positions, 4 symbols
  for (std::uint32_t number = 1; number <= 4; ++number) feed.client(number);
  CHECK(feed.views.figures().overflows == 0);
  feed.user({5}, "one too many");
  CHECK(feed.views.figures().overflows == 1);
  feed.account({5}, {5});
  CHECK(feed.views.figures().overflows == 2);
  feed.trade({5}, 1);
  CHECK(feed.views.figures().overflows == 3);
  feed.quote(5, 1, 2);
  feed.symbol(Instrument{}, 5);
  CHECK(feed.views.figures().overflows == 5);
  for (std::uint64_t id = 1; id <= 9; ++id) {
    feed.position(kFirst, id, PositionAction::Opened, static_cast<std::int64_t>(id));
  }
  feed.settle();
  CHECK(feed.views.figures().overflows == 6);
  std::vector<PositionView> positions;
  REQUIRE(feed.views.positions(kFirst, positions) == ReadStatus::Found);
  REQUIRE(positions.size() == 8);
  for (std::size_t i = 0; i < 8; ++i) CHECK(positions[i].id == PositionId{8 - i});
  CHECK(feed.views.figures().open_positions == 8);
  CHECK(feed.views.figures().accounts == 4);

  feed.position(kFirst, 3, PositionAction::Closed, 0);  // makes room for another account's
  feed.position(kSecond, 10, PositionAction::Opened, 1);
  feed.settle();
  CHECK(feed.views.figures().overflows == 6);
  REQUIRE(feed.views.positions(kFirst, positions) == ReadStatus::Found);
  CHECK(positions.size() == 7);
  REQUIRE(feed.views.positions(kSecond, positions) == ReadStatus::Found);
  CHECK(positions.size() == 1);
}

TEST_CASE("accounts and users are listed by creation") {
  Feed feed;
  for (const std::uint32_t number : {7U, 3U, 9U}) feed.client(number);
  const std::size_t limit = GENERATE(1U, 2U, 3U, 100U);
  const Ids expected{7, 3, 9};
  CHECK(collect([&](std::uint64_t after) {
          return feed.views.accounts({static_cast<std::uint32_t>(after)}, limit);
        }) == expected);
  CHECK(collect([&](std::uint64_t after) {
          return feed.views.users({static_cast<std::uint32_t>(after)}, limit);
        }) == expected);
  CHECK(feed.views.accounts({99}, limit).items.empty());
}

TEST_CASE("positions of random openings and closings equal a plain list") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937 random(seed);
  ViewLimits limits = small_limits();
  limits.open_positions = 16;
  Feed feed(limits);
  feed.client(1);
  feed.client(2);
  std::array<Ids, 3> model;  // newest last
  std::uint64_t next_id = 1;
  for (int step = 0; step < 3'000; ++step) {
    const auto account = static_cast<std::uint32_t>(1 + random() % 2);
    Ids& ids = model[account];
    if (random() % 2 == 0 && model[1].size() + model[2].size() < 16) {
      ids.push_back(next_id);
      feed.position({account}, next_id++, PositionAction::Opened, 1);
    } else if (!ids.empty()) {
      const auto place = static_cast<std::ptrdiff_t>(random() % ids.size());
      feed.position({account}, ids[static_cast<std::size_t>(place)], PositionAction::Closed, 0);
      ids.erase(ids.begin() + place);
    }
    feed.settle();
    for (const std::uint32_t number : {1U, 2U}) {
      AccountSnapshot snapshot;
      REQUIRE(feed.views.snapshot({number}, snapshot) == ReadStatus::Found);
      Ids shown;
      for (const PositionView& position : snapshot.positions) shown.push_back(position.id.value);
      std::reverse(shown.begin(), shown.end());
      REQUIRE(shown == model[number]);
      REQUIRE(snapshot.account.open_positions == shown.size());
      for (const std::uint64_t id : shown) {
        PositionView position;
        REQUIRE(feed.views.position({id}, position) == ReadStatus::Found);
        REQUIRE(position.id.value == id);
        REQUIRE(position.account == AccountId{number});
      }
    }
  }
}
