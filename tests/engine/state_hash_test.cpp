#include <array>

#include "support/engine_fixture.h"
#include "support/random.h"
#include "support/timers.h"

namespace tribook {
namespace {

using test::House;
using test::lots;
using test::money;
using test::price;
using test::ratio;

// One of everything that the engine keeps.
void run_day(House& house) {
  Instrument eurusd = test::forex("EUR", "USD");
  eurusd.commission.amount = ratio("3");
  eurusd.swap = {ratio("-5"), ratio("1"), 360, SwapMode::Percent, 7, SwapPrice::Current, {}};
  eurusd.funding = {ratio("0.0001"), 8, {}};
  const SymbolId symbol = house.add_symbol(eurusd);
  const SymbolId usdjpy = house.add_symbol(test::forex("USD", "JPY"));
  house.put_group("vip", [](GroupSpec& g) { g.sets = bit_of(Option::StopOutLevel); });
  house.put_markup(GroupId{1}, symbol, "1");
  const AccountId dollars = house.add_account({.deposit = "3000"});
  const AccountId yen = house.add_account({.currency = "JPY", .deposit = "500000"});
  house.advance(std::chrono::seconds(1));
  house.quote(symbol, "1.10000", "1.10010");
  house.quote(usdjpy, "150.000", "150.010");
  const PositionId kept =
      house.open(dollars, symbol, Side::Buy, "0.5",
                 {.stop_loss = "1.08000", .take_profit = "1.2", .client_id = "a"});
  house.open(yen, symbol, Side::Sell, "0.2", {.client_id = "b"});
  house.advance(std::chrono::seconds(1));
  house.quote(symbol, "1.10500", "1.10520");
  house.close(dollars, kept, "0.2");
  house.modify(dollars, kept, "1.09000", {});
  house.deposit(dollars, "100", "k", "note");
  house.withdraw(yen, "1000", "k");
  house.withdraw(dollars, "10");
  house.adjust(dollars, "5", AdjustmentKind::Manual);
  house.change_credit(dollars, "50");
  house.decide(WithdrawalId{2}, false);
  house.change_leverage(dollars, 200);
  house.order(dollars, symbol, Side::Buy, "900");
  house.open(dollars, symbol, Side::Buy, "2");
  house.quote(symbol, "1.09900", "1.09910");
  house.open_session(usdjpy, false);
  test::roll_over(house, test::date(2023, 11, 15));
  test::fund(house, test::utc(test::date(2023, 11, 16), 0));
}

TEST_CASE("State hash: the same records give the same hash after each, and the same events") {
  House first;
  run_day(first);
  House second;
  House third;
  for (const House::Applied& applied : first.history) {
    second.apply(applied);
    third.apply(applied);
    REQUIRE(second.engine.state_hash() == third.engine.state_hash());
    REQUIRE(second.engine.events_digest() == third.engine.events_digest());
  }
  CHECK(second.engine.state_hash() == first.engine.state_hash());
  CHECK(second.engine.events_digest() == first.engine.events_digest());
}

TEST_CASE("State hash: who waits for the answer, and where texts lie, is no part of it") {
  House first;
  run_day(first);
  House second;
  const std::string filler = "takes the first block";
  second.slab.put(std::as_bytes(std::span(filler)));
  for (const House::Applied& applied : first.history) second.apply(applied);
  CHECK(second.engine.state_hash() == first.engine.state_hash());
  CHECK(second.engine.events_digest() == first.engine.events_digest());
}

TEST_CASE("State hash: what was fetched ahead, there or not, changes nothing") {
  House first;
  run_day(first);
  House second;
  for (const House::Applied& applied : first.history) {
    ClosePosition close;
    close.position = PositionId{applied.record.sequence.value / 2};
    Command closing = Command::make(close);
    Command stranger = applied.record.command;
    stranger.header.account = AccountId{1'000'000};
    for (std::uint32_t account = 0; account < 4; ++account) {
      closing.header.account = AccountId{account};
      const std::array<const Command*, 3> next{&applied.record.command, &closing, &stranger};
      second.engine.prefetch(next);
    }
    second.apply(applied);
  }
  CHECK(second.engine.state_hash() == first.engine.state_hash());
  CHECK(second.engine.events_digest() == first.engine.events_digest());
}

TEST_CASE("State hash: every record changes it") {
  House house;
  run_day(house);
  House again;
  std::uint64_t before = again.engine.state_hash();
  for (const House::Applied& applied : house.history) {
    again.apply(applied);
    REQUIRE(again.engine.state_hash() != before);
    before = again.engine.state_hash();
  }
}

// The hash after a day whose record number `at` was changed.
template <typename Body>
std::uint64_t hash_with(const std::vector<House::Applied>& history, std::size_t at,
                        const std::function<void(Body&)>& change) {
  House house;
  for (std::size_t i = 0; i < history.size(); ++i) {
    House::Applied applied = history[i];
    if (i == at) {
      auto body = applied.record.command.get<Body>();
      change(body);
      applied.record.command.set(body);
    }
    house.apply(applied);
  }
  return house.engine.state_hash();
}

std::size_t find(const std::vector<House::Applied>& history, CommandKind kind,
                 std::size_t which = 0) {
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (history[i].record.command.header.kind == kind && which-- == 0) return i;
  }
  FAIL("no such record");
  return 0;
}

template <typename Body>
void check_fields(std::size_t which, const std::vector<std::function<void(Body&)>>& changes) {
  House house;
  run_day(house);
  const std::size_t at = find(house.history, Body::kKind, which);
  REQUIRE(hash_with<Body>(house.history, at, [](Body&) {}) == house.engine.state_hash());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    CAPTURE(i);
    CHECK(hash_with<Body>(house.history, at, changes[i]) != house.engine.state_hash());
  }
}

TEST_CASE("State hash: each field of an order counts") {
  check_fields<NewOrder>(
      0, {[](NewOrder& o) { o.volume = lots("0.51"); }, [](NewOrder& o) { o.side = Side::Sell; },
          [](NewOrder& o) { o.symbol = SymbolId{2}; },
          [](NewOrder& o) { o.stop_loss = price("1.07999"); },
          [](NewOrder& o) { o.take_profit = price("1.20001"); },
          [](NewOrder& o) { o.limit = price("1"); }, [](NewOrder& o) { o.trigger = price("1"); },
          [](NewOrder& o) { o.max_slippage_pips = ratio("500"); },
          [](NewOrder& o) { o.expires = TimeNs{1}; },
          [](NewOrder& o) { o.time_in_force = TimeInForce::Fok; },
          [](NewOrder& o) { o.required_margin_raw = 1; },
          [](NewOrder& o) { o.free_margin_raw = 1; }, [](NewOrder& o) { o.routing_rule = 1; },
          [](NewOrder& o) { o.book = Book::C; }, [](NewOrder& o) { o.origin = Origin::Rest; },
          [](NewOrder& o) { o.decision = RejectCode::NoRoute; }});
}

TEST_CASE("State hash: each field of a close and a modification counts") {
  check_fields<ClosePosition>(0, {[](ClosePosition& c) { c.volume = lots("0.21"); },
                                  [](ClosePosition& c) { c.partial = 0; },
                                  [](ClosePosition& c) { c.position = PositionId{2}; },
                                  [](ClosePosition& c) { c.reason = CloseReason::Admin; },
                                  [](ClosePosition& c) { c.origin = Origin::Fix; }});
  check_fields<ModifyPosition>(0, {[](ModifyPosition& m) { m.stop_loss = price("1.09001"); },
                                   [](ModifyPosition& m) { m.keep_stop_loss = 1; },
                                   [](ModifyPosition& m) { m.keep_take_profit = 0; },
                                   [](ModifyPosition& m) { m.position = PositionId{9}; }});
}

TEST_CASE("State hash: each field of a quote and a session counts") {
  check_fields<QuoteCommand>(0, {[](QuoteCommand& q) { q.bid = price("1.09999"); },
                                 [](QuoteCommand& q) { q.ask = price("1.10011"); },
                                 [](QuoteCommand& q) { q.venue_time = TimeNs{5}; },
                                 [](QuoteCommand& q) { q.symbol = SymbolId{2}; },
                                 [](QuoteCommand& q) { q.venue = VenueId{2}; },
                                 [](QuoteCommand& q) { q.never_stale = 1; }});
  check_fields<SessionChange>(2, {[](SessionChange& s) { s.is_open = 1; },
                                  [](SessionChange& s) { s.symbol = SymbolId{1}; }});
}

TEST_CASE("State hash: each field of a timer counts") {
  check_fields<Rollover>(0, {[](Rollover& r) { r.nominal.ns += 1; }, [](Rollover& r) { ++r.day; }});
  check_fields<Funding>(0, {[](Funding& f) { f.nominal.ns += 1; }});
}

TEST_CASE("State hash: each field of a payment and of an account's user counts") {
  check_fields<Deposit>(0, {[](Deposit& d) { set_amount(d, money("100.01")); },
                            [](Deposit& d) { d.method = PaymentMethod::Card; }});
  check_fields<Withdraw>(0, {[](Withdraw& w) { set_amount(w, money("1001")); },
                             [](Withdraw& w) { w.method = PaymentMethod::Crypto; }});
  check_fields<Adjust>(0, {[](Adjust& a) { set_amount(a, money("6")); },
                           [](Adjust& a) { a.kind = AdjustmentKind::Bonus; }});
  check_fields<ChangeCredit>(0, {[](ChangeCredit& c) { set_amount(c, money("51")); }});
  check_fields<DecideWithdrawal>(0, {[](DecideWithdrawal& d) { d.approve = 1; },
                                     [](DecideWithdrawal& d) { d.withdrawal = WithdrawalId{1}; }});
  check_fields<ChangeAccount>(0, {[](ChangeAccount& c) { c.leverage = 201; },
                                  [](ChangeAccount& c) { c.what = AccountChange::Group; }});
  check_fields<ChangeAccount>(0, {[](ChangeAccount& c) { c.what = AccountChange::Options; }});
  check_fields<PutGroupTerms>(0, {[](PutGroupTerms& p) { p.symbol = SymbolId{2}; },
                                  [](PutGroupTerms& p) { p.group = GroupId{2}; }});
  check_fields<CreateAccount>(0, {[](CreateAccount& c) { c.user = UserId{77}; }});
}

// The hash after a day in which the attached text of one record was changed.
template <typename Spec>
void check_spec(CommandKind kind, const std::vector<std::function<void(Spec&)>>& changes) {
  House house;
  run_day(house);
  const std::size_t at = find(house.history, kind);
  for (std::size_t c = 0; c < changes.size(); ++c) {
    House other;
    for (std::size_t i = 0; i < house.history.size(); ++i) {
      House::Applied applied = house.history[i];
      if (i == at) {
        Spec spec = *read_spec<Spec>(applied.text);
        changes[c](spec);
        std::memcpy(applied.text.data(), static_cast<const void*>(&spec), sizeof spec);
      }
      other.apply(applied);
    }
    CAPTURE(c);
    CHECK(other.engine.state_hash() != house.engine.state_hash());
  }
}

TEST_CASE("State hash: each setting of an account that trading depends on counts") {
  check_spec<AccountSpec>(CommandKind::CreateAccount,
                          {[](AccountSpec& s) { s.currency = Currency::of("EUR"); },
                           [](AccountSpec& s) { s.initial_deposit_low += 1'000'000; },
                           [](AccountSpec& s) { s.leverage = 99; },
                           [](AccountSpec& s) { s.stop_out_level = ratio("49"); },
                           [](AccountSpec& s) { s.margin_call_levels.level[0] = ratio("99"); },
                           [](AccountSpec& s) { s.stop_out_order = StopOutOrder::Smart; },
                           [](AccountSpec& s) { s.kind = AccountKind::Live; },
                           [](AccountSpec& s) { s.group = FixedText<32>::of("vip"); },
                           [](AccountSpec& s) { s.from_group = 1; },
                           [](AccountSpec& s) { s.negative_balance_protection = 0; },
                           [](AccountSpec& s) { s.swap_free.is_on = 1; },
                           [](AccountSpec& s) { s.swap_free.free_rollovers = 1; },
                           [](AccountSpec& s) { s.swap_free.fee = ratio("1"); }});
}

TEST_CASE("State hash: each setting of a group counts") {
  check_spec<GroupSpec>(CommandKind::PutGroup,
                        {[](GroupSpec& s) { s.name = FixedText<32>::of("gold"); },
                         [](GroupSpec& s) { s.options.stop_out_level = ratio("51"); },
                         [](GroupSpec& s) { s.options.closing = Closing::Fifo; },
                         [](GroupSpec& s) { s.options.swap_free.is_on = 1; },
                         [](GroupSpec& s) { s.options.stop_out_order = StopOutOrder::Smart; },
                         [](GroupSpec& s) { s.sets = bit_of(Option::MarginCallLevels); }});
  check_spec<GroupTerms>(CommandKind::PutGroupTerms,
                         {[](GroupTerms& t) { t.markup_pips = ratio("2"); },
                          [](GroupTerms& t) {
                            t.sets = GroupTerms::kLeverageCap;
                            t.leverage_cap = 50;
                          },
                          [](GroupTerms& t) { t.sets |= GroupTerms::kSwap; }});
}

TEST_CASE("State hash: each setting of a symbol counts") {
  check_spec<Instrument>(CommandKind::CreateSymbol,
                         {[](Instrument& i) { i.name = SymbolName::of("EURUSD.x"); },
                          [](Instrument& i) { i.pip_size = price("0.00001"); },
                          [](Instrument& i) { i.tick_size = price("0.00002"); },
                          [](Instrument& i) { i.contract_size = test::quantity("99999"); },
                          [](Instrument& i) { i.min_volume = lots("0.02"); },
                          [](Instrument& i) { i.max_volume = lots("999"); },
                          [](Instrument& i) { i.stops_level_pips = ratio("1"); },
                          [](Instrument& i) { i.spread_markup_pips = ratio("1"); },
                          [](Instrument& i) { i.stale_after_ms = 59'999; },
                          [](Instrument& i) { i.commission.amount = ratio("2"); },
                          [](Instrument& i) { i.commission.minimum = ratio("0.01"); },
                          [](Instrument& i) { i.commission.basis = CommissionBasis::PerMillion; },
                          [](Instrument& i) { i.margin.leverage_cap = 99; },
                          [](Instrument& i) { i.margin.initial_rate = ratio("1.1"); },
                          [](Instrument& i) { i.margin.maintenance_rate = ratio("1.1"); },
                          [](Instrument& i) { i.margin.hedged = HedgedMargin::Sum; },
                          [](Instrument& i) { i.margin.hedged_percent = ratio("1"); },
                          [](Instrument& i) { i.swap.buy = ratio("1"); },
                          [](Instrument& i) { i.swap.price = SwapPrice::Open; },
                          [](Instrument& i) { i.funding.rate = ratio("0.1"); },
                          [](Instrument& i) { i.schedule.holiday_closes[0] = 780; },
                          [](Instrument& i) { i.schedule.kind = ScheduleSpec::Kind::FxWeek; },
                          [](Instrument& i) { i.category = Category::Metal; },
                          [](Instrument& i) { i.digits = 4; }});
}

TEST_CASE("State hash: the client's id, the payment's key and the time count") {
  House house;
  run_day(house);
  for (const CommandKind kind : {CommandKind::NewOrder, CommandKind::Deposit}) {
    House other;
    for (const House::Applied& applied : house.history) {
      House::Applied changed = applied;
      if (applied.record.command.header.kind == kind && !changed.text.empty()) {
        changed.text[2] ^= std::byte{1};  // the first letter of the first string
      }
      other.apply(changed);
    }
    CHECK(other.engine.state_hash() != house.engine.state_hash());
  }
  House later;
  for (std::size_t i = 0; i < house.history.size(); ++i) {
    House::Applied applied = house.history[i];
    if (i + 1 == house.history.size()) applied.record.time.ns += 1;
    later.apply(applied);
  }
  CHECK(later.engine.state_hash() != house.engine.state_hash());
}

}  // namespace
}  // namespace tribook
