#include <time.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "gateway/auth/password_hasher.h"

using namespace tribook::auth;

namespace {

PasswordHasherOptions quick(std::size_t queue_limit = 256, unsigned threads = 1) {
  PasswordHasherOptions options;
  options.cost = 4;
  options.threads = threads;
  options.queue_limit = queue_limit;
  return options;
}

double thread_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Waits for a callback's value.
template <typename T>
class Awaited {
 public:
  void set(T value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    set_ = true;
    changed_.notify_all();
  }
  T get() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [this] { return set_; })) {
      throw std::runtime_error("no callback");
    }
    return value_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  T value_{};
  bool set_ = false;
};

}  // namespace

TEST_CASE("bcrypt: published answers") {
  const PasswordHasher hasher(quick());
  CHECK(hasher.verify_now("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
  CHECK(hasher.verify_now("U*U*", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
  CHECK(hasher.verify_now("U*U*U", "$2b$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"));
  CHECK_FALSE(
      hasher.verify_now("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"));
}

TEST_CASE("a hash matches its own password only, and no two hashes are alike") {
  const PasswordHasher hasher(quick());
  const std::string hash = hasher.hash_now("correct horse");
  CHECK(hash.size() == 60);
  CHECK(hash.starts_with("$2b$04$"));
  CHECK(hasher.hash_now("correct horse") != hash);
  CHECK(hasher.verify_now("correct horse", hash));
  CHECK_FALSE(hasher.verify_now("correct horsf", hash));
  CHECK_FALSE(hasher.verify_now("correct hors", hash));
  CHECK_FALSE(hasher.verify_now("correct horse ", hash));
  CHECK_FALSE(hasher.verify_now("", hash));
  CHECK_FALSE(hasher.verify_now(std::string_view("correct horse\0x", 15), hash));
}

TEST_CASE("passwords of 1 to 72 bytes without NUL are acceptable, every byte of them counts") {
  CHECK_FALSE(acceptable_password(""));
  CHECK(acceptable_password("x"));
  CHECK(acceptable_password(std::string(72, 'x')));
  CHECK_FALSE(acceptable_password(std::string(73, 'x')));
  CHECK_FALSE(acceptable_password(std::string_view("a\0b", 3)));
  const PasswordHasher hasher(quick());
  const std::string longest(72, 'x');
  const std::string hash = hasher.hash_now(longest);
  CHECK(hasher.verify_now(longest, hash));
  CHECK_FALSE(hasher.verify_now(std::string(71, 'x') + "y", hash));
  CHECK_FALSE(hasher.verify_now(longest + "y", hash));  // bcrypt alone would take it
}

TEST_CASE("what is no hash of ours matches nothing") {
  const PasswordHasher hasher(quick());
  const std::string hash = hasher.hash_now("secret");
  for (const std::string& odd : {std::string(), std::string("secret"), hash.substr(0, 59),
                                 hash + "x", "$1$" + hash.substr(3), "$2a" + hash.substr(3),
                                 "$2b$99" + hash.substr(6), "*0" + std::string(58, 'x')}) {
    INFO(odd);
    CHECK_FALSE(hasher.verify_now("secret", odd));
  }
}

TEST_CASE("the cost is bounded and told apart") {
  PasswordHasherOptions options = quick();
  options.cost = 3;
  CHECK_THROWS_AS(PasswordHasher(options), std::invalid_argument);
  options.cost = 15;
  CHECK_THROWS_AS(PasswordHasher(options), std::invalid_argument);
  options.cost = 5;
  options.threads = 0;
  CHECK_THROWS_AS(PasswordHasher(options), std::invalid_argument);
  options.threads = 1;
  const PasswordHasher four(quick());
  const PasswordHasher five(options);
  const std::string hash = four.hash_now("secret");
  CHECK_FALSE(four.outdated(hash));
  CHECK(five.outdated(hash));
  CHECK(five.verify_now("secret", hash));
  CHECK(four.outdated("nonsense"));
}

TEST_CASE("the pool hashes and verifies on its own threads") {
  PasswordHasher hasher(quick(256, 2));
  Awaited<std::string> hash;
  std::atomic<bool> elsewhere{false};
  const auto here = std::this_thread::get_id();
  REQUIRE(hasher.submit_hash("secret", [&](std::string made) {
    elsewhere = std::this_thread::get_id() != here;
    hash.set(std::move(made));
  }));
  CHECK(hasher.verify_now("secret", hash.get()));
  CHECK(elsewhere);

  Awaited<bool> right;
  Awaited<bool> wrong;
  Awaited<bool> unknown;
  Awaited<bool> oversized;
  REQUIRE(hasher.submit_verify("secret", hash.get(), [&](bool ok) { right.set(ok); }));
  REQUIRE(hasher.submit_verify("Secret", hash.get(), [&](bool ok) { wrong.set(ok); }));
  REQUIRE(hasher.submit_verify("secret", "", [&](bool ok) { unknown.set(ok); }));
  REQUIRE(
      hasher.submit_verify(std::string(100, 'x'), hash.get(), [&](bool ok) { oversized.set(ok); }));
  CHECK(right.get());
  CHECK_FALSE(wrong.get());
  CHECK_FALSE(unknown.get());
  CHECK_FALSE(oversized.get());
}

TEST_CASE("a full queue refuses, and goes on when there is room") {
  PasswordHasher hasher(quick(3));
  // Hold the only worker inside a callback.
  Awaited<bool> entered;
  Awaited<bool> leave;
  REQUIRE(hasher.submit_verify("a", "", [&](bool) {
    entered.set(true);
    leave.get();
  }));
  entered.get();
  std::atomic<int> called{0};
  Awaited<bool> last;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(hasher.submit_verify("b", "", [&](bool) { ++called; }));
  }
  REQUIRE(hasher.submit_verify("b", "", [&](bool) { last.set(true); }));
  CHECK(hasher.queued() == 3);
  CHECK_FALSE(hasher.submit_verify("c", "", [&](bool) { ++called; }));
  CHECK_FALSE(hasher.submit_hash("c", [&](std::string) { ++called; }));
  CHECK(hasher.refused() == 2);
  leave.set(true);
  last.get();
  CHECK(called == 2);
  Awaited<bool> again;
  REQUIRE(hasher.submit_verify("d", "", [&](bool) { again.set(true); }));
  again.get();
}

TEST_CASE("an end with work queued calls nobody and does not hang") {
  std::atomic<int> called{0};
  Awaited<bool> entered;
  Awaited<bool> leave;
  std::thread release;
  {
    PasswordHasher hasher(quick());
    REQUIRE(hasher.submit_verify("a", "", [&](bool) {
      entered.set(true);
      leave.get();
    }));
    entered.get();
    for (int i = 0; i < 10; ++i) hasher.submit_verify("b", "", [&](bool) { ++called; });
    // The destructor drops the queue, then waits for the worker: only then may that go on.
    release = std::thread([&] {
      while (hasher.queued() != 0) std::this_thread::yield();
      leave.set(true);
    });
  }
  release.join();
  CHECK(called == 0);
}

TEST_CASE("an unknown user, a wrong password and an unacceptable one cost alike") {
  PasswordHasherOptions options;
  options.cost = 8;
  const PasswordHasher hasher(options);
  const std::string hash = hasher.hash_now("secret");
  const auto cost_of = [&](std::string_view password, std::string_view stored) {
    // Processor time, and the least of some runs: what the machine does besides only adds.
    double least = 1e9;
    for (int i = 0; i < 5; ++i) {
      const double start = thread_seconds();
      CHECK_FALSE(hasher.verify_now(password, stored));
      least = std::min(least, thread_seconds() - start);
    }
    return least;
  };
  const double wrong = cost_of("wrong", hash);
  CHECK(cost_of("wrong", "") > 0.6 * wrong);
  CHECK(cost_of("wrong", "") < 1.6 * wrong);
  CHECK(cost_of(std::string(100, 'x'), hash) > 0.6 * wrong);
  CHECK(cost_of("", "") > 0.6 * wrong);
}
