#include "gateway_api/gateway_fixture.h"

// What a client reads: lists and their pages, symbols, the tools for sizing an order.

namespace tribook::test {

using gateway::Door;
using http::Method;

TEST_CASE("lists come in pages") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice", "100000");
  for (int i = 0; i < 7; ++i) {
    REQUIRE(f.client(Method::Post, "/api/orders/market",
                     R"({"symbol":"EURUSD","side":"BUY","volume":0.1})")
                .status == 201);
  }
  for (const std::string list : {"positions", "orders?status=all", "trades"}) {
    CAPTURE(list);
    const std::string path =
        "/api/account/" + list + (list.find('?') == std::string::npos ? "?" : "&");
    std::size_t seen = 0;
    std::string cursor;
    std::string last_id = "99";
    for (int page = 0; page < 10; ++page) {
      const Answer answer =
          f.client(Method::Get, path + "limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor));
      REQUIRE(answer.status == 200);
      REQUIRE(answer.items() <= 3);
      for (std::size_t i = 0; i < answer.items(); ++i) {
        const std::string key = list.starts_with("orders") ? ".orderId" : ".id";
        const std::string id = answer["items." + std::to_string(i) + key];
        CHECK(std::stoi(id) < std::stoi(last_id));
        last_id = id;
      }
      seen += answer.items();
      cursor = answer["nextCursor"];
      if (cursor.empty()) break;
    }
    CHECK(seen == 7);
  }
  for (const char* bad : {"limit=0", "limit=1001", "limit=x", "limit=-1", "cursor=x", "cursor=0"}) {
    CAPTURE(bad);
    const Answer answer = f.client(Method::Get, std::string("/api/account/trades?") + bad);
    CHECK(answer.status == 400);
    CHECK(answer["code"] == "VALIDATION");
  }
  CHECK(f.client(Method::Get, "/api/account/orders?status=some").status == 400);
  CHECK(f.client(Method::Get, "/api/account/positions?status=all").status == 400);
  CHECK(f.client(Method::Get, "/api/account/trades?limit=1000").status == 200);
}

TEST_CASE("symbols with their terms and quotes") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const Answer answer = f.client(Method::Get, "/api/symbols");
  CHECK(answer.items() == 1);
  CHECK(answer["items.0.symbol"] == "EURUSD");
  CHECK(answer["items.0.bid"] == "1.08450");
  CHECK(answer["items.0.ask"] == "1.08460");
  CHECK(answer["items.0.margin.mode"] == "FOREX");
  CHECK(answer["items.0.schedule"] == "24x7");
}

TEST_CASE("the margin preview is what the order then uses") {
  GatewayFixture f;
  REQUIRE(f.admin(Method::Post, "/admin/symbols", R"({"symbol":"EURUSD"})").status == 201);
  f.add_quote("EURUSD", "1.08200", "1.08200");
  f.add_client("alice");
  const std::string path = "/api/risk/margin-preview?symbol=EURUSD&side=BUY&volume=";
  const Answer preview = f.client(Method::Get, path + "1.0");
  CHECK(preview["requiredMargin"] == "1082.00");
  CHECK(preview["freeMargin"] == "10000.00");
  CHECK(preview["freeMarginAfter"] == "8918.00");
  CHECK(preview["marginLevelAfter"] == "924.21");
  CHECK(preview["maxVolume"] == "9.24");
  REQUIRE(
      f.client(Method::Post, "/api/orders/market", R"({"symbol":"EURUSD","side":"BUY","volume":1})")
          .status == 201);
  CHECK(f.client(Method::Get, "/api/account/summary")["margin"] == "1082.00");
  const std::string against = "/api/risk/margin-preview?symbol=EURUSD&side=SELL&volume=";
  CHECK(f.client(Method::Get, against + "1")["requiredMargin"] == "0.00");
  CHECK(f.client(Method::Get, against + "1")["marginLevelAfter"] == "924.21");
  CHECK(f.client(Method::Get, against + "1.5")["requiredMargin"] == "541.00");
  CHECK(f.client(Method::Get, path + "1")["freeMarginAfter"] == "7836.00");
  for (const char* bad : {"", "0", "-1", "x", "1e30", "1e-9"}) {
    CHECK(f.client(Method::Get, path + bad).status == 400);
  }
  CHECK(f.client(Method::Get, "/api/risk/margin-preview?volume=1").status == 400);
  CHECK(f.client(Method::Get, "/api/risk/margin-preview?symbol=X&volume=1")["code"] ==
        "SYMBOL_UNKNOWN");
  CHECK(f.client(Method::Get, "/api/risk/margin-preview?symbol=EURUSD&volume=1&side=x").status ==
        400);
}

TEST_CASE("what is worth more than money expresses is null, not a number") {
  GatewayFixture f;
  REQUIRE(
      f.admin(Method::Post, "/admin/symbols",
              R"({"symbol":"BIGUSD","baseCurrency":"BIG","quoteCurrency":"USD","category":"CFD",)"
              R"("marginCurrency":"USD","margin":{"mode":"CFD_LEVERAGE"},"digits":5,)"
              R"("tickSize":0.00001,"contractSize":100000,"maxVolume":1000000000})")
          .status == 201);
  f.add_quote("BIGUSD", "0.00001", "0.00001");
  const std::string account = f.add_client("alice", "20000000");
  const Answer opened = f.client(Method::Post, "/api/orders/market",
                                 R"({"symbol":"BIGUSD","side":"SELL","volume":1000000000})");
  INFO(opened.body);
  REQUIRE(opened.status == 201);
  f.add_quote("BIGUSD", "100000000", "100000000");
  const Answer position = f.client(Method::Get, "/api/account/positions");
  CHECK(position["items.0.currentPrice"] == "100000000.00000");
  CHECK(position["items.0.unrealizedPnL"] == "null");
  const Answer admins = f.admin(Method::Get, "/admin/accounts/" + account);
  const Answer summary = f.client(Method::Get, "/api/account/summary");
  for (const Answer& told : {summary, admins}) {
    INFO(told.body);
    CHECK(told["balance"] == "20000000.00");
    for (const char* field : {"equity", "freeMargin", "marginLevel"}) {
      CHECK(told[field] == "null");
    }
  }
  CHECK(summary["unrealizedPnL"] == "null");
  CHECK(f.admin(Method::Get, "/admin/alerts").body.find("\"items\":[]") != std::string::npos);
  for (const char* tool :
       {"margin-preview?symbol=BIGUSD&volume=1", "calculate-lot?symbol=BIGUSD&risk=2&slPips=20"}) {
    CHECK(f.client(Method::Get, std::string("/api/risk/") + tool)["code"] == "VALUE_OVERFLOW");
  }
}

TEST_CASE("two percent over twenty pips is one lot") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  const Answer lot =
      f.client(Method::Get, "/api/risk/calculate-lot?risk=2&slPips=20&symbol=EURUSD");
  INFO(lot.body);
  CHECK(lot["volume"] == "1");
  CHECK(lot["riskAmount"] == "200.00");
  CHECK(lot["pipValue"] == "10.00");
  CHECK(f.client(Method::Get, "/api/risk/calculate-lot?risk=101&slPips=20&symbol=EURUSD").status ==
        400);
  CHECK(f.client(Method::Get, "/api/risk/calculate-lot?risk=2&slPips=0&symbol=EURUSD").status ==
        400);
  const Answer tiny =
      f.client(Method::Get, "/api/risk/calculate-lot?risk=0.0001&slPips=20&symbol=EURUSD");
  CHECK(tiny["volume"] == "0");
}

TEST_CASE("quotes that the ring had no room for are read again") {
  GatewayFixture f;
  f.add_eurusd();
  f.add_client("alice");
  f.client(Method::Post, "/api/orders/market", R"({"symbol":"EURUSD","side":"BUY","volume":1})");
  // The house quotes on while the gateway sleeps, until its ring overflows.
  for (int i = 0; i < 3'000; ++i) {
    QuoteCommand quote;
    quote.symbol = SymbolId{1};
    quote.bid = quote.ask = Price{108'000'000 + i * 1'000};
    quote.never_stale = 1;
    Command command = Command::make(quote);
    while (!f.house.pipeline().gateway(0).commands->try_push(command)) f.house.pump();
    f.house.pump();
  }
  for (int i = 0; i < 100; ++i) f.house.pump();
  REQUIRE(f.house.pipeline().gateway(0).quotes_missed->load());
  CHECK(f.client(Method::Get, "/api/account/positions")["items.0.currentPrice"] == "1.10999");
}

}  // namespace tribook::test
