#include "venue/test/answers.h"

#include <map>

#include "support/values.h"
#include "venue/test/test_venue.h"

namespace tribook::venue::test {
namespace {

using tribook::test::lots;
using tribook::test::price;

constexpr std::chrono::seconds kPatience{10};
constexpr Volume kStep{kFixedOne / 100};

VenueRequested request(std::uint64_t id) {
  VenueRequested request;
  request.request = VenueRequestId{id};
  request.volume = request.left = lots("1");
  request.seen = price("1.1");
  request.symbol = SymbolId{1};
  request.venue = VenueId{1};
  return request;
}

Volume filled(const Answers& answers) {
  std::map<std::string, Volume> once;
  for (std::size_t i = 0; i < answers.count; ++i) {
    const VenueReport& report = answers.all[i].report;
    if (report.kind == VenueReportKind::Filled)
      once[std::string(report.execution_id.view())] = report.volume;
  }
  Volume sum;
  for (const auto& [id, volume] : once) sum += volume;
  return sum;
}

TEST_CASE("Test venue: without faults a request is filled whole at the price that was seen") {
  const Answers answers = answers_to({}, request(77), kPatience, kStep);
  REQUIRE(answers.count == 2);
  CHECK(answers.all[0].report.kind == VenueReportKind::Accepted);
  const VenueReport& fill = answers.all[1].report;
  CHECK(fill.kind == VenueReportKind::Filled);
  CHECK(fill.volume == lots("1"));
  CHECK(fill.price == price("1.1"));
  CHECK(fill.execution_id.view() == "77-2");
}

TEST_CASE("Test venue: asked again it says the same") {
  AnswerSettings settings;
  settings.slippage_ppm = 50;
  settings.jitter = std::chrono::milliseconds{100};
  settings.faults = {20, 20, 40, 5, 10, 20};
  for (std::uint64_t id = 1; id < 500; ++id) {
    const Answers one = answers_to(settings, request(id), kPatience, kStep);
    const Answers two = answers_to(settings, request(id), kPatience, kStep);
    REQUIRE(one.count == two.count);
    for (std::size_t i = 0; i < one.count; ++i) {
      CHECK(one.all[i].after == two.all[i].after);
      CHECK(one.all[i].report.execution_id == two.all[i].report.execution_id);
      CHECK(one.all[i].report.price == two.all[i].report.price);
    }
    CHECK(filled(one) <= lots("1"));
  }
}

TEST_CASE("Test venue: never worse than the limit") {
  AnswerSettings settings;
  settings.slippage_ppm = 100;
  for (std::uint64_t id = 1; id < 200; ++id) {
    VenueRequested limited = request(id);
    limited.limit = price("1.1");
    const Answers answers = answers_to(settings, limited, kPatience, kStep);
    for (std::size_t i = 0; i < answers.count; ++i) {
      CHECK(answers.all[i].report.price <= limited.limit);
    }
  }
}

TEST_CASE("Test venue: faults come as often as they are asked for") {
  AnswerSettings settings;
  settings.faults.in_parts = 100;
  CHECK(filled(answers_to(settings, request(1), kPatience, kStep)) == lots("1"));
  CHECK(answers_to(settings, request(1), kPatience, kStep).count > 2);
  settings.faults = {.rejected = 100};
  CHECK(answers_to(settings, request(1), kPatience, kStep).all[1].report.kind ==
        VenueReportKind::Rejected);
  settings.faults = {.partial = 100};
  CHECK(filled(answers_to(settings, request(1), kPatience, kStep)) < lots("1"));
  settings.faults = {.silent = 100};
  CHECK(answers_to(settings, request(1), kPatience, kStep).count == 0);
  settings.faults = {.late = 100};
  CHECK(answers_to(settings, request(1), kPatience, kStep).all[0].after > kPatience);
  settings.faults = {.repeated = 100};
  CHECK(answers_to(settings, request(1), kPatience, kStep).count == 4);
}

TEST_CASE("Test venue: fills are multiples of what the symbol deals in") {
  AnswerSettings settings;
  settings.faults = {.partial = 50, .in_parts = 50};
  for (const char* step : {"0.01", "0.05", "0.3", "1", "3"}) {
    for (std::uint64_t id = 1; id < 100; ++id) {
      VenueRequested whole = request(id);
      whole.volume = whole.left = lots("3");
      const Answers answers = answers_to(settings, whole, kPatience, lots(step));
      for (std::size_t i = 0; i < answers.count; ++i) {
        CHECK(answers.all[i].report.volume.raw % lots(step).raw == 0);
      }
      CHECK(filled(answers) <= whole.volume);
    }
  }
  // What is no multiple of it is filled whole all the same.
  VenueRequested odd = request(1);
  odd.volume = odd.left = lots("0.37");
  settings.faults = {.in_parts = 100};
  CHECK(filled(answers_to(settings, odd, kPatience, lots("0.1"))) == lots("0.37"));
}

TEST_CASE("Test venue: asked again after a restart it says the same, late after the time left") {
  AnswerSettings settings;
  settings.faults = {.in_parts = 50, .late = 100};
  for (std::uint64_t id = 1; id < 50; ++id) {
    const Answers before = answers_to(settings, request(id), kPatience, kStep);
    VenueRequested repeated = request(id);
    repeated.is_repeated = 1;
    constexpr std::chrono::seconds kLeft{4};
    const Answers after = answers_to(settings, repeated, kLeft, kStep);
    REQUIRE(after.count == before.count);
    for (std::size_t i = 0; i < after.count; ++i) {
      CHECK(after.all[i].report.execution_id == before.all[i].report.execution_id);
      CHECK(after.all[i].report.volume == before.all[i].report.volume);
      CHECK(after.all[i].after > kLeft);
      CHECK(after.all[i].after < kPatience);
    }
  }
}

TEST_CASE("Test venue: what waits to be said is forgotten with it") {
  runtime::Ring<Event> requests("requests", 16);
  runtime::Ring<Command> reports("reports", 16);
  TestVenueSettings settings;
  settings.answers.latency = std::chrono::seconds{5};
  const TimeNs now = TimeNs::from_ms(1'000);
  Event event;
  event.set(request(9));
  {
    TestVenue venue(settings, requests, reports);
    REQUIRE(requests.try_push(event));
    venue.do_work(now);
    CHECK(venue.reports_waiting() == 2);
  }
  TestVenue venue(settings, requests, reports);
  venue.do_work(now + std::chrono::seconds{60});
  Command command;
  CHECK_FALSE(reports.try_pop(command));
  REQUIRE(requests.try_push(event));  // asked again
  venue.do_work(now + std::chrono::seconds{60});
  venue.do_work(now + std::chrono::seconds{66});
  CHECK(reports.try_pop(command));
}

TEST_CASE("Test venue: fill or kill is filled in one or not at all") {
  AnswerSettings settings;
  settings.faults = {.partial = 50, .in_parts = 50};
  bool is_ever_killed = false;
  for (std::uint64_t id = 1; id < 200; ++id) {
    VenueRequested whole = request(id);
    whole.time_in_force = TimeInForce::Fok;
    const Answers answers = answers_to(settings, whole, kPatience, kStep);
    REQUIRE(answers.count == 2);
    const VenueReport& end = answers.all[1].report;
    is_ever_killed = is_ever_killed || end.kind == VenueReportKind::Rejected;
    if (end.kind == VenueReportKind::Filled) CHECK(end.volume == lots("1"));
  }
  CHECK(is_ever_killed);
}

TEST_CASE("Test venue: takes requests from its ring and reports when it is time") {
  runtime::Ring<Event> requests("requests", 16);
  runtime::Ring<Command> reports("reports", 16);
  TestVenueSettings settings;
  settings.answers.latency = std::chrono::milliseconds{5};
  TestVenue venue(settings, requests, reports);
  Event event;
  event.set(request(9));
  REQUIRE(requests.try_push(event));
  const TimeNs now = TimeNs::from_ms(1'000);
  venue.do_work(now);
  Command command;
  CHECK_FALSE(reports.try_pop(command));
  venue.do_work(now + std::chrono::milliseconds{6});
  REQUIRE(reports.try_pop(command));
  CHECK(command.get<VenueReport>().kind == VenueReportKind::Accepted);
  REQUIRE(reports.try_pop(command));
  CHECK(command.get<VenueReport>().kind == VenueReportKind::Filled);
  CHECK(venue.reports_waiting() == 0);
}

}  // namespace
}  // namespace tribook::venue::test
