#include <catch2/catch.hpp>

#include "core/follower.h"
#include "journal/memory_disk.h"
#include "persistence/sqlite/sqlite_reader.h"
#include "persistence/sqlite/sqlite_store.h"
#include "support/house_runner.h"
#include "support/instruments.h"
#include "support/random.h"
#include "traffic.h"
#include "view_text.h"

using namespace tribook;
using namespace tribook::persistence::sqlite;
using namespace tribook::test;

namespace {

constexpr SymbolId kSymbol{1};

/// A live house: clients, quotes, orders that are opened and closed.
void trade(HouseRunner& runner, Random& random, std::size_t actions) {
  runner.submit(runner.create_symbol(forex("EUR", "USD")));
  for (int i = 0; i < 4; ++i) {
    runner.submit(
        runner.create_account("client" + std::to_string(i), "USD", Money::from_whole(5'000)));
  }
  std::vector<std::pair<PositionId, AccountId>> open;
  for (std::size_t i = 0; i < actions; ++i) {
    Command command;
    if (random.one_in(2) || i == 0) {
      QuoteCommand quote;
      quote.symbol = kSymbol;
      quote.bid = {108'450'000 + random.between(-300, 300) * 1'000};
      quote.ask = quote.bid + Price{10'000};
      quote.venue_time = {1'700'000'000'000'000'000 + static_cast<std::int64_t>(i) * 700'000'000};
      quote.drives_clock = 1;
      quote.never_stale = 1;
      command = Command::make(quote);
    } else if (open.empty() || random.one_in(2)) {
      NewOrder order;
      order.symbol = kSymbol;
      order.side = random.one_in(2) ? Side::Buy : Side::Sell;
      order.volume = {random.between(1, 30) * 1'000'000};
      order.max_slippage_pips = Ratio{-1};
      command = Command::make(order);
      command.header.account = {static_cast<std::uint32_t>(1 + random.below(4))};
      command.header.text =
          put_texts(runner.slab(), {{"id" + std::to_string(i), "", "a comment", ""}});
    } else {
      ClosePosition close;
      close.position = open.back().first;
      command = Command::make(close);
      command.header.account = open.back().second;
      open.pop_back();
    }
    for (const Event& event : runner.submit(command)) {
      if (event.header.kind != EventKind::PositionUpdated) continue;
      const auto position = event.get<PositionUpdated>();
      if (position.action == PositionAction::Opened) {
        open.emplace_back(position.position, event.header.account);
      }
    }
  }
}

}  // namespace

TEST_CASE("a follower fills the store from the journal of a live house, also after a restart") {
  TempFolder folder;
  Random random(20260326);
  INFO(random.reproduce());
  journal::MemoryDisk disk;
  HouseRunner runner(Layout::Stepped, disk);
  trade(runner, random, 1'500);
  runner.stop();
  const Sequence written = runner.pipeline().journal_stage().written();
  REQUIRE(written > Sequence{1'000});

  core::FollowerOptions options;
  options.journal_directory = "journal";
  options.limits = small_settings().limits;
  const std::string path = folder.file("store.db");
  for (const std::uint64_t until : {written.value / 3, written.value}) {
    core::Follower::Ports ports;
    ports.written = [&] { return Sequence{until}; };
    ports.on_stop = [](Sequence, const std::string& what) { FAIL(what); };
    ports.on_sink_failure = [](const std::string& what) { FAIL(what); };
    core::Follower follower(options, ports, disk);
    SqliteOptions store_options = eager_options(path);
    store_options.commit_interval = std::chrono::milliseconds{5};
    SqliteStore store(store_options, follower.slab());
    follower.add_sink(store);
    TimeNs now{1};
    // A batch that is not wholly within `until` is not read.
    for (int idle = 0; idle < 2'000 && store.stored() < Sequence{until}; ++idle) {
      if (follower.do_work(now) > 0) idle = 0;
      now = now + std::chrono::milliseconds{1};
    }
    follower.on_close();
    CHECK(store.stored() <= Sequence{until});
    CHECK_FALSE(follower.has_stopped());
  }

  SqliteReader reader(path);
  REQUIRE(reader.stored() == written);
  std::size_t compared = 0;
  for (std::uint32_t number = 1; number <= 4; ++number) {
    const AccountId id{number};
    const auto orders =
        runner.pipeline().views().orders(id, views::OrderFilter::All, {}, 1'000).items;
    const auto stored = reader.orders(id, {}, 1'000);
    REQUIRE(stored.size() == orders.size());
    for (std::size_t i = 0; i < orders.size(); ++i) {
      REQUIRE(text_of(stored[i]) == text_of(orders[i]));
      ++compared;
    }
    const auto entries = runner.pipeline().views().ledger(id, {}, 1'000).items;
    const auto stored_entries = reader.ledger(id, {}, 1'000);
    REQUIRE(stored_entries.size() == entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
      REQUIRE(text_of(stored_entries[i]) == text_of(entries[i]));
    }
  }
  CHECK(compared > 300);
}
