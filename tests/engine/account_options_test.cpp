#include "support/engine_fixture.h"

// What an account has of its own, changed after it was made.

namespace tribook {
namespace {

using test::House;
using test::money;
using test::ratio;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    house.quote(symbol, "1.10000", "1.10010");
    account = house.add_account();
  }
  OptionValues options() { return house.figures(account).options; }
  House house;
  SymbolId symbol;
  AccountId account;
};

OptionsChange only(Option option) {
  OptionsChange change;
  change.sets = bit_of(option);
  return change;
}

TEST_CASE("Options: an account gets others of its own, and is told of") {
  Market m;
  OptionsChange change = only(Option::StopOutLevel);
  change.values.stop_out_level = ratio("30");
  change.values.negative_balance_protection = 0;  // nothing is said of it
  const auto events = m.house.change_options(m.account, change);
  CHECK(events.kinds() == std::vector{EventKind::AccountOptionsUpdated, EventKind::AccountUpdated});
  CHECK(events.all.front().header.account == m.account);
  CHECK(events.all.front().header.text);
  CHECK(m.options().stop_out_level == ratio("30"));
  CHECK(m.options().negative_balance_protection == 1);
}

TEST_CASE("Options: its own come before its group's, and are left to the group again") {
  Market m;
  m.house.put_group("vip", [](GroupSpec& g) {
    g.sets = bit_of(Option::StopOutLevel) | bit_of(Option::Closing);
    g.options.stop_out_level = ratio("20");
    g.options.closing = Closing::Fifo;
  });
  m.account = m.house.add_account({.group = "vip", .from_group = kAllOptions});
  CHECK(m.options().stop_out_level == ratio("20"));
  OptionsChange change = only(Option::StopOutLevel);
  change.values.stop_out_level = ratio("40");
  m.house.change_options(m.account, change);
  CHECK(m.options().stop_out_level == ratio("40"));
  CHECK(m.options().closing == Closing::Fifo);
  change.from_group = change.sets;
  change.values.stop_out_level = ratio("50");
  m.house.change_options(m.account, change);
  CHECK(m.options().stop_out_level == ratio("20"));
  m.house.change_group(m.account, {});
  CHECK(m.options().stop_out_level == ratio("50"));
}

TEST_CASE("Options: a stop-out level above the margin level acts at the next quote") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "5");  // margin 5,500 of 10,000
  OptionsChange change = only(Option::StopOutLevel);
  change.sets |= bit_of(Option::MarginCallLevels);
  change.values.stop_out_level = ratio("190");
  change.values.margin_call_levels = MarginCallLevels::of(ratio("200"));
  const auto changed = m.house.change_options(m.account, change);
  CHECK(changed.has<MarginCallRaised>());
  CHECK_FALSE(changed.has<StopOutStarted>());
  const auto events = m.house.quote(m.symbol, "1.10000", "1.10010");
  CHECK(events.has<StopOutStarted>());
}

TEST_CASE("Options: refused as a whole what is not sane, or not together with what holds") {
  Market m;
  const auto code = [&](OptionsChange change) {
    const RejectCode got = m.house.change_options(m.account, change).code();
    CHECK(m.options().stop_out_level == ratio("50"));
    return got;
  };
  OptionsChange change = only(Option::StopOutLevel);
  change.values.stop_out_level = ratio("101");  // above its margin call
  CHECK(code(change) == RejectCode::Validation);
  change.values.stop_out_level = Ratio{-1};
  CHECK(code(change) == RejectCode::Validation);
  change = {};
  change.sets = 0x80;
  CHECK(code(change) == RejectCode::Validation);
  change = {};
  change.from_group = bit_of(Option::Closing);  // of which it says nothing
  CHECK(code(change) == RejectCode::Validation);
  change = {};
  change.sets_mode = 2;
  CHECK(code(change) == RejectCode::Validation);
  change = {};
  change.mode = static_cast<PositionMode>(2);
  CHECK(code(change) == RejectCode::Validation);
  ChangeAccount without;
  without.what = AccountChange::Options;
  CHECK(m.house.send(m.account, without).code() == RejectCode::Validation);
  CHECK(m.house.change_options(AccountId{99}, only(Option::Closing)).code() ==
        RejectCode::NotFound);
}

TEST_CASE("Options: the mode changes while nothing is open") {
  Market m;
  OptionsChange netting;
  netting.sets_mode = 1;
  netting.mode = PositionMode::Netting;
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  CHECK(m.house.change_options(m.account, netting).code() == RejectCode::InUse);
  OptionsChange same;
  same.sets_mode = 1;
  CHECK(m.house.change_options(m.account, same).code() == RejectCode::None);
  m.house.order(m.account, m.symbol, Side::Sell, "1");
  CHECK(m.house.figures(m.account).positions == 2);  // hedging
  const AccountId other = m.house.add_account();
  CHECK(m.house.change_options(other, netting).code() == RejectCode::None);
  m.house.open(other, m.symbol, Side::Buy, "1");
  m.house.order(other, m.symbol, Side::Sell, "1");
  CHECK(m.house.figures(other).positions == 0);
}

TEST_CASE("Options: closing in order holds for what is open already") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "1");
  OptionsChange change = only(Option::Closing);
  change.values.closing = Closing::Fifo;
  m.house.change_options(m.account, change);
  m.house.order(m.account, m.symbol, Side::Sell, "1");
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Options: a margin call that was told is not told again for the same level") {
  Market m;
  m.house.open(m.account, m.symbol, Side::Buy, "5");
  CHECK(m.house.quote(m.symbol, "1.00900", "1.00910").has<MarginCallRaised>());
  OptionsChange change = only(Option::NegativeBalanceProtection);
  change.values.negative_balance_protection = 0;
  m.house.change_options(m.account, change);
  CHECK_FALSE(m.house.quote(m.symbol, "1.00900", "1.00910").has<MarginCallRaised>());
}

}  // namespace
}  // namespace tribook
