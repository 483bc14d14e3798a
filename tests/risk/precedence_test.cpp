#include <catch2/catch.hpp>

#include <array>

#include "risk/world.h"

// One row per code: the change that trips it, in a house where everything else is good.

namespace tribook::risk_test {
namespace {

// A house in words, so that changes can be combined before it is built.
struct Setup {
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  AccountState account_state = AccountState::Active;
  std::string_view currency = "USD";
  std::string_view balance = "100000";
  bool is_session_open = true;
  std::chrono::nanoseconds quote_age{};
  std::uint32_t holds = 4;
  bool is_killed = false;
  LimitSet limits{};
  NewOrder order = market(Side::Buy, lots("1"));
};

RejectCode decide(const Setup& setup) {
  risk::RiskLimits limits = kSmall;
  limits.holds = setup.holds;
  World world(limits);
  world.symbol(kEurUsd, setup.instrument);
  world.session(kEurUsd, setup.is_session_open);
  world.quote(kEurUsd, "1.08440", "1.08450");
  world.account(kAccount, setup.currency, setup.balance, 100, setup.account_state);
  const AccountId neighbour{2};
  world.account(neighbour, "USD", "100000");
  world.decide(market(Side::Buy, lots("0.01")), 1, neighbour);
  if (setup.is_killed) world.kill(RiskScope::house());
  world.limits(RiskScope::house(), setup.limits);
  world.now = world.now + setup.quote_age;
  return world.decide(setup.order, 2).decision;
}

struct Row {
  RejectCode code;
  void (*trip)(Setup&);
};

const std::array kRows{
    Row{RejectCode::Validation, [](Setup& s) { s.order.limit = price("1.08"); }},
    Row{RejectCode::KillSwitch, [](Setup& s) { s.is_killed = true; }},
    Row{RejectCode::AccountDisabled, [](Setup& s) { s.account_state = AccountState::Suspended; }},
    Row{RejectCode::AccountCloseOnly, [](Setup& s) { s.account_state = AccountState::CloseOnly; }},
    Row{RejectCode::SymbolUnknown, [](Setup& s) { s.order.symbol = {}; }},
    Row{RejectCode::SymbolDisabled, [](Setup& s) { s.instrument.enabled = false; }},
    Row{RejectCode::SymbolCloseOnly, [](Setup& s) { s.instrument.state = SymbolState::CloseOnly; }},
    Row{RejectCode::MarketClosed, [](Setup& s) { s.is_session_open = false; }},
    Row{RejectCode::VolumeOutOfRange, [](Setup& s) { s.order.volume = {}; }},
    Row{RejectCode::VolumeStep, [](Setup& s) { s.order.volume = lots("0.015"); }},
    Row{RejectCode::StaleQuote, [](Setup& s) { s.quote_age = 60s + 1ns; }},
    Row{RejectCode::PriceInvalid, [](Setup& s) { s.order.stop_loss = price("1.08440"); }},
    Row{RejectCode::NoConversion, [](Setup& s) { s.currency = "GBP"; }},
    Row{RejectCode::ValueOverflow,
        [](Setup& s) {
          s.instrument.max_volume = Volume{kMaxFixedRaw};
          s.instrument.contract_size = Quantity{kMaxFixedRaw};
          s.order.volume = s.instrument.max_volume;
        }},
    Row{RejectCode::InsufficientMargin, [](Setup& s) { s.balance = "1000"; }},
    Row{RejectCode::OrdersPerSecond,
        [](Setup& s) { s.limits.put(Limit::OrdersPerSecond, 0, LimitMode::Reject); }},
    Row{RejectCode::OrdersPerMinute,
        [](Setup& s) { s.limits.put(Limit::OrdersPerMinute, 0, LimitMode::Reject); }},
    Row{RejectCode::OrdersPerDay,
        [](Setup& s) { s.limits.put(Limit::OrdersPerDay, 0, LimitMode::Reject); }},
    Row{RejectCode::Busy, [](Setup& s) { s.holds = 1; }},
};

TEST_CASE("every check of the precedence has its row") {
  REQUIRE(kRows.size() == risk::kPrecedence.size());
  for (std::size_t i = 0; i < kRows.size(); ++i) CHECK(kRows[i].code == risk::kPrecedence[i]);
}

TEST_CASE("nothing is wrong with the order that the rows start from") {
  CHECK(decide(Setup{}) == RejectCode::None);
}

TEST_CASE("each row's change alone trips its code") {
  for (const Row& row : kRows) {
    Setup setup;
    row.trip(setup);
    INFO(name_of(row.code));
    CHECK(decide(setup) == row.code);
  }
}

TEST_CASE("of two neighbours the first is told") {
  for (std::size_t i = 0; i + 1 < kRows.size(); ++i) {
    Setup setup;
    kRows[i + 1].trip(setup);
    kRows[i].trip(setup);
    INFO(name_of(kRows[i].code) << " before " << name_of(kRows[i + 1].code));
    CHECK(decide(setup) == kRows[i].code);
  }
}

TEST_CASE("a code is told before all that follow it") {
  for (std::size_t first = 0; first < kRows.size(); ++first) {
    Setup setup;
    for (std::size_t i = kRows.size(); i-- > first;) kRows[i].trip(setup);
    INFO(name_of(kRows[first].code));
    CHECK(decide(setup) == kRows[first].code);
  }
}

TEST_CASE("an account that is unknown or closed is disabled") {
  UsdWorld world;
  const NewOrder order = market(Side::Buy, lots("0.01"));
  CHECK(world.decide(order, 1, AccountId{}).decision == RejectCode::AccountDisabled);
  CHECK(world.decide(order, 1, AccountId{7}).decision == RejectCode::AccountDisabled);
  CHECK(world.decide(order, 1, AccountId{4'000'000'000}).decision == RejectCode::AccountDisabled);
  world.account_is(kAccount, money("10000"), 100, AccountState::Closed);
  CHECK(world.decide(order, 1).decision == RejectCode::AccountDisabled);
  world.account_is(kAccount, money("10000"), 100, AccountState::Active);
  CHECK(world.decide(order, 1).decision == RejectCode::None);
}

TEST_CASE("a symbol that was never created is unknown") {
  UsdWorld world;
  for (const std::uint16_t id : std::array<std::uint16_t, 5>{0, 2, 8, 9, 65'535}) {
    CHECK(world.decide(market(Side::Buy, lots("0.01"), SymbolId{id}), 1).decision ==
          RejectCode::SymbolUnknown);
  }
}

TEST_CASE("a symbol's state follows its updates") {
  UsdWorld world;
  const NewOrder order = market(Side::Sell, lots("0.01"));
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.state = SymbolState::CloseOnly;
  world.symbol(kEurUsd, instrument);
  CHECK(world.try_decide(order).decision == RejectCode::SymbolCloseOnly);
  instrument.state = SymbolState::Disabled;
  world.symbol(kEurUsd, instrument);
  CHECK(world.try_decide(order).decision == RejectCode::SymbolDisabled);
  instrument.state = SymbolState::Open;
  world.symbol(kEurUsd, instrument);
  CHECK(world.try_decide(order).decision == RejectCode::None);
}

TEST_CASE("a symbol trades only in session") {
  UsdWorld world;
  const NewOrder order = market(Side::Buy, lots("0.01"));
  world.session(kEurUsd, false);
  CHECK(world.try_decide(order).decision == RejectCode::MarketClosed);
  world.session(kEurUsd, true);
  CHECK(world.try_decide(order).decision == RejectCode::None);
  // Nobody has said yet that a new one is open.
  world.symbol(SymbolId{2}, forex("GBPUSD", "GBP", "USD"));
  world.quote(SymbolId{2}, "1.26", "1.27");
  CHECK(world.try_decide(market(Side::Buy, lots("0.01"), SymbolId{2})).decision ==
        RejectCode::MarketClosed);
}

TEST_CASE("volumes at the edges of range and step") {
  UsdWorld world;
  world.account_is(kAccount, money("1000000"));
  const auto code = [&](std::string_view volume) {
    return world.try_decide(market(Side::Buy, lots(volume))).decision;
  };
  CHECK(code("0.01") == RejectCode::None);
  CHECK(code("100") == RejectCode::None);
  CHECK(code("0.00999999") == RejectCode::VolumeOutOfRange);
  CHECK(code("100.01") == RejectCode::VolumeOutOfRange);
  CHECK(code("-1") == RejectCode::VolumeOutOfRange);
  CHECK(code("0.02000001") == RejectCode::VolumeStep);
}

TEST_CASE("types other than MARKET are not served yet") {
  UsdWorld world;
  for (const OrderType type : {OrderType::Limit, OrderType::Stop, OrderType::StopLimit}) {
    NewOrder order = market(Side::Buy, lots("0.01"));
    order.type = type;
    CHECK(world.decide(order, 1).decision == RejectCode::Validation);
  }
}

}  // namespace
}  // namespace tribook::risk_test
