#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <vector>

#include "risk/world.h"
#include "tribook/domain/arithmetic.h"

// Required and free margin, exposures, and the estimate against a sum over single positions.

namespace tribook::risk_test {
namespace {

TEST_CASE("FOREX: EURUSD 20 lots, 1:500, rate 1.09 -> 4,360.00 USD") {
  UsdWorld world;
  world.account_is(kAccount, money("10000"), 500);
  world.quote(kEurUsd, "1.09", "1.09");
  const NewOrder decided = world.decide(market(Side::Buy, lots("20")), 1);
  CHECK(decided.decision == RejectCode::None);
  CHECK(decided.required_margin_raw == raw("4360"));
  CHECK(decided.free_margin_raw == raw("10000"));
}

TEST_CASE("CFD_LEVERAGE: 10 x 125,000 x 1.11705 / 500 -> 2,792.63") {
  UsdWorld world;
  Instrument instrument = forex("6E", "EUR", "USD");
  instrument.category = Category::Cfd;
  instrument.contract_size = Quantity::from_whole(125'000);
  instrument.margin.mode = MarginMode::CfdLeverage;
  instrument.margin_currency = instrument.quote;
  world.open_symbol(SymbolId{2}, instrument);
  world.quote(SymbolId{2}, "1.11705", "1.11705");
  world.account_is(kAccount, money("10000"), 500);
  CHECK(world.decide(market(Side::Buy, lots("10"), SymbolId{2}), 1).required_margin_raw ==
        raw("2792.63"));
}

TEST_CASE("XAUUSD 0.07 lot: opened at initial rate 3 -> 9,975.00, held at 2.5 -> 8,312.50") {
  UsdWorld world;
  Instrument gold = forex("XAUUSD", "XAU", "USD");
  gold.contract_size = Quantity::from_whole(100);
  gold.margin.initial_rate = ratio("3");
  gold.margin.maintenance_rate = ratio("2.5");
  const SymbolId id{2};
  world.open_symbol(id, gold);
  world.quote(id, "1900", "1900");
  world.account_is(kAccount, money("20000"), 4);
  CHECK(world.try_decide(market(Side::Buy, lots("0.07"), id)).required_margin_raw == raw("9975"));
  world.position(kAccount, 1, Side::Buy, "0.07", "1900", id);
  const NewOrder decided = world.try_decide(market(Side::Buy, lots("0.07"), id));
  CHECK(decided.free_margin_raw == raw("11687.50"));
  CHECK(decided.required_margin_raw == raw("9975"));
}

TEST_CASE("LARGER_LEG: sells 0.5 + 1.0 against a buy of 1.0 -> margin on 1.5 lots") {
  UsdWorld world;
  world.quote(kEurUsd, "1.10", "1.10");
  world.position(kAccount, 1, Side::Buy, "1", "1.10");
  world.position(kAccount, 2, Side::Sell, "0.5", "1.10");
  const auto asked = [&](Side side, std::string_view volume) {
    return world.try_decide(market(side, lots(volume)));
  };
  CHECK(asked(Side::Sell, "0.5").free_margin_raw == raw("8900"));  // 1.0 lot: 1,100.00
  CHECK(asked(Side::Sell, "0.5").required_margin_raw == 0);
  CHECK(asked(Side::Sell, "1").required_margin_raw == raw("550"));
  CHECK(asked(Side::Buy, "1").required_margin_raw == raw("1100"));
  world.position(kAccount, 3, Side::Sell, "1", "1.10");
  CHECK(asked(Side::Sell, "1").free_margin_raw == raw("8350"));  // 1.5 lots: 1,650.00
}

TEST_CASE("NET: a hedge frees margin, and never places a negative hold") {
  UsdWorld world;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.margin.hedged = HedgedMargin::Net;
  world.symbol(kEurUsd, instrument);
  world.quote(kEurUsd, "1.10", "1.10");
  world.account_is(kAccount, money("1100"));
  world.position(kAccount, 1, Side::Buy, "1", "1.10");
  CHECK(world.decide(market(Side::Buy, lots("0.02")), 1).decision ==
        RejectCode::InsufficientMargin);
  const NewOrder hedge = world.decide(market(Side::Sell, lots("1")), 2);
  CHECK(hedge.decision == RejectCode::None);
  CHECK(hedge.required_margin_raw == -raw("1100"));
  // Until the hedge is there, what it frees is not.
  CHECK(world.decide(market(Side::Buy, lots("0.02")), 3).decision ==
        RejectCode::InsufficientMargin);
}

TEST_CASE("exactly enough free margin is enough, one cent less is not") {
  UsdWorld world;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.commission.amount = ratio("3.5");
  world.symbol(kEurUsd, instrument);
  // 1 lot at 1.08450, mid 1.08445: margin 1,084.45; spread 10.00; commission 3.50.
  const NewOrder order = market(Side::Buy, lots("1"));
  world.account_is(kAccount, money("1097.95"));
  CHECK(world.try_decide(order).decision == RejectCode::None);
  world.account_is(kAccount, money("1097.94"));
  const NewOrder refused = world.try_decide(order);
  CHECK(refused.decision == RejectCode::InsufficientMargin);
  CHECK(refused.required_margin_raw == raw("1084.45"));
  CHECK(refused.free_margin_raw == raw("1097.94"));
  world.account_is(kAccount, money("1000"), 100, AccountState::Active, money("97.95"));
  CHECK(world.try_decide(order).decision == RejectCode::None);  // credit counts
  world.account_is(kAccount, money("600"), 200);
  CHECK(world.try_decide(order).decision == RejectCode::None);  // so does leverage
}

TEST_CASE("rounding never refuses what the engine would take: a cent for each position held") {
  UsdWorld world;
  // Each is worth 0.005, which alone rounds to 0.01; together they are worth 0.01.
  world.position(kAccount, 1, Side::Buy, "0.01", "1.084395");
  world.position(kAccount, 2, Side::Buy, "0.01", "1.084395");
  // Margin of 1.02 lots 1,106.14, spread 10.00.
  const auto code = [&](std::string_view balance) {
    world.account_is(kAccount, money(balance));
    return world.try_decide(market(Side::Buy, lots("1"))).decision;
  };
  CHECK(code("1116.12") == RejectCode::None);  // the engine counts 0.02, and takes it
  CHECK(code("1116.11") == RejectCode::None);
  CHECK(code("1116.10") == RejectCode::InsufficientMargin);
}

TEST_CASE("unrealised profit and loss move free margin") {
  UsdWorld world;
  world.position(kAccount, 1, Side::Buy, "1", "1.08450");
  const auto free_margin = [&] {
    return world.try_decide(market(Side::Buy, lots("0.01"))).free_margin_raw;
  };
  const std::int64_t at_open = free_margin();
  CHECK(at_open == raw("8905.55"));  // 10,000 - 10.00 spread - 1,084.45
  world.quote(kEurUsd, "1.08500", "1.08510");
  CHECK(free_margin() == at_open + raw("60"));
  world.position(kAccount, 1, Side::Buy, Volume{}, Cost{});
  CHECK(free_margin() == raw("10000"));
}

TEST_CASE("margin stays at the rate of the fill, and a close scales it") {
  UsdWorld world;
  world.quote(kEurUsd, "1.20", "1.20");
  world.position(kAccount, 1, Side::Sell, "1", "1.20");
  world.quote(kEurUsd, "1.10", "1.10");
  const NewOrder order = market(Side::Buy, lots("0.01"));
  CHECK(world.try_decide(order).free_margin_raw == raw("18800"));  // + 10,000 - 1,200
  world.position(kAccount, 1, Side::Sell, "0.25", "1.20");
  CHECK(world.try_decide(order).free_margin_raw == raw("12200"));  // + 2,500 - 300
}

TEST_CASE("a second fill of a position adds its own basis") {
  UsdWorld world;
  world.quote(kEurUsd, "1.00", "1.00");
  world.position(kAccount, 1, Side::Buy, "1", "1.00");
  world.quote(kEurUsd, "1.50", "1.50");
  world.position(kAccount, 1, Side::Buy, lots("2"),
                 cost_of(price("1"), lots("1")) + cost_of(price("1.5"), lots("1")));
  // 10,000 + 50,000 - (1,000 + 1,500)
  CHECK(world.try_decide(market(Side::Buy, lots("0.01"))).free_margin_raw == raw("57500"));
}

TEST_CASE("numbers beyond 64 bits are saturated") {
  UsdWorld world;
  world.account_is(kAccount, kMaxMoney);
  CHECK(world.try_decide(market(Side::Buy, lots("1"))).free_margin_raw ==
        std::numeric_limits<std::int64_t>::max());
  world.account_is(kAccount, -kMaxMoney);
  const NewOrder refused = world.try_decide(market(Side::Buy, lots("1")));
  CHECK(refused.decision == RejectCode::InsufficientMargin);
  CHECK(refused.free_margin_raw == std::numeric_limits<std::int64_t>::min());
}

TEST_CASE("a side beyond the largest volume is refused") {
  UsdWorld world;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.max_volume = Volume{kMaxFixedRaw};
  instrument.contract_size = Quantity::from_whole(1);
  world.symbol(kEurUsd, instrument);
  world.account_is(kAccount, kMaxMoney);
  world.position(kAccount, 1, Side::Buy, Volume{kMaxFixedRaw},
                 cost_of(price("1.08450"), Volume{kMaxFixedRaw}));
  CHECK(world.try_decide(market(Side::Buy, lots("0.01"))).decision == RejectCode::ValueOverflow);
  CHECK(world.try_decide(market(Side::Sell, lots("0.01"))).decision == RejectCode::None);
}

// Free margin as the engine has it: every position's own rounded profit or loss.
struct Held {
  std::uint64_t id;
  SymbolId symbol;
  Side side;
  Volume volume;
  Cost cost;
};

TEST_CASE("aggregates never say less than single positions by more than the slack") {
  const std::uint32_t seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U);
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](std::int64_t limit) {
    return static_cast<std::int64_t>(random()) % limit;
  };

  UsdWorld world;
  const std::array instruments{forex("EURUSD", "EUR", "USD"), forex("USDJPY", "USD", "JPY"),
                               forex("EURJPY", "EUR", "JPY")};
  std::array<std::int64_t, 3> mid{108'450'000, 15'000'000'000, 16'267'500'000};
  RateBook rates(8);
  for (std::uint16_t i = 0; i < 3; ++i) {
    Instrument instrument = instruments[i];
    instrument.id = SymbolId{static_cast<std::uint16_t>(i + 1)};
    if (i > 0) world.open_symbol(instrument.id, instrument);
    REQUIRE(rates.add_symbol(instrument));
  }
  const auto quote = [&](std::uint16_t i) {
    const std::int64_t tick = instruments[i].tick_size.raw;
    const SymbolId id{static_cast<std::uint16_t>(i + 1)};
    const Price bid{mid[i] / tick * tick};
    const Price ask{bid.raw + tick * (1 + below(20))};
    QuoteApplied applied;
    applied.symbol = id;
    applied.bid = bid;
    applied.ask = ask;
    world.tell(world.event(applied));
    rates.set_quote(id, {bid, ask, world.now, false});
  };
  for (std::uint16_t i = 0; i < 3; ++i) quote(i);

  const Currency usd = Currency::of("USD");
  std::vector<Held> held;
  std::uint64_t next_id = 1;
  const auto change_a_position = [&] {
    if (held.size() < 20 && below(2) == 0) {
      const auto i = static_cast<std::uint16_t>(below(3));
      const SymbolId id{static_cast<std::uint16_t>(i + 1)};
      const Side side = below(2) == 0 ? Side::Buy : Side::Sell;
      const Volume volume{1'000'000 * (1 + below(200))};
      const Cost cost = cost_of(opening_price(side, rates.quote(id)), volume);
      held.push_back({next_id++, id, side, volume, cost});
      world.position(kAccount, held.back().id, side, volume, cost, id);
    } else if (!held.empty()) {
      const auto i = static_cast<std::size_t>(below(static_cast<std::int64_t>(held.size())));
      Held& position = held[i];
      const Volume left{below(3) == 0 ? 0 : position.volume.raw / 2'000'000 * 1'000'000};
      position.cost =
          left.is_zero() ? Cost{} : Cost{position.cost.raw * left.raw / position.volume.raw};
      position.volume = left;
      world.position(kAccount, position.id, position.side, left, position.cost, position.symbol);
      if (left.is_zero()) held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
    }
  };

  for (int step = 0; step < 2'000; ++step) {
    const auto moved = static_cast<std::uint16_t>(below(3));
    mid[moved] += (below(2'001) - 1'000) * (mid[moved] / 1'000'000);
    quote(moved);
    change_a_position();

    Money unrealized;
    Money gross;
    for (const Held& position : held) {
      const auto& instrument = instruments[position.symbol.value - 1];
      const Money pnl =
          profit_and_loss(instrument, position.side, position.cost, position.volume,
                          closing_price(position.side, rates.quote(position.symbol)), usd, rates)
              .value();
      unrealized += pnl;
      gross += pnl.is_negative() ? -pnl : pnl;
    }
    // Margin goes out of the comparison with a leverage that leaves none.
    world.account_is(kAccount, money("1000000"), 4'000'000'000);
    const Money told{world.try_decide(market(Side::Buy, lots("0.01"))).free_margin_raw};
    const Money exact = money("1000000") + unrealized;
    const Money slack{static_cast<int128>(held.size()) * 1'000'000};
    REQUIRE((told + slack >= exact));
    // Netting first saves at most the spread of the conversion, here under 0.1 %.
    REQUIRE((told <= exact + slack + Money{gross.raw / 1'000}));
  }
}

TEST_CASE("what is undone leaves no trace in the state") {
  UsdWorld world;
  const std::uint64_t before = world.risk.state_digest();
  world.position(kAccount, 1, Side::Buy, "1", "1.08450");
  const std::uint64_t with_position = world.risk.state_digest();
  CHECK(with_position != before);
  world.position(kAccount, 2, Side::Sell, "3", "1.08440");
  world.position(kAccount, 3, Side::Sell, "0.07", "1.08440");
  world.position(kAccount, 2, Side::Sell, "2", "1.08440");
  world.position(kAccount, 3, Side::Sell, Volume{}, Cost{});
  world.position(kAccount, 2, Side::Sell, Volume{}, Cost{});
  CHECK(world.risk.state_digest() == with_position);
  world.position(kAccount, 1, Side::Buy, Volume{}, Cost{});
  CHECK(world.risk.state_digest() == before);
  world.position(kAccount, 9, Side::Buy, Volume{}, Cost{});  // closed without having been open
  CHECK(world.risk.state_digest() == before);
}

TEST_CASE("the digest tells each part of the state") {
  UsdWorld world;
  std::vector<std::uint64_t> digests{world.risk.state_digest()};
  const auto changed = [&] {
    const std::uint64_t digest = world.risk.state_digest();
    const bool is_new = std::find(digests.begin(), digests.end(), digest) == digests.end();
    digests.push_back(digest);
    return is_new;
  };
  world.quote(kEurUsd, "1.08441", "1.08450");
  CHECK(changed());
  world.session(kEurUsd, false);
  CHECK(changed());
  world.account_is(kAccount, money("10000.01"));
  CHECK(changed());
  world.account_is(kAccount, money("10000.01"), 100, AccountState::CloseOnly);
  CHECK(changed());
  world.position(kAccount, 1, Side::Buy, "1", "1.08450");
  CHECK(changed());
  world.now = world.now + 1ns;
  world.tell(world.event(ClockMoved{}));
  CHECK(changed());
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.digits = 4;
  world.symbol(kEurUsd, instrument);
  CHECK(changed());
}

}  // namespace
}  // namespace tribook::risk_test
