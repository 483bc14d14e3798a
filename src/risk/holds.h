#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tribook/base/assert.h"
#include "tribook/base/index_map.h"
#include "tribook/base/pool.h"
#include "tribook/base/prefetch.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"

namespace tribook::risk {

/// What orders under way have laid claim to, each known by who waits for its answer.
class Holds {
 public:
  Holds(std::uint32_t capacity, std::uint32_t accounts)
      : holds_(capacity), index_(capacity), held_(std::size_t{accounts} + 1) {}

  /// False when the table is full, or that request is already under way.
  [[nodiscard]] bool has_room(std::uint8_t gateway, std::uint32_t request) const {
    return !holds_.is_full() && index_.find(key(gateway, request)) == 0;
  }

  /// REQUIRES: has_room; amount >= 0.
  void place(std::uint8_t gateway, std::uint32_t request, AccountId account, Money amount,
             std::uint32_t orders) {
    TB_ASSERT(amount.raw >= 0);
    const std::uint32_t index = holds_.take();
    TB_ASSERT(index != 0);
    holds_[index] = {amount, account, orders};
    index_.insert(key(gateway, request), index);
    held_[account.value].amount += amount;
    held_[account.value].orders += orders;
  }

  /// The request was answered: with one of its orders, of which the others follow, or else with the
  /// last that there is. No-op when it holds nothing.
  void release(std::uint8_t gateway, std::uint32_t request, bool is_one_of_its_orders) {
    const std::uint32_t index = index_.find(key(gateway, request));
    if (index == 0) return;
    Hold& hold = holds_[index];
    Held& held = held_[hold.account.value];
    if (is_one_of_its_orders && hold.orders > 1) {
      --hold.orders;
      --held.orders;
      return;
    }
    held.amount -= hold.amount;
    TB_ASSERT(!held.amount.is_negative());
    TB_ASSERT(held.orders >= hold.orders);
    held.orders -= hold.orders;
    index_.erase(key(gateway, request));
    holds_.give_back(index);
  }

  void prefetch(std::uint8_t gateway, std::uint32_t request, AccountId account) const {
    index_.prefetch(key(gateway, request));
    if (account.value < held_.size()) base::prefetch(held_[account.value]);
  }
  [[nodiscard]] Money held(AccountId account) const { return held_[account.value].amount; }
  /// Orders of the account that are under way.
  [[nodiscard]] std::uint32_t orders(AccountId account) const {
    return held_[account.value].orders;
  }
  [[nodiscard]] std::size_t count() const { return index_.size(); }

 private:
  struct Hold {
    Money amount;
    AccountId account;
    std::uint32_t orders = 0;
  };
  struct Held {
    Money amount;
    std::uint32_t orders = 0;
  };
  static constexpr std::uint64_t key(std::uint8_t gateway, std::uint32_t request) {
    return (std::uint64_t{gateway} + 1) << 32 | request;
  }

  base::Pool<Hold> holds_;
  base::IndexMap index_;
  std::vector<Held> held_;  // by account
};

}  // namespace tribook::risk
