#include "support/engine_fixture.h"

// Withdrawals that wait for a decision, adjustments, bonuses and credit.

namespace tribook {
namespace {

using test::House;
using test::money;

struct Client {
  Client() { account = house.add_account({.deposit = "1000"}); }
  [[nodiscard]] Money balance() const { return house.figures(account).balance; }
  WithdrawalId ask(std::string_view amount) {
    return house.withdraw(account, amount).only<WithdrawalUpdated>().withdrawal;
  }
  House house;
  AccountId account;
};

TEST_CASE("DOMAIN 13.21: a withdrawal is booked when it is asked for, and waits") {
  Client c;
  Withdraw withdraw;
  set_amount(withdraw, money("300"));
  withdraw.method = PaymentMethod::Crypto;
  const auto events = c.house.send_texts(c.account, withdraw, {{"key", "ref", "for rent", "bc1q"}});
  CHECK(events.kinds() == std::vector{EventKind::LedgerPosted, EventKind::WithdrawalUpdated,
                                      EventKind::AccountUpdated});
  const auto entry = events.only<LedgerPosted>();
  CHECK(entry.type == LedgerType::Withdrawal);
  CHECK(entry.amount == money("-300"));
  CHECK(entry.house == HouseAccount::Payments);
  const auto withdrawal = events.only<WithdrawalUpdated>();
  CHECK(withdrawal.withdrawal == WithdrawalId{1});
  CHECK(withdrawal.amount == money("300"));
  CHECK(withdrawal.status == WithdrawalStatus::Pending);
  CHECK(withdrawal.entry == entry.entry);
  CHECK(entry.reference == 1);
  CHECK(withdrawal.method == PaymentMethod::Crypto);
  CHECK(withdrawal.requested == c.house.now());
  CHECK(withdrawal.requested_by == UserId{c.account.value + 100});
  CHECK(c.balance() == money("700"));
}

TEST_CASE("DOMAIN 13.21: rejected, it is booked back, and approved, nothing more is booked") {
  Client c;
  const WithdrawalId first = c.ask("300");
  const WithdrawalId second = c.ask("200");
  const auto approved = c.house.decide(first, true);
  CHECK(approved.kinds() == std::vector{EventKind::WithdrawalUpdated});
  CHECK(approved.only<WithdrawalUpdated>().status == WithdrawalStatus::Approved);
  CHECK(approved.only<WithdrawalUpdated>().decided_by == UserId{100});
  CHECK(c.balance() == money("500"));
  const auto rejected = c.house.decide(second, false, {}, "no such bank");
  CHECK(rejected.kinds() == std::vector{EventKind::LedgerPosted, EventKind::WithdrawalUpdated,
                                        EventKind::AccountUpdated});
  CHECK(rejected.only<LedgerPosted>().type == LedgerType::Withdrawal);
  CHECK(rejected.only<LedgerPosted>().amount == money("200"));
  CHECK(rejected.only<LedgerPosted>().reference == second.value);
  CHECK(rejected.only<WithdrawalUpdated>().status == WithdrawalStatus::Rejected);
  CHECK(rejected.only<WithdrawalUpdated>().entry == rejected.only<LedgerPosted>().entry);
  CHECK(rejected.all.front().header.account == c.account);
  CHECK(c.balance() == money("700"));
}

TEST_CASE("Withdrawal: decided once, NOT_PENDING afterwards, NOT_FOUND for none") {
  Client c;
  const WithdrawalId id = c.ask("300");
  c.house.decide(id, false);
  CHECK(c.house.decide(id, false).code() == RejectCode::NotPending);
  CHECK(c.house.decide(id, true).code() == RejectCode::NotPending);
  CHECK(c.house.decide(WithdrawalId{2}, true).code() == RejectCode::NotFound);
  CHECK(c.house.decide(WithdrawalId{0}, true).code() == RejectCode::NotFound);
  CHECK(c.balance() == money("1000"));
}

TEST_CASE("Withdrawal: a decision's Idempotency-Key repeats its answer") {
  Client c;
  const WithdrawalId id = c.ask("300");
  c.house.decide(id, false, "key");
  const auto again = c.house.decide(id, false, "key");
  CHECK(again.kinds() == std::vector{EventKind::WithdrawalUpdated});
  CHECK(again.only<WithdrawalUpdated>().is_duplicate == 1);
  CHECK(again.only<WithdrawalUpdated>().status == WithdrawalStatus::Rejected);
  CHECK(c.house.decide(id, true, "key").code() == RejectCode::Duplicate);
  CHECK(c.balance() == money("1000"));
}

TEST_CASE("Withdrawal refused: INSUFFICIENT_FUNDS, and credit cannot leave") {
  Client c;
  const SymbolId symbol = c.house.add_symbol(test::forex("EUR", "USD"));
  c.house.quote(symbol, "1.00000", "1.00000");
  c.house.change_credit(c.account, "500");
  CHECK(c.house.withdraw(c.account, "1000.01").code() == RejectCode::InsufficientFunds);
  c.house.open(c.account, symbol, Side::Buy, "0.8");  // 800 of margin
  CHECK(c.house.figures(c.account).free_margin == money("700"));
  CHECK(c.house.withdraw(c.account, "200.01").code() == RejectCode::InsufficientFunds);
  CHECK(c.house.withdraw(c.account, "200").code() == RejectCode::None);
}

TEST_CASE("Withdrawal refused: LIMIT_REACHED when too many of an account wait") {
  Client c;
  for (std::size_t i = 0; i < 256; ++i) c.ask("1");
  CHECK(c.house.withdraw(c.account, "1").code() == RejectCode::LimitReached);
  const AccountId other = c.house.add_account();
  CHECK(c.house.withdraw(other, "1").code() == RejectCode::None);
  c.house.decide(WithdrawalId{5}, true);
  CHECK(c.house.withdraw(c.account, "1").code() == RejectCode::None);
}

TEST_CASE("DOMAIN 9: an adjustment moves the balance against its own house account") {
  Client c;
  const auto up = c.house.adjust(c.account, "12.34", AdjustmentKind::Correction);
  CHECK(up.kinds() == std::vector{EventKind::LedgerPosted, EventKind::AccountUpdated});
  CHECK(up.only<LedgerPosted>().type == LedgerType::Adjustment);
  CHECK(up.only<LedgerPosted>().house == HouseAccount::Adjustment);
  CHECK(up.only<LedgerPosted>().adjustment == AdjustmentKind::Correction);
  const auto down = c.house.adjust(c.account, "-2000", AdjustmentKind::Manual);
  CHECK(down.only<LedgerPosted>().balance_after == money("-987.66"));
}

TEST_CASE("DOMAIN 13.12: a bonus moves the balance, credit stands beside it") {
  Client c;
  const auto bonus = c.house.adjust(c.account, "50", AdjustmentKind::Bonus).only<LedgerPosted>();
  CHECK(bonus.type == LedgerType::Bonus);
  CHECK(bonus.house == HouseAccount::Bonus);
  CHECK(c.balance() == money("1050"));
  const auto credit = c.house.change_credit(c.account, "200").only<LedgerPosted>();
  CHECK(credit.type == LedgerType::Credit);
  CHECK(credit.house == HouseAccount::Bonus);
  CHECK(credit.is_of_credit == 1);
  CHECK(credit.balance_after == money("200"));
  CHECK(c.balance() == money("1050"));
  CHECK(c.house.figures(c.account).equity == money("1250"));
  CHECK(c.house.change_credit(c.account, "-200.01").code() == RejectCode::InsufficientFunds);
  CHECK(c.house.change_credit(c.account, "-200").only<AccountUpdated>().credit == money("0"));
}

TEST_CASE("Adjustment refused: no reason, no amount, a bonus that takes, unknown and closed") {
  Client c;
  CHECK(c.house.adjust(c.account, "1", AdjustmentKind::Manual, "").code() ==
        RejectCode::Validation);
  CHECK(c.house.adjust(c.account, "0", AdjustmentKind::Manual).code() == RejectCode::Validation);
  CHECK(c.house.adjust(c.account, "0.001", AdjustmentKind::Manual).code() ==
        RejectCode::Validation);
  CHECK(c.house.adjust(c.account, "-1", AdjustmentKind::Bonus).code() == RejectCode::Validation);
  CHECK(c.house.adjust(AccountId{9}, "1", AdjustmentKind::Manual).code() == RejectCode::NotFound);
  CHECK(c.house.change_credit(c.account, "0").code() == RejectCode::Validation);
  Adjust beyond;
  set_amount(beyond, -kMaxMoney);
  CHECK(c.house.send_texts(c.account, beyond, {{"", "", "reason", ""}}).code() == RejectCode::None);
  set_amount(beyond, money("-1000.01"));
  CHECK(c.house.send_texts(c.account, beyond, {{"", "", "reason", ""}}).code() ==
        RejectCode::ValueOverflow);
  c.house.change_state(c.account, AccountState::Closed);
  CHECK(c.house.adjust(c.account, "1", AdjustmentKind::Manual).code() ==
        RejectCode::AccountDisabled);
}

TEST_CASE("Payments: of an account that is not there, whatever else is wrong with them") {
  Client c;
  const AccountId nobody{9};
  CHECK(c.house.adjust(nobody, "0.001", AdjustmentKind::Manual).code() == RejectCode::NotFound);
  CHECK(c.house.adjust(nobody, "1", AdjustmentKind::Manual, "").code() == RejectCode::NotFound);
  CHECK(c.house.adjust(nobody, "-1", AdjustmentKind::Bonus).code() == RejectCode::NotFound);
  CHECK(c.house.deposit(nobody, "-1").code() == RejectCode::NotFound);
  CHECK(c.house.withdraw(nobody, "-1").code() == RejectCode::NotFound);
}

TEST_CASE("Idempotency key: adjustments and credit, by kind and amount") {
  Client c;
  c.house.adjust(c.account, "5", AdjustmentKind::Manual, "why", "key");
  const auto again = c.house.adjust(c.account, "5", AdjustmentKind::Manual, "why", "key");
  CHECK(again.only<LedgerPosted>().is_duplicate == 1);
  CHECK(c.house.adjust(c.account, "5", AdjustmentKind::Correction, "why", "key").code() ==
        RejectCode::Duplicate);
  CHECK(c.house.change_credit(c.account, "5", "key").code() == RejectCode::Duplicate);
  c.house.change_credit(c.account, "7", "other");
  CHECK(c.house.change_credit(c.account, "7", "other").only<LedgerPosted>().is_duplicate == 1);
  CHECK(c.house.figures(c.account).credit == money("7"));
  CHECK(c.balance() == money("1005"));
}

// 100,000 bought at 1.10000 by who has 1,000 and credit; a gap takes 2,000.
struct Gap {
  explicit Gap(std::string_view credit, bool is_protected = true) {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account(
        {.deposit = "1000", .leverage = 500, .negative_balance_protection = is_protected});
    house.change_credit(account, credit);
    house.quote(symbol, "1.10000", "1.10000");
    house.open(account, symbol, Side::Buy, "1");
    events = house.quote(symbol, "1.08000", "1.08000");
  }
  House house;
  SymbolId symbol;
  AccountId account;
  test::Events events;
};

TEST_CASE("DOMAIN 13.12: below zero credit pays first, the house the rest") {
  Gap gap("300");
  REQUIRE(gap.events.has<StopOutStarted>());
  const auto entries = gap.events.of<LedgerPosted>();
  REQUIRE(entries.size() == 4);
  CHECK(entries[0].type == LedgerType::RealizedPnl);
  CHECK(entries[1].type == LedgerType::Credit);
  CHECK(entries[1].is_of_credit == 1);
  CHECK(entries[1].amount == money("-300"));
  CHECK(entries[2].type == LedgerType::Credit);
  CHECK(entries[2].is_of_credit == 0);
  CHECK(entries[2].amount == money("300"));
  CHECK(entries[3].type == LedgerType::NegativeBalance);
  CHECK(entries[3].amount == money("700"));
  CHECK(gap.house.figures(gap.account).balance == money("0"));
  CHECK(gap.house.figures(gap.account).credit == money("0"));
}

TEST_CASE("DOMAIN 13.12: credit that is enough leaves the house out of it") {
  Gap gap("1050");
  const auto entries = gap.events.of<LedgerPosted>();
  REQUIRE(entries.size() == 3);
  CHECK(entries[2].type == LedgerType::Credit);
  CHECK(gap.house.figures(gap.account).balance == money("0"));
  CHECK(gap.house.figures(gap.account).credit == money("50"));
}

TEST_CASE("Negative balance protection off: neither credit nor house pays") {
  Gap gap("300", false);
  CHECK(gap.house.figures(gap.account).balance == money("-1000"));
  CHECK(gap.house.figures(gap.account).credit == money("300"));
}

}  // namespace
}  // namespace tribook
