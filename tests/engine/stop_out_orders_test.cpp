#include "support/engine_fixture.h"
#include "tribook/domain/arithmetic.h"

// The three orders in which a stop-out closes, and what is kept of each close.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::lots;
using test::money;
using test::price;
using test::ratio;

// EURUSD at 1.00000, so that a lot takes 1,000 at 1:100 and a pip of a lot is 10; GBPUSD the same.
struct Market {
  explicit Market(StopOutOrder stop_out_order) : order(stop_out_order) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    other = house.add_symbol(test::forex("GBP", "USD"));
    quote("1.00000");
    house.quote(other, "1.00000", "1.00000");
  }
  AccountId add(const char* deposit, const char* stop_out = "50") {
    return house.add_account(
        {.deposit = deposit, .margin_call = "", .stop_out = stop_out, .stop_out_order = order});
  }
  Events quote(const char* both) { return house.quote(symbol, both, both); }

  StopOutOrder order;
  House house;
  SymbolId symbol;
  SymbolId other;
};

std::vector<std::pair<PositionId, Volume>> closed_in(const Events& events) {
  std::vector<std::pair<PositionId, Volume>> closed;
  for (const auto& reduced : events.of<PositionReduced>()) {
    CHECK(reduced.reason == CloseReason::StopOut);
    closed.emplace_back(reduced.position, reduced.closed_volume);
  }
  return closed;
}
using Closed = std::vector<std::pair<PositionId, Volume>>;

TEST_CASE("LARGEST_MARGIN: the largest margin first, whoever loses") {
  Market m(StopOutOrder::LargestMargin);
  const AccountId account = m.add("3000");
  const PositionId loser = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId large = m.house.open(account, m.other, Side::Buy, "1.2");
  // 3,000 - 2,000 = 1,000 of 2,200: below. Without the larger one 1,000 of 1,000.
  CHECK(closed_in(m.quote("0.98000")) == Closed{{large, lots("1.2")}});
  CHECK(m.house.position(loser).volume == lots("1"));
}

TEST_CASE("LARGEST_MARGIN: of equal margins the lowest id first, over symbols and sides") {
  Market m(StopOutOrder::LargestMargin);
  const AccountId account = m.add("4000");
  const PositionId first = m.house.open(account, m.other, Side::Buy, "1");
  const PositionId second = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId third = m.house.open(account, m.other, Side::Buy, "1");
  // 4,000 - 2,600 = 1,400 of 3,000; 1,400 of 2,000 is enough.
  CHECK(closed_in(m.quote("0.97400")) == Closed{{first, lots("1")}});
  // 4,000 - 3,100 = 900 of 2,000.
  CHECK(closed_in(m.quote("0.96900")) == Closed{{second, lots("1")}});
  CHECK(m.house.position(third).volume == lots("1"));
}

TEST_CASE("LARGEST_MARGIN: a close moves the others of its side into lower tiers") {
  Market m(StopOutOrder::LargestMargin);
  Instrument tiered = *m.house.engine.instrument(m.symbol);
  tiered.margin.tiers = {MarginTier::of(lots("1").raw, 100), MarginTier::of(0, 10)};
  tiered.margin.tier_count = 2;
  m.house.update_symbol(m.symbol, tiered);
  const AccountId account = m.add("20000");
  const PositionId a = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId b = m.house.open(account, m.symbol, Side::Buy, "1");   // side: 11,000
  const PositionId c = m.house.open(account, m.other, Side::Buy, "1.5");  // 1,500
  // a and b count 5,500 each, c 1,500. At 0.93000: 20,000 - 14,000 = 6,000 of 12,500; without a
  // 6,000 of 2,500.
  CHECK(closed_in(m.quote("0.93000")) == Closed{{a, lots("1")}});
  // b alone counts 1,000 now, so c goes before it: 13,000 - 11,900 = 1,100 of 2,500, then of 1,000.
  CHECK(closed_in(m.quote("0.88100")) == Closed{{c, lots("1.5")}});
  CHECK(m.house.position(b).volume == lots("1"));
}

TEST_CASE("SMART: the fewest steps that are enough") {
  Market m(StopOutOrder::Smart);
  const AccountId account = m.add("1000");
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "1");
  // 499 of 1,000: 998 of used margin is enough, 999 is not.
  const auto events = m.quote("0.99499");
  CHECK(closed_in(events) == Closed{{id, lots("0.01")}});
  CHECK(m.house.figures(account).used_margin == money("990"));
  CHECK(m.house.figures(account).equity == money("499"));
  // 400 of 990: 0.20 lots leave 790, 0.19 leave 800, which is exactly 50 %.
  CHECK(closed_in(m.quote("0.99399")) == Closed{{id, lots("0.19")}});
  CHECK(m.house.figures(account).used_margin == money("800"));
}

TEST_CASE("SMART: commission of the slice counts") {
  Market m(StopOutOrder::Smart);
  Instrument charged = *m.house.engine.instrument(m.symbol);
  const AccountId account = m.add("1000");
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "1");
  charged.commission.amount = ratio("100");
  m.house.update_symbol(m.symbol, charged);
  // 490 - v x 100 against (1,000 - v x 1,000) / 2: v x 400 >= 10.
  CHECK(closed_in(m.quote("0.99490")) == Closed{{id, lots("0.03")}});
  CHECK(m.house.figures(account).balance == money("981.7"));  // 0.03 x 510, and 3
}

TEST_CASE("SMART: a minimum commission makes the slice larger") {
  Market m(StopOutOrder::Smart);
  Instrument charged = *m.house.engine.instrument(m.symbol);
  const AccountId account = m.add("1000");
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "1");
  charged.commission.minimum = ratio("40");
  m.house.update_symbol(m.symbol, charged);
  // 490 - 40 = 450 of 900.
  CHECK(closed_in(m.quote("0.99490")) == Closed{{id, lots("0.1")}});
}

TEST_CASE("SMART: all of a position when no slice is enough, then the next, by loss") {
  Market m(StopOutOrder::Smart);
  const AccountId account = m.add("2000");
  const PositionId small = m.house.open(account, m.other, Side::Buy, "1");
  const PositionId large = m.house.open(account, m.symbol, Side::Buy, "0.5");
  m.house.quote(m.other, "0.99500", "0.99500");  // 500 lost
  // 2,000 - 500 - 1,110 = 390 of 1,500: without the larger loss 390 of 1,000; 0.78 lots may stay.
  CHECK(closed_in(m.quote("0.97780")) == Closed{{large, lots("0.5")}, {small, lots("0.22")}});
  CHECK(m.house.figures(account).used_margin == money("780"));
}

TEST_CASE("SMART: nothing is left when nothing can be saved") {
  Market m(StopOutOrder::Smart);
  const AccountId account = m.add("1000");
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK(closed_in(m.quote("0.98000")) == Closed{{id, lots("1")}});
  CHECK(m.house.figures(account).balance == money("0"));
}

TEST_CASE("SMART: a slice of a hedged side that frees no margin is not enough") {
  Market m(StopOutOrder::Smart);
  const AccountId account = m.add("1200");
  const PositionId buy = m.house.open(account, m.symbol, Side::Buy, "1");
  const PositionId sell = m.house.open(account, m.symbol, Side::Sell, "0.5");
  // The larger leg takes 1,000; 0.5 lots are open to the price: 1,200 - 705 = 495 of 1,000. The buy
  // lost 1,410; 0.01 of it leaves 990 of margin, and 495 is half of it.
  CHECK(closed_in(m.quote("0.98590")) == Closed{{buy, lots("0.01")}});
  CHECK(m.house.position(sell).volume == lots("0.5"));
}

TEST_CASE("A liquidation keeps the tick that priced it, the stop-out the tick that caused it") {
  House house;
  const SymbolId eurjpy = house.add_symbol(test::forex("EUR", "JPY"));
  const SymbolId usdjpy = house.add_symbol(test::forex("USD", "JPY"));
  const SymbolId eurusd = house.add_symbol(test::forex("EUR", "USD"));
  house.quote(eurusd, "1.00000", "1.00000");
  house.quote(usdjpy, "100.000", "100.000");
  house.quote(eurjpy, "100.000", "100.010");
  const AccountId account = house.add_account({.deposit = "2000", .margin_call = ""});
  const PositionId id = house.open(account, eurjpy, Side::Buy, "1");
  house.advance(std::chrono::seconds(5));
  house.quote(eurjpy, "98.600", "98.610");
  const std::uint64_t priced = house.history.back().record.sequence.value;
  const TimeNs priced_at = house.now();
  house.advance(std::chrono::seconds(5));
  const auto events = house.quote(usdjpy, "90.000", "90.000");
  const auto started = events.only<StopOutStarted>();
  CHECK(started.symbol == usdjpy);
  CHECK(started.venue_time == house.now());
  CHECK(started.order == StopOutOrder::LargestLoss);
  const auto liquidated = events.only<PositionLiquidated>();
  CHECK(liquidated.stop_out == started.alert);
  CHECK(liquidated.alert.value == started.alert.value + 1);
  CHECK(liquidated.position == id);
  CHECK(liquidated.order == events.only<OrderUpdated>().order);
  CHECK(liquidated.volume == lots("1"));
  CHECK(liquidated.symbol == eurjpy);
  CHECK(liquidated.bid == price("98.600"));
  CHECK(liquidated.ask == price("98.610"));
  CHECK(liquidated.venue_time == priced_at);
  CHECK(liquidated.quote.value == priced);
  CHECK(liquidated.level == started.level);
  CHECK(liquidated.threshold == ratio("50"));
}

TEST_CASE("A liquidation says the margin level just before it, each its own") {
  Market m(StopOutOrder::LargestLoss);
  const AccountId account = m.add("2000");
  m.house.open(account, m.symbol, Side::Buy, "1");
  m.house.open(account, m.symbol, Side::Buy, "0.8");
  // 2,000 - 1,620 = 380 of 1,800, then of 800: 47.5 %.
  const auto closed = m.quote("0.99100").of<PositionLiquidated>();
  REQUIRE(closed.size() == 2);
  CHECK(closed[0].level == ratio("21.11"));
  CHECK(closed[1].level == ratio("47.5"));
}

TEST_CASE("Only a quote on which the account depends stops it out") {
  Market m(StopOutOrder::LargestLoss);
  const AccountId account = m.add("1000");
  m.house.open(account, m.symbol, Side::Buy, "1");
  m.quote("0.99600");
  Instrument dearer = *m.house.engine.instrument(m.symbol);
  dearer.margin.leverage_cap = 50;  // 600 of 2,000
  CHECK_FALSE(m.house.update_symbol(m.symbol, dearer).has<StopOutStarted>());
  CHECK_FALSE(m.house.quote(m.other, "1.20000", "1.20000").has<StopOutStarted>());
  CHECK(m.quote("0.99700").has<StopOutStarted>());
}

}  // namespace
}  // namespace tribook
