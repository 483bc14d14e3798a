#include <chrono>

#include "support/order_desk.h"
#include "tribook/base/archive.h"

// Orders that rest are saved with the state, in every state that they can be in.

namespace tribook {
namespace {

using test::House;
using test::limit;
using test::pair_of;
using test::stop;
using test::stop_limit;

engine::EngineLimits larger() { return {1'000, 5'000, 64, 1'000, 500}; }

struct Market {
  Market() {
    symbol = house.add_symbol(test::forex("EUR", "USD"));
    account = house.add_account({.deposit = "100000"});
    house.quote(symbol, "1.10000", "1.10010");
    const Texts texts{{"my id", "grid", "a comment", R"({"a":1})"}};
    house.send_texts(account, limit(symbol, Side::Buy, "0.1", "1.09000"), texts);
    house.send(account, limit(symbol, Side::Buy, "0.1", "1.09900"));
    house.send(account, limit(symbol, Side::Sell, "0.1", "1.10500",
                              {.time_in_force = TimeInForce::Gtd,
                               .expires = house.now() + std::chrono::hours{1}}));
    house.send(account, pair_of(stop(symbol, Side::Buy, "0.1", "1.10400"),
                                stop(symbol, Side::Sell, "0.1", "1.09500")));
    house.send(account, stop_limit(symbol, Side::Buy, "0.1", "1.10100", "1.10050"));
    NewOrder follows = House::order_of(symbol, Side::Buy, "0.1");
    follows.trailing_distance = {5'000};
    house.send(account, follows);
    house.quote(symbol, "1.10100", "1.10110");
    test::drain(house);
  }
  House house;
  SymbolId symbol;
  AccountId account;
};

/// A house of its own that was loaded from another's engine.
void load(House& copy, const House& from) {
  base::ArchiveWriter saved;
  from.engine.save(saved);
  base::ArchiveReader archive(saved.bytes());
  copy.engine.load(archive);
  REQUIRE(archive.ok());
  REQUIRE(archive.left() == 0);
  REQUIRE(copy.engine.state_hash() == from.engine.state_hash());
}

TEST_CASE("Order archive: a loaded state does the same from there on") {
  Market m;
  engine::EngineLimits capacity = larger();
  Slab slab(8);
  engine::Engine copy(capacity, slab);
  base::ArchiveWriter saved;
  m.house.engine.save(saved);
  base::ArchiveReader archive(saved.bytes());
  copy.load(archive);
  REQUIRE(archive.ok());
  REQUIRE(copy.state_hash() == m.house.engine.state_hash());
  const std::size_t given = m.house.history.size();
  m.house.quote(m.symbol, "1.09400", "1.09410");
  test::drain(m.house);
  m.house.quote(m.symbol, "1.10600", "1.10610");
  test::drain(m.house);
  ExpireOrders timer;
  timer.nominal = m.house.now() + std::chrono::hours{2};
  m.house.send(AccountId{}, timer);
  engine::Outbox outbox(capacity.events_of_one_record());
  for (std::size_t i = given; i < m.house.history.size(); ++i) {
    copy.apply(m.house.history[i].record, outbox);
    outbox.clear();
  }
  CHECK(copy.events_digest() == m.house.engine.events_digest());
  CHECK(copy.state_hash() == m.house.engine.state_hash());
}

TEST_CASE("Order archive: TRIGGERED orders are sent on their way again, in their order") {
  Market m;
  m.house.quote(m.symbol, "1.08900", "1.08910");
  Command first;
  REQUIRE(m.house.engine.take_triggered(first));  // on its way when the house went down
  House copy(larger());
  load(copy, m.house);
  Command again;
  REQUIRE(copy.engine.take_triggered(again));
  CHECK(again.get<ExecuteOrder>().order == first.get<ExecuteOrder>().order);
  CHECK(again.get<ExecuteOrder>().place == first.get<ExecuteOrder>().place);
  CHECK(copy.engine.has_outstanding(m.house.engine.last_sequence()));
  std::size_t others = 0;
  while (copy.engine.take_triggered(again)) ++others;
  CHECK(others == 3);
}

TEST_CASE("Order archive: every cut of the bytes is refused") {
  Market m;
  base::ArchiveWriter saved;
  m.house.engine.save(saved);
  const auto& bytes = saved.bytes();
  for (std::size_t size = bytes.size() - 1; size > bytes.size() - 400; --size) {
    Slab slab(8);
    engine::Engine copy(larger(), slab);
    base::ArchiveReader archive(std::span<const std::byte>(bytes).first(size));
    copy.load(archive);
    CHECK_FALSE(archive.ok());
  }
}

TEST_CASE("Order archive: told again with their texts, after the positions") {
  Market m;
  Slab slab(8);
  std::vector<EventKind> kinds;
  std::vector<std::string> comments;
  const EventVisitor visit = [&](const Event& event) {
    kinds.push_back(event.header.kind);
    if (event.header.kind == EventKind::OrderUpdated) {
      comments.emplace_back(read_texts(slab.get(event.header.text)).part[2]);
    }
  };
  m.house.engine.retell({m.house.engine.last_sequence(), slab, visit});
  REQUIRE(comments.size() == 6);
  CHECK(comments.front() == "a comment");
  CHECK(comments.back().empty());
  CHECK(std::count(kinds.begin(), kinds.end(), EventKind::OrderTerms) == 6);
  CHECK(std::count(kinds.begin(), kinds.end(), EventKind::PositionFollowed) == 1);
  CHECK(kinds.back() == EventKind::OrderTerms);
  CHECK(slab.in_use() == 0);
}

TEST_CASE("Order archive: room needed counts orders") {
  Market m;
  CHECK(m.house.engine.room_needed().orders == test::small_limits().orders);
}

}  // namespace
}  // namespace tribook
