#include "support/engine_fixture.h"
#include "support/provider.h"
#include "support/survives.h"

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::lots;
using test::money;
using test::price;

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10010");
  }
  PositionId open(Side side, std::string_view stop_loss, std::string_view take_profit,
                  std::string_view volume = "0.1") {
    return house.open(
        account, symbol, side, volume,
        {.stop_loss = std::string(stop_loss), .take_profit = std::string(take_profit)});
  }
  // What a quote closes: the reasons, in order.
  std::vector<CloseReason> closed_by(const char* bid, const char* ask) {
    std::vector<CloseReason> reasons;
    for (const auto& reduced : house.quote(symbol, bid, ask).of<PositionReduced>())
      reasons.push_back(reduced.reason);
    return reasons;
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

using Reasons = std::vector<CloseReason>;

TEST_CASE("SL of a buy: when the bid falls to it, filled at the bid") {
  Market m;
  const PositionId id = m.open(Side::Buy, "1.09900", "0");
  CHECK(m.closed_by("1.09901", "1.09911").empty());
  CHECK(m.closed_by("1.09950", "1.09960").empty());
  const Events events = m.house.quote(m.symbol, "1.09900", "1.09910");
  CHECK(events.kinds().front() == EventKind::QuoteApplied);
  const auto reduced = events.only<PositionReduced>();
  CHECK(reduced.position == id);
  CHECK(reduced.reason == CloseReason::StopLoss);
  CHECK(reduced.price == price("1.09900"));
  CHECK(reduced.bid == price("1.09900"));
  CHECK(reduced.ask == price("1.09910"));
  CHECK(reduced.realized_pnl == money("-11"));
  CHECK(events.only<OrderUpdated>().reason == CloseReason::StopLoss);
  CHECK(events.only<TradeExecuted>().reason == CloseReason::StopLoss);
}

TEST_CASE("SL of a sell: when the ask rises to it, whatever the bid does") {
  Market m;
  m.open(Side::Sell, "1.10100", "0");
  CHECK(m.closed_by("1.10098", "1.10099").empty());
  CHECK(m.closed_by("1.09000", "1.10100") == Reasons{CloseReason::StopLoss});
}

TEST_CASE("TP of a buy at the bid, of a sell at the ask") {
  Market m;
  m.open(Side::Buy, "0", "1.10200");
  CHECK(m.closed_by("1.10199", "1.10300").empty());
  CHECK(m.closed_by("1.10200", "1.10300") == Reasons{CloseReason::TakeProfit});
  m.open(Side::Sell, "0", "1.10100");
  CHECK(m.closed_by("1.10000", "1.10101").empty());
  CHECK(m.closed_by("1.09000", "1.10100") == Reasons{CloseReason::TakeProfit});
}

TEST_CASE(
    "Gaps: an SL fills at the first price after it, a TP gives the better price to the client") {
  Market m;
  m.open(Side::Buy, "1.09900", "0");
  m.open(Side::Sell, "0", "1.09900");
  const Events down = m.house.quote(m.symbol, "1.08000", "1.08010");
  const auto reduced = down.of<PositionReduced>();
  REQUIRE(reduced.size() == 2);
  CHECK(reduced[0].price == price("1.08000"));
  CHECK(reduced[0].realized_pnl == money("-201"));
  CHECK(reduced[1].reason == CloseReason::TakeProfit);
  CHECK(reduced[1].price == price("1.08010"));
  CHECK(reduced[1].realized_pnl == money("199"));
  m.open(Side::Buy, "0", "1.09000");
  m.open(Side::Sell, "1.09000", "0");
  const auto up = m.house.quote(m.symbol, "1.12000", "1.12010").of<PositionReduced>();
  REQUIRE(up.size() == 2);
  CHECK(up[0].price == price("1.12000"));
  CHECK(up[1].price == price("1.12010"));
}

TEST_CASE("Several at one quote: by position id") {
  Market m;
  const PositionId a = m.open(Side::Buy, "1.09800", "0");
  const PositionId b = m.open(Side::Sell, "0", "1.09900");
  const PositionId c = m.open(Side::Buy, "1.09950", "0");
  const PositionId d = m.open(Side::Buy, "1.09000", "0");
  std::vector<PositionId> closed;
  for (const auto& reduced : m.house.quote(m.symbol, "1.09700", "1.09710").of<PositionReduced>()) {
    closed.push_back(reduced.position);
  }
  CHECK(closed == std::vector<PositionId>{a, b, c});
  CHECK(m.house.position(d).volume == lots("0.1"));
}

TEST_CASE("Several at one quote: by position id even when places were used again") {
  Market m;
  const PositionId first = m.open(Side::Buy, "0", "0");
  const PositionId second = m.open(Side::Buy, "1.09900", "0");
  m.house.close(m.account, first);
  const PositionId third = m.open(Side::Buy, "1.09900", "0");  // in the place of the first
  const auto reduced = m.house.quote(m.symbol, "1.09000", "1.09010").of<PositionReduced>();
  REQUIRE(reduced.size() == 2);
  CHECK(reduced[0].position == second);
  CHECK(reduced[1].position == third);
}

TEST_CASE("SL and TP reached by one quote: the SL counts, the position closes once") {
  Market m;
  const PositionId id = m.open(Side::Buy, "1.09900", "0");
  m.house.open_session(m.symbol, false);
  CHECK(m.closed_by("1.09000", "1.09010").empty());
  // The price is now below the SL; a TP between price and SL is good, and both are reached below.
  CHECK(m.house.modify(m.account, id, {}, "1.09500").code() == RejectCode::None);
  m.house.open_session(m.symbol, true);
  CHECK(m.closed_by("1.09600", "1.09610") == Reasons{CloseReason::StopLoss});
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Market closed: nothing fires, the first quote after the opening does") {
  Market m;
  m.open(Side::Buy, "1.09900", "0");
  m.house.open_session(m.symbol, false);
  CHECK(m.closed_by("1.09000", "1.09010").empty());
  CHECK_FALSE(m.house.open_session(m.symbol, true).has<PositionReduced>());
  CHECK(m.closed_by("1.09100", "1.09110") == Reasons{CloseReason::StopLoss});
}

TEST_CASE("Disabled symbol: nothing fires, CLOSE_ONLY does") {
  Market m;
  m.open(Side::Buy, "1.09900", "0");
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.state = SymbolState::Disabled;
  m.house.update_symbol(m.symbol, instrument);
  CHECK(m.closed_by("1.09000", "1.09010").empty());
  instrument.state = SymbolState::CloseOnly;
  m.house.update_symbol(m.symbol, instrument);
  CHECK(m.closed_by("1.09000", "1.09010") == Reasons{CloseReason::StopLoss});
}

TEST_CASE("Modify: moves, keeps and clears levels, and tells so") {
  Market m;
  const PositionId id = m.open(Side::Buy, "1.09900", "1.10200");
  const auto moved = m.house.modify(m.account, id, "1.09800", {});
  CHECK(moved.kinds() == std::vector{EventKind::PositionUpdated});
  const auto updated = moved.only<PositionUpdated>();
  CHECK(updated.action == PositionAction::Modified);
  CHECK(updated.stop_loss == price("1.098"));
  CHECK(updated.take_profit == price("1.102"));
  CHECK(m.closed_by("1.09900", "1.09910").empty());  // the old SL is gone
  m.house.quote(m.symbol, "1.10000", "1.10010");
  CHECK(m.house.modify(m.account, id, {}, "0").only<PositionUpdated>().take_profit == price("0"));
  CHECK(m.closed_by("1.10300", "1.10310").empty());
  CHECK(m.house.modify(m.account, id, "0", {}).only<PositionUpdated>().stop_loss == price("0"));
  CHECK(m.closed_by("1.09000", "1.09010").empty());
  CHECK(m.house.modify(m.account, id, "1.08", "1.10").code() == RejectCode::None);
  CHECK(m.closed_by("1.10000", "1.10010") == Reasons{CloseReason::TakeProfit});
}

TEST_CASE("Modify refused: PRICE_INVALID leaves both levels as they were") {
  Market m;
  const PositionId id = m.open(Side::Buy, "1.09900", "1.10200");
  for (const char* bad : {"1.10000", "1.10005", "1.2", "1.098001", "-1"}) {
    CAPTURE(bad);
    CHECK(m.house.modify(m.account, id, bad, "1.10300").code() == RejectCode::PriceInvalid);
  }
  CHECK(m.house.modify(m.account, id, "1.09800", "1.10000").code() == RejectCode::PriceInvalid);
  CHECK(m.house.position(id).stop_loss == price("1.099"));
  CHECK(m.house.position(id).take_profit == price("1.102"));
  CHECK(m.closed_by("1.09900", "1.09910") == Reasons{CloseReason::StopLoss});
}

TEST_CASE("Modify: a level that stays is not checked again") {
  Market m;
  const PositionId id = m.open(Side::Buy, "1.09900", "0");
  m.house.open_session(m.symbol, false);
  m.house.quote(m.symbol, "1.09000", "1.09010");
  CHECK(m.house.modify(m.account, id, "1.09900", "1.2").code() == RejectCode::None);
  CHECK(m.house.modify(m.account, id, {}, "1.3").code() == RejectCode::None);
}

TEST_CASE("Partial close: the rest keeps its levels") {
  Market m;
  const PositionId id = m.open(Side::Buy, "1.09900", "1.10200", "1");
  m.house.close(m.account, id, "0.4");
  const auto reduced = m.house.quote(m.symbol, "1.09800", "1.09810").only<PositionReduced>();
  CHECK(reduced.closed_volume == lots("0.6"));
}

TEST_CASE("A level moved often fires once, where it was last") {
  Market m;
  const PositionId id = m.open(Side::Sell, "1.10500", "0");
  for (int i = 0; i < 50; ++i) {
    const Price level = price("1.10400") - Price{i * 1000};
    ModifyPosition modify;
    modify.position = id;
    modify.stop_loss = level;
    REQUIRE(m.house.send(m.account, modify).code() == RejectCode::None);
  }
  CHECK(m.closed_by("1.10300", "1.10350").empty());
  CHECK(m.closed_by("1.10300", "1.10351") == Reasons{CloseReason::StopLoss});
  CHECK(m.closed_by("1.2", "1.2").empty());
}

TEST_CASE("An SL that takes the balance below zero is covered when no position is left") {
  Market m;
  const AccountId poor = m.house.add_account({.deposit = "1200", .stop_out = "0"});
  m.house.open(poor, m.symbol, Side::Buy, "1", {.stop_loss = "1.09500"});
  const Events events = m.house.quote(m.symbol, "1.08000", "1.08010");
  CHECK(events.only<PositionReduced>().reason == CloseReason::StopLoss);
  const auto entries = events.of<LedgerPosted>();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].amount == money("-2010"));
  CHECK(entries[1].type == LedgerType::NegativeBalance);
  CHECK(entries[1].house == HouseAccount::NegativeBalanceCover);
  CHECK(entries[1].amount == money("810"));
  CHECK(m.house.figures(poor).balance == money("0"));
}

TEST_CASE("A manual close below zero is not covered") {
  Market m;
  const AccountId poor = m.house.add_account({.deposit = "1200", .stop_out = "0"});
  const PositionId id = m.house.open(poor, m.symbol, Side::Buy, "1");
  m.house.open_session(m.symbol, false);
  m.house.quote(m.symbol, "1.08000", "1.08010");
  m.house.open_session(m.symbol, true);
  const Events events = m.house.close(poor, id);
  CHECK(events.of<LedgerPosted>().size() == 1);
  CHECK(m.house.figures(poor).balance == money("-810"));
}

TEST_CASE("Quotes that cannot be are refused and change nothing") {
  Market m;
  m.open(Side::Buy, "1.09900", "0");
  CHECK(m.house.quote(m.symbol, "0", "1.1").code() == RejectCode::PriceInvalid);
  CHECK(m.house.quote(m.symbol, "-1", "1.1").code() == RejectCode::PriceInvalid);
  CHECK(m.house.quote(m.symbol, "1.1", "1.09999").code() == RejectCode::PriceInvalid);
  CHECK(m.house.quote(SymbolId{9}, "1", "1").code() == RejectCode::SymbolUnknown);
  CHECK(m.house.quote(SymbolId{}, "1", "1").code() == RejectCode::SymbolUnknown);
  CHECK(m.house.figures(m.account).unrealized_pnl == money("-1"));
}

TEST_CASE("Quotes beyond the range of prices are refused") {
  CHECK(test::survives([] {
    Market m;
    m.open(Side::Buy, "1.09900", "0");
    const Price most{INT64_MAX};
    if (m.house.quote(m.symbol, most, most).code() != RejectCode::PriceInvalid) std::abort();
    const Price beyond{kMaxFixedRaw + 1};
    if (m.house.quote(m.symbol, price("1.1"), beyond).code() != RejectCode::PriceInvalid)
      std::abort();
  }));
}

// ---- What cannot be executed at the quote that reached it ----

struct Extreme {
  Extreme() {
    Instrument instrument = test::contract("GEM", Category::Index, "GEM", "USD", "100000");
    instrument.max_volume = lots("1000000000");
    symbol = house.add_symbol(instrument);
    account = house.add_account({.deposit = "30000000000", .leverage = 500});
    house.quote(symbol, "0.10", "0.10");
  }

  House house;
  SymbolId symbol;
  AccountId account;
};

TEST_CASE("A level that could not be executed fires at the next quote that lets it") {
  Extreme m;
  const PositionId id =
      m.house.open(m.account, m.symbol, Side::Sell, "1000000000", {.stop_loss = "0.11"});
  // A loss of 10^22: beyond all money. Once in each quote it is tried.
  for (int i = 0; i < 3; ++i) {
    const Events beyond = m.house.quote(m.symbol, "100000000", "100000000");
    CHECK(beyond.kinds() == std::vector<EventKind>{EventKind::QuoteApplied});
  }
  REQUIRE(m.house.position(id).stop_loss == price("0.11"));
  CHECK_FALSE(m.house.quote(m.symbol, "0.10", "0.10").has<PositionReduced>());  // not reached
  const auto reduced = m.house.quote(m.symbol, "0.11", "0.11").only<PositionReduced>();
  CHECK(reduced.reason == CloseReason::StopLoss);
  CHECK(reduced.realized_pnl == money("-1000000000000"));
}

TEST_CASE("A level for which there was no room at a venue fires at the next quote") {
  engine::EngineLimits limits = test::small_limits();
  limits.orders = 1;
  House house(limits);
  test::Provider provider(house);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account({.deposit = "100000"});
  house.quote(symbol, "1.10000", "1.10010");
  for (int i = 0; i < 2; ++i) {
    const auto request =
        test::order_to(house, Book::A, account, symbol, Side::Buy, "1", {.stop_loss = "1.09"})
            .only<VenueRequested>();
    provider.fill(request, "1", "1.10010");
  }
  const auto first = house.quote(symbol, "1.08000", "1.08010").only<VenueRequested>();
  CHECK(first.request_kind == VenueRequestKind::Close);
  provider.fill(first, "1", "1.08000");
  const auto second = house.quote(symbol, "1.08000", "1.08010").only<VenueRequested>();
  CHECK(second.position != first.position);
  provider.fill(second, "1", "1.08000");
  CHECK(house.positions(account).empty());
}

}  // namespace
}  // namespace tribook
