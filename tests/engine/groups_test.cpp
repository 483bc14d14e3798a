#include "support/engine_fixture.h"

// Groups: prices, commission, leverage and options of their own; accounts that change theirs.

namespace tribook {
namespace {

using test::House;
using test::money;
using test::price;
using test::ratio;

constexpr GroupId kVip{1};
constexpr GroupId kOther{2};

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    house.put_group("vip");
    house.put_group("other");
    plain = house.add_account();
    vip = house.add_account({.group = "vip"});
    house.quote(symbol, "1.10000", "1.10010");
  }
  Price fill(AccountId account, Side side) {
    return house.order(account, symbol, side, "0.1").only<OrderUpdated>().filled_price;
  }
  House house;
  SymbolId symbol;
  AccountId plain;
  AccountId vip;
};

TEST_CASE("PutGroup: made once by its name, then changed, and told with its number") {
  House house;
  const auto made = house.put_group("vip").only<GroupUpdated>();
  CHECK(made.group == kVip);
  CHECK(made.is_new == 1);
  const auto changed =
      house.put_group("vip", [](GroupSpec& g) { g.options.stop_out_level = ratio("30"); });
  CHECK(changed.only<GroupUpdated>().group == kVip);
  CHECK(changed.only<GroupUpdated>().is_new == 0);
  CHECK(house.put_group("").code() == RejectCode::Validation);
  CHECK(house.put_group("a b").code() == RejectCode::Validation);
  CHECK(house.put_group("x", [](GroupSpec& g) { g.sets = 255; }).code() == RejectCode::Validation);
  CHECK(house.send(AccountId{}, PutGroup{}).code() == RejectCode::Validation);
  for (int i = 2; i <= 64; ++i) {
    CHECK(house.put_group("group" + std::to_string(i)).code() == RejectCode::None);
  }
  CHECK(house.put_group("more").code() == RejectCode::LimitReached);
}

TEST_CASE("DOMAIN 13.9: a group's markup replaces the symbol's, bid down, ask up, to the tick") {
  Market m;
  Instrument instrument = *m.house.engine.instrument(m.symbol);
  instrument.spread_markup_pips = ratio("1");
  m.house.update_symbol(m.symbol, instrument);
  m.house.put_markup(kVip, m.symbol, "0.5");  // 0.25 a side: not on the tick
  m.house.quote(m.symbol, "1.10000", "1.10010");
  CHECK(m.fill(m.plain, Side::Buy) == price("1.10015"));
  CHECK(m.fill(m.plain, Side::Sell) == price("1.09995"));
  CHECK(m.fill(m.vip, Side::Buy) == price("1.10013"));
  CHECK(m.fill(m.vip, Side::Sell) == price("1.09997"));
}

TEST_CASE("Group markup: of a symbol before that of all symbols, none where none is set") {
  Market m;
  m.house.put_markup(kVip, {}, "4");
  CHECK(m.fill(m.vip, Side::Buy) == price("1.10030"));
  m.house.put_markup(kVip, m.symbol, "2");
  CHECK(m.fill(m.vip, Side::Buy) == price("1.10020"));
  m.house.put_terms(kVip, m.symbol, {});
  CHECK(m.fill(m.vip, Side::Buy) == price("1.10030"));
  m.house.put_terms(kVip, {}, {});
  CHECK(m.fill(m.vip, Side::Buy) == price("1.10010"));
}

TEST_CASE("Group markup: marks and closes at the group's price, the symbol's quote stays") {
  Market m;
  m.house.put_markup(kVip, m.symbol, "2");
  const PositionId id = m.house.open(m.vip, m.symbol, Side::Buy, "1");
  CHECK(m.house.figures(m.vip).unrealized_pnl == money("-30"));
  const auto told = m.house.quote(m.symbol, "1.10100", "1.10110").only<QuoteApplied>();
  CHECK(told.bid == price("1.101"));
  CHECK(told.venue_bid == price("1.101"));
  CHECK(m.house.figures(m.vip).unrealized_pnl == money("70"));
  CHECK(m.house.engine.quote(m.symbol).bid == price("1.101"));
  CHECK(m.house.engine.quote_for(m.vip, m.symbol).bid == price("1.1009"));
  const auto closed = m.house.close(m.vip, id);
  CHECK(closed.only<PositionReduced>().price == price("1.1009"));
  CHECK(closed.only<PositionReduced>().bid == price("1.1009"));
  CHECK(closed.only<PositionReduced>().realized_pnl == money("70"));
}

TEST_CASE("Group markup: an SL of each group fires at its own price") {
  Market m;
  m.house.put_markup(kVip, m.symbol, "2");
  m.house.open(m.plain, m.symbol, Side::Buy, "1", {.stop_loss = "1.09900"});
  m.house.open(m.vip, m.symbol, Side::Buy, "1", {.stop_loss = "1.09900"});
  auto events = m.house.quote(m.symbol, "1.09910", "1.09920");
  REQUIRE(events.of<PositionReduced>().size() == 1);
  CHECK(events.only<PositionReduced>().price == price("1.09900"));
  CHECK(m.house.figures(m.vip).positions == 0);
  events = m.house.quote(m.symbol, "1.09900", "1.09910");
  CHECK(events.only<PositionReduced>().price == price("1.09900"));
  CHECK(m.house.figures(m.plain).positions == 0);
}

TEST_CASE("Group markup: a change takes effect on the standing quote, levels at the next one") {
  Market m;
  m.house.open(m.vip, m.symbol, Side::Buy, "1", {.stop_loss = "1.09995"});
  const auto changed = m.house.put_markup(kVip, m.symbol, "2");
  CHECK(changed.kinds() == std::vector{EventKind::GroupTermsUpdated, EventKind::AccountUpdated});
  CHECK(m.house.figures(m.vip).unrealized_pnl == money("-20"));
  CHECK(m.house.figures(m.vip).positions == 1);
  const auto events = m.house.quote(m.symbol, "1.10000", "1.10010");
  CHECK(events.only<PositionReduced>().price == price("1.09990"));
}

TEST_CASE("Group markup: stop-out at the group's price, and only there") {
  Market m;
  m.house.put_markup(kVip, m.symbol, "20");
  const AccountId poor = m.house.add_account({.deposit = "1600"});
  const AccountId poor_vip = m.house.add_account({.deposit = "1600", .group = "vip"});
  m.house.open(poor, m.symbol, Side::Sell, "1");
  m.house.open(poor_vip, m.symbol, Side::Sell, "1");
  const auto events = m.house.quote(m.symbol, "1.10850", "1.10860");
  const auto started = events.of<StopOutStarted>();
  REQUIRE(started.size() == 1);
  CHECK(started[0].ask == price("1.10960"));
  CHECK(m.house.figures(poor_vip).positions == 0);
  CHECK(m.house.figures(poor).positions == 1);
}

TEST_CASE("Group markup: one that leaves no bid gives the lowest price, and refuses no quote") {
  Market m;
  m.house.put_markup(kVip, m.symbol, "30000");
  CHECK(m.house.quote(m.symbol, "1.10000", "1.10010").has<QuoteApplied>());
  CHECK(m.house.engine.quote_for(m.vip, m.symbol).bid == price("0.00001"));
  CHECK(m.fill(m.plain, Side::Sell) == price("1.1"));
}

TEST_CASE("Group commission: in place of the symbol's") {
  Market m;
  GroupTerms terms;
  terms.sets = GroupTerms::kCommission;
  terms.commission.amount = ratio("7");
  terms.commission.currency = Currency::of("USD");
  m.house.put_terms(kVip, {}, terms);
  m.house.open(m.vip, m.symbol, Side::Buy, "2");
  CHECK(m.house.figures(m.vip).balance == money("9986"));
  m.house.open(m.plain, m.symbol, Side::Buy, "2");
  CHECK(m.house.figures(m.plain).balance == money("10000"));
  terms.commission.currency = Currency::of("PLN");
  m.house.put_terms(kVip, {}, terms);
  CHECK(m.house.order(m.vip, m.symbol, Side::Buy, "2").code() == RejectCode::NoConversion);
}

TEST_CASE("Group leverage cap: at once for what is held, given back when it goes") {
  Market m;
  m.house.open(m.vip, m.symbol, Side::Buy, "1");
  const Money before = m.house.figures(m.vip).used_margin;
  GroupTerms terms;
  terms.sets = GroupTerms::kLeverageCap;
  terms.leverage_cap = 50;
  const auto events = m.house.put_terms(kVip, {}, terms);
  CHECK(events.only<AccountUpdated>().used_margin == before + before);
  CHECK(m.house.figures(m.vip).used_margin == before + before);
  terms.leverage_cap = 500;
  m.house.put_terms(kVip, {}, terms);
  CHECK(m.house.figures(m.vip).used_margin == before);
}

TEST_CASE("PutGroupTerms refused: unknown group and symbol, what cannot be") {
  Market m;
  CHECK(m.house.put_markup(GroupId{9}, m.symbol, "1").code() == RejectCode::GroupUnknown);
  CHECK(m.house.put_markup(GroupId{0}, m.symbol, "1").code() == RejectCode::GroupUnknown);
  CHECK(m.house.put_markup(kVip, SymbolId{9}, "1").code() == RejectCode::SymbolUnknown);
  CHECK(m.house.put_markup(kVip, m.symbol, "-1").code() == RejectCode::Validation);
  GroupTerms terms;
  terms.sets = GroupTerms::kLeverageCap;
  CHECK(m.house.put_terms(kVip, m.symbol, terms).code() == RejectCode::Validation);
  terms = {};
  terms.sets = 64;
  CHECK(m.house.put_terms(kVip, m.symbol, terms).code() == RejectCode::Validation);
  // A snapshot would not keep them.
  terms.sets = GroupTerms::kCommission | GroupTerms::kSwap;
  terms.commission.currency = Currency::of("USD");
  terms.swap.reserved[0] = 1;
  CHECK(m.house.put_terms(kVip, m.symbol, terms).code() == RejectCode::Validation);
  terms.swap.reserved[0] = 0;
  terms.commission.reserved[0] = 1;
  CHECK(m.house.put_terms(kVip, m.symbol, terms).code() == RejectCode::Validation);
  terms.commission.reserved[0] = 0;
  CHECK(m.house.put_terms(kVip, m.symbol, terms).code() == RejectCode::None);
}

TEST_CASE("Group options: of those accounts that have none of their own") {
  Market m;
  const AccountId follows =
      m.house.add_account({.group = "vip", .from_group = bit_of(Option::StopOutLevel)});
  const auto events = m.house.put_group("vip", [](GroupSpec& g) {
    g.sets = kAllOptions;
    g.options.stop_out_level = ratio("30");
    g.options.margin_call_levels = MarginCallLevels::of(ratio("80"));
  });
  CHECK(events.of<AccountUpdated>().size() == 2);  // vip, follows
  CHECK(m.house.figures(m.vip).options.stop_out_level == ratio("50"));
  const OptionValues now = m.house.figures(follows).options;
  CHECK(now.stop_out_level == ratio("30"));
  CHECK(now.margin_call_levels == MarginCallLevels::of(ratio("100")));
  CHECK_FALSE(m.house.change_group(follows, {}).only<AccountUpdated>().group);
  CHECK(m.house.figures(follows).options.stop_out_level == ratio("50"));
}

TEST_CASE("Group options refused: a stop-out above all margin calls, whoever says which of them") {
  Market m;
  const auto stop_out_at = [](const char* level) {
    return [level](GroupSpec& g) {
      g.sets = bit_of(Option::StopOutLevel);
      g.options.stop_out_level = ratio(level);
    };
  };
  CHECK(m.house
            .put_group("bad",
                       [](GroupSpec& g) {
                         g.sets = bit_of(Option::StopOutLevel) | bit_of(Option::MarginCallLevels);
                         g.options.stop_out_level = ratio("80");
                         g.options.margin_call_levels = MarginCallLevels::of(ratio("79.99"));
                       })
            .code() == RejectCode::Validation);
  REQUIRE(m.house.put_group("late", stop_out_at("150")).code() == RejectCode::None);
  const test::AccountOptions follows{.group = "late", .from_group = bit_of(Option::StopOutLevel)};
  CHECK(m.house.send_spec(CreateAccount{}, House::spec_of(follows)).code() ==
        RejectCode::Validation);
  const AccountId account =
      m.house.add_account({.group = "vip", .from_group = bit_of(Option::StopOutLevel)});
  CHECK(m.house.change_group(account, GroupId{3}).code() == RejectCode::Validation);
  CHECK(m.house.put_group("vip", stop_out_at("100.01")).code() == RejectCode::Validation);
  CHECK(m.house.figures(account).options.stop_out_level == ratio("50"));
  CHECK(m.house.put_group("vip", stop_out_at("100")).code() == RejectCode::None);
  CHECK(m.house.figures(account).options.stop_out_level == ratio("100"));
}

TEST_CASE("Group options: how its accounts close, are stopped out, and pay swap") {
  Market m;
  const auto follows = static_cast<std::uint8_t>(
      bit_of(Option::Closing) | bit_of(Option::SwapFree) | bit_of(Option::StopOutOrder));
  const AccountId account = m.house.add_account({.group = "vip", .from_group = follows});
  const AccountId own = m.house.add_account({.closing = Closing::Lifo, .group = "vip"});
  const PositionId first = m.house.open(account, m.symbol, Side::Buy, "0.1");
  const PositionId second = m.house.open(account, m.symbol, Side::Buy, "0.1");
  const PositionId own_first = m.house.open(own, m.symbol, Side::Buy, "0.1");
  m.house.open(own, m.symbol, Side::Buy, "0.1");
  m.house.put_group("vip", [&](GroupSpec& g) {
    g.sets = follows;
    g.options.closing = Closing::Fifo;
    g.options.swap_free = {ratio("1.5"), 2, 1, {}};
    g.options.stop_out_order = StopOutOrder::Smart;
  });
  const OptionValues now = m.house.figures(account).options;
  CHECK(now.closing == Closing::Fifo);
  CHECK(now.swap_free.is_on == 1);
  CHECK(now.swap_free.free_rollovers == 2);
  CHECK(now.stop_out_order == StopOutOrder::Smart);
  CHECK(m.house.figures(own).options.closing == Closing::Lifo);
  CHECK(m.house.figures(own).options.swap_free.is_on == 0);
  CHECK(m.house.close(account, second).code() == RejectCode::ClosingOrder);
  CHECK(m.house.close(own, own_first).code() == RejectCode::ClosingOrder);
  CHECK(m.house.order(account, m.symbol, Side::Sell, "0.1").only<PositionReduced>().position ==
        first);
  m.house.change_group(account, {});
  CHECK(m.house.close(account, second).code() == RejectCode::None);
}

TEST_CASE("PutGroup refused: VALIDATION for options that there are not") {
  House house;
  const auto code = [&](const std::function<void(OptionValues&)>& spoil) {
    return house.put_group("vip", [&](GroupSpec& g) { spoil(g.options); }).code();
  };
  CHECK(code([](OptionValues& o) { o.closing = static_cast<Closing>(3); }) ==
        RejectCode::Validation);
  CHECK(code([](OptionValues& o) { o.stop_out_order = static_cast<StopOutOrder>(3); }) ==
        RejectCode::Validation);
  CHECK(code([](OptionValues& o) { o.swap_free.fee = Ratio{-1}; }) == RejectCode::Validation);
  CHECK(code([](OptionValues& o) { o.swap_free.free_rollovers = 366; }) == RejectCode::Validation);
  CHECK(code([](OptionValues&) {}) == RejectCode::None);
}

TEST_CASE("CreateAccount refused: GROUP_UNKNOWN") {
  House house;
  CHECK(house.send_spec(CreateAccount{}, House::spec_of({.group = "vip"})).code() ==
        RejectCode::GroupUnknown);
}

TEST_CASE("ChangeAccount: into a group with positions, whose levels wait for the new price") {
  Market m;
  m.house.put_markup(kVip, m.symbol, "2");
  m.house.open(m.plain, m.symbol, Side::Buy, "1", {.stop_loss = "1.09900", .take_profit = "1.11"});
  const auto moved = m.house.change_group(m.plain, kVip);
  CHECK(moved.only<AccountUpdated>().group == kVip);
  CHECK(m.house.figures(m.plain).unrealized_pnl == money("-20"));
  CHECK_FALSE(m.house.quote(m.symbol, "1.09911", "1.09921").has<PositionReduced>());
  CHECK(m.house.quote(m.symbol, "1.09910", "1.09920").only<PositionReduced>().price ==
        price("1.099"));
  CHECK(m.house.change_group(m.plain, GroupId{7}).code() == RejectCode::GroupUnknown);
  CHECK(m.house.change_group(AccountId{99}, kVip).code() == RejectCode::NotFound);
}

TEST_CASE("ChangeAccount: leverage counts at once for what is held") {
  Market m;
  m.house.open(m.plain, m.symbol, Side::Buy, "1");
  const Money before = m.house.figures(m.plain).used_margin;
  const auto events = m.house.change_leverage(m.plain, 50);
  CHECK(events.kinds() == std::vector{EventKind::AccountUpdated});
  CHECK(events.only<AccountUpdated>().leverage == 50);
  CHECK(m.house.figures(m.plain).used_margin == before + before);
  CHECK(m.house.change_leverage(m.plain, 0).code() == RejectCode::Validation);
  CHECK(m.house.change_leverage(m.plain, 100'001).code() == RejectCode::Validation);
}

TEST_CASE("ChangeAccount: a leverage past the levels acts at the next quote") {
  Market m;
  m.house.open(m.plain, m.symbol, Side::Buy, "5");
  m.house.change_leverage(m.plain, 20);
  CHECK(m.house.figures(m.plain).positions == 1);
  CHECK(m.house.quote(m.symbol, "1.10000", "1.10010").has<StopOutStarted>());
}

TEST_CASE("New group: it has prices at once, its accounts can trade") {
  Market m;
  m.house.put_group("late");
  const AccountId account = m.house.add_account({.group = "late"});
  CHECK(m.fill(account, Side::Buy) == price("1.10010"));
}

}  // namespace
}  // namespace tribook
