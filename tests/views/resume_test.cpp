#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "core/forming_candles.h"
#include "feed.h"
#include "support/random.h"
#include "tribook/base/archive.h"

// Views that begin with the candles of a snapshot against views that saw every tick.

namespace tribook::views::test {
namespace {

using tribook::test::Random;

constexpr std::uint16_t kSymbols = 3;
constexpr TimeNs kFirst{0};
constexpr TimeNs kEnd{INT64_MAX};
constexpr std::size_t kAll = 100'000;
constexpr std::int64_t kSecond = 1'000'000'000;

struct Quoted {
  EventHeader header;
  QuoteApplied body;

  [[nodiscard]] bool is_tick() const { return body.is_reference == 0; }
  [[nodiscard]] Event event() const {
    Event event;
    event.header = header;
    event.set(body);
    return event;
  }
};

/// Close together, and with gaps of minutes and days; the last symbol's first tick comes late.
std::vector<Quoted> random_quotes(Random& random, std::size_t count) {
  std::vector<Quoted> quotes;
  TimeNs time{1'700'000'000 * kSecond};
  std::int64_t bid = 108'000'000;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t longest = std::array{1, 5, 30, 30, 300, 40'000}[random.below(6)] * kSecond;
    time = time + std::chrono::nanoseconds(random.between(0, longest));
    bid += random.between(-1'000, 1'000);
    Quoted& quoted = quotes.emplace_back();
    quoted.header.root = {10 + i * 3};  // other records lie between
    quoted.header.time = time;
    quoted.body.symbol = {static_cast<std::uint16_t>(
        1 + random.below(i < count / 2 ? kSymbols - std::size_t{1} : kSymbols))};
    quoted.body.bid = {bid};
    quoted.body.ask = {bid + 100};
    quoted.body.is_reference = random.one_in(12) ? 1 : 0;
  }
  return quotes;
}

void add_symbols(Feed& feed) {
  for (std::uint16_t id = 1; id <= kSymbols; ++id) feed.symbol(Instrument{}, id);
}

/// The candles of a snapshot, through its bytes.
core::FormingCandles through_bytes(const core::FormingCandles& candles, TimeNs now) {
  base::ArchiveWriter writer;
  candles.save(writer);
  base::ArchiveReader reader(writer.bytes());
  core::FormingCandles loaded;
  loaded.load(reader, kSymbols, now);
  REQUIRE((reader.ok() && reader.left() == 0));
  return loaded;
}

/// The same house twice: all of it, and from a snapshot on.
struct Twice {
  explicit Twice(const ViewLimits& limits) : full(limits), late(limits) {}

  void begin(const std::vector<Quoted>& quotes, std::size_t taken_after) {
    add_symbols(full);
    core::FormingCandles forming;
    std::array<const Quoted*, kSymbols + 1> in_force{};
    for (std::size_t i = 0; i < taken_after; ++i) {
      full.views.apply(quotes[i].event());
      forming.apply(quotes[i].event());
      in_force[quotes[i].body.symbol.value] = &quotes[i];
    }
    const EventHeader& at = quotes[taken_after - 1].header;
    taken = Sequence{at.root.value + 1};
    add_symbols(late);
    for (const Quoted* quoted : in_force) {
      if (quoted == nullptr) continue;
      Event told = quoted->event();
      auto body = quoted->body;
      body.is_reference = 1;
      told.header.root = taken;
      told.set(body);
      late.views.apply(told);
    }
    through_bytes(forming, at.time).each([&](SymbolId id, const CandleSet& set) {
      REQUIRE(late.views.resume(id, set, taken));
      resumed[id.value] = set;
    });
  }
  void apply(const Quoted& quoted) {
    full.views.apply(quoted.event());
    late.views.apply(quoted.event());
  }
  [[nodiscard]] bool was_ticked(std::uint16_t id) const { return !resumed[id].front().is_empty(); }

  Feed full;
  Feed late;
  Sequence taken;
  std::array<CandleSet, kSymbols + 1> resumed{};
};

ViewLimits limits_of(std::size_t candles, std::size_t ticks) {
  ViewLimits limits = small_limits();
  limits.candles = candles;
  limits.ticks = ticks;
  return limits;
}

void compare_forming(const Twice& both, SymbolId id, Timeframe timeframe) {
  Candle expected;
  Candle found;
  const ReadStatus status = both.full.views.candle(id, timeframe, expected);
  REQUIRE(both.late.views.candle(id, timeframe, found) == status);
  if (status == ReadStatus::Found) REQUIRE(found == expected);
}

// All candles from the resumed one on, and told to be cut there.
void compare_candles(const Twice& both, SymbolId id, Timeframe timeframe) {
  const TimeNs start = both.resumed[id.value][static_cast<std::size_t>(timeframe)].start;
  const bool was_ticked = both.was_ticked(id.value);
  const auto expected =
      both.full.views.live_candles(id, timeframe, was_ticked ? start : kFirst, kEnd, kAll);
  const auto found = both.late.views.live_candles(id, timeframe, kFirst, kEnd, kAll);
  REQUIRE(found.status == expected.status);
  REQUIRE(found.items == expected.items);
  REQUIRE(found.is_cut == was_ticked);
  if (!was_ticked) return;
  REQUIRE(found.complete_from == start);
  REQUIRE(found.lost == both.taken);
  const auto wide = both.late.views.candles(id, timeframe, kFirst, kEnd, kAll);
  REQUIRE(wide.items == found.items);
}

void compare_ticks(const Twice& both, SymbolId id) {
  auto expected = both.full.views.ticks(id, {}, kFirst, kEnd, kAll).items;
  std::erase_if(expected, [&](const TickView& tick) { return tick.sequence < both.taken; });
  const auto found = both.late.views.ticks(id, {}, kFirst, kEnd, kAll);
  REQUIRE(found.items.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    REQUIRE(found.items[i].sequence == expected[i].sequence);
    REQUIRE(found.items[i].time == expected[i].time);
    REQUIRE(found.items[i].bid == expected[i].bid);
  }
  REQUIRE(found.is_cut == both.was_ticked(id.value));
  if (!found.is_cut) return;
  REQUIRE(found.lost == both.taken);
  REQUIRE(found.complete_from == (expected.empty() ? Sequence{} : expected.back().sequence));
}

void compare(const Twice& both) {
  for (std::uint16_t id = 1; id <= kSymbols; ++id) {
    CAPTURE(id);
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      CAPTURE(name_of(timeframe_at(i)));
      compare_forming(both, {id}, timeframe_at(i));
      compare_candles(both, {id}, timeframe_at(i));
    }
    compare_ticks(both, {id});
  }
}

}  // namespace

TEST_CASE("views that begin with a snapshot's candles go on like those that saw every tick") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    Random random(seed);
    INFO(random.reproduce());
    const auto quotes = random_quotes(random, 400);
    const std::size_t taken_after = 1 + random.below(quotes.size());
    Twice both(limits_of(1'000, 1'000));
    both.begin(quotes, taken_after);
    compare(both);
    for (std::size_t i = taken_after; i < quotes.size(); ++i) {
      both.apply(quotes[i]);
      if (random.one_in(10)) compare(both);
    }
    compare(both);
  }
}

namespace {

// With so little room that both lost something, sooner or later. Of the candles before the snapshot
// it knows only that they ended by then.
void compare_full(const Twice& both, SymbolId id, Timeframe timeframe) {
  compare_forming(both, id, timeframe);
  const auto expected = both.full.views.live_candles(id, timeframe, kFirst, kEnd, kAll);
  const auto found = both.late.views.live_candles(id, timeframe, kFirst, kEnd, kAll);
  REQUIRE(found.items.size() <= expected.items.size());
  REQUIRE(std::equal(found.items.rbegin(), found.items.rend(), expected.items.rbegin()));
  if (!found.is_cut) {
    REQUIRE(found.items == expected.items);
    REQUIRE_FALSE((expected.is_cut || both.was_ticked(id.value)));
    return;
  }
  REQUIRE(found.complete_from == found.items.front().start);
  REQUIRE(found.lost >= expected.lost);
  if (both.was_ticked(id.value)) REQUIRE(found.lost >= both.taken);
  if (found.lost != both.taken) REQUIRE(found.lost == expected.lost);
}

void compare_full_ticks(const Twice& both, SymbolId id) {
  const auto expected = both.full.views.ticks(id, {}, kFirst, kEnd, kAll);
  const auto found = both.late.views.ticks(id, {}, kFirst, kEnd, kAll);
  REQUIRE(found.items.size() <= expected.items.size());
  for (std::size_t i = 0; i < found.items.size(); ++i) {
    REQUIRE(found.items[i].sequence == expected.items[i].sequence);
  }
  REQUIRE(found.is_cut == (expected.is_cut || both.was_ticked(id.value)));
  if (!found.is_cut) return;
  REQUIRE(found.complete_from == (found.items.empty() ? Sequence{} : found.items.back().sequence));
  if (both.was_ticked(id.value)) REQUIRE(found.lost >= both.taken);
  if (found.lost != both.taken) REQUIRE(found.lost == expected.lost);
}

}  // namespace

TEST_CASE("views that begin with a snapshot's candles are full like those that saw every tick") {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    Random random(seed);
    INFO(random.reproduce());
    const auto quotes = random_quotes(random, 1'000);
    const std::size_t taken_after = 1 + random.below(600);
    Twice both(limits_of(1 + random.below(6), 1 + random.below(9)));
    both.begin(quotes, taken_after);
    for (std::size_t n = taken_after; n < quotes.size(); ++n) {
      both.apply(quotes[n]);
      for (std::uint16_t id = 1; id <= kSymbols; ++id) {
        CAPTURE(seed, n, id);
        compare_full_ticks(both, {id});
        for (std::size_t i = 0; i < kTimeframes; ++i) compare_full(both, {id}, timeframe_at(i));
      }
    }
  }
}

TEST_CASE("what history has of a resumed candle is part of it") {
  Feed feed;
  const TimeNs noon{1'700'049'600 * kSecond};
  CandleSet set;
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    set[i].follow(timeframe_at(i), Price{500}, noon + std::chrono::seconds(20));
  }
  REQUIRE(feed.views.resume({1}, set, {77}));
  CHECK_FALSE(feed.views.resume({5}, set, {77}));  // beyond the limit
  Candle tail = Candle::of(noon, Price{480}, noon + std::chrono::seconds(3));
  REQUIRE(feed.views.set_history_tail({1}, Timeframe::M1, tail));
  feed.time = noon + std::chrono::seconds(40);
  feed.root = 78;
  feed.quote(1, 510, 520);
  Candle candle;
  REQUIRE(feed.views.candle({1}, Timeframe::M1, candle) == ReadStatus::Found);
  CHECK(candle.open == Price{480});
  CHECK(candle.ticks == 3);
  const auto page = feed.views.candles({1}, Timeframe::M1, kFirst, kEnd, kAll);
  CHECK(page.items == std::vector<Candle>{candle});
  // One of before it: whether it is whole, memory does not know.
  tail = Candle::of(noon - std::chrono::minutes(1), Price{470}, noon - std::chrono::seconds(30));
  REQUIRE(feed.views.set_history_tail({1}, Timeframe::M1, tail));
  CHECK(feed.views.candles({1}, Timeframe::M1, kFirst, kEnd, kAll).items.size() == 1);
}

}  // namespace tribook::views::test
