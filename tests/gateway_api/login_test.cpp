#include "gateway_api/gateway_fixture.h"

// Logging in and out, and tokens that name nobody.

namespace tribook::test {

using gateway::Door;
using http::Method;

TEST_CASE("a client logs in, is known by the token, and logs out") {
  GatewayFixture f;
  const std::string account = f.add_client("alice");
  const Answer login = f.send(Door::Client, Method::Post, "/api/login",
                              R"({"username":"alice","password":"secret","otp":null})", {});
  REQUIRE(login.status == 200);
  CHECK(login["accountId"] == account);
  CHECK(login["accounts.0"] == account);
  CHECK(login["role"] == "CLIENT");
  CHECK(login["expiresAt"] == "2026-01-22T12:53:20.000Z");
  f.client_token = login["token"];
  const Answer profile = f.client(Method::Get, "/api/profile");
  CHECK(profile["username"] == "alice");
  CHECK(profile["accounts.0.accountNumber"] == "TB-" + account);
  CHECK(f.client(Method::Post, "/api/logout").status == 200);
  const Answer after = f.client(Method::Get, "/api/profile");
  CHECK(after.status == 401);
  CHECK(after["code"] == "UNAUTHENTICATED");
  CHECK(after.headers.at("WWW-Authenticate") == "Bearer");
}

TEST_CASE("an operator changes a client's password, and his tokens end") {
  GatewayFixture f;
  const std::string path = "/admin/accounts/" + f.add_client("alice") + "/password";
  const Answer changed = f.admin(Method::Put, path, R"({"password":"other"})");
  INFO(changed.body);
  CHECK(changed.status == 200);
  CHECK(changed["username"] == "alice");
  CHECK(changed["password"].empty());
  CHECK(f.client(Method::Get, "/api/profile").status == 401);
  const auto status = [&](const char* password) {
    return f
        .send(Door::Client, Method::Post, "/api/login",
              std::string(R"({"username":"alice","password":")") + password + "\"}", {})
        .status;
  };
  CHECK(status("secret") == 401);
  CHECK(status("other") == 200);
  f.client_token = f.log_in(Door::Client, "alice", "other");
  CHECK(f.client(Method::Get, "/api/profile").status == 200);
  CHECK(f.admin(Method::Put, path)["password"] == "generated-16char");
  CHECK(f.client(Method::Get, "/api/profile").status == 401);
  CHECK(status("generated-16char") == 200);
  CHECK(f.admin(Method::Put, path, R"({"password":""})").status == 400);
  CHECK(f.admin(Method::Put, path, R"({"password":7})").status == 400);
  CHECK(f.admin(Method::Put, "/admin/accounts/4711/password", "{}").status == 404);
  f.create_admin("helpdesk", Role::Support);
  const Answer denied = f.send(Door::Admin, Method::Put, path, "{}",
                               GatewayFixture::bearer(f.log_in(Door::Admin, "helpdesk")));
  CHECK(denied.status == 403);
  f.passwords.is_busy = true;
  CHECK(f.admin(Method::Put, path).status == 503);
}

// It was right when it was asked, and is not any more when the answer comes.
TEST_CASE("a login that a change of password overtakes gives a token that does not hold") {
  GatewayFixture f;
  const std::string path = "/admin/accounts/" + f.add_client("alice") + "/password";
  const auto login = f.start(Door::Client, Method::Post, "/api/login",
                             R"({"username":"alice","password":"secret"})", {});
  CHECK(f.admin(Method::Put, path, R"({"password":"other"})").status == 200);
  f.client_token = f.take(login)["token"];
  CHECK_FALSE(f.client_token.empty());
  CHECK(f.client(Method::Get, "/api/profile").status == 401);
}

TEST_CASE("wrong passwords and unknown users look the same") {
  GatewayFixture f;
  f.add_client("alice");
  const int before = f.passwords.checks;
  const Answer wrong = f.send(Door::Client, Method::Post, "/api/login",
                              R"({"username":"alice","password":"x"})", {});
  const Answer unknown = f.send(Door::Client, Method::Post, "/api/login",
                                R"({"username":"nobody","password":"x"})", {});
  CHECK(wrong.status == 401);
  CHECK(wrong.body == unknown.body);
  CHECK(f.passwords.checks == before + 2);
}

TEST_CASE("guessing is slowed down") {
  GatewayFixture f;
  f.add_client("alice");
  unsigned status = 0;
  for (int i = 0; i < 20 && status != 429; ++i) {
    status = f.send(Door::Client, Method::Post, "/api/login",
                    R"({"username":"alice","password":"x"})", {})
                 .status;
  }
  CHECK(status == 429);
  const Answer right = f.send(Door::Client, Method::Post, "/api/login",
                              R"({"username":"alice","password":"secret"})", {});
  CHECK(right.status == 429);
  CHECK(right["code"] == "RATE_LIMITED");
  CHECK(right.headers.contains("Retry-After"));
}

TEST_CASE("each door is for its own users") {
  GatewayFixture f;
  f.add_client("alice");
  CHECK(f.send(Door::Admin, Method::Post, "/admin/login",
               R"({"username":"alice","password":"secret"})", {})
            .status == 403);
  CHECK(f.send(Door::Client, Method::Post, "/api/login",
               R"({"username":"root","password":"secret"})", {})
            .status == 403);
  // And so is each token.
  CHECK(f.send(Door::Admin, Method::Get, "/admin/accounts", "",
               GatewayFixture::bearer(f.client_token))
            .status == 401);
  CHECK(f.send(Door::Client, Method::Get, "/api/profile", "", GatewayFixture::bearer(f.admin_token))
            .status == 401);
}

TEST_CASE("tokens that are absent, forged, altered or expired name nobody") {
  GatewayFixture f;
  f.add_client("alice");
  const auto status = [&](const GatewayFixture::Headers& headers) {
    return f.send(Door::Client, Method::Get, "/api/account/summary", "", headers).status;
  };
  CHECK(status({}) == 401);
  CHECK(status({{"Authorization", "Basic YWxpY2U6c2VjcmV0"}}) == 401);
  CHECK(status(GatewayFixture::bearer("")) == 401);
  CHECK(status(GatewayFixture::bearer("a.b.c")) == 401);
  CHECK(status(GatewayFixture::bearer(std::string(10'000, 'x'))) == 401);
  std::string altered = f.client_token;
  altered[altered.size() / 2] = altered[altered.size() / 2] == 'A' ? 'B' : 'A';
  CHECK(status(GatewayFixture::bearer(altered)) == 401);
  const gateway::JwtTokens other(auth::Jwt("tribook", {{"k", std::string(32, 'o')}}));
  gateway::Identity who;
  who.user = UserId{2};
  who.account = AccountId{1};
  auto& forger = const_cast<gateway::JwtTokens&>(other);
  CHECK(status(GatewayFixture::bearer(
            forger.issue(who, gateway::Audience::Client, f.house.clock().now()).token)) == 401);
  CHECK(status(GatewayFixture::bearer(f.client_token)) == 200);
  f.house.clock().set(f.house.clock().now() + std::chrono::hours{24});
  CHECK(status(GatewayFixture::bearer(f.client_token)) == 401);
}

TEST_CASE("a body that is no login is refused") {
  GatewayFixture f;
  const auto answer = [&](const std::string& body) {
    return f.send(Door::Client, Method::Post, "/api/login", body, {});
  };
  for (const char* body :
       {"", "[]", "{}", R"({"username":"a"})", R"({"username":1,"password":"x"})",
        R"({"username":"a","password":""})", R"({"username":"a","username":"b","password":"x"})"}) {
    CAPTURE(body);
    CHECK(answer(body).status == 400);
    CHECK(answer(body)["code"] == "VALIDATION");
  }
  const std::string longest(72, 'x');
  CHECK(answer(R"({"username":"a","password":")" + longest + "\"}").status == 401);
  CHECK(answer(R"({"username":"a","password":")" + longest + "x\"}").status == 400);
  f.passwords.is_busy = true;
  CHECK(answer(R"({"username":"a","password":"x"})").status == 503);
}

TEST_CASE("nobody acts on another user's account") {
  GatewayFixture f;
  const std::string alices = f.add_client("alice");
  const std::string berts = f.add_client("bert");
  const auto status = [&](const std::string& account) {
    return f.client(Method::Get, "/api/account/summary", "", {{"X-Account-Id", account}}).status;
  };
  CHECK(status(berts) == 200);
  CHECK(status(alices) == 403);
  CHECK(status("999") == 403);
  CHECK(status("-1") == 403);
  CHECK(status("99999999999999999999") == 403);
  CHECK(status("x") == 403);
}

TEST_CASE("health and readiness need no token") {
  GatewayFixture f;
  for (const Door door : {Door::Client, Door::Admin}) {
    CHECK(f.send(door, Method::Get, "/healthz", "", {}).status == 200);
    CHECK(f.send(door, Method::Get, "/readyz", "", {}).status == 200);
  }
  f.not_ready = "EURUSD has no quote";
  const Answer answer = f.send(Door::Client, Method::Get, "/readyz", "", {});
  CHECK(answer.status == 503);
  CHECK(answer["detail"] == "EURUSD has no quote");
  CHECK(f.send(Door::Admin, Method::Get, "/metrics", "", {}).body == "tribook_up 1\n");
  CHECK(f.send(Door::Client, Method::Get, "/metrics", "", {}).status == 404);
}

TEST_CASE("unknown paths and methods") {
  GatewayFixture f;
  CHECK(f.send(Door::Client, Method::Get, "/nothing", "", {}).status == 404);
  CHECK(f.send(Door::Client, Method::Get, "/", "", {}).status == 200);  // the page
  CHECK(f.send(Door::Admin, Method::Get, "/", "", {}).status == 404);
  CHECK(f.send(Door::Client, Method::Get, "/admin/accounts", "", {}).status == 404);
  const Answer answer = f.send(Door::Client, Method::Put, "/api/login", "", {});
  CHECK(answer.status == 405);
  CHECK(answer.headers.at("Allow") == "POST");
}

}  // namespace tribook::test
