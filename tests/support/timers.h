#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "support/engine_fixture.h"
#include "tribook/domain/charges.h"

// Timers for an engine without a calendar: the test says when they are due.

namespace tribook::test {

/// Days since 1970-01-01 of a date.
inline std::int32_t date(int year, unsigned month, unsigned day) {
  using namespace std::chrono;
  const sys_days days = std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day);
  return static_cast<std::int32_t>(days.time_since_epoch().count());
}

inline TimeNs utc(std::int32_t day, int hour, int minute = 0) {
  return TimeNs{((std::int64_t{day} * 24 + hour) * 60 + minute) * 60'000'000'000};
}

/// Applies the record until nothing of it is left, as the sequencer does; counts the records.
template <typename Timer>
Events run_timer(House& house, const Timer& timer, std::size_t* records = nullptr) {
  if (house.now() < timer.nominal) house.set_time(timer.nominal);
  Events all;
  std::size_t count = 0;
  do {
    const Events events = house.send(AccountId{}, timer);
    all.all.insert(all.all.end(), events.all.begin(), events.all.end());
    REQUIRE(++count < 100'000);
  } while (house.engine.timer_run().kind != CommandKind::None);
  if (records != nullptr) *records = count;
  return all;
}

/// The rollover of that date in New York, in winter.
inline Rollover rollover_of(std::int32_t day) {
  Rollover rollover;
  rollover.nominal = utc(day, 22);
  rollover.day = day;
  return rollover;
}
inline Events roll_over(House& house, std::int32_t day) {
  return run_timer(house, rollover_of(day));
}
inline Events fund(House& house, TimeNs nominal) {
  Funding funding;
  funding.nominal = nominal;
  return run_timer(house, funding);
}

/// What was booked of a type, one after the other: "-10.94 -32.82".
inline std::string booked(const Events& events, LedgerType type) {
  std::string text;
  for (const auto& posted : events.of<LedgerPosted>()) {
    if (posted.type != type) continue;
    if (!text.empty()) text += " ";
    text += text_of(posted.amount.raw);
  }
  return text;
}

inline Instrument with_swap(Instrument instrument, SwapMode mode, std::string_view buy,
                            std::string_view sell, std::uint8_t triple_day = 3) {
  instrument.swap.mode = mode;
  instrument.swap.buy = ratio(buy);
  instrument.swap.sell = ratio(sell);
  instrument.swap.triple_day = triple_day;
  return instrument;
}

inline constexpr std::uint8_t kNoTripleDay = 7;

}  // namespace tribook::test
