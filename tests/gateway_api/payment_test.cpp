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
