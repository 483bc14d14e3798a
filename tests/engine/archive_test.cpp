#include "tribook/base/archive.h"

#include <deque>

#include "support/engine_fixture.h"
#include "support/kill_switches.h"
#include "support/timers.h"

// What cannot be derived from the rest of the state is saved with it.

namespace tribook {
namespace {

using test::House;

/// A second engine that was loaded from a house's, and is given the house's records after that.
class Copy {
 public:
  Copy(const House& house, const engine::EngineLimits& limits)
      : house_(house),
        given_(house.history.size()),
        slab_(8),
        engine(limits, slab_),
        outbox_(limits.events_of_one_record()) {
    base::ArchiveWriter saved;
    house.engine.save(saved);
    base::ArchiveReader archive(saved.bytes());
    engine.load(archive);
    REQUIRE(archive.ok());
    REQUIRE(archive.left() == 0);
    check_same();
  }
  void follow() {
    for (; given_ < house_.history.size(); ++given_) {
      Record record = house_.history[given_].record;
      const auto& text = house_.history[given_].text;
      if (!text.empty()) record.command.header.text = slab_.put(text);
      engine.apply(record, outbox_);
      outbox_.clear();
      slab_.release(record.command.header.text);
    }
    check_same();
  }

 private:
  void check_same() const {
    CHECK(engine.events_digest() == house_.engine.events_digest());
    CHECK(engine.state_hash() == house_.engine.state_hash());
  }

  const House& house_;
  std::size_t given_;
  Slab slab_;

 public:
  engine::Engine engine;

 private:
  engine::Outbox outbox_;
};

engine::EngineLimits larger() { return {1'000, 5'000, 64, 1'000, 500}; }

TEST_CASE("Archive: a level that fired and could not be executed fires again") {
  House house;
  const SymbolId rate = house.add_symbol(test::forex("BIG", "TNY"));
  Instrument instrument = test::contract("GEM", Category::Index, "GEM", "BIG", "100000");
  const SymbolId gem = house.add_symbol(instrument);
  const AccountId account =
      house.add_account({.currency = "TNY", .deposit = "100000000", .leverage = 500});
  house.quote(rate, "1.00000", "1.00001");
  house.quote(gem, "1.00", "1.01");
  house.open(account, gem, Side::Buy, "1000", {.take_profit = "2"});
  house.quote(gem, "1.50", "1.51");
  house.quote(rate, "9000000000", "9000000001");
  // Worth more than money can express: it stays open.
  REQUIRE_FALSE(house.quote(gem, "2000.00", "2000.01").has<PositionReduced>());
  REQUIRE(house.positions(account).size() == 1);
  Copy copy(house, larger());
  house.quote(rate, "1.00000", "1.00001");
  const auto reduced = house.quote(gem, "2000.00", "2000.01").only<PositionReduced>();
  CHECK(reduced.reason == CloseReason::TakeProfit);
  CHECK(reduced.realized_pnl == test::money("199899000000"));
  copy.follow();
}

TEST_CASE("Archive: holders of a symbol are told of new margins in the order they had") {
  House house;
  Instrument instrument = test::forex("EUR", "USD");
  const SymbolId symbol = house.add_symbol(instrument);
  std::vector<AccountId> accounts;
  for (int i = 0; i < 4; ++i) accounts.push_back(house.add_account());
  house.quote(symbol, "1.10000", "1.10010");
  for (const std::size_t i : {2U, 0U, 3U, 1U}) {
    house.open(accounts[i], symbol, Side::Buy, "0.1");
  }
  const PositionId again = house.positions(accounts[0]).front().id;
  house.close(accounts[0], again);
  house.open(accounts[0], symbol, Side::Sell, "0.1");
  Copy copy(house, larger());
  instrument.margin.maintenance_rate = test::ratio("2");
  CHECK(house.update_symbol(symbol, instrument).of<AccountUpdated>().size() == 4);
  copy.follow();
}

TEST_CASE("Archive: who is looked at next, and how far prices may go before, is kept") {
  House house;
  const SymbolId eurusd = house.add_symbol(test::forex("EUR", "USD"));
  const SymbolId usdjpy = house.add_symbol(test::forex("USD", "JPY"));
  const AccountId account = house.add_account({.deposit = "1500"});
  const AccountId yen = house.add_account({.currency = "JPY", .deposit = "200000"});
  house.quote(eurusd, "1.10000", "1.10010");
  house.quote(usdjpy, "150.000", "150.010");
  house.open(account, eurusd, Side::Buy, "1");
  house.open(yen, eurusd, Side::Sell, "1");
  Copy before_any_quote(house, larger());
  house.quote(eurusd, "1.09900", "1.09910");
  house.deposit(account, "10");
  Copy between(house, larger());
  for (const char* bid : {"1.09700", "1.09500", "1.09300", "1.09900", "1.10900"}) {
    house.quote(eurusd, bid, "1.11000");
    house.quote(usdjpy, "151.000", "151.010");
    before_any_quote.follow();
    between.follow();
  }
}

TEST_CASE("Archive: a rollover goes on from where it was, between any two of its records") {
  House house;
  const SymbolId eurusd = house.add_symbol(
      test::with_swap(test::forex("EUR", "USD"), SwapMode::Points, "-5", "1", test::kNoTripleDay));
  const SymbolId usdjpy = house.add_symbol(
      test::with_swap(test::forex("USD", "JPY"), SwapMode::Money, "-2", "3", test::kNoTripleDay));
  const AccountId first = house.add_account({.deposit = "1000000"});
  const AccountId second = house.add_account({.deposit = "1000000"});
  house.quote(eurusd, "1.10000", "1.10010");
  house.quote(usdjpy, "150.000", "150.010");
  for (int i = 0; i < 300; ++i) {
    house.open(i < 200 ? first : second, i % 2 == 0 ? eurusd : usdjpy,
               i % 3 == 0 ? Side::Sell : Side::Buy, "0.01");
  }
  const Rollover rollover = test::rollover_of(test::date(2023, 11, 15));
  house.set_time(rollover.nominal);
  std::deque<Copy> copies;
  do {
    house.send(AccountId{}, rollover);
    copies.emplace_back(house, larger());
  } while (house.engine.timer_run().kind != CommandKind::None);
  REQUIRE(copies.size() > 4);
  test::roll_over(house, test::date(2023, 11, 16));
  for (Copy& copy : copies) copy.follow();
}

TEST_CASE("Archive: what a kill switch sweeps goes on from where it was, between any two records") {
  engine::EngineLimits limits = test::small_limits();
  limits.positions = 4'096;
  House house(limits);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  house.quote(symbol, "1.10000", "1.10010");
  for (int i = 0; i < 60; ++i) {
    const AccountId account = house.add_account({.deposit = "1000000"});
    for (int j = 0; j < 10; ++j) house.open(account, symbol, Side::Buy, "0.01");
  }
  test::set_switch(house, RiskScope::of(symbol), KillAction::Flatten);
  std::deque<Copy> copies;
  while (house.engine.timer_run().kind != CommandKind::None) {
    copies.emplace_back(house, limits);
    house.send(AccountId{}, KillSweep{house.engine.timer_run().nominal});
  }
  REQUIRE(copies.size() > 3);
  house.quote(symbol, "1.10010", "1.10020");
  for (Copy& copy : copies) copy.follow();
}

TEST_CASE("Archive: a fee's free rollovers are counted on") {
  House house;
  const SymbolId symbol = house.add_symbol(
      test::with_swap(test::forex("EUR", "USD"), SwapMode::Points, "-5", "1", test::kNoTripleDay));
  const AccountId account =
      house.add_account({.swap_free = {.fee = test::ratio("4"), .free_rollovers = 2, .is_on = 1}});
  house.quote(symbol, "1.10000", "1.10010");
  house.open(account, symbol, Side::Buy, "1");
  const std::int32_t day = test::date(2023, 11, 15);
  test::roll_over(house, day);
  test::roll_over(house, day + 1);
  Copy copy(house, larger());
  CHECK(test::booked(test::roll_over(house, day + 2), LedgerType::Swap) == "-4");
  copy.follow();
}

// Found by random traffic: the room for watches was that of the tables, which may be larger in a
// replay than they were when the records were made.
TEST_CASE("Archive: watches are limited by the run's settings, not by the room there is") {
  engine::EngineLimits limits = test::small_limits();
  limits.positions = 3;
  House exact(limits);
  House roomy(larger());
  const auto in_both = [&](const auto& act) {
    act(exact);
    act(roomy);
  };
  in_both([&](House& house) {
    Started started;
    started.accounts = limits.accounts;
    started.positions = limits.positions;
    started.symbols = limits.symbols;
    started.client_ids = limits.client_ids;
    started.orders = limits.orders;
    house.send(AccountId{}, started);
    const SymbolId eurchf = house.add_symbol(test::forex("EUR", "CHF"));
    const SymbolId usdchf = house.add_symbol(test::forex("USD", "CHF"));
    const SymbolId gbpusd = house.add_symbol(test::forex("GBP", "USD"));
    const AccountId first = house.add_account();
    const AccountId second = house.add_account();
    house.quote(eurchf, "0.95000", "0.95010");
    house.quote(usdchf, "0.90000", "0.90010");
    house.quote(gbpusd, "1.30000", "1.30010");
    house.open(first, eurchf, Side::Buy, "0.1");
    house.open(second, eurchf, Side::Buy, "0.1");
    house.open(second, gbpusd, Side::Sell, "0.1");
    house.quote(gbpusd, "1.30100", "1.30110");
  });
  CHECK(roomy.engine.state_hash() == exact.engine.state_hash());
  Copy copy(exact, larger());
  exact.quote(SymbolId{1}, "0.95100", "0.95110");
  copy.follow();
}

}  // namespace
}  // namespace tribook
