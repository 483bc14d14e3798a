#include "risk/world.h"
#include "support/values.h"

// Orders of accounts that close before they open: what closes passes, whatever the margin.

namespace tribook::risk_test {
namespace {

struct Netting : World {
  explicit Netting(AccountState state = AccountState::Active, std::string_view balance = "1200") {
    open_symbol(kEurUsd, forex("EURUSD", "EUR", "USD"));
    AccountSpec spec;
    spec.currency = Currency::of("USD");
    spec.leverage = 100;
    spec.mode = PositionMode::Netting;
    tell(event(AccountCreated{}, kAccount, put_spec(slab, spec)));
    account_is(kAccount, money(balance), 100, state);
    quote(kEurUsd, "1.10000", "1.10000");
    position(kAccount, 1, Side::Buy, "1", "1.10000");
  }
  RejectCode code(Side side, std::string_view volume) {
    return try_decide(market(side, lots(volume))).decision;
  }
};

TEST_CASE("Risk: without free margin, what closes passes, and what opens after it") {
  Netting world;
  CHECK(world.code(Side::Buy, "1") == RejectCode::InsufficientMargin);
  CHECK(world.code(Side::Sell, "0.5") == RejectCode::None);
  CHECK(world.code(Side::Sell, "1") == RejectCode::None);
  CHECK(world.code(Side::Sell, "50") == RejectCode::None);  // the engine cancels the rest
}

TEST_CASE("Risk: a reversal holds what its rest needs") {
  Netting world(AccountState::Active, "5000");
  const NewOrder order = world.decide(market(Side::Sell, lots("3")), 1);
  CHECK(order.decision == RejectCode::None);
  // 2 lots for 1 before: 2,200 for 1,100.
  CHECK(order.required_margin_raw == raw("1100"));
  CHECK(world.risk.holds() == 1);
}

TEST_CASE("Risk: an account, or a symbol, that only closes") {
  Netting world(AccountState::CloseOnly);
  CHECK(world.code(Side::Sell, "1") == RejectCode::None);
  CHECK(world.code(Side::Sell, "1.01") == RejectCode::AccountCloseOnly);
  CHECK(world.code(Side::Buy, "0.1") == RejectCode::AccountCloseOnly);
  world.account_is(kAccount, money("1200"));
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.state = SymbolState::CloseOnly;
  world.symbol(kEurUsd, instrument);
  CHECK(world.code(Side::Sell, "1") == RejectCode::None);
  CHECK(world.code(Side::Sell, "1.01") == RejectCode::SymbolCloseOnly);
}

TEST_CASE("Risk: a hedging account that closes in order is no other") {
  World world;
  world.open_symbol(kEurUsd, forex("EURUSD", "EUR", "USD"));
  AccountSpec spec;
  spec.currency = Currency::of("USD");
  spec.leverage = 100;
  spec.closing = Closing::Fifo;
  world.tell(world.event(AccountCreated{}, kAccount, put_spec(world.slab, spec)));
  world.account_is(kAccount, money("1100"), 100, AccountState::CloseOnly);
  world.quote(kEurUsd, "1.10000", "1.10000");
  world.position(kAccount, 1, Side::Buy, "0.4", "1.10000");
  world.position(kAccount, 2, Side::Buy, "0.6", "1.10000");
  CHECK(world.try_decide(market(Side::Sell, lots("1"))).decision == RejectCode::None);
  CHECK(world.try_decide(market(Side::Sell, lots("1.1"))).decision == RejectCode::AccountCloseOnly);
}

}  // namespace
}  // namespace tribook::risk_test
