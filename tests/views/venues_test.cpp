#include <catch2/catch.hpp>

#include "feed.h"

// What is on its way at providers, and who holds the other side of a symbol.

namespace tribook::views::test {
namespace {

constexpr SymbolId kSymbol{1};
constexpr AccountId kAccount{1};

void ask(Feed& feed, std::uint64_t id, std::int64_t lots,
         VenueRequestKind kind = VenueRequestKind::Open, Side side = Side::Buy) {
  VenueRequested requested;
  requested.request = {id};
  requested.order = {id};
  requested.volume = requested.left = Volume::from_whole(lots);
  requested.symbol = kSymbol;
  requested.venue = {1};
  requested.side = side;
  requested.request_kind = kind;
  feed.apply(kind == VenueRequestKind::HedgeBack ? AccountId{} : kAccount, requested);
}

void tell(Feed& feed, std::uint64_t id, VenueReportKind kind, VenueOutcome outcome,
          std::int64_t lots, std::int64_t left,
          VenueRequestKind request_kind = VenueRequestKind::Open, Side side = Side::Buy) {
  VenueReported reported;
  reported.request = {id};
  reported.volume = Volume::from_whole(lots);
  reported.left = Volume::from_whole(left);
  reported.symbol = kSymbol;
  reported.venue = {1};
  reported.side = side;
  reported.request_kind = request_kind;
  reported.report_kind = kind;
  reported.outcome = outcome;
  feed.apply(kAccount, reported);
}

int128 lots(std::int64_t count) { return int128{count} * kFixedOne; }

ExposureView exposure(const Feed& feed) {
  ExposureView out;
  REQUIRE(feed.views.exposure(kSymbol, out) == ReadStatus::Found);
  return out;
}

TEST_CASE("requests at venues: listed by age until they are done with") {
  Feed feed;
  for (const std::uint64_t id : {10U, 11U, 12U}) ask(feed, id, 2);
  auto page = feed.views.venue_requests({}, {}, 2);
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].id == VenueRequestId{10});
  CHECK_FALSE(page.items[0].is_accepted);
  CHECK(page.next == 11);
  CHECK(feed.views.venue_requests({}, {page.next}, 2).items.size() == 1);
  CHECK(feed.views.venue_requests(AccountId{2}, {}, 2).items.empty());
  tell(feed, 10, VenueReportKind::Accepted, VenueOutcome::Noted, 0, 2);
  CHECK(feed.views.venue_requests({}, {}, 1).items[0].is_accepted);
  tell(feed, 10, VenueReportKind::Filled, VenueOutcome::Booked, 1, 1);
  CHECK(feed.views.venue_requests({}, {}, 1).items[0].left == Volume::from_whole(1));
  tell(feed, 10, VenueReportKind::Filled, VenueOutcome::Booked, 1, 0);
  tell(feed, 11, VenueReportKind::Rejected, VenueOutcome::Ended, 0, 2);
  page = feed.views.venue_requests({}, {}, 9);
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].id == VenueRequestId{12});
  CHECK(page.next == 0);
}

TEST_CASE("requests at venues: asked again after a start they stay as they were") {
  Feed feed;
  ask(feed, 10, 2);
  VenueRequested again;
  again.request = {10};
  again.is_repeated = 1;
  feed.apply({}, again);
  const auto page = feed.views.venue_requests({}, {}, 9);
  REQUIRE(page.items.size() == 1);
  CHECK(page.items[0].account == kAccount);
}

TEST_CASE("requests at venues: more than there is room for are told as left out") {
  Feed feed;
  for (std::uint64_t id = 1; id <= 5; ++id) ask(feed, id, 1);
  CHECK(feed.views.figures().overflows == 1);
}

TEST_CASE("exposure: fills stand at the venue, what comes too late until it is hedged back") {
  Feed feed;
  ask(feed, 10, 3);
  tell(feed, 10, VenueReportKind::Filled, VenueOutcome::Booked, 1, 2);
  tell(feed, 10, VenueReportKind::Filled, VenueOutcome::Repeated, 1, 2);
  CHECK(exposure(feed).venue.at_venue == lots(1));
  tell(feed, 10, VenueReportKind::TimedOut, VenueOutcome::Ended, 0, 2);
  ask(feed, 11, 2, VenueRequestKind::HedgeBack, Side::Sell);
  tell(feed, 10, VenueReportKind::Filled, VenueOutcome::HedgedBack, 2, 0);
  CHECK(exposure(feed).venue.at_venue == lots(3));
  CHECK(exposure(feed).venue.undone == lots(2));
  tell(feed, 11, VenueReportKind::Filled, VenueOutcome::Booked, 2, 0, VenueRequestKind::HedgeBack,
       Side::Sell);
  CHECK(exposure(feed).venue.at_venue == lots(1));
  CHECK(exposure(feed).venue.undone == 0);
  CHECK(exposure(feed).house() == -lots(1));  // no client holds it here
  ExposureView out;
  CHECK(feed.views.exposure({}, out) == ReadStatus::NotFound);
  CHECK(feed.views.exposure(SymbolId{5}, out) == ReadStatus::NotFound);
}

TEST_CASE("exposure: what a state has behind it is told again, beyond 64 bits too") {
  Feed feed;
  VenueExposureCarried carried;
  carried.at_venues_low = -1;
  carried.at_venues_high = -1;
  carried.undone_high = 1;
  carried.symbol = kSymbol;
  feed.apply({}, carried);
  CHECK(exposure(feed).venue.at_venue == -1);
  CHECK(exposure(feed).venue.undone == int128{1} << 64);
}

}  // namespace
}  // namespace tribook::views::test
