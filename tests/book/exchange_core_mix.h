#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "book/book_command.h"
#include "book/java_random.h"
#include "tribook/base/assert.h"

namespace tribook::test {

/// The commands with which exchange-core measures its order books (bench/README.md has the rules):
/// first orders that rest, then a mix in which most commands move an order towards the last trade.
/// What comes next depends on what became of those before, so each command's reports go to on().
class ExchangeCoreMix {
 public:
  static constexpr Price kTick{1'000};
  static constexpr std::int64_t kLot = 1'000'000;

  /// `resting` orders are to rest, half on each side. With `moves_only` a move stands in for each
  /// reduce, as for books that know none.
  ExchangeCoreMix(std::int64_t seed, std::size_t resting, bool moves_only, std::uint64_t first_id,
                  std::uint64_t id_step)
      : random_(seed),
        half_(static_cast<std::int64_t>(resting / 2)),
        moves_only_(moves_only),
        first_id_(first_id),
        id_step_(id_step) {
    const double exponent = 3.3 + 1.5 * random_.next_double() + 1.5 * random_.next_double();
    last_trade_ = static_cast<std::int64_t>(std::pow(10.0, exponent));
    deviation_ =
        std::min<std::int64_t>(static_cast<std::int64_t>(0.05 * double(last_trade_)), 10'000);
    lowest_ = last_trade_ - 5 * deviation_;
    highest_ = last_trade_ + 5 * deviation_;
  }

  [[nodiscard]] bool is_filled() const { return is_filled_; }

  BookCommand next() {
    if (until_count_ == 0) count_resting();
    --until_count_;
    const Side side = random_.next_int(4) >= 2 ? Side::Buy : Side::Sell;
    if (!is_filled_) return resting_order(side);
    const std::int64_t lack = lack_[number(side)];
    const bool grows = lack > 0;
    const bool grows_fast = lack > half_ * 3 / 4;
    const int choice = random_.next_int(grows_fast ? 2 : grows ? 10 : 40);
    if (choice < 2 || live_ == 0) return grows ? resting_order(side) : instant_order(side);
    const std::uint64_t order = random_old_order();
    if (choice == 2) return cancel(order);
    if (choice == 3 && !moves_only_) return reduce(order);
    return move(order);
  }

  // What became of the last command.
  void on(const engine::BookRested& report) {
    Order& order = order_of(report.id);
    order.left = report.volume.raw / kLot;
    if (!order.is_resting) ++resting_[number(order.side)];
    order.is_resting = true;
    if (is_filled_ || resting_[0] + resting_[1] < 2 * half_) return;
    is_filled_ = true;
    until_count_ = 0;
  }
  void on(const engine::BookTrade& report) {
    ++trades_;
    last_trade_ = std::clamp(report.price.raw / kTick.raw, lowest_, highest_);
    const auto traded = [&](OrderId id, Volume left) {
      Order& order = order_of(id);
      order.left = left.raw / kLot;
      if (order.left == 0) forget(order);
    };
    traded(report.maker, report.maker_left);
    traded(report.taker, report.taker_left);
  }
  void on(const engine::BookCancelled& report) { forget(order_of(report.id)); }
  void on(const engine::BookReduced& report) { order_of(report.id).left = report.left.raw / kLot; }
  void on(const engine::BookReplaced&) {}
  // Nothing in this mix is ever refused.
  void on(const engine::BookRejected& report) { TB_ASSERT(report.code == RejectCode::None); }

 private:
  struct Order {
    std::int64_t price = 0;
    std::int64_t left = 0;
    Side side = Side::Buy;
    bool is_live = false;  // may be picked
    bool is_resting = false;
  };
  static constexpr int kUsers = 1'000;
  static constexpr std::size_t kOldest = 512;
  static constexpr int kCountEvery = 512;

  static std::size_t number(Side side) { return static_cast<std::size_t>(side); }
  [[nodiscard]] OrderId id_of(std::uint64_t order) const { return {first_id_ + order * id_step_}; }
  [[nodiscard]] Order& order_of(OrderId id) {
    return orders_[static_cast<std::size_t>((id.value - first_id_) / id_step_)];
  }

  void count_resting() {
    until_count_ = kCountEvery;
    for (std::size_t side = 0; side < 2; ++side) lack_[side] = half_ - resting_[side];
  }

  BookCommand new_order(Side side, TimeInForce force, std::int64_t price) {
    BookCommand command;
    command.kind = BookCommand::Kind::Add;
    command.order.owner = {static_cast<std::uint32_t>(random_.next_int(kUsers) + 1)};
    command.order.id = id_of(orders_.size());
    command.order.side = side;
    command.order.time_in_force = force;
    command.order.price = {price * kTick.raw};
    const std::int64_t size =
        1 + std::int64_t{random_.next_int(6)} * random_.next_int(6) * random_.next_int(6);
    command.order.volume = {size * kLot};
    return command;
  }

  BookCommand resting_order(Side side) {
    const double distance = random_.next_double();
    const auto range = static_cast<std::int32_t>(
        1 + static_cast<std::int64_t>(distance * distance * double(deviation_)));
    std::int64_t offset = 0;
    for (int i = 0; i < 4; ++i) offset += random_.next_int(range);
    offset = offset / 4 * 2 - range;
    if ((offset > 0) == (side == Side::Buy)) offset = -offset;
    const std::int64_t price = last_trade_ + offset;
    const BookCommand command = new_order(side, TimeInForce::Gtc, price);
    orders_.push_back({price, command.order.volume.raw / kLot, side, true, false});
    ++live_;
    later_.push_back(orders_.size() - 1);
    return command;
  }

  BookCommand instant_order(Side side) {
    const bool is_whole = random_.next_int(32) == 0;
    const std::int64_t price = side == Side::Buy ? highest_ : lowest_;
    const BookCommand command =
        new_order(side, is_whole ? TimeInForce::Fok : TimeInForce::Ioc, price);
    orders_.push_back({price, command.order.volume.raw / kLot, side, false, false});
    return command;
  }

  BookCommand of_kind(BookCommand::Kind kind, std::uint64_t order) const {
    BookCommand command;
    command.kind = kind;
    command.order.id = id_of(order);
    return command;
  }
  BookCommand cancel(std::uint64_t order) const {
    return of_kind(BookCommand::Kind::Cancel, order);
  }
  BookCommand reduce(std::uint64_t order) {
    BookCommand command = of_kind(BookCommand::Kind::Reduce, order);
    const auto left = static_cast<std::int32_t>(orders_[order].left);
    command.order.volume = {std::int64_t{random_.next_int(left) + 1} * kLot};
    return command;
  }
  BookCommand move(std::uint64_t index) {
    Order& order = orders_[index];
    const std::int64_t gap = last_trade_ - order.price;
    std::int64_t step = (std::abs(gap) + 99) / 100 * (gap < 0 ? -1 : 1);
    if (gap == 0) step = random_.next_int(2) * 2 - 1;
    order.price = std::min(order.price + step, highest_);
    BookCommand command = of_kind(BookCommand::Kind::Replace, index);
    command.order.price = {order.price * kTick.raw};
    command.order.volume = {order.left * kLot};
    return command;
  }

  void forget(Order& order) {
    if (order.is_resting) --resting_[number(order.side)];
    if (order.is_live) --live_;
    order.is_resting = order.is_live = false;
  }

  std::uint64_t random_old_order() {
    std::erase_if(oldest_, [&](std::uint64_t order) { return !orders_[order].is_live; });
    while (oldest_.size() < kOldest && !later_.empty()) {
      if (orders_[later_.front()].is_live) oldest_.push_back(later_.front());
      later_.pop_front();
    }
    return oldest_[static_cast<std::size_t>(
        random_.next_int(static_cast<std::int32_t>(oldest_.size())))];
  }

  JavaRandom random_;
  std::int64_t half_;
  bool moves_only_;
  std::uint64_t first_id_;
  std::uint64_t id_step_;
  std::int64_t last_trade_ = 0;
  std::int64_t deviation_ = 0;
  std::int64_t lowest_ = 0;
  std::int64_t highest_ = 0;
  bool is_filled_ = false;
  int until_count_ = 0;
  std::array<std::int64_t, 2> lack_{};
  std::array<std::int64_t, 2> resting_{};
  std::size_t live_ = 0;
  std::uint64_t trades_ = 0;
  std::vector<Order> orders_;          // all that ever were, by number
  std::vector<std::uint64_t> oldest_;  // up to kOldest of the live ones
  std::deque<std::uint64_t> later_;    // younger ones, dead ones among them
};

}  // namespace tribook::test
