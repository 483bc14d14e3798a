#include <catch2/catch.hpp>

#include <algorithm>

#include "calendar/time_zone.h"
#include "support/house_runner.h"
#include "support/instruments.h"
#include "support/random.h"

// Orders that a quote reached go round by risk and router: in every layout alike, answered when all
// is done, and sent on their way again by the next run.

namespace tribook::test {
namespace {

constexpr SymbolId kSymbol{1};
constexpr AccountId kAccount{1};

Command quote(std::string_view bid, std::string_view ask, std::int64_t ms = 1'400'000'000'000) {
  QuoteCommand body;
  body.symbol = kSymbol;
  body.bid = price(bid);
  body.ask = price(ask);
  body.venue_time = TimeNs::from_ms(ms);
  body.never_stale = 1;
  body.drives_clock = 1;
  return Command::make(body);
}

Command order(OrderType type, Side side, std::string_view volume, Price at) {
  NewOrder order;
  order.symbol = kSymbol;
  order.side = side;
  order.type = type;
  order.volume = lots(volume);
  (type == OrderType::Limit ? order.limit : order.trigger) = at;
  order.max_slippage_pips = Ratio{-1};
  order.time_in_force = TimeInForce::Gtc;
  order.origin = Origin::Rest;
  Command command = Command::make(order);
  command.header.account = kAccount;
  return command;
}
Command limit(Side side, std::string_view at, std::string_view volume = "0.1") {
  return order(OrderType::Limit, side, volume, price(at));
}
Command stop(Side side, std::string_view at) {
  return order(OrderType::Stop, side, "0.1", price(at));
}

void found(HouseRunner& house) {
  house.submit(house.create_symbol(forex("EUR", "USD")));
  house.submit(house.create_account("alice", "USD", Money::from_whole(10'000)));
  house.submit(quote("1.08450", "1.08460"));
}

std::vector<OrderStatus> statuses(const std::vector<Event>& events) {
  std::vector<OrderStatus> told;
  for (const Event& event : events) {
    if (event.header.kind == EventKind::OrderUpdated)
      told.push_back(event.get<OrderUpdated>().status);
  }
  return told;
}

std::size_t open_positions(HouseRunner& house) {
  views::AccountSnapshot snapshot;
  REQUIRE(house.pipeline().views().snapshot(kAccount, snapshot) == views::ReadStatus::Found);
  return snapshot.positions.size();
}

using Statuses = std::vector<OrderStatus>;

}  // namespace

TEST_CASE("the answer to a quote waits for the orders that it triggered") {
  const Layout layout = GENERATE(Layout::Stepped, Layout::Fused, Layout::Split);
  INFO("layout " << to_string(layout));
  journal::MemoryDisk disk;
  HouseRunner house(layout, disk);
  found(house);
  CHECK(statuses(house.submit(limit(Side::Buy, "1.08000"))) == Statuses{OrderStatus::Working});
  CHECK(statuses(house.submit(stop(Side::Sell, "1.08000"))) == Statuses{OrderStatus::Working});
  house.submit(limit(Side::Buy, "1.07000", "500"));
  CHECK(open_positions(house) == 0);
  const Statuses two{OrderStatus::Triggered, OrderStatus::Triggered, OrderStatus::Filled,
                     OrderStatus::Filled};
  CHECK(statuses(house.submit(quote("1.07900", "1.07910"))) == two);
  CHECK(open_positions(house) == 2);
  const auto last = house.submit(quote("1.06900", "1.06910"));
  CHECK(statuses(last) == Statuses{OrderStatus::Triggered, OrderStatus::Cancelled});
  views::OrderView view;
  REQUIRE(house.pipeline().views().order(OrderId{3}, view) == views::ReadStatus::Found);
  CHECK(view.code == RejectCode::InsufficientMargin);
  CHECK(house.pipeline().risk().holds() == 0);
}

TEST_CASE("a stop that is reached when it comes is answered with its fill") {
  const Layout layout = GENERATE(Layout::Stepped, Layout::Split);
  journal::MemoryDisk disk;
  HouseRunner house(layout, disk);
  found(house);
  CHECK(statuses(house.submit(stop(Side::Buy, "1.08460"))) ==
        Statuses{OrderStatus::Working, OrderStatus::Triggered, OrderStatus::Filled});
}

TEST_CASE("more orders than the ring has places come round all the same") {
  journal::MemoryDisk disk;
  auto settings = small_settings();
  settings.ring = 4;
  HouseRunner house(Layout::Stepped, disk, settings);
  found(house);
  for (int i = 0; i < 100; ++i) house.submit(limit(Side::Buy, "1.08000", "0.01"));
  const auto events = house.submit(quote("1.07990", "1.08000"));
  CHECK(std::count_if(events.begin(), events.end(), [](const Event& event) {
          return event.header.kind == EventKind::TradeExecuted;
        }) == 100);
  CHECK(open_positions(house) == 100);
}

TEST_CASE("DAY and GTD end at their times, however far the clock leaps") {
  calendar::load_time_zones();
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  found(house);
  Command day = limit(Side::Buy, "1.08000");
  auto body = day.get<NewOrder>();
  body.time_in_force = TimeInForce::Day;
  day.set(body);
  house.submit(day);
  body.time_in_force = TimeInForce::Gtd;
  body.expires = TimeNs::from_ms(1'400'000'100'000);
  Command dated = day;
  dated.set(body);
  house.submit(dated);
  views::OrderView view;
  REQUIRE(house.pipeline().views().order(OrderId{1}, view) == views::ReadStatus::Found);
  CHECK(view.expires == TimeNs::from_ms(1'400'014'800'000));  // 2014-05-13T21:00:00Z
  SetClock clock;
  clock.now = TimeNs::from_ms(1'500'000'000'000);
  house.submit(Command::make(clock));
  for (const auto& [id, at] : {std::pair{1, 1'400'014'800'000}, std::pair{2, 1'400'000'100'000}}) {
    REQUIRE(house.pipeline().views().order(OrderId{static_cast<std::uint64_t>(id)}, view) ==
            views::ReadStatus::Found);
    CHECK(view.status == OrderStatus::Expired);
    CHECK(view.updated == TimeNs::from_ms(at));
  }
}

TEST_CASE("TRIGGERED orders of a run that died are sent on their way by the next") {
  journal::MemoryDisk disk;
  {
    HouseRunner house(Layout::Stepped, disk);
    found(house);
    house.submit(limit(Side::Buy, "1.08000"));
    house.submit(limit(Side::Buy, "1.07950"));
    REQUIRE(house.post(quote("1.07900", "1.07910")));
    house.pipeline().risk_stage().do_work({});
    house.pipeline().router_stage().do_work({});
    for (int i = 0; i < 4; ++i) {  // not risk: what it is sent is lost
      house.pipeline().sequencer().do_work({});
      house.pipeline().journal_stage().do_work({});
    }
    house.abandon();
  }
  HouseRunner again(Layout::Stepped, disk);
  views::OrderView view;
  REQUIRE(again.pipeline().views().order(OrderId{1}, view) == views::ReadStatus::Found);
  CHECK(view.status == OrderStatus::Triggered);
  for (int i = 0; i < 20; ++i) again.pump();
  CHECK(open_positions(again) == 2);
  again.stop();
  Slab slab(16);
  core::Replica replica(small_settings().limits, slab);
  REQUIRE(replica.replay(disk, "journal").is_good);
  CHECK(replica.house().state_hash() == again.pipeline().sequencer().house().state_hash());
}

TEST_CASE("orders that rest give the same state in all layouts and in the replay") {
  Random random(20'261'121);
  INFO(random.reproduce());
  std::uint64_t first = 0;
  for (const Layout layout : {Layout::Stepped, Layout::Fused, Layout::Split}) {
    Random same = random;
    journal::MemoryDisk disk;
    HouseRunner house(layout, disk);
    found(house);
    std::int64_t mid = 108'450;
    const auto tick = [](std::int64_t raw) { return Price{raw * 1'000}; };
    for (int i = 0; i < 200; ++i) {
      mid += static_cast<std::int64_t>(same.below(81)) - 40;
      QuoteCommand body = quote("1", "1").get<QuoteCommand>();
      body.bid = tick(mid);
      body.ask = tick(mid + 10);
      body.venue_time = TimeNs::from_ms(1'400'000'000'000 + i * 1'000);
      house.submit(Command::make(body));
      const Side side = same.below(2) == 0 ? Side::Buy : Side::Sell;
      const auto away = static_cast<std::int64_t>(same.below(60));
      const bool is_stop = same.below(2) == 0;
      const bool is_above = is_stop == (side == Side::Buy);
      house.submit(order(is_stop ? OrderType::Stop : OrderType::Limit, side, "0.05",
                         tick(is_above ? mid + away : mid - away)));
    }
    house.stop();
    const std::uint64_t hash = house.pipeline().sequencer().house().state_hash();
    if (layout == Layout::Stepped) first = hash;
    CAPTURE(to_string(layout));
    CHECK(hash == first);
    Slab slab(256);
    core::Replica replica(small_settings().limits, slab);
    REQUIRE(replica.replay(disk, "journal").is_good);
    CHECK(replica.house().state_hash() == hash);
  }
}

TEST_CASE("what an order would be warned of is told to who asks, and nothing is sequenced") {
  journal::MemoryDisk disk;
  HouseRunner house(Layout::Stepped, disk);
  found(house);
  LimitSet limits;
  limits.put(Limit::MaxOrderVolume, lots("0.2").raw, LimitMode::Warn);
  limits.put(Limit::MaxDayVolume, lots("0.5").raw, LimitMode::Reject);
  Command put = Command::make(PutLimits{});
  put.header.text = put_spec(house.slab(), limits);
  house.submit(put);
  const auto ask = [&](const char* volume) {
    CheckOrder check{limit(Side::Buy, "1.08460", volume).get<NewOrder>()};
    Command command = Command::make(check);
    command.header.account = kAccount;
    return house.submit(command);
  };
  const Sequence before = house.pipeline().sequencer().last_sequence();
  CHECK(ask("0.2").empty());
  const auto warned = ask("0.3");
  REQUIRE(warned.size() == 1);
  REQUIRE(warned[0].header.kind == EventKind::OrderWarned);
  CHECK(warned[0].get<OrderWarned>().limits == bit_of(Limit::MaxOrderVolume));
  CHECK_FALSE(warned[0].get<OrderWarned>().order);
  const auto refused = ask("0.6");
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].get<Refused>().code == RejectCode::DayVolume);
  CHECK(house.pipeline().sequencer().last_sequence() == before);
}

}  // namespace tribook::test
