#include "support/order_desk.h"

#include <cstring>
#include <memory>
#include <random>

// A fill-or-kill order is filled whole or not at all, whatever becomes of the makers on the way.

namespace tribook {
namespace {

using test::Events;
using test::House;
using test::limit;
using test::lots;
using test::statuses_of;
using Told = std::vector<std::string>;

constexpr test::WorkingOptions kWhole{.time_in_force = TimeInForce::Fok};

/// What the house would tell of all that is there, but for how many orders came.
std::vector<std::string> all_of(House& house) {
  std::vector<std::string> told;
  const EventVisitor visit = [&](Event event) {
    if (event.header.kind == EventKind::AccountUpdated) {
      auto updated = event.get<AccountUpdated>();
      updated.day_orders = 0;
      event.set(updated);
    }
    std::string one(sizeof event.body, '\0');
    std::memcpy(one.data(), event.body, sizeof event.body);
    told.push_back(std::to_string(static_cast<int>(event.header.kind)) + " " +
                   std::to_string(event.header.account.value) + " " + one);
  };
  house.engine.retell(Retelling(house.engine.last_sequence(), house.slab, visit));
  return told;
}

// The house: 1.10000 / 1.10020.
struct Market {
  explicit Market(Instrument instrument = test::forex("EUR", "USD"),
                  const engine::EngineLimits& limits = test::small_limits())
      : house(limits) {
    symbol = house.add_symbol(instrument);
    one = house.add_account({.deposit = "100000"});
    other = house.add_account({.deposit = "100000"});
    poor = house.add_account({.deposit = "10"});
    taker = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.10000", "1.10020");
  }
  Events sell(AccountId account, const char* volume, const char* at,
              const test::WorkingOptions& options = {}) {
    return house.send(account, limit(symbol, Side::Sell, volume, at, options));
  }
  Events buy_whole(AccountId account, const char* volume, const char* at = "1.10015") {
    return house.send(account, limit(symbol, Side::Buy, volume, at, kWhole));
  }
  // It ends so, and nothing else is another than it was.
  void check_killed(AccountId account, const char* volume, const char* how,
                    const char* at = "1.10015") {
    const auto before = all_of(house);
    const Events events = buy_whole(account, volume, at);
    REQUIRE(statuses_of(events).size() == 1);
    CHECK(statuses_of(events)[0].substr(statuses_of(events)[0].find(' ') + 1) == how);
    CHECK(events.only<OrderUpdated>().filled_volume.is_zero());
    CHECK(all_of(house) == before);
  }

  House house;
  SymbolId symbol;
  AccountId one;
  AccountId other;
  AccountId poor;
  AccountId taker;
};

TEST_CASE(
    "Fill or kill: a maker that would fail does not count, and stays when nothing is filled") {
  Market m;
  m.sell(m.one, "1", "1.10005");
  m.sell(m.poor, "1", "1.10010");
  m.check_killed(m.taker, "2", "CANCELLED FOK");
  m.sell(m.other, "1", "1.10015");
  CHECK(statuses_of(m.buy_whole(m.taker, "2")) ==
        Told{"5 PARTIALLY_FILLED", "1 TRIGGERED", "1 FILLED", "2 CANCELLED INSUFFICIENT_MARGIN",
             "5 FILLED", "4 TRIGGERED", "4 FILLED"});
}

TEST_CASE("Fill or kill: a maker whose account is suspended does not count") {
  Market m;
  m.sell(m.one, "1", "1.10005");
  m.sell(m.other, "1", "1.10010");
  m.house.change_state(m.other, AccountState::Suspended);
  m.check_killed(m.taker, "2", "CANCELLED FOK");
  CHECK(m.buy_whole(m.taker, "1").of<OrderUpdated>().back().status == OrderStatus::Filled);
}

TEST_CASE("Fill or kill: the orders of one maker share his margin") {
  Market m;
  const AccountId modest = m.house.add_account({.deposit = "1500"});  // 1,100 a lot
  m.sell(modest, "1", "1.10005");
  m.sell(modest, "1", "1.10010");
  m.check_killed(m.taker, "2", "CANCELLED FOK");
  m.check_killed(m.taker, "1.5", "CANCELLED FOK");
  CHECK(m.buy_whole(m.taker, "1").of<OrderUpdated>().back().status == OrderStatus::Filled);
}

TEST_CASE("Fill or kill: the taker's margin has to last for all of it") {
  Market m;
  const AccountId modest = m.house.add_account({.deposit = "1500"});
  m.sell(m.one, "1", "1.10005");
  m.sell(m.other, "1", "1.10010");
  m.check_killed(modest, "2", "REJECTED INSUFFICIENT_MARGIN");
  m.check_killed(modest, "3", "REJECTED INSUFFICIENT_MARGIN", "1.10020");  // the rest at the house
  CHECK(m.buy_whole(modest, "1").of<OrderUpdated>().back().status == OrderStatus::Filled);
}

TEST_CASE("Fill or kill: one of a pair that ends with the other does not count") {
  Market m;
  const NewOrder near = limit(m.symbol, Side::Sell, "1", "1.10005");
  const NewOrder far = limit(m.symbol, Side::Sell, "1", "1.10010");
  m.house.send(m.one, test::pair_of(near, far));
  m.check_killed(m.taker, "2", "CANCELLED FOK");
  m.sell(m.other, "1", "1.10012");
  CHECK(m.buy_whole(m.taker, "2").of<TradeExecuted>().size() == 4);
}

TEST_CASE("Fill or kill: an order of one's own is in the way, unless the oldest gives way") {
  for (const auto policy : {SelfTradePrevention::CancelNewest, SelfTradePrevention::CancelOldest,
                            SelfTradePrevention::Decrement}) {
    Instrument instrument = test::forex("EUR", "USD");
    instrument.self_trade = policy;
    Market m(instrument);
    m.sell(m.one, "1", "1.10005");
    m.sell(m.taker, "0.5", "1.10010");
    if (policy != SelfTradePrevention::CancelOldest) {
      m.check_killed(m.taker, "2", "CANCELLED SELF_TRADE");
      m.check_killed(m.taker, "2", "CANCELLED SELF_TRADE", "1.10020");
      continue;
    }
    m.check_killed(m.taker, "2", "CANCELLED FOK");
    CHECK(m.buy_whole(m.taker, "2", "1.10020").of<OrderUpdated>().back().filled_volume ==
          lots("2"));
  }
}

TEST_CASE("Fill or kill: what it closes goes with all of it, or not at all") {
  Market m;
  for (const auto mode : {PositionMode::Netting, PositionMode::Hedging}) {
    const AccountId account =
        m.house.add_account({.deposit = "3000", .mode = mode, .closing = Closing::Fifo});
    m.house.open(account, m.symbol, Side::Sell, "1");
    m.sell(m.one, "0.7", "1.10005");
    m.sell(m.other, "0.7", "1.10010");
    m.check_killed(account, "5", "REJECTED INSUFFICIENT_MARGIN", "1.10020");
    m.check_killed(account, "1.5", "CANCELLED FOK");
    CHECK(m.buy_whole(account, "1.4").of<OrderUpdated>().back().status == OrderStatus::Filled);
    REQUIRE(m.house.positions(account).size() == 1);
    CHECK(m.house.positions(account)[0].volume == lots("0.4"));
    CHECK(m.house.positions(account)[0].side == Side::Buy);
  }
}

TEST_CASE("Fill or kill: a market order too") {
  Market m;
  const AccountId account = m.house.add_account({.deposit = "2000", .mode = PositionMode::Netting});
  m.house.open(account, m.symbol, Side::Sell, "1");
  NewOrder order = House::order_of(m.symbol, Side::Buy, "4");
  order.time_in_force = TimeInForce::Fok;
  const auto before = all_of(m.house);
  CHECK(statuses_of(m.house.send(account, order))[0] == "2 REJECTED INSUFFICIENT_MARGIN");
  CHECK(all_of(m.house) == before);
}

TEST_CASE("Fill or kill: it goes through 1,024 orders at rest at most") {
  engine::EngineLimits limits = test::small_limits();
  limits.orders = 1'100;
  limits.positions = 3'000;
  Market m(test::forex("EUR", "USD"), limits);
  for (int i = 0; i < 1'025; ++i) m.sell(m.one, "0.01", "1.10005");
  m.check_killed(m.taker, "10.25", "CANCELLED FOK");
  m.buy_whole(m.taker, "10.24");
  CHECK(m.house.positions(m.taker).at(0).volume == lots("10.24"));
}

// ---- As an IOC order that turns out to be filled whole ----

// Two houses with one history. What is whole as IOC in the one is so as FOK in the other, with the
// same trades; what is not leaves the other as it was.
class Twins {
 public:
  explicit Twins(std::uint64_t seed) : random_(seed) {
    engine::EngineLimits limits = test::small_limits();
    limits.positions = 8 + static_cast<std::uint32_t>(below(24));
    limits.orders = 24 + static_cast<std::uint32_t>(below(16));
    Instrument instrument = test::forex("EUR", "USD");
    instrument.self_trade = SelfTradePrevention(below(3));
    instrument.margin.hedged = HedgedMargin(below(4));
    instrument.commission.basis = CommissionBasis::PerLot;
    instrument.commission.amount = test::ratio("7");
    instrument.commission.minimum = test::ratio("5");
    instrument.commission.currency = Currency::of("USD");
    for (auto& house : houses_) {
      house = std::make_unique<House>(limits);
      symbol_ = house->add_symbol(instrument);
      house->quote(symbol_, "1.10000", "1.10020");
    }
    for (int i = 0; i < 6; ++i) add_account();
  }

  void step() {
    const NewOrder order = any_order();
    const AccountId account = accounts_.at(below(accounts_.size()));
    if (below(8) == 0) return quote();
    if (below(6) == 0) return pair(account);
    if (below(3) != 0) return both(account, order);
    NewOrder whole = order;
    NewOrder part = order;
    whole.time_in_force = TimeInForce::Fok;
    part.time_in_force = TimeInForce::Ioc;
    take_number(0, account);
    const Events of_part = houses_[0]->send(account, part);
    const auto before = all_of(*houses_[1]);
    const Events of_whole = houses_[1]->send(account, whole);
    const bool is_whole = filled_of(of_part) == order.volume;
    INFO("as IOC " << filled_of(of_part).raw << " of " << order.volume.raw);
    CHECK(filled_of(of_whole) == (is_whole ? order.volume : Volume{}));
    ++(is_whole ? wholes : kills);
    if (is_whole) {
      CHECK(trades_of(of_whole) == trades_of(of_part));
      return take_number(1, account);
    }
    CHECK(of_whole.of<OrderUpdated>().size() == 1);
    CHECK(all_of(*houses_[1]) == before);
    const Events again = houses_[1]->send(account, part);
    CHECK(trades_of(again) == trades_of(of_part));
    CHECK(statuses_of(again) == statuses_of(of_part));
  }

  int wholes = 0;
  int kills = 0;

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  void add_account() {
    const test::AccountOptions options{
        .deposit = std::to_string(200 + below(4'000)),
        .mode = below(3) == 0 ? PositionMode::Netting : PositionMode::Hedging,
        .closing = Closing(below(3))};
    AccountId account;
    for (auto& house : houses_) account = house->add_account(options);
    accounts_.push_back(account);
  }

  // Orders have the same numbers in both: one that cannot be filled takes the next.
  void take_number(std::size_t house, AccountId account) {
    const Events killed =
        houses_.at(house)->send(account, limit(symbol_, Side::Buy, "0.1", "1.00000", kWhole));
    REQUIRE(killed.only<OrderUpdated>().filled_volume.is_zero());
  }

  NewOrder any_order() {
    const std::string volume = "0." + std::to_string(1 + below(9));
    const std::string price =
        std::string("1.100") + (below(2) == 0 ? "0" : "1") + std::to_string(below(10));
    const auto side = Side(below(2));
    return limit(symbol_, side, volume, price, {.trailing_distance = below(4) == 0 ? 5'000U : 0U});
  }

  template <typename Body>
  void both(AccountId account, const Body& body) {
    for (auto& house : houses_) house->send(account, body);
  }

  void pair(AccountId account) {
    NewOrder first = any_order();
    NewOrder second = any_order();
    first.trailing_distance = second.trailing_distance = {};
    second.side = first.side;
    both(account, test::pair_of(first, second));
    for (auto& house : houses_) test::drain(*house);
  }

  void quote() {
    const std::string bid = "1.1000" + std::to_string(below(10));
    const std::string ask = "1.1001" + std::to_string(below(10));
    for (auto& house : houses_) {
      house->quote(symbol_, bid, ask);
      test::drain(*house);
    }
  }

  // Of the newest order: nobody else's number is higher.
  static Volume filled_of(const Events& events) {
    OrderUpdated newest;
    for (const auto& told : events.of<OrderUpdated>()) {
      if (told.order >= newest.order) newest = told;
    }
    return newest.filled_volume;
  }
  static std::vector<std::string> trades_of(const Events& events) {
    std::vector<std::string> told;
    for (const auto& trade : events.of<TradeExecuted>()) {
      const auto commission = static_cast<std::int64_t>(trade.commission.raw);
      const auto pnl = static_cast<std::int64_t>(trade.realized_pnl.raw);
      std::string one = std::to_string(trade.position.value);
      for (const std::int64_t part : {trade.volume.raw, trade.price.raw, commission, pnl}) {
        one += " " + std::to_string(part);
      }
      told.push_back(one);
    }
    return told;
  }

  std::mt19937_64 random_;
  std::array<std::unique_ptr<House>, 2> houses_;
  SymbolId symbol_;
  std::vector<AccountId> accounts_;
};

TEST_CASE("Fill or kill: whole as immediate or cancel is, else as if it had not come") {
  int wholes = 0;
  int kills = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    Twins twins(seed);
    for (int step = 0; step < 150; ++step) {
      INFO("step " << step);
      twins.step();
    }
    wholes += twins.wholes;
    kills += twins.kills;
  }
  CHECK(wholes > 200);
  CHECK(kills > 200);
}

}  // namespace
}  // namespace tribook
