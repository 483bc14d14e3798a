#include "support/engine_fixture.h"

// Margin by tiers, through orders, closes and changes of settings.

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::ratio;

Instrument tiered(Instrument instrument, TierBasis basis, const char* up_to, std::uint32_t first,
                  std::uint32_t above) {
  instrument.margin.tier_basis = basis;
  instrument.margin.tiers = {MarginTier::of(money(up_to).raw, first), MarginTier::of(0, above)};
  instrument.margin.tier_count = 2;
  return instrument;
}

struct Market {
  explicit Market(const Instrument& instrument) {
    symbol = house.add_symbol(instrument);
    house.quote(symbol, "1.00000", "1.00000");
    account = house.add_account({.deposit = "100000", .leverage = 500});
  }
  [[nodiscard]] Money used() const { return house.figures(account).used_margin; }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Tiers: a fill that reaches into the next tier is checked for what it adds") {
  Market m(tiered(test::forex("EUR", "USD"), TierBasis::Lots, "2", 500, 100));
  const AccountId poor = m.house.add_account({.deposit = "1400", .leverage = 500});
  m.house.open(poor, m.symbol, Side::Buy, "1.5");  // 300
  CHECK(m.house.order(poor, m.symbol, Side::Buy, "1.51").code() == RejectCode::InsufficientMargin);
  m.house.open(poor, m.symbol, Side::Buy, "1.5");  // 400 + 1,000
  CHECK(m.house.figures(poor).used_margin == money("1400"));
}

TEST_CASE("Tiers: by notional in FOREX, whatever the price") {
  Market m(tiered(test::forex("EUR", "USD"), TierBasis::Notional, "200000", 500, 100));
  m.house.open(m.account, m.symbol, Side::Buy, "3");
  CHECK(m.used() == money("1400"));
  m.house.quote(m.symbol, "1.10000", "1.10000");
  CHECK(m.used() == money("1400"));
}

TEST_CASE("Tiers: by notional in CFD_LEVERAGE, at open prices") {
  Instrument gold = test::contract("XAUUSD", Category::Metal, "XAU", "USD", "100");
  House house;
  const SymbolId symbol = house.add_symbol(tiered(gold, TierBasis::Notional, "300000", 100, 10));
  const AccountId account = house.add_account({.deposit = "100000", .leverage = 200});
  const auto used = [&] { return house.figures(account).used_margin; };
  house.quote(symbol, "2000.00", "2000.00");
  const PositionId first = house.open(account, symbol, Side::Buy, "1");  // 200,000
  CHECK(used() == money("2000"));
  house.quote(symbol, "2500.00", "2500.00");
  CHECK(used() == money("2000"));
  house.open(account, symbol, Side::Buy, "1");  // 450,000 in all
  CHECK(used() == money("18000"));
  house.close(account, first, "0.5");  // 350,000
  CHECK(used() == money("8000"));
  house.close(account, first);  // 250,000
  CHECK(used() == money("2500"));
}

TEST_CASE("Tiers: their basis is in the account's currency, their bounds in the margin's") {
  House house;
  const SymbolId symbol =
      house.add_symbol(tiered(test::forex("EUR", "USD"), TierBasis::Notional, "100000", 100, 50));
  house.quote(symbol, "1.20000", "1.20000");
  const AccountId account = house.add_account({.deposit = "100000", .leverage = 100});
  house.open(account, symbol, Side::Sell, "2");  // 100,000 EUR at 1:100, 100,000 at 1:50
  CHECK(house.figures(account).used_margin == money("3600"));
}

TEST_CASE("Tiers: changed at run time, margins follow") {
  Market m(test::forex("EUR", "USD"));
  m.house.open(m.account, m.symbol, Side::Buy, "3");
  CHECK(m.used() == money("600"));
  const Instrument with =
      tiered(*m.house.engine.instrument(m.symbol), TierBasis::Lots, "1", 500, 100);
  const auto events = m.house.update_symbol(m.symbol, with);
  CHECK(events.only<AccountUpdated>().used_margin == money("2200"));
  Instrument without = with;
  without.margin.tiers = {};
  without.margin.tier_count = 0;
  m.house.update_symbol(m.symbol, without);
  CHECK(m.used() == money("600"));
}

TEST_CASE("Tiers: what cannot be is refused") {
  Market m(test::forex("EUR", "USD"));
  const auto code = [&](auto change) {
    Instrument instrument =
        tiered(*m.house.engine.instrument(m.symbol), TierBasis::Lots, "1", 500, 100);
    change(instrument.margin);
    return m.house.update_symbol(m.symbol, instrument).code();
  };
  CHECK(code([](MarginSpec&) {}) == RejectCode::None);
  CHECK(code([](MarginSpec& s) { s.tiers[1] = MarginTier::of(lots("1").raw, 50); }) ==
        RejectCode::Validation);  // not above the one before
  CHECK(code([](MarginSpec& s) { s.tiers[0] = MarginTier::of(0, 50); }) == RejectCode::Validation);
  CHECK(code([](MarginSpec& s) { s.tiers[0].leverage = 0; }) == RejectCode::Validation);
  CHECK(code([](MarginSpec& s) { s.tiers[0].leverage = 100'001; }) == RejectCode::Validation);
  CHECK(code([](MarginSpec& s) { s.tier_count = 1; }) == RejectCode::Validation);  // more behind
  CHECK(code([](MarginSpec& s) { s.tier_count = 9; }) == RejectCode::Validation);
  CHECK(code([](MarginSpec& s) { s.tiers[0] = MarginTier::of(-1, 50); }) == RejectCode::Validation);
}

}  // namespace
}  // namespace tribook
