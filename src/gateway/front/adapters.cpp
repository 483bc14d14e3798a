#include "gateway/front/adapters.h"

#include <chrono>
#include <utility>

#include "gateway/auth/random.h"

namespace tribook::gateway {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kTokenIdBytes = 16;
constexpr std::size_t kGeneratedPassword = 16;

std::string_view audience_name(Audience audience) {
  return audience == Audience::Client ? "client" : "admin";
}

}  // namespace

void IoNetwork::reply(const http::ReplyHandle& handle, http::HttpResponse response) {
  thread_.reply(handle, std::move(response));
}

void IoNetwork::post(std::function<void()> fn) { thread_.post(std::move(fn)); }

http::Asker IoNetwork::asker() const { return thread_.asker(); }

void IoNetwork::set_route(std::string_view route) { thread_.set_route(route); }

void IoNetwork::serve(const http::Asker& asker, const std::function<void()>& fn) {
  thread_.serve(asker, fn);
}

void IoNetwork::in_doubt(std::string_view what) { thread_.in_doubt(what); }

bool PooledPasswords::check(std::string password, std::string hash,
                            std::function<void(bool)> done) {
  return hasher_.submit_verify(
      std::move(password), std::move(hash),
      [&network = network_, asker = network_.asker(), done = std::move(done)](bool matches) {
        network.post(
            [&network, asker, done, matches] { network.serve(asker, [&] { done(matches); }); });
      });
}

bool PooledPasswords::hash(std::string password, std::function<void(std::string)> done) {
  return hasher_.submit_hash(std::move(password), [&network = network_, asker = network_.asker(),
                                                   done = std::move(done)](std::string made) {
    network.post([&network, asker, done, made = std::move(made)] {
      network.serve(asker, [&] { done(made); });
    });
  });
}

std::string PooledPasswords::generate() { return auth::random_password(kGeneratedPassword); }

bool PooledHistory::read(std::function<void(persistence::HistoryReader&)> work,
                         std::function<void(bool ok)> done) {
  return run_(std::move(work), [&network = network_, asker = network_.asker(),
                                done = std::move(done)](bool ok) {
    network.post([&network, asker, done, ok] { network.serve(asker, [&] { done(ok); }); });
  });
}

bool PooledExplainer::ask(const Question& question, std::function<void(const Explanation&)> done) {
  return run_(question, [&network = network_, asker = network_.asker(),
                         done = std::move(done)](const Explanation& told) {
    network.post([&network, asker, done, told] { network.serve(asker, [&] { done(told); }); });
  });
}

Tokens::Issued JwtTokens::issue(const Identity& identity, Audience audience, TimeNs now) {
  const auto lifetime = audience == Audience::Client ? client_ : staff_;
  auth::JwtClaims claims;
  claims.user_id = identity.user.value;
  claims.account_id = identity.account.value;
  claims.role = name_of(identity.role);
  claims.audience = audience_name(audience);
  claims.password_changes = identity.password_changes;
  claims.id = auth::random_hex(kTokenIdBytes);
  claims.issued_at_s = now.ns / kSecond;
  claims.expires_at_s = claims.issued_at_s + std::chrono::seconds(lifetime).count();
  return {jwt_.issue(claims), TimeNs{claims.expires_at_s * kSecond}};
}

bool JwtTokens::verify(std::string_view token, Audience audience, TimeNs now, Identity& out) {
  auth::JwtClaims claims;
  if (jwt_.verify(token, now, audience_name(audience), claims) != auth::JwtError::None) {
    return false;
  }
  const auto role = enum_of<Role>(claims.role);
  if (!role || claims.user_id > UINT32_MAX || claims.account_id > UINT32_MAX) return false;
  if (claims.password_changes > UINT32_MAX) return false;
  if (is_revoked(claims.id)) return false;
  out.user = UserId{static_cast<std::uint32_t>(claims.user_id)};
  out.account = AccountId{static_cast<std::uint32_t>(claims.account_id)};
  out.role = *role;
  out.token_id = std::move(claims.id);
  out.password_changes = static_cast<std::uint32_t>(claims.password_changes);
  out.expires = TimeNs{claims.expires_at_s * kSecond};
  return true;
}

void JwtTokens::revoke(const Identity& identity) {
  const std::lock_guard lock(mutex_);
  // What is full of live tokens forgets the expired ones; a table full of a million logouts within
  // a day gives up the token that would end first.
  if (revoked_.size() >= kRevokedMax) forget_expired(identity.expires - client_);
  revoked_.emplace(identity.token_id, identity.expires);
  revocations_.fetch_add(1, std::memory_order_release);
}

void JwtTokens::forget_expired(TimeNs now) {
  std::erase_if(revoked_, [now](const auto& row) { return row.second <= now; });
  if (revoked_.size() < kRevokedMax) return;
  auto first = revoked_.begin();
  for (auto row = revoked_.begin(); row != revoked_.end(); ++row) {
    if (row->second < first->second) first = row;
  }
  revoked_.erase(first);
}

bool JwtTokens::is_revoked(std::string_view token_id) {
  if (revocations_.load(std::memory_order_acquire) == 0) return false;
  const std::lock_guard lock(mutex_);
  return revoked_.contains(std::string(token_id));
}

}  // namespace tribook::gateway
