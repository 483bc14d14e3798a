#include "gateway/api/login.h"

#include <algorithm>
#include <utility>

#include "gateway/json/writer.h"

namespace tribook::gateway {
namespace {

// Bytes that bcrypt looks at; more would be ignored, so more is refused.
constexpr std::size_t kPasswordMax = 72;
constexpr std::size_t kUsernameMax = 100;

struct Credentials {
  std::string_view username;
  std::string_view password;
};

bool read_credentials(const Call& call, Credentials& out) {
  if (!call.read_body()) return false;
  json::Reader reader;
  for (const json::Value value : call.context.document.root()) {
    if (value.key() == "username") reader.text(value, out.username, kUsernameMax);
    if (value.key() == "password") reader.text(value, out.password, kPasswordMax);
  }
  if (out.username.empty()) reader.fail("username", "is required");
  if (out.password.empty()) reader.fail("password", "is required");
  if (!reader.ok()) call.refuse(RejectCode::Validation, reader.problem());
  return reader.ok();
}

http::HttpResponse token_response(Context& context, const views::UserView& user,
                                  Audience audience) {
  Identity who;
  who.user = user.id;
  who.account = user.accounts.empty() ? AccountId{} : user.accounts.front();
  who.role = user.role;
  who.password_changes = user.password_changes;
  const Tokens::Issued issued = context.tokens.issue(who, audience, context.clock.now());
  std::string body;
  json::Writer writer(body);
  writer.begin_object().field("token", issued.token).field("expiresAt", issued.expires);
  if (who.account) {
    writer.field("accountId", who.account.value);
  } else {
    writer.null("accountId");
  }
  writer.begin_array("accounts");
  for (const AccountId account : user.accounts) writer.element_integer(account.value);
  writer.end_array().field("role", user.role).end_object();
  return json_response(200, std::move(body));
}

http::HttpResponse checked_response(Context& context, const std::optional<views::UserView>& user,
                                    bool is_right, Audience audience) {
  if (!user || !is_right) {
    return problem(RejectCode::Unauthenticated, "The user name or the password is wrong");
  }
  if ((user->role == Role::Client) != (audience == Audience::Client)) {
    return problem(RejectCode::Forbidden, "This user logs in at the other door");
  }
  return token_response(context, *user, audience);
}

// What is needed when the password has been looked at, long after the request is gone.
struct Attempt {
  http::ReplyHandle handle;
  std::string throttled;  // the user as the throttle counts him: each door by itself
  std::string address;
  std::optional<views::UserView> user;
  Audience audience;
};

void finish(Context& context, const Attempt& attempt, bool is_right) {
  const bool is_good = is_right && attempt.user;
  const TimeNs now = context.clock.now();
  if (is_good) {
    context.throttle.succeeded(attempt.throttled, attempt.address, now);
  } else {
    context.throttle.failed(attempt.throttled, attempt.address, now);
  }
  context.network.reply(attempt.handle,
                        checked_response(context, attempt.user, is_right, attempt.audience));
}

}  // namespace

void log_in(const Call& call, Audience audience) {
  Credentials credentials;
  if (!read_credentials(call, credentials)) return;
  Context& context = call.context;
  const char* door = audience == Audience::Client ? "client " : "admin ";
  Attempt attempt{call.handle, door + std::string(credentials.username),
                  std::string(call.request.remote_address),
                  context.views.find_user(credentials.username), audience};
  const auto decision =
      context.throttle.begin(attempt.throttled, attempt.address, context.clock.now());
  if (!decision.allowed) {
    auto refusal = problem(RejectCode::RateLimited, "Too many failed logins; try again later");
    refusal.headers.emplace_back("Retry-After", std::to_string(decision.retry_after.count()));
    return call.reply(std::move(refusal));
  }
  // An unknown user takes the time of a wrong password.
  std::string hash = attempt.user ? attempt.user->password_hash : std::string();
  const bool taken = context.passwords.check(
      std::string(credentials.password), std::move(hash),
      [&context, attempt](bool is_right) { finish(context, attempt, is_right); });
  if (taken) return;
  context.throttle.abandoned(attempt.throttled, attempt.address);
  call.refuse(RejectCode::Busy, "Too many are logging in; try again");
}

void log_out(const Call& call) {
  call.context.tokens.revoke(call.who);
  call.reply(json_response(200, "{}"));
}

bool has_same_password(const Context& context, const Identity& who) {
  return context.views.password_changes(who.user) == who.password_changes;
}

bool identify(Context& context, std::string_view token, Audience audience, Identity& out,
              http::HttpResponse& refusal) {
  const bool is_good =
      !token.empty() && context.tokens.verify(token, audience, context.clock.now(), out);
  if (is_good && has_same_password(context, out)) return true;
  refusal = problem(RejectCode::Unauthenticated);
  return false;
}

RejectCode pick_account(const Context& context, const Identity& who, std::string_view wanted,
                        AccountId& out) {
  out = who.account;
  if (wanted.empty()) return RejectCode::None;
  const auto id = parse_id(wanted);
  if (id && *id == who.account.value) return RejectCode::None;
  const auto user = context.views.user(who.user);
  if (!user || !id || *id > UINT32_MAX) return RejectCode::Forbidden;
  const AccountId account{static_cast<std::uint32_t>(*id)};
  const bool is_own =
      std::find(user->accounts.begin(), user->accounts.end(), account) != user->accounts.end();
  if (!is_own) return RejectCode::Forbidden;
  out = account;
  return RejectCode::None;
}

}  // namespace tribook::gateway
