#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "feed.h"

// Candles and ticks against a plain aggregation of the same quotes.

using namespace tribook;
using namespace tribook::views;
using tribook::views::test::Feed;
using tribook::views::test::small_limits;

namespace {

constexpr SymbolId kEurusd{1};
constexpr TimeNs kFirst{0};
constexpr TimeNs kEnd{INT64_MAX};
constexpr std::size_t kAll = 100'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr TimeNs kMidnight{1'700'006'400 * kSecond};  // 2023-11-15

struct Quoted {
  Sequence sequence;
  TimeNs time;
  std::int64_t bid = 0;
};

std::vector<Candle> aggregate(const std::vector<Quoted>& quotes, std::int64_t length_s) {
  std::map<std::int64_t, std::vector<Quoted>> intervals;
  for (const Quoted& quote : quotes) {
    intervals[quote.time.ns / (length_s * kSecond)].push_back(quote);
  }
  std::vector<Candle> candles;
  for (const auto& [number, in] : intervals) {
    Candle candle;
    candle.start = {number * length_s * kSecond};
    candle.open = {in.front().bid};
    candle.close = {in.back().bid};
    candle.high = candle.low = candle.open;
    for (const Quoted& quote : in) {
      candle.high = std::max(candle.high, Price{quote.bid});
      candle.low = std::min(candle.low, Price{quote.bid});
    }
    candle.ticks = in.size();
    candle.first = in.front().time;
    candle.last = in.back().time;
    candles.push_back(candle);
  }
  return candles;
}

std::vector<Quoted> random_quotes(Feed& feed, std::mt19937_64& random, int count,
                                  std::int64_t longest_pause_s) {
  std::vector<Quoted> quotes;
  std::int64_t bid = 108'000'000;
  for (int i = 0; i < count; ++i) {
    feed.time.ns += static_cast<std::int64_t>(random() >> 1) % (longest_pause_s * kSecond);
    bid += static_cast<std::int64_t>(random() % 2'001) - 1'000;
    quotes.push_back({{feed.root}, feed.time, bid});
    feed.quote(1, bid, bid + 10'000);
    ++feed.root;
  }
  return quotes;
}

ViewLimits limits_of(std::size_t candles, std::size_t ticks) {
  ViewLimits limits = small_limits();
  limits.candles = candles;
  limits.ticks = ticks;
  return limits;
}

void quote_at(Feed& feed, std::int64_t seconds, std::int64_t bid) {
  feed.time = {kMidnight.ns + seconds * kSecond};
  feed.quote(1, bid, bid + 10);
  ++feed.root;
}

Candle history(std::int64_t seconds, std::int64_t bid, std::uint64_t ticks) {
  Candle candle = Candle::of(candle_start(Timeframe::M1, {kMidnight.ns + seconds * kSecond}), {bid},
                             {kMidnight.ns + seconds * kSecond});
  candle.ticks = ticks;
  return candle;
}

}  // namespace

TEST_CASE("candles of all timeframes equal a plain aggregation") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937_64 random(seed);
  Feed feed(limits_of(20'000, 8));
  const auto quotes = random_quotes(feed, random, 10'000, 200);
  const std::int64_t minutes[] = {1, 5, 15, 30, 60, 240, 1'440};
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    const auto expected = aggregate(quotes, minutes[i] * 60);
    const auto page = feed.views.candles(kEurusd, timeframe_at(i), kFirst, kEnd, kAll);
    CAPTURE(name_of(timeframe_at(i)));
    REQUIRE(page.status == ReadStatus::Found);
    REQUIRE(page.items == expected);
    CHECK_FALSE(page.is_cut);
    CHECK(page.complete_from.ns == INT64_MIN);
    Candle forming;
    REQUIRE(feed.views.candle(kEurusd, timeframe_at(i), forming) == ReadStatus::Found);
    CHECK(forming == expected.back());
  }
}

TEST_CASE("the last price of a closed market is a quote and no tick") {
  Feed feed(limits_of(16, 8));
  feed.quote(1, 100, 110);
  const auto before = feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, kAll).items;
  feed.quote(1, 120, 130, true);
  CHECK(feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, kAll).items == before);
  CHECK(feed.views.ticks(kEurusd, {}, kFirst, kEnd, kAll).items.size() == 1);
  QuoteView quote;
  REQUIRE(feed.views.quote(kEurusd, quote) == ReadStatus::Found);
  CHECK(quote.bid == Price{120});
}

TEST_CASE("a window of candles, its newest, and where memory ends") {
  const auto seed = Catch::rngSeed();
  INFO("reproduce: --rng-seed " << seed);
  std::mt19937_64 random(seed);
  Feed feed(limits_of(16, 8));
  const auto quotes = random_quotes(feed, random, 1'000, 30);
  const auto all = aggregate(quotes, 60);
  REQUIRE(all.size() > 16);
  const std::vector<Candle> kept(all.end() - 16, all.end());
  auto page = feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, kAll);
  CHECK(page.items == kept);
  CHECK(page.is_cut);
  CHECK(page.complete_from == kept.front().start);
  // The last tick of the newest candle that is gone.
  const TimeNs gone = all[all.size() - 17].last;
  const auto last = std::find_if(quotes.begin(), quotes.end(),
                                 [&](const Quoted& quote) { return quote.time == gone; });
  CHECK(page.lost == last->sequence);

  page = feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, 3);
  CHECK(page.items == std::vector<Candle>(kept.end() - 3, kept.end()));
  page = feed.views.candles(kEurusd, Timeframe::M1, kept[4].start, kept[9].start, kAll);
  CHECK(page.items == std::vector<Candle>(kept.begin() + 4, kept.begin() + 9));
  page = feed.views.candles(kEurusd, Timeframe::M1, kept[9].start, kept[4].start, kAll);
  CHECK(page.items.empty());
}

TEST_CASE("ticks newest first, before a sequence, within a time, and where memory ends") {
  Feed feed(limits_of(8, 10));
  for (std::int64_t i = 1; i <= 25; ++i) quote_at(feed, i, 1'000 + i);  // sequence i
  const auto sequences = [&](std::uint64_t before, std::int64_t from, std::int64_t until,
                             std::size_t limit) {
    const auto page = feed.views.ticks(kEurusd, {before}, {kMidnight.ns + from * kSecond},
                                       {kMidnight.ns + until * kSecond}, limit);
    std::vector<std::uint64_t> found;
    for (const TickView& tick : page.items) {
      CHECK(tick.bid.raw == 1'000 + static_cast<std::int64_t>(tick.sequence.value));
      CHECK(tick.ask.raw == tick.bid.raw + 10);
      found.push_back(tick.sequence.value);
    }
    return found;
  };
  using Found = std::vector<std::uint64_t>;
  CHECK(sequences(0, 0, 100, 3) == Found{25, 24, 23});
  CHECK(sequences(20, 0, 100, 3) == Found{19, 18, 17});
  CHECK(sequences(20, 17, 19, 100) == Found{18, 17});
  CHECK(sequences(10, 0, 100, 100).empty());

  auto page = feed.views.ticks(kEurusd, {}, kFirst, kEnd, 100);
  CHECK(page.items.size() == 10);
  CHECK(page.is_cut);
  CHECK(page.complete_from == Sequence{16});
  CHECK(page.lost == Sequence{15});
  page = feed.views.ticks(kEurusd, {}, kFirst, kEnd, 10);  // the page is full: no need to go on
  CHECK_FALSE(page.is_cut);
  page = feed.views.ticks(kEurusd, {}, {kMidnight.ns + 20 * kSecond}, kEnd, 100);
  CHECK_FALSE(page.is_cut);
  page = feed.views.ticks(kEurusd, {5}, kFirst, kEnd, 100);
  CHECK(page.is_cut);
  CHECK(page.items.empty());
}

TEST_CASE("a symbol that is not there, and one that was never quoted") {
  Feed feed;
  Candle candle;
  CHECK(feed.views.candle({0}, Timeframe::M1, candle) == ReadStatus::NotFound);
  CHECK(feed.views.candle({77}, Timeframe::M1, candle) == ReadStatus::NotFound);
  CHECK(feed.views.candles({1}, Timeframe::M1, kFirst, kEnd, 5).status == ReadStatus::NotFound);
  CHECK(feed.views.ticks({1}, {}, kFirst, kEnd, 5).status == ReadStatus::NotFound);
  CHECK_FALSE(feed.views.set_history_tail({1}, Timeframe::M1, history(0, 5, 1)));
  feed.symbol(Instrument{}, 1);
  CHECK(feed.views.candle({1}, Timeframe::M1, candle) == ReadStatus::NotFound);
  CHECK(feed.views.candles({1}, Timeframe::M1, kFirst, kEnd, 5).status == ReadStatus::Found);
  CHECK(feed.views.ticks({1}, {}, kFirst, kEnd, 5).status == ReadStatus::Found);
}

TEST_CASE("what history has of a candle and what came live are one candle") {
  Feed feed(limits_of(4, 8));
  feed.symbol(Instrument{}, 1);
  const Candle tail = history(70, 500, 9);  // second 70: the candle at 60
  REQUIRE(feed.views.set_history_tail(kEurusd, Timeframe::M1, tail));
  Candle candle;
  REQUIRE(feed.views.candle(kEurusd, Timeframe::M1, candle) == ReadStatus::Found);
  CHECK(candle == tail);
  CHECK(feed.views.candle(kEurusd, Timeframe::M5, candle) == ReadStatus::NotFound);
  CHECK(feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, 5).items ==
        std::vector<Candle>{tail});
  CHECK(feed.views.live_candles(kEurusd, Timeframe::M1, kFirst, kEnd, 5).items.empty());

  quote_at(feed, 90, 700);
  Candle whole = tail;
  whole.merge(Candle::of(tail.start, {700}, feed.time));
  REQUIRE(whole.ticks == 10);
  REQUIRE(whole.open == Price{500});
  REQUIRE(feed.views.candle(kEurusd, Timeframe::M1, candle) == ReadStatus::Found);
  CHECK(candle == whole);
  CHECK(feed.views.live_candles(kEurusd, Timeframe::M1, kFirst, kEnd, 5).items.at(0).ticks == 1);

  quote_at(feed, 130, 600);
  const Candle next = Candle::of(candle_start(Timeframe::M1, feed.time), {600}, feed.time);
  REQUIRE(feed.views.candle(kEurusd, Timeframe::M1, candle) == ReadStatus::Found);
  CHECK(candle == next);
  CHECK(feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, 5).items ==
        std::vector<Candle>{whole, next});
  CHECK(feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, 1).items ==
        std::vector<Candle>{next});
  CHECK(feed.views.candles(kEurusd, Timeframe::M1, kFirst, next.start, 5).items ==
        std::vector<Candle>{whole});

  // Once the live part is overwritten, the rest of the candle would be half the truth.
  for (std::int64_t minute = 3; minute < 8; ++minute) quote_at(feed, 60 * minute, 600);
  const auto page = feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, 10);
  CHECK(page.items.size() == 4);
  CHECK(page.items.front().start > tail.start);
}

TEST_CASE("a tail of an interval without live ticks stands in its place") {
  Feed feed;
  quote_at(feed, 0, 100);
  quote_at(feed, 120, 300);
  REQUIRE(feed.views.set_history_tail(kEurusd, Timeframe::M1, history(60, 200, 4)));
  const auto page = feed.views.candles(kEurusd, Timeframe::M1, kFirst, kEnd, 10);
  REQUIRE(page.items.size() == 3);
  CHECK(page.items[1].open == Price{200});
  REQUIRE(feed.views.set_history_tail(kEurusd, Timeframe::M1, history(180, 400, 4)));
  Candle candle;
  REQUIRE(feed.views.candle(kEurusd, Timeframe::M1, candle) == ReadStatus::Found);
  CHECK(candle.open == Price{400});
}
