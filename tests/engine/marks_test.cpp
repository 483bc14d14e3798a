#include <algorithm>
#include <map>

#include "support/engine_fixture.h"
#include "support/random.h"
#include "tribook/base/archive.h"
#include "tribook/domain/arithmetic.h"

// The highest and lowest mark of each position, against one that goes through them all.

namespace tribook {
namespace {

using test::House;
using test::price;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account({.deposit = "10000000"});
  }
  void expect(PositionId id, std::string_view highest, std::string_view lowest) const {
    const auto position = house.position(id);
    CHECK(position.highest == price(highest));
    CHECK(position.lowest == price(lowest));
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("Marks: begin with the mark of the opening, a buy's at the bid, a sell's at the ask") {
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10020");
  const PositionId buy = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  const PositionId sell = m.house.open(m.account, m.symbol, Side::Sell, "0.1");
  m.expect(buy, "1.10000", "1.10000");
  m.expect(sell, "1.10020", "1.10020");
  m.house.quote(m.symbol, "1.10100", "1.10150");
  m.house.quote(m.symbol, "1.09900", "1.09910");
  m.house.quote(m.symbol, "1.10000", "1.10020");
  m.expect(buy, "1.10100", "1.09900");
  m.expect(sell, "1.10150", "1.09910");
  const auto trade = m.house.close(m.account, buy).only<TradeExecuted>();
  CHECK(trade.highest == price("1.10100"));
  CHECK(trade.lowest == price("1.09900"));
}

TEST_CASE("Marks: a quote out of session does not count, though a position may be opened at it") {
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10000");
  const PositionId old = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.house.open_session(m.symbol, false);
  CHECK(m.house.quote(m.symbol, "1.20000", "1.20000").only<QuoteApplied>().is_mark == 0);
  m.house.open_session(m.symbol, true);
  const PositionId young = m.house.open(m.account, m.symbol, Side::Buy, "0.1");
  m.expect(old, "1.1", "1.1");
  m.expect(young, "1.2", "1.2");
  CHECK(m.house.quote(m.symbol, "1.15000", "1.15000").only<QuoteApplied>().is_mark == 1);
  m.expect(old, "1.15", "1.1");
  m.expect(young, "1.2", "1.15");
}

TEST_CASE("Marks: a netting position keeps them while it grows, a reversal begins anew") {
  Market m;
  const AccountId account = m.house.add_account({.mode = PositionMode::Netting});
  m.house.quote(m.symbol, "1.10000", "1.10000");
  const PositionId id = m.house.open(account, m.symbol, Side::Buy, "0.1");
  m.house.quote(m.symbol, "1.12000", "1.12000");
  m.house.open(account, m.symbol, Side::Buy, "0.1");
  m.expect(id, "1.12", "1.1");
  m.house.order(account, m.symbol, Side::Sell, "0.3");
  const auto position = m.house.positions(account).front();
  CHECK(position.highest == price("1.12"));
  CHECK(position.lowest == price("1.12"));
}

TEST_CASE("Marks: the quote that fires a level counts for the position that it closes") {
  Market m;
  m.house.quote(m.symbol, "1.10000", "1.10000");
  m.house.open(m.account, m.symbol, Side::Buy, "0.1", {.take_profit = "1.11000"});
  const auto trade = m.house.quote(m.symbol, "1.11500", "1.11500").only<TradeExecuted>();
  CHECK(trade.highest == price("1.11500"));
}

struct Naive {
  Side side;
  Price highest;
  Price lowest;
};

TEST_CASE("Marks: many positions over many quotes, saved and loaded on the way") {
  test::Random random(77);
  INFO(random.reproduce());
  Market m;
  std::map<std::uint64_t, Naive> naive;
  std::int64_t mid = price("1.10000").raw;
  Quote quote;
  const auto engine_says = [&](const engine::Engine& engine) {
    std::size_t seen = 0;
    engine.for_each_position([&](const engine::PositionFigures& position) {
      const Naive& expected = naive.at(position.id.value);
      REQUIRE(position.highest == expected.highest);
      REQUIRE(position.lowest == expected.lowest);
      ++seen;
    });
    REQUIRE(seen == naive.size());
  };
  for (int step = 0; step < 3'000; ++step) {
    const auto draw = random.below(10);
    if (step == 0 || draw < 4) {
      mid += random.between(-40, 40) * 1'000;
      quote = {Price{mid}, Price{mid + 10'000}, {}, false};
      m.house.quote(m.symbol, quote.bid, quote.ask);
      for (auto& [id, one] : naive) {
        const Price mark = closing_price(one.side, quote);
        one.highest = std::max(one.highest, mark);
        one.lowest = std::min(one.lowest, mark);
      }
    } else if (draw < 8 && naive.size() < 400) {
      const Side side = random.one_in(2) ? Side::Buy : Side::Sell;
      const PositionId id = m.house.open(m.account, m.symbol, side, "0.01");
      const Price mark = closing_price(side, quote);
      naive[id.value] = {side, mark, mark};
    } else if (!naive.empty()) {
      const auto place =
          std::next(naive.begin(), static_cast<std::ptrdiff_t>(random.below(naive.size())));
      m.house.close(m.account, PositionId{place->first});
      naive.erase(place);
    }
    if (step % 50 == 0) engine_says(m.house.engine);
  }
  base::ArchiveWriter saved;
  m.house.engine.save(saved);
  base::ArchiveReader archive(saved.bytes());
  Slab slab(8);
  engine::Engine loaded(test::small_limits(), slab);
  loaded.load(archive);
  REQUIRE(archive.ok());
  CHECK(loaded.state_hash() == m.house.engine.state_hash());
  engine_says(loaded);
}

}  // namespace
}  // namespace tribook
