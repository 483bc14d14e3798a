#include "support/engine_fixture.h"

// What an account may do in each state.

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;

struct Market {
  explicit Market(const test::AccountOptions& options = {}) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account(options);
    house.quote(symbol, "1.10000", "1.10000");
    position = house.open(account, symbol, Side::Buy, "0.5", {.stop_loss = "1.05000"});
  }
  RejectCode set(AccountState state) { return house.change_state(account, state).code(); }

  House house;
  SymbolId symbol;
  AccountId account;
  PositionId position;
};

TEST_CASE("Account state: a change is told with the account") {
  Market m;
  const auto events = m.house.change_state(m.account, AccountState::Suspended);
  CHECK(events.kinds() == std::vector{EventKind::AccountUpdated});
  CHECK(events.only<AccountUpdated>().state == AccountState::Suspended);
  CHECK(m.house.change_state(m.account, AccountState::Active).only<AccountUpdated>().state ==
        AccountState::Active);
  CHECK(m.house.change_state(AccountId{77}, AccountState::Active).code() == RejectCode::NotFound);
}

TEST_CASE("Account state: CLOSE_ONLY closes, changes levels and moves money, and opens nothing") {
  Market m;
  REQUIRE(m.set(AccountState::CloseOnly) == RejectCode::None);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").code() ==
        RejectCode::AccountCloseOnly);
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.1").code() ==
        RejectCode::AccountCloseOnly);
  CHECK(m.house.modify(m.account, m.position, "1.06000", {}).code() == RejectCode::None);
  CHECK(m.house.close(m.account, m.position, "0.1").code() == RejectCode::None);
  CHECK(m.house.deposit(m.account, "1").code() == RejectCode::None);
  CHECK(m.house.close_all(m.account).of<PositionReduced>().size() == 1);
}

TEST_CASE("Account state: CLOSE_ONLY allows an order up to what it closes") {
  Market m({.mode = PositionMode::Netting});
  REQUIRE(m.set(AccountState::CloseOnly) == RejectCode::None);
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.6").code() ==
        RejectCode::AccountCloseOnly);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").code() ==
        RejectCode::AccountCloseOnly);
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.5").code() == RejectCode::None);
}

TEST_CASE("Account state: so does a symbol that only closes") {
  Market m({.closing = Closing::Fifo});
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.state = SymbolState::CloseOnly;
  m.house.update_symbol(m.symbol, instrument);
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.6").code() ==
        RejectCode::SymbolCloseOnly);
  CHECK(m.house.order(m.account, m.symbol, Side::Sell, "0.5").code() == RejectCode::None);
}

TEST_CASE("Account state: SUSPENDED keeps its client from trading, not the house") {
  Market m;
  REQUIRE(m.set(AccountState::Suspended) == RejectCode::None);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").code() == RejectCode::AccountDisabled);
  CHECK(m.house.close(m.account, m.position).code() == RejectCode::AccountDisabled);
  CHECK(m.house.close_all(m.account).code() == RejectCode::AccountDisabled);
  CHECK(m.house.modify(m.account, m.position, "1.06000", {}).code() == RejectCode::AccountDisabled);
  CHECK(m.house.modify({}, m.position, "1.06000", {}).code() == RejectCode::None);
  CHECK(m.house.close({}, m.position, "0.1").code() == RejectCode::None);
  CHECK(m.house.deposit(m.account, "1").code() == RejectCode::None);
  CHECK(m.house.withdraw(m.account, "1").code() == RejectCode::None);
  CHECK(m.house.quote(m.symbol, "1.06000", "1.06000").only<PositionReduced>().reason ==
        CloseReason::StopLoss);
}

TEST_CASE("Account state: a suspended account is stopped out like any other") {
  Market m({.deposit = "600"});
  REQUIRE(m.set(AccountState::Suspended) == RejectCode::None);
  CHECK(m.house.quote(m.symbol, "1.09000", "1.09000").has<StopOutStarted>());
}

TEST_CASE("Account state: CLOSED is for accounts without positions, and moves no money") {
  Market m;
  CHECK(m.set(static_cast<AccountState>(9)) == RejectCode::Validation);
  CHECK(m.set(AccountState::Closed) == RejectCode::InUse);
  CHECK(m.house.close(m.account, m.position).code() == RejectCode::None);
  REQUIRE(m.set(AccountState::Closed) == RejectCode::None);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").code() == RejectCode::AccountDisabled);
  CHECK(m.house.deposit(m.account, "1").code() == RejectCode::AccountDisabled);
  CHECK(m.house.withdraw(m.account, "1").code() == RejectCode::AccountDisabled);
  REQUIRE(m.set(AccountState::Active) == RejectCode::None);
  CHECK(m.house.deposit(m.account, "1").code() == RejectCode::None);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "0.1").code() == RejectCode::None);
}

TEST_CASE("Account state: CLOSED is not for accounts whose withdrawals wait") {
  Market m;
  m.house.close(m.account, m.position);
  const auto asked = m.house.withdraw(m.account, "100").only<WithdrawalUpdated>().withdrawal;
  CHECK(m.set(AccountState::Closed) == RejectCode::InUse);
  m.house.decide(asked, false);
  CHECK(m.set(AccountState::Closed) == RejectCode::None);
}

}  // namespace
}  // namespace tribook
