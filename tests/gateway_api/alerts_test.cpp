#include "gateway_api/stream_fixture.h"

// Margin calls and stop-outs over the stream and in the operator's list. EURUSD 1.08450/1.08460.

namespace tribook::test {

using http::Method;

namespace {

// Two lots on 10,000 at 1:100: a call below 1.0454 and a stop-out below 1.0400 or so.
void open_two_lots(StreamFixture& f) {
  f.trade();
  f.trade();
}

}  // namespace

TEST_CASE("an account hears of its margin calls and stop-outs, and how it stands then") {
  StreamFixture f;
  FakeSession& session = f.connect();
  f.say(session, R"({"action":"subscribe","type":"alerts","requestId":1})");
  CHECK(session.take("response").size() == 1);
  f.say(session, R"({"action":"subscribe","type":"account"})");
  open_two_lots(f);
  session.sent.clear();
  f.add_quote("EURUSD", "1.04300", "1.04312");  // 10,000 - 8,320 = 1,680 of 2,169.10
  const auto calls = session.take("alert");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0]["kind"] == "MARGIN_CALL");
  CHECK(calls[0]["threshold"] == "100");
  CHECK(calls[0]["marginLevel"] == "77.45");
  CHECK(calls[0]["equity"] == "1680.00");
  CHECK(calls[0]["margin"] == "2169.10");
  CHECK(calls[0]["symbol"] == "EURUSD");
  CHECK(calls[0]["bid"] == "1.04300");
  CHECK(calls[0]["accountId"] == f.account);
  CHECK_FALSE(calls[0]["seq"].empty());
  CHECK_FALSE(session.take("account_update").empty());
  f.add_quote("EURUSD", "1.04200", "1.04212");  // no other call
  CHECK(session.take("alert").empty());
  f.add_quote("EURUSD", "1.04000", "1.04012");  // 1,080: below half
  const auto stopped = session.take("alert");
  REQUIRE(stopped.size() == 1);  // what it closed is told as positions are
  CHECK(stopped[0]["kind"] == "STOP_OUT");
  CHECK(stopped[0]["threshold"] == "50");
  f.say(session, R"({"action":"unsubscribe","type":"alerts"})");
}

TEST_CASE("alerts are listed, newest first, each with its tick") {
  StreamFixture f;
  open_two_lots(f);
  f.add_quote("EURUSD", "1.04000", "1.04012");
  const Answer list = f.admin(Method::Get, "/admin/alerts");
  REQUIRE(list.status == 200);
  REQUIRE(list.items() == 3);
  CHECK(list["items.0.kind"] == "LIQUIDATION");
  CHECK(list["items.0.volume"] == "1");
  CHECK(list["items.0.stopOutId"] == list["items.1.id"]);
  CHECK(list["items.0.lp"] == "venue7");
  CHECK(list["items.0.quoteSequence"] == list["items.1.quoteSequence"]);
  CHECK(list["items.1.kind"] == "STOP_OUT");
  CHECK(list["items.1.bid"] == "1.04000");
  CHECK(list["items.1.margin"] == "2169.10");
  CHECK(list["items.2.kind"] == "MARGIN_CALL");
  CHECK_FALSE(list["items.2.createdAt"].empty());
  CHECK(f.admin(Method::Get, "/admin/alerts?accountId=" + f.account).items() == 3);
  CHECK(f.admin(Method::Get, "/admin/alerts?accountId=77").items() == 0);
  CHECK(f.admin(Method::Get, "/admin/alerts?accountId=0").status == 400);
  const Answer page = f.admin(Method::Get, "/admin/alerts?limit=2");
  CHECK(page.items() == 2);
  CHECK(f.admin(Method::Get, "/admin/alerts?cursor=" + page["nextCursor"])["items.0.kind"] ==
        "MARGIN_CALL");
}

}  // namespace tribook::test
