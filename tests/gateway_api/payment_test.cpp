#include "gateway_api/gateway_fixture.h"

// Deposits and withdrawals.

namespace tribook::test {

using gateway::Door;
using http::Method;

TEST_CASE("money comes in and goes out, each once") {
  GatewayFixture f;
  const std::string id = f.add_client("alice", "0");
  const std::string body =
      R"({"accountId":)" + id +
      R"(,"amount":"250.10","method":"BANK_TRANSFER","reference":"r-1","note":"n"})";
  const Answer first = f.admin(Method::Post, "/admin/deposit", body, {{"Idempotency-Key", "k1"}});
  INFO(first.body);
  REQUIRE(first.status == 201);
  CHECK(first["amount"] == "250.10");
  CHECK(first["balance"] == "250.10");
  CHECK(first["accountId"] == id);
  CHECK_FALSE(first["ledgerId"].empty());

  const Answer again = f.admin(Method::Post, "/admin/deposit", body, {{"Idempotency-Key", "k1"}});
  CHECK(again.status == 201);
  CHECK(f.client(Method::Get, "/api/account/summary")["balance"] == "250.10");
  const Answer other =
      f.admin(Method::Post, "/admin/deposit", R"({"accountId":)" + id + R"(,"amount":1})",
              {{"Idempotency-Key", "k1"}});
  CHECK(other.status == 409);
  CHECK(f.admin(Method::Post, "/admin/deposit", body, {{"Idempotency-Key", "k2"}}).status == 201);
  CHECK(f.client(Method::Get, "/api/account/summary")["balance"] == "500.20");

  const Answer out =
      f.admin(Method::Post, "/admin/withdraw",
              R"({"accountId":)" + id + R"(,"amount":0.20,"method":"CRYPTO","cryptoAddr":"x"})");
  CHECK(out.status == 201);
  CHECK(out["balance"] == "500.00");
  const Answer much =
      f.admin(Method::Post, "/admin/withdraw", R"({"accountId":)" + id + R"(,"amount":500.01})");
  CHECK(much.status == 422);
  CHECK(much["code"] == "INSUFFICIENT_FUNDS");
  const Answer ledger = f.client(Method::Get, "/api/account/ledger");
  CHECK(ledger.items() == 3);
  CHECK(ledger["items.0.type"] == "WITHDRAWAL");
  CHECK(ledger["items.0.amount"] == "-0.20");
  CHECK(ledger["items.0.method"] == "CRYPTO");
  CHECK(ledger["items.2.reference"] == "r-1");
  CHECK(ledger["items.2.note"] == "n");
}

TEST_CASE("a withdrawal waits until it is decided, and comes back when it is rejected") {
  GatewayFixture f;
  const std::string account = f.add_client("alice", "100");
  const Answer asked = f.client(Method::Post, "/api/account/withdrawals",
                                R"({"amount":40,"bankInfo":"IBAN","note":"rent"})");
  INFO(asked.body);
  REQUIRE(asked.status == 201);
  CHECK(asked["status"] == "PENDING");
  CHECK(asked["balance"] == "60.00");
  const std::string id = asked["withdrawalId"];
  const Answer waits = f.admin(Method::Get, "/admin/withdrawals");
  CHECK(waits.items() == 1);
  CHECK(waits["items.0.id"] == id);
  CHECK(waits["items.0.destination"] == "IBAN");
  CHECK(waits["items.0.accountId"] == account);
  const std::string path = "/admin/withdrawals/" + id;
  const Answer rejected = f.admin(Method::Post, path + "/reject", R"({"reason":"no"})");
  CHECK(rejected.status == 200);
  CHECK(rejected["status"] == "REJECTED");
  CHECK(rejected["decisionNote"] == "no");
  CHECK(f.client(Method::Get, "/api/account/summary")["balance"] == "100.00");
  CHECK(f.admin(Method::Post, path + "/approve")["code"] == "NOT_PENDING");
  CHECK(f.admin(Method::Get, "/admin/withdrawals").items() == 0);
  CHECK(f.admin(Method::Get, "/admin/withdrawals?status=all").items() == 1);
  const Answer own = f.client(Method::Get, "/api/account/withdrawals");
  CHECK(own["items.0.status"] == "REJECTED");
  CHECK(own["items.0.requestedBy"].empty());
  CHECK(f.admin(Method::Get, "/admin/withdrawals?status=some").status == 400);
  CHECK(f.admin(Method::Post, "/admin/withdrawals/99/approve").status == 404);
}

TEST_CASE("adjustments, bonuses and credit") {
  GatewayFixture f;
  const std::string id = f.add_client("alice", "100");
  const auto send = [&](const std::string& what, const std::string& rest,
                        GatewayFixture::Headers headers = {}) {
    return f.admin(Method::Post, "/admin/" + what, R"({"accountId":)" + id + "," + rest + "}",
                   std::move(headers));
  };
  CHECK(send("adjust", R"("amount":-5.5,"type":"CORRECTION","reason":"fee")")["balance"] ==
        "94.50");
  CHECK(send("adjust", R"("amount":-5.5)").status == 400);
  CHECK(send("adjust", R"("amount":0,"reason":"x")").status == 400);
  CHECK(send("adjust", R"("amount":-1,"type":"BONUS","reason":"x")").status == 400);
  CHECK(send("bonus", R"("amount":10,"reason":"hello")")["balance"] == "104.50");
  CHECK(send("bonus", R"("amount":-10,"reason":"hello")").status == 400);
  const Answer credit = send("credit", R"("amount":50)", {{"Idempotency-Key", "c1"}});
  CHECK(credit["credit"] == "50.00");
  CHECK(credit["balance"] == "104.50");
  CHECK(send("credit", R"("amount":50)", {{"Idempotency-Key", "c1"}}).status == 201);
  CHECK(send("credit", R"("amount":51)", {{"Idempotency-Key", "c1"}}).status == 409);
  CHECK(send("credit", R"("amount":-50.01)")["code"] == "INSUFFICIENT_FUNDS");
  CHECK(f.client(Method::Get, "/api/account/summary")["credit"] == "50.00");
  const Answer ledger = f.client(Method::Get, "/api/account/ledger");
  CHECK(ledger["items.0.of"] == "CREDIT");
  CHECK(ledger["items.0.balanceBefore"] == "0.00");
  CHECK(ledger["items.1.type"] == "BONUS");
  CHECK(ledger["items.2.adjustment"] == "CORRECTION");
  CHECK(ledger["items.2.note"] == "fee");
}

TEST_CASE("payments that cannot be") {
  GatewayFixture f;
  const std::string id = f.add_client("alice", "100");
  const auto status = [&](const std::string& body, GatewayFixture::Headers headers = {}) {
    return f.admin(Method::Post, "/admin/deposit", body, std::move(headers)).status;
  };
  const auto amount = [&](const std::string& text) {
    return R"({"accountId":)" + id + R"(,"amount":)" + text + "}";
  };
  CHECK(status("{}") == 400);
  CHECK(status(R"({"amount":1})") == 400);
  CHECK(status(R"({"accountId":)" + id + "}") == 400);
  CHECK(status(amount("0")) == 400);
  CHECK(status(amount("-5")) == 400);
  CHECK(status(amount("0.001")) == 400);
  CHECK(status(amount("\"1,000\"")) == 400);
  CHECK(status(amount(std::string(400, '9'))) == 400);
  CHECK(status(amount("1e20")) != 201);
  CHECK(status(R"({"accountId":4711,"amount":1})") == 404);
  CHECK(status(R"({"accountId":1.5,"amount":1})") == 400);
  CHECK(status(R"({"accountId":)" + id + R"(,"amount":1,"method":"CASH"})") == 400);
  CHECK(status(amount("1"), {{"Idempotency-Key", std::string(65, 'k')}}) == 400);
  CHECK(status(amount("1"), {{"Idempotency-Key", "with space"}}) == 400);
  CHECK(f.client(Method::Get, "/api/account/summary")["balance"] == "100.00");
}

}  // namespace tribook::test
