#include <catch2/catch.hpp>

#include "feed.h"

using namespace tribook;
using namespace tribook::views;
using tribook::views::test::Feed;

namespace {

constexpr AccountId kFirst{1};
constexpr AccountId kSecond{2};

AccountView account_of(const Feed& feed, AccountId id) {
  AccountView view;
  REQUIRE(feed.views.account(id, view) == ReadStatus::Found);
  return view;
}

}  // namespace

TEST_CASE("a user and its account are found by name and by id") {
  Feed feed;
  feed.user({9}, "root", Role::SuperAdmin);
  const TimeNs created = feed.time;
  feed.user({1}, "ann");
  feed.account(kFirst, {1}, "EUR");
  feed.settle();

  const auto ann = feed.views.find_user("ann");
  REQUIRE(ann.has_value());
  CHECK(ann->id == UserId{1});
  CHECK(ann->role == Role::Client);
  CHECK(ann->password_hash == "hash of ann");
  CHECK(ann->email == "ann@example.com");
  CHECK(ann->accounts == std::vector<AccountId>{kFirst});
  CHECK(feed.views.user({9})->role == Role::SuperAdmin);
  CHECK(feed.views.user({9})->accounts.empty());
  CHECK_FALSE(feed.views.find_user("an").has_value());
  CHECK_FALSE(feed.views.user({2}).has_value());

  const AccountView view = account_of(feed, kFirst);
  CHECK(view.id == kFirst);
  CHECK(view.user == UserId{1});
  CHECK(view.currency == Currency::of("EUR"));
  CHECK(view.created == created);
  CHECK(view.leverage == 200);
  CHECK(view.kind == AccountKind::Live);
  CHECK(view.stop_out_level.raw == 30 * kFixedOne);
  CHECK(view.margin_call_levels == MarginCallLevels::of({80 * kFixedOne}));
  CHECK(view.negative_balance_protection);
  CHECK(view.group.view() == "standard");
  AccountView none;
  CHECK(feed.views.account(kSecond, none) == ReadStatus::NotFound);
  CHECK(feed.slab.in_use() == 0);
}

TEST_CASE("AccountUpdated replaces what moves and keeps what does not") {
  Feed feed;
  feed.client(1);
  AccountUpdated body;
  body.balance = Money::from_whole(100);
  body.credit = Money::from_whole(7);
  body.used_margin = Money::from_whole(30);
  body.leverage = 50;
  body.state = AccountState::CloseOnly;
  feed.apply(kFirst, body);
  feed.settle();
  const AccountView view = account_of(feed, kFirst);
  CHECK(view.balance == Money::from_whole(100));
  CHECK(view.credit == Money::from_whole(7));
  CHECK(view.balance_and_credit() == Money::from_whole(107));
  CHECK(view.used_margin == Money::from_whole(30));
  CHECK(view.leverage == 50);
  CHECK(view.state == AccountState::CloseOnly);
  CHECK(view.currency == Currency::of("USD"));
  CHECK(view.user == UserId{1});
}

TEST_CASE("a position opens, is modified, closed in part and in whole") {
  Feed feed;
  feed.client(1);
  PositionUpdated body;
  body.position = {7};
  body.volume = Volume::from_whole(3);
  body.open_cost = cost_of(Price{108'450'000}, body.volume);
  body.commission = Money::from_whole(-2);
  body.symbol = {1};
  body.side = Side::Sell;
  body.book = Book::B;
  body.open_time = feed.time;
  const TimeNs opened = feed.time;
  feed.apply(kFirst, body);
  feed.settle();

  PositionView view;
  REQUIRE(feed.views.position({7}, view) == ReadStatus::Found);
  CHECK(view.account == kFirst);
  CHECK(view.open_price().raw == 108'450'000);
  CHECK(view.commission == Money::from_whole(-2));
  CHECK(view.side == Side::Sell);
  CHECK(view.book == Book::B);
  CHECK(view.open_time == opened);
  CHECK(account_of(feed, kFirst).open_positions == 1);
  CHECK(feed.views.figures().open_positions == 1);

  body.action = PositionAction::Modified;
  body.stop_loss = {109'000'000};
  body.take_profit = {107'000'000};
  feed.apply(kFirst, body);
  feed.settle();
  REQUIRE(feed.views.position({7}, view) == ReadStatus::Found);
  CHECK(view.stop_loss.raw == 109'000'000);
  CHECK(view.take_profit.raw == 107'000'000);

  PositionReduced reduced;  // 1 of 3 at 1.08, then 2 at 1.083
  reduced.position = {7};
  reduced.closed_volume = Volume::from_whole(1);
  reduced.left_volume = Volume::from_whole(2);
  reduced.price = {108'000'000};
  reduced.realized_pnl = Money::from_whole(450);
  reduced.realized_total = Money::from_whole(450);
  reduced.reason = CloseReason::Manual;
  feed.apply(kFirst, reduced);
  body.volume = Volume::from_whole(2);
  body.open_cost = cost_of(Price{108'450'000}, body.volume);
  feed.apply(kFirst, body);
  feed.settle();
  REQUIRE(feed.views.position({7}, view) == ReadStatus::Found);
  CHECK(view.volume == Volume::from_whole(2));
  CHECK(view.closed_volume == Volume::from_whole(1));
  CHECK(view.realized_pnl == Money::from_whole(450));
  CHECK(account_of(feed, kFirst).open_positions == 1);
  ClosedPositionView closed;
  CHECK(feed.views.closed_position({7}, closed) == ReadStatus::NotFound);

  reduced.closed_volume = Volume::from_whole(2);
  reduced.left_volume = {};
  reduced.price = {108'300'000};
  reduced.realized_total = Money::from_whole(750);
  reduced.reason = CloseReason::TakeProfit;
  feed.apply(kFirst, reduced);
  body.volume = {};
  body.open_cost = {};
  body.commission = Money::from_whole(-4);
  body.swap = Money::from_whole(-1);
  body.action = PositionAction::Closed;
  feed.apply(kFirst, body);
  const TimeNs closed_at = feed.time;
  feed.settle();

  CHECK(feed.views.position({7}, view) == ReadStatus::NotFound);
  CHECK(account_of(feed, kFirst).open_positions == 0);
  CHECK(feed.views.figures().open_positions == 0);
  REQUIRE(feed.views.closed_position({7}, closed) == ReadStatus::Found);
  CHECK(closed.account == kFirst);
  CHECK(closed.volume == Volume::from_whole(3));
  CHECK(closed.open_price.raw == 108'450'000);
  CHECK(closed.close_price.raw == 108'200'000);  // (1.08 + 2 x 1.083) / 3
  CHECK(closed.realized_pnl == Money::from_whole(750));
  CHECK(closed.commission == Money::from_whole(-4));
  CHECK(closed.swap == Money::from_whole(-1));
  CHECK(closed.reason == CloseReason::TakeProfit);
  CHECK(closed.side == Side::Sell);
  CHECK(closed.book == Book::B);
  CHECK(closed.open_time == opened);
  CHECK(closed.close_time == closed_at);
}

TEST_CASE("an order keeps its first texts and time, and takes each later state") {
  Feed feed;
  feed.client(1);
  const TimeNs created = feed.time;
  const Texts texts{{"client-1", "strategy", "a comment", R"({"k":1})"}};
  feed.order(kFirst, 5, OrderStatus::Accepted, texts);
  CHECK(feed.views.figures().orders[static_cast<std::size_t>(OrderStatus::Accepted)] == 1);
  feed.time = feed.time + std::chrono::seconds{1};
  OrderUpdated body;
  body.order = {5};
  body.position = {8};
  body.volume = Volume::from_whole(1);
  body.filled_volume = Volume::from_whole(1);
  body.filled_price = {108'450'000};
  body.limit = {1};
  body.stop_loss = {2};
  body.take_profit = {3};
  body.required_margin_raw = 4;
  body.free_margin_raw = 5;
  body.symbol = {1};
  body.routing_rule = 6;
  body.side = Side::Sell;
  body.type = OrderType::Limit;
  body.time_in_force = TimeInForce::Gtc;
  body.status = OrderStatus::Filled;
  body.book = Book::B;
  body.reason = CloseReason::StopLoss;
  body.origin = Origin::Rest;
  feed.apply(kFirst, body);
  const TimeNs updated = feed.time;
  feed.settle();

  OrderView view;
  REQUIRE(feed.views.order({5}, view) == ReadStatus::Found);
  CHECK(view.account == kFirst);
  CHECK(view.client_order_id.view() == "client-1");
  CHECK(view.strategy.view() == "strategy");
  CHECK(view.comment == "a comment");
  CHECK(view.metadata == R"({"k":1})");
  CHECK_FALSE(view.texts_lost);
  CHECK(view.created == created);
  CHECK(view.updated == updated);
  CHECK(view.position == PositionId{8});
  CHECK(view.filled_volume == Volume::from_whole(1));
  CHECK(view.filled_price.raw == 108'450'000);
  CHECK(view.limit.raw == 1);
  CHECK(view.stop_loss.raw == 2);
  CHECK(view.take_profit.raw == 3);
  CHECK(view.required_margin_raw == 4);
  CHECK(view.free_margin_raw == 5);
  CHECK(view.routing_rule == 6);
  CHECK(view.side == Side::Sell);
  CHECK(view.type == OrderType::Limit);
  CHECK(view.time_in_force == TimeInForce::Gtc);
  CHECK(view.status == OrderStatus::Filled);
  CHECK(view.book == Book::B);
  CHECK(view.reason == CloseReason::StopLoss);
  CHECK(view.origin == Origin::Rest);

  const Figures figures = feed.views.figures();
  CHECK(figures.orders[static_cast<std::size_t>(OrderStatus::Accepted)] == 0);
  CHECK(figures.orders[static_cast<std::size_t>(OrderStatus::Filled)] == 1);
  CHECK(account_of(feed, kFirst).open_orders == 0);
}

TEST_CASE("a refused order shows its code, the answer to a repeated one stores nothing") {
  Feed feed;
  feed.client(1);
  OrderUpdated body;
  body.order = {1};
  body.status = OrderStatus::Rejected;
  body.code = RejectCode::InsufficientMargin;
  feed.apply(kFirst, body);
  body.order = {2};
  body.is_duplicate = 1;
  feed.apply(kFirst, body);
  body.order = {1};
  body.status = OrderStatus::Filled;
  feed.apply(kFirst, body);
  feed.settle();
  OrderView view;
  REQUIRE(feed.views.order({1}, view) == ReadStatus::Found);
  CHECK(view.status == OrderStatus::Rejected);
  CHECK(view.code == RejectCode::InsufficientMargin);
  CHECK(feed.views.order({2}, view) == ReadStatus::NotFound);
}

TEST_CASE("a trade shows whole, and counts in the day's volume until the day is over") {
  Feed feed;
  feed.client(1);
  TradeExecuted body;
  body.realized_pnl = Money::from_whole(-3);
  body.commission = Money::from_whole(-1);
  body.trade = {4};
  body.order = {5};
  body.position = {6};
  body.volume = Volume::from_whole(2);
  body.price = {7};
  body.symbol = {1};
  body.side = Side::Sell;
  body.book = Book::B;
  body.reason = CloseReason::Manual;
  feed.apply(kFirst, body);
  const TimeNs time = feed.time;
  feed.settle();
  const auto page = feed.views.trades(kFirst, {}, 10);
  REQUIRE(page.items.size() == 1);
  const TradeView& trade = page.items[0];
  CHECK(trade.realized_pnl == Money::from_whole(-3));
  CHECK(trade.commission == Money::from_whole(-1));
  CHECK(trade.id == TradeId{4});
  CHECK(trade.order == OrderId{5});
  CHECK(trade.position == PositionId{6});
  CHECK(trade.volume == Volume::from_whole(2));
  CHECK(trade.price.raw == 7);
  CHECK(trade.time == time);
  CHECK(trade.account == kFirst);
  CHECK(trade.symbol == SymbolId{1});
  CHECK(trade.side == Side::Sell);
  CHECK(trade.book == Book::B);
  CHECK(trade.reason == CloseReason::Manual);

  CHECK(feed.views.figures().daily_volume == Volume::from_whole(2));
  CHECK(feed.views.figures().day == 19'675);  // 2023-11-14
  feed.trade(kFirst, 5, 3);
  CHECK(feed.views.figures().daily_volume == Volume::from_whole(5));
  feed.time = feed.time + std::chrono::hours{24};
  feed.apply({}, ClockMoved{});
  CHECK(feed.views.figures().daily_volume == Volume{});
  CHECK(feed.views.figures().day == 19'676);
}

TEST_CASE("a ledger entry shows with its texts") {
  Feed feed;
  feed.client(1);
  LedgerPosted body;
  body.amount = Money::from_whole(-40);
  body.balance_after = Money::from_whole(60);
  body.entry = {3};
  body.reference = 12;
  body.type = LedgerType::Withdrawal;
  body.house = HouseAccount::Payments;
  body.method = PaymentMethod::Crypto;
  body.reference_is_position = 1;
  const Texts texts{{"key", "TX-9", "paid out", "address"}};
  feed.apply(kFirst, body, put_texts(feed.slab, texts));
  feed.settle();
  const auto page = feed.views.ledger(kFirst, {}, 10);
  REQUIRE(page.items.size() == 1);
  const LedgerView& entry = page.items[0];
  CHECK(entry.amount == Money::from_whole(-40));
  CHECK(entry.balance_after == Money::from_whole(60));
  CHECK(entry.balance_before() == Money::from_whole(100));
  CHECK(entry.id == LedgerId{3});
  CHECK(entry.reference_id == 12);
  CHECK(entry.type == LedgerType::Withdrawal);
  CHECK(entry.house == HouseAccount::Payments);
  CHECK(entry.method == PaymentMethod::Crypto);
  CHECK(entry.reference_is_position);
  CHECK(entry.payment_reference == "TX-9");
  CHECK(entry.note == "paid out");
  CHECK_FALSE(entry.texts_lost);
}

TEST_CASE("the latest quote of a symbol, and its session") {
  Feed feed;
  QuoteView view;
  CHECK(feed.views.quote({1}, view) == ReadStatus::NotFound);
  feed.quote(1, 100, 103);
  feed.quote(1, 200, 205);
  REQUIRE(feed.views.quote({1}, view) == ReadStatus::Found);
  CHECK(view.bid.raw == 200);
  CHECK(view.ask.raw == 205);
  CHECK(view.mid().raw == 202);
  CHECK(view.time == feed.time);
  CHECK(view.venue_time == feed.time - std::chrono::nanoseconds{5});
  CHECK(view.venue == VenueId{3});
  CHECK(view.ticks == 2);
  CHECK(view.symbol == SymbolId{1});
  CHECK(feed.views.quote({2}, view) == ReadStatus::NotFound);
  CHECK(feed.views.quote({0}, view) == ReadStatus::NotFound);
  CHECK(feed.views.quote({5}, view) == ReadStatus::NotFound);

  CHECK_FALSE(feed.views.session_open({1}));
  SessionChanged session;
  session.symbol = {1};
  session.is_open = 1;
  feed.apply({}, session);
  CHECK(feed.views.session_open({1}));
  CHECK_FALSE(feed.views.session_open({2}));
  session.is_open = 0;
  feed.apply({}, session);
  CHECK_FALSE(feed.views.session_open({1}));
}

TEST_CASE("symbols are found by name and id, a table held does not change") {
  Feed feed;
  const auto before = feed.views.symbols();
  Instrument instrument;
  instrument.name = SymbolName::of("USDJPY");
  feed.symbol(instrument, 1);
  instrument.name = SymbolName::of("EURUSD");
  feed.symbol(instrument, 2);
  const auto both = feed.views.symbols();
  instrument.digits = 3;
  instrument.name = SymbolName::of("USDJPY");
  feed.symbol(instrument, 1, false);
  const auto after = feed.views.symbols();

  CHECK(before->all().empty());
  REQUIRE(both->all().size() == 2);
  CHECK(both->all()[0]->name.view() == "USDJPY");
  CHECK(both->find("USDJPY")->digits == 5);
  CHECK(both->find("EURUSD")->id == SymbolId{2});
  CHECK(both->find(SymbolId{2})->name.view() == "EURUSD");
  CHECK(both->find("EURUS") == nullptr);
  CHECK(both->find(SymbolId{3}) == nullptr);
  REQUIRE(after->all().size() == 2);
  CHECK(after->find("USDJPY")->digits == 3);
  CHECK(after->find(SymbolId{1})->digits == 3);
  CHECK(after->find("EURUSD")->digits == 5);
}

TEST_CASE("events that show nothing change nothing but the count") {
  Feed feed;
  feed.client(1);
  feed.balance(kFirst, Money::from_whole(5));
  feed.settle();
  const std::uint64_t events = feed.views.figures().events;
  feed.apply(kFirst, Refused{});
  feed.apply({}, ClockMoved{});
  CHECK(feed.views.figures().events == events + 2);
  CHECK(account_of(feed, kFirst).balance == Money::from_whole(5));
  CHECK(feed.views.figures().overflows == 0);
}

TEST_CASE("an account is shown only between roots") {
  Feed feed;
  feed.client(1);
  feed.client(2);
  AccountView view;

  SECTION("until Settled") {
    feed.position(kFirst, 1, PositionAction::Opened, 1);
    CHECK(feed.views.account(kFirst, view) == ReadStatus::Busy);
    CHECK(feed.views.account(kSecond, view) == ReadStatus::Found);
    feed.settle();
  }
  SECTION("until another account's event") {
    feed.balance(kFirst, Money::from_whole(1));
    feed.balance(kSecond, Money::from_whole(1));
    CHECK(feed.views.account(kSecond, view) == ReadStatus::Busy);
  }
  SECTION("until another root's event") {
    feed.balance(kFirst, Money::from_whole(1));
    ++feed.root;
    feed.quote(1, 1, 2);  // quotes overtake, so they end nothing
    CHECK(feed.views.account(kFirst, view) == ReadStatus::Busy);
    feed.balance(kSecond, Money::from_whole(1));
  }
  SECTION("until flush") {
    feed.balance(kFirst, Money::from_whole(1));
    feed.views.flush();
  }
  CHECK(feed.views.account(kFirst, view) == ReadStatus::Found);
}

TEST_CASE("a flush within a root shows its effect in part") {
  // What the race test looks for does happen when a root is not kept together.
  Feed feed;
  feed.client(1);
  feed.position(kFirst, 1, PositionAction::Opened, 4);
  feed.views.flush();
  AccountSnapshot snapshot;
  REQUIRE(feed.views.snapshot(kFirst, snapshot) == ReadStatus::Found);
  REQUIRE(snapshot.positions.size() == 1);
  CHECK(snapshot.account.balance.raw != snapshot.positions[0].volume.raw);
  feed.balance(kFirst, Money::from_whole(4));
  feed.settle();
  REQUIRE(feed.views.snapshot(kFirst, snapshot) == ReadStatus::Found);
  CHECK(snapshot.account.balance.raw == snapshot.positions[0].volume.raw);
}
