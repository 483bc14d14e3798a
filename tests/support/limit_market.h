#pragma once

#include <string_view>

#include "support/order_desk.h"

// A house with two like symbols, and limits that are put at any level.

namespace tribook::test {

/// At 10^-8 of the limit's unit.
inline std::int64_t threshold_of(std::string_view text) {
  return static_cast<std::int64_t>(money(text).raw);
}

/// EURUSD and GBPUSD at 1.24980 / 1.25000, so that much comes out even; EURGBP at par.
struct LimitMarket {
  explicit LimitMarket(const AccountOptions& options = {.deposit = "100000", .group = "gold"}) {
    house.set_time(TimeNs{1'700'000'000'000'000'000});
    eurusd = house.add_symbol(forex("EUR", "USD"));
    gbpusd = house.add_symbol(forex("GBP", "USD"));
    eurgbp = house.add_symbol(forex("EUR", "GBP"));
    house.put_group("gold");
    account = house.add_account(options);
    other = house.add_account({.deposit = "100000"});
    quote();
  }
  void quote() {
    house.quote(eurusd, "1.24980", "1.25000");
    house.quote(gbpusd, "1.24980", "1.25000");
    house.quote(eurgbp, "1.00000", "1.00000");
  }
  void wait(std::chrono::nanoseconds by) {
    house.advance(by);
    quote();
  }

  Events put(const RiskScope& scope, const LimitSet& limits) {
    PutLimits put;
    put.scope = scope;
    const Events events = house.send_spec(put, limits);
    REQUIRE(events.has<LimitsUpdated>());
    return events;
  }
  /// This one alone.
  void put(const RiskScope& scope, Limit limit, std::int64_t threshold,
           LimitMode mode = LimitMode::Reject) {
    LimitSet limits;
    limits.put(limit, threshold, mode);
    put(scope, limits);
  }
  void put(Limit limit, std::string_view threshold, LimitMode mode = LimitMode::Reject) {
    put(RiskScope::house(), limit, threshold_of(threshold), mode);
  }

  [[nodiscard]] NewOrder buy(std::string_view volume, const OrderOptions& options = {}) const {
    return House::order_of(eurusd, Side::Buy, volume, options);
  }
  [[nodiscard]] NewOrder sell(std::string_view volume, const OrderOptions& options = {}) const {
    return House::order_of(eurusd, Side::Sell, volume, options);
  }
  Events send(const NewOrder& order) { return house.send(account, order); }
  [[nodiscard]] RejectCode foresee(const NewOrder& order) const {
    return house.engine.check_order(account, order).code;
  }

  House house;
  SymbolId eurusd;
  SymbolId gbpusd;
  SymbolId eurgbp;
  AccountId account;
  AccountId other;
};

}  // namespace tribook::test
