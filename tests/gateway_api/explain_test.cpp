#include "gateway_api/gateway_fixture.h"

// What is asked of the explainer, and how its answers are told. EURUSD 1.08450/1.08460.

namespace tribook::test {

using gateway::Explanation;
using gateway::Question;
using http::Method;

namespace {

class FakeExplainer final : public gateway::Explainer {
 public:
  explicit FakeExplainer(FakeNetwork& network) : network_(network) {}
  bool ask(const Question& question, std::function<void(const Explanation&)> done) override {
    if (is_busy) return false;
    asked.push_back(question);
    network_.post([this, done = std::move(done)] { done(told); });
    return true;
  }

  bool is_busy = false;
  Explanation told{Explanation::Outcome::Told, R"({"subject":"order 1","sections":[]})"};
  std::vector<Question> asked;

 private:
  FakeNetwork& network_;
};

struct ExplainFixture : GatewayFixture {
  ExplainFixture() : explainer(network) {
    const auto port = house.pipeline().gateway(0);
    gate = std::make_unique<gateway::Gateway>(
        options,
        gateway::Pipeline{0, *port.commands, *port.events, *port.quotes_missed, house.slab(),
                          house.pipeline().views()},
        gateway::World{network, passwords, tokens, throttle, house.clock(), nullptr, &explainer});
    add_eurusd();
    account = add_client("anna");
    const Answer filled = client(Method::Post, "/api/orders/market",
                                 R"({"symbol":"EURUSD","side":"BUY","volume":1})");
    REQUIRE(filled.status == 201);
    order = filled["orderId"];
    position = filled["positionId"];
  }

  FakeExplainer explainer;
  std::string account;
  std::string order;
  std::string position;
};

}  // namespace

TEST_CASE("a client asks about what is his, since when it is") {
  ExplainFixture f;
  const Answer answer = f.client(Method::Get, "/api/orders/" + f.order + "/explain");
  CHECK(answer.status == 200);
  CHECK(answer["subject"] == "order 1");
  REQUIRE(f.explainer.asked.size() == 1);
  const Question& asked = f.explainer.asked[0];
  CHECK(asked.of == Question::Of::Order);
  CHECK(asked.id == 1);
  CHECK(std::to_string(asked.owner.value) == f.account);
  CHECK(asked.asker);
  views::OrderView order;
  REQUIRE(f.house.pipeline().views().order(OrderId{1}, order) == views::ReadStatus::Found);
  CHECK(asked.begin == order.created);
  CHECK(f.client(Method::Get, "/api/positions/" + f.position + "/explain").status == 200);
  CHECK(f.explainer.asked.back().of == Question::Of::Position);
  CHECK(f.explainer.asked.back().begin == order.created);
  CHECK(f.client(Method::Post, "/api/positions/" + f.position + "/close").status == 200);
  CHECK(f.client(Method::Get, "/api/positions/" + f.position + "/explain").status == 200);
  CHECK(f.explainer.asked.back().begin == order.created);
  CHECK(f.client(Method::Get, "/api/positions/x/explain").status == 400);
}

TEST_CASE("what is another's is not there, and what nobody remembers is looked for") {
  ExplainFixture f;
  f.add_client("boris");
  for (const auto& path : {"/api/orders/" + f.order, "/api/positions/" + f.position}) {
    const Answer answer = f.client(Method::Get, path + "/explain");
    CHECK(answer.status == 404);
    CHECK(answer["code"] == "NOT_FOUND");
  }
  CHECK(f.explainer.asked.empty());
  f.explainer.told = {Explanation::Outcome::Unknown, {}};
  CHECK(f.client(Method::Get, "/api/orders/4711/explain").status == 404);
  REQUIRE(f.explainer.asked.size() == 1);
  CHECK(f.explainer.asked[0].begin == TimeNs{});
}

TEST_CASE("an account is explained whole or in part") {
  ExplainFixture f;
  CHECK(f.client(Method::Get, "/api/account/explain").status == 200);
  CHECK(f.explainer.asked.back().part == Question::Part::All);
  CHECK(std::to_string(f.explainer.asked.back().id) == f.account);
  CHECK(f.client(Method::Get, "/api/account/explain?of=margin").status == 200);
  CHECK(f.explainer.asked.back().part == Question::Part::Margin);
  const Answer bad = f.client(Method::Get, "/api/account/explain?of=luck");
  CHECK(bad.status == 400);
  CHECK(bad["code"] == "VALIDATION");
  CHECK(f.admin(Method::Get, "/admin/accounts/" + f.account + "/explain?of=level").status == 200);
  CHECK(f.explainer.asked.back().part == Question::Part::Level);
  CHECK_FALSE(f.explainer.asked.back().owner);
  CHECK_FALSE(f.explainer.asked.back().asker);
  CHECK(f.admin(Method::Get, "/admin/accounts/99999999999/explain").status == 404);
}

TEST_CASE("an operator asks about anybody's") {
  ExplainFixture f;
  CHECK(f.admin(Method::Get, "/admin/orders/" + f.order + "/explain").status == 200);
  CHECK_FALSE(f.explainer.asked.back().owner);
  CHECK(f.explainer.asked.back().begin != TimeNs{});
  CHECK(f.admin(Method::Get, "/admin/positions/" + f.position + "/explain").status == 200);
  CHECK(f.explainer.asked.back().begin != TimeNs{});
  CHECK(f.admin(Method::Get, "/admin/alerts/3/explain").status == 200);
  CHECK(f.explainer.asked.back().of == Question::Of::Alert);
  CHECK(f.explainer.asked.back().begin == TimeNs{});  // not among those in memory
}

TEST_CASE("each outcome has its status") {
  ExplainFixture f;
  const std::string path = "/api/orders/" + f.order + "/explain";
  f.explainer.told = {Explanation::Outcome::TooLate, {}};
  Answer answer = f.client(Method::Get, path);
  CHECK(answer.status == 504);
  CHECK(answer["code"] == "UNAVAILABLE");
  f.explainer.told = {Explanation::Outcome::Stopped, {}};
  CHECK(f.client(Method::Get, path).status == 503);
  f.explainer.told = {Explanation::Outcome::Failed, "/secret/path: damaged"};
  answer = f.client(Method::Get, path);
  CHECK(answer.status == 503);
  CHECK(answer.body.find("secret") == std::string::npos);
  f.explainer.is_busy = true;
  answer = f.client(Method::Get, path);
  CHECK(answer.status == 503);
  CHECK(answer["code"] == "BUSY");
  CHECK(answer.headers["Retry-After"] == "1");
}

TEST_CASE("without an explainer nothing is explained") {
  GatewayFixture f;
  f.add_client("anna");
  const Answer answer = f.client(Method::Get, "/api/account/explain");
  CHECK(answer.status == 503);
  CHECK(answer["code"] == "UNAVAILABLE");
}

}  // namespace tribook::test
