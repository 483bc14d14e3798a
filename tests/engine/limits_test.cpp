#include "support/limit_market.h"

#include <functional>

// Each limit at its threshold, at each level, and which of them is told first.

namespace tribook {
namespace {

using test::Events;
using test::limit;
using test::LimitMarket;
using test::threshold_of;

enum class Kind { Most, Least, Reached };

// An order and what the limit measures of it, exactly.
struct Case {
  Limit limit;
  const char* figure;
  Kind kind;
  std::function<NewOrder(LimitMarket&)> order;  // makes what goes before
  std::int64_t step = 1;

  [[nodiscard]] std::int64_t within() const {
    return threshold_of(figure) + (kind == Kind::Reached ? step : 0);
  }
  [[nodiscard]] std::int64_t beyond() const {
    if (kind == Kind::Reached) return threshold_of(figure);
    return threshold_of(figure) + (kind == Kind::Most ? -step : step);
  }
};

NewOrder half(LimitMarket& m) { return m.buy("0.5"); }
NewOrder with_stop(LimitMarket& m) {
  return m.buy("0.5", {.stop_loss = "1.24000", .take_profit = "1.27000"});
}
NewOrder one_of_three(LimitMarket& m) {
  for (const char* at : {"1.20000", "1.21000"}) m.send(limit(m.eurusd, Side::Buy, "0.5", at));
  return limit(m.eurusd, Side::Buy, "0.5", "1.22000");
}
NewOrder the_same_again(LimitMarket& m) {
  m.put(RiskScope::of(m.gbpusd), Limit::DuplicateWindow, threshold_of("1"));
  m.send(half(m));
  m.wait(std::chrono::seconds{5});
  return half(m);
}
NewOrder beside_one(LimitMarket& m) {
  m.house.open(m.account, m.eurusd, Side::Buy, "1");
  return half(m);
}
NewOrder beside_pounds(LimitMarket& m) {
  m.house.open(m.account, m.gbpusd, Side::Sell, "1.5");
  return half(m);
}
NewOrder beside_euros(LimitMarket& m) {
  m.house.open(m.account, m.eurgbp, Side::Buy, "1");
  return half(m);
}
NewOrder after_a_loss(LimitMarket& m) {
  m.house.close(m.account, m.house.open(m.account, m.eurusd, Side::Buy, "1"));
  return half(m);
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {Limit::MinOrderVolume, "0.5", Kind::Least, half},
      {Limit::MaxOrderVolume, "0.5", Kind::Most, half},
      {Limit::MaxOrderValue, "62500", Kind::Most, half},
      {Limit::MaxPriceDistance, "4", Kind::Most,
       [](LimitMarket& m) { return limit(m.eurusd, Side::Buy, "0.5", "1.20000"); }},
      {Limit::MinStopDistance, "100", Kind::Least, with_stop},
      {Limit::MinStopDistance, "30", Kind::Least,
       [](LimitMarket& m) {
         return limit(m.eurusd, Side::Buy, "0.5", "1.20000", {.trailing_distance = 3'000});
       }},
      {Limit::MinRewardRisk, "2", Kind::Least, with_stop},
      {Limit::MaxPendingOrders, "3", Kind::Most, one_of_three, kFixedOne},
      {Limit::DuplicateWindow, "5", Kind::Least, the_same_again},
      {Limit::MaxPositionVolume, "1.5", Kind::Most, beside_one},
      {Limit::MaxOpenPositions, "2", Kind::Most, beside_one, kFixedOne},
      {Limit::MaxExposure, "249980", Kind::Most, beside_pounds},
      {Limit::MaxSymbolExposure, "187485", Kind::Most, beside_one},
      {Limit::MaxCurrencyExposure, "187485", Kind::Most, beside_euros},
      {Limit::MaxConcentration, "25", Kind::Most, beside_pounds},
      {Limit::MaxDayVolume, "2", Kind::Most, beside_pounds},
      {Limit::MaxRiskPerTrade, "0.5", Kind::Most, with_stop},
      {Limit::MaxLossPerTrade, "500", Kind::Most, with_stop},
      {Limit::MaxDailyLoss, "20", Kind::Reached, after_a_loss},
      {Limit::MaxDailyLossPercent, "0.02", Kind::Reached, after_a_loss},
      {Limit::MaxDrawdown, "0", Kind::Reached, half},
      {Limit::MaxLeverage, "0.62495", Kind::Most, half},
  };
  return all;
}

TEST_CASE("Limits: each lets through what is at its threshold, and refuses the least beyond") {
  for (const Case& c : cases()) {
    INFO(terms_of(c.limit).name << " " << c.figure);
    LimitMarket m;
    const NewOrder order = c.order(m);
    m.put(RiskScope::house(), c.limit, c.within());
    CHECK(m.foresee(order) == RejectCode::None);
    m.put(RiskScope::house(), c.limit, c.beyond());
    CHECK(m.foresee(order) == terms_of(c.limit).code);
    const Events refused = m.send(order);
    CHECK(refused.code() == terms_of(c.limit).code);
    CHECK_FALSE(refused.has<TradeExecuted>());
    CHECK_FALSE(refused.has<OrderWarned>());
    m.put(RiskScope::house(), c.limit, c.within());
    CHECK(m.send(order).code() == RejectCode::None);
  }
}

TEST_CASE("Limits: one that warns lets it go on and tells who waits, after all else of the order") {
  for (const Case& c : cases()) {
    INFO(terms_of(c.limit).name << " " << c.figure);
    LimitMarket m;
    const NewOrder order = c.order(m);
    m.put(RiskScope::house(), c.limit, c.beyond(), LimitMode::Warn);
    const engine::OrderCheck checked = m.house.engine.check_order(m.account, order);
    CHECK(checked.code == RejectCode::None);
    CHECK(checked.warnings == bit_of(c.limit));
    const Events events = m.send(order);
    CHECK(events.code() == RejectCode::None);
    const auto warned = events.only<OrderWarned>();
    CHECK(warned.limits == bit_of(c.limit));
    CHECK(warned.order == events.of<OrderUpdated>().front().order);
    const auto last = std::find_if(events.all.rbegin(), events.all.rend(), [&](const Event& event) {
      const bool is_watched = event.header.kind == EventKind::RiskAlert ||
                              event.header.kind == EventKind::AccountWatched;
      return event.header.account == m.account && !is_watched;
    });
    CHECK(last->header.kind == EventKind::OrderWarned);
    CHECK(last->header.gateway == 3);
  }
}

TEST_CASE("Limits: the narrowest level that sets one decides, and off is off") {
  for (const Case& c : cases()) {
    INFO(terms_of(c.limit).name << " " << c.figure);
    LimitMarket m;
    const NewOrder order = c.order(m);
    const std::array scopes{RiskScope::house(), RiskScope::of(GroupId{1}), RiskScope::of(m.account),
                            RiskScope::of(order.symbol)};
    for (std::size_t wide = 0; wide + 1 < scopes.size(); ++wide) {
      for (std::size_t narrow = wide + 1; narrow < scopes.size(); ++narrow) {
        m.put(scopes.at(wide), c.limit, c.beyond());
        CHECK(m.foresee(order) == terms_of(c.limit).code);
        m.put(scopes.at(narrow), c.limit, c.within());
        CHECK(m.foresee(order) == RejectCode::None);
        m.put(scopes.at(narrow), c.limit, c.beyond(), LimitMode::Off);
        CHECK(m.foresee(order) == RejectCode::None);
        m.put(scopes.at(wide), c.limit, c.within());
        m.put(scopes.at(narrow), c.limit, c.beyond());
        CHECK(m.foresee(order) == terms_of(c.limit).code);
        m.put(scopes.at(wide), {});
        m.put(scopes.at(narrow), {});
        CHECK(m.foresee(order) == RejectCode::None);
      }
    }
    m.put(RiskScope::of(m.other), c.limit, c.beyond());
    m.put(RiskScope::of(m.house.add_symbol(test::forex("AUD", "USD"))), c.limit, c.beyond());
    CHECK(m.foresee(order) == RejectCode::None);
  }
}

// With all of them beyond what they allow, and then without the first, and so on.
void check_order_of(LimitMarket& m, const NewOrder& order, const std::vector<Limit>& limits,
                    const std::function<std::int64_t(Limit)>& threshold) {
  LimitSet set;
  for (const Limit one : limits) set.put(one, threshold(one), LimitMode::Reject);
  for (const Limit one : limits) {
    m.put(RiskScope::house(), set);
    CHECK(m.foresee(order) == terms_of(one).code);
    set.clear(one);
  }
  m.put(RiskScope::house(), set);
  CHECK(m.foresee(order) == RejectCode::None);
}

TEST_CASE("Limits: of several that are passed the first is told, in their order") {
  LimitMarket m;
  NewOrder order = limit(m.eurusd, Side::Buy, "0.5", "1.20000",
                         {.stop_loss = "1.19000", .take_profit = "1.21000"});
  const auto asked = [](Limit one) {
    if (one == Limit::StopLossRequired) return kFixedOne;
    return terms_of(one).is_least ? threshold_of("1000") : 0;
  };
  m.put(Limit::DuplicateWindow, "1");
  m.send(order);
  check_order_of(m, order,
                 {Limit::MinOrderVolume, Limit::MaxOrderVolume, Limit::MaxOrderValue,
                  Limit::MaxPriceDistance, Limit::MinStopDistance, Limit::MinRewardRisk,
                  Limit::MaxPendingOrders, Limit::DuplicateWindow},
                 asked);
  order.stop_loss = {};
  m.put(Limit::DuplicateWindow, "1");
  m.send(order);
  check_order_of(m, order,
                 {Limit::MaxPriceDistance, Limit::StopLossRequired, Limit::MaxPendingOrders,
                  Limit::DuplicateWindow},
                 asked);
  after_a_loss(m);
  m.house.open(m.account, m.gbpusd, Side::Buy, "1");
  std::vector<Limit> filled;
  for (auto i = Limit::MaxPositionVolume; i <= Limit::MaxLeverage;
       i = static_cast<Limit>(static_cast<int>(i) + 1)) {
    filled.push_back(i);
  }
  check_order_of(m, with_stop(m), filled, [](Limit) { return std::int64_t{0}; });
}

TEST_CASE("Limits: they come after what is wrong with an order, those of fills after its margin") {
  LimitMarket m;
  LimitSet all;
  all.put(Limit::MaxOrderVolume, 0, LimitMode::Reject);
  m.put(RiskScope::house(), all);
  CHECK(m.foresee(m.buy("0.5", {.stop_loss = "1.26000"})) == RejectCode::PriceInvalid);
  CHECK(m.foresee(m.buy("0.5")) == RejectCode::OrderTooLarge);
  m.put(Limit::MaxPositionVolume, "0");
  CHECK(m.foresee(m.buy("1000")) == RejectCode::InsufficientMargin);
  CHECK(m.foresee(m.buy("0.5")) == RejectCode::PositionSize);
}

TEST_CASE("Limits: several that warn are told together, and none of an order that is refused") {
  LimitMarket m;
  LimitSet set;
  set.put(Limit::MaxOrderVolume, 0, LimitMode::Warn);
  set.put(Limit::StopLossRequired, kFixedOne, LimitMode::Warn);
  set.put(Limit::MaxDayVolume, 0, LimitMode::Warn);
  m.put(RiskScope::house(), set);
  NewOrder order = m.buy("0.5");
  order.pace_warnings = 5;
  CHECK(m.send(order).only<OrderWarned>().limits ==
        (bit_of(Limit::MaxOrderVolume) | bit_of(Limit::StopLossRequired) |
         bit_of(Limit::MaxDayVolume) | bit_of(Limit::OrdersPerSecond) |
         bit_of(Limit::OrdersPerDay)));
  set.put(Limit::MaxLeverage, 0, LimitMode::Reject);
  m.put(RiskScope::house(), set);
  const Events events = m.send(order);
  CHECK(events.code() == RejectCode::LeverageReached);
  CHECK_FALSE(events.has<OrderWarned>());
  CHECK(m.house.engine.check_order(m.account, order).warnings == 0);
}

}  // namespace
}  // namespace tribook
