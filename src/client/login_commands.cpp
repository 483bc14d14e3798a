#include <cstdio>

#include "client/answer.h"
#include "client/commands.h"
#include "client/failure.h"
#include "client/lists.h"
#include "client/password.h"
#include "client/text_width.h"
#include "gateway/json/writer.h"

namespace tribook::client {
namespace {

constexpr unsigned kForbidden = 403;

Url given_url(const Context& context) {
  const std::string usual(usual_url(context.door()));
  std::string problem;
  const auto url = parse_url(context.option("--url").value_or(usual), problem);
  if (!url) throw UsageMistake("--url: " + problem);
  return *url;
}

std::string base_of(Door door) { return door == Door::Admin ? "/admin" : "/api"; }

std::string ask_for_token(const Context& context, const Session& session,
                          const std::string& password) {
  Call call;
  call.method = "POST";
  call.target = base_of(session.door) + "/login";
  json::Writer(call.body)
      .begin_object()
      .field("username", session.username)
      .field("password", password)
      .end_object();
  call.if_lost = "log in again";
  try {
    return Api(session, "", context.timeout()).send(std::move(call));
  } catch (const Refused& refused) {
    const bool is_wrong_door = refused.status == kForbidden || refused.code == "NOT_FOUND";
    if (!is_wrong_door) throw;
    throw Failure(refused.what() +
                  std::string(session.door == Door::Admin
                                  ? "; clients log in without --admin, at the clients' address"
                                  : "; admins log in with --admin, at the admins' address"));
  }
}

}  // namespace

void log_in(Context& context) {
  Session session;
  session.door = context.door();
  session.username = context.word(0);
  session.url = given_url(context);
  const std::string file = context.session_file();
  if (!session.url.is_secure && !session.url.is_loopback()) {
    std::fprintf(stderr, "warning: %s sends the password unencrypted; https:// would not\n",
                 session.url.text().c_str());
  }
  const std::string prompt =
      "Password of " + printable(session.username) + " at " + session.url.text() + ": ";
  const std::string password = get_password(context.option("--password-file"), prompt);
  const std::string answer = ask_for_token(context, session, password);
  json::Document document;
  read_answer(document, answer);
  session.token = member_text(document.root(), "token");
  session.expires_at = member_text(document.root(), "expiresAt");
  session.account = member_text(document.root(), "accountId");
  session.role = member_text(document.root(), "role");
  if (session.token.empty()) throw Failure("the answer holds no token: check --url");
  write_session(file, session);
  std::string text = "logged in as " + session.username + " at " + session.url.text();
  if (!session.account.empty()) text += ", account " + session.account;
  Context::print(printable(text + ", until " + session.expires_at) + "\n");
}

void log_out(Context& context) {
  const std::string file = context.session_file();
  Call call;
  call.method = "POST";
  call.target = base_of(context.door()) + "/logout";
  call.may_repeat = true;
  call.if_lost = "the token may be good until it expires";
  Api& api = context.api();
  // Whatever the server says, this machine forgets the token.
  remove_session(file);
  try {
    api.send(std::move(call));
  } catch (const Refused& refused) {
    if (refused.code != "UNAUTHENTICATED") throw;  // it had ended by itself
  } catch (const NetworkFailure& failure) {
    throw Failure(std::string(failure.what()) + "; the login is forgotten here");
  }
  Context::print("logged out\n");
}

void who_am_i(Context& context) {
  const Session& session = context.api().session();
  if (context.door() == Door::Client) {
    const std::string answer = context.api().get("/api/profile");
    if (context.wants_json()) return Context::print(answer + "\n");
  } else {
    context.api().get("/admin/symbols?limit=1");  // is the token still good?
  }
  std::string body;
  json::Writer(body)
      .begin_object()
      .field("username", session.username)
      .field("role", session.role)
      .text_or_null("account", session.account)
      .field("url", session.url.text())
      .field("expiresAt", session.expires_at)
      .end_object();
  context.print_answer(body, record_text(body, context.has_colour()));
}

}  // namespace tribook::client
