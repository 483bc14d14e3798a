#include "calendar/calendar.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "calendar/schedules.h"

namespace tribook::calendar {
namespace {

using Kind = ScheduleSpec::Kind;
using tests::custom;
using tests::of_kind;
using tests::text_of;
using tests::utc;
using Times = std::vector<std::string>;

struct Loaded {
  Loaded() { load_time_zones(); }
};
const Loaded kLoaded;

std::string describe(const SessionChange& change) {
  return std::to_string(change.symbol.value) + (change.is_open != 0 ? "+" : "-") +
         text_of(change.nominal);
}

Times due(Calendar& calendar, const std::string& now) {
  Times result;
  while (const auto change = calendar.next_due(utc(now))) {
    result.push_back(describe(*change));
    REQUIRE(result.size() < 10'000);
  }
  return result;
}

TEST_CASE("an empty calendar has nothing due") {
  Calendar calendar;
  CHECK_FALSE(calendar.next_due(utc("2026-01-01 00:00")));
  CHECK(calendar.next_time() == kNever);
}

TEST_CASE("set tells the state, the queue tells what changes after") {
  Calendar calendar;
  CHECK(calendar.set(SymbolId{1}, of_kind(Kind::Always), utc("2026-01-21 12:00")));
  CHECK(calendar.next_time() == kNever);
  CHECK(calendar.set(SymbolId{2}, of_kind(Kind::FxWeek), utc("2026-01-21 12:00")));
  CHECK_FALSE(calendar.set(SymbolId{3}, of_kind(Kind::FxWeek), utc("2026-01-24 12:00")));
  CHECK(text_of(calendar.next_time()) == "2026-01-23 22:00");
  CHECK(due(calendar, "2026-01-23 21:59").empty());
  CHECK(due(calendar, "2026-01-23 22:00") == Times{"2-2026-01-23 22:00"});
  CHECK(due(calendar, "2026-01-23 22:00").empty());
  CHECK(text_of(calendar.next_time()) == "2026-01-25 22:00");
}

TEST_CASE("what is due comes by time, then symbol, whatever the order of setting") {
  Calendar calendar;
  const std::string now = "2026-01-18 00:00";
  const ScheduleSpec monday = custom("UTC", {{"Mon", "10:00", "12:00"}});
  const ScheduleSpec late = custom("UTC", {{"Mon", "11:00", "12:00"}});
  for (const SymbolId symbol : {SymbolId{5}, SymbolId{2}, SymbolId{9}, SymbolId{1}}) {
    calendar.set(symbol, monday, utc(now));
  }
  calendar.set(SymbolId{3}, late, utc(now));
  CHECK(due(calendar, "2026-01-19 12:00") == Times{"1+2026-01-19 10:00", "2+2026-01-19 10:00",
                                                   "5+2026-01-19 10:00", "9+2026-01-19 10:00",
                                                   "3+2026-01-19 11:00", "1-2026-01-19 12:00",
                                                   "2-2026-01-19 12:00", "3-2026-01-19 12:00",
                                                   "5-2026-01-19 12:00", "9-2026-01-19 12:00"});
}

TEST_CASE("a clock that leaps leaves no change out") {
  Calendar calendar;
  calendar.set(SymbolId{1}, of_kind(Kind::FxWeek), utc("2026-01-01 00:00"));
  CHECK(due(calendar, "2027-01-01 00:00").size() == 104);
  CHECK(text_of(calendar.next_time()) == "2027-01-01 22:00");
}

TEST_CASE("setting again replaces what was due") {
  Calendar calendar;
  calendar.set(SymbolId{1}, of_kind(Kind::FxWeek), utc("2026-01-21 12:00"));
  calendar.set(SymbolId{2}, of_kind(Kind::FxWeek), utc("2026-01-21 12:00"));
  CHECK(calendar.set(SymbolId{1}, of_kind(Kind::Always), utc("2026-01-21 12:00")));
  CHECK(due(calendar, "2026-01-23 22:00") == Times{"2-2026-01-23 22:00"});
  CHECK_FALSE(calendar.set(SymbolId{2}, custom("UTC", {{"Sun", "01:00", "02:00"}}),
                           utc("2026-01-23 22:00")));
  CHECK(due(calendar, "2026-01-25 23:00") == Times{"2+2026-01-25 01:00", "2-2026-01-25 02:00"});
}

TEST_CASE("a change at the very time of setting is in the state, not in the queue") {
  Calendar calendar;
  CHECK(calendar.set(SymbolId{1}, of_kind(Kind::FxWeek), utc("2026-01-25 22:00")));
  CHECK(due(calendar, "2026-01-25 22:00").empty());
}

TEST_CASE("a schedule with a last change leaves the queue") {
  Calendar calendar;
  const ScheduleSpec spec = custom("UTC",
                                   {{"Sun", "00:00", "24:00"},
                                    {"Mon", "00:00", "24:00"},
                                    {"Tue", "00:00", "24:00"},
                                    {"Wed", "00:00", "24:00"},
                                    {"Thu", "00:00", "24:00"},
                                    {"Fri", "00:00", "24:00"},
                                    {"Sat", "00:00", "24:00"}},
                                   {"2026-02-02"});
  CHECK(calendar.set(SymbolId{1}, spec, utc("2026-01-25 22:00")));
  CHECK(due(calendar, "2030-01-01 00:00") == Times{"1-2026-02-02 00:00", "1+2026-02-03 00:00"});
  CHECK(calendar.next_time() == kNever);
}

}  // namespace
}  // namespace tribook::calendar
