// Limits and kill switches, with numbers worked out by hand.
#include "reference/broker.h"

namespace tribook::reference {
namespace {

Rational n(const char* text) { return number(text); }

// EURUSD at 1.10000 / 1.10020, its middle 1.10010; a lot is 100,000 euros or 110,010 dollars.
struct House : Broker {
  House() {
    list(Broker::forex("EURUSD", "EUR", "USD"));
    list(Broker::forex("GBPUSD", "GBP", "USD"));
    quote("EURUSD", "1.10000", "1.10020");
    quote("GBPUSD", "1.25000", "1.25000");
    account = open_account("10000");
  }

  void limit_to(Limit which, const char* threshold, LimitMode mode = LimitMode::Reject,
                const Scope& scope = {}) {
    good(PutLimits{scope, {{which, {n(threshold), mode}}}});
  }
  void kill(KillAction action, const Scope& scope = {}) { good(SetKillSwitch{scope, action}); }
  PlaceOrder asks(const char* volume, Side side = Side::Buy) const {
    return Broker::market(account, "EURUSD", side, volume);
  }
  PlaceOrder resting(const char* volume, const char* price) const {
    return Broker::limit(account, "EURUSD", Side::Buy, volume, price);
  }
  Scope of_account() const { return {Scope::Level::Account, account, ""}; }
  static Scope of_symbol(const char* name) { return {Scope::Level::Symbol, 0, name}; }
  std::string status(Id id) { return name_of(engine().orders().at(id).status); }
  std::string code(Id id) { return engine().orders().at(id).reject_code; }

  Id account = 0;
};

TEST_CASE("the narrowest level that sets a limit counts, also when it is off there") {
  House house;
  house.limit_to(Limit::MaxOrderVolume, "1");
  CHECK(house.refused(house.asks("1.01")) == "ORDER_TOO_LARGE");
  house.limit_to(Limit::MaxOrderVolume, "2", LimitMode::Reject, house.of_account());
  house.good(house.asks("1.01"));
  CHECK(house.refused(house.asks("2.01")) == "ORDER_TOO_LARGE");
  house.limit_to(Limit::MaxOrderVolume, "0", LimitMode::Off, House::of_symbol("EURUSD"));
  house.good(house.asks("2.01"));
  CHECK(house.refused(Broker::market(house.account, "GBPUSD", Side::Buy, "2.01")) ==
        "ORDER_TOO_LARGE");
}

TEST_CASE("what warns lets the order go on") {
  House house;
  house.limit_to(Limit::MaxOrderVolume, "1", LimitMode::Warn);
  const Result result = house.good(house.asks("1.5"));
  CHECK(result.warned.at(result.id) == std::set<Limit>{Limit::MaxOrderVolume});
  CHECK(house.status(result.id) == "FILLED");
}

TEST_CASE("an order that is too small, too large or worth too much is refused") {
  House house;
  house.limit_to(Limit::MinOrderVolume, "0.1");
  CHECK(house.refused(house.asks("0.09")) == "ORDER_TOO_SMALL");
  house.limit_to(Limit::MaxOrderValue, "11002");  // 0.1 x 100,000 x 1.10020
  house.good(house.asks("0.1"));
  CHECK(house.refused(house.asks("0.11")) == "ORDER_VALUE");
}

TEST_CASE("a price may be so far from the market") {
  House house;
  house.limit_to(Limit::MaxPriceDistance, "1");  // of 1.10020: 0.011002
  house.good(house.resting("0.1", "1.08920"));
  CHECK(house.refused(house.resting("0.1", "1.08919")) == "PRICE_DISTANCE");
}

TEST_CASE("a stop-loss is there, far enough, and worth its target") {
  House house;
  house.limit_to(Limit::StopLossRequired, "1");
  CHECK(house.refused(house.asks("0.1")) == "STOP_LOSS_REQUIRED");
  PlaceOrder order = house.asks("0.1");
  order.sl = n("1.09920");
  const Id position = house.open(order);
  CHECK(house.refused(ModifyPosition{position, n("0"), {}, {}, {}}) == "STOP_LOSS_REQUIRED");
  house.limit_to(Limit::MinStopDistance, "10");
  house.open(order);
  order.sl = n("1.09921");
  CHECK(house.refused(order) == "STOP_DISTANCE");
  house.limit_to(Limit::MinRewardRisk, "1.5");  // 15 pips for 10
  order.sl = n("1.09920");
  order.tp = n("1.10170");
  house.open(order);
  order.tp = n("1.10169");
  CHECK(house.refused(order) == "REWARD_RISK");
}

TEST_CASE("so many orders rest in a symbol, and a pair counts as two") {
  House house;
  house.limit_to(Limit::MaxPendingOrders, "2");
  const Id first = house.good(house.resting("0.1", "1.09")).id;
  CHECK(house.refused(PlaceOco{house.resting("0.1", "1.08"), house.resting("0.1", "1.07")}) ==
        "PENDING_ORDERS");
  house.good(house.resting("0.1", "1.08"));
  CHECK(house.refused(house.resting("0.1", "1.07")) == "PENDING_ORDERS");
  house.good(house.asks("0.1"));
  house.good(ModifyOrder{first, {}, n("1.085"), {}, {}, {}, {}});
}

TEST_CASE("the same order again is refused for so many seconds") {
  House house;
  house.limit_to(Limit::DuplicateWindow, "5");
  house.good(house.asks("0.1"));
  CHECK(house.refused(house.asks("0.1")) == "DUPLICATE_ORDER");
  house.good(house.asks("0.2"));
  house.good(AdvanceTime{house.engine().now() + 4'999});
  CHECK(house.refused(house.asks("0.1")) == "DUPLICATE_ORDER");
  house.good(AdvanceTime{house.engine().now() + 1});
  house.good(house.asks("0.1"));
}

TEST_CASE("one side of a symbol, and all positions, may be so many") {
  House house;
  house.limit_to(Limit::MaxPositionVolume, "0.3");
  house.good(house.asks("0.2"));
  CHECK(house.refused(house.asks("0.11")) == "POSITION_SIZE");
  house.good(house.asks("0.3", Side::Sell));
  house.limit_to(Limit::MaxOpenPositions, "2");
  CHECK(house.refused(house.asks("0.01")) == "OPEN_POSITIONS");
}

TEST_CASE("exposure of all symbols, of one, and of a currency") {
  House house;
  house.limit_to(Limit::MaxExposure, "235010");  // 110,010 + 125,000
  house.good(house.asks("1"));
  house.good(Broker::market(house.account, "GBPUSD", Side::Sell, "1"));
  CHECK(house.refused(house.asks("0.01")) == "EXPOSURE");
  house.good(house.asks("0.01", Side::Sell));  // less than before
  house.limit_to(Limit::MaxSymbolExposure, "110010");
  house.good(house.asks("0.01"));
  CHECK(house.refused(house.asks("0.01")) == "SYMBOL_EXPOSURE");
  house.limit_to(Limit::MaxCurrencyExposure, "110010");  // euros; of pounds there are more
  CHECK(house.refused(house.asks("0.01")) == "CURRENCY_EXPOSURE");
  CHECK(house.refused(Broker::market(house.account, "GBPUSD", Side::Sell, "0.01")) ==
        "CURRENCY_EXPOSURE");
  house.good(Broker::market(house.account, "GBPUSD", Side::Buy, "0.01"));
}

TEST_CASE("one symbol's part counts once there are two") {
  House house;
  house.limit_to(Limit::MaxConcentration, "60");
  house.good(house.asks("1"));
  house.good(Broker::market(house.account, "GBPUSD", Side::Buy, "1"));  // 125,000 of 235,010
  house.good(house.asks("0.7"));  // 187,017 of 312,017: 59.9 %
  CHECK(house.refused(house.asks("0.01")) == "CONCENTRATION");
  house.good(house.asks("0.01", Side::Sell));
}

TEST_CASE("so many lots a day, closes counted") {
  House house;
  house.limit_to(Limit::MaxDayVolume, "0.5");
  const Id position = house.buy(house.account, "EURUSD", "0.2");
  house.good(ClosePosition{position, {}, false});
  CHECK(house.refused(house.asks("0.11")) == "DAY_VOLUME");
  house.good(house.asks("0.1"));
  house.good(AdvanceTime{utc("2026-01-21 22:00")});
  house.good(house.asks("0.5"));
}

TEST_CASE("the loss at the stop is so much of the equity, or so much money") {
  House house;
  house.limit_to(Limit::MaxRiskPerTrade, "1");  // 100 of 10,000
  PlaceOrder order = house.asks("1");
  order.sl = n("1.09920");  // 10 pips, 100 dollars
  house.open(order);
  order.sl = n("1.09919");
  CHECK(house.refused(order) == "RISK_PER_TRADE");
  house.limit_to(Limit::MaxLossPerTrade, "50");
  order.sl = n("1.09920");
  CHECK(house.refused(order) == "LOSS_PER_TRADE");
  order.volume = n("0.5");
  house.open(order);
}

TEST_CASE("after so much of a loss nothing opens that day") {
  House house;
  house.good(house.asks("1"));
  house.limit_to(Limit::MaxDailyLoss, "120");
  house.quote("EURUSD", "1.09901", "1.09921");  // 119 lost
  const Id small = house.good(house.asks("0.01")).id;
  house.quote("EURUSD", "1.09900", "1.09920");
  CHECK(house.refused(house.asks("0.01")) == "DAILY_LOSS");
  house.limit_to(Limit::MaxDailyLossPercent, "1.2");  // 120 of 10,000, and the small one's
  CHECK(house.refused(house.asks("0.01")) == "DAILY_LOSS_PERCENT");
  house.limit_to(Limit::MaxDailyLossPercent, "1.21");
  house.good(house.asks("0.01"));
  house.good(ClosePosition{house.order(small).position, {}, false});
}

TEST_CASE("so far equity may fall from its peak, which payments move") {
  House house;
  house.good(house.asks("1"));
  house.quote("EURUSD", "1.12020", "1.12020");                      // 12,000 is the peak
  house.limit_to(Limit::MaxDrawdown, "10");                         // 1,200
  house.good(MoveMoney{house.account, MoneyKind::Deposit, 3'000});  // now 15,000, 1,500
  house.quote("EURUSD", "1.10521", "1.10521");                      // 13,501
  house.good(house.asks("0.01"));
  house.quote("EURUSD", "1.10520", "1.10520");
  CHECK(house.refused(house.asks("0.01")) == "DRAWDOWN");
}

TEST_CASE("exposure is so many times the equity") {
  House house;
  house.limit_to(Limit::MaxLeverage, "10.9");  // of 10,000: 109,000
  house.good(house.asks("0.99"));              // 108,909.90
  CHECK(house.refused(house.asks("0.01")) == "LEVERAGE");
}

TEST_CASE("a limit that no rate can measure refuses what it cannot say") {
  House house;
  Symbol index = Broker::forex("US500", "US500", "USD");
  index.is_rate = false;
  index.margin.mode = MarginMode::Cfd;
  house.list(index);
  house.quote("US500", "1.00000");
  house.limit_to(Limit::MaxCurrencyExposure, "1000000");
  CHECK(house.refused(Broker::market(house.account, "US500", Side::Buy, "0.01")) ==
        "NO_CONVERSION");
  house.limit_to(Limit::MaxCurrencyExposure, "1000000", LimitMode::Warn);
  house.good(Broker::market(house.account, "US500", Side::Buy, "0.01"));
}

TEST_CASE("what only closes passes every limit") {
  House house;
  AccountSettings netting;
  netting.mode = AccountMode::Netting;
  const Id other = house.open_account("10000", 500, "USD", netting);
  house.buy(other, "EURUSD", "1");
  house.limit_to(Limit::MaxOrderVolume, "0.5");
  house.good(Broker::market(other, "EURUSD", Side::Sell, "1"));
  house.buy(other, "EURUSD", "0.5");
  house.good(Broker::market(other, "EURUSD", Side::Sell, "1"));  // 0.5 of it opens
  CHECK(house.refused(Broker::market(other, "EURUSD", Side::Buy, "1.01")) == "ORDER_TOO_LARGE");
}

TEST_CASE("a resting order whose fill a limit refuses is cancelled with its code") {
  House house;
  const Id id = house.good(house.resting("0.2", "1.09900")).id;
  house.limit_to(Limit::MaxPositionVolume, "0.1");
  house.quote("EURUSD", "1.09880", "1.09900");
  CHECK(house.status(id) == "CANCELLED");
  CHECK(house.code(id) == "POSITION_SIZE");
}

TEST_CASE("while it is blocked nothing opens, and all can close") {
  House house;
  const Id position = house.buy(house.account, "EURUSD", "0.1");
  const Id waits = house.good(house.resting("0.1", "1.09900")).id;
  house.kill(KillAction::Block, house.of_account());
  CHECK(house.refused(house.asks("0.1")) == "KILL_SWITCH");
  house.quote("EURUSD", "1.09880", "1.09900");
  CHECK(house.status(waits) == "WORKING");
  CHECK(house.refused(ModifyOrder{waits, n("0.2"), {}, {}, {}, {}, {}}) == "KILL_SWITCH");
  house.good(ModifyOrder{waits, n("0.05"), {}, {}, {}, {}, {}});
  house.good(ClosePosition{position, {}, false});
  house.kill(KillAction::None, house.of_account());
  house.quote("EURUSD", "1.09880", "1.09900");
  CHECK(house.status(waits) == "FILLED");
}

TEST_CASE("nobody meets an order that a kill switch holds back") {
  House house;
  const Id other = house.open_account("10000");
  const Id waits = house.good(house.resting("0.1", "1.10010")).id;
  house.kill(KillAction::Block, house.of_account());
  const Id id = house.good(Broker::market(other, "EURUSD", Side::Sell, "0.1")).id;
  CHECK(house.status(waits) == "WORKING");
  // At the house's 1.10000.
  CHECK(text_of(house.position(house.order(id).position).cost) == "0.11");
}

TEST_CASE("what a kill switch cancels and closes is of its scope alone") {
  House house;
  const Id euro = house.buy(house.account, "EURUSD", "0.1");
  const Id pound = house.buy(house.account, "GBPUSD", "0.1");
  const Id waits = house.good(house.resting("0.1", "1.09900")).id;
  const Id other = house.good(Broker::limit(house.account, "GBPUSD", Side::Buy, "0.1", "1.2")).id;
  house.kill(KillAction::Cancel, House::of_symbol("EURUSD"));
  CHECK(house.status(waits) == "CANCELLED");
  CHECK(house.code(waits) == "KILL_SWITCH");
  CHECK(house.position(euro).open);
  house.kill(KillAction::Flatten, House::of_symbol("EURUSD"));
  CHECK_FALSE(house.position(euro).open);
  CHECK(house.position(euro).close_reason == CloseReason::Admin);
  CHECK(house.position(pound).open);
  CHECK(house.status(other) == "WORKING");
}

TEST_CASE("what cannot be closed now stays") {
  House house;
  const Id position = house.buy(house.account, "EURUSD", "0.1");
  Symbol closed = Broker::forex("EURUSD", "EUR", "USD");
  closed.schedule.kind = Schedule::Kind::Custom;
  house.good(PutSymbol{closed});
  house.kill(KillAction::Flatten);
  CHECK(house.position(position).open);
}

TEST_CASE("a venue's fill of what was asked before the kill switch is booked") {
  House house;
  PlaceOrder order = house.asks("1");
  order.book = Book::A;
  const Id id = house.good(order).id;
  house.kill(KillAction::Flatten);
  CHECK(house.status(id) == "FILLING");
  const Id request = house.engine().venue_requests().begin()->first;
  house.good(VenueReport{request, VenueReport::Kind::Fill, 1, n("1.10020")});
  CHECK(house.status(id) == "FILLED");
}

}  // namespace
}  // namespace tribook::reference
