#include "core/forming_candles.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <map>
#include <vector>

#include "core/follower_support.h"
#include "core/house_snapshot.h"
#include "tribook/base/archive.h"

// The candles that snapshots have beside the house.

namespace tribook::test {
namespace {

constexpr std::size_t kSymbols = 8;
constexpr TimeNs kEnd{INT64_MAX};

Event quote(std::uint16_t symbol, TimeNs time, std::int64_t bid, bool is_reference = false) {
  QuoteApplied body;
  body.symbol = SymbolId{symbol};
  body.bid = Price{bid};
  body.ask = Price{bid + 10};
  body.is_reference = is_reference ? 1 : 0;
  Event event;
  event.header.time = time;
  event.set(body);
  return event;
}

std::vector<std::byte> saved(const core::FormingCandles& candles) {
  base::ArchiveWriter archive;
  candles.save(archive);
  return archive.take();
}

bool load(core::FormingCandles& candles, const std::vector<std::byte>& bytes, TimeNs now = kEnd) {
  base::ArchiveReader archive(bytes);
  candles.load(archive, kSymbols, now);
  return archive.ok() && archive.left() == 0;
}

std::map<std::uint16_t, CandleSet> sets_of(const core::FormingCandles& candles) {
  std::map<std::uint16_t, CandleSet> sets;
  candles.each([&](SymbolId id, const CandleSet& set) { sets[id.value] = set; });
  return sets;
}

/// Ticks close together and far apart, so that any timeframe may begin with any of them.
class RandomTicks {
 public:
  explicit RandomTicks(Random random) : random_(std::move(random)) {}
  Event next() {
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::int64_t longest = std::array{1, 20, 400, 9'000, 100'000}[random_.below(5)] * kSecond;
    if (!random_.one_in(6)) now_ = now_ + std::chrono::nanoseconds(random_.between(0, longest));
    if (random_.one_in(40)) now_ = candle_start(Timeframe::D1, now_ + std::chrono::hours(24));
    const auto symbol = static_cast<std::uint16_t>(1 + random_.below(kSymbols / 2) * 2);
    return quote(symbol, now_, 1'000 + random_.between(-50, 50), random_.one_in(9));
  }
  Random& random() { return random_; }

 private:
  Random random_;
  TimeNs now_{1'700'000'000'000'000'000};
};

}  // namespace

TEST_CASE("forming candles: all ticks of the intervals of the last one") {
  RandomTicks ticks(Random(Catch::rngSeed()));
  INFO(ticks.random().reproduce());
  core::FormingCandles candles;
  std::map<std::uint16_t, std::vector<Event>> all;
  for (int step = 0; step < 3'000; ++step) {
    const Event event = ticks.next();
    candles.apply(event);
    const auto body = event.get<QuoteApplied>();
    if (body.is_reference == 0) all[body.symbol.value].push_back(event);
    if (step % 100 != 99) continue;
    const auto sets = sets_of(candles);
    REQUIRE(sets.size() == all.size());
    for (const auto& [symbol, of_symbol] : all) {
      for (std::size_t i = 0; i < kTimeframes; ++i) {
        Candle expected;
        const TimeNs start = candle_start(timeframe_at(i), of_symbol.back().header.time);
        for (const Event& each : of_symbol) {
          if (each.header.time < start) continue;
          const auto tick = Candle::of(start, each.get<QuoteApplied>().bid, each.header.time);
          expected.merge(tick);
        }
        REQUIRE(sets.at(symbol)[i] == expected);
      }
    }
  }
}

TEST_CASE("forming candles: those that were saved and loaded go on as if nothing had happened") {
  RandomTicks ticks(Random(Catch::rngSeed()));
  INFO(ticks.random().reproduce());
  core::FormingCandles candles;
  core::FormingCandles copy;
  REQUIRE(load(copy, saved(candles)));
  for (int step = 0; step < 3'000; ++step) {
    const Event event = ticks.next();
    candles.apply(event);
    copy.apply(event);
    if (!ticks.random().one_in(20)) continue;
    const auto bytes = saved(candles);
    REQUIRE(saved(copy) == bytes);
    copy = {};
    REQUIRE(load(copy, bytes, event.header.time));
    REQUIRE(saved(copy) == bytes);
    REQUIRE(sets_of(copy) == sets_of(candles));
  }
}

TEST_CASE("forming candles: what is cut short or cannot be is refused") {
  RandomTicks ticks(Random(Catch::rngSeed()));
  Random& random = ticks.random();
  INFO(random.reproduce());
  core::FormingCandles candles;
  TimeNs now;
  for (int step = 0; step < 300; ++step) {
    const Event event = ticks.next();
    candles.apply(event);
    if (event.get<QuoteApplied>().is_reference == 0) now = event.header.time;
  }
  const auto bytes = saved(candles);
  core::FormingCandles good;
  REQUIRE(load(good, bytes, now));
  core::FormingCandles late;
  CHECK_FALSE(load(late, bytes, TimeNs{now.ns - 1}));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    core::FormingCandles cut;
    REQUIRE_FALSE(load(cut, {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}));
  }
  std::uint64_t refused = 0;
  for (int i = 0; i < 5'000; ++i) {
    auto changed = bytes;
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      changed[random.below(changed.size())] ^= static_cast<std::byte>(1 + random.below(255));
    }
    core::FormingCandles other;
    if (!load(other, changed)) {
      ++refused;
      continue;
    }
    REQUIRE(saved(other) == changed);
  }
  CHECK(refused > 1'000);
}

namespace {

/// A follower whose one sink fails and waits as it is told, and the candles of its snapshots.
struct Followed {
  Followed(HouseRunner& house, journal::Disk& disk, const core::FollowerOptions& options)
      : follower(options,
                 {[&house] { return house.pipeline().journal_stage().written(); },
                  [](Sequence, const std::string& what) { FAIL(what); }, [](const std::string&) {},
                  [this](const core::House& of, const core::FormingCandles& candles,
                         const journal::EndPosition& position) {
                    snapshots.push_back(core::snapshot_of(of, candles, position));
                    return true;
                  }},
                 disk),
        sink(follower.slab()) {}

  void begin(Sequence stored) {
    sink.set_stored(stored);
    follower.add_sink(sink);
  }
  void catch_up() {
    while (follower.do_work({}) != 0) {
    }
  }

  std::vector<snapshot::Snapshot> snapshots;
  core::Follower follower;
  RecordingSink sink;
};

std::vector<std::byte> candles_at(journal::Disk& disk, Sequence last) {
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  core::FormingCandles candles;
  const auto result = replica.replay(disk, "journal", {last, {}},
                                     [&](const Event& event) { candles.apply(event); });
  REQUIRE(result.is_good);
  return saved(candles);
}

}  // namespace

TEST_CASE(
    "a snapshot's candles have all its ticks, however far the sinks are and wherever it began") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Random random(seed);
    INFO(random.reproduce());
    journal::MemoryDisk disk;
    HouseRunner house(Layout::Stepped, disk);
    core::FollowerOptions options = small_follower();
    options.snapshot_after_records = 20;
    options.records_of_one_turn = 1 + seed * 3;
    options.events_held = 40 * seed;
    options.retry_after = std::chrono::nanoseconds{0};
    Traffic traffic(house, random);
    std::vector<snapshot::Snapshot> snapshots;
    Sequence stored;
    for (int life = 0; life < 4; ++life) {
      Followed followed(house, disk, options);
      followed.begin(stored);
      if (life > 0) {
        const auto& from = snapshots[traffic.random().below(snapshots.size())];
        auto loaded = core::house_of(from, options.limits, followed.follower.slab());
        REQUIRE(loaded.house);
        followed.follower.begin_with(std::move(loaded.house), std::move(loaded.candles));
      }
      for (int i = 0; i < 80; ++i) {
        traffic.step();
        if (traffic.random().one_in(10)) followed.sink.failures = traffic.random().below(6);
        followed.sink.is_lazy = traffic.random().one_in(2);
        if (traffic.random().one_in(3)) followed.follower.do_work({});
      }
      followed.sink.failures = 0;
      followed.catch_up();
      stored = followed.sink.stored();
      for (auto& taken : followed.snapshots) snapshots.push_back(std::move(taken));
    }
    house.stop();
    REQUIRE(snapshots.size() > 8);
    for (const auto& taken : snapshots) {
      CAPTURE(taken.about.sequence.value);
      REQUIRE(taken.candles == candles_at(disk, taken.about.sequence));
    }
  }
}

}  // namespace tribook::test
