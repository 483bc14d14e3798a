#include <catch2/catch.hpp>
#include <string>

#include "venue/replay/replay_venue.h"

// The real files, whole, through the venue. The sums were made from the files by other means.

namespace tribook::venue::replay {
namespace {

using market_data::QuoteRefusal;

struct Recorded {
  const char* file;
  int clock_offset_minutes;
  std::uint64_t rows;
  std::uint64_t crossed;
  std::int64_t bid_sum;  // in points of 10^-5
  std::int64_t ask_sum;
  std::int64_t first_ms;  // UTC
  std::int64_t last_ms;
  std::int64_t time_sum_ms;
};

struct Sums {
  std::uint64_t count = 0;
  std::int64_t bid = 0;
  std::int64_t ask = 0;
  std::int64_t first_ms = 0;
  std::int64_t last_ms = 0;
  std::int64_t time_ms = 0;

  void add(const QuoteCommand& quote) {
    REQUIRE(quote.bid.raw > 0);
    REQUIRE(quote.bid <= quote.ask);
    REQUIRE(quote.venue_time.ms() >= last_ms);
    last_ms = quote.venue_time.ms();
    if (count++ == 0) first_ms = last_ms;
    bid += quote.bid.raw / 1'000;
    ask += quote.ask.raw / 1'000;
    time_ms += last_ms;
  }
};

TEST_CASE("every good tick of a recorded file arrives, and only crossed ones are refused") {
  const Recorded recorded = GENERATE(
      Recorded{"eurusd_oanda_ticks_20140501_20140509.csv.gz", 0, 321'559, 0, 44'634'902'560,
               44'639'675'435, 1'398'902'400'292, 1'399'669'198'835, 449'984'056'814'482'111},
      Recorded{"eurusd_fxcm_ticks_20140505_20140507.csv.gz", -300, 250'329, 24'833, 31'373'827'738,
               31'374'234'696, 1'399'266'003'074, 1'399'525'199'234, 315'557'525'002'767'603});
  INFO(recorded.file);
  ReplaySettings settings;
  settings.venue = VenueId{1};
  settings.speed = 0;
  settings.files.push_back({"EURUSD", std::string(TRIBOOK_TEST_DATA "/") + recorded.file,
                            recorded.clock_offset_minutes});
  runtime::Ring<Command> ring("quotes", 64);
  ReplayVenue venue(
      settings, ring, [](std::string_view) { return SymbolId{1}; },
      [](std::string_view text) { FAIL(text); });
  Sums sums;
  Command command;
  while (!venue.finished()) {
    venue.do_work(TimeNs{0});
    while (ring.try_pop(command)) sums.add(command.get<QuoteCommand>());
  }
  while (ring.try_pop(command)) sums.add(command.get<QuoteCommand>());

  CHECK(venue.rows_read() == recorded.rows);
  CHECK(venue.rows_malformed() == 0);
  CHECK(venue.filter().refused(QuoteRefusal::Crossed) == recorded.crossed);
  CHECK(venue.filter().refused(QuoteRefusal::NonPositive) == 0);
  CHECK(venue.filter().refused(QuoteRefusal::OffRange) == 0);
  CHECK(venue.filter().refused(QuoteRefusal::OutOfOrder) == 0);
  CHECK(venue.filter().refused(QuoteRefusal::Jump) == 0);
  CHECK(venue.quotes_sent() == recorded.rows - recorded.crossed);
  CHECK(sums.count == recorded.rows - recorded.crossed);
  CHECK(sums.bid == recorded.bid_sum);
  CHECK(sums.ask == recorded.ask_sum);
  CHECK(sums.first_ms == recorded.first_ms);
  CHECK(sums.last_ms == recorded.last_ms);
  CHECK(sums.time_ms == recorded.time_sum_ms);
}

}  // namespace
}  // namespace tribook::venue::replay
