#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/risk_scope.h"
#include "gateway/api/risk_json.h"

// Kill switches by hand. The answer comes when the switch is in force and durable; what it cancels
// and closes of many accounts goes on after it.

namespace tribook::gateway::admin {
namespace {

using json::Value;

/// What a hand wants of one.
struct Wish {
  RiskScope scope;
  KillAction action = KillAction::None;
  KillReason reason{};
};

void write_swept(json::Writer& writer, const KillSwept& swept) {
  writer.begin_object("swept")
      .field("cancelled", swept.cancelled)
      .field("closed", swept.closed)
      .field("left", swept.left)
      .end_object();
}

http::HttpResponse switch_response(const Context& context, const Outcome& outcome,
                                   const RiskScope& scope) {
  if (outcome.refused == RejectCode::LimitReached)
    return problem(outcome.refused, "Too many accounts have a kill switch of their own");
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  if (!outcome.is_settled) return json_response(202, R"({"status":"PENDING"})");
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  if (const auto found = context.views.kill_switch_at(scope)) {
    write_kill_switch(writer, context, *found, Audience::Admin);
  } else {
    write_scope(writer, "scope", context, scope, Audience::Admin);
    writer.field("action", KillAction::None);
  }
  if (outcome.swept) write_swept(writer, *outcome.swept);
  writer.end_object();
  return json_response(200, std::move(body));
}

void send(const Call& call, const Wish& wish) {
  Context& context = call.context;
  SetKillSwitch set;
  set.scope = wish.scope;
  set.action = wish.action;
  Command command = Command::make(set);
  command.header.actor = call.who.user;
  if (!context.attach_spec(command, wish.reason)) return call.refuse(RejectCode::Busy);
  const auto sent =
      context.submit(command, kOperatorWait,
                     [&context, handle = call.handle, scope = wish.scope](const Outcome& outcome) {
                       context.network.reply(handle, switch_response(context, outcome, scope));
                     });
  if (sent != RejectCode::None) call.refuse(sent);
}

// A name, or an account's number.
std::string word_of(Value value, json::Reader& reader) {
  if (value.kind() != json::Kind::String && value.kind() != json::Kind::Number)
    reader.fail(value, "must be a text or a number");
  return std::string(value.text());
}

ScopeWords read_scope_words(Value body, json::Reader& reader) {
  ScopeWords words;
  if (!reader.expect(body, json::Kind::Object)) return words;
  reader.enter("scope");
  for (const Value value : body) {
    if (value.is_null()) continue;
    const std::string_view key = value.key();
    if (key == "level") words.level = word_of(value, reader);
    if (key == "group") words.group = word_of(value, reader);
    if (key == "accountId") words.account = word_of(value, reader);
    if (key == "symbol") words.symbol = word_of(value, reader);
  }
  if (!words.level) reader.fail("level", "is required");
  reader.leave();
  return words;
}

ScopeWords read_body(Value body, json::Reader& reader, Wish& wish) {
  ScopeWords words;
  std::string_view reason;
  bool has_scope = false;
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "scope") {
      has_scope = true;
      words = read_scope_words(value, reader);
    } else if (key == "action") {
      reader.name(value, wish.action);
    } else if (key == "reason") {
      reader.text(value, reason, sizeof wish.reason.text.bytes);
    }
  }
  if (!has_scope) reader.fail("scope", "is required");
  if (wish.action == KillAction::None) reader.fail("action", "must be BLOCK, CANCEL or FLATTEN");
  if (reason.empty()) reader.fail("reason", "is required");
  wish.reason.text = decltype(wish.reason.text)::of(reason);
  return words;
}

// Of who lifts it, if he says one; answered, and false, when it cannot be taken.
bool read_reason(const Call& call, KillReason& out) {
  const std::string reason = call.request.param("reason").value_or("");
  const bool is_plain = reason.find_first_of(std::string("\0\n\r\t", 4)) == std::string::npos;
  if (!decltype(out.text)::fits(reason) || !is_plain) {
    call.refuse(RejectCode::Validation, "reason must have at most 128 bytes, in one line");
    return false;
  }
  out.text = decltype(out.text)::of(reason);
  return true;
}

}  // namespace

void list_kill_switches(const Call& call) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  for (const views::KillSwitchView& view : call.context.views.kill_switches()) {
    writer.begin_object();
    write_kill_switch(writer, call.context, view, Audience::Admin);
    writer.end_object();
  }
  writer.end_array().end_object();
  call.reply(json_response(200, std::move(body)));
}

void put_kill_switch(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  Wish wish;
  const ScopeWords words = read_body(call.context.document.root(), reader, wish);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  const auto scope = read_scope(call, words);
  if (!scope) return;
  wish.scope = *scope;
  send(call, wish);
}

void delete_kill_switch(const Call& call) {
  if (!has_scope_words_alone(call)) return;
  const ScopeWords words = scope_words(call.request);
  if (!words.level) return call.refuse(RejectCode::Validation, "level is required");
  const auto scope = read_scope(call, words);
  if (!scope) return;
  Wish wish;
  wish.scope = *scope;
  if (!read_reason(call, wish.reason)) return;
  if (!call.context.views.kill_switch_at(*scope))
    return call.refuse(RejectCode::NotFound, "That kill switch is not on");
  send(call, wish);
}

}  // namespace tribook::gateway::admin
