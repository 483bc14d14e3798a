#include <atomic>
#include <thread>
#include <vector>

#include "support/values.h"
#include "views/feed.h"
#include "views/marks.h"

// Positions' highest and lowest marks as readers see them.

namespace tribook {
namespace {

using test::price;

constexpr SymbolId kSymbol{1};

QuoteApplied quote_at(std::string_view bid, std::string_view ask, bool is_mark = true) {
  QuoteApplied quote;
  quote.symbol = kSymbol;
  quote.bid = price(bid);
  quote.ask = price(ask);
  quote.is_mark = is_mark ? 1 : 0;
  return quote;
}

void follow(views::Marks& marks, std::string_view bid, std::string_view ask) {
  marks.follow(kSymbol, {}, {price(bid), price(ask)});
}

views::PositionView position(std::uint64_t id, Side side, std::string_view mark) {
  views::PositionView view;
  view.id = {id};
  view.symbol = kSymbol;
  view.side = side;
  view.highest = view.lowest = price(mark);
  return view;
}

void expect(const views::Marks& marks, views::PositionView view, std::string_view highest,
            std::string_view lowest) {
  REQUIRE(marks.widen(view));
  CHECK(view.highest == price(highest));
  CHECK(view.lowest == price(lowest));
}

TEST_CASE("Marks of views: by quotes in session since each began, at its own side") {
  views::Marks marks(4, 8);
  auto buy = position(1, Side::Buy, "1.1");
  auto sell = position(2, Side::Sell, "1.2");
  marks.begin(buy);
  follow(marks, "1.15", "1.25");
  marks.begin(sell);
  expect(marks, buy, "1.15", "1.1");
  expect(marks, sell, "1.2", "1.2");
  follow(marks, "1.05", "1.15");
  expect(marks, buy, "1.15", "1.05");
  expect(marks, sell, "1.2", "1.15");
  marks.end(buy);
  follow(marks, "1.3", "1.4");
  expect(marks, sell, "1.4", "1.15");
}

TEST_CASE("Marks of views: at the prices of the group, whichever it was when") {
  constexpr GroupId kGroup{3};
  views::Marks marks(4, 8);
  auto moved = position(1, Side::Buy, "1.1");
  auto stays = position(2, Side::Buy, "1.1");
  marks.begin(moved);
  marks.begin(stays);
  follow(marks, "1.15", "1.25");
  marks.move(moved, kGroup);
  marks.follow(kSymbol, kGroup, {price("1.2"), price("1.3")});
  follow(marks, "1.05", "1.15");
  expect(marks, moved, "1.2", "1.1");
  expect(marks, stays, "1.15", "1.05");
  marks.move(moved, {});
  follow(marks, "1.08", "1.18");
  expect(marks, moved, "1.2", "1.08");
  expect(marks, stays, "1.15", "1.05");
}

TEST_CASE("Marks of views: quotes that overtook an opening count, but only those in session") {
  views::test::Feed feed;
  feed.client(1);
  const std::uint64_t opening = feed.root;
  const auto overtake = [&](std::string_view bid, std::string_view ask, bool is_mark) {
    ++feed.root;
    feed.apply({}, quote_at(bid, ask, is_mark));
  };
  feed.apply({}, quote_at("5", "5"));  // the opening's own record: before it
  overtake("1.15", "1.25", true);
  overtake("9", "9", false);
  overtake("1.05", "1.35", true);
  overtake("0.5", "0.5", false);

  feed.root = opening;
  TradeExecuted trade;
  trade.trade = {1};
  trade.position = {1};
  trade.highest = trade.lowest = price("1.1");
  feed.apply(AccountId{1}, trade);
  feed.position(AccountId{1}, 1, PositionAction::Opened, 1);
  feed.settle();
  views::PositionView shown;
  REQUIRE(feed.views.position(PositionId{1}, shown) == views::ReadStatus::Found);
  CHECK(shown.highest == price("1.15"));
  CHECK(shown.lowest == price("1.05"));
}

TEST_CASE("Marks of views: a reader never sees a torn row") {
  views::Marks marks(4, 64);
  auto first = position(1, Side::Buy, "1");
  marks.begin(first);
  std::atomic<bool> is_done{false};
  std::atomic<bool> is_good{true};
  std::thread reader([&] {
    Price highest = first.highest;
    while (!is_done.load(std::memory_order_acquire)) {
      views::PositionView view = first;
      if (!marks.widen(view)) continue;
      if (view.highest < highest || view.lowest > first.lowest) is_good = false;
      highest = view.highest;
    }
  });
  std::vector<views::PositionView> others;
  for (std::uint64_t i = 2; i < 20'000; ++i) {
    others.push_back(position(i, i % 2 == 0 ? Side::Buy : Side::Sell, "1"));
    marks.begin(others.back());
    const Price now{price("1").raw + static_cast<std::int64_t>(i * 7919 % 10'000)};
    marks.follow(kSymbol, {}, {now, now});
    if (i > 40) marks.end(others[i - 40]);
  }
  is_done.store(true, std::memory_order_release);
  reader.join();
  CHECK(is_good);
}

}  // namespace
}  // namespace tribook
