#include "calendar/rollover.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "calendar/schedule_text.h"
#include "calendar/schedules.h"
#include "calendar/time_zone.h"

namespace tribook::calendar {
namespace {

using tests::text_of;
using tests::utc;
using Texts = std::vector<std::string>;

struct Loaded {
  Loaded() { load_time_zones(); }
};
const Loaded kLoaded;

// "2026-03-06 22:00 of 2026-03-06"
Texts rollovers(const std::string& after, int count) {
  Texts result;
  TimeNs time = utc(after);
  for (int i = 0; i < count; ++i) {
    const RolloverTime next = next_rollover(time);
    result.push_back(text_of(next.time) + " of " + date_text(next.day));
    time = next.time;
  }
  return result;
}

TEST_CASE("17:00 in New York is 22:00 UTC in winter and 21:00 in summer") {
  CHECK(rollovers("2026-01-21 12:00", 1) == Texts{"2026-01-21 22:00 of 2026-01-21"});
  CHECK(rollovers("2026-07-21 12:00", 1) == Texts{"2026-07-21 21:00 of 2026-07-21"});
}

TEST_CASE("the rollover over the change of March and of November") {
  CHECK(rollovers("2026-03-06 12:00", 4) ==
        Texts{"2026-03-06 22:00 of 2026-03-06", "2026-03-07 22:00 of 2026-03-07",
              "2026-03-08 21:00 of 2026-03-08", "2026-03-09 21:00 of 2026-03-09"});
  CHECK(rollovers("2026-10-30 12:00", 4) ==
        Texts{"2026-10-30 21:00 of 2026-10-30", "2026-10-31 21:00 of 2026-10-31",
              "2026-11-01 22:00 of 2026-11-01", "2026-11-02 22:00 of 2026-11-02"});
}

TEST_CASE("the next rollover comes strictly after") {
  CHECK(rollovers("2026-01-21 21:59:59.999999999", 1) == Texts{"2026-01-21 22:00 of 2026-01-21"});
  CHECK(rollovers("2026-01-21 22:00", 1) == Texts{"2026-01-22 22:00 of 2026-01-22"});
  CHECK(rollovers("2026-01-22 03:00", 1) == Texts{"2026-01-22 22:00 of 2026-01-22"});
}

TEST_CASE("a rollover each calendar day, none left out in twenty years") {
  TimeNs time = utc("2015-01-01 00:00");
  std::int32_t day = next_rollover(time).day - 1;
  for (int i = 0; i < 20 * 365; ++i) {
    const RolloverTime next = next_rollover(time);
    REQUIRE(next.day == day + 1);
    REQUIRE(next.time > time);
    day = next.day;
    time = next.time;
  }
}

}  // namespace
}  // namespace tribook::calendar
