#include <catch2/catch.hpp>

#include <chrono>
#include <memory>

#include "support/house_runner.h"
#include "support/instruments.h"
#include "venue/test/test_venue.h"

// Orders that a venue deals: asked when they are durable, answered when it is done with them, in
// every layout alike, and asked again by the next run.

namespace tribook::test {
namespace {

constexpr AccountId kAccount{1};

using Statuses = std::vector<OrderStatus>;

app::PipelineSettings settings() {
  app::PipelineSettings settings = small_settings();
  settings.venues = 1;
  settings.has_dealing_venue = true;
  return settings;
}

MakeVenue dealing(const venue::test::AnswerSettings& answers = {}) {
  return [answers](app::Pipeline& pipeline) {
    venue::test::TestVenueSettings wanted;
    wanted.answers = answers;
    wanted.engine_time = [&pipeline] { return pipeline.sequencer().engine_time(); };
    return std::make_unique<venue::test::TestVenue>(wanted, pipeline.venue_requests(),
                                                    pipeline.venue(0));
  };
}

void found(HouseRunner& house) {
  Instrument symbol = forex("EUR", "USD");
  symbol.venue.book = Book::A;
  house.submit(house.create_symbol(symbol));
  house.submit(house.create_account("alice", "USD", Money::from_whole(10'000)));
  QuoteCommand quote;
  quote.symbol = SymbolId{1};
  quote.bid = price("1.08450");
  quote.ask = price("1.08460");
  quote.venue_time = TimeNs::from_ms(1'400'000'000'000);
  quote.never_stale = 1;
  quote.drives_clock = 1;
  house.submit(Command::make(quote));
}

Command buy(std::string_view volume) {
  NewOrder order;
  order.symbol = SymbolId{1};
  order.volume = lots(volume);
  order.max_slippage_pips = Ratio{-1};
  order.origin = Origin::Rest;
  Command command = Command::make(order);
  command.header.account = kAccount;
  return command;
}

Command close(PositionId position) {
  ClosePosition close;
  close.position = position;
  close.origin = Origin::Rest;
  Command command = Command::make(close);
  command.header.account = kAccount;
  return command;
}

Statuses statuses(const std::vector<Event>& events) {
  Statuses told;
  for (const Event& event : events) {
    if (event.header.kind == EventKind::OrderUpdated)
      told.push_back(event.get<OrderUpdated>().status);
  }
  return told;
}

std::uint64_t run(Layout layout) {
  journal::MemoryDisk disk;
  venue::test::AnswerSettings answers;
  answers.faults.repeated = 50;
  HouseRunner house(layout, disk, settings(), dealing(answers));
  found(house);
  for (int i = 0; i < 20; ++i) {
    const auto opened = house.submit(buy("0.1"));
    CHECK(statuses(opened) == Statuses{OrderStatus::Filling, OrderStatus::Filled});
  }
  const auto closed = house.submit(close(PositionId{1}));
  CHECK(statuses(closed) == Statuses{OrderStatus::Filling, OrderStatus::Filled});
  house.stop();
  const engine::Engine& engine = house.pipeline().sequencer().house().engine();
  CHECK(engine.exposure(SymbolId{1}).is_matched());
  CHECK(engine.exposure(SymbolId{1}).at_venues == lots("1.9").raw);
  views::ExposureView shown;
  CHECK(house.pipeline().views().exposure(SymbolId{1}, shown) == views::ReadStatus::Found);
  CHECK(shown.clients.buys == lots("1.9").raw);
  CHECK(shown.venue.at_venue == lots("1.9").raw);
  CHECK(shown.house() == 0);
  CHECK(house.pipeline().views().venue_requests({}, {}, 10).items.empty());
  return engine.exposure(SymbolId{1}).clients == lots("1.9").raw ? 1 : 0;
}

}  // namespace

TEST_CASE("an order at a venue is answered when the venue is done, in every layout") {
  const Layout layout = GENERATE(Layout::Stepped, Layout::Fused, Layout::Split);
  INFO("layout " << to_string(layout));
  CHECK(run(layout) == 1);
}

TEST_CASE("what was open when the house died is asked again, and is filled once") {
  journal::MemoryDisk disk;
  venue::test::AnswerSettings slow;
  slow.latency = std::chrono::hours{1};
  {
    HouseRunner house(Layout::Stepped, disk, settings(), dealing(slow));
    found(house);
    REQUIRE(house.post(buy("0.3")));
    for (int i = 0; i < 20; ++i) house.pump();
    house.abandon();
  }
  HouseRunner again(Layout::Stepped, disk, settings(), dealing());
  views::OrderView order;
  REQUIRE(again.pipeline().views().order(OrderId{1}, order) == views::ReadStatus::Found);
  CHECK(order.status == OrderStatus::Filling);
  for (int i = 0; i < 20; ++i) again.pump();
  REQUIRE(again.pipeline().views().order(OrderId{1}, order) == views::ReadStatus::Found);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.filled_volume == lots("0.3"));
}

}  // namespace tribook::test
