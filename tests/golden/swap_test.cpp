#include "support/timers.h"

// The worked numbers of swap, through the engine: a position held over one rollover.

namespace tribook::test {
namespace {

std::string night(const Instrument& instrument, const char* volume, const char* at,
                  std::int32_t day = date(2026, 1, 19)) {
  House house;
  house.set_time(utc(day, 12));
  const SymbolId symbol = house.add_symbol(instrument);
  const AccountId account = house.add_account({.deposit = "100000"});
  house.quote(symbol, at, at);
  house.open(account, symbol, Side::Buy, volume);
  return booked(roll_over(house, day), LedgerType::Swap);
}

TEST_CASE("DOMAIN 6: 2 lots AUDUSD, -5.47 points, 5 digits -> -10.94 USD") {
  CHECK(night(with_swap(forex("AUD", "USD"), SwapMode::Points, "-5.47", "0"), "2", "0.70000") ==
        "-10.94");
}

TEST_CASE("DOMAIN 6: the same at the 17:00 of Wednesday, three nights -> -32.82 USD") {
  CHECK(night(with_swap(forex("AUD", "USD"), SwapMode::Points, "-5.47", "0"), "2", "0.70000",
              date(2026, 1, 21)) == "-32.82");
}

TEST_CASE("DOMAIN 6: 0.5 BTC at 10,000, -30.98 % a year, on a Saturday -> -4.30 USD") {
  Instrument bitcoin = contract("BTCUSD", Category::Crypto, "BTC", "USD", "1");
  CHECK(night(with_swap(bitcoin, SwapMode::Percent, "-30.98", "0", kNoTripleDay), "0.5", "10000.00",
              date(2026, 1, 24)) == "-4.3");
}

TEST_CASE("DOMAIN 6: 100,000 EURUSD x 1.15826 x -3 % / 365 -> -9.52 USD") {
  Instrument eurusd = with_swap(forex("EUR", "USD"), SwapMode::Percent, "-3", "0");
  eurusd.swap.days_in_year = 365;
  CHECK(night(eurusd, "1", "1.15826") == "-9.52");
}

}  // namespace
}  // namespace tribook::test
