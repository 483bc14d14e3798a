#include "support/limit_market.h"

#include "support/timers.h"
#include "tribook/base/archive.h"

// Limits along the ways of an order: what closes, what rests, who meets whom, what is remembered.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::limit;
using test::LimitMarket;
using test::lots;
using test::statuses_of;
using test::threshold_of;
using Told = std::vector<std::string>;

// All that can refuse, each at what nothing passes.
LimitSet strictest() {
  LimitSet set;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Limit::MaxLeverage); ++i) {
    const auto one = static_cast<Limit>(i);
    const bool is_flag = one == Limit::StopLossRequired;
    set.put(one,
            is_flag                  ? kFixedOne
            : terms_of(one).is_least ? threshold_of("10000")
                                     : 0,
            LimitMode::Reject);
  }
  return set;
}

TEST_CASE("Limits: what only closes is never refused") {
  LimitMarket m;
  const PositionId one = m.house.open(m.account, m.eurusd, Side::Buy, "1");
  const PositionId two = m.house.open(m.account, m.eurusd, Side::Sell, "0.5");
  const AccountId netting =
      m.house.add_account({.deposit = "100000", .mode = PositionMode::Netting});
  const AccountId fifo = m.house.add_account({.deposit = "100000", .closing = Closing::Fifo});
  for (const AccountId account : {netting, fifo}) m.house.open(account, m.eurusd, Side::Buy, "1");
  m.put(RiskScope::house(), strictest());
  CHECK(m.house.close(m.account, one, "0.5").code() == RejectCode::None);
  CHECK(m.house.close_by(m.account, one, two).code() == RejectCode::None);
  CHECK(m.house.figures(m.account).positions == 0);
  for (const AccountId account : {netting, fifo}) {
    CHECK(m.house.order(account, m.eurusd, Side::Sell, "0.5").code() == RejectCode::None);
    CHECK(m.house.send(account, limit(m.eurusd, Side::Sell, "0.5", "1.30000")).code() ==
          RejectCode::None);
    m.house.quote(m.eurusd, "1.30000", "1.30020");
    CHECK(test::drain(m.house).has<PositionReduced>());
    CHECK(m.house.figures(account).positions == 0);
    m.quote();
  }
}

TEST_CASE("Limits: of an order that closes first, only what it opens counts") {
  LimitMarket m({.deposit = "100000", .mode = PositionMode::Netting});
  m.house.open(m.account, m.eurusd, Side::Buy, "1");
  m.put(Limit::MaxOrderVolume, "0.5");
  CHECK(m.foresee(m.sell("1.5")) == RejectCode::None);
  CHECK(m.foresee(m.sell("1.51")) == RejectCode::OrderTooLarge);
  m.put(Limit::MaxPositionVolume, "0.4");
  CHECK(statuses_of(m.send(m.sell("1.5"))) ==
        Told{"2 PARTIALLY_FILLED", "2 CANCELLED POSITION_SIZE"});
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Limits: a figure that is beyond already refuses only what makes it worse") {
  LimitMarket m;
  m.house.open(m.account, m.eurusd, Side::Buy, "2");
  m.house.open(m.account, m.gbpusd, Side::Buy, "1");
  for (const Limit one : {Limit::MaxSymbolExposure, Limit::MaxExposure, Limit::MaxCurrencyExposure,
                          Limit::MaxConcentration, Limit::MaxLeverage}) {
    INFO(terms_of(one).name);
    m.put(RiskScope::house(), one, 1);
    CHECK(m.foresee(m.sell("1")) == RejectCode::None);
    CHECK(m.foresee(m.buy("0.01")) == terms_of(one).code);
    const bool is_over = one != Limit::MaxConcentration;  // two lots the other way
    CHECK(m.foresee(m.sell(is_over ? "4.01" : "4")) ==
          (is_over ? terms_of(one).code : RejectCode::None));
  }
}

TEST_CASE("Limits: one symbol alone is not concentrated") {
  LimitMarket m;
  m.put(Limit::MaxConcentration, "10");
  m.house.open(m.account, m.eurusd, Side::Buy, "1");
  CHECK(m.foresee(m.buy("1")) == RejectCode::None);
  m.house.open(m.account, m.gbpusd, Side::Buy, "0.1");
  CHECK(m.foresee(m.buy("1")) == RejectCode::Concentration);
}

TEST_CASE("Limits: what no rate converts refuses where a limit would, and passes what is asked") {
  LimitMarket m;
  const SymbolId oil =
      m.house.add_symbol(test::contract("OIL", Category::Index, "BRL", "USD", "1000"));
  m.house.quote(oil, "80.00", "80.02");
  const NewOrder order = House::order_of(oil, Side::Buy, "0.1");
  m.put(Limit::MaxCurrencyExposure, "1000000");
  CHECK(m.foresee(order) == RejectCode::NoConversion);
  m.put(Limit::MaxCurrencyExposure, "0", LimitMode::Warn);
  CHECK(m.house.engine.check_order(m.account, order).warnings == 0);
  const SymbolId far = m.house.add_symbol(test::forex("SEK", "NOK"));
  m.house.quote(far, "1.00000", "1.00010");
  m.put(Limit::MaxOrderValue, "0");
  CHECK(m.foresee(House::order_of(far, Side::Buy, "0.1")) == RejectCode::NoConversion);
  CHECK(m.foresee(order) == RejectCode::OrderValue);
}

TEST_CASE("Limits: an order at rest is held against those of fills when it is filled") {
  LimitMarket m;
  m.put(Limit::MaxDayVolume, "1");
  m.send(limit(m.eurusd, Side::Buy, "1", "1.20000"));
  m.send(limit(m.eurusd, Side::Buy, "0.01", "1.20000"));
  m.house.quote(m.eurusd, "1.19990", "1.20000");
  CHECK(statuses_of(test::drain(m.house)) == Told{"1 FILLED", "2 CANCELLED DAY_VOLUME"});
}

TEST_CASE("Limits: what an order at rest is warned of is told when it is filled") {
  LimitMarket m;
  m.put(Limit::MaxDayVolume, "0", LimitMode::Warn);
  CHECK_FALSE(m.send(limit(m.eurusd, Side::Buy, "1", "1.20000")).has<OrderWarned>());
  m.house.quote(m.eurusd, "1.19990", "1.20000");
  CHECK(test::drain(m.house).only<OrderWarned>().order == OrderId{1});
}

TEST_CASE("Limits: a change is held against those of what is asked") {
  LimitMarket m;
  m.send(limit(m.eurusd, Side::Buy, "1", "1.20000"));
  LimitSet set;
  set.put(Limit::MaxOrderVolume, threshold_of("1.5"), LimitMode::Reject);
  set.put(Limit::MaxPendingOrders, 0, LimitMode::Reject);
  set.put(Limit::DuplicateWindow, threshold_of("60"), LimitMode::Reject);
  set.put(Limit::StopLossRequired, kFixedOne, LimitMode::Warn);
  m.put(RiskScope::house(), set);
  ModifyOrder modify;
  modify.order = OrderId{1};
  modify.set_volume = 1;
  modify.volume = lots("1.51");
  CHECK(m.house.send(m.account, modify).code() == RejectCode::OrderTooLarge);
  modify.volume = lots("1.5");
  const Events events = m.house.send(m.account, modify);
  CHECK(events.code() == RejectCode::None);
  CHECK(events.only<OrderWarned>().limits == bit_of(Limit::StopLossRequired));
  CHECK(events.only<OrderWarned>().order == OrderId{1});
}

TEST_CASE("Limits: both of a pair are counted among those that rest, and none is a duplicate") {
  LimitMarket m;
  const NewOrder above = limit(m.eurusd, Side::Sell, "1", "1.30000");
  LimitSet set;
  set.put(Limit::MaxPendingOrders, threshold_of("2"), LimitMode::Reject);
  set.put(Limit::DuplicateWindow, threshold_of("60"), LimitMode::Reject);
  m.put(RiskScope::house(), set);
  CHECK(m.house.send(m.account, test::pair_of(above, above)).code() == RejectCode::None);
  set.put(Limit::MaxPendingOrders, threshold_of("3"), LimitMode::Reject);
  m.put(RiskScope::house(), set);
  CHECK(m.house.send(m.account, test::pair_of(above, above)).code() == RejectCode::PendingOrders);
  CHECK(m.send(above).code() == RejectCode::None);
  m.put(RiskScope::house(), Limit::MaxPendingOrders, 0, LimitMode::Warn);
  NewOrderPair pair = test::pair_of(above, above);
  pair.pace_warnings = 2;
  const Events events = m.house.send(m.account, pair);
  CHECK(events.only<OrderWarned>().limits ==
        (bit_of(Limit::MaxPendingOrders) | bit_of(Limit::OrdersPerMinute)));
  CHECK(events.only<OrderWarned>().order == OrderId{4});
}

TEST_CASE("Limits: a stop-loss that is required cannot be taken away") {
  LimitMarket m;
  const PositionId position =
      m.house.open(m.account, m.eurusd, Side::Buy, "1", {.stop_loss = "1.20000"});
  m.put(Limit::StopLossRequired, "1");
  CHECK(m.house.modify(m.account, position, "0", std::nullopt).code() ==
        RejectCode::StopLossRequired);
  CHECK(m.house.position(position).stop_loss == test::price("1.20000"));
  CHECK(m.house.modify(m.account, position, "1.21000", "1.30000").code() == RejectCode::None);
  ModifyPosition trailing;
  trailing.position = position;
  trailing.keep_take_profit = trailing.set_trailing = 1;
  trailing.trailing_distance = {5'000};
  CHECK(m.house.send(m.account, trailing).code() == RejectCode::None);
  m.put(Limit::StopLossRequired, "1", LimitMode::Warn);
  trailing.trailing_distance = {};
  const Events events = m.house.send(m.account, trailing);
  CHECK(events.only<OrderWarned>().limits == bit_of(Limit::StopLossRequired));
  CHECK(m.house.position(position).stop_loss.is_zero());
  m.put(Limit::StopLossRequired, "1");
  CHECK(m.house.modify(m.account, position, "0", "1.31000").code() == RejectCode::None);
}

TEST_CASE("Limits: who is met at rest is held against his own, and is cancelled") {
  LimitMarket m;
  m.house.send(m.other, limit(m.eurusd, Side::Sell, "1", "1.24990"));
  m.put(RiskScope::of(m.other), Limit::MaxPositionVolume, threshold_of("0.5"));
  CHECK(statuses_of(m.send(m.buy("1"))) ==
        Told{"2 ACCEPTED", "1 CANCELLED POSITION_SIZE", "2 FILLED"});
  m.house.send(m.other, limit(m.eurusd, Side::Sell, "0.5", "1.24990"));
  m.put(RiskScope::of(m.other), Limit::MaxPositionVolume, 0, LimitMode::Warn);
  const Events events = m.send(m.buy("0.5"));
  CHECK(events.of<TradeExecuted>().size() == 2);
  CHECK_FALSE(events.has<OrderWarned>());  // he does not wait
}

TEST_CASE("Limits: fill or kill goes by what the fills before make of the figures") {
  LimitMarket m;
  const auto sell_two = [&] {
    for (const char* at : {"1.24990", "1.24995"})
      m.house.send(m.other, limit(m.eurusd, Side::Sell, "1", at));
  };
  const auto buy_two = [&] {
    NewOrder order = limit(m.eurusd, Side::Buy, "2", "1.24995");
    order.time_in_force = TimeInForce::Fok;
    return m.send(order);
  };
  sell_two();
  m.put(RiskScope::of(m.account), Limit::MaxDayVolume, threshold_of("1.99"));
  CHECK(statuses_of(buy_two()) == Told{"3 REJECTED DAY_VOLUME"});
  m.put(RiskScope::of(m.account), {});
  m.put(RiskScope::of(m.other), Limit::MaxOpenPositions, threshold_of("1"));
  CHECK(statuses_of(buy_two()) == Told{"4 CANCELLED FOK"});
  m.put(RiskScope::of(m.other), Limit::MaxOpenPositions, threshold_of("2"));
  m.put(RiskScope::of(m.account), Limit::MaxDayVolume, threshold_of("2"));
  CHECK(buy_two().of<OrderUpdated>().back().code == RejectCode::None);
  CHECK(m.house.figures(m.account).positions == 1);
  CHECK(m.house.figures(m.other).positions == 2);
  CHECK(m.foresee(m.buy("0.01")) == RejectCode::DayVolume);  // taken back, and then dealt
}

TEST_CASE("Limits: the loss at the stop is that of all that the order opened") {
  LimitMarket m;
  m.house.send(m.other, limit(m.eurusd, Side::Sell, "0.5", "1.24990"));
  NewOrder order = m.buy("1", {.stop_loss = "1.24000"});
  m.put(RiskScope::of(m.account), Limit::MaxLossPerTrade, threshold_of("995"));
  CHECK(m.send(order).of<OrderUpdated>().back().status == OrderStatus::Filled);
  m.house.send(m.other, limit(m.eurusd, Side::Sell, "0.5", "1.24990"));
  m.put(RiskScope::of(m.account), Limit::MaxLossPerTrade, threshold_of("994.99"));
  CHECK(statuses_of(m.send(order)) ==
        Told{"4 PARTIALLY_FILLED", "3 TRIGGERED", "3 FILLED", "4 CANCELLED LOSS_PER_TRADE"});
  order.stop_loss = {};
  CHECK(m.foresee(order) == RejectCode::None);
  order.trailing_distance = {10'000};
  CHECK(m.foresee(order) == RejectCode::LossPerTrade);
}

TEST_CASE("Limits: what goes to a venue is held against them first") {
  LimitMarket m;
  m.put(Limit::MaxPositionVolume, "1");
  NewOrder order = m.buy("1.01");
  order.book = Book::A;
  CHECK(m.send(order).code() == RejectCode::PositionSize);
  order.volume = lots("1");
  m.put(Limit::MaxPositionVolume, "0", LimitMode::Warn);
  const Events events = m.send(order);
  CHECK(events.has<VenueRequested>());
  CHECK(events.only<OrderWarned>().limits == bit_of(Limit::MaxPositionVolume));
}

TEST_CASE("Limits: an order that differs is no duplicate, nor is one of another account") {
  LimitMarket m;
  m.put(Limit::DuplicateWindow, "60");
  const NewOrder first = limit(m.eurusd, Side::Buy, "1", "1.20000",
                               {.stop_loss = "1.10000", .take_profit = "1.30000"});
  REQUIRE(m.send(first).code() == RejectCode::None);
  NewOrder again = first;
  again.max_slippage_pips = test::ratio("3");
  CHECK(m.foresee(again) == RejectCode::DuplicateOrder);
  CHECK(m.house.engine.check_order(m.other, first).code == RejectCode::None);
  const auto differs = [&](auto NewOrder::*what, auto value) {
    NewOrder order = first;
    order.*what = value;
    CHECK(m.foresee(order) == RejectCode::None);
  };
  differs(&NewOrder::volume, lots("1.01"));
  differs(&NewOrder::limit, test::price("1.20001"));
  differs(&NewOrder::stop_loss, test::price("1.10001"));
  differs(&NewOrder::take_profit, test::price("1.30001"));
  differs(&NewOrder::symbol, m.gbpusd);
  const NewOrder refused = limit(m.eurusd, Side::Buy, "3000", "1.20000");
  for (int i = 0; i < 2; ++i) CHECK(m.send(refused).code() == RejectCode::VolumeOutOfRange);
  m.put(Limit::DuplicateWindow, "86400");
  m.wait(std::chrono::hours{24} - std::chrono::nanoseconds{1});
  CHECK(m.foresee(first) == RejectCode::DuplicateOrder);
  m.wait(std::chrono::nanoseconds{1});
  CHECK(m.foresee(first) == RejectCode::None);
}

TEST_CASE("Limits: new orders of the day are counted, and told with the account") {
  LimitMarket m;
  const auto orders = [&] {
    return m.house.deposit(m.account, "1").only<AccountUpdated>().day_orders;
  };
  CHECK(orders() == 0);
  m.send(m.buy("0.1"));
  m.send(m.buy("0"));
  const NewOrder above = limit(m.eurusd, Side::Sell, "1", "1.30000");
  m.house.send(m.account, test::pair_of(above, above));
  m.house.close_all(m.account);
  m.house.send(AccountId{}, m.buy("0.1"));
  CHECK(orders() == 4);
  Rollover rollover;
  rollover.nominal = m.house.now() + std::chrono::hours{1};
  test::run_timer(m.house, rollover);
  CHECK(orders() == 0);
}

TEST_CASE("Limits: what they look back at is kept with the state") {
  LimitMarket m;
  LimitSet set;
  set.put(Limit::DuplicateWindow, threshold_of("60"), LimitMode::Reject);
  set.put(Limit::MaxDayVolume, threshold_of("1"), LimitMode::Reject);
  m.put(RiskScope::house(), set);
  for (const char* volume : {"0.1", "0.2", "0.3"}) m.send(m.buy(volume));
  m.house.send(m.other, limit(m.eurusd, Side::Sell, "0.1", "1.24990"));
  m.send(limit(m.eurusd, Side::Buy, "0.3", "1.24990", {.stop_loss = "1.20000"}));
  base::ArchiveWriter saved;
  m.house.engine.save(saved);
  Slab slab(8);
  engine::Engine copy(test::small_limits(), slab);
  base::ArchiveReader archive(saved.bytes());
  copy.load(archive);
  REQUIRE(archive.ok());
  CHECK(archive.left() == 0);
  CHECK(copy.state_hash() == m.house.engine.state_hash());
  CHECK(copy.check_order(m.account, m.buy("0.2")).code == RejectCode::DuplicateOrder);
  CHECK(copy.check_order(m.account, m.buy("0.31")).code == RejectCode::DayVolume);
  base::ArchiveWriter again;
  copy.save(again);
  CHECK(again.bytes() == saved.bytes());
  const std::uint64_t before = m.house.engine.state_hash();
  m.send(m.buy("0.01"));
  CHECK(m.house.engine.state_hash() != before);
}

TEST_CASE("Limits: orders are remembered only while a limit asks for them") {
  LimitMarket m;
  m.send(m.buy("0.1"));
  m.put(Limit::DuplicateWindow, "60");
  CHECK(m.foresee(m.buy("0.1")) == RejectCode::None);
  m.send(m.buy("0.1"));
  CHECK(m.foresee(m.buy("0.1")) == RejectCode::DuplicateOrder);
  m.put(Limit::MaxOrderVolume, "1");
  m.send(m.buy("0.2"));
  m.put(Limit::DuplicateWindow, "60");
  CHECK(m.foresee(m.buy("0.2")) == RejectCode::None);
}

}  // namespace
}  // namespace tribook
