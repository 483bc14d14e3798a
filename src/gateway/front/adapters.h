#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/api/seams.h"
#include "gateway/auth/jwt.h"
#include "gateway/auth/password_hasher.h"
#include "gateway/http/io_thread.h"

// The gateway's seams over what the daemon has: I/O threads, the pool of hashers, signed tokens.

namespace tribook::gateway {

class IoNetwork final : public Network {
 public:
  explicit IoNetwork(http::IoThread& thread) : thread_(thread) {}
  void reply(const http::ReplyHandle& handle, http::HttpResponse response) override;
  void post(std::function<void()> fn) override;
  [[nodiscard]] http::Asker asker() const override;
  void set_route(std::string_view route) override;
  void serve(const http::Asker& asker, const std::function<void()>& fn) override;
  void in_doubt(std::string_view what) override;

 private:
  http::IoThread& thread_;
};

/// One for each I/O thread; the hasher is shared, and must be gone before the threads' gateways
/// are.
class PooledPasswords final : public Passwords {
 public:
  PooledPasswords(auth::PasswordHasher& hasher, Network& network)
      : hasher_(hasher), network_(network) {}
  bool check(std::string password, std::string hash, std::function<void(bool)> done) override;
  bool hash(std::string password, std::function<void(std::string)> done) override;
  std::string generate() override;

 private:
  auth::PasswordHasher& hasher_;
  Network& network_;
};

/// One for each I/O thread. `run` is that of a pool of readers (HistoryPool): it calls `done` on a
/// thread of its own. The pool must be gone before the threads' gateways are.
class PooledHistory final : public History {
 public:
  using Run = std::function<bool(std::function<void(persistence::HistoryReader&)> work,
                                 std::function<void(bool ok)> done)>;

  PooledHistory(Run run, Network& network) : run_(std::move(run)), network_(network) {}
  bool read(std::function<void(persistence::HistoryReader&)> work,
            std::function<void(bool ok)> done) override;

 private:
  Run run_;
  Network& network_;
};

/// One for each I/O thread. `run` calls `done` on a thread of its own, which must have ended before
/// the threads' gateways are gone.
class PooledExplainer final : public Explainer {
 public:
  using Run =
      std::function<bool(const Question& question, std::function<void(const Explanation&)> done)>;

  PooledExplainer(Run run, Network& network) : run_(std::move(run)), network_(network) {}
  bool ask(const Question& question, std::function<void(const Explanation&)> done) override;

 private:
  Run run_;
  Network& network_;
};

/// Any thread.
class JwtTokens final : public Tokens {
 public:
  static constexpr std::size_t kRevokedMax = 1'000'000;

  explicit JwtTokens(auth::Jwt jwt, std::chrono::hours client = std::chrono::hours{24},
                     std::chrono::hours staff = std::chrono::hours{8})
      : jwt_(std::move(jwt)), client_(client), staff_(staff) {}
  Issued issue(const Identity& identity, Audience audience, TimeNs now) override;
  bool verify(std::string_view token, Audience audience, TimeNs now, Identity& out) override;
  void revoke(const Identity& identity) override;
  [[nodiscard]] bool is_revoked(std::string_view token_id) override;
  [[nodiscard]] std::uint64_t revocations() const override {
    return revocations_.load(std::memory_order_acquire);
  }

 private:
  void forget_expired(TimeNs now);

  auth::Jwt jwt_;
  std::chrono::hours client_;  // how long a token holds
  std::chrono::hours staff_;
  std::mutex mutex_;
  std::unordered_map<std::string, TimeNs> revoked_;  // token id -> when it would have expired
  std::atomic<std::uint64_t> revocations_{0};
};

}  // namespace tribook::gateway
