#include <catch2/catch.hpp>

#include <cstring>
#include <limits>

#include "risk/world.h"

// Quotes, their age, conversion, stops, slippage.

namespace tribook::risk_test {
namespace {

constexpr SymbolId kUsdJpy{2};

RejectCode decide(World& world, SymbolId symbol = kEurUsd) {
  return world.try_decide(market(Side::Buy, lots("0.01"), symbol)).decision;
}

TEST_CASE("a quote is stale one nanosecond after staleAfterMs") {
  UsdWorld world;
  world.now = kStart + 60s;
  CHECK(decide(world) == RejectCode::None);
  world.now = kStart + 60s + 1ns;
  CHECK(decide(world) == RejectCode::StaleQuote);
  world.quote(kEurUsd, "1.08441", "1.08451");
  CHECK(decide(world) == RejectCode::None);
}

TEST_CASE("a symbol without a quote is stale, even where quotes never are") {
  UsdWorld world;
  Instrument instrument = forex("GBPUSD", "GBP", "USD");
  instrument.stale_after_ms = 0;
  world.open_symbol(SymbolId{3}, instrument);
  CHECK(decide(world, SymbolId{3}) == RejectCode::StaleQuote);
  world.quote(SymbolId{3}, "1.26", "1.27");
  world.now = kStart + std::chrono::hours{24 * 365 * 100};
  CHECK(decide(world, SymbolId{3}) == RejectCode::None);
}

TEST_CASE("quotes of manual and replay venues are never stale") {
  UsdWorld world;
  world.quote(kEurUsd, "1.08440", "1.08450", true);
  world.now = kStart + 24h;
  CHECK(decide(world) == RejectCode::None);
}

TEST_CASE("a clock behind the engine's counts as the engine's") {
  UsdWorld world;
  world.now = kStart + 60s + 1ns;
  world.session(kEurUsd, true);  // engine time is known to be there
  world.now = kStart;
  NewOrder order = market(Side::Buy, lots("0.01"));
  CHECK(world.decide(order, 1).decision == RejectCode::StaleQuote);
  CHECK(world.risk.time() == kStart + 60s + 1ns);
}

TEST_CASE("margin, profit and commission must convert, over fresh quotes") {
  UsdWorld world;
  world.open_symbol(kUsdJpy, forex("USDJPY", "USD", "JPY"));
  world.quote(kUsdJpy, "150.00", "150.01");

  SECTION("profit in JPY converts over the symbol itself") {
    CHECK(decide(world, kUsdJpy) == RejectCode::None);
  }
  SECTION("an account in a currency that no symbol has") {
    world.account(AccountId{2}, "CHF", "10000");
    const auto order = market(Side::Buy, lots("0.01"));
    CHECK(world.decide(order, 1, AccountId{2}).decision == RejectCode::NoConversion);
  }
  SECTION("a chain over a symbol that was never quoted, then stale, then fresh") {
    world.account(AccountId{2}, "CHF", "10000");
    world.symbol(SymbolId{3}, forex("USDCHF", "USD", "CHF"));
    world.session(SymbolId{3}, true);
    const auto code = [&] {
      return world.try_decide(market(Side::Buy, lots("0.01")), AccountId{2}).decision;
    };
    CHECK(code() == RejectCode::NoConversion);
    world.quote(SymbolId{3}, "0.9000", "0.9001");
    CHECK(code() == RejectCode::None);
    world.now = kStart + 60s + 1ns;
    world.quote(kEurUsd, "1.08440", "1.08450");
    CHECK(code() == RejectCode::NoConversion);
    world.session(SymbolId{3}, false);
    CHECK(code() == RejectCode::None);  // a closed market's last price holds
    world.session(SymbolId{3}, true);
    CHECK(code() == RejectCode::NoConversion);
    world.quote(SymbolId{3}, "0.9000", "0.9001");
    CHECK(code() == RejectCode::None);
  }
  SECTION("commission in another currency, even only its minimum") {
    Instrument instrument = forex("EURUSD", "EUR", "USD");
    instrument.commission.currency = Currency::of("GBP");
    world.symbol(kEurUsd, instrument);
    CHECK(decide(world) == RejectCode::None);  // nothing is charged
    instrument.commission.minimum = ratio("1");
    world.symbol(kEurUsd, instrument);
    CHECK(decide(world) == RejectCode::NoConversion);
    world.symbol(SymbolId{3}, forex("GBPUSD", "GBP", "USD"));
    world.quote(SymbolId{3}, "1.26", "1.27");
    CHECK(decide(world) == RejectCode::None);
  }
  SECTION("margin currency of its own") {
    Instrument instrument = forex("EURUSD", "EUR", "USD");
    instrument.margin_currency = Currency::of("GBP");
    world.symbol(kEurUsd, instrument);
    CHECK(decide(world) == RejectCode::NoConversion);
  }
}

TEST_CASE("SL and TP must lie on their side of the market, away by the stops level, on the tick") {
  UsdWorld world;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.stops_level_pips = ratio("5");
  world.symbol(kEurUsd, instrument);
  const auto code = [&](Side side, std::string_view stop_loss, std::string_view take_profit) {
    NewOrder order = market(side, lots("0.01"));
    order.stop_loss = price(stop_loss);
    order.take_profit = price(take_profit);
    return world.try_decide(order).decision;
  };
  // Marked at the bid, 1.08440.
  CHECK(code(Side::Buy, "1.08390", "1.08490") == RejectCode::None);
  CHECK(code(Side::Buy, "1.08391", "0") == RejectCode::PriceInvalid);
  CHECK(code(Side::Buy, "0", "1.08489") == RejectCode::PriceInvalid);
  CHECK(code(Side::Buy, "1.083895", "0") == RejectCode::PriceInvalid);
  CHECK(code(Side::Buy, "-1", "0") == RejectCode::PriceInvalid);
  // Marked at the ask, 1.08450.
  CHECK(code(Side::Sell, "1.08500", "1.08400") == RejectCode::None);
  CHECK(code(Side::Sell, "1.08499", "0") == RejectCode::PriceInvalid);
  CHECK(code(Side::Sell, "0", "1.08401") == RejectCode::PriceInvalid);
}

TEST_CASE("maxSlippage: ask 1.38428, 2 pips -> worst acceptable 1.38448") {
  UsdWorld world;
  world.quote(kEurUsd, "1.38408", "1.38428");
  const auto worst = [&](Side side, Ratio pips) {
    NewOrder order = market(side, lots("0.01"));
    order.max_slippage_pips = pips;
    order.worst_price = price("7");  // what a gateway says of it does not count
    const NewOrder decided = world.try_decide(order);
    REQUIRE(decided.decision == RejectCode::None);
    return decided.worst_price;
  };
  CHECK(worst(Side::Buy, ratio("2")) == price("1.38448"));
  CHECK(worst(Side::Sell, ratio("2")) == price("1.38388"));
  CHECK(worst(Side::Buy, ratio("0")) == price("1.38428"));
  CHECK(worst(Side::Sell, ratio("0")) == price("1.38408"));
  CHECK(worst(Side::Buy, ratio("0.5")) == price("1.38433"));
  CHECK(worst(Side::Buy, Ratio{-1}) == Price{});
  // More than the price itself, or than a price can be: any price will do.
  CHECK(worst(Side::Sell, ratio("13840.8")) == Price{});
  CHECK(worst(Side::Sell, ratio("20000")) == Price{});
  CHECK(worst(Side::Buy, Ratio{std::numeric_limits<std::int64_t>::max()}) > price("1"));
}

TEST_CASE("slippage in pips too large for a price means any price") {
  UsdWorld world;
  Instrument instrument = forex("EURUSD", "EUR", "USD");
  instrument.pip_size = Price{kMaxFixedRaw};
  world.symbol(kEurUsd, instrument);
  NewOrder order = market(Side::Buy, lots("0.01"));
  order.max_slippage_pips = Ratio{std::numeric_limits<std::int64_t>::max()};
  const NewOrder decided = world.try_decide(order);
  CHECK(decided.decision == RejectCode::None);
  CHECK(decided.worst_price == Price{});
}

TEST_CASE("a refused order has no worst price, and other commands pass untouched") {
  UsdWorld world;
  NewOrder order = market(Side::Buy, lots("99"));
  order.max_slippage_pips = ratio("2");
  const NewOrder decided = world.decide(order, 1);
  CHECK(decided.decision == RejectCode::InsufficientMargin);
  CHECK(decided.worst_price == Price{});

  ClosePosition close;
  close.position = PositionId{9};
  Command command = Command::make(close);
  command.header.account = AccountId{77};
  const Command before = command;
  world.risk.decide(command, world.now);
  CHECK(std::memcmp(&before, &command, sizeof command) == 0);
}

}  // namespace
}  // namespace tribook::risk_test
