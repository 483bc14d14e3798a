#include <catch2/catch.hpp>

#include "support/house_runner.h"
#include "support/instruments.h"

// One quote that stopped out every account below zero gave more events than the outbox had room for
// when the limits on accounts and positions were alike: the daemon aborted, and the record that did
// it could be durable by then.

namespace tribook::test {

TEST_CASE("one quote stops everybody out below zero") {
  constexpr std::uint32_t count = 100;
  app::PipelineSettings settings = small_settings();
  settings.limits.accounts = count;
  settings.limits.positions = count;
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk, settings);
  Instrument instrument = forex("EUR", "USD");
  instrument.commission.amount = ratio("5");
  house.submit(house.create_symbol(instrument));
  const auto quote = [&](std::string_view bid, std::int64_t ms) {
    QuoteCommand body;
    body.symbol = SymbolId{1};
    body.bid = body.ask = price(bid);
    body.venue_time = TimeNs::from_ms(ms);
    body.never_stale = body.drives_clock = 1;
    return house.submit(Command::make(body));
  };
  quote("1.1", 1'000);
  for (std::uint32_t i = 1; i <= count; ++i) {
    house.submit(
        house.create_account("user" + std::to_string(i), "USD", Money::from_whole(1'000), 500));
    NewOrder order;
    order.symbol = SymbolId{1};
    order.volume = lots("2");
    order.max_slippage_pips = Ratio{-1};
    Command command = Command::make(order);
    command.header.account = AccountId{i};
    house.submit(command);
  }
  std::size_t stopped = 0;
  for (const Event& event : quote("1.05", 2'000)) {
    if (event.header.kind == EventKind::StopOut) ++stopped;
  }
  CHECK(stopped == count);
  CHECK(house.pipeline().sequencer().house().engine().is_ledger_balanced());
}

}  // namespace tribook::test
