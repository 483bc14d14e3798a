#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <map>
#include <utility>
#include <vector>

#include "tribook/engine/book_reports.h"

namespace tribook::test {

/// What OrderBook must do, written to be seen right: lists in maps, everything searched for.
class NaiveBook {
 public:
  NaiveBook(Price tick_size, std::size_t capacity) : tick_(tick_size), capacity_(capacity) {}

  template <typename Report>
  void add(engine::BookOrder order, Report&& report) {
    const bool rests =
        order.time_in_force != TimeInForce::Ioc && order.time_in_force != TimeInForce::Fok;
    if (order.volume.raw <= 0) return reject(order.id, RejectCode::VolumeOutOfRange, report);
    if (!is_price(order.price)) return reject(order.id, RejectCode::PriceInvalid, report);
    if (order_of(order.id) != nullptr) return reject(order.id, RejectCode::Duplicate, report);
    if (rests && order.volume.raw > kMost - total(order.side)) {
      return reject(order.id, RejectCode::ValueOverflow, report);
    }
    if (rests && size() == capacity_) return reject(order.id, RejectCode::LimitReached, report);
    if (order.time_in_force == TimeInForce::Fok && !trades_whole(order)) {
      report(engine::BookCancelled{order.id, order.volume, engine::BookReason::FillOrKill});
      return;
    }
    match(order, report);
    if (order.volume.is_zero()) return;
    if (rests) {
      rest(order, report);
    } else {
      report(engine::BookCancelled{order.id, order.volume, engine::BookReason::ImmediateOrCancel});
    }
  }

  template <typename Report>
  void cancel(OrderId id, Report&& report) {
    const engine::BookOrder* order = order_of(id);
    if (order == nullptr) return reject(id, RejectCode::NotFound, report);
    report(engine::BookCancelled{id, order->volume, engine::BookReason::Requested});
    erase(id);
  }

  template <typename Report>
  void reduce(OrderId id, Volume by, Report&& report) {
    if (by.raw <= 0) return reject(id, RejectCode::VolumeOutOfRange, report);
    engine::BookOrder* order = order_of(id);
    if (order == nullptr) return reject(id, RejectCode::NotFound, report);
    if (by >= order->volume) return cancel(id, report);
    order->volume -= by;
    report(engine::BookReduced{id, by, order->volume, engine::BookReason::Requested});
  }

  template <typename Report>
  void replace(OrderId id, Price price, Volume volume, Report&& report) {
    if (volume.raw <= 0) return reject(id, RejectCode::VolumeOutOfRange, report);
    if (!is_price(price)) return reject(id, RejectCode::PriceInvalid, report);
    engine::BookOrder* resting = order_of(id);
    if (resting == nullptr) return reject(id, RejectCode::NotFound, report);
    if (volume.raw > kMost - (total(resting->side) - resting->volume.raw)) {
      return reject(id, RejectCode::ValueOverflow, report);
    }
    const bool keeps = price == resting->price && volume <= resting->volume;
    report(engine::BookReplaced{id, price, volume, keeps});
    if (keeps) {
      resting->volume = volume;
      return;
    }
    engine::BookOrder order = *resting;
    erase(id);
    order.price = price;
    order.volume = volume;
    match(order, report);
    if (!order.volume.is_zero()) rest(order, report);
  }

  [[nodiscard]] std::size_t size() const { return all().size(); }

  /// Buys best first, then sells best first; at a price the oldest first.
  [[nodiscard]] std::vector<engine::BookOrder> all() const {
    std::vector<engine::BookOrder> orders;
    // NOLINTNEXTLINE(modernize-loop-convert): clang 14 cannot read GCC's reversed views
    for (auto level = bids_.rbegin(); level != bids_.rend(); ++level) {
      orders.insert(orders.end(), level->second.begin(), level->second.end());
    }
    for (const auto& [price, level] : asks_) {
      orders.insert(orders.end(), level.begin(), level.end());
    }
    return orders;
  }

  /// Best first.
  [[nodiscard]] std::vector<engine::BookLevel> levels(Side side) const {
    std::vector<engine::BookLevel> levels;
    for (const auto& [price, orders] : side == Side::Buy ? bids_ : asks_) {
      engine::BookLevel level{price, {}, static_cast<std::uint32_t>(orders.size())};
      for (const engine::BookOrder& order : orders) level.volume += order.volume;
      levels.push_back(level);
    }
    if (side == Side::Buy) std::reverse(levels.begin(), levels.end());
    return levels;
  }

 private:
  using Orders = std::list<engine::BookOrder>;
  using Levels = std::map<Price, Orders>;
  static constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

  [[nodiscard]] bool is_price(Price price) const {
    return price.raw % tick_.raw == 0 && price.raw < kMost && price.raw > -kMost;
  }
  [[nodiscard]] Levels& side_of(Side side) { return side == Side::Buy ? bids_ : asks_; }

  [[nodiscard]] std::int64_t total(Side side) const {
    std::int64_t sum = 0;
    for (const engine::BookLevel& level : levels(side)) sum += level.volume.raw;
    return sum;
  }

  template <typename Report>
  static void reject(OrderId id, RejectCode code, Report&& report) {
    report(engine::BookRejected{id, code});
  }

  [[nodiscard]] engine::BookOrder* order_of(OrderId id) {
    for (Levels* levels : {&bids_, &asks_}) {
      for (auto& [price, orders] : *levels) {
        for (engine::BookOrder& order : orders) {
          if (order.id == id) return &order;
        }
      }
    }
    return nullptr;
  }

  void erase(OrderId id) {
    for (Levels* levels : {&bids_, &asks_}) {
      for (auto& level : *levels) {
        level.second.remove_if([&](const engine::BookOrder& order) { return order.id == id; });
      }
      std::erase_if(*levels, [](const auto& level) { return level.second.empty(); });
    }
  }

  template <typename Report>
  void rest(engine::BookOrder order, Report&& report) {
    order.time_in_force = TimeInForce::Gtc;
    side_of(order.side)[order.price].push_back(order);
    report(engine::BookRested{order.id, order.side, order.price, order.volume});
  }

  [[nodiscard]] static bool are_of_one(const engine::BookOrder& a, const engine::BookOrder& b) {
    return a.owner.value != 0 && a.owner == b.owner;
  }

  [[nodiscard]] engine::BookOrder* first_match(const engine::BookOrder& taker) {
    Levels& levels = side_of(opposite(taker.side));
    if (levels.empty()) return nullptr;
    if (taker.side == Side::Buy) {
      auto& [price, orders] = *levels.begin();
      return price <= taker.price ? &orders.front() : nullptr;
    }
    auto& [price, orders] = *levels.rbegin();
    return price >= taker.price ? &orders.front() : nullptr;
  }

  template <typename Report>
  void match(engine::BookOrder& taker, Report&& report) {
    while (!taker.volume.is_zero()) {
      engine::BookOrder* maker = first_match(taker);
      if (maker == nullptr) return;
      if (taker.self_trade != engine::SelfTrade::Allow && are_of_one(*maker, taker)) {
        prevent(*maker, taker, report);
        continue;
      }
      const Volume volume = std::min(maker->volume, taker.volume);
      maker->volume -= volume;
      taker.volume -= volume;
      report(engine::BookTrade{maker->id, taker.id, maker->owner, taker.owner, taker.side,
                               maker->price, volume, maker->volume, taker.volume});
      if (maker->volume.is_zero()) erase(maker->id);
    }
  }

  template <typename Report>
  void prevent(engine::BookOrder& maker, engine::BookOrder& taker, Report&& report) {
    const Volume smaller = std::min(maker.volume, taker.volume);
    switch (taker.self_trade) {
      case engine::SelfTrade::Allow:
        return;
      case engine::SelfTrade::CancelNewest:
        return take_away(taker, taker.volume, report);
      case engine::SelfTrade::CancelOldest:
        take_away(maker, maker.volume, report);
        break;
      case engine::SelfTrade::Decrement:
        take_away(maker, smaller, report);
        take_away(taker, smaller, report);
        break;
    }
    if (maker.volume.is_zero()) erase(maker.id);
  }

  template <typename Report>
  static void take_away(engine::BookOrder& order, Volume by, Report&& report) {
    order.volume -= by;
    if (order.volume.is_zero()) {
      report(engine::BookCancelled{order.id, by, engine::BookReason::SelfTrade});
    } else {
      report(engine::BookReduced{order.id, by, order.volume, engine::BookReason::SelfTrade});
    }
  }

  // By trying it on a copy.
  [[nodiscard]] bool trades_whole(const engine::BookOrder& order) const {
    NaiveBook trial = *this;
    engine::BookOrder taker = order;
    Volume traded;
    trial.match(taker, [&](const auto& report) {
      if constexpr (requires { report.maker_left; }) traded += report.volume;
    });
    return traded == order.volume;
  }

  Price tick_;
  std::size_t capacity_;
  Levels bids_;
  Levels asks_;
};

}  // namespace tribook::test
