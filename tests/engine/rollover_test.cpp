#include "support/timers.h"

// Swap at the rollover, and the accounts' day that it ends.

namespace tribook {
namespace {

using namespace test;  // short words for a page of numbers

const std::int32_t kMonday = date(2026, 1, 19);

// Quoted at one price, so that opening costs nothing.
struct Day {
  explicit Day(const Instrument& instrument, const char* at = "0.70000") {
    house.set_time(utc(kMonday, 12));
    symbol = house.add_symbol(instrument);
    house.quote(symbol, at, at);
  }
  AccountId account(const AccountOptions& options = {}) { return house.add_account(options); }

  House house;
  SymbolId symbol;
};

Instrument audusd() { return with_swap(forex("AUD", "USD"), SwapMode::Points, "-5.47", "1.2"); }

TEST_CASE("Swap: one night each working day, three on the triple day, none at the weekend") {
  Day day(audusd());
  const AccountId account = day.account();
  day.house.open(account, day.symbol, Side::Buy, "2");
  std::string all;
  for (int i = 0; i < 7; ++i) {
    all += booked(roll_over(day.house, kMonday + i), LedgerType::Swap) + ";";
  }
  CHECK(all == "-10.94;-10.94;-32.82;-10.94;-10.94;;;");
}

TEST_CASE("Swap: without a triple day every calendar night counts once") {
  Day day(with_swap(forex("AUD", "USD"), SwapMode::Points, "-5.47", "1.2", kNoTripleDay));
  const AccountId account = day.account();
  day.house.open(account, day.symbol, Side::Buy, "2");
  std::string all;
  for (int i = 0; i < 7; ++i) {
    all += booked(roll_over(day.house, kMonday + i), LedgerType::Swap) + ";";
  }
  CHECK(all == "-10.94;-10.94;-10.94;-10.94;-10.94;-10.94;-10.94;");
}

TEST_CASE("Swap: nights multiply before the single rounding") {
  Day day(with_swap(forex("AUD", "USD"), SwapMode::Points, "-0.333", "0"));
  const AccountId account = day.account();
  day.house.open(account, day.symbol, Side::Buy, "1");
  CHECK(booked(roll_over(day.house, kMonday), LedgerType::Swap) == "-0.33");
  CHECK(booked(roll_over(day.house, kMonday + 2), LedgerType::Swap) == "-1");  // 0.999
}

TEST_CASE("Swap: MONEY is in account currency, a credit as well as a charge") {
  Instrument usdjpy = with_swap(forex("USD", "JPY"), SwapMode::Money, "2.5", "-7");
  Day day(usdjpy, "150.000");
  const AccountId account = day.account();
  day.house.open(account, day.symbol, Side::Buy, "2");
  day.house.open(account, day.symbol, Side::Sell, "0.5");
  CHECK(booked(roll_over(day.house, kMonday), LedgerType::Swap) == "5 -3.5");
}

TEST_CASE(
    "Swap: an amount in the quote currency is converted, a gain and a loss each at its side") {
  Day day(with_swap(forex("USD", "JPY"), SwapMode::Points, "-10", "10"), "150.000");
  const AccountId account = day.account();
  day.house.open(account, day.symbol, Side::Buy, "1");
  day.house.open(account, day.symbol, Side::Sell, "1");
  day.house.quote(day.symbol, "150.000", "151.000");
  // 10 points of 0.001 x 100,000 = 1,000 JPY: the loss buys JPY at 150, the gain sells it at 151.
  CHECK(booked(roll_over(day.house, kMonday), LedgerType::Swap) == "-6.67 6.62");
}

TEST_CASE("Swap: percent of the current price or of the open price") {
  for (const bool at_open : {false, true}) {
    Instrument instrument = with_swap(forex("EUR", "USD"), SwapMode::Percent, "-3.6", "-7.2");
    instrument.swap.price = at_open ? SwapPrice::Open : SwapPrice::Current;
    Day day(instrument, "1.00000");
    const AccountId account = day.account({.deposit = "100000"});
    day.house.open(account, day.symbol, Side::Buy, "1");
    day.house.open(account, day.symbol, Side::Sell, "1");
    day.house.quote(day.symbol, "1.10000", "1.20000");
    // Each side is taken at the price that would close it.
    CHECK(booked(roll_over(day.house, kMonday), LedgerType::Swap) ==
          (at_open ? "-10 -20" : "-11 -24"));
  }
}

TEST_CASE("Swap: told with the position, whose total it raises, and with the account") {
  Day day(audusd());
  const AccountId account = day.account();
  const PositionId position = day.house.open(account, day.symbol, Side::Buy, "2");
  roll_over(day.house, kMonday);
  const Events events = roll_over(day.house, kMonday + 1);
  const auto posted = events.only<LedgerPosted>();
  CHECK(posted.house == HouseAccount::Swap);
  CHECK(posted.reference == position.value);
  CHECK(posted.reference_is_position == 1);
  const auto updated = events.only<PositionUpdated>();
  CHECK(updated.action == PositionAction::Modified);
  CHECK(updated.swap == money("-21.88"));
  CHECK(events.only<AccountUpdated>().balance == money("9978.12"));
  CHECK(day.house.figures(account).equity == money("9978.12"));
}

TEST_CASE("Swap: the trade that closes a position tells it, a part of a close does not") {
  Day day(audusd());
  const AccountId account = day.account();
  const PositionId position = day.house.open(account, day.symbol, Side::Buy, "2");
  roll_over(day.house, kMonday);
  CHECK_FALSE(day.house.close(account, position, "1").has<TradeSwap>());
  roll_over(day.house, kMonday + 1);
  const auto events = day.house.close(account, position);
  CHECK(events.only<TradeSwap>().swap == money("-16.41"));
  CHECK(events.only<TradeSwap>().trade == events.only<TradeExecuted>().trade);
}

TEST_CASE("Swap: a record of a rollover that is over, or older, does nothing") {
  Day day(audusd());
  const AccountId account = day.account();
  day.house.open(account, day.symbol, Side::Buy, "2");
  roll_over(day.house, kMonday + 1);
  CHECK(day.house.send(AccountId{}, rollover_of(kMonday + 1)).all.empty());
  CHECK(day.house.send(AccountId{}, rollover_of(kMonday)).all.empty());
  CHECK(day.house.engine.rolled_over() == rollover_of(kMonday + 1).nominal);
}

TEST_CASE("Swap: an account free of it pays nothing, and a fee after so many rollovers") {
  Day day(audusd());
  SwapFreeSpec terms;
  terms.is_on = 1;
  const AccountId free = day.account({.swap_free = terms});
  terms.fee = ratio("3");
  terms.free_rollovers = 2;
  const AccountId fee = day.account({.swap_free = terms});
  day.house.open(free, day.symbol, Side::Buy, "2");
  day.house.open(fee, day.symbol, Side::Buy, "2");
  std::string all;
  for (int i = 0; i < 7; ++i) {
    all += booked(roll_over(day.house, kMonday + i), LedgerType::Swap) + ";";
  }
  // Wednesday's is the third rollover, and counts three nights.
  CHECK(all == ";;-18;-6;-6;;;");
  CHECK(day.house.figures(free).balance == money("10000"));
}

TEST_CASE("Swap: an older position pays the fee, a younger one of the account not yet") {
  Day day(audusd());
  const AccountId account =
      day.account({.swap_free = {.fee = ratio("3"), .free_rollovers = 1, .is_on = 1}});
  day.house.open(account, day.symbol, Side::Buy, "1");
  CHECK(booked(roll_over(day.house, kMonday), LedgerType::Swap).empty());
  day.house.quote(day.symbol, "0.70000", "0.70000");
  day.house.open(account, day.symbol, Side::Buy, "2");
  CHECK(booked(roll_over(day.house, kMonday + 1), LedgerType::Swap) == "-3");
  CHECK(booked(roll_over(day.house, kMonday + 3), LedgerType::Swap) == "-3 -6");
}

TEST_CASE("Swap: more than money can express is refused and nothing is booked") {
  Instrument instrument = with_swap(forex("BIG", "USD"), SwapMode::Money, "-10000000000", "0");
  instrument.max_volume = lots("10000000000");
  instrument.contract_size = quantity("0.00000001");
  Day day(instrument, "1.00000");
  const AccountId account = day.account({.deposit = "1000000"});
  day.house.open(account, day.symbol, Side::Buy, "10000000000");
  CHECK(booked(roll_over(day.house, kMonday), LedgerType::Swap) == "-100000000000000000000");
  const Events events = roll_over(day.house, kMonday + 1);
  CHECK(events.code() == RejectCode::ValueOverflow);
  CHECK_FALSE(events.has<LedgerPosted>());
}

TEST_CASE("Rollover: worked off in slices, each position charged once, by account and position") {
  const engine::EngineLimits limits{
      .accounts = 3'000, .positions = 2'000, .symbols = 8, .client_ids = 8};
  House house(limits);
  house.set_time(utc(kMonday, 12));
  const SymbolId aud = house.add_symbol(audusd());
  const SymbolId eur =
      house.add_symbol(with_swap(forex("EUR", "USD"), SwapMode::Money, "-1", "-2"));
  const SymbolId free = house.add_symbol(forex("GBP", "USD"));
  std::vector<AccountId> accounts;
  for (int i = 0; i < 20; ++i) accounts.push_back(house.add_account({.deposit = "1000000"}));
  for (int i = 0; i < 2'500; ++i) house.add_account({.deposit = "0"});
  for (const SymbolId symbol : {aud, eur, free}) house.quote(symbol, "1.00000", "1.00000");
  std::map<std::uint64_t, int> charged;
  for (std::size_t i = 0; i < 900; ++i) {
    const SymbolId symbol = i % 3 == 0 ? aud : i % 3 == 1 ? eur : free;
    const AccountId account = accounts[i < 400 ? 7 : i % 20];
    const PositionId position = house.open(account, symbol, Side::Buy, "0.01");
    if (symbol != free) charged[position.value] = 0;
  }
  std::size_t records = 0;
  const Events events = run_timer(house, rollover_of(kMonday), &records);
  CHECK(records > 900 * 2 / 3 / 64);
  std::pair<std::uint32_t, std::uint64_t> before;
  for (const Event& event : events.all) {
    if (event.header.kind != EventKind::LedgerPosted) continue;
    const std::pair now{event.header.account.value, event.get<LedgerPosted>().reference};
    CHECK(before < now);
    before = now;
    ++charged[now.second];
  }
  for (const auto& [position, times] : charged) CHECK(times == 1);
  CHECK(charged.size() == 600);
  CHECK(events.of<AccountDayEnded>().size() == 20);
  for (const House::Applied& applied : house.history) {
    if (applied.record.command.header.kind == CommandKind::Rollover) {
      CHECK(applied.record.time == rollover_of(kMonday).nominal);
    }
  }
}

TEST_CASE("End of day: balance, equity, volume and result of each account that did something") {
  Instrument instrument = audusd();
  instrument.commission.amount = ratio("3");
  Day day(instrument);
  const AccountId account = day.account();
  const AccountId idle = day.account({.deposit = "0"});
  const PositionId kept = day.house.open(account, day.symbol, Side::Buy, "2");
  const PositionId closed = day.house.open(account, day.symbol, Side::Buy, "1");
  day.house.quote(day.symbol, "0.70100", "0.70100");
  day.house.close(account, closed);
  const Events events = roll_over(day.house, kMonday);
  const auto ended = events.only<AccountDayEnded>();
  CHECK(ended.day == kMonday);
  CHECK(ended.realized_pnl == money("100"));
  CHECK(ended.charges == money("-22.94"));  // 3 x (2 + 1 + 1) and the swap
  CHECK(ended.pnl == money("277.06"));      // 200 of it unrealized
  CHECK(ended.balance == money("10077.06"));
  CHECK(ended.equity == money("10277.06"));
  CHECK(ended.volume == lots("4"));
  CHECK(ended.positions == 1);
  CHECK_FALSE(events.all.back().header.account == idle);

  day.house.withdraw(account, "500");
  const auto next = roll_over(day.house, kMonday + 1).only<AccountDayEnded>();
  CHECK(next.pnl == money("-10.94"));
  CHECK(next.realized_pnl == money("0"));
  CHECK(next.volume == lots("0"));
  day.house.close(account, kept);
  CHECK(roll_over(day.house, kMonday + 4).only<AccountDayEnded>().positions == 0);
  CHECK_FALSE(roll_over(day.house, kMonday + 7).has<AccountDayEnded>());
}

TEST_CASE("Funding: paid between the sides, at the times of the symbol") {
  Instrument instrument = forex("EUR", "USD");
  instrument.funding = {ratio("0.0001"), 8, {}};
  Day day(instrument, "1.10000");
  const AccountId buyer = day.account();
  const AccountId seller = day.account();
  day.house.open(buyer, day.symbol, Side::Buy, "1");
  const PositionId sold = day.house.open(seller, day.symbol, Side::Sell, "1");
  REQUIRE(day.house.engine.next_funding() == utc(kMonday, 16));
  const Events events = fund(day.house, utc(kMonday, 16));
  CHECK(booked(events, LedgerType::Funding) == "-11 11");
  CHECK(events.of<LedgerPosted>().back().reference == sold.value);
  CHECK(events.of<PositionUpdated>().back().swap == money("11"));
  CHECK(day.house.engine.next_funding() == utc(kMonday + 1, 0));
  CHECK(day.house.send(AccountId{}, Funding{utc(kMonday, 16)}).all.empty());
}

TEST_CASE("Funding: only symbols whose interval ends, at the middle of their quote") {
  Instrument eight = forex("EUR", "USD");
  eight.funding = {ratio("-0.0002"), 8, {}};
  Instrument one = forex("GBP", "USD");
  one.funding = {ratio("0.0001"), 1, {}};
  Day day(eight, "1.10000");
  const SymbolId hourly = day.house.add_symbol(one);
  day.house.quote(hourly, "1.30000", "1.30000");
  const AccountId account = day.account({.deposit = "100000"});
  day.house.open(account, hourly, Side::Buy, "1");
  day.house.open(account, day.symbol, Side::Buy, "1");
  CHECK(day.house.engine.next_funding() == utc(kMonday, 13));
  CHECK(booked(fund(day.house, utc(kMonday, 13)), LedgerType::Funding) == "-13");
  day.house.quote(day.symbol, "1.10000", "1.20000");
  CHECK(booked(fund(day.house, utc(kMonday, 16)), LedgerType::Funding) == "-13 23");
}

}  // namespace
}  // namespace tribook
