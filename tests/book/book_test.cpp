#include <cstdint>
#include <limits>
#include <vector>

#include <catch2/catch.hpp>

#include "book/book_text.h"
#include "hot_path/heap_counter.h"
#include "support/random.h"
#include "tribook/engine/book.h"

// What each operation does, one example at a time; differential_test.cpp has the many.

namespace tribook::engine {
namespace {

using test::BookReports;

constexpr Price kTick{1'000};
constexpr Price price(std::int64_t ticks) { return {ticks * kTick.raw}; }
constexpr Volume lots(std::int64_t count) { return Volume::from_whole(count); }
constexpr OrderId id(std::uint64_t value) { return {value}; }

BookOrder buy(std::uint64_t number, std::int64_t ticks, std::int64_t count) {
  BookOrder order;
  order.id = id(number);
  order.price = price(ticks);
  order.volume = lots(count);
  return order;
}
BookOrder sell(std::uint64_t number, std::int64_t ticks, std::int64_t count) {
  BookOrder order = buy(number, ticks, count);
  order.side = Side::Sell;
  return order;
}
BookOrder with(BookOrder order, TimeInForce force) {
  order.time_in_force = force;
  return order;
}
BookOrder of(BookOrder order, std::uint32_t owner, SelfTrade self_trade = SelfTrade::Allow) {
  order.owner = {owner};
  order.self_trade = self_trade;
  return order;
}

struct Scene {
  explicit Scene(std::uint32_t capacity = 100) : book(kTick, {.orders = capacity, .window = 64}) {}

  BookReports add(const BookOrder& order) {
    BookReports reports;
    book.add(order, [&](const auto& report) { reports.emplace_back(report); });
    return reports;
  }
  BookReports cancel(std::uint64_t number) {
    BookReports reports;
    book.cancel(id(number), [&](const auto& report) { reports.emplace_back(report); });
    return reports;
  }
  BookReports reduce(std::uint64_t number, Volume by) {
    BookReports reports;
    book.reduce(id(number), by, [&](const auto& report) { reports.emplace_back(report); });
    return reports;
  }
  BookReports replace(std::uint64_t number, Price to, Volume volume) {
    BookReports reports;
    book.replace(id(number), to, volume, [&](const auto& report) { reports.emplace_back(report); });
    return reports;
  }
  // The ids in the order in which they would trade.
  std::vector<std::uint64_t> order() const {
    std::vector<std::uint64_t> numbers;
    book.for_each([&](const BookOrder& order) { numbers.push_back(order.id.value); });
    return numbers;
  }

  OrderBook book;
};

BookReports rejected(std::uint64_t number, RejectCode code) {
  return {BookRejected{id(number), code}};
}

BookTrade trade(std::uint64_t maker, std::uint64_t taker, Side taker_side, std::int64_t ticks,
                std::int64_t count, std::int64_t maker_left, std::int64_t taker_left) {
  return {id(maker),        id(taker),       {}, {}, taker_side, price(ticks), lots(count),
          lots(maker_left), lots(taker_left)};
}

TEST_CASE("OrderBook: trades at the makers' prices, the best first and the oldest first") {
  Scene scene;
  CHECK(scene.add(sell(1, 102, 5)) ==
        BookReports{BookRested{id(1), Side::Sell, price(102), lots(5)}});
  scene.add(sell(2, 101, 1));
  scene.add(sell(3, 101, 2));
  scene.add(sell(4, 104, 9));
  CHECK(scene.add(buy(5, 103, 10)) ==
        BookReports{trade(2, 5, Side::Buy, 101, 1, 0, 9), trade(3, 5, Side::Buy, 101, 2, 0, 7),
                    trade(1, 5, Side::Buy, 102, 5, 0, 2),
                    BookRested{id(5), Side::Buy, price(103), lots(2)}});
  CHECK(scene.book.best(Side::Buy) == BookLevel{price(103), lots(2), 1});
  CHECK(scene.book.best(Side::Sell) == BookLevel{price(104), lots(9), 1});
  CHECK(scene.add(sell(6, 103, 1)) == BookReports{trade(5, 6, Side::Sell, 103, 1, 1, 0)});
  CHECK(scene.book.find(id(6)) == std::nullopt);
  CHECK(scene.book.find(id(5))->volume == lots(1));
}

TEST_CASE("OrderBook: IOC cancels what does not trade, FOK trades whole or not at all") {
  Scene scene;
  scene.add(sell(1, 101, 3));
  scene.add(sell(2, 102, 3));
  const auto killed = [](std::uint64_t number, std::int64_t count) {
    return BookReports{BookCancelled{id(number), lots(count), BookReason::FillOrKill}};
  };
  CHECK(scene.add(with(buy(3, 102, 7), TimeInForce::Fok)) == killed(3, 7));
  CHECK(scene.add(with(buy(4, 101, 4), TimeInForce::Fok)) == killed(4, 4));
  CHECK(scene.book.volume(Side::Sell) == lots(6));
  CHECK(scene.add(with(buy(5, 102, 6), TimeInForce::Fok)).size() == 2);
  CHECK(scene.book.size() == 0);
  scene.add(sell(1, 101, 3));
  CHECK(scene.add(with(buy(6, 200, 4), TimeInForce::Ioc)) ==
        BookReports{trade(1, 6, Side::Buy, 101, 3, 0, 1),
                    BookCancelled{id(6), lots(1), BookReason::ImmediateOrCancel}});
}

TEST_CASE("OrderBook: an order of any price takes the worst limit") {
  Scene scene;
  scene.add(sell(1, 5'000'000'000, 1));
  scene.add(buy(2, -5'000'000'000, 1));
  BookOrder any = with(buy(3, 0, 1), TimeInForce::Ioc);
  any.price = scene.book.worst_limit(Side::Buy);
  CHECK(scene.add(any) == BookReports{trade(1, 3, Side::Buy, 5'000'000'000, 1, 0, 0)});
  any = with(sell(4, 0, 1), TimeInForce::Ioc);
  any.price = scene.book.worst_limit(Side::Sell);
  CHECK(scene.add(any) == BookReports{trade(2, 4, Side::Sell, -5'000'000'000, 1, 0, 0)});
}

TEST_CASE("OrderBook: cancel and reduce") {
  Scene scene;
  scene.add(buy(1, 100, 5));
  scene.add(buy(2, 100, 5));
  CHECK(scene.reduce(1, lots(2)) ==
        BookReports{BookReduced{id(1), lots(2), lots(3), BookReason::Requested}});
  CHECK(scene.order() == std::vector<std::uint64_t>{1, 2});
  CHECK(scene.reduce(1, lots(3)) ==
        BookReports{BookCancelled{id(1), lots(3), BookReason::Requested}});
  CHECK(scene.cancel(1) == rejected(1, RejectCode::NotFound));
  CHECK(scene.reduce(1, lots(1)) == rejected(1, RejectCode::NotFound));
  CHECK(scene.cancel(2) == BookReports{BookCancelled{id(2), lots(5), BookReason::Requested}});
  CHECK(scene.book.best(Side::Buy) == std::nullopt);
}

TEST_CASE(
    "OrderBook: replace keeps the place only where the price stays and the volume does not grow") {
  Scene scene;
  for (std::uint64_t number = 1; number <= 3; ++number) scene.add(buy(number, 100, 5));
  CHECK(scene.replace(1, price(100), lots(4)) ==
        BookReports{BookReplaced{id(1), price(100), lots(4), true}});
  CHECK(scene.order() == std::vector<std::uint64_t>{1, 2, 3});
  CHECK(scene.replace(1, price(100), lots(5)) ==
        BookReports{BookReplaced{id(1), price(100), lots(5), false},
                    BookRested{id(1), Side::Buy, price(100), lots(5)}});
  CHECK(scene.order() == std::vector<std::uint64_t>{2, 3, 1});
  scene.replace(3, price(101), lots(1));
  CHECK(scene.order() == std::vector<std::uint64_t>{3, 2, 1});
  CHECK(scene.book.volume(Side::Buy) == lots(11));
  scene.add(sell(4, 103, 2));
  CHECK(scene.replace(2, price(103), lots(3)) ==
        BookReports{BookReplaced{id(2), price(103), lots(3), false},
                    trade(4, 2, Side::Buy, 103, 2, 0, 1),
                    BookRested{id(2), Side::Buy, price(103), lots(1)}});
  CHECK(scene.replace(9, price(103), lots(3)) == rejected(9, RejectCode::NotFound));
}

TEST_CASE(
    "OrderBook: the owner's orders do not trade with one another in the way that is asked for") {
  Scene scene;
  scene.add(of(sell(1, 101, 3), 7));
  scene.add(of(sell(2, 101, 3), 8));
  const auto arriving = [](std::uint64_t number, SelfTrade self_trade) {
    return of(buy(number, 101, 5), 7, self_trade);
  };
  const auto cancelled = [](std::uint64_t number, std::int64_t count) {
    return BookCancelled{id(number), lots(count), BookReason::SelfTrade};
  };
  SECTION("by default they do") {
    CHECK(scene.add(arriving(3, SelfTrade::Allow)).size() == 2);
    CHECK(scene.book.size() == 1);
  }
  SECTION("nobody's orders are not one owner's") {
    scene.add(of(buy(3, 101, 5), 0, SelfTrade::CancelNewest));
    scene.add(of(sell(4, 102, 1), 0));
    CHECK(scene.add(of(buy(5, 102, 1), 0, SelfTrade::CancelNewest)).size() == 1);
  }
  SECTION("the newest is cancelled") {
    CHECK(scene.add(arriving(3, SelfTrade::CancelNewest)) == BookReports{cancelled(3, 5)});
    CHECK(scene.order() == std::vector<std::uint64_t>{1, 2});
  }
  SECTION("the oldest is cancelled") {
    const BookReports reports = scene.add(arriving(3, SelfTrade::CancelOldest));
    REQUIRE(reports.size() == 3);
    CHECK(reports[0] == test::BookReport{cancelled(1, 3)});
    CHECK(std::get<BookTrade>(reports[1]).maker == id(2));
    CHECK(reports[2] == test::BookReport{BookRested{id(3), Side::Buy, price(101), lots(2)}});
  }
  SECTION("both are decremented") {
    const BookReports reports = scene.add(arriving(3, SelfTrade::Decrement));
    REQUIRE(reports.size() == 3);
    CHECK(reports[0] == test::BookReport{cancelled(1, 3)});
    CHECK(reports[1] ==
          test::BookReport{BookReduced{id(3), lots(3), lots(2), BookReason::SelfTrade}});
    CHECK(std::get<BookTrade>(reports[2]).volume == lots(2));
  }
  SECTION("a replaced order still knows what it was added with") {
    scene.add(of(buy(3, 90, 5), 7, SelfTrade::CancelNewest));
    CHECK(scene.replace(3, price(101), lots(2)) ==
          BookReports{BookReplaced{id(3), price(101), lots(2), false}, cancelled(3, 2)});
  }
  SECTION("fill or kill needs to be filled by others") {
    const auto whole = [&](SelfTrade self_trade, std::int64_t count) {
      return of(with(buy(3, 101, count), TimeInForce::Fok), 7, self_trade);
    };
    CHECK(scene.add(whole(SelfTrade::CancelNewest, 2)).size() == 1);
    CHECK(scene.add(whole(SelfTrade::Decrement, 2)).size() == 1);
    CHECK(scene.add(whole(SelfTrade::CancelOldest, 4)).size() == 1);
    CHECK(scene.book.volume(Side::Sell) == lots(6));
    CHECK(scene.add(whole(SelfTrade::CancelOldest, 3)).size() == 2);
    CHECK(scene.book.size() == 0);
  }
}

TEST_CASE("OrderBook: what cannot be is refused, the lowest reason first, and changes nothing") {
  Scene scene(2);
  scene.add(buy(1, 100, 1));
  BookOrder bad = buy(1, 100, 0);
  bad.price.raw += 1;
  CHECK(scene.add(bad) == rejected(1, RejectCode::VolumeOutOfRange));
  bad.volume = lots(1);
  CHECK(scene.add(bad) == rejected(1, RejectCode::PriceInvalid));
  CHECK(scene.add(buy(1, 100, 1)) == rejected(1, RejectCode::Duplicate));
  BookOrder large = buy(2, 100, 1);
  large.volume.raw = std::numeric_limits<std::int64_t>::max();
  CHECK(scene.add(large) == rejected(2, RejectCode::ValueOverflow));
  large.side = Side::Sell;
  large.price = price(200);
  CHECK(scene.add(large).size() == 1);
  CHECK(scene.replace(2, price(300), large.volume).size() == 2);
  CHECK(scene.add(buy(3, 100, 1)) == rejected(3, RejectCode::LimitReached));
  CHECK(scene.add(with(buy(3, 100, 1), TimeInForce::Ioc)).size() == 1);
  CHECK(scene.replace(1, price(100), large.volume).size() == 2);
  CHECK(scene.replace(1, price(100), lots(0)) == rejected(1, RejectCode::VolumeOutOfRange));
  CHECK(scene.replace(7, {1}, lots(1)) == rejected(7, RejectCode::PriceInvalid));
  CHECK(scene.reduce(7, lots(0)) == rejected(7, RejectCode::VolumeOutOfRange));
  CHECK(scene.order() == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("OrderBook: depth gives as many prices as asked for, each with all that rests there") {
  Scene scene;
  for (std::uint64_t number = 1; number <= 10; ++number) {
    scene.add(sell(number, static_cast<std::int64_t>(100 + number / 2 * 40), 1));
  }
  std::vector<BookLevel> levels(3);
  REQUIRE(scene.book.depth(Side::Sell, levels) == 3);
  CHECK(levels == std::vector<BookLevel>{{price(100), lots(1), 1},
                                         {price(140), lots(2), 2},
                                         {price(180), lots(2), 2}});
  levels.resize(20);
  CHECK(scene.book.depth(Side::Sell, levels) == 6);
  CHECK(scene.book.depth(Side::Buy, levels) == 0);
  CHECK(scene.book.depth(Side::Sell, {}) == 0);
}

#ifdef TRIBOOK_COUNTS_HEAP
TEST_CASE("OrderBook: allocates at construction only") {
  OrderBook book(kTick, {.orders = 500, .window = 128});
  test::Random random(1);
  INFO(random.reproduce());
  std::uint64_t reports = 0;
  const auto count = [&](const auto&) { ++reports; };
  test::start_counting_heap();
  for (std::uint64_t number = 1; number < 100'000; ++number) {
    const std::uint64_t old = number - random.below(number < 600 ? number : 600);
    const auto away = static_cast<std::int64_t>(random.below(1'000));
    const BookOrder order = random.one_in(2) ? buy(number, 10'020 - away, 1 + away % 3)
                                             : sell(number, 9'980 + away, 1 + away % 3);
    book.add(random.one_in(5) ? with(order, TimeInForce::Fok) : order, count);
    book.replace(id(old), price(9'500 + away), lots(2), count);
    if (random.one_in(3)) book.cancel(id(old), count);
    if (random.one_in(3)) book.reduce(id(old), lots(1), count);
  }
  const test::HeapCalls calls = test::stop_counting_heap();
  CHECK(calls.allocations == 0);
  CHECK(calls.frees == 0);
  CHECK(reports > 100'000);
}
#endif

}  // namespace
}  // namespace tribook::engine
