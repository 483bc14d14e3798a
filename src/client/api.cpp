#include "client/api.h"

#include <ctime>
#include <utility>

#include "client/answer.h"
#include "client/failure.h"
#include "client/text_width.h"
#include "gateway/json/time_text.h"

namespace tribook::client {
namespace {

constexpr unsigned kUnauthenticated = 401;

bool is_past(const std::string& time) {
  const auto parsed = json::parse_time(time);
  return parsed && parsed->ms() / 1000 <= static_cast<std::int64_t>(std::time(nullptr));
}

// The server, or a proxy before it, does not know what became of the request.
bool is_in_doubt(unsigned status) { return status == 500 || status == 502 || status == 504; }

std::string unknown_answer(const Url& url, const Reply& reply) {
  const std::string sentence =
      url.text() + " answered " + std::to_string(reply.status) + ", not as tribook does";
  if (reply.status / 100 == 3 && !reply.location.empty()) {
    return sentence + ": it points to " + printable(reply.location) + "; log in there with --url";
  }
  return sentence + ": check the address given at the login";
}

}  // namespace

Api::Api(Session session, std::string account, std::chrono::milliseconds timeout)
    : session_(std::move(session)), account_(std::move(account)), http_(session_.url, timeout) {}

Fields Api::credentials() const {
  Fields fields;
  if (!session_.token.empty()) fields.emplace_back("Authorization", "Bearer " + session_.token);
  if (!account_.empty()) fields.emplace_back("X-Account-Id", account_);
  return fields;
}

void Api::refuse(const Reply& reply) const {
  std::string code;
  std::string sentence = problem_sentence(reply.body, code);
  if (sentence.empty()) throw Refused(reply.status, "", unknown_answer(session_.url, reply));
  if (reply.status == kUnauthenticated && !session_.token.empty()) {
    const std::string again = login_command(session_.door, &session_);
    sentence += is_past(session_.expires_at)
                    ? "; the login expired at " + session_.expires_at + ": " + again
                    : "; the login is no longer good: " + again;
  }
  throw Refused(reply.status, code, sentence);
}

std::string Api::get(const std::string& target) {
  Call call;
  call.target = target;
  return send(std::move(call));
}

std::string Api::send(Call call) {
  Request request{call.method, call.target, call.body, credentials(), call.may_repeat};
  for (auto& field : call.fields) request.fields.push_back(std::move(field));
  const bool only_reads = call.method == "GET";
  request.may_repeat = request.may_repeat || only_reads;
  Reply reply;
  try {
    reply = http_.exchange(request);
  } catch (const NetworkFailure& failure) {
    if (only_reads || !failure.may_have_arrived) throw;
    throw NetworkFailure(failure.kind, failure.what() + ("; " + call.if_lost));
  }
  if (reply.status / 100 == 2) return std::move(reply.body);
  if (only_reads || !is_in_doubt(reply.status)) refuse(reply);
  try {
    refuse(reply);
  } catch (const Refused& refused) {
    throw Refused(refused.status, refused.code, refused.what() + ("; " + call.if_lost));
  }
}

}  // namespace tribook::client
