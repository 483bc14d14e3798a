#include "support/kill_switches.h"
#include "engine/killing.h"
#include "support/order_desk.h"
#include "tribook/base/archive.h"

// Kill switches: whom they keep from opening anything, from when on, and what goes on all the same.

namespace tribook {
namespace {

using test::drain;
using test::Events;
using test::House;
using test::limit;
using test::set_switch;
using test::statuses_of;
using test::stop;
using Told = std::vector<std::string>;

constexpr auto kBlock = KillAction::Block;
constexpr auto kOff = KillAction::None;

struct Market {
  explicit Market(const test::AccountOptions& options = {}) {
    eurusd = house.add_symbol(test::forex("EUR", "USD"));
    gbpusd = house.add_symbol(test::forex("GBP", "USD"));
    group = house.put_group("vip").only<GroupUpdated>().group;
    account = house.add_account(options);
    other = house.add_account();
    house.change_group(account, group);
    house.quote(eurusd, "1.10000", "1.10020");
    house.quote(gbpusd, "1.30000", "1.30020");
  }
  RejectCode buy(AccountId who, SymbolId symbol) {
    return house.order(who, symbol, Side::Buy, "0.1").code();
  }
  RejectCode buy() { return buy(account, eurusd); }
  std::vector<RiskScope> scopes() const {
    return {RiskScope::house(), RiskScope::of(group), RiskScope::of(account),
            RiskScope::of(eurusd)};
  }
  Events place(AccountId who, Side side, const char* volume, const char* at) {
    return house.send(who, limit(eurusd, side, volume, at));
  }

  House house;
  SymbolId eurusd;
  SymbolId gbpusd;
  GroupId group;
  AccountId account;
  AccountId other;
};

TEST_CASE("Kill switch: whatever it does, of each scope it keeps the very next order out") {
  for (const KillAction action : {kBlock, KillAction::Cancel, KillAction::Flatten}) {
    for (std::size_t i = 0; i < 4; ++i) {
      Market m;
      const RiskScope scope = m.scopes()[i];
      REQUIRE(m.buy() == RejectCode::None);
      set_switch(m.house, scope, action);
      CHECK(m.buy() == RejectCode::KillSwitch);
      const bool is_house = scope.level == ScopeLevel::House;
      const bool is_symbol = scope.level == ScopeLevel::Symbol;
      const auto stopped = [](bool is) { return is ? RejectCode::KillSwitch : RejectCode::None; };
      CHECK(m.buy(m.other, m.eurusd) == stopped(is_house || is_symbol));
      CHECK(m.buy(m.account, m.gbpusd) == stopped(!is_symbol));
      CHECK(m.buy(m.other, m.gbpusd) == stopped(is_house));
      set_switch(m.house, scope, kOff);
      CHECK(m.buy() == RejectCode::None);
    }
  }
}

TEST_CASE("Kill switch: who, why and the numbers are told, the reason beside them") {
  Market m;
  SetKillSwitch set;
  set.scope = RiskScope::of(m.account);
  set.action = kBlock;
  set.measured = 7;
  set.threshold = 5;
  const KillReason reason{FixedText<128>::of("a hand")};
  const Events events = m.house.send_spec(set, reason);
  const auto changed = events.only<KillSwitchChanged>();
  CHECK(changed.scope == set.scope);
  CHECK(changed.actor == UserId{100});
  CHECK(changed.since == m.house.now());
  CHECK(changed.alert.value != 0);
  const KillSwitch told =
      kill_switch_of(changed, std::as_bytes(std::span<const KillReason, 1>(&reason, 1)));
  CHECK(told.measured == 7);
  CHECK(told.threshold == 5);
  CHECK(told.action == kBlock);
  CHECK(told.reason.view() == "a hand");
  CHECK(events.all.front().header.account == m.account);
  const auto off = set_switch(m.house, set.scope, kOff).only<KillSwitchChanged>();
  CHECK(kill_switch_of(off, {}).is_empty());
  CHECK(off.actor == UserId{100});
}

TEST_CASE("Kill switch: what is not on cannot go off, and one replaces another of its scope") {
  Market m;
  const RiskScope scope = RiskScope::of(m.eurusd);
  CHECK(set_switch(m.house, scope, kOff).code() == RejectCode::NotFound);
  set_switch(m.house, scope, KillAction::Cancel);
  CHECK(set_switch(m.house, scope, kBlock).only<KillSwitchChanged>().action == kBlock);
  m.place(m.account, Side::Buy, "0.1", "1.09");
  CHECK(set_switch(m.house, scope, kOff).code() == RejectCode::None);
  CHECK(set_switch(m.house, scope, kOff).code() == RejectCode::NotFound);
  CHECK(set_switch(m.house, RiskScope::of(AccountId{60}), kBlock).code() == RejectCode::NotFound);
  CHECK(set_switch(m.house, RiskScope::of(SymbolId{9}), kBlock).code() ==
        RejectCode::SymbolUnknown);
}

TEST_CASE("Kill switch: it comes before the account's and the symbol's own states") {
  Market m;
  set_switch(m.house, RiskScope::house(), kBlock);
  m.house.change_state(m.account, AccountState::CloseOnly);
  m.house.open_session(m.eurusd, false);
  CHECK(m.buy() == RejectCode::KillSwitch);
}

TEST_CASE("Kill switch: new orders, pairs and changes are refused, cancelling is not") {
  Market m;
  const auto order = m.place(m.account, Side::Buy, "0.2", "1.09").only<OrderUpdated>().order;
  set_switch(m.house, RiskScope::of(m.group), kBlock);
  const NewOrder below = limit(m.eurusd, Side::Buy, "0.1", "1.09");
  const NewOrder above = stop(m.eurusd, Side::Buy, "0.1", "1.11");
  CHECK(m.house.send(m.account, below).code() == RejectCode::KillSwitch);
  CHECK(m.house.send(m.account, above).code() == RejectCode::KillSwitch);
  CHECK(m.house.send(m.account, test::pair_of(below, above)).code() == RejectCode::KillSwitch);
  CHECK(m.house.engine.check_order(m.account, below) == RejectCode::KillSwitch);
  ModifyOrder modify;
  modify.order = order;
  modify.set_volume = 1;
  modify.volume = test::lots("0.3");
  CHECK(m.house.send(m.account, modify).code() == RejectCode::KillSwitch);
  CancelOrder cancel;
  cancel.order = order;
  CHECK(statuses_of(m.house.send(m.account, cancel)) == Told{"1 CANCELLED"});
}

TEST_CASE("Kill switch: positions close as ever, by hand and at their levels") {
  Market m;
  const PositionId by_hand = m.house.open(m.account, m.eurusd, Side::Buy, "0.2");
  m.house.open(m.account, m.eurusd, Side::Buy, "0.1", {.stop_loss = "1.09"});
  m.house.open(m.account, m.eurusd, Side::Sell, "0.1", {.take_profit = "1.08"});
  set_switch(m.house, RiskScope::house(), kBlock);
  CHECK(m.house.close(m.account, by_hand, "0.1").code() == RejectCode::None);
  CHECK(m.house.modify(m.account, by_hand, "1.05", "1.2").code() == RejectCode::None);
  CHECK(m.house.close(m.account, by_hand).code() == RejectCode::None);
  CHECK(m.house.quote(m.eurusd, "1.08990", "1.09000").only<PositionReduced>().reason ==
        CloseReason::StopLoss);
  CHECK(m.house.quote(m.eurusd, "1.07900", "1.07910").only<PositionReduced>().reason ==
        CloseReason::TakeProfit);
}

TEST_CASE("Kill switch: an order that only closes is taken where an account closes first") {
  for (const bool is_netting : {false, true}) {
    test::AccountOptions options;
    options.mode = is_netting ? PositionMode::Netting : PositionMode::Hedging;
    options.closing = is_netting ? Closing::Any : Closing::Fifo;
    Market m(options);
    m.house.open(m.account, m.eurusd, Side::Buy, "0.3");
    set_switch(m.house, RiskScope::of(m.account), kBlock);
    CHECK(m.house.order(m.account, m.eurusd, Side::Sell, "0.4").code() == RejectCode::KillSwitch);
    CHECK(m.house.order(m.account, m.eurusd, Side::Buy, "0.1").code() == RejectCode::KillSwitch);
    CHECK(m.house.order(m.account, m.eurusd, Side::Sell, "0.1").code() == RejectCode::None);
    // At rest and reached, likewise.
    m.place(m.account, Side::Sell, "0.2", "1.101");
    CHECK(statuses_of(m.house.quote(m.eurusd, "1.10100", "1.10120")).front() == "5 TRIGGERED");
    CHECK(statuses_of(drain(m.house)) == Told{"5 FILLED"});
    CHECK(m.house.figures(m.account).positions == 0);
  }
}

TEST_CASE("Kill switch: what rests is not triggered under it, and is once it is off") {
  Market m;
  m.place(m.account, Side::Buy, "0.1", "1.099");
  m.house.send(m.account, stop(m.eurusd, Side::Buy, "0.1", "1.102"));
  m.place(m.other, Side::Buy, "0.1", "1.099");
  set_switch(m.house, RiskScope::of(m.account), kBlock);
  CHECK(statuses_of(m.house.quote(m.eurusd, "1.09800", "1.09820")) == Told{"3 TRIGGERED"});
  drain(m.house);
  CHECK(statuses_of(m.house.quote(m.eurusd, "1.10300", "1.10320")).empty());
  set_switch(m.house, RiskScope::of(m.account), kOff);
  CHECK(statuses_of(m.house.quote(m.eurusd, "1.10310", "1.10330")) == Told{"2 TRIGGERED"});
  CHECK(statuses_of(m.house.quote(m.eurusd, "1.09700", "1.09720")) == Told{"1 TRIGGERED"});
}

TEST_CASE("Kill switch: an order on its way comes to rest again") {
  for (const bool does_risk_know : {false, true}) {
    Market m;
    m.house.send(m.account, stop(m.eurusd, Side::Buy, "0.1", "1.102"));
    m.house.quote(m.eurusd, "1.10300", "1.10320");
    if (!does_risk_know) set_switch(m.house, RiskScope::of(m.eurusd), kBlock);
    const auto decision = does_risk_know ? RejectCode::KillSwitch : RejectCode::None;
    CHECK(statuses_of(drain(m.house, decision)) == Told{"1 WORKING"});
    CHECK(m.house.figures(m.account).positions == 0);
  }
}

TEST_CASE("Kill switch: other clients deal past an order that would open") {
  Market m;
  const AccountId taker = m.house.add_account();
  m.place(m.account, Side::Sell, "0.1", "1.10010");
  m.place(m.other, Side::Sell, "0.1", "1.10015");
  set_switch(m.house, RiskScope::of(m.account), kBlock);
  CHECK(statuses_of(m.house.order(taker, m.eurusd, Side::Buy, "0.2")) ==
        Told{"3 PARTIALLY_FILLED", "2 TRIGGERED", "2 FILLED", "3 FILLED"});
  // A limit that would only meet the blocked one rests.
  CHECK(statuses_of(m.place(taker, Side::Buy, "0.1", "1.10010")) == Told{"4 WORKING"});
  set_switch(m.house, RiskScope::of(m.account), kOff);
  CHECK(statuses_of(m.house.order(m.other, m.eurusd, Side::Buy, "0.1")) ==
        Told{"5 FILLED", "1 TRIGGERED", "1 FILLED"});
}

TEST_CASE("Kill switch: other clients deal with an order that only closes") {
  Market m({.closing = Closing::Fifo});
  m.house.open(m.account, m.eurusd, Side::Buy, "0.1");
  m.place(m.account, Side::Sell, "0.1", "1.10010");
  set_switch(m.house, RiskScope::of(m.account), kBlock);
  m.house.order(m.other, m.eurusd, Side::Buy, "0.1");
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Kill switch: a loaded state has it, and tells it again") {
  Market m;
  for (const RiskScope& scope : m.scopes()) set_switch(m.house, scope, kBlock, "as it was");
  base::ArchiveWriter writer;
  m.house.engine.save(writer);
  House again;
  base::ArchiveReader reader(writer.bytes());
  again.engine.load(reader);
  REQUIRE(reader.ok());
  CHECK(again.engine.state_hash() == m.house.engine.state_hash());
  CHECK(again.engine.check_order(m.account, House::order_of(m.eurusd, Side::Buy, "0.1")) ==
        RejectCode::KillSwitch);
  std::size_t count = 0;
  const EventVisitor visit = [&](const Event& event) {
    if (event.header.kind != EventKind::KillSwitchChanged) return;
    const auto changed = event.get<KillSwitchChanged>();
    const KillSwitch told = kill_switch_of(changed, again.slab.get(event.header.text));
    CHECK(changed.is_carried == 1);
    CHECK(told.action == kBlock);
    CHECK(told.reason.view() == "as it was");
    ++count;
  };
  again.engine.retell(Retelling(again.engine.last_sequence(), again.slab, visit));
  CHECK(count == 4);
}

TEST_CASE("Kill switch: the house's own needs no reason, and gives way to one that does as much") {
  Slab slab(8);
  engine::State state(test::small_limits(), slab);
  engine::Outbox out(1'000);
  state.out = &out;
  state.accounts.push_back({});
  state.accounts.back().id = AccountId{1};
  KillSwitch own;
  own.action = KillAction::Cancel;
  own.cause = KillCause::Limit;
  own.limit = Limit::MaxDailyLoss;
  own.measured = 9;
  CHECK(engine::switch_on(state, state.account(AccountId{1}), own));
  REQUIRE(out.size() == 2);
  const auto changed = out.front().get<KillSwitchChanged>();
  CHECK_FALSE(out.front().header.text);
  CHECK(changed.scope == RiskScope::of(AccountId{1}));
  CHECK(changed.limit == Limit::MaxDailyLoss);
  CHECK(changed.measured == 9);
  CHECK((out.end() - 1)->get<KillSwept>().scope == RiskScope::of(AccountId{1}));
  own.action = kBlock;
  CHECK(engine::switch_on(state, state.account(AccountId{1}), own));
  CHECK(out.size() == 2);
}

}  // namespace
}  // namespace tribook
