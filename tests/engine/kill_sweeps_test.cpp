#include "engine/kill_sweeps.h"
#include "support/kill_switches.h"
#include "support/order_desk.h"
#include "support/provider.h"
#include "support/timers.h"

// What a kill switch cancels and closes: of whom, in how many records, and what it has to leave.

namespace tribook {
namespace {

using test::Events;
using test::finish_sweep;
using test::House;
using test::limit;
using test::set_switch;
using test::statuses_of;
using Told = std::vector<std::string>;

constexpr auto kCancel = KillAction::Cancel;
constexpr auto kFlatten = KillAction::Flatten;

engine::EngineLimits large_limits() {
  engine::EngineLimits limits = test::small_limits();
  limits.positions = 8'192;
  limits.orders = 1'024;
  return limits;
}

std::string swept(const Events& events) {
  const auto told = events.only<KillSwept>();
  return std::to_string(told.cancelled) + " cancelled, " + std::to_string(told.closed) +
         " closed, " + std::to_string(told.left) + " left";
}

Events switch_and_sweep(House& house, const RiskScope& scope, KillAction action,
                        std::size_t* records = nullptr) {
  Events all = set_switch(house, scope, action);
  const Events rest = finish_sweep(house, records);
  all.all.insert(all.all.end(), rest.all.begin(), rest.all.end());
  return all;
}

// Two accounts of a group and one of none, each with two positions and an order in both symbols.
struct Market {
  explicit Market(const test::AccountOptions& options = {}) {
    eurusd = house.add_symbol(test::forex("EUR", "USD"));
    gbpusd = house.add_symbol(test::forex("GBP", "USD"));
    group = house.put_group("vip").only<GroupUpdated>().group;
    house.quote(eurusd, "1.10000", "1.10020");
    house.quote(gbpusd, "1.30000", "1.30020");
    for (int i = 0; i < 3; ++i) {
      const AccountId account = accounts.emplace_back(house.add_account(options));
      if (i < 2) house.change_group(account, group);
      for (const SymbolId symbol : {eurusd, gbpusd}) {
        house.open(account, symbol, Side::Buy, "0.1");
        house.open(account, symbol, Side::Buy, "0.2");
        house.send(account, limit(symbol, Side::Buy, "0.1", "1.05"));
      }
    }
  }
  [[nodiscard]] std::size_t orders() const {
    std::size_t count = 0;
    house.engine.for_each_order([&](const engine::OrderFigures&) { ++count; });
    return count;
  }
  [[nodiscard]] std::uint32_t positions(std::size_t account) const {
    return house.figures(accounts[account]).positions;
  }

  House house;
  SymbolId eurusd;
  SymbolId gbpusd;
  GroupId group;
  std::vector<AccountId> accounts;
};

TEST_CASE("Kill sweep: a switch that blocks cancels and closes nothing") {
  Market m;
  const Events events = set_switch(m.house, RiskScope::house(), KillAction::Block);
  CHECK(events.kinds() == std::vector{EventKind::KillSwitchChanged});
  CHECK(m.house.engine.timer_run().kind == CommandKind::None);
}

TEST_CASE("Kill sweep: orders of its scope are cancelled, the others stay") {
  Market m;
  CHECK(swept(switch_and_sweep(m.house, RiskScope::of(m.accounts[0]), kCancel)) ==
        "2 cancelled, 0 closed, 0 left");
  CHECK(m.orders() == 4);
  CHECK(swept(switch_and_sweep(m.house, RiskScope::of(m.gbpusd), kCancel)) ==
        "2 cancelled, 0 closed, 0 left");
  CHECK(m.orders() == 2);
  const Events group = switch_and_sweep(m.house, RiskScope::of(m.group), kCancel);
  CHECK(swept(group) == "1 cancelled, 0 closed, 0 left");
  CHECK(statuses_of(group) == Told{"9 CANCELLED KILL_SWITCH"});
  CHECK(swept(switch_and_sweep(m.house, RiskScope::house(), kCancel)) ==
        "1 cancelled, 0 closed, 0 left");
  CHECK(m.orders() == 0);
  for (std::size_t i = 0; i < 3; ++i) CHECK(m.positions(i) == 4);
}

TEST_CASE("Kill sweep: positions of its scope are closed for the house, the others stay") {
  Market m;
  const Events one = switch_and_sweep(m.house, RiskScope::of(m.accounts[0]), kFlatten);
  CHECK(swept(one) == "2 cancelled, 4 closed, 0 left");
  CHECK(one.of<PositionReduced>().front().reason == CloseReason::Admin);
  const auto told = std::find_if(one.all.begin(), one.all.end(), [](const Event& event) {
    return event.header.kind == EventKind::KillSwept;
  });
  CHECK(told->header.account == m.accounts[0]);
  CHECK(m.positions(0) == 0);
  CHECK(swept(switch_and_sweep(m.house, RiskScope::of(m.gbpusd), kFlatten)) ==
        "2 cancelled, 4 closed, 0 left");
  CHECK(m.positions(1) == 2);
  CHECK(m.positions(2) == 2);
  CHECK(swept(switch_and_sweep(m.house, RiskScope::of(m.group), kFlatten)) ==
        "1 cancelled, 2 closed, 0 left");
  CHECK(m.positions(1) == 0);
  CHECK(m.positions(2) == 2);
  CHECK(swept(switch_and_sweep(m.house, RiskScope::house(), kFlatten)) ==
        "1 cancelled, 2 closed, 0 left");
  CHECK(m.positions(2) == 0);
}

TEST_CASE("Kill sweep: positions close in their account's own order") {
  for (const Closing closing : {Closing::Fifo, Closing::Lifo}) {
    Market m({.closing = closing});
    const Events events = switch_and_sweep(m.house, RiskScope::of(m.accounts[0]), kFlatten);
    std::vector<std::uint64_t> closed;
    for (const auto& reduced : events.of<PositionReduced>()) {
      closed.push_back(reduced.position.value);
    }
    const bool is_fifo = closing == Closing::Fifo;
    CHECK(closed == (is_fifo ? std::vector<std::uint64_t>{1, 2, 3, 4}
                             : std::vector<std::uint64_t>{4, 3, 2, 1}));
  }
}

TEST_CASE("Kill sweep: the one position of a netting account is closed") {
  Market m({.mode = PositionMode::Netting});
  CHECK(swept(switch_and_sweep(m.house, RiskScope::house(), kFlatten)) ==
        "6 cancelled, 6 closed, 0 left");
  CHECK(m.positions(0) == 0);
}

TEST_CASE("Kill sweep: what is closed, disabled or too old a price is left") {
  for (int why = 0; why < 3; ++why) {
    Market m;
    if (why == 0) m.house.open_session(m.gbpusd, false);
    if (why == 1) {
      Instrument instrument = *m.house.engine.instrument(m.gbpusd);
      instrument.state = SymbolState::Disabled;
      m.house.update_symbol(m.gbpusd, instrument);
    }
    if (why == 2) {
      m.house.advance(std::chrono::hours(1));
      m.house.quote(m.eurusd, "1.10000", "1.10020");
    }
    CHECK(swept(switch_and_sweep(m.house, RiskScope::house(), kFlatten)) ==
          "6 cancelled, 6 closed, 6 left");
    CHECK(m.positions(0) == 2);
  }
}

TEST_CASE("Kill sweep: of many it does a slice in each record, and tells once what it did") {
  for (const bool is_house : {true, false}) {
    House house(large_limits());
    const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
    const SymbolId gbpusd = house.add_symbol(test::forex("GBP", "USD"));
    house.quote(symbol, "1.10000", "1.10020");
    house.quote(gbpusd, "1.30000", "1.30020");
    for (int i = 0; i < 60; ++i) {
      const AccountId account = house.add_account({.deposit = "1000000"});
      for (int j = 0; j < 50; ++j) house.open(account, symbol, Side::Buy, "0.01");
      for (int j = 0; j < 5; ++j) house.send(account, limit(symbol, Side::Buy, "0.01", "1.05"));
      house.open(account, gbpusd, Side::Sell, "0.01");
    }
    const RiskScope scope = is_house ? RiskScope::house() : RiskScope::of(symbol);
    const Events first = set_switch(house, scope, kFlatten);
    CHECK_FALSE(first.has<KillSwept>());
    CHECK(first.of<PositionReduced>().size() < 300);
    // None of them opens anything meanwhile.
    CHECK(house.order(AccountId{60}, symbol, Side::Buy, "0.01").code() == RejectCode::KillSwitch);
    std::size_t records = 0;
    const Events rest = finish_sweep(house, &records);
    CHECK(records > 15);
    CHECK(swept(rest) ==
          (is_house ? "300 cancelled, 3060 closed, 0 left" : "300 cancelled, 3000 closed, 0 left"));
    CHECK(house.figures(AccountId{60}).positions == (is_house ? 0 : 1));
  }
}

// The sequencer lets nothing come between; whoever applies records does not have to know.
TEST_CASE("Kill sweep: what is under way is done before a switch goes off or another on") {
  House house(large_limits());
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  house.quote(symbol, "1.10000", "1.10020");
  for (int i = 0; i < 20; ++i) {
    const AccountId account = house.add_account({.deposit = "1000000"});
    for (int j = 0; j < 20; ++j) house.open(account, symbol, Side::Buy, "0.01");
  }
  set_switch(house, RiskScope::house(), kFlatten);
  REQUIRE(house.engine.timer_run().kind == CommandKind::KillSweep);
  const Events off = set_switch(house, RiskScope::house(), KillAction::None);
  CHECK(swept(off) == "0 cancelled, 400 closed, 0 left");
  CHECK(off.all.back().header.kind == EventKind::KillSwitchChanged);
  CHECK(house.engine.timer_run().kind == CommandKind::None);
  // Its record comes late then, and does nothing.
  CHECK(house.send(AccountId{}, KillSweep{house.now()}).all.empty());
}

TEST_CASE("Kill sweep: a house that takes another's records finishes it by itself") {
  House house(large_limits());
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  house.quote(symbol, "1.10000", "1.10020");
  for (int i = 0; i < 20; ++i) {
    const AccountId account = house.add_account({.deposit = "1000000"});
    for (int j = 0; j < 20; ++j) house.open(account, symbol, Side::Buy, "0.01");
  }
  set_switch(house, RiskScope::house(), kFlatten);
  engine::Outbox out(large_limits().events_of_one_record());
  house.engine.finish_timer(out);
  CHECK(house.engine.timer_run().kind == CommandKind::None);
  CHECK((out.end() - 1)->get<KillSwept>().closed == 400);
}

TEST_CASE("Kill sweep: one that is loaded is of a switch that is on since it began") {
  Slab slab(8);
  engine::State state(test::small_limits(), slab);
  engine::Timers::Run& run = state.timers.run;
  CHECK(engine::is_sweep_sane(state));
  run.what = {CommandKind::KillSweep, TimeNs{7}, 0};
  run.scope = RiskScope::of(GroupId{2});
  CHECK_FALSE(engine::is_sweep_sane(state));
  KillSwitch on;
  on.since = TimeNs{7};
  on.action = kCancel;
  state.rules.put_switch(run.scope, on);
  CHECK(engine::is_sweep_sane(state));
  on.action = KillAction::Block;
  state.rules.put_switch(run.scope, on);
  CHECK_FALSE(engine::is_sweep_sane(state));
  on.action = kCancel;
  on.since = TimeNs{6};
  state.rules.put_switch(run.scope, on);
  CHECK_FALSE(engine::is_sweep_sane(state));
  run.scope = RiskScope::of(AccountId{1});
  on.since = TimeNs{7};
  state.rules.put_switch(run.scope, on);
  CHECK_FALSE(engine::is_sweep_sane(state));
  run.scope = RiskScope::of(SymbolId{9'999});
  CHECK_FALSE(engine::is_sweep_sane(state));
}

// ---- At venues ----

struct VenueMarket {
  VenueMarket() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10000");
  }
  VenueRequested ask(Side side, const char* volume) {
    return test::order_to(house, Book::A, account, symbol, side, volume).only<VenueRequested>();
  }

  House house;
  test::Provider provider{house};
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Kill sweep: positions at a venue are closed there, and asked for once") {
  VenueMarket m;
  m.provider.fill(m.ask(Side::Buy, "1"), "1", "1.1");
  const Events events = set_switch(m.house, RiskScope::of(m.account), kFlatten);
  CHECK(swept(events) == "0 cancelled, 1 closed, 0 left");
  const auto request = events.only<VenueRequested>();
  CHECK(request.request_kind == VenueRequestKind::Close);
  const Events again = set_switch(m.house, RiskScope::house(), kFlatten);
  CHECK(swept(again) == "0 cancelled, 0 closed, 0 left");
  CHECK_FALSE(again.has<VenueRequested>());
  CHECK(m.provider.fill(request, "1", "1.1").only<PositionReduced>().reason == CloseReason::Admin);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Kill sweep: an order at a venue is left to it, and what the venue does is booked") {
  VenueMarket m;
  const auto request = m.ask(Side::Buy, "1");
  CHECK(swept(set_switch(m.house, RiskScope::of(m.account), kFlatten)) ==
        "0 cancelled, 0 closed, 0 left");
  CHECK(test::last_of(m.provider.fill(request, "1", "1.1")).status == OrderStatus::Filled);
  CHECK(m.house.figures(m.account).positions == 1);
}

TEST_CASE("Kill sweep: an order that comes back from a venue comes to rest only where it may") {
  for (const KillAction action : {KillAction::Block, kCancel}) {
    VenueMarket m;
    NewOrder order = limit(m.symbol, Side::Buy, "1", "1.1");
    order.book = Book::A;
    const auto request = m.house.send(m.account, order).only<VenueRequested>();
    set_switch(m.house, RiskScope::of(m.account), action);
    const auto back = test::last_of(m.provider.reject(request));
    CHECK(back.status == (action == kCancel ? OrderStatus::Rejected : OrderStatus::Working));
    CHECK(back.code == (action == kCancel ? RejectCode::KillSwitch : RejectCode::None));
  }
}

}  // namespace
}  // namespace tribook
