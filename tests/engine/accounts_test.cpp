#include "support/engine_fixture.h"
#include "tribook/domain/rate_book.h"

namespace tribook {
namespace {

using test::House;
using test::money;
using test::ratio;

RejectCode create(House& house, const AccountSpec& spec) {
  return house.send_spec(CreateAccount{}, spec).code();
}

TEST_CASE("CreateAccount: told with its user, its first deposit and its figures") {
  House house;
  CreateAccount command;
  command.user = UserId{42};
  const auto events = house.send_spec(
      command, House::spec_of({.currency = "EUR", .deposit = "2500.50", .leverage = 30}));
  CHECK(events.kinds() ==
        std::vector{EventKind::AccountCreated, EventKind::LedgerPosted, EventKind::AccountUpdated});
  CHECK(events.only<AccountCreated>().user == UserId{42});
  CHECK(events.all.front().header.text);
  for (const Event& event : events.all) CHECK(event.header.account == AccountId{1});
  const auto entry = events.only<LedgerPosted>();
  CHECK(entry.type == LedgerType::Deposit);
  CHECK(entry.house == HouseAccount::Payments);
  CHECK(entry.amount == money("2500.5"));
  const auto account = events.only<AccountUpdated>();
  CHECK(account.balance == money("2500.5"));
  CHECK(account.leverage == 30);
  CHECK(account.state == AccountState::Active);
  CHECK(house.engine.has_account(AccountId{1}));
  CHECK_FALSE(house.engine.has_account(AccountId{2}));
  CHECK_FALSE(house.engine.has_account(AccountId{0}));
  CHECK(house.add_account() == AccountId{2});
}

TEST_CASE("CreateAccount: without a first deposit nothing is booked") {
  House house;
  const auto events = house.send_spec(CreateAccount{}, House::spec_of({.deposit = "0"}));
  CHECK_FALSE(events.has<LedgerPosted>());
  CHECK(house.figures(AccountId{1}).balance == money("0"));
}

TEST_CASE("CreateAccount refused: VALIDATION, and no number is spent") {
  House house;
  const auto code = [&](const std::function<void(AccountSpec&)>& spoil) {
    AccountSpec spec = House::spec_of({});
    spoil(spec);
    return create(house, spec);
  };
  CHECK(code([](AccountSpec& s) { s.currency = {}; }) == RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.leverage = 0; }) == RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.currency = Currency{0x7F}; }) == RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.leverage = 100'001; }) == RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.stop_out_level = Ratio{-1}; }) == RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.stop_out_level = ratio("10000.1"); }) ==
        RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.margin_call_levels.level[0] = Ratio{-1}; }) ==
        RejectCode::Validation);
  // He would be closed before he was warned.
  CHECK(code([](AccountSpec& s) { s.stop_out_level = ratio("100.01"); }) == RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.kind = static_cast<AccountKind>(9); }) ==
        RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.mode = static_cast<PositionMode>(2); }) ==
        RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.closing = static_cast<Closing>(3); }) ==
        RejectCode::Validation);
  CHECK(code([](AccountSpec& s) { s.initial_deposit_low = 1; }) ==
        RejectCode::Validation);  // no cent
  CHECK(code([](AccountSpec& s) { s.initial_deposit_high = -1; }) == RejectCode::Validation);
  CHECK(house.send(AccountId{}, CreateAccount{}).code() == RejectCode::Validation);
  AccountSpec rich = House::spec_of({});
  Deposit deposit;
  set_amount(deposit, kMaxMoney + money("0.01"));
  rich.initial_deposit_low = deposit.amount_low;
  rich.initial_deposit_high = deposit.amount_high;
  CHECK(create(house, rich) == RejectCode::ValueOverflow);
  CHECK(house.add_account() == AccountId{1});
}

TEST_CASE("CreateAccount refused: LIMIT_REACHED when all accounts are taken") {
  engine::EngineLimits limits = test::small_limits();
  limits.accounts = 3;
  House house(limits);
  for (int i = 0; i < 3; ++i) house.add_account();
  CHECK(create(house, House::spec_of({})) == RejectCode::LimitReached);
  CHECK_FALSE(house.engine.has_account(AccountId{4}));
}

TEST_CASE("CreateAccount refused: LIMIT_REACHED when the currencies run out") {
  engine::EngineLimits limits = test::small_limits();
  limits.accounts = 200;
  House house(limits);
  for (std::size_t i = 0; i < RateBook::kCurrenciesMax; ++i) {
    house.add_account({.currency = "C" + std::to_string(i), .deposit = "1"});
  }
  CHECK(create(house, House::spec_of({.currency = "ONEMORE"})) == RejectCode::LimitReached);
  CHECK(create(house, House::spec_of({.currency = "C5"})) == RejectCode::None);
}

TEST_CASE("Deposit: booked against payments, and told") {
  House house;
  const AccountId account = house.add_account();
  const auto events = house.deposit(account, "250.25");
  CHECK(events.kinds() == std::vector{EventKind::LedgerPosted, EventKind::AccountUpdated});
  const auto entry = events.only<LedgerPosted>();
  CHECK(entry.type == LedgerType::Deposit);
  CHECK(entry.house == HouseAccount::Payments);
  CHECK(entry.method == PaymentMethod::BankTransfer);
  CHECK(entry.amount == money("250.25"));
  CHECK(entry.balance_after == money("10250.25"));
  CHECK(entry.is_duplicate == 0);
  CHECK(events.only<AccountUpdated>().balance == money("10250.25"));
}

TEST_CASE("Deposit and withdrawal refused: amounts that cannot be, accounts that are not") {
  House house;
  const AccountId account = house.add_account();
  for (const char* amount : {"0", "-1", "0.001", "10.005", "0.00000001"}) {
    CAPTURE(amount);
    CHECK(house.deposit(account, amount).code() == RejectCode::Validation);
    CHECK(house.withdraw(account, amount).code() == RejectCode::Validation);
  }
  CHECK(house.deposit(AccountId{9}, "1").code() == RejectCode::NotFound);
  CHECK(house.withdraw(AccountId{9}, "1").code() == RejectCode::NotFound);
  CHECK(house.deposit(AccountId{0}, "1").code() == RejectCode::NotFound);
  CHECK(house.figures(account).balance == money("10000"));
}

TEST_CASE("Deposit: minor digits are those of the account's currency") {
  House house;
  const AccountId yen = house.add_account({.currency = "JPY"});
  CHECK(house.deposit(yen, "1").code() == RejectCode::None);
  CHECK(house.deposit(yen, "0.5").code() == RejectCode::Validation);
  const AccountId coin = house.add_account({.currency = "BTC", .deposit = "1"});
  CHECK(house.deposit(coin, "0.00000001").code() == RejectCode::None);
  const AccountId dinar = house.add_account({.currency = "KWD", .deposit = "1"});
  CHECK(house.deposit(dinar, "0.001").code() == RejectCode::None);
  CHECK(house.deposit(dinar, "0.0001").code() == RejectCode::Validation);
}

TEST_CASE("Deposit refused: VALUE_OVERFLOW past 10^20, exactly to it is good") {
  House house;
  const AccountId account = house.add_account({.deposit = "0.01"});
  CHECK(house.deposit(account, "100000000000000000000").code() == RejectCode::ValueOverflow);
  CHECK(house.deposit(account, "99999999999999999999.99").code() == RejectCode::None);
  CHECK(house.figures(account).balance == kMaxMoney);
  CHECK(house.deposit(account, "0.01").code() == RejectCode::ValueOverflow);
  Deposit beyond;
  set_amount(beyond, Money{kMaxMoney.raw * 1'000'000'000});
  CHECK(house.send(account, beyond).code() == RejectCode::ValueOverflow);
}

TEST_CASE("Withdrawal: up to the balance") {
  House house;
  const AccountId account = house.add_account();
  const auto events = house.withdraw(account, "4000");
  const auto entry = events.only<LedgerPosted>();
  CHECK(entry.type == LedgerType::Withdrawal);
  CHECK(entry.amount == money("-4000"));
  CHECK(entry.balance_after == money("6000"));
  CHECK(house.withdraw(account, "6000.01").code() == RejectCode::InsufficientFunds);
  CHECK(house.withdraw(account, "6000").code() == RejectCode::None);
  CHECK(house.withdraw(account, "0.01").code() == RejectCode::InsufficientFunds);
}

TEST_CASE("Withdrawal: up to free margin, and unrealised gains are no money yet") {
  House house;
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.00000", "1.00000");
  house.open(account, symbol, Side::Buy, "1");  // 1,000
  CHECK(house.withdraw(account, "9000.01").code() == RejectCode::InsufficientFunds);
  house.quote(symbol, "0.99900", "0.99900");
  CHECK(house.withdraw(account, "8900.01").code() == RejectCode::InsufficientFunds);
  CHECK(house.withdraw(account, "8900").code() == RejectCode::None);
  CHECK(house.figures(account).free_margin == money("0"));
  house.quote(symbol, "1.10000", "1.10000");
  CHECK(house.withdraw(account, "1100.01").code() == RejectCode::InsufficientFunds);
  CHECK(house.withdraw(account, "1100").code() == RejectCode::None);
  CHECK(house.figures(account).balance == money("0"));
}

TEST_CASE("A deposit before the next quote saves from the margin call") {
  House house;
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account({.deposit = "1000"});
  house.quote(symbol, "1.00000", "1.00000");
  house.open(account, symbol, Side::Buy, "1");
  house.deposit(account, "100");
  CHECK_FALSE(house.quote(symbol, "0.99900", "0.99900").has<MarginCallRaised>());
  CHECK(house.quote(symbol, "0.99899", "0.99899").has<MarginCallRaised>());
}

}  // namespace
}  // namespace tribook
