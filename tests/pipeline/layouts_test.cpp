#include <catch2/catch.hpp>

#include "support/house_runner.h"
#include "support/instruments.h"
#include "support/random.h"
#include "tribook/domain/decimal.h"

// The same commands, each awaited, give the same state in every layout, and the journal that they
// left gives it again.

namespace tribook::test {
namespace {

Command quote(SymbolId symbol, std::string_view bid, std::string_view ask, std::int64_t ms) {
  QuoteCommand body;
  body.symbol = symbol;
  body.bid = *parse_price(bid);
  body.ask = *parse_price(ask);
  body.venue_time = TimeNs::from_ms(ms);
  body.never_stale = 1;
  body.drives_clock = 1;
  return Command::make(body);
}

Command market(AccountId account, SymbolId symbol, Side side, std::string_view volume) {
  NewOrder order;
  order.symbol = symbol;
  order.side = side;
  order.volume = *parse_volume(volume);
  order.max_slippage_pips = Ratio{-1};
  order.origin = Origin::Rest;
  Command command = Command::make(order);
  command.header.account = account;
  return command;
}

OrderUpdated order_of(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.header.kind == EventKind::OrderUpdated) return event.get<OrderUpdated>();
  }
  FAIL("no order in the answer");
  return {};
}

struct Outcome {
  std::uint64_t hash = 0;
  std::size_t events = 0;
};

Outcome play(Layout layout, journal::Disk& disk, Random random) {
  HouseRunner house(layout, disk);
  Outcome outcome;
  const auto send = [&](Command command) {
    auto events = house.submit(command);
    outcome.events += events.size();
    return events;
  };
  send(house.create_symbol(forex("EUR", "USD")));
  send(house.create_account("alice", "USD", Money::from_whole(10'000)));
  send(house.create_account("bert", "EUR", Money::from_whole(500)));
  std::int64_t mid = 10'850'00;
  std::int64_t ms = 1'400'000'000'000;
  for (int i = 0; i < 400; ++i) {
    mid += static_cast<std::int64_t>(random.below(41)) - 20;
    ms += 1'000;
    const auto text = [](std::int64_t raw) {
      char buffer[kDecimalTextMax];
      return std::string(buffer, format_decimal(buffer, static_cast<int128>(raw) * 1'000));
    };
    send(quote(SymbolId{1}, text(mid), text(mid + 10), ms));
    if (i % 3 == 0) {
      const AccountId account{1 + static_cast<std::uint32_t>(random.below(2))};
      send(market(account, SymbolId{1}, random.below(2) == 0 ? Side::Buy : Side::Sell, "0.1"));
    } else if (i % 7 == 0) {
      ClosePosition close;
      close.position = PositionId{1 + random.below(60)};
      Command command = Command::make(close);
      command.header.account = AccountId{1};
      send(command);
    }
  }
  house.stop();
  outcome.hash = house.pipeline().sequencer().house().state_hash();
  REQUIRE(house.pipeline().sequencer().house().engine().is_ledger_balanced());
  return outcome;
}

}  // namespace

TEST_CASE("an order goes through every stage and its answer waits for the disk") {
  const Layout layout = GENERATE(Layout::Stepped, Layout::Fused, Layout::Split);
  INFO("layout " << to_string(layout));
  journal::MemoryDisk disk;
  HouseRunner house(layout, disk);
  house.submit(house.create_symbol(forex("EUR", "USD")));
  house.submit(house.create_account("alice", "USD", Money::from_whole(10'000)));
  house.submit(quote(SymbolId{1}, "1.0845", "1.0846", 1'400'000'000'000));
  const OrderUpdated order =
      order_of(house.submit(market(AccountId{1}, SymbolId{1}, Side::Buy, "1")));
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.filled_price == *parse_price("1.0846"));
  CHECK(order.book == Book::B);
  CHECK(order.code == RejectCode::None);
  views::AccountSnapshot snapshot;
  REQUIRE(house.pipeline().views().snapshot(AccountId{1}, snapshot) == views::ReadStatus::Found);
  CHECK(snapshot.positions.size() == 1);
  // With threads, one prepares the next segment at any moment.
  if (layout == Layout::Stepped) CHECK(disk.unsynced_changes() == 0);
}

TEST_CASE("all layouts and the replay agree in lock-step") {
  const Random random(20'140'501);
  INFO(random.reproduce());
  Outcome first;
  for (const Layout layout : {Layout::Stepped, Layout::Fused, Layout::Split}) {
    journal::MemoryDisk disk;
    const Outcome outcome = play(layout, disk, random);
    CAPTURE(to_string(layout));
    if (layout == Layout::Stepped) first = outcome;
    CHECK(outcome.hash == first.hash);
    CHECK(outcome.events == first.events);

    Slab slab(256);
    core::Replica replica(small_settings().limits, slab);
    const core::ReplayResult replayed = replica.replay(disk, "journal");
    REQUIRE(replayed.is_good);
    CHECK(replica.house().state_hash() == outcome.hash);
    CHECK(slab.in_use() == 0);
  }
}

}  // namespace tribook::test
