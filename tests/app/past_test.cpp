#include <catch2/catch.hpp>

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "app/past_filler.h"
#include "core/silence.h"
#include "persistence/sqlite/sqlite_reader.h"
#include "tribook/message/text.h"

using namespace tribook;
using namespace tribook::app;
using namespace std::chrono_literals;

namespace {

constexpr TimeNs kStart{1'700'006'400'000'000'000};  // midnight, UTC
constexpr SymbolId kSymbol{1};

TEST_CASE("a silence is what lies between runs, and a long rest within one") {
  core::SilenceFinder finder;
  const auto first = finder.tick(kStart);
  REQUIRE(first);
  CHECK(first->from == TimeNs{});
  CHECK(first->until == kStart);
  CHECK_FALSE(finder.tick(kStart + 30s));
  const auto slept = finder.tick(kStart + 60s + 1ns);
  REQUIRE(slept);
  CHECK(slept->from == kStart + 30s);
  CHECK(slept->until == kStart + 60s + 1ns);
  finder.begin_run();
  finder.begin_run();  // a run without a tick
  const auto between = finder.tick(kStart + 61s);
  REQUIRE(between);
  CHECK(between->from == kStart + 60s + 1ns);
  CHECK(between->until == kStart + 61s);
  CHECK_FALSE(finder.tick(kStart));  // before what was seen
  CHECK(finder.last_tick() == kStart + 61s);
}

/// A venue whose past is one candle of one tick for each silence, at its beginning.
class OneTickVenue final : public QuoteSource {
 public:
  [[nodiscard]] std::string_view name() const override { return "one tick"; }
  [[nodiscard]] runtime::Stage& stage() override { throw std::logic_error("no stage"); }
  void play() override {}
  void pause() override {}
  void begin_anew() override {}
  [[nodiscard]] std::string not_ready() const override { return {}; }
  [[nodiscard]] const market_data::QuoteFilter& filter() const override { return filter_; }
  [[nodiscard]] bool knows_past() const override { return true; }
  void fill_past(persistence::sqlite::SqliteStore& store,
                 const std::vector<core::Silence>& silences) override {
    store.begin_fill();
    for (const core::Silence& silence : silences) {
      const TimeNs time = silence.from + 1ns;
      const Candle candle = Candle::of(candle_start(Timeframe::M1, time), Price{100}, time);
      store.fill(kSymbol, Timeframe::M1, std::span(&candle, 1));
    }
    store.end_fill(silences.back().until);
    filled.insert(filled.end(), silences.begin(), silences.end());
  }

  std::vector<core::Silence> filled;

 private:
  market_data::QuoteFilter filter_{{}};
};

struct World {
  World()
      : folder(std::filesystem::temp_directory_path() /
               ("tribook-past-" + std::to_string(getpid()))),
        slab(64),
        views(small(), slab) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    persistence::sqlite::SqliteOptions options;
    options.path = (folder / "store.sqlite").string();
    options.journal = "test";
    options.commit_interval = std::chrono::milliseconds{0};
    store.emplace(options, slab);
    Instrument instrument;
    instrument.name = decltype(instrument.name)::of("EURUSD");
    instrument.id = kSymbol;
    SymbolUpdated updated;
    updated.symbol = kSymbol;
    updated.is_new = 1;
    Event event;
    event.header.root = {++root};
    event.header.text = put_spec(slab, instrument);
    event.set(updated);
    views.apply(event);
    views.flush();
    slab.release(event.header.text);
    filler.emplace(*store, venue, views);
  }
  ~World() {
    filler.reset();
    store.reset();
    std::filesystem::remove_all(folder);
  }

  static views::ViewLimits small() {
    views::ViewLimits limits;
    limits.accounts = limits.users = limits.symbols = 16;
    limits.open_positions = limits.open_orders = limits.orders = limits.trades = 16;
    limits.ledger = limits.closed_positions = 16;
    return limits;
  }

  void quote(TimeNs time, bool is_reference = false) {
    QuoteApplied quote;
    quote.symbol = kSymbol;
    quote.bid = {200};
    quote.ask = {210};
    quote.is_reference = is_reference ? 1 : 0;
    Event event;
    event.header.root = {++root};
    event.header.time = time;
    event.set(quote);
    filler->apply(event);
    filler->commit({root}, true);
  }

  std::filesystem::path folder;
  Slab slab;
  views::Views views;
  OneTickVenue venue;
  std::optional<persistence::sqlite::SqliteStore> store;
  std::optional<PastFiller> filler;
  std::uint64_t root = 0;
};

TEST_CASE("what a run slept through is filled in when ticks come again, once") {
  World world;
  world.filler->fill({{TimeNs{}, kStart}});
  REQUIRE(world.venue.filled.size() == 1);
  world.quote(kStart + 1s);
  world.quote(kStart + 20s);
  world.quote(kStart + 10min, true);  // a reference is no tick
  CHECK(world.venue.filled.size() == 1);
  world.quote(kStart + 10min + 1s);
  REQUIRE(world.venue.filled.size() == 2);
  CHECK(world.venue.filled[1].from == kStart + 20s);
  CHECK(world.venue.filled[1].until == kStart + 10min + 1s);
  world.quote(kStart + 10min + 2s);
  CHECK(world.venue.filled.size() == 2);

  persistence::sqlite::SqliteReader reader(world.store->path());
  const auto rows = reader.candles(kSymbol, Timeframe::M1, kStart, kStart + 1h, 100);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].live.ticks == 2);
  CHECK(rows[0].history.ticks == 1);
  CHECK(rows[1].live.ticks == 2);
  CHECK(rows[1].history.is_empty());
  CHECK(world.store->newest_history(kSymbol).front().candle.start == kStart);
}

TEST_CASE("ticks of before the start are not looked at again") {
  World world;
  world.filler->fill({{TimeNs{}, kStart + 1h}});
  world.quote(kStart);
  world.quote(kStart + 30min);
  CHECK(world.venue.filled.size() == 1);
}

}  // namespace
