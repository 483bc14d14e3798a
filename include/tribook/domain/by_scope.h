#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "tribook/base/assert.h"
#include "tribook/base/prefetch.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/group.h"
#include "tribook/domain/ids.h"

// What is kept for the house, for groups, for accounts and for symbols.

namespace tribook {

/// Whom something holds for: all, or a group, an account or a symbol by its id.
struct RiskScope {
  std::uint32_t id = 0;  ///< 0 of the house
  ScopeLevel level = ScopeLevel::House;
  std::uint8_t reserved[3] = {};

  static constexpr RiskScope house() { return {}; }
  static constexpr RiskScope of(GroupId id) { return {id.value, ScopeLevel::Group, {}}; }
  static constexpr RiskScope of(AccountId id) { return {id.value, ScopeLevel::Account, {}}; }
  static constexpr RiskScope of(SymbolId id) { return {id.value, ScopeLevel::Symbol, {}}; }
  friend constexpr bool operator==(const RiskScope& a, const RiskScope& b) {
    return a.id == b.id && a.level == b.level;
  }
};

/// T has is_empty(): an empty one is as none. Allocates at construction alone.
template <typename T>
class ByScope {
 public:
  /// So many accounts at most have one of their own.
  static constexpr std::size_t kAccountsMax = 16'384;

  ByScope(std::size_t accounts_max, std::size_t symbols_max)
      : groups_(GroupBook::kGroupsMax + 1), symbols_(symbols_max + 1), places_(accounts_max + 1) {
    accounts_.reserve(std::min(accounts_max, kAccountsMax) + 1);
    accounts_.emplace_back();
    free_.reserve(accounts_.capacity());
  }

  /// Whether there can be such a one, whoever exists.
  [[nodiscard]] bool is_in_range(const RiskScope& scope) const {
    switch (scope.level) {
      case ScopeLevel::House:
        return scope.id == 0;
      case ScopeLevel::Group:
        return scope.id != 0 && scope.id < groups_.size();
      case ScopeLevel::Account:
        return scope.id != 0 && scope.id < places_.size();
      case ScopeLevel::Symbol:
        return scope.id != 0 && scope.id < symbols_.size();
    }
    return false;
  }
  /// REQUIRES: is_in_range.
  [[nodiscard]] bool has_room_for(const RiskScope& scope) const {
    return scope.level != ScopeLevel::Account || places_[scope.id] != 0 || !free_.empty() ||
           accounts_.size() < accounts_.capacity();
  }
  /// An empty one for what has none. REQUIRES: is_in_range.
  [[nodiscard]] const T& at(const RiskScope& scope) const {
    switch (scope.level) {
      case ScopeLevel::Group:
        return groups_[scope.id];
      case ScopeLevel::Account:
        return accounts_[places_[scope.id]];
      case ScopeLevel::Symbol:
        return symbols_[scope.id];
      case ScopeLevel::House:
        break;
    }
    return house_;
  }
  /// REQUIRES: has_room_for.
  void put(const RiskScope& scope, const T& value) {
    if (scope.level == ScopeLevel::Account) return put_account(scope.id, value);
    T& kept = const_cast<T&>(at(scope));
    count_ += (value.is_empty() ? 0 : 1) - (kept.is_empty() ? 0 : 1);
    kept = value;
  }

  /// Begins to fetch what at() of the account will look at first. It need not be in range.
  void prefetch(AccountId account) const {
    if (account.value < places_.size()) base::prefetch(places_[account.value]);
  }

  /// So many are there.
  [[nodiscard]] std::size_t count() const { return static_cast<std::size_t>(count_); }

  /// Calls visit(scope, value) for what is there: the house, groups, accounts and symbols by id.
  template <typename Visit>
  void for_each(Visit visit) const {
    if (!house_.is_empty()) visit(RiskScope::house(), house_);
    for (std::size_t i = 1; i < groups_.size(); ++i) {
      if (!groups_[i].is_empty())
        visit(RiskScope::of(GroupId{static_cast<std::uint16_t>(i)}), groups_[i]);
    }
    for (std::size_t i = 1; i < places_.size(); ++i) {
      if (places_[i] != 0)
        visit(RiskScope::of(AccountId{static_cast<std::uint32_t>(i)}), accounts_[places_[i]]);
    }
    for (std::size_t i = 1; i < symbols_.size(); ++i) {
      if (!symbols_[i].is_empty())
        visit(RiskScope::of(SymbolId{static_cast<std::uint16_t>(i)}), symbols_[i]);
    }
  }

 private:
  void put_account(std::uint32_t id, const T& value) {
    std::uint32_t& place = places_[id];
    if (value.is_empty()) {
      if (place == 0) return;
      free_.push_back(std::exchange(place, 0));
      --count_;
      return;
    }
    if (place == 0) {
      ++count_;
      place = take_place();
    }
    accounts_[place] = value;
  }
  std::uint32_t take_place() {
    if (free_.empty()) {
      TB_ASSERT(accounts_.size() < accounts_.capacity());
      accounts_.emplace_back();
      return static_cast<std::uint32_t>(accounts_.size() - 1);
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    return place;
  }

  T house_{};
  std::vector<T> groups_;              // by id; [0] is empty
  std::vector<T> symbols_;             // by id; [0] is empty
  std::vector<T> accounts_;            // [0] is empty
  std::vector<std::uint32_t> places_;  // in accounts_, by id
  std::vector<std::uint32_t> free_;
  std::ptrdiff_t count_ = 0;
};

}  // namespace tribook
