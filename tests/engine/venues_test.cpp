#include <chrono>

#include "support/order_desk.h"
#include "support/provider.h"

// Orders that liquidity providers fill: what they are asked, what they say, and what becomes of it.

namespace tribook {
namespace {

using test::House;
using test::last_of;
using test::lots;
using test::money;
using test::price;
using test::Provider;

struct Market {
  explicit Market(Instrument instrument = test::forex("EUR", "USD")) {
    symbol = house.add_symbol(instrument);
    account = house.add_account();
    house.quote(symbol, "1.10000", "1.10020");
  }
  test::Events order(Side side, std::string_view volume, const test::OrderOptions& options = {}) {
    return test::order_to(house, Book::A, account, symbol, side, volume, options);
  }
  VenueRequested buy(std::string_view volume = "1") {
    return order(Side::Buy, volume).only<VenueRequested>();
  }

  House house;
  Provider provider{house};
  SymbolId symbol;
  AccountId account;
};

Instrument with_markup(std::string_view pips) {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.spread_markup_pips = test::ratio(pips);
  return instrument;
}

TEST_CASE(
    "Venues: an order is asked for, reserves its margin, and is filled at the venue's price") {
  Market m;
  const auto sent = m.order(Side::Buy, "1");
  CHECK(last_of(sent).status == OrderStatus::Filling);
  const auto request = sent.only<VenueRequested>();
  CHECK(request.request_kind == VenueRequestKind::Open);
  CHECK(request.volume == lots("1"));
  CHECK(request.limit.is_zero());
  CHECK(request.seen == price("1.10020"));
  CHECK(m.house.figures(m.account).reserved_margin == money("1100.10"));
  CHECK(m.house.figures(m.account).free_margin == money("8899.90"));
  CHECK(m.house.figures(m.account).used_margin == money("0"));

  const auto filled = m.provider.fill(request, "1", "1.10010");
  const auto order = last_of(filled);
  CHECK(order.status == OrderStatus::Filled);
  CHECK(order.filled_price == price("1.10010"));
  CHECK(filled.only<VenueReported>().outcome == VenueOutcome::Booked);
  const auto position = m.house.position(order.position);
  CHECK(position.book == Book::A);
  CHECK(position.at_venue == lots("1"));
  CHECK(m.house.figures(m.account).reserved_margin == money("0"));
  CHECK(m.house.figures(m.account).used_margin == money("1100.10"));
}

TEST_CASE("Venues: what is on its way counts for the next order") {
  Market m;
  m.buy("8");
  CHECK(m.order(Side::Buy, "2").code() == RejectCode::InsufficientMargin);
  CHECK(m.house.order(m.account, m.symbol, Side::Buy, "2").code() ==
        RejectCode::InsufficientMargin);
}

TEST_CASE("Venues: a fill is booked whatever the margin by then") {
  Market m;
  const auto request = m.buy("8");
  m.house.withdraw(m.account, "1000");
  m.house.quote(m.symbol, "1.30000", "1.30020");
  CHECK(last_of(m.provider.fill(request, "8", "1.30000")).status == OrderStatus::Filled);
  CHECK(m.house.figures(m.account).free_margin.is_negative());
}

TEST_CASE("Venues: parts come one by one and are one position, with the markup on each") {
  Market m(with_markup("2"));
  const auto request = m.buy();
  CHECK(request.seen == price("1.10020"));
  auto events = m.provider.fill(request, "0.4", "1.10000");
  CHECK(last_of(events).status == OrderStatus::PartiallyFilled);
  CHECK(last_of(events).filled_price == price("1.10010"));
  CHECK(events.only<PositionUpdated>().action == PositionAction::Opened);
  events = m.provider.fill(request, "0.6", "1.10010");
  CHECK(last_of(events).status == OrderStatus::Filled);
  CHECK(last_of(events).filled_price == price("1.10016"));
  CHECK(events.only<PositionUpdated>().action == PositionAction::Modified);
  CHECK(m.house.positions(m.account).size() == 1);
}

TEST_CASE("Venues: a rejected market order ends REJECTED and frees its margin") {
  Market m;
  const auto events = m.provider.reject(m.buy());
  CHECK(last_of(events).status == OrderStatus::Rejected);
  CHECK(last_of(events).code == RejectCode::VenueRejected);
  CHECK(m.house.figures(m.account).reserved_margin == money("0"));
  CHECK(m.house.figures(m.account).free_margin == money("10000"));
}

TEST_CASE("Venues: in part filled, then given up, a late fill is the client's") {
  Market m;
  const auto request = m.buy();
  m.provider.fill(request, "0.4", "1.1");
  const auto ended = m.provider.time_out(request);
  CHECK(last_of(ended).status == OrderStatus::Cancelled);
  CHECK(last_of(ended).code == RejectCode::VenueTimedOut);
  auto late = m.provider.fill(request, "0.2", "1.1");
  CHECK(late.only<VenueReported>().is_late == 1);
  CHECK(last_of(late).status == OrderStatus::Cancelled);
  CHECK(last_of(late).filled_volume == lots("0.6"));
  CHECK(last_of(late).code == RejectCode::VenueTimedOut);
  late = m.provider.fill(request, "0.4", "1.1");
  CHECK(last_of(late).status == OrderStatus::Filled);
  CHECK(last_of(late).code == RejectCode::None);
  CHECK(m.house.positions(m.account).front().volume == lots("1"));
}

TEST_CASE("Venues: a late fill opens nothing in an account that was closed") {
  Market m;
  const auto request = m.buy();
  m.provider.time_out(request);
  m.house.change_state(m.account, AccountState::Closed);
  const auto late = m.provider.fill(request, "1", "1.10010");
  CHECK(late.only<VenueRequested>().request_kind == VenueRequestKind::HedgeBack);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Venues: a late fill is hedged back where the symbol says so") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.venue.late_fill = LateFill::HedgeBack;
  Market m(instrument);
  const auto request = m.buy();
  CHECK(last_of(m.provider.time_out(request)).status == OrderStatus::Rejected);
  const auto late = m.provider.fill(request, "1", "1.1");
  CHECK(late.only<VenueReported>().outcome == VenueOutcome::HedgedBack);
  CHECK(m.house.engine.exposure(m.symbol).undone == lots("1").raw);
  const auto back = late.only<VenueRequested>();
  CHECK(back.request_kind == VenueRequestKind::HedgeBack);
  CHECK(back.side == Side::Sell);
  const auto undone = m.provider.fill(back, "1", "1.0999");
  CHECK(undone.only<VenueSettled>().amount == money("-10"));
  CHECK(m.house.engine.exposure(m.symbol).undone == 0);
  CHECK(m.house.engine.exposure(m.symbol).at_venues == 0);
  CHECK(m.house.positions(m.account).empty());
}

TEST_CASE("Venues: a request that nobody answers is given up at its time") {
  Market m;
  const auto request = m.buy();
  REQUIRE(m.house.engine.next_venue_deadline() == request.deadline);
  CHECK(request.deadline == m.house.now() + std::chrono::seconds{10});
  m.house.advance(std::chrono::seconds{10});
  const auto events = m.house.send(AccountId{}, ExpireVenueRequests{request.deadline});
  CHECK(last_of(events).status == OrderStatus::Rejected);
  CHECK(last_of(events).code == RejectCode::VenueTimedOut);
  CHECK_FALSE(m.house.engine.next_venue_deadline().has_value());
}

TEST_CASE("Venues: the same report twice is one") {
  Market m;
  const auto request = m.buy();
  VenueReport report = m.provider.about(request, VenueReportKind::Filled);
  report.volume = lots("0.5");
  report.price = price("1.1");
  CHECK(m.house.send(AccountId{}, report).only<VenueReported>().outcome == VenueOutcome::Booked);
  const auto again = m.house.send(AccountId{}, report);
  CHECK(again.all.size() == 1);
  CHECK(again.only<VenueReported>().outcome == VenueOutcome::Repeated);
  CHECK(m.house.positions(m.account).front().volume == lots("0.5"));
}

TEST_CASE("Venues: reports of nothing that was asked, and of more than was, are refused") {
  Market m;
  const auto request = m.buy();
  VenueRequested other = request;
  other.request.value += 1ULL << 30U;
  CHECK(m.provider.fill(other, "1", "1.1").code() == RejectCode::NotFound);
  CHECK(m.provider.fill(request, "1.01", "1.1").code() == RejectCode::Validation);
  CHECK(m.provider.fill(request, "1", "0").code() == RejectCode::Validation);
  CHECK(last_of(m.provider.fill(request, "1", "1.1")).status == OrderStatus::Filled);
}

TEST_CASE("Venues: what was forgotten is the house's, and hedged back") {
  engine::EngineLimits limits = test::small_limits();
  limits.orders = 2;
  House house(limits);
  Provider provider(house);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.1", "1.1");
  const auto buy = [&] {
    return test::order_to(house, Book::A, account, symbol, Side::Buy, "0.1").only<VenueRequested>();
  };
  const auto first = buy();
  provider.time_out(first);
  for (int i = 0; i < 2; ++i) provider.fill(buy(), "0.1", "1.1");
  const auto late = provider.fill(first, "0.1", "1.1");
  CHECK(late.only<VenueReported>().outcome == VenueOutcome::HedgedBack);
  CHECK(late.only<VenueRequested>().side == Side::Sell);
  CHECK(house.engine.exposure(symbol).undone == lots("0.1").raw);
}

TEST_CASE("Venues: no more is asked than there is room for") {
  engine::EngineLimits limits = test::small_limits();
  limits.orders = 1;
  House house(limits);
  const SymbolId symbol = house.add_symbol(test::forex("EUR", "USD"));
  const AccountId account = house.add_account();
  house.quote(symbol, "1.1", "1.1");
  const auto buy = [&] {
    return test::order_to(house, Book::A, account, symbol, Side::Buy, "0.1");
  };
  CHECK(buy().code() == RejectCode::None);
  CHECK(buy().code() == RejectCode::LimitReached);
}

TEST_CASE("Venues: a limit goes there with the markup off, and back to rest when it is rejected") {
  Market m(with_markup("2"));
  NewOrder order = test::limit(m.symbol, Side::Buy, "1", "1.09900");
  order.book = Book::A;
  CHECK(last_of(m.house.send(m.account, order)).status == OrderStatus::Working);
  m.house.quote(m.symbol, "1.09800", "1.09820");
  auto command = test::next_triggered(m.house);
  REQUIRE(command);
  auto execute = command->get<ExecuteOrder>();
  execute.book = Book::A;
  command->set(execute);
  const auto sent = m.house.apply(*command);
  CHECK(last_of(sent).status == OrderStatus::Filling);
  const auto request = sent.only<VenueRequested>();
  CHECK(request.limit == price("1.09890"));
  CancelOrder cancel;
  cancel.order = request.order;
  CHECK(m.house.send(m.account, cancel).code() == RejectCode::OrderNotWorking);
  CHECK(last_of(m.provider.reject(request)).status == OrderStatus::Working);
  CHECK(last_of(m.house.send(m.account, cancel)).status == OrderStatus::Cancelled);
}

TEST_CASE("Venues: a markup that grew meanwhile makes no limit fill worse") {
  Market m(with_markup("2"));
  NewOrder order = test::limit(m.symbol, Side::Buy, "1", "1.10100");
  order.book = Book::A;
  const auto request = m.house.send(m.account, order).only<VenueRequested>();
  m.house.update_symbol(m.symbol, with_markup("10"));
  const auto part = m.provider.fill(request, "0.4", "1.10080");
  CHECK(last_of(part).filled_price == price("1.10100"));
  // Nor does a provider that does not keep to the limit it was told.
  const auto beyond = m.provider.fill(request, "0.6", "1.11");
  CHECK(beyond.only<TradeExecuted>().price == price("1.10100"));
}

TEST_CASE("Venues: a late fill that cannot be given leaves its order where it is") {
  Market m;
  m.account = m.house.add_account({.mode = PositionMode::Netting});
  NewOrder order = test::limit(m.symbol, Side::Buy, "1", "1.10020");
  order.book = Book::A;
  const auto request = m.house.send(m.account, order).only<VenueRequested>();
  m.house.quote(m.symbol, "1.10100", "1.10120");
  CHECK(last_of(m.provider.time_out(request)).status == OrderStatus::Working);
  m.house.open(m.account, m.symbol, Side::Sell, "0.5");
  m.house.quote(m.symbol, "1.10000", "1.10020");
  const auto late = m.provider.fill(request, "0.4", "1.1");
  CHECK_FALSE(late.has<TradeExecuted>());
  const auto again = test::next_triggered(m.house);
  REQUIRE(again);
  m.house.quote(m.symbol, "1.09990", "1.10010");
  CHECK(last_of(m.house.apply(*again)).status == OrderStatus::Filled);
}

TEST_CASE("Venues: a late fill is not for who wants a better price by now") {
  Market m;
  NewOrder order = test::limit(m.symbol, Side::Buy, "1", "1.10050");
  order.book = Book::A;
  const auto request = m.house.send(m.account, order).only<VenueRequested>();
  m.house.quote(m.symbol, "1.10100", "1.10120");
  m.provider.time_out(request);
  ModifyOrder modify;
  modify.order = request.order;
  modify.set_limit = 1;
  modify.limit = price("0.5");
  CHECK(last_of(m.house.send(m.account, modify)).status == OrderStatus::Working);
  const auto late = m.provider.fill(request, "1", "1.1001");
  CHECK(late.only<VenueReported>().outcome == VenueOutcome::HedgedBack);
  CHECK(m.house.figures(m.account).positions == 0);
}

TEST_CASE("Venues: a part between two steps keeps no settings from changing") {
  Market m;
  m.provider.fill(m.buy("0.07"), "0.0665", "1.1002");
  CHECK(m.house.update_symbol(m.symbol, with_markup("1")).code() == RejectCode::None);
}

TEST_CASE("Venues: the first fill of one ends the other of a pair") {
  Market m;
  NewOrder low = test::limit(m.symbol, Side::Buy, "1", "1.09900");
  const NewOrder high = test::stop(m.symbol, Side::Buy, "1", "1.11000");
  m.house.send(m.account, test::pair_of(low, high));
  m.house.quote(m.symbol, "1.09800", "1.09820");
  auto command = test::next_triggered(m.house);
  REQUIRE(command);
  auto execute = command->get<ExecuteOrder>();
  execute.book = Book::A;
  command->set(execute);
  const auto request = m.house.apply(*command).only<VenueRequested>();
  const auto events = m.provider.fill(request, "0.5", "1.09800");
  CHECK(test::statuses_of(events) ==
        std::vector<std::string>{"1 PARTIALLY_FILLED", "2 CANCELLED OCO"});
}

TEST_CASE("Venues: lots below the provider's step and minimum are the house's") {
  Instrument instrument = test::forex("EUR", "USD");
  instrument.venue.step = lots("0.1");
  instrument.venue.min_volume = lots("0.5");
  Market m(instrument);
  const auto small = m.order(Side::Buy, "0.49");
  CHECK_FALSE(small.has<VenueRequested>());
  CHECK(last_of(small).status == OrderStatus::Filled);
  const auto large = m.order(Side::Buy, "1.27");
  const auto request = large.only<VenueRequested>();
  CHECK(request.volume == lots("1.2"));
  CHECK(last_of(large).status == OrderStatus::PartiallyFilled);
  CHECK(last_of(large).filled_volume == lots("0.07"));
  const auto position = last_of(m.provider.fill(request, "1.2", "1.1")).position;
  CHECK(m.house.position(position).book == Book::C);
  CHECK(m.house.position(position).volume == lots("1.27"));
  CHECK(m.house.position(position).at_venue == lots("1.2"));
}

TEST_CASE("Venues: what is open is asked again after a restart, what was given up is not") {
  Market m;
  const auto asked_again = [&] {
    std::vector<VenueRequestId> again;
    m.house.engine.for_each_request(
        [&](const VenueRequested& request) { again.push_back(request.request); });
    return again;
  };
  const auto given_up = m.buy();
  const auto open = m.buy();
  CHECK(asked_again() == std::vector{given_up.request, open.request});
  m.provider.time_out(given_up);
  CHECK(asked_again() == std::vector{open.request});
  m.provider.fill(open, "1", "1.10020");
  CHECK(asked_again().empty());
}

}  // namespace
}  // namespace tribook
