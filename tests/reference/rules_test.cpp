// Rules of the book that have no worked number.
#include "reference/broker.h"

namespace tribook::reference {
namespace {

Rational n(const char* text) { return number(text); }

struct Euro : Broker {
  explicit Euro(const Symbol& symbol = Broker::forex("EURUSD", "EUR", "USD")) {
    list(symbol);
    quote("EURUSD", "1.10000", "1.10020");
  }

  Id place(const PlaceOrder& order) { return good(order).id; }
  std::string status(Id id) const { return name_of(order(id).status); }
  std::string filled_at(Id id) const {
    return text_of(Rational(order(id).filled_cost / order(id).filled));
  }
};

Symbol with_markup(int pips) {
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.markup_pips = pips;
  return symbol;
}

TEST_CASE("a resting limit fills at its price or better") {
  Euro broker;
  const Id account = broker.open_account("10000");
  const Id id = broker.place(Broker::limit(account, "EURUSD", Side::Buy, "1", "1.09900"));
  CHECK(broker.status(id) == "WORKING");
  broker.quote("EURUSD", "1.09881", "1.09901");
  CHECK(broker.status(id) == "WORKING");
  broker.quote("EURUSD", "1.09700", "1.09720");
  CHECK(broker.status(id) == "FILLED");
  CHECK(broker.filled_at(id) == "1.0972");
}

TEST_CASE("a stop fills at the first price after its trigger, gaps included") {
  Euro broker;
  const Id account = broker.open_account("10000");
  const Id id = broker.place(Broker::stop(account, "EURUSD", Side::Buy, "1", "1.10100"));
  broker.quote("EURUSD", "1.10500", "1.10520");
  CHECK(broker.filled_at(id) == "1.1052");
}

TEST_CASE("a stop-limit rests as a limit after a gap") {
  Euro broker;
  const Id account = broker.open_account("10000");
  PlaceOrder request = Broker::stop(account, "EURUSD", Side::Buy, "1", "1.10100");
  request.type = OrderType::StopLimit;
  request.price = n("1.10150");
  const Id id = broker.place(request);
  broker.quote("EURUSD", "1.10500", "1.10520");
  CHECK(broker.status(id) == "WORKING");
  broker.quote("EURUSD", "1.10110", "1.10130");
  CHECK(broker.filled_at(id) == "1.1013");
}

TEST_CASE("the first fill of a pair cancels the other") {
  Euro broker;
  const Id account = broker.open_account("10000");
  const Result pair =
      broker.good(PlaceOco{Broker::limit(account, "EURUSD", Side::Buy, "1", "1.09"),
                           Broker::stop(account, "EURUSD", Side::Buy, "1", "1.11")});
  broker.quote("EURUSD", "1.11200", "1.11220");
  CHECK(broker.status(pair.id) == "CANCELLED");
  CHECK(broker.status(pair.second_id) == "FILLED");
}

TEST_CASE("brackets close at the price that set them off") {
  Euro broker;
  const Id account = broker.open_account("10000");
  PlaceOrder order = Broker::market(account, "EURUSD", Side::Buy, "1");
  order.sl = n("1.09900");
  order.tp = n("1.10100");
  const Id stopped = broker.open(order);
  broker.quote("EURUSD", "1.09850", "1.09870");
  CHECK(broker.position(stopped).close_reason == CloseReason::StopLoss);
  CHECK(text_of(broker.position(stopped).close_price) == "1.0985");
  order.sl = n("1.09800");
  const Id taken = broker.open(order);
  broker.quote("EURUSD", "1.10130", "1.10150");
  CHECK(broker.position(taken).close_reason == CloseReason::TakeProfit);
  CHECK(text_of(broker.position(taken).close_price) == "1.1013");
}

TEST_CASE("clients cross inside the house spread, best price first") {
  Euro broker;
  const Id maker = broker.open_account("100000");
  const Id other = broker.open_account("100000");
  const Id taker = broker.open_account("100000");
  const Id worse = broker.place(Broker::limit(maker, "EURUSD", Side::Sell, "1", "1.10015"));
  const Id best = broker.place(Broker::limit(other, "EURUSD", Side::Sell, "1", "1.10010"));
  const Id level = broker.place(Broker::limit(maker, "EURUSD", Side::Sell, "1", "1.10020"));
  CHECK(broker.engine().depth("EURUSD", Side::Sell).size() == 3);
  const Id id = broker.place(Broker::market(taker, "EURUSD", Side::Buy, "4"));
  CHECK(broker.status(worse) == "FILLED");
  CHECK(broker.filled_at(best) == "1.1001");
  CHECK(broker.status(level) == "FILLED");  // before the house at the same price
  CHECK(broker.filled_at(id) == "1.1001625");
  REQUIRE(broker.engine().tape().size() == 3);
  CHECK(text_of(broker.engine().tape().front().price) == "1.1001");
}

TEST_CASE("a client does not trade with himself") {
  for (const SelfTrade policy :
       {SelfTrade::CancelNewest, SelfTrade::CancelOldest, SelfTrade::Decrement}) {
    Symbol euro = Broker::forex("EURUSD", "EUR", "USD");
    euro.self_trade = policy;
    Euro broker(euro);
    const Id account = broker.open_account("100000");
    const Id rests = broker.place(Broker::limit(account, "EURUSD", Side::Sell, "1", "1.10010"));
    const Id comes = broker.place(Broker::market(account, "EURUSD", Side::Buy, "3"));
    const bool newest = policy == SelfTrade::CancelNewest;
    CHECK(broker.status(rests) == (newest ? "WORKING" : "CANCELLED"));
    CHECK(broker.status(comes) == (newest ? "CANCELLED" : "FILLED"));
    const char* filled = newest ? "0" : policy == SelfTrade::CancelOldest ? "3" : "2";
    CHECK(text_of(broker.order(comes).filled) == filled);
  }
}

TEST_CASE("a maker without margin is cancelled and skipped") {
  Euro broker;
  const Id poor = broker.open_account("10");
  const Id rich = broker.open_account("100000");
  const Id id = broker.place(Broker::limit(poor, "EURUSD", Side::Sell, "1", "1.10010"));
  const Id taker = broker.place(Broker::market(rich, "EURUSD", Side::Buy, "1"));
  CHECK(broker.status(id) == "CANCELLED");
  CHECK(broker.order(id).reject_code == "INSUFFICIENT_MARGIN");
  CHECK(broker.filled_at(taker) == "1.1002");
}

TEST_CASE("fill or kill, immediate or cancel") {
  Euro broker;
  const Id account = broker.open_account("100000");
  PlaceOrder order = Broker::limit(account, "EURUSD", Side::Buy, "2", "1.10010");
  const Id maker = broker.open_account("100000");
  const Id rests = broker.place(Broker::limit(maker, "EURUSD", Side::Sell, "1", "1.10010"));
  order.time_in_force = TimeInForce::Fok;
  CHECK(broker.status(broker.place(order)) == "CANCELLED");
  CHECK(broker.status(rests) == "WORKING");
  order.time_in_force = TimeInForce::Ioc;
  const Id id = broker.place(order);
  CHECK(broker.status(id) == "CANCELLED");
  CHECK(text_of(broker.order(id).filled) == "1");
}

TEST_CASE("fill or kill: whole or not at all, and then nothing has changed") {
  Euro broker;
  const Id rich = broker.open_account("100000");
  const Id poor = broker.open_account("10");
  const Id modest = broker.open_account("500");
  const Id fails = broker.place(Broker::limit(poor, "EURUSD", Side::Sell, "1", "1.10005"));
  const Id rests = broker.place(Broker::limit(rich, "EURUSD", Side::Sell, "1", "1.10010"));
  PlaceOrder order = Broker::limit(modest, "EURUSD", Side::Buy, "2", "1.10010");
  order.time_in_force = TimeInForce::Fok;
  const Id short_of_makers = broker.place(order);
  CHECK(broker.order(short_of_makers).reject_code == "FOK");
  order.price = Broker::n("1.10020");
  order.volume = Broker::n("3");  // at the house too, but not with his money
  CHECK(broker.refused(order) == "INSUFFICIENT_MARGIN");
  order.account = rich;
  CHECK(broker.order(broker.place(order)).reject_code == "SELF_TRADE");
  CHECK(broker.status(fails) == "WORKING");
  CHECK(broker.status(rests) == "WORKING");
  order.account = modest;
  order.volume = Broker::n("1");
  CHECK(broker.status(broker.place(order)) == "FILLED");
  CHECK(broker.status(fails) == "CANCELLED");
}

TEST_CASE("markup widens to the tick on both sides") {
  Euro broker(with_markup(1));
  const Id account = broker.open_account("10000");
  const auto rate = broker.engine().quote_for(broker.engine().accounts().at(account),
                                              broker.engine().symbols().at("EURUSD"));
  CHECK(text_of(rate->bid) == "1.09995");
  CHECK(text_of(rate->ask) == "1.10025");
}

TEST_CASE("FIFO: opposite orders close the oldest first") {
  Euro broker;
  AccountSettings settings;
  settings.options.closing = Closing::Fifo;
  const Id account = broker.open_account("10000", 500, "USD", settings);
  const Id first = broker.buy(account, "EURUSD", "1");
  const Id second = broker.buy(account, "EURUSD", "1");
  CHECK(broker.refused(ClosePosition{second, std::nullopt, false}) == "FORBIDDEN");
  broker.place(Broker::market(account, "EURUSD", Side::Sell, "1.5"));
  CHECK_FALSE(broker.position(first).open);
  CHECK(text_of(broker.position(second).volume) == "0.5");
}

TEST_CASE("close-by books one result and leaves the larger's open price") {
  Euro broker;
  const Id account = broker.open_account("10000");
  const Id buy = broker.buy(account, "EURUSD", "1");
  broker.quote("EURUSD", "1.10100", "1.10120");
  const Id sell = broker.sell(account, "EURUSD", "0.4");
  broker.good(CloseBy{buy, sell});
  CHECK(broker.entries(account, EntryType::RealizedPnl) == "32");
  CHECK(text_of(broker.position(buy).volume) == "0.6");
  CHECK(text_of(broker.engine().open_price(broker.position(buy))) == "1.1002");
  CHECK(broker.position(sell).close_reason == CloseReason::CloseBy);
}

TEST_CASE("each margin-call level warns once and is armed again on the way up") {
  Euro broker;
  AccountSettings settings;
  settings.options.margin_call_levels = std::vector<Rational>{150, 100};
  const Id account = broker.open_account("400", 500, "USD", settings);
  broker.buy(account, "EURUSD", "1");  // margin 220.02
  const auto calls = [&](const char* price) {
    return broker.count(broker.good(Quote{"EURUSD", n(price), n(price)}), Event::Kind::MarginCall);
  };
  CHECK(calls("1.0996") == 0);
  CHECK(calls("1.0992") == 1);
  CHECK(calls("1.0981") == 1);
  CHECK(calls("1.0980") == 0);
  CHECK(calls("1.1000") == 0);
  CHECK(calls("1.0981") == 2);
}

TEST_CASE("credit pays before the house does") {
  Euro broker;
  const Id account = broker.open_account("300");
  broker.good(MoveMoney{account, MoneyKind::Credit, 100});
  broker.buy(account, "EURUSD", "1");
  broker.quote("EURUSD", "1.09020", "1.09040");
  CHECK(broker.balance(account) == "0");
  CHECK(text_of(broker.figures(account).credit) == "0");
  CHECK(broker.entries(account, EntryType::NegativeBalance) == "600");
}

TEST_CASE("a withdrawal leaves at once and comes back when rejected") {
  Euro broker;
  const Id account = broker.open_account("300");
  CHECK(broker.refused(RequestWithdrawal{account, 301}) == "INSUFFICIENT_FUNDS");
  const Id id = broker.good(RequestWithdrawal{account, 200}).id;
  CHECK(broker.balance(account) == "100");
  broker.good(DecideWithdrawal{id, false});
  CHECK(broker.balance(account) == "300");
}

TEST_CASE("a venue fills in parts, then times out, and a late fill is the client's") {
  Euro broker(with_markup(2));
  const Id account = broker.open_account("10000");
  PlaceOrder order = Broker::market(account, "EURUSD", Side::Buy, "1");
  order.book = Book::A;
  const Id id = broker.place(order);
  CHECK(broker.status(id) == "FILLING");
  const Id request = broker.engine().venue_requests().begin()->first;
  broker.good(VenueReport{request, VenueReport::Kind::Fill, n("0.4"), n("1.1")});
  CHECK(broker.status(id) == "PARTIALLY_FILLED");
  broker.good(VenueReport{request, VenueReport::Kind::Timeout, 0, 0});
  CHECK(broker.status(id) == "CANCELLED");
  const Id position = broker.order(id).position;
  CHECK(text_of(broker.engine().open_price(broker.position(position))) == "1.1001");
  broker.good(VenueReport{request, VenueReport::Kind::Fill, n("0.6"), n("1.1")});
  CHECK(broker.status(id) == "FILLED");
  CHECK(text_of(broker.position(position).volume) == "1");
  CHECK(broker.engine().book_of(broker.position(position)) == "ABOOK");
}

TEST_CASE("a late fill can be hedged back") {
  Symbol euro = Broker::forex("EURUSD", "EUR", "USD");
  euro.late_fill = LateFill::HedgeBack;
  Euro broker(euro);
  const Id account = broker.open_account("10000");
  PlaceOrder order = Broker::market(account, "EURUSD", Side::Buy, "1");
  order.book = Book::A;
  const Id id = broker.place(order);
  const Id request = broker.engine().venue_requests().begin()->first;
  broker.good(VenueReport{request, VenueReport::Kind::Timeout, 0, 0});
  CHECK(broker.status(id) == "REJECTED");
  broker.good(VenueReport{request, VenueReport::Kind::Fill, 1, n("1.1")});
  CHECK(text_of(broker.engine().house_hedge().at("EURUSD")) == "1");
  const Id back = broker.engine().venue_requests().rbegin()->first;
  broker.good(VenueReport{back, VenueReport::Kind::Fill, 1, n("1.0999")});
  CHECK(text_of(broker.engine().house_hedge().at("EURUSD")) == "0");
  CHECK(broker.house("TRADING_PNL") == "-10");
}

TEST_CASE("a rejected limit goes back to rest") {
  Euro broker;
  const Id account = broker.open_account("10000");
  PlaceOrder order = Broker::limit(account, "EURUSD", Side::Buy, "1", "1.09900");
  order.book = Book::A;
  const Id id = broker.place(order);
  broker.quote("EURUSD", "1.09800", "1.09820");
  CHECK(broker.status(id) == "FILLING");
  const Id request = broker.engine().venue_requests().begin()->first;
  broker.good(VenueReport{request, VenueReport::Kind::Reject, 0, 0});
  CHECK(broker.status(id) == "WORKING");
}

// A position at the provider, filled there at a price.
Id open_at_venue(Euro& broker, Id account, Side side, const char* price) {
  PlaceOrder order = Broker::market(account, "EURUSD", side, "1");
  order.book = Book::A;
  const Id id = broker.place(order);
  const Id request = broker.engine().venue_requests().rbegin()->first;
  broker.good(VenueReport{request, VenueReport::Kind::Fill, 1, n(price)});
  return broker.order(id).position;
}

TEST_CASE("close-by at the provider nets there") {
  Euro broker;
  const Id account = broker.open_account("10000");
  const Id buy = open_at_venue(broker, account, Side::Buy, "1.1002");
  const Id sell = open_at_venue(broker, account, Side::Sell, "1.1");
  broker.good(CloseBy{buy, sell});
  CHECK(broker.balance(account) == "9980");
  CHECK(broker.house("TRADING_PNL") == "0");
  CHECK(broker.house("LP_SETTLEMENT") == "20");
}

TEST_CASE("a take-profit reaches the provider with its price") {
  Euro broker(with_markup(2));
  const Id account = broker.open_account("10000");
  ModifyPosition change;
  change.position = open_at_venue(broker, account, Side::Buy, "1.1");
  change.tp = n("1.105");
  broker.good(change);
  broker.quote("EURUSD", "1.10600", "1.10620");
  const VenueRequest request = broker.engine().venue_requests().rbegin()->second;
  REQUIRE(request.kind == VenueRequest::Kind::Close);
  CHECK(text_of(*request.limit) == "1.1051");
}

TEST_CASE("an order that closes two positions at their provider may do half of it") {
  Euro broker;
  AccountSettings settings;
  settings.options.closing = Closing::Fifo;
  const Id account = broker.open_account("10000", 500, "USD", settings);
  const Id first = open_at_venue(broker, account, Side::Buy, "1.1");
  const Id second = open_at_venue(broker, account, Side::Buy, "1.1");
  const Id id = broker.place(Broker::market(account, "EURUSD", Side::Sell, "2.5"));
  const Id last = broker.engine().venue_requests().rbegin()->first;
  const Id before = std::next(broker.engine().venue_requests().rbegin())->first;
  broker.good(VenueReport{before, VenueReport::Kind::Reject, 0, 0});
  CHECK(broker.status(id) == "FILLING");
  broker.good(VenueReport{last, VenueReport::Kind::Fill, 1, n("1.1")});
  CHECK(broker.status(id) == "CANCELLED");  // and opens nothing
  CHECK(broker.order(id).reject_code == "VENUE_REJECTED");
  CHECK(broker.position(first).open);
  CHECK_FALSE(broker.position(second).open);
}

TEST_CASE("DAY orders end at 17:00 New York, in summer an hour earlier") {
  for (const auto& [start, end] : {std::pair("2026-01-21 12:00", "2026-01-21 22:00"),
                                   std::pair("2026-07-21 12:00", "2026-07-21 21:00"),
                                   std::pair("2026-03-08 12:00", "2026-03-08 21:00")}) {
    Broker broker(start);
    broker.list(Broker::forex("EURUSD", "EUR", "USD"));
    broker.quote("EURUSD", "1.1");
    const Id account = broker.open_account("10000");
    PlaceOrder order = Broker::limit(account, "EURUSD", Side::Buy, "1", "1.09");
    order.time_in_force = TimeInForce::Day;
    const Id id = broker.good(order).id;
    broker.good(AdvanceTime{utc(end) - 1});
    CHECK(name_of(broker.order(id).status) == "WORKING");
    broker.good(AdvanceTime{utc(end)});
    CHECK(name_of(broker.order(id).status) == "EXPIRED");
  }
}

TEST_CASE("funding is paid between the sides") {
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.funding = {8, n("0.0001")};
  Euro broker(symbol);
  const Id account = broker.open_account("10000");
  const Id other = broker.open_account("10000");
  broker.buy(account, "EURUSD", "1");
  broker.sell(other, "EURUSD", "1");
  broker.good(AdvanceTime{utc("2026-01-21 16:00")});
  CHECK(broker.entries(account, EntryType::Funding) == "-11");
  CHECK(broker.entries(other, EntryType::Funding) == "11");
  CHECK(broker.house("SWAP") == "0");
}

TEST_CASE("a symbol whose positions would lose their meaning is not changed") {
  Euro broker;
  const Id account = broker.open_account("10000");
  broker.buy(account, "EURUSD", "1");
  Symbol symbol = Broker::forex("EURUSD", "EUR", "USD");
  symbol.contract = 1'000;
  CHECK(broker.refused(PutSymbol{symbol}) == "VALIDATION");
  symbol.contract = 100'000;
  symbol.markup_pips = 3;
  broker.list(symbol);
}

}  // namespace
}  // namespace tribook::reference
