#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <span>
#include <stdexcept>
#include <vector>

#include "app/past_filler.h"
#include "app/resume_candles.h"
#include "core/follower.h"
#include "core/house_snapshot.h"
#include "core/replica.h"
#include "gateway_api/history_fake.h"
#include "persistence/sqlite/sqlite_reader.h"
#include "support/instruments.h"
#include "support/random.h"

// What clients are told of candles and ticks by a daemon that began with a snapshot, over the real
// store: the same as by one that saw everything, once the store has what the snapshot has.

namespace tribook::test {
namespace {

using namespace std::chrono_literals;
using http::Method;

constexpr std::uint16_t kSymbols = 3;
constexpr std::array kNames{"EURUSD", "GBPUSD", "AUDUSD"};

/// A venue whose past is a tick of every symbol every fifty seconds, for at most two hours.
class PastVenue final : public app::QuoteSource {
 public:
  [[nodiscard]] std::string_view name() const override { return "past"; }
  [[nodiscard]] runtime::Stage& stage() override { throw std::logic_error("no stage"); }
  void play() override {}
  void pause() override {}
  void begin_anew() override {}
  [[nodiscard]] std::string not_ready() const override { return {}; }
  [[nodiscard]] const market_data::QuoteFilter& filter() const override { return filter_; }
  [[nodiscard]] bool knows_past() const override { return true; }

  void fill_past(persistence::sqlite::SqliteStore& store,
                 const std::vector<core::Silence>& silences) override {
    const TimeNs filled = store.filled_until().value_or(TimeNs{});
    store.begin_fill();
    for (const core::Silence& silence : silences) {
      const TimeNs from = std::max({silence.from, filled, TimeNs{silence.until.ns} - 2h});
      for (std::uint16_t id = 1; id <= kSymbols; ++id) fill(store, {id}, from, silence.until);
    }
    store.end_fill(std::max(filled, silences.back().until));
  }

  std::map<std::uint16_t, std::uint64_t> ticks;  ///< filled in, by symbol

 private:
  void fill(persistence::sqlite::SqliteStore& store, SymbolId symbol, TimeNs from, TimeNs until) {
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      std::vector<Candle> candles(1);
      for (TimeNs time = from + 50s; time < until; time = time + 50s) {
        const Candle before = candles.back();
        const Price bid{90'000'000 + time.ns / 1'000'000'000 % 977 * 10'000};
        if (candles.back().follow(timeframe_at(i), bid, time) && !before.is_empty()) {
          candles.insert(candles.end() - 1, before);
        }
        if (i == 0) ++ticks[symbol.value];
      }
      if (!candles.back().is_empty()) store.fill(symbol, timeframe_at(i), candles);
    }
  }

  market_data::QuoteFilter filter_{{}};
};

/// Fills views with the records after those that they were told.
class ViewsSink final : public core::EventSink {
 public:
  ViewsSink(views::Views& views, Sequence told) : views_(views), stored_(told) {}
  [[nodiscard]] Sequence stored() const override { return stored_; }
  void apply(const Event& event) override { views_.apply(event); }
  void commit(Sequence last, bool /*is_caught_up*/) override {
    views_.flush();
    stored_ = last;
  }

 private:
  views::Views& views_;
  Sequence stored_;
};

/// A house with clients' doors, its store, and the snapshots that the store's follower took.
struct World {
  World(std::uint64_t seed, const views::ViewLimits& limits)
      : random(seed),
        folder(std::filesystem::temp_directory_path() /
               ("tribook-resumed-" + std::to_string(getpid()) + "-" + std::to_string(seed))),
        f(StoredFixture::with(limits)),
        view_limits(limits) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    f.house.submit(f.house.create_symbol(forex("EUR", "USD")));
    f.house.submit(f.house.create_symbol(forex("GBP", "USD")));
    f.house.submit(f.house.create_symbol(forex("AUD", "USD")));
    f.add_client("alice");
  }
  ~World() { std::filesystem::remove_all(folder); }

  /// The store is made anew.
  void lose_store() {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    venue.ticks.clear();
  }
  [[nodiscard]] std::string path() const { return (folder / "store.sqlite").string(); }
  [[nodiscard]] Sequence written() { return f.house.pipeline().journal_stage().written(); }
  [[nodiscard]] core::FollowerOptions follower_options() const {
    core::FollowerOptions options;
    options.journal_directory = "journal";
    options.limits = small_settings().limits;
    options.snapshot_after_records = 15;
    return options;
  }

  /// The last symbol's first tick comes late.
  void quote() {
    const std::int64_t longest = std::array{1, 10, 10, 60, 60, 900}[random.below(6)];
    now = now + std::chrono::seconds(random.between(0, longest));
    mid += random.between(-30, 30) * 1'000;
    QuoteCommand body;
    body.symbol = {
        static_cast<std::uint16_t>(1 + random.below(quotes++ < 70 ? kSymbols - 1 : kSymbols))};
    body.bid = {mid};
    body.ask = {mid + 10'000};
    body.venue_time = now;
    body.never_stale = 1;
    body.drives_clock = 1;
    body.is_reference = random.one_in(12) ? 1 : 0;
    if (body.is_reference == 0) ++ticks[body.symbol.value];
    f.house.submit(Command::make(body));
  }

  Random random;
  std::filesystem::path folder;
  GatewayFixture f;
  views::ViewLimits view_limits;
  PastVenue venue;
  std::vector<snapshot::Snapshot> snapshots;
  TimeNs now = TimeNs::from_ms(1'768'910'000'000);
  std::int64_t mid = 108'000'000;
  int quotes = 0;
  std::map<std::uint16_t, std::uint64_t> ticks;  ///< live ones, by symbol
};

/// One life of the store's side of the daemon. It fills in the time until it began.
struct Keeper {
  explicit Keeper(World& world)
      : follower(world.follower_options(), ports(world), world.f.disk),
        store(options(world.path()), follower.slab()),
        filler(store, world.venue, world.f.house.pipeline().views()) {
    const core::House& house = world.f.house.pipeline().sequencer().house();
    std::vector<core::Silence> silences = house.silences();
    silences.push_back({house.last_tick(), std::max(house.last_tick(), world.now)});
    filler.fill(std::move(silences));
    follower.add_sink(filler);
    for (auto taken = world.snapshots.rbegin(); taken != world.snapshots.rend(); ++taken) {
      if (taken->about.sequence > follower.least_stored()) continue;
      auto loaded = core::house_of(*taken, world.follower_options().limits, follower.slab());
      REQUIRE(loaded.house);
      follower.begin_with(std::move(loaded.house), std::move(loaded.candles));
      break;
    }
  }
  static core::Follower::Ports ports(World& world) {
    return {[&world] { return world.written(); },
            [](Sequence, const std::string& what) { FAIL(what); },
            [](const std::string& what) { FAIL(what); },
            [&world](const core::House& house, const core::FormingCandles& candles,
                     const journal::EndPosition& position) {
              world.snapshots.push_back(core::snapshot_of(house, candles, position));
              return true;
            }};
  }
  static persistence::sqlite::SqliteOptions options(const std::string& path) {
    persistence::sqlite::SqliteOptions options;
    options.path = path;
    options.journal = "test";
    options.commit_interval = 0ms;
    return options;
  }
  void catch_up() {
    while (follower.do_work({}) != 0) {
    }
  }

  core::Follower follower;
  persistence::sqlite::SqliteStore store;
  app::PastFiller filler;
};

/// Views as a daemon has them that began with a snapshot and read the journal from there.
struct Resumed {
  Resumed(World& world, Keeper& keeper, const snapshot::Snapshot& taken)
      : begun(taken.about.sequence),
        follower(tail_options(world), tail_ports(world), world.f.disk),
        views(world.view_limits, follower.slab()),
        sink(views, begun) {
    auto loaded = core::house_of(taken, world.follower_options().limits, follower.slab());
    REQUIRE(loaded.house);
    tell_state(world);
    app::resume_candles(loaded.candles, begun, views);
    follower.add_sink(sink);
    follower.begin_with(std::move(loaded.house), std::move(loaded.candles));
    while (follower.do_work({}) != 0) {
    }
    REQUIRE(sink.stored() == world.written());
    for (std::uint16_t id = 1; id <= kSymbols; ++id) {
      for (const auto& tail : keeper.store.newest_history({id})) {
        views.set_history_tail({id}, tail.timeframe, tail.candle);
      }
    }
  }
  static core::FollowerOptions tail_options(const World& world) {
    auto options = world.follower_options();
    options.snapshot_after_records = 0;
    return options;
  }
  static core::Follower::Ports tail_ports(World& world) {
    auto ports = Keeper::ports(world);
    ports.on_snapshot = {};
    return ports;
  }
  // In the end the same as if the house told its state: quotes are no ticks.
  void tell_state(World& world) {
    core::Replica replica(small_settings().limits, follower.slab());
    const auto result =
        replica.replay(world.f.disk, "journal", {begun, {}}, [&](const Event& event) {
          Event told = event;
          if (event.header.kind == EventKind::QuoteApplied) {
            auto quote = event.get<QuoteApplied>();
            quote.is_reference = 1;
            told.set(quote);
          }
          views.apply(told);
        });
    REQUIRE(result.is_good);
    views.flush();
  }

  Sequence begun;
  core::Follower follower;
  views::Views views;
  ViewsSink sink;
};

std::unique_ptr<gateway::Gateway> gate_of(GatewayFixture& f, views::Views& views,
                                          gateway::History& history) {
  const auto port = f.house.pipeline().gateway(0);
  return std::make_unique<gateway::Gateway>(
      f.options,
      gateway::Pipeline{0, *port.commands, *port.events, *port.quotes_missed, f.house.slab(),
                        views},
      gateway::World{f.network, f.passwords, f.tokens, f.throttle, f.house.clock(), &history});
}

/// All pages of a list, as they came; empty when the store is behind.
std::vector<std::string> pages(GatewayFixture& f, const std::string& path, std::size_t limit) {
  std::vector<std::string> all;
  std::string cursor;
  for (int page = 0; page < 1'000; ++page) {
    const Answer answer = f.client(Method::Get, path + "&limit=" + std::to_string(limit) + cursor);
    INFO(answer.body);
    if (answer.status == 503) {
      CHECK(answer["code"] == "BUSY");
      return {};
    }
    REQUIRE(answer.status == 200);
    all.push_back(answer.body);
    if (answer["nextCursor"].empty()) return all;
    cursor = "&cursor=" + answer["nextCursor"];
  }
  FAIL("pages without end");
  return all;
}

std::uint64_t volume_of(const std::vector<std::string>& bodies) {
  std::uint64_t volume = 0;
  for (const std::string& body : bodies) {
    for (const std::string& item : items_of({200, body, {}})) {
      const Answer candle{200, item, {}};
      volume += std::stoull(candle["volume"]);
    }
  }
  return volume;
}

struct Found {
  int same = 0;
  int behind = 0;
};

/// The same questions to views that saw everything and to those that began with a snapshot.
void compare(World& world, Keeper& keeper, Found& found) {
  GatewayFixture& f = world.f;
  const auto& taken = world.snapshots[world.random.below(world.snapshots.size())];
  Resumed resumed(world, keeper, taken);
  persistence::sqlite::SqliteReader reader(world.path());
  FakeHistory history(reader, f.network);
  auto full_gate = gate_of(f, f.house.pipeline().views(), history);
  auto late_gate = gate_of(f, resumed.views, history);
  const bool has_all = keeper.store.stored() >= world.written();
  const auto ask = [&](const std::string& path, std::size_t limit) {
    CAPTURE(path, limit, taken.about.sequence.value, keeper.store.stored().value);
    std::swap(f.gate, full_gate);
    const auto expected = pages(f, path, limit);
    std::swap(f.gate, full_gate);
    std::swap(f.gate, late_gate);
    const auto got = pages(f, path, limit);
    std::swap(f.gate, late_gate);
    if (got.empty()) {
      CHECK((keeper.store.stored() < taken.about.sequence || expected.empty()));
      ++found.behind;
    } else if (!expected.empty()) {
      CHECK(got == expected);
      ++found.same;
    }
    CHECK_FALSE((has_all && got.empty()));
    return got;
  };
  for (std::uint16_t id = 1; id <= kSymbols; ++id) {
    const std::string symbol = kNames[id - 1];
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      const std::string path =
          "/api/ohlc?symbol=" + symbol + "&timeframe=" + std::string(name_of(timeframe_at(i)));
      for (const std::size_t limit : {2U, 1'000U}) {
        const auto got = ask(path, limit);
        if (has_all) CHECK(volume_of(got) == world.ticks[id] + world.venue.ticks[id]);
      }
      Candle expected;
      Candle candle;
      const auto status = f.house.pipeline().views().candle({id}, timeframe_at(i), expected);
      REQUIRE(resumed.views.candle({id}, timeframe_at(i), candle) == status);
      if (status == views::ReadStatus::Found) CHECK(candle == expected);
    }
    for (const std::size_t limit : {7U, 1'000U}) ask("/api/ticks?symbol=" + symbol, limit);
    const TimeNs from = world.now - std::chrono::minutes(world.random.between(0, 120));
    const TimeNs until = world.now - std::chrono::minutes(world.random.between(0, 60));
    const std::string window = "/api/ticks?symbol=" + symbol +
                               "&from=" + std::to_string(from.ms()) +
                               "&to=" + std::to_string(until.ms());
    ask(window, 1'000);
  }
}

views::ViewLimits limits_of(std::size_t candles, std::size_t ticks) {
  auto limits = StoredFixture::limits();
  limits.candles = candles;
  limits.ticks = ticks;
  return limits;
}

}  // namespace

TEST_CASE("candles and ticks over memory and store are the same when it began with a snapshot") {
  Found found;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const bool is_tiny = seed % 2 == 0;
    World world(seed, is_tiny ? limits_of(4, 6) : limits_of(2'000, 2'000));
    INFO(world.random.reproduce());
    for (int life = 0; life < 3; ++life) {
      if (life == 2 && seed % 3 != 0) world.lose_store();
      Keeper keeper(world);
      if (life > 0) compare(world, keeper, found);
      for (int i = 0; i < 50; ++i) {
        world.quote();
        if (world.random.one_in(6)) keeper.catch_up();
        if (world.random.one_in(15) && !world.snapshots.empty()) compare(world, keeper, found);
      }
      if (life == 1) keeper.follower.on_close();
      keeper.catch_up();
      compare(world, keeper, found);
      world.now = world.now + std::chrono::seconds(world.random.between(0, 4'000));
    }
  }
  CHECK(found.same > 500);
  CHECK(found.behind > 100);
}

}  // namespace tribook::test
