#include "support/engine_fixture.h"
#include "tribook/base/archive.h"

// Margin calls: several levels, each with its own alert, and when an account is looked at.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::money;
using test::price;
using test::ratio;

// EURUSD at 1.00000, so that a lot takes 1,000 at 1:100 and a pip of a lot is 10.
struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    quote("1.00000");
  }
  Events quote(const char* both) { return house.quote(symbol, both, both); }

  House house;
  SymbolId symbol;
};

std::vector<Ratio> called(const Events& events) {
  std::vector<Ratio> levels;
  for (const auto& call : events.of<MarginCallRaised>()) levels.push_back(call.threshold);
  return levels;
}

TEST_CASE("Margin calls: a command that brings an account below a level tells so at once") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000", .margin_call = "500 300"});
  const auto opened = m.house.order(account, m.symbol, Side::Buy, "0.25");  // 400 %
  CHECK(called(opened) == std::vector{ratio("500")});
  const auto raised = opened.only<MarginCallRaised>();
  CHECK(raised.level == ratio("400"));
  CHECK_FALSE(raised.symbol);
  CHECK(raised.bid.is_zero());
  CHECK(raised.venue_time == TimeNs{});
  CHECK(called(m.house.withdraw(account, "250.01")) == std::vector{ratio("300")});  // 299.996
  CHECK(called(m.house.deposit(account, "0.01")).empty());
  CHECK(called(m.house.withdraw(account, "0.01")) == std::vector{ratio("300")});
  CHECK(called(m.house.deposit(account, "600")).empty());
  CHECK(called(m.house.withdraw(account, "600.01")) == std::vector{ratio("500"), ratio("300")});
}

TEST_CASE("Margin calls: other levels by a group are levels that nobody was told of") {
  Market m;
  const auto set_levels = [&](std::initializer_list<const char*> levels) {
    return m.house.put_group("vip", [&](GroupSpec& group) {
      group.sets = bit_of(Option::MarginCallLevels);
      group.options.margin_call_levels.count = 0;
      for (const char* level : levels) {
        MarginCallLevels& all = group.options.margin_call_levels;
        all.level[all.count++] = ratio(level);
      }
    });
  };
  set_levels({"500", "450", "400"});
  const AccountId account = m.house.add_account(
      {.deposit = "1000", .group = "vip", .from_group = bit_of(Option::MarginCallLevels)});
  const auto opened = m.house.order(account, m.symbol, Side::Buy, "0.26");  // 384 %
  CHECK(called(opened).size() == 3);
  CHECK(called(set_levels({"600", "450"})) == std::vector{ratio("600")});
  CHECK(called(set_levels({"450"})).empty());
  CHECK(called(set_levels({"420"})) == std::vector{ratio("420")});
  // What is kept of the levels fits those that there are.
  base::ArchiveWriter saved;
  m.house.engine.save(saved);
  base::ArchiveReader archive(saved.bytes());
  Slab slab(8);
  engine::Engine other(m.house.engine.room_needed(), slab);
  other.load(archive);
  CHECK(archive.ok());
}

TEST_CASE("Margin calls: so does a change of the symbol's settings") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000", .margin_call = "100"});
  m.house.open(account, m.symbol, Side::Buy, "1");
  Instrument dearer = *m.house.engine.instrument(m.symbol);
  dearer.margin.leverage_cap = 50;
  const auto changed = m.house.update_symbol(m.symbol, dearer);
  CHECK(called(changed) == std::vector{ratio("100")});
  // Who is below a level is closed by a quote, and here not yet: it is not below.
  CHECK_FALSE(changed.has<StopOutStarted>());
}

TEST_CASE("Margin calls: each says the tick that caused it, and numbers rise") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000", .margin_call = "100 90"});
  m.house.open(account, m.symbol, Side::Buy, "1");
  const auto events = m.house.quote(m.symbol, "0.99890", "0.99900").of<MarginCallRaised>();
  REQUIRE(events.size() == 2);
  for (const auto& raised : events) {
    CHECK(raised.symbol == m.symbol);
    CHECK(raised.bid == price("0.99890"));
    CHECK(raised.ask == price("0.99900"));
    CHECK(raised.venue_time == m.house.now());
    CHECK(raised.equity == money("890"));
    CHECK(raised.level == ratio("89"));
  }
  CHECK(events[0].threshold == ratio("100"));
  CHECK(events[1].threshold == ratio("90"));
  CHECK(events[1].alert.value == events[0].alert.value + 1);
}

TEST_CASE("Margin calls: no levels, no calls") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1000", .margin_call = ""});
  m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK(called(m.quote("0.99600")).empty());
  CHECK(m.quote("0.99499").has<StopOutStarted>());
}

TEST_CASE("Margin calls: a level of 0 is crossed below zero") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "1000", .margin_call = "0", .stop_out = "0"});
  m.house.open_session(m.symbol, true);
  m.house.open(account, m.symbol, Side::Buy, "1");
  CHECK(called(m.quote("0.99000")).empty());
  m.house.open_session(m.symbol, false);  // nothing can be closed
  CHECK(called(m.quote("0.98999")) == std::vector{ratio("0")});
}

TEST_CASE("Margin calls: after a stop-out levels are armed again by the next command, not before") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "1500", .margin_call = "100"});
  m.house.open(account, m.symbol, Side::Buy, "0.5");
  m.house.open(account, m.symbol, Side::Buy, "1");
  // 1,500 - 765 = 735 of 1,500: below 50 %. The lot goes; 735 of 500 is above 100 %.
  const auto out = m.quote("0.99490");
  CHECK(called(out) == std::vector{ratio("100")});
  CHECK(out.of<PositionReduced>().size() == 1);
  // That quote armed nothing; this one does, and calls nobody.
  CHECK(called(m.quote("0.99490")).empty());
  CHECK(called(m.quote("0.99010")) == std::vector{ratio("100")});
}

TEST_CASE("Margin calls: what a stop-out's own costs cross is told by the next record") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "2080", .margin_call = "60", .stop_out = "50"});
  Instrument charged = *m.house.engine.instrument(m.symbol);
  charged.commission.amount = ratio("300");
  m.house.open(account, m.symbol, Side::Buy, "1");
  m.house.open(account, m.symbol, Side::Buy, "1");
  m.house.update_symbol(m.symbol, charged);
  // 2,080 - 1,090 = 990 of 2,000: one lot goes for 300; 690 of 1,000 arms the level, with the next
  // record, whatever it is.
  const auto out = m.quote("0.99455");
  CHECK(called(out) == std::vector{ratio("60")});
  CHECK(out.of<PositionReduced>().size() == 1);
  CHECK(called(m.house.deposit(account, "1")).empty());
  CHECK(called(m.quote("0.99355")) == std::vector{ratio("60")});  // 591
}

TEST_CASE("Margin calls: closing by the client arms the level in the same record") {
  Market m;
  const AccountId account =
      m.house.add_account({.deposit = "1000", .margin_call = "200", .stop_out = "0"});
  const PositionId first = m.house.open(account, m.symbol, Side::Buy, "0.4");
  CHECK(called(m.house.order(account, m.symbol, Side::Buy, "0.2")) == std::vector{ratio("200")});
  CHECK(called(m.house.close(account, first)).empty());
  CHECK(called(m.house.order(account, m.symbol, Side::Buy, "0.4")) == std::vector{ratio("200")});
}

TEST_CASE("Margin calls: a record's calls go by account") {
  Market m;
  std::vector<AccountId> accounts;
  for (int i = 0; i < 3; ++i) {
    accounts.push_back(m.house.add_account({.deposit = "1000", .margin_call = "100"}));
  }
  for (std::size_t i = 3; i-- > 0;) m.house.open(accounts[i], m.symbol, Side::Buy, "1");
  Instrument dearer = *m.house.engine.instrument(m.symbol);
  dearer.margin.leverage_cap = 99;
  std::vector<AccountId> seen;
  for (const Event& event : m.house.update_symbol(m.symbol, dearer).all) {
    if (event.header.kind == EventKind::MarginCall) seen.push_back(event.header.account);
  }
  CHECK(seen == accounts);
}

}  // namespace
}  // namespace tribook
