#include "support/engine_fixture.h"
#include "tribook/base/archive.h"

// What is watched of accounts: near and crossed limits, each told once, and the peak.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::money;
using test::ratio;

// EURUSD at 1.00000: a lot takes 1,000 at 1:100, a pip of a lot is 10.
struct Market {
  explicit Market(const char* deposit = "10000") {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    quote("1.00000");
    account = house.add_account({.deposit = deposit});
  }
  Events quote(const char* both) { return house.quote(symbol, both, both); }
  Events put(Limit limit, const char* at, LimitMode mode = LimitMode::Warn,
             KillAction kill = KillAction::None) {
    limits.put(limit, ratio(at).raw, mode, kill);
    PutLimits put;
    put.scope = RiskScope::of(account);
    return house.send_spec(put, limits);
  }
  Events buy(const char* lots) { return house.order(account, symbol, Side::Buy, lots); }

  House house;
  SymbolId symbol;
  AccountId account;
  LimitSet limits;
};

struct Told {
  Limit limit;
  AlertSeverity severity;
  friend bool operator==(const Told&, const Told&) = default;
};
std::vector<Told> told(const Events& events) {
  std::vector<Told> all;
  for (const auto& alert : events.of<RiskAlert>()) all.push_back({alert.limit, alert.severity});
  return all;
}

using Severity = AlertSeverity;

TEST_CASE("Watching: the day's loss is near at four fifths and crossed at the whole, told once") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100");
  m.buy("1");
  CHECK(told(m.quote("0.99921")).empty());  // 79.00
  CHECK(told(m.quote("0.99920")) == std::vector{Told{Limit::MaxDailyLoss, Severity::Warning}});
  CHECK(told(m.quote("0.99901")).empty());
  const Events crossed = m.quote("0.99900");
  CHECK(told(crossed) == std::vector{Told{Limit::MaxDailyLoss, Severity::Critical}});
  const auto alert = crossed.only<RiskAlert>();
  CHECK(alert.measured == money("100").raw);
  CHECK(alert.threshold == money("100").raw);
  CHECK(alert.base == money("10000"));
  CHECK(alert.equity == money("9900"));
  CHECK(alert.symbol == m.symbol);
  CHECK(told(m.quote("0.99800")).empty());
}

TEST_CASE("Watching: what was crossed is armed again when it is not near, near when it is well") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100");
  m.buy("1");
  CHECK(told(m.quote("0.99900")) == std::vector{Told{Limit::MaxDailyLoss, Severity::Critical}});
  CHECK(told(m.quote("0.99919")).empty());  // 81: still near
  CHECK(told(m.quote("0.99900")).empty());
  CHECK(told(m.quote("0.99921")) == std::vector{Told{Limit::MaxDailyLoss, Severity::Info}});
  CHECK(told(m.quote("0.99900")) == std::vector{Told{Limit::MaxDailyLoss, Severity::Critical}});
  const Events well = m.quote("0.99931");
  CHECK(told(well) == std::vector{Told{Limit::MaxDailyLoss, Severity::Info}});
  CHECK(well.only<RiskAlert>().is_over == 1);
  CHECK(told(m.quote("0.99920")) == std::vector{Told{Limit::MaxDailyLoss, Severity::Warning}});
}

TEST_CASE("Watching: the day's loss in percent counts from its beginning and what was paid in") {
  Market m;
  m.put(Limit::MaxDailyLossPercent, "6");
  m.house.deposit(m.account, "10000");
  m.buy("1");
  CHECK(told(m.quote("0.99041")).empty());  // 959 of 20,000
  CHECK(told(m.quote("0.99040")) ==
        std::vector{Told{Limit::MaxDailyLossPercent, Severity::Warning}});
  CHECK(told(m.quote("0.98801")).empty());
  const Events crossed = m.quote("0.98800");
  CHECK(told(crossed) == std::vector{Told{Limit::MaxDailyLossPercent, Severity::Critical}});
  CHECK(crossed.only<RiskAlert>().measured == ratio("6").raw);
}

TEST_CASE("Watching: a drawdown counts from the peak, which rising quotes raise") {
  Market m;
  m.put(Limit::MaxDrawdown, "8");
  m.buy("1");
  m.quote("1.05000");  // equity 15,000
  const Events watched = m.quote("1.06000");
  CHECK(watched.only<AccountWatched>().peak == money("16000"));
  CHECK(told(m.quote("1.04977")).empty());  // 1,023 of 16,000: less than 6.4 %
  CHECK(told(m.quote("1.04976")) == std::vector{Told{Limit::MaxDrawdown, Severity::Warning}});
  CHECK(told(m.quote("1.04721")).empty());
  CHECK(told(m.quote("1.04720")) == std::vector{Told{Limit::MaxDrawdown, Severity::Critical}});
}

TEST_CASE("Watching: payments move the peak, so that a withdrawal is no drawdown") {
  Market m;
  m.put(Limit::MaxDrawdown, "10");
  CHECK(told(m.house.withdraw(m.account, "5000")).empty());
  m.buy("1");
  CHECK(told(m.quote("0.99600")) == std::vector{Told{Limit::MaxDrawdown, Severity::Warning}});
}

TEST_CASE("Watching: a limit that is put on an account beyond it tells so at once") {
  Market m;
  m.buy("1");
  m.quote("0.99900");
  CHECK(told(m.put(Limit::MaxDailyLoss, "50")) ==
        std::vector{Told{Limit::MaxDailyLoss, Severity::Critical}});
  const Events looser = m.put(Limit::MaxDailyLoss, "1000");
  CHECK(told(looser).empty());
  CHECK(looser.only<AccountWatched>().crossed == 0);
}

TEST_CASE("Watching: a burst of refused orders sets off the account's switch, once a minute") {
  Market m;
  m.put(Limit::MaxRejectsPerMinute, "3", LimitMode::Warn, KillAction::Block);
  const auto refuse = [&] { return m.buy("100"); };
  for (int i = 0; i < 3; ++i) CHECK(told(refuse()).empty());
  const Events crossed = refuse();
  CHECK(told(crossed) == std::vector{Told{Limit::MaxRejectsPerMinute, Severity::Critical}});
  CHECK(crossed.only<RiskAlert>().measured == money("4").raw);
  CHECK(crossed.only<KillSwitchChanged>().cause == KillCause::Rejects);
  CHECK(told(refuse()).empty());
  SetKillSwitch off;
  off.scope = RiskScope::of(m.account);
  m.house.send_spec(off, KillReason{});
  CHECK_FALSE(refuse().has<KillSwitchChanged>());
  m.house.advance(std::chrono::minutes{1});
  for (int i = 0; i < 3; ++i) CHECK(told(refuse()).empty());
  CHECK(refuse().has<KillSwitchChanged>());
}

TEST_CASE("Watching: a limit that is taken away is crossed no more, and tells anew when it comes") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100");
  m.buy("1");
  m.quote("0.99900");
  m.limits.clear(Limit::MaxDailyLoss);
  PutLimits put;
  put.scope = RiskScope::of(m.account);
  CHECK(m.house.send_spec(put, m.limits).only<AccountWatched>().crossed == 0);
  const Events again = m.put(Limit::MaxDailyLoss, "100", LimitMode::Warn, KillAction::Block);
  CHECK(told(again) == std::vector{Told{Limit::MaxDailyLoss, Severity::Critical}});
  CHECK(again.has<KillSwitchChanged>());
}

TEST_CASE("Watching: exposure that prices make larger crosses its limit on the quote") {
  Market m("1000000");
  m.buy("1");
  m.put(Limit::MaxExposure, "110000", LimitMode::Warn, KillAction::Block);
  m.quote("1.05000");
  CHECK_FALSE(m.quote("1.10000").has<KillSwitchChanged>());
  CHECK(m.quote("1.10001").has<KillSwitchChanged>());
}

TEST_CASE("Watching: leverage that falling equity makes larger crosses its limit on the quote") {
  Market m;
  m.buy("1");  // 10 times
  m.put(Limit::MaxLeverage, "20", LimitMode::Warn, KillAction::Block);
  m.quote("0.97000");
  CHECK_FALSE(m.quote("0.95000").has<KillSwitchChanged>());  // 95,000 / 5,000 = 19
  CHECK(m.quote("0.94700").has<KillSwitchChanged>());        // 94,700 / 4,700 = 20.1
}

TEST_CASE("Watching: a rollover moves the bounds with the day's base") {
  Market m;
  m.buy("1");
  m.put(Limit::MaxDailyLossPercent, "10");
  m.quote("1.05000");  // 15,000
  m.house.advance(std::chrono::seconds{1});
  Rollover rollover;
  rollover.nominal = m.house.now();
  rollover.day = 19'675;
  m.house.send(AccountId{}, rollover);
  CHECK(told(m.quote("1.03801")).empty());
  CHECK(told(m.quote("1.03800")) ==
        std::vector{Told{Limit::MaxDailyLossPercent, Severity::Warning}});
  CHECK(told(m.quote("1.03500")) ==
        std::vector{Told{Limit::MaxDailyLossPercent, Severity::Critical}});
}

TEST_CASE("Watching: an admin who lifts a loss limit's switch lets trading go on that day") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100", LimitMode::Reject, KillAction::Block);
  m.buy("1");
  m.quote("0.99900");
  CHECK(m.buy("0.01").code() == RejectCode::KillSwitch);
  SetKillSwitch off;
  off.scope = RiskScope::of(m.account);
  m.house.send_spec(off, KillReason{});
  CHECK(m.buy("0.01").code() == RejectCode::None);
  m.quote("0.99960");  // well again: it holds again
  CHECK(m.quote("0.99800").has<KillSwitchChanged>());
  m.house.send_spec(off, KillReason{});
  CHECK(m.buy("0.01").code() == RejectCode::None);
}

TEST_CASE("Watching: an admin who lifts a drawdown's switch lets it count from what there is") {
  Market m;
  m.put(Limit::MaxDrawdown, "10", LimitMode::Reject, KillAction::Block);
  m.buy("1");
  m.quote("0.99000");
  CHECK(m.buy("0.01").code() == RejectCode::KillSwitch);
  SetKillSwitch off;
  off.scope = RiskScope::of(m.account);
  CHECK(m.house.send_spec(off, KillReason{}).only<AccountWatched>().peak == money("9000"));
  CHECK(m.buy("0.01").code() == RejectCode::None);
  CHECK(m.quote("0.98000").has<KillSwitchChanged>());  // 1,010 more
}

TEST_CASE("Watching: what a switch closes below zero the house covers, as in a stop-out") {
  Market m("1000");
  m.put(Limit::MaxDailyLoss, "100", LimitMode::Warn, KillAction::Flatten);
  m.buy("0.9");
  const Events gap = m.quote("0.98000");  // 1,800 lost
  CHECK(gap.has<KillSwitchChanged>());
  CHECK(m.house.engine.figures(m.account).balance == money("0"));
}

TEST_CASE("Watching: a position that was told, and is well again, is told again") {
  Market m;
  m.put(Limit::MaxPositionLoss, "5");
  m.buy("1");
  CHECK(m.quote("0.99400").only<RiskAlert>().is_over == 0);
  CHECK(m.quote("1.00000").only<RiskAlert>().is_over == 1);
  CHECK(m.quote("0.99400").only<RiskAlert>().is_over == 0);
}

TEST_CASE("Watching: what was told stands in a state that is saved and goes on") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100");
  m.buy("1");
  m.quote("0.99910");
  base::ArchiveWriter saved;
  m.house.engine.save(saved);
  base::ArchiveReader archive(saved.bytes());
  Slab slab(8);
  engine::Engine other(m.house.engine.room_needed(), slab);
  other.load(archive);
  CHECK(archive.ok());
  CHECK(other.state_hash() == m.house.engine.state_hash());
}

TEST_CASE("Watching: exposure is near at four fifths of its limit and crossed beyond it") {
  Market m("1000000");
  m.put(Limit::MaxExposure, "200000");
  CHECK(told(m.buy("1.59")).empty());
  CHECK(told(m.buy("0.01")) == std::vector{Told{Limit::MaxExposure, Severity::Warning}});
  CHECK(told(m.buy("0.4")).empty());  // as much as the limit
  const Events crossed = m.buy("0.01");
  CHECK(told(crossed) == std::vector{Told{Limit::MaxExposure, Severity::Critical}});
  CHECK(crossed.only<RiskAlert>().measured == money("201000").raw);
}

TEST_CASE("Watching: leverage counts from equity") {
  Market m;
  m.put(Limit::MaxLeverage, "20");
  CHECK(told(m.buy("1.5")).empty());
  CHECK(told(m.buy("0.1")) == std::vector{Told{Limit::MaxLeverage, Severity::Warning}});
}

TEST_CASE("Watching: a position that loses more than its part of equity is told of once") {
  Market m;
  m.put(Limit::MaxPositionLoss, "5");
  const auto position = m.buy("1").only<PositionUpdated>().position;
  m.house.order(m.account, m.symbol, Side::Sell, "1");  // equity stands still
  CHECK(told(m.quote("0.99500")).empty());
  const Events lost = m.quote("0.99499");
  CHECK(told(lost) == std::vector{Told{Limit::MaxPositionLoss, Severity::Warning}});
  CHECK(lost.only<RiskAlert>().position == position);
  CHECK(lost.only<RiskAlert>().measured == ratio("5.01").raw);
  CHECK(told(m.quote("0.99400")).empty());
  // The other one, when the price goes up as far.
  CHECK(m.quote("1.00000").only<RiskAlert>().is_over == 1);
  CHECK(told(m.quote("1.00500")).empty());
  const Events other = m.quote("1.00501");
  CHECK(told(other) == std::vector{Told{Limit::MaxPositionLoss, Severity::Warning}});
  CHECK(other.only<RiskAlert>().position.value == position.value + 1);
}

TEST_CASE("Watching: what one position may lose goes with the equity") {
  Market m;
  m.put(Limit::MaxPositionLoss, "5");
  m.buy("0.5");
  m.house.withdraw(m.account, "5000");
  CHECK(told(m.quote("0.99525")).empty());  // 237.50 of 4,762.50: 4.987 %
  CHECK(told(m.quote("0.99523")) == std::vector{Told{Limit::MaxPositionLoss, Severity::Warning}});
}

TEST_CASE("Watching: a crossing sets off the account's kill switch in its own record") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100", LimitMode::Reject, KillAction::Flatten);
  m.buy("1");
  CHECK_FALSE(m.quote("0.99901").has<KillSwitchChanged>());
  const Events crossed = m.quote("0.99900");
  const auto changed = crossed.only<KillSwitchChanged>();
  CHECK(changed.scope == RiskScope::of(m.account));
  CHECK(changed.action == KillAction::Flatten);
  CHECK(changed.cause == KillCause::Limit);
  CHECK(changed.limit == Limit::MaxDailyLoss);
  CHECK(changed.measured == money("100").raw);
  CHECK(changed.threshold == money("100").raw);
  CHECK(changed.actor == UserId{});
  CHECK(crossed.only<PositionReduced>().reason == CloseReason::Admin);
  CHECK(m.buy("1").code() == RejectCode::KillSwitch);
  CHECK(m.house.engine.figures(m.account).positions == 0);
}

TEST_CASE("Watching: a switch that a hand lifts goes on again only at the next crossing") {
  Market m;
  m.put(Limit::MaxDailyLoss, "100", LimitMode::Warn, KillAction::Block);
  m.buy("1");
  m.quote("0.99900");
  SetKillSwitch off;
  off.scope = RiskScope::of(m.account);
  CHECK(m.house.send_spec(off, KillReason{}).code() == RejectCode::None);
  CHECK_FALSE(m.quote("0.99880").has<KillSwitchChanged>());
  CHECK(m.buy("0.01").code() == RejectCode::None);
  m.quote("0.99960");
  CHECK(m.quote("0.99880").has<KillSwitchChanged>());
  CHECK(m.buy("0.01").code() == RejectCode::KillSwitch);
}

}  // namespace
}  // namespace tribook
