#include <catch2/catch.hpp>

#include "core/replica.h"
#include "support/house_runner.h"
#include "support/instruments.h"

// Orders that come too fast, through the whole pipeline: who sent them is told, and no record says
// that they came.

namespace tribook::test {
namespace {

RejectCode refusal(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.header.kind == EventKind::Refused) return event.get<Refused>().code;
  }
  return RejectCode::None;
}

/// The first order that the answer tells of; a zero one when it tells of none.
OrderUpdated order_of(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (event.header.kind == EventKind::OrderUpdated) return event.get<OrderUpdated>();
  }
  return {};
}

class Paced {
 public:
  explicit Paced(journal::Disk& disk, Layout layout = Layout::Stepped) : house_(layout, disk) {
    house_.submit(house_.create_symbol(forex("EUR", "USD")));
    house_.submit(house_.create_account("alice", "USD", Money::from_whole(100'000)));
    quote_at(1'000);
  }
  /// Time goes on with quotes.
  void quote_at(std::int64_t ms) {
    QuoteCommand quote;
    quote.symbol = SymbolId{1};
    quote.bid = price("1.10000");
    quote.ask = price("1.10010");
    quote.venue_time = TimeNs::from_ms(ms);
    quote.never_stale = 1;
    quote.drives_clock = 1;
    house_.submit(Command::make(quote));
  }
  void limit(Limit limit, std::int64_t number, LimitMode mode = LimitMode::Reject) {
    LimitSet limits;
    limits.put(limit, number * kFixedOne, mode);
    Command command = Command::make(PutLimits{});
    command.header.text = put_spec(house_.slab(), limits);
    REQUIRE(refusal(house_.submit(command)) == RejectCode::None);
  }
  std::vector<Event> order(std::string_view client_id = {}) {
    NewOrder order;
    order.symbol = SymbolId{1};
    order.volume = lots("0.10");
    order.max_slippage_pips = Ratio{-1};
    return send(order, client_id);
  }
  std::vector<Event> pair(std::string_view client_id = {}) {
    NewOrderPair pair;
    pair.first.volume = pair.second.volume = lots("0.10");
    pair.first.limit = price("1.05");
    pair.second.limit = price("1.15");
    pair.symbol = SymbolId{1};
    pair.second_side = Side::Sell;
    return send(pair, client_id);
  }
  [[nodiscard]] Sequence last() { return house_.pipeline().sequencer().last_sequence(); }
  HouseRunner& house() { return house_; }

 private:
  template <typename Body>
  std::vector<Event> send(const Body& body, std::string_view client_id) {
    Command command = Command::make(body);
    command.header.account = AccountId{1};
    command.header.text = put_texts(house_.slab(), Texts{{client_id, {}, {}, {}}});
    return house_.submit(command);
  }

  HouseRunner house_;
};

}  // namespace

TEST_CASE("what comes too fast is refused in every layout and journaled in none") {
  const Layout layout = GENERATE(Layout::Stepped, Layout::Fused, Layout::Split);
  CAPTURE(to_string(layout));
  journal::MemoryDisk disk;
  std::uint64_t hash = 0;
  Sequence last;
  {
    Paced paced(disk, layout);
    paced.limit(Limit::OrdersPerSecond, 2);
    CHECK(order_of(paced.order()).status == OrderStatus::Filled);
    CHECK(order_of(paced.order()).status == OrderStatus::Filled);
    last = paced.last();
    for (int i = 0; i < 50; ++i) {
      CHECK(refusal(paced.order()) == RejectCode::OrdersPerSecond);
      CHECK(refusal(paced.pair()) == RejectCode::OrdersPerSecond);
    }
    CHECK(paced.last() == last);
    CHECK(paced.house().slab().in_use() == 0);
    CHECK(paced.house().pipeline().sequencer().storage_refusals() == 0);
    paced.house().stop();
    hash = paced.house().pipeline().sequencer().house().state_hash();
  }
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  const core::ReplayResult replayed = replica.replay(disk, "journal");
  REQUIRE(replayed.is_good);
  CHECK(replayed.records == last.value);
  CHECK(replica.house().state_hash() == hash);
}

TEST_CASE("an order that came too fast can be sent again under its id") {
  journal::MemoryDisk disk;
  Paced paced(disk);
  paced.limit(Limit::OrdersPerMinute, 3);
  const OrderUpdated first = order_of(paced.order("first"));
  REQUIRE(order_of(paced.pair("both")).order.value != 0);
  CHECK(refusal(paced.order("second")) == RejectCode::OrdersPerMinute);
  CHECK(refusal(paced.pair("more")) == RejectCode::OrdersPerMinute);
  SECTION("who asks again for what there is is told of it") {
    const OrderUpdated again = order_of(paced.order("first"));
    CHECK(again.order == first.order);
    CHECK(again.is_duplicate == 1);
    CHECK(order_of(paced.pair("both")).is_duplicate == 1);
  }
  SECTION("what was refused is new when it passes") {
    paced.quote_at(61'000);
    const OrderUpdated second = order_of(paced.order("second"));
    CHECK(second.order.value == first.order.value + 3);
    CHECK(second.is_duplicate == 0);
    CHECK(order_of(paced.pair("more")).is_duplicate == 0);
  }
}

TEST_CASE("an order that was warned of its pace is known again when it is not") {
  journal::MemoryDisk disk;
  Paced paced(disk);
  paced.limit(Limit::OrdersPerSecond, 1, LimitMode::Warn);
  paced.order();
  const OrderUpdated warned = order_of(paced.order("warned"));
  const OrderUpdated pair = order_of(paced.pair("pair"));
  paced.quote_at(10'000);
  CHECK(order_of(paced.order("warned")).order == warned.order);
  paced.quote_at(20'000);
  CHECK(order_of(paced.pair("pair")).order == pair.order);
}

}  // namespace tribook::test
