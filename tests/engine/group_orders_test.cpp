#include "support/order_desk.h"
#include "support/timers.h"

// What waits, is marked and is charged at the prices and terms of a group.

namespace tribook {
namespace {

using test::drain;
using test::Events;
using test::House;
using test::limit;
using test::lots;
using test::price;
using test::ratio;
using test::statuses_of;
using test::stop;
using Told = std::vector<std::string>;

constexpr GroupId kVip{1};

// The group's prices are a pip wide on each side; the symbol's are the venue's.
struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    house.put_group("vip");
    house.put_markup(kVip, symbol, "2");
    plain = house.add_account();
    vip = house.add_account({.group = "vip"});
    house.quote(symbol, "1.10000", "1.10010");
  }
  OrderId rest(AccountId account, const NewOrder& order) {
    const auto updated = house.send(account, order).only<OrderUpdated>();
    REQUIRE(updated.status == OrderStatus::Working);
    return updated.order;
  }
  Events follow(AccountId account, PositionId position, std::uint32_t distance) {
    ModifyPosition modify;
    modify.position = position;
    modify.keep_stop_loss = modify.keep_take_profit = 1;
    modify.set_trailing = 1;
    modify.trailing_distance = {distance};
    return house.send(account, modify);
  }
  Events quote(const char* bid, const char* ask) { return house.quote(symbol, bid, ask); }

  House house;
  SymbolId symbol;
  AccountId plain;
  AccountId vip;
};

TEST_CASE("Group's orders: a limit and a stop are reached by the group's prices and fill at them") {
  Market m;
  m.rest(m.plain, limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(m.vip, limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(m.vip, stop(m.symbol, Side::Sell, "0.1", "1.09880"));
  CHECK(statuses_of(m.quote("1.09891", "1.09900")) == Told{"1 TRIGGERED"});
  drain(m.house);
  const Events reached = m.quote("1.09890", "1.09890");
  CHECK(statuses_of(reached) == Told{"2 TRIGGERED", "3 TRIGGERED"});
  const auto terms = reached.of<OrderTerms>();
  REQUIRE(terms.size() == 2);
  CHECK(terms[0].bid == price("1.09880"));
  CHECK(terms[0].ask == price("1.09900"));
  const auto filled = drain(m.house).of<OrderUpdated>();
  REQUIRE(filled.size() == 2);
  CHECK(filled[0].filled_price == price("1.09900"));
  CHECK(filled[1].filled_price == price("1.09880"));
}

TEST_CASE("Group's orders: limits of all groups that one quote reaches go by price and time") {
  Market m;
  m.rest(m.vip, limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(m.plain, limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  m.rest(m.plain, limit(m.symbol, Side::Buy, "0.1", "1.09950"));
  CHECK(statuses_of(m.quote("1.09800", "1.09800")) ==
        Told{"3 TRIGGERED", "1 TRIGGERED", "2 TRIGGERED"});
}

TEST_CASE("Group's orders: one that rests goes with its account to another group's prices") {
  Market m;
  m.rest(m.plain, limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  REQUIRE(m.house.change_group(m.plain, kVip).code() == RejectCode::None);
  CHECK(m.quote("1.09891", "1.09900").of<OrderUpdated>().empty());
  REQUIRE(m.house.change_group(m.plain, {}).code() == RejectCode::None);
  CHECK(statuses_of(m.quote("1.09891", "1.09900")) == Told{"1 TRIGGERED"});
}

TEST_CASE("Group's orders: a new markup reaches them with the next quote") {
  Market m;
  m.rest(m.vip, limit(m.symbol, Side::Buy, "0.1", "1.10010"));
  CHECK(m.house.put_markup(kVip, m.symbol, "0").of<OrderUpdated>().empty());
  CHECK(statuses_of(m.quote("1.10000", "1.10010")) == Told{"1 TRIGGERED"});
}

TEST_CASE("Group's trailing: by the group's prices, whichever group it is") {
  Market m;
  const PositionId id = m.house.open(m.vip, m.symbol, Side::Buy, "0.1");
  CHECK(m.follow(m.vip, id, 1'000).only<PositionUpdated>().stop_loss == price("1.09890"));
  m.quote("1.10100", "1.10110");
  CHECK(m.house.position(id).stop_loss == price("1.09990"));
  REQUIRE(m.house.change_group(m.vip, {}).code() == RejectCode::None);
  CHECK(m.house.position(id).stop_loss == price("1.09990"));
  m.quote("1.10100", "1.10110");
  CHECK(m.house.position(id).stop_loss == price("1.10000"));
}

TEST_CASE("Group's marks: at the group's prices, and go on when the account changes it") {
  Market m;
  const PositionId id = m.house.open(m.vip, m.symbol, Side::Buy, "0.1");
  const PositionId other = m.house.open(m.plain, m.symbol, Side::Buy, "0.1");
  const auto expect = [&](PositionId of, std::string_view highest, std::string_view lowest) {
    CHECK(m.house.position(of).highest == price(highest));
    CHECK(m.house.position(of).lowest == price(lowest));
  };
  expect(id, "1.09990", "1.09990");
  m.quote("1.10100", "1.10110");
  expect(id, "1.10090", "1.09990");
  REQUIRE(m.house.change_group(m.vip, {}).code() == RejectCode::None);
  expect(id, "1.10090", "1.09990");
  m.quote("1.10095", "1.10105");
  expect(id, "1.10095", "1.09990");
  m.quote("1.09950", "1.09960");
  expect(id, "1.10095", "1.09950");
  expect(other, "1.10100", "1.09950");
  m.house.close(m.plain, other);
  const auto trade = m.house.close(m.vip, id).only<TradeExecuted>();
  CHECK(trade.highest == price("1.10095"));
  CHECK(trade.lowest == price("1.09950"));
}

TEST_CASE("Group's swap: in the place of the symbol's, PERCENT by the group's price") {
  Market m;
  const std::int32_t monday = test::date(2026, 1, 19);
  m.house.set_time(test::utc(monday, 12));
  m.quote("1.10000", "1.10010");
  m.house.open(m.plain, m.symbol, Side::Buy, "1");
  m.house.open(m.vip, m.symbol, Side::Buy, "1");
  CHECK(test::booked(test::roll_over(m.house, monday), LedgerType::Swap).empty());
  GroupTerms terms;
  terms.sets = GroupTerms::kMarkup | GroupTerms::kSwap;
  terms.markup_pips = ratio("200");
  terms.swap.mode = SwapMode::Percent;
  terms.swap.buy = ratio("-36");
  REQUIRE(m.house.put_terms(kVip, m.symbol, terms).code() == RejectCode::None);
  // 100,000 x 1.09 x 36 % / 360.
  const Events night = test::roll_over(m.house, monday + 1);
  CHECK(test::booked(night, LedgerType::Swap) == "-109");
  CHECK(night.of<LedgerPosted>().size() == 1);
}

TEST_CASE("Group's minimum commission: once for an order that closes and opens") {
  Market m;
  GroupTerms terms;
  terms.sets = GroupTerms::kCommission;
  terms.commission.amount = ratio("1");
  terms.commission.minimum = ratio("5");
  terms.commission.currency = Currency::of("USD");
  const AccountId account = m.house.add_account({.mode = PositionMode::Netting, .group = "vip"});
  m.house.open(account, m.symbol, Side::Buy, "1");
  REQUIRE(m.house.put_terms(kVip, {}, terms).code() == RejectCode::None);
  const Events turned = m.house.order(account, m.symbol, Side::Sell, "3");
  CHECK(test::booked(turned, LedgerType::Commission) == "-5");
}

TEST_CASE("Group's accounts: CLOSED is not for one whose orders rest") {
  Market m;
  const OrderId order = m.rest(m.vip, limit(m.symbol, Side::Buy, "0.1", "1.09900"));
  CHECK(m.house.change_state(m.vip, AccountState::Closed).code() == RejectCode::InUse);
  CancelOrder cancel;
  cancel.order = order;
  m.house.send(m.vip, cancel);
  CHECK(m.house.change_state(m.vip, AccountState::Closed).code() == RejectCode::None);
}

}  // namespace
}  // namespace tribook
