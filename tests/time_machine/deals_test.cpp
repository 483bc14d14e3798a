#include <algorithm>

#include "support/order_desk.h"
#include "support/provider.h"
#include "time_machine/explain.h"

// Stories of orders that were filled by clients at rest, in parts, or by venues.

namespace tribook {
namespace {

using test::drain;
using test::House;
using test::limit;
using test::Provider;
using time_machine::Formula;
using time_machine::Section;
using time_machine::Story;
using time_machine::Subject;

Story story_of(const House& house, const Subject& subject) {
  Slab slab(64);
  engine::Engine engine(test::small_limits(), slab);
  engine::Outbox outbox(test::small_limits().events_of_one_record());
  time_machine::Tellers tellers({subject}, test::small_limits().symbols, slab);
  for (const House::Applied& applied : house.history) {
    Record record = applied.record;
    if (!applied.text.empty()) record.command.header.text = slab.put(applied.text);
    tellers.begin(record);
    engine.apply(record, outbox);
    for (const Event& event : outbox) tellers.hear(event);
    outbox.clear();
    slab.release(record.command.header.text);
  }
  tellers.finish(engine);
  return tellers.all().front().story();
}
Story story_of(const House& house, OrderId order) { return story_of(house, Subject{order, {}}); }
Story story_of(const House& house, PositionId position) {
  return story_of(house, Subject{{}, position});
}

std::vector<const Section*> sections(const Story& story, std::string_view kind) {
  std::vector<const Section*> found;
  for (const Section& section : story.sections) {
    if (section.kind == kind) found.push_back(&section);
  }
  return found;
}

std::string fact(const Section& section, std::string_view label) {
  for (const time_machine::Fact& fact : section.facts) {
    if (fact.label == label) return fact.value;
  }
  return {};
}

const Formula& formula(const Section& section, std::string_view what) {
  const auto found = std::find_if(section.formulas.begin(), section.formulas.end(),
                                  [&](const Formula& one) { return one.what == what; });
  REQUIRE(found != section.formulas.end());
  return *found;
}

void check_formulas(const Story& story) {
  for (const Section& section : story.sections) {
    for (const Formula& formula : section.formulas) {
      INFO(story.subject << " " << section.kind << " " << time_machine::formula_text(formula));
      CHECK(formula.agrees());
    }
  }
}

// Percent of the notional, in dollars, and a minimum that the first fills do not reach.
Instrument charged() {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.commission = {
      test::ratio("0.0025"), test::ratio("5"), Currency::of("USD"), CommissionBasis::Percent, {}};
  instrument.spread_markup_pips = test::ratio("1");
  return instrument;
}

struct Market {
  explicit Market(const Instrument& instrument = charged()) {
    symbol = house.add_symbol(instrument);
    maker = house.add_account({.deposit = "100000"});
    taker = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.10005", "1.10015");
  }
  OrderId rest(Side side, const char* volume, const char* at) {
    return test::last_of(house.send(maker, limit(symbol, side, volume, at))).order;
  }

  House house;
  SymbolId symbol;
  AccountId maker;
  AccountId taker;
};

TEST_CASE("Explain: an order that takes others' limits and the house: each fill at its own price") {
  Market m;
  m.rest(Side::Sell, "0.50", "1.10010");
  m.rest(Side::Sell, "1.00", "1.10015");
  NewOrder order = House::order_of(m.symbol, Side::Buy, "3.00");
  order.worst_price = test::price("1.10030");
  order.max_slippage_pips = test::ratio("1");
  const auto filled = test::last_of(m.house.send(m.taker, order));
  REQUIRE(filled.status == OrderStatus::Filled);
  const Story story = story_of(m.house, filled.order);
  check_formulas(story);
  CHECK(sections(story, "RECEIVED").size() == 1);
  CHECK(sections(story, "RISK").size() == 1);
  CHECK(sections(story, "ENGINE").size() == 3);
  CHECK(sections(story, "STANDING").size() == 3);
  const auto fills = sections(story, "FILL");
  REQUIRE(fills.size() == 3);
  CHECK(fact(*fills[0], "dealt with") == "another client's order at rest");
  CHECK(fact(*fills[0], "at the") == "limit at which that rested");
  CHECK(fact(*fills[0], "price") == "1.1001");
  CHECK(fact(*fills[1], "price") == "1.10015");
  CHECK(fact(*fills[2], "dealt with") == "the house");
  CHECK(fact(*fills[2], "at the") == "ask");
  CHECK(fact(*fills[2], "price") == "1.1002");
  const auto charges = sections(story, "COMMISSION");
  REQUIRE(charges.size() == 3);
  // 1.37.. of 5 are used up by the first, 4.12.. by the second; the third pays what exceeds it.
  CHECK(time_machine::decimal(formula(*charges[0], "commission").result) == "5");
  CHECK(time_machine::decimal(formula(*charges[1], "commission").result) == "0");
  CHECK(time_machine::decimal(formula(*charges[2], "commission").result) == "3.25");
}

TEST_CASE("Explain: of who met a maker nothing is told but that it was another client") {
  Market m;
  const OrderId resting = m.rest(Side::Sell, "2.00", "1.10010");
  NewOrder order = House::order_of(m.symbol, Side::Buy, "0.70");
  m.house.send_texts(m.taker, order, {{"wish", "strategy", "secret comment", "{}"}});
  m.house.send_texts(m.taker, order, {{"", "", "secret comment", ""}});
  for (const Story& story : {story_of(m.house, resting), story_of(m.house, PositionId{2})}) {
    check_formulas(story);
    const std::string text = time_machine::story_text(story);
    INFO(text);
    CHECK(text.find("secret") == std::string::npos);
    CHECK(text.find("by user  " + std::to_string(m.taker.value + 100)) == std::string::npos);
    CHECK(sections(story, "REST").empty());
    const auto fills = sections(story, "FILL");
    REQUIRE(fills.size() == 2);
    for (const Section* fill : fills) {
      CHECK(fact(*fill, "price") == "1.1001");
      CHECK(fact(*fill, "at the") == "limit at which it rested");
      CHECK(fact(*fill, "dealt with") == "another client's order, which reached it");
      CHECK(fact(*fill, "markup in pips").empty());
    }
    CHECK(sections(story, "COMMISSION").size() == 2);
  }
  CHECK(sections(story_of(m.house, resting), "RECEIVED").size() == 1);
  CHECK(sections(story_of(m.house, PositionId{2}), "RECEIVED").empty());
}

TEST_CASE("Explain: a close in parts by an order that crosses, then what it opens") {
  Market m;
  const AccountId netting =
      m.house.add_account({.deposit = "100000", .mode = PositionMode::Netting});
  const PositionId held = m.house.open(netting, m.symbol, Side::Sell, "1.00");
  m.rest(Side::Sell, "0.40", "1.10010");
  const auto turned = test::last_of(m.house.order(netting, m.symbol, Side::Buy, "1.50"));
  const Story story = story_of(m.house, turned.order);
  check_formulas(story);
  const auto profits = sections(story, "PROFIT");
  REQUIRE(profits.size() == 2);
  CHECK(fact(*profits[0], "at the") == "limit at which that rested");
  CHECK(fact(*profits[1], "at the") == "ask");
  REQUIRE(sections(story, "REST").size() == 1);
  CHECK(fact(*sections(story, "REST")[0], "volume") == "0.5");
  check_formulas(story_of(m.house, held));
  check_formulas(story_of(m.house, turned.position));
  CHECK(sections(story_of(m.house, held), "PROFIT").size() == 2);
}

TEST_CASE("Explain: an order at a venue: asked, rejected in part, late, and its close there") {
  Instrument instrument = charged();
  instrument.venue.book = Book::A;
  instrument.venue.venue = VenueId{7};
  Market m(instrument);
  Provider provider(m.house);
  const auto sent = test::order_to(m.house, Book::A, m.taker, m.symbol, Side::Buy, "3.00");
  const auto request = sent.only<VenueRequested>();
  provider.end(request, VenueReportKind::Accepted);
  provider.fill(request, "1.00", "1.10012");
  provider.time_out(request);
  provider.fill(request, "0.50", "1.10022");
  const Story story = story_of(m.house, request.order);
  INFO(time_machine::story_text(story));
  check_formulas(story);
  CHECK(sections(story, "RECEIVED").size() == 1);
  CHECK(sections(story, "ENGINE").size() == 1);
  const auto asked = sections(story, "VENUE_REQUEST");
  REQUIRE(asked.size() == 1);
  CHECK(fact(*asked[0], "venue") == "7");
  CHECK(fact(*asked[0], "for") == "OPEN");
  CHECK(fact(*asked[0], "volume") == "3");
  const auto reports = sections(story, "VENUE_REPORT");
  REQUIRE(reports.size() == 4);
  CHECK(fact(*reports[0], "report") == "ACCEPTED");
  CHECK(fact(*reports[1], "venue price") == "1.10012");
  CHECK(fact(*reports[1], "left") == "2");
  CHECK(fact(*reports[2], "report") == "TIMED_OUT");
  CHECK(fact(*reports[3], "late") == "yes");
  const auto fills = sections(story, "FILL");
  REQUIRE(fills.size() == 2);
  CHECK(fact(*fills[0], "dealt with") == "a venue");
  CHECK(formula(*fills[0], "price").booked == test::price("1.10017").raw);

  const PositionId position = test::last_of(m.house.close(m.taker, PositionId{1})).position;
  const auto asked_to_close = m.house.engine.next_venue_deadline();
  REQUIRE(asked_to_close);
  Story open = story_of(m.house, position);
  CHECK(fact(*sections(open, "NOW").front(), "close") == "on its way at a venue");
  CHECK(fact(*sections(open, "NOW").front(), "book") == "ABOOK");
}

TEST_CASE("Explain: a close at a venue, what it settles is the house's own") {
  Instrument instrument = charged();
  instrument.venue.book = Book::A;
  Market m(instrument);
  Provider provider(m.house);
  const auto opening = test::order_to(m.house, Book::A, m.taker, m.symbol, Side::Sell, "1.00");
  const auto filled = provider.fill(opening.only<VenueRequested>(), "1.00", "1.10000");
  const PositionId position = test::last_of(filled).position;
  const auto closing = m.house.close(m.taker, position).only<VenueRequested>();
  provider.reject(closing);
  const auto again = m.house.close(m.taker, position).only<VenueRequested>();
  provider.fill(again, "0.40", "1.09950");
  provider.fill(again, "0.60", "1.09940");
  const Story story = story_of(m.house, position);
  INFO(time_machine::story_text(story));
  check_formulas(story);
  CHECK(sections(story, "LEVELS").empty());
  CHECK(sections(story, "CLOSE").size() == 2);
  CHECK(sections(story, "VENUE_REQUEST").size() == 2);
  CHECK(sections(story, "PROFIT").size() == 2);
  CHECK(fact(*sections(story, "PROFIT")[0], "dealt with") == "a venue");
  const auto settled = sections(story, "SETTLED");
  REQUIRE(settled.size() == 2);
  CHECK(settled[0]->is_of_house);
  CHECK(sections(story, "NOW")[0]->title == "where it stands: closed");
}

TEST_CASE("Explain: of a late fill that the house keeps a client is told what it means to him") {
  Instrument instrument = charged();
  instrument.venue.book = Book::A;
  instrument.venue.late_fill = LateFill::HedgeBack;
  Market m(instrument);
  Provider provider(m.house);
  const auto sent = test::order_to(m.house, Book::A, m.taker, m.symbol, Side::Buy, "1.00");
  const auto request = sent.only<VenueRequested>();
  provider.time_out(request);
  provider.fill(request, "1.00", "1.10012");
  const Story story = story_of(m.house, request.order);
  const auto outcome_of = [](const Story& told) {
    return fact(*sections(told, "VENUE_REPORT").back(), "outcome");
  };
  CHECK(outcome_of(story) == "the house keeps the fill and hedges it back");
  const Story to_client = time_machine::to_client(story);
  CHECK(outcome_of(to_client) ==
        "it could not be given to you any more: nothing of it is in your account");
  CHECK(time_machine::story_text(to_client).find("hedge") == std::string::npos);
  CHECK(time_machine::story_text(to_client).find("the house keeps") == std::string::npos);
}

TEST_CASE("Explain: what is on its way at a venue is not free") {
  Instrument instrument = charged();
  instrument.venue.book = Book::A;
  Market m(instrument);
  test::order_to(m.house, Book::A, m.taker, m.symbol, Side::Buy, "1.00");
  Subject subject;
  subject.account = m.taker;
  const Story story = story_of(m.house, subject);
  check_formulas(story);
  const Formula& free = formula(*sections(story, "LEVEL").front(), "free margin");
  CHECK(free.booked == m.house.figures(m.taker).free_margin.raw);
}

}  // namespace
}  // namespace tribook
