#include "gateway_api/history_fake.h"

#include "gateway/rest/lists.h"

// Lists that begin in memory and go on in the store.

namespace tribook::test {

using http::Method;

namespace {

views::ViewLimits tiny_limits() {
  auto limits = StoredFixture::limits();
  limits.orders = 7;
  limits.trades = 6;
  limits.ledger = 5;
  limits.closed_positions = 3;
  return limits;
}

/// Two clients trade in turn, so that one's records push the other's out.
struct TradedFixture : StoredFixture {
  TradedFixture() : StoredFixture(tiny_limits(), limits()) {
    both([](GatewayFixture& f) {
      f.add_eurusd();
      f.add_client("quiet");
      trade(f, 4);
      f.add_client("busy");
      trade(f, 9);
    });
  }
  static void trade(GatewayFixture& f, int times) {
    for (int i = 0; i < times; ++i) {
      const Answer opened = f.client(Method::Post, "/api/orders/market",
                                     R"({"symbol":"EURUSD","side":"BUY","volume":0.1})");
      REQUIRE(opened.status == 201);
      if (i % 3 == 2) continue;
      f.client(Method::Post, "/api/positions/" + opened["positionId"] + "/close");
    }
  }
  void log_in(const std::string& name) {
    both([&](GatewayFixture& f) { f.client_token = f.log_in(gateway::Door::Client, name); });
  }
  /// All pages of a list of the house.
  std::vector<std::string> pages(const std::string& path, int limit) {
    std::vector<std::string> all_items;
    std::string cursor;
    for (int page = 0; page < 100; ++page) {
      const Answer answer =
          house.client(Method::Get, path + "limit=" + std::to_string(limit) + cursor);
      INFO(answer.body);
      REQUIRE(answer.status == 200);
      const auto items = items_of(answer);
      REQUIRE(items.size() <= static_cast<std::size_t>(limit));
      all_items.insert(all_items.end(), items.begin(), items.end());
      if (answer["nextCursor"].empty()) return all_items;
      REQUIRE(items.size() == static_cast<std::size_t>(limit));
      cursor = "&cursor=" + answer["nextCursor"];
    }
    FAIL("pages without end");
    return all_items;
  }
};

const std::vector<std::string> kLists{"/api/account/orders?status=all&", "/api/account/trades?",
                                      "/api/account/ledger?",
                                      "/api/account/positions?status=closed&"};

}  // namespace

TEST_CASE("pages of every list give all records once and in order") {
  TradedFixture f;
  for (const std::string name : {"busy", "quiet"}) {
    f.log_in(name);
    for (const std::string& list : kLists) {
      const auto expected = items_of(f.all.client(Method::Get, list + "limit=1000"));
      CAPTURE(name, list);
      REQUIRE(expected.size() > 1);
      for (const int limit : {1, 2, 3, 4, 5, 6, 7, 8, 1'000}) {
        CAPTURE(limit);
        REQUIRE(f.pages(list, limit) == expected);
      }
    }
  }
  CHECK(f.history.reads > 0);
}

TEST_CASE("what is in memory asks no store") {
  TradedFixture f;
  f.history.is_full = true;
  const Answer newest = f.house.client(Method::Get, "/api/account/trades?limit=6");
  CHECK(newest.status == 200);
  CHECK(newest.items() == 6);
  CHECK_FALSE(newest["nextCursor"].empty());
  const Answer refused = f.house.client(Method::Get, "/api/account/trades?limit=7");
  CHECK(refused.status == 503);
  CHECK(refused["code"] == "BUSY");
  CHECK(f.house.client(Method::Get, "/api/account/orders?status=open").status == 200);
  CHECK(f.history.reads == 0);
}

TEST_CASE("a store that cannot be read, or is too far behind") {
  TradedFixture f;
  f.reader.is_broken = true;
  const Answer broken = f.house.client(Method::Get, "/api/account/trades");
  CHECK(broken.status == 503);
  CHECK(broken["code"] == "UNAVAILABLE");
  f.reader.is_broken = false;
  CHECK(f.house.client(Method::Get, "/api/account/trades").status == 200);
  // A few more deals: what they push out of memory is in the store.
  TradedFixture::trade(f.house, 2);
  CHECK(f.house.client(Method::Get, "/api/account/trades").status == 200);
  // So many that what was pushed out is not there yet: no gap is shown.
  TradedFixture::trade(f.house, 9);
  for (const std::string& list : kLists) {
    const Answer behind = f.house.client(Method::Get, list + "limit=100");
    CAPTURE(list);
    CHECK(behind.status == 503);
    CHECK(behind["code"] == "BUSY");
  }
  TradedFixture::trade(f.all, 2);
  TradedFixture::trade(f.all, 9);
  for (const std::string& list : kLists) {
    CHECK(f.pages(list, 4) == items_of(f.all.client(Method::Get, list + "limit=1000")));
  }
}

TEST_CASE("a cursor that memory knows no more goes to the store, an unknown one finds nothing") {
  TradedFixture f;
  const auto expected = items_of(f.all.client(Method::Get, "/api/account/trades?limit=1000"));
  const Answer page = f.house.client(Method::Get, "/api/account/trades?limit=8");
  const Answer next =
      f.house.client(Method::Get, "/api/account/trades?limit=2&cursor=" + page["nextCursor"]);
  CHECK(items_of(next) == std::vector<std::string>(expected.begin() + 8, expected.begin() + 10));
  const Answer unknown = f.house.client(Method::Get, "/api/account/trades?cursor=4711");
  CHECK(unknown.status == 200);
  CHECK(unknown.items() == 0);
}

TEST_CASE("an open order that outlived the ring stands in its place, as it is now") {
  using gateway::rest::join;
  const auto order = [](std::uint64_t id, OrderStatus status) {
    views::OrderView view;
    view.id = {id};
    view.status = status;
    return view;
  };
  views::Page<views::OrderView> page;
  page.items = {order(20, OrderStatus::Filled), order(9, OrderStatus::Cancelled),
                order(3, OrderStatus::Working)};
  page.whole = 1;
  page.is_cut = true;
  const std::vector<views::OrderView> rows{
      order(12, OrderStatus::Filled), order(9, OrderStatus::Working), order(5, OrderStatus::Filled),
      order(3, OrderStatus::Working)};
  auto joined = page;
  CHECK(join(joined, rows, 10) == 0);
  REQUIRE(joined.items.size() == 5);
  CHECK(joined.items[1].id == OrderId{12});
  CHECK(joined.items[2].status == OrderStatus::Cancelled);
  CHECK(joined.items[4].id == OrderId{3});
  joined = page;
  CHECK(join(joined, rows, 4) == 5);
  CHECK(joined.items.size() == 4);
}

TEST_CASE("a repeated order that memory has lost is answered as the store has it") {
  TradedFixture f;
  const std::string body =
      R"({"symbol":"EURUSD","side":"BUY","volume":0.1,"clientOrderId":"mine"})";
  f.log_in("quiet");
  const Answer first = f.house.client(Method::Post, "/api/orders/market", body);
  REQUIRE(first.status == 201);
  REQUIRE(f.all.client(Method::Post, "/api/orders/market", body).body == first.body);
  CHECK(f.house.client(Method::Post, "/api/orders/market", body).body == first.body);
  CHECK(f.all.client(Method::Post, "/api/orders/market", body).body == first.body);
  f.log_in("busy");
  f.both([](GatewayFixture& g) { TradedFixture::trade(g, 8); });
  f.log_in("quiet");
  const int reads = f.history.reads;
  const Answer again = f.house.client(Method::Post, "/api/orders/market", body);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(f.history.reads == reads + 1);
  f.history.is_full = true;
  CHECK(f.house.client(Method::Post, "/api/orders/market", body)["code"] == "BUSY");
  f.history.is_full = false;
  f.reader.is_broken = true;
  CHECK(f.house.client(Method::Post, "/api/orders/market", body)["code"] == "UNAVAILABLE");
}

TEST_CASE("the list of all accounts' orders goes on in the store") {
  TradedFixture f;
  const std::string list = "/admin/orders?status=all&";
  const auto expected = items_of(f.all.admin(Method::Get, list + "limit=1000"));
  REQUIRE(expected.size() > 15);
  for (const int limit : {1, 2, 3, 5, 8, 13, 20, 21, 1'000}) {
    CAPTURE(limit);
    std::vector<std::string> items;
    std::string cursor;
    do {
      const Answer page =
          f.house.admin(Method::Get, list + "limit=" + std::to_string(limit) + cursor);
      REQUIRE(page.status == 200);
      const auto more = items_of(page);
      items.insert(items.end(), more.begin(), more.end());
      cursor = page["nextCursor"].empty() ? "" : "&cursor=" + page["nextCursor"];
    } while (!cursor.empty());
    CHECK(items == expected);
  }
  TradedFixture::trade(f.house, 9);
  CHECK(f.house.admin(Method::Get, list)["code"] == "BUSY");
}

}  // namespace tribook::test
