#include <catch2/catch.hpp>

#include "risk/world.h"

// Where a kill switch is on nothing opens; what only closes goes on.

namespace tribook::risk_test {
namespace {

constexpr auto kNone = RejectCode::None;
constexpr auto kKilled = RejectCode::KillSwitch;
constexpr GroupId kGroup{1};
constexpr SymbolId kGbpUsd{2};
constexpr AccountId kOther{2};

/// A netting account of a group that holds one lot bought, and a neighbour of no group.
struct House : UsdWorld {
  House() {
    GroupSpec group;
    group.name = FixedText<32>::of("retail");
    GroupUpdated update;
    update.group = kGroup;
    update.is_new = 1;
    tell(event(update, {}, put_spec(slab, group)));
    open_symbol(kGbpUsd, forex("GBPUSD", "GBP", "USD"));
    venue_quote(kEurUsd, "1.08440", "1.08450");
    venue_quote(kGbpUsd, "1.26000", "1.26010");
    account(kOther, "USD", "10000");
    AccountSpec spec;
    spec.currency = Currency::of("USD");
    spec.leverage = 100;
    spec.mode = PositionMode::Netting;
    spec.group = group.name;
    tell(event(AccountCreated{}, kGrouped, put_spec(slab, spec)));
    AccountUpdated told;
    told.balance = money("10000");
    told.leverage = 100;
    told.group = kGroup;
    tell(event(told, kGrouped));
    position(kGrouped, 1, Side::Buy, "1", "1.08450");
  }
  // A group's prices are made of its venue's.
  void venue_quote(SymbolId symbol, std::string_view bid, std::string_view ask) {
    QuoteApplied quote;
    quote.symbol = symbol;
    quote.bid = quote.venue_bid = price(bid);
    quote.ask = quote.venue_ask = price(ask);
    tell(event(quote));
  }
  RejectCode opens(AccountId account = kGrouped, SymbolId symbol = kEurUsd) {
    return try_decide(market(Side::Buy, lots("0.01"), symbol), account).decision;
  }
  RejectCode closes() { return try_decide(market(Side::Sell, lots("1")), kGrouped).decision; }
  RejectCode reverses() { return try_decide(market(Side::Sell, lots("1.01")), kGrouped).decision; }

  static constexpr AccountId kGrouped{3};
};

TEST_CASE("Kill switch: what would open is refused at each level, what only closes is not") {
  struct Row {
    RiskScope scope;
    RejectCode elsewhere;  // another account, another symbol
  };
  const auto row =
      GENERATE(Row{RiskScope::house(), kKilled}, Row{RiskScope::of(kGroup), kNone},
               Row{RiskScope::of(House::kGrouped), kNone}, Row{RiskScope::of(kEurUsd), kNone});
  const auto action = GENERATE(KillAction::Block, KillAction::Cancel, KillAction::Flatten);
  House house;
  const std::uint64_t before = house.risk.state_digest();
  REQUIRE(house.opens() == kNone);
  house.kill(row.scope, action);
  CHECK(house.opens() == kKilled);
  CHECK(house.closes() == kNone);
  CHECK(house.reverses() == kKilled);
  CHECK(house.opens(kOther, kGbpUsd) == row.elsewhere);
  CHECK(house.risk.state_digest() != before);
  house.kill(row.scope, KillAction::None);
  CHECK(house.opens() == kNone);
  CHECK(house.reverses() == kNone);
  CHECK(house.risk.state_digest() == before);
}

TEST_CASE("Kill switch: a narrower one that goes off leaves the wider one on") {
  House house;
  house.kill(RiskScope::house());
  house.kill(RiskScope::of(House::kGrouped));
  house.kill(RiskScope::of(House::kGrouped), KillAction::None);
  CHECK(house.opens() == kKilled);
}

TEST_CASE("Kill switch: the house's is told to whom nobody knows") {
  House house;
  house.kill(RiskScope::of(kGroup));
  CHECK(house.opens(AccountId{70'000}) == RejectCode::AccountDisabled);
  CHECK(house.opens(kOther, SymbolId{900}) == RejectCode::SymbolUnknown);
  house.kill(RiskScope::house());
  CHECK(house.opens(AccountId{70'000}) == kKilled);
  CHECK(house.opens(kOther, SymbolId{900}) == kKilled);
}

TEST_CASE("Kill switch: what is to rest, a pair and a triggered order are refused as well") {
  House house;
  house.kill(RiskScope::of(kEurUsd));
  NewOrder resting = market(Side::Buy, lots("0.01"));
  resting.type = OrderType::Limit;
  resting.time_in_force = TimeInForce::Gtc;
  resting.limit = price("1.05");
  CHECK(house.try_decide(resting, House::kGrouped).decision == kKilled);

  NewOrderPair pair;
  pair.first.volume = pair.second.volume = lots("0.01");
  pair.first.limit = price("1.05");
  pair.second.limit = price("1.12");
  pair.symbol = kEurUsd;
  pair.second_side = Side::Sell;
  Command command = Command::make(pair);
  command.header.account = House::kGrouped;
  house.risk.decide(command, house.now);
  CHECK(command.get<NewOrderPair>().decision == kKilled);

  ExecuteOrder execute;
  execute.volume = lots("0.01");
  execute.symbol = kEurUsd;
  command = Command::make(execute);
  command.header.account = House::kGrouped;
  house.risk.decide(command, house.now);
  CHECK(command.get<ExecuteOrder>().decision == kKilled);
  execute.side = Side::Sell;  // it closes
  command.set(execute);
  house.risk.decide(command, house.now);
  CHECK(command.get<ExecuteOrder>().decision == kNone);
}

TEST_CASE("Kill switch: an account that closes first and an order of nothing: nothing closes") {
  House house;
  house.kill(RiskScope::house());
  CHECK(house.try_decide(market(Side::Sell, {}), House::kGrouped).decision == kKilled);
}

TEST_CASE("Kill switch: which of them is on, since when and why is part of the state") {
  House house;
  house.kill(RiskScope::house());
  const std::uint64_t block = house.risk.state_digest();
  house.kill(RiskScope::house(), KillAction::Flatten);
  CHECK(house.risk.state_digest() != block);
  house.kill(RiskScope::house());
  CHECK(house.risk.state_digest() == block);
  KillSwitchChanged unexplained;
  unexplained.scope = RiskScope::house();
  unexplained.action = KillAction::Block;
  house.tell(house.event(unexplained));
  CHECK(house.opens() == kKilled);
  CHECK(house.risk.state_digest() != block);
}

}  // namespace
}  // namespace tribook::risk_test
