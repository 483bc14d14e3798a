#include <catch2/catch.hpp>
#include <string>

#include "gateway/auth/login_throttle.h"

using namespace tribook;
using namespace tribook::auth;
using namespace std::chrono_literals;

namespace {

constexpr TimeNs kStart{1'769'000'400'000'000'000};

LoginThrottleOptions small() {
  LoginThrottleOptions options;
  options.failures_per_user = 3;
  options.failures_per_address = 5;
  options.window = 60s;
  options.lock_out = 600s;
  options.table_limit = 100;
  return options;
}

void fail(LoginThrottle& throttle, const std::string& user, const std::string& address,
          TimeNs now) {
  REQUIRE(throttle.begin(user, address, now).allowed);
  throttle.failed(user, address, now);
}

}  // namespace

TEST_CASE("too many failures of a user lock the user out, from every address, for a while") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 3; ++i) fail(throttle, "ann", "10.0.0." + std::to_string(i), kStart);
  const auto locked = throttle.begin("ann", "10.0.0.9", kStart + 1s);
  CHECK_FALSE(locked.allowed);
  CHECK(locked.retry_after == 599s);
  CHECK(throttle.begin("bob", "10.0.0.9", kStart + 1s).allowed);
  CHECK_FALSE(throttle.begin("ann", "10.0.0.9", kStart + 600s - 1ns).allowed);
  CHECK(throttle.begin("ann", "10.0.0.9", kStart + 600s - 1ns).retry_after == 1s);
  CHECK(throttle.begin("ann", "10.0.0.9", kStart + 600s).allowed);
}

TEST_CASE("after the lock-out counting begins anew") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 3; ++i) fail(throttle, "ann", std::to_string(i), kStart);
  const TimeNs later = kStart + 600s;
  fail(throttle, "ann", "x", later);
  fail(throttle, "ann", "x", later);
  CHECK(throttle.begin("ann", "x", later).allowed);
}

TEST_CASE("failures outside the window do not add up") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 20; ++i) fail(throttle, "ann", std::to_string(i), kStart + i * 31s);
  fail(throttle, "bob", "a", kStart);
  fail(throttle, "bob", "b", kStart + 59s);
  fail(throttle, "bob", "c", kStart + 59s);
  CHECK_FALSE(throttle.begin("bob", "d", kStart + 60s).allowed);
}

TEST_CASE("a success forgets the user's failures, never the address's") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 10; ++i) {
    const std::string address = std::to_string(i);
    fail(throttle, "ann", address, kStart);
    fail(throttle, "ann", address, kStart);
    REQUIRE(throttle.begin("ann", address, kStart).allowed);
    throttle.succeeded("ann", address, kStart);
  }
  // One address that guesses at many names cannot clear itself by a login of its own.
  for (int i = 0; i < 4; ++i) fail(throttle, "user" + std::to_string(i), "evil", kStart);
  REQUIRE(throttle.begin("own", "evil", kStart).allowed);
  throttle.succeeded("own", "evil", kStart);
  fail(throttle, "user9", "evil", kStart);
  CHECK_FALSE(throttle.begin("own", "evil", kStart).allowed);
}

TEST_CASE("successes alone lock nobody out") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(throttle.begin("ann", "office", kStart).allowed);
    throttle.succeeded("ann", "office", kStart);
  }
  CHECK(throttle.users() == 0);
  CHECK(throttle.addresses() == 0);
}

TEST_CASE("guesses at the same time count before they have failed") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 3; ++i) REQUIRE(throttle.begin("ann", std::to_string(i), kStart).allowed);
  const auto refused = throttle.begin("ann", "x", kStart);
  CHECK_FALSE(refused.allowed);
  CHECK(refused.retry_after == 1s);
  SECTION("the places come back when they were not carried out") {
    throttle.abandoned("ann", "0");
    CHECK(throttle.begin("ann", "x", kStart).allowed);
  }
  SECTION("or were right") {
    throttle.succeeded("ann", "0", kStart);
    CHECK(throttle.begin("ann", "x", kStart).allowed);
  }
  SECTION("and lock out when they were wrong") {
    for (int i = 0; i < 3; ++i) throttle.failed("ann", std::to_string(i), kStart);
    CHECK(throttle.begin("ann", "x", kStart).retry_after == 600s);
  }
}

TEST_CASE("a lock stays when attempts begun before it end") {
  LoginThrottleOptions options = small();
  options.failures_per_user = 2;
  LoginThrottle throttle(options);
  fail(throttle, "ann", "a", kStart);
  REQUIRE(throttle.begin("ann", "b", kStart).allowed);
  throttle.failed("ann", "b", kStart);
  throttle.abandoned("ann", "c");
  throttle.succeeded("ann", "d", kStart);
  CHECK_FALSE(throttle.begin("ann", "e", kStart).allowed);
}

TEST_CASE("too many failures from one address lock it out, whoever it tries") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 5; ++i) fail(throttle, "user" + std::to_string(i), "evil", kStart);
  CHECK_FALSE(throttle.begin("somebody", "evil", kStart).allowed);
  CHECK(throttle.begin("somebody", "elsewhere", kStart).allowed);
}

TEST_CASE("an admin lets a user in again") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 3; ++i) fail(throttle, "ann", std::to_string(i), kStart);
  REQUIRE_FALSE(throttle.begin("ann", "x", kStart).allowed);
  throttle.unlock_user("ann");
  CHECK(throttle.begin("ann", "x", kStart).allowed);
  throttle.unlock_user("nobody");
}

TEST_CASE("the tables are bounded, a locked address cannot push users out") {
  LoginThrottle throttle(small());
  for (int i = 0; i < 3; ++i) fail(throttle, "ann", "a" + std::to_string(i), kStart);
  for (int i = 0; i < 10'000; ++i) {
    const std::string user = "user" + std::to_string(i);
    if (throttle.begin(user, "evil", kStart).allowed) throttle.failed(user, "evil", kStart);
  }
  CHECK(throttle.users() == 1 + 5);
  CHECK_FALSE(throttle.begin("ann", "x", kStart).allowed);

  for (int i = 0; i < 10'000; ++i) {
    const std::string name = std::to_string(i);
    fail(throttle, "user" + name, "address" + name, kStart);
    REQUIRE(throttle.users() <= 100);
    REQUIRE(throttle.addresses() <= 100);
  }
  // Names of any length take bounded room, and are cut alike each time.
  const std::string endless(1'000'000, 'n');
  for (int i = 0; i < 3; ++i) fail(throttle, endless, "z" + std::to_string(i), kStart);
  CHECK_FALSE(throttle.begin(endless, "y", kStart).allowed);
}
