#include "support/order_desk.h"
#include "tribook/base/archive.h"
#include "tribook/base/sorted_pool.h"

#include <map>
#include <random>

// The clients' book: what it tells, and that it follows from the orders.

namespace tribook {
namespace {

using test::drain;
using test::Events;
using test::House;
using test::limit;
using test::lots;
using test::price;

TEST_CASE("SortedPool: what is in a set is found in its order, whatever was done before") {
  constexpr std::uint64_t kSeed = 20'261'121;
  INFO("seed " << kSeed);
  std::mt19937_64 random(kSeed);
  base::SortedPool<int> pool(200);
  std::array<base::SortedPool<int>::Set, 2> sets;
  std::array<std::map<std::int64_t, std::uint32_t>, 2> naive;
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t which = random() % 2;
    const auto key = static_cast<std::int64_t>(random() % 150) - 75;
    auto& known = naive.at(which);
    const std::uint32_t found = pool.find(sets.at(which), key);
    REQUIRE(found == (known.contains(key) ? known.at(key) : 0));
    if (found != 0) {
      pool.erase(sets.at(which), found);
      known.erase(key);
    } else if (!pool.is_full()) {
      known[key] = pool.insert(sets.at(which), key);
    }
    const auto above = known.upper_bound(key);
    REQUIRE(pool.above(sets.at(which), key) == (above == known.end() ? 0 : above->second));
    REQUIRE(pool.first(sets.at(which)) == (known.empty() ? 0 : known.begin()->second));
  }
}

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    one = house.add_account({.deposit = "100000"});
    other = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.10000", "1.10020");
  }
  Events place(AccountId account, Side side, const char* volume, const char* at) {
    return house.send(account, limit(symbol, side, volume, at));
  }
  Events cancel(AccountId account, OrderId order) {
    CancelOrder body;
    body.order = order;
    return house.send(account, body);
  }

  House house;
  SymbolId symbol;
  AccountId one;
  AccountId other;
};

TEST_CASE("depth: a price is told once a record, with all that rests there then") {
  Market m;
  auto told = m.place(m.one, Side::Sell, "1", "1.10010").only<DepthChanged>();
  CHECK(told.volume == lots("1"));
  CHECK(told.price == price("1.10010"));
  CHECK(told.side == Side::Sell);
  CHECK(told.orders == 1);
  told = m.place(m.one, Side::Sell, "2", "1.10010").only<DepthChanged>();
  CHECK(told.volume == lots("3"));
  CHECK(told.orders == 2);
  told = m.house.order(m.other, m.symbol, Side::Buy, "2.5").only<DepthChanged>();
  CHECK(told.volume == lots("0.5"));
  CHECK(told.orders == 1);
  told = m.cancel(m.one, OrderId{2}).only<DepthChanged>();
  CHECK(told.volume.is_zero());
  CHECK(told.orders == 0);
}

TEST_CASE("depth: an order that a quote reaches leaves the book, and comes back to its place") {
  Market m;
  m.place(m.one, Side::Sell, "1", "1.10010");
  m.place(m.other, Side::Sell, "1", "1.10010");
  CHECK(m.house.quote(m.symbol, "1.10010", "1.10030").only<DepthChanged>().orders == 0);
  m.house.quote(m.symbol, "1.10000", "1.10020");
  const Events back = drain(m.house);
  CHECK(back.of<DepthChanged>().back().orders == 2);
  const AccountId taker = m.house.add_account({.deposit = "100000"});
  CHECK(m.house.order(taker, m.symbol, Side::Buy, "1").of<TradeExecuted>()[1].order == OrderId{1});
}

TEST_CASE("an order that is changed into another's price deals with it") {
  Market m;
  m.place(m.one, Side::Sell, "1", "1.10015");
  m.place(m.other, Side::Buy, "1", "1.10005");
  ModifyOrder modify;
  modify.order = OrderId{2};
  modify.set_limit = 1;
  modify.limit = price("1.10015");
  CHECK(test::statuses_of(m.house.send(m.other, modify)) ==
        std::vector<std::string>{"2 WORKING", "2 TRIGGERED"});
  CHECK(test::statuses_of(drain(m.house)) ==
        std::vector<std::string>{"2 FILLED", "1 TRIGGERED", "1 FILLED"});
}

TEST_CASE("the book follows from the orders: a loaded state goes on like the one it was") {
  Market m;
  m.place(m.one, Side::Sell, "1", "1.10015");
  m.place(m.other, Side::Sell, "2", "1.10010");
  m.place(m.one, Side::Sell, "1", "1.10010");
  m.house.order(m.other, m.symbol, Side::Buy, "0.1");  // its own is in the way
  const AccountId taker = m.house.add_account({.deposit = "1000000"});
  m.house.order(taker, m.symbol, Side::Buy, "0.5");
  base::ArchiveWriter writer;
  m.house.engine.save(writer);
  House again;
  base::ArchiveReader reader(writer.bytes());
  again.engine.load(reader);
  REQUIRE(reader.ok());
  CHECK(again.engine.state_hash() == m.house.engine.state_hash());
  std::vector<DepthChanged> levels;
  const EventVisitor visit = [&](const Event& event) {
    if (event.header.kind == EventKind::DepthChanged) levels.push_back(event.get<DepthChanged>());
  };
  again.engine.retell(Retelling(again.engine.last_sequence(), again.slab, visit));
  REQUIRE(levels.size() == 2);
  CHECK(levels[0].price == price("1.10010"));
  CHECK(levels[0].volume == lots("2.5"));
  CHECK(levels[1].orders == 1);

  NewOrder order = House::order_of(m.symbol, Side::Buy, "4");
  Command command = Command::make(order);
  command.header.account = taker;
  engine::Outbox one(test::small_limits().events_of_one_record());
  engine::Outbox two(test::small_limits().events_of_one_record());
  const Record record{Sequence{m.house.engine.last_sequence().value + 1}, m.house.now(), command};
  m.house.engine.apply(record, one);
  again.engine.apply(record, two);
  CHECK(m.house.engine.events_digest() == again.engine.events_digest());
  CHECK(m.house.engine.state_hash() == again.engine.state_hash());
}

TEST_CASE("a partly filled order goes through a snapshot with its average and its position") {
  Market m;
  m.place(m.one, Side::Sell, "1", "1.10010");
  m.place(m.other, Side::Buy, "3", "1.10015");
  base::ArchiveWriter writer;
  m.house.engine.save(writer);
  House again;
  base::ArchiveReader reader(writer.bytes());
  again.engine.load(reader);
  REQUIRE(reader.ok());
  std::vector<OrderUpdated> orders;
  const EventVisitor visit = [&](const Event& event) {
    if (event.header.kind == EventKind::OrderUpdated) orders.push_back(event.get<OrderUpdated>());
  };
  again.engine.retell(Retelling(again.engine.last_sequence(), again.slab, visit));
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].status == OrderStatus::PartiallyFilled);
  CHECK(orders[0].filled_volume == lots("1"));
  CHECK(orders[0].filled_price == price("1.10010"));
  CHECK(orders[0].position == PositionId{1});
}

}  // namespace
}  // namespace tribook
