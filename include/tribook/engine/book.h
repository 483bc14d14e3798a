#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory_resource>
#include <optional>
#include <span>
#include <type_traits>

#include "tribook/base/assert.h"
#include "tribook/engine/book_index.h"
#include "tribook/engine/book_levels.h"
#include "tribook/engine/book_pool.h"
#include "tribook/engine/book_reports.h"
#include "tribook/engine/book_ticks.h"

// A limit order book of one symbol: the better price first, at a price the older order first.
// Usable alone: nothing of the house but its basic types.
//
//   engine::OrderBook book(Price{1'000}, {.orders = 100'000});
//   book.add({.id = OrderId{7}, .price = Price{108'500'000}, .volume = Volume{10'000'000}},
//            [&](const auto& report) { handle(report); });
//
// What happens is told, in the order in which it happens, to the callable given with each
// operation. It is called with BookRested, BookTrade, BookCancelled, BookReduced, BookReplaced or
// BookRejected (book_reports.h), so give it an overload for each or a generic lambda; it is a
// template parameter and inlined. It returns nothing and must not call the book.
//
// Everything is decided by the operations alone: two books that got the same ones give the same
// reports. No operation allocates; all memory is taken at construction, from a resource of the
// caller's choice (huge pages pay for large books): 76 bytes for each order there may be (32 the
// order, 32 its price, 12 the tree of far prices), 11 to 22 more for the ids, and 4 for each tick
// of the window.

namespace tribook::engine {

struct BookLimits {
  /// That rest at a time: 1 .. 2^29.
  std::uint32_t orders = 100'000;
  /// Prices near the market that are found at once, in ticks: 1 .. 2^18. Others are found in up to
  /// 64 steps.
  std::uint32_t window = 65'536;
};

class OrderBook {
 public:
  /// REQUIRES: tick_size > 0; limits as said there.
  OrderBook(Price tick_size, const BookLimits& limits,
            std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : ticks_(tick_size),
        orders_(checked(limits).orders, memory),
        levels_(limits.orders, limits.window, memory),
        index_(limits.orders, memory) {}

  /// Takes an order in: trades what it can at the makers' prices, none of them worse than its
  /// limit, and lets the rest rest or cancels it, as its time in force says. A Fok order that meets
  /// its owner's before it is filled is cancelled, unless it cancels those.
  /// Mean cost constant; each trade one step; Fok one step for each price it needs (for each order
  /// where it could meet its owner's). Now and then the window follows the market: one step for
  /// each price in it.
  template <typename Report>
  void add(const BookOrder& order, Report&& report);

  /// Cost constant.
  template <typename Report>
  void cancel(OrderId id, Report&& report);

  /// Takes volume from an order, which keeps its place; one that has no more than this is
  /// cancelled. Cost constant.
  template <typename Report>
  void reduce(OrderId id, Volume by, Report&& report);

  /// Gives an order another price, and another volume (of what is left). It keeps its place when
  /// the price stays and the volume does not grow; otherwise it is as one just added, with its
  /// owner and SelfTrade. Mean cost as add().
  template <typename Report>
  void replace(OrderId id, Price price, Volume volume, Report&& report);

  /// Nothing when the side is empty. Cost constant.
  [[nodiscard]] std::optional<BookLevel> best(Side side) const;

  /// Fills in up to levels.size() prices, the best first, and says how many. One step each.
  std::size_t depth(Side side, std::span<BookLevel> levels) const;

  /// The order with what is left of it, as Gtc; nothing when none rests. Cost constant.
  [[nodiscard]] std::optional<BookOrder> find(OrderId id) const;

  /// Visits all orders, bids and then asks, in the order in which they would trade. Adding them in
  /// this order to an empty book makes an equal one; no trade can come of that.
  template <typename Visit>
  void for_each(Visit&& visit) const;

  [[nodiscard]] std::size_t size() const { return orders_.in_use(); }
  [[nodiscard]] std::size_t capacity() const { return orders_.capacity(); }
  /// All that rests on the side.
  [[nodiscard]] Volume volume(Side side) const { return volume_[number(side)]; }
  /// For an order that takes any price.
  [[nodiscard]] Price worst_limit(Side side) const { return ticks_.worst_limit(side); }

 private:
  // Two to a cache line: price and side stand in the level.
  struct alignas(32) Resting {
    OrderId id;
    Volume volume;
    std::uint32_t newer = 0;
    std::uint32_t older = 0;
    AccountId owner;
    std::uint32_t level : 30 = 0;
    std::uint32_t self_trade : 2 = 0;

    std::uint32_t& next_free() { return newer; }
  };
  static_assert(sizeof(Resting) == 32 && std::is_trivially_copyable_v<Resting>);

  // An order that looks for others to trade with.
  struct Taker {
    OrderId id;
    PriceKey limit;
    Volume volume;
    AccountId owner;
    Side side;
    SelfTrade self_trade;
  };

  static const BookLimits& checked(const BookLimits& limits) {
    TB_ASSERT(limits.orders > 0 && limits.orders <= std::uint32_t{1} << 29U);
    TB_ASSERT(limits.window > 0 && limits.window <= BookBits::kMostSize);
    return limits;
  }
  static std::size_t number(Side side) { return static_cast<std::size_t>(side); }
  static bool rests(const BookOrder& order) {
    return order.time_in_force != TimeInForce::Ioc && order.time_in_force != TimeInForce::Fok;
  }
  // No price is as good as kBelowAll for a seller or kAboveAll for a buyer, so an empty side, whose
  // best is one of these, needs no case of its own.
  static bool trades_at(Side taker_side, PriceKey limit, PriceKey price) {
    return taker_side == Side::Buy ? price <= limit : price >= limit;
  }
  [[nodiscard]] bool trades(const Taker& taker) const {
    return trades_at(taker.side, taker.limit, best_[number(opposite(taker.side))]);
  }
  static bool avoids(const Taker& taker, const Resting& maker) {
    return taker.self_trade != SelfTrade::Allow && maker.owner == taker.owner &&
           taker.owner.value != 0;
  }

  [[nodiscard]] std::uint32_t index_of(OrderId id) const {
    return index_.find(id, [&](std::uint32_t index) { return orders_[index].id == id; });
  }
  [[nodiscard]] bool has_room(Side side, Volume volume) const {
    return volume.raw <= std::numeric_limits<std::int64_t>::max() - volume_[number(side)].raw;
  }
  [[nodiscard]] RejectCode check(const BookOrder& order, PriceKey key) const;
  [[nodiscard]] BookOrder told(const Resting& order) const;
  [[nodiscard]] BookLevel told(const PriceLevel& level) const {
    return {ticks_.price_of(level.key), level.volume, level.orders};
  }

  [[nodiscard]] bool trades_whole(const Taker& taker) const;
  template <typename Report>
  void match(Taker& taker, Report& report);
  template <typename Report>
  void prevent(Taker& taker, std::uint32_t index, Report& report);
  template <typename Report>
  void rest(const Taker& taker, std::uint32_t index, Report& report);

  void shrink(Resting& order, PriceLevel& level, Volume by) {
    order.volume -= by;
    level.volume -= by;
    volume_[number(level.side)] -= by;
  }
  void link(std::uint32_t index, PriceKey key, Side side);
  void unlink(std::uint32_t index);
  void remove(std::uint32_t index) {
    unlink(index);
    index_.erase(orders_[index].id, index);
    orders_.give_back(index);
  }

  BookTicks ticks_;
  std::array<PriceKey, 2> best_{kBelowAll, kAboveAll};
  std::array<Volume, 2> volume_{};
  BookPool<Resting> orders_;
  BookLevels levels_;
  BookIndex index_;
};

}  // namespace tribook::engine

#include "tribook/engine/book_operations.h"
