#include <catch2/catch.hpp>

#include "feed.h"

// Limits and kill switches as readers see them.

namespace tribook::views::test {
namespace {

constexpr AccountId kFirst{1};
constexpr GroupId kGroup{2};
constexpr SymbolId kSymbol{3};

void put(Feed& feed, const RiskScope& scope, const LimitSet& limits) {
  LimitsUpdated updated;
  updated.scope = scope;
  feed.apply({}, updated, put_spec(feed.slab, limits));
}

LimitSet positions(std::int64_t most, LimitMode mode = LimitMode::Reject) {
  LimitSet limits;
  limits.put(Limit::MaxOpenPositions, most * kFixedOne, mode);
  return limits;
}

void turn(Feed& feed, const RiskScope& scope, KillAction action, std::string_view why = "") {
  KillSwitchChanged changed;
  changed.scope = scope;
  changed.since = feed.time;
  changed.action = action;
  KillReason reason;
  reason.text = decltype(reason.text)::of(why);
  feed.apply({}, changed, why.empty() ? TextRef{} : put_spec(feed.slab, reason));
}

TEST_CASE("limits: what a level says itself is what it was told last") {
  Feed feed;
  CHECK(feed.views.own_limits(RiskScope::house()).is_empty());
  put(feed, RiskScope::house(), positions(5));
  put(feed, RiskScope::of(kFirst), positions(7));
  CHECK(feed.views.own_limits(RiskScope::house()).has(Limit::MaxOpenPositions));
  CHECK(feed.views.own_limits(RiskScope::of(kFirst))
            .threshold[static_cast<std::size_t>(Limit::MaxOpenPositions)] == 7 * kFixedOne);
  put(feed, RiskScope::of(kFirst), {});
  CHECK(feed.views.own_limits(RiskScope::of(kFirst)).is_empty());
  CHECK(feed.views.own_limits(RiskScope::of(AccountId{99})).is_empty());
  CHECK(feed.views.figures().overflows == 0);
}

TEST_CASE("limits in force come from the narrowest level, each with its level") {
  Feed feed;
  CHECK(feed.views.limits_in_force({}).empty());
  put(feed, RiskScope::house(), positions(5));
  put(feed, RiskScope::of(kGroup), positions(6, LimitMode::Warn));
  put(feed, RiskScope::of(kFirst), positions(7));
  put(feed, RiskScope::of(kSymbol), positions(8, LimitMode::Off));
  const auto of = [&](const RuleSubject& subject) {
    const auto found = feed.views.limits_in_force(subject);
    REQUIRE(found.size() == 1);
    CHECK(found[0].limit == Limit::MaxOpenPositions);
    return found[0].now;
  };
  CHECK(of({}).level == ScopeLevel::House);
  CHECK(of({{}, kGroup, {}}).level == ScopeLevel::Group);
  CHECK(of({{}, kGroup, {}}).mode == LimitMode::Warn);
  CHECK(of({kFirst, kGroup, {}}).threshold == 7 * kFixedOne);
  CHECK(of({kFirst, kGroup, kSymbol}).mode == LimitMode::Off);
  CHECK(of({kFirst, kGroup, kSymbol}).level == ScopeLevel::Symbol);
  CHECK(of({AccountId{99}, {}, SymbolId{99}}).level == ScopeLevel::House);  // beyond all sizes
}

TEST_CASE("limits that the house switches off are shown, those that nobody sets are not") {
  Feed feed;
  LimitSet off;
  off.put(Limit::MaxLeverage, 0, LimitMode::Off);
  put(feed, RiskScope::house(), off);
  const auto found = feed.views.limits_in_force({});
  REQUIRE(found.size() == 1);
  CHECK(found[0].limit == Limit::MaxLeverage);
}

TEST_CASE("kill switches: the widest that is on, with its scope, until it is off") {
  Feed feed;
  turn(feed, RiskScope::of(kFirst), KillAction::Block, "one");
  turn(feed, RiskScope::of(kGroup), KillAction::Flatten, "many");
  const auto found = feed.views.kill_switch({kFirst, kGroup, {}});
  REQUIRE(found);
  CHECK(found->scope == RiskScope::of(kGroup));
  CHECK(found->kill_switch.action == KillAction::Flatten);
  CHECK(found->kill_switch.since == feed.time);
  CHECK(found->kill_switch.reason.view() == "many");
  CHECK_FALSE(feed.views.kill_switch({AccountId{2}, {}, {}}));
  CHECK(feed.views.kill_switches().size() == 2);
  CHECK(feed.views.kill_switch_at(RiskScope::of(kFirst)));
  turn(feed, RiskScope::of(kGroup), KillAction::None);
  CHECK(feed.views.kill_switch({kFirst, kGroup, {}})->scope == RiskScope::of(kFirst));
  turn(feed, RiskScope::of(kFirst), KillAction::None);
  CHECK_FALSE(feed.views.kill_switch({kFirst, kGroup, {}}));
  CHECK(feed.views.kill_switches().empty());
}

TEST_CASE("limits and kill switches of whom there is no room for are counted, not shown") {
  Feed feed;
  put(feed, RiskScope::of(AccountId{99}), positions(5));
  turn(feed, RiskScope::of(SymbolId{99}), KillAction::Block);
  CHECK(feed.views.figures().overflows == 2);
  CHECK(feed.views.kill_switches().empty());
  CHECK_FALSE(feed.views.kill_switch_at(RiskScope::of(SymbolId{99})));
}

}  // namespace
}  // namespace tribook::views::test
