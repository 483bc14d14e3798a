#include <utility>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/risk_scope.h"
#include "gateway/api/risk_json.h"
#include "gateway/bodies/limit_json.h"

// Limits of the house, a group, an account or a symbol: what it says itself, and what holds for it.
// A change is put over what stands when it comes; of two at the same time the later one is put over
// what the earlier one had not changed yet.

namespace tribook::gateway::admin {
namespace {

RuleSubject subject_of(const Context& context, const RiskScope& scope) {
  RuleSubject subject;
  switch (scope.level) {
    case ScopeLevel::House:
      break;
    case ScopeLevel::Group:
      subject.group = GroupId{static_cast<std::uint16_t>(scope.id)};
      break;
    case ScopeLevel::Account: {
      subject.account = AccountId{scope.id};
      views::AccountView account;
      if (context.views.account(subject.account, account) == views::ReadStatus::Found)
        subject.group = account.group_id;
      break;
    }
    case ScopeLevel::Symbol:
      subject.symbol = SymbolId{static_cast<std::uint16_t>(scope.id)};
      break;
  }
  return subject;
}

http::HttpResponse settings_response(const Context& context, const RiskScope& scope) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  write_scope(writer, "scope", context, scope, Audience::Admin);
  write_limits(writer, "limits", context.views.own_limits(scope));
  write_limits_in_force(writer, "effective", context, subject_of(context, scope));
  writer.end_object();
  return json_response(200, std::move(body));
}

http::HttpResponse changed_response(const Context& context, const Outcome& outcome,
                                    const RiskScope& scope) {
  if (outcome.refused == RejectCode::LimitReached)
    return problem(outcome.refused, "Too many accounts have limits of their own");
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  if (!outcome.is_settled) return json_response(202, R"({"status":"PENDING"})");
  return settings_response(context, scope);
}

LimitSet read_body(const Context& context, const RiskScope& scope, json::Reader& reader) {
  LimitSet limits = context.views.own_limits(scope);
  bool is_said = false;
  for (const json::Value value : context.document.root()) {
    if (value.key() != "limits") continue;
    is_said = true;
    if (!reader.expect(value, json::Kind::Object)) break;
    reader.enter("limits");
    limits = read_limits(value, limits, scope.level, reader);
    reader.leave();
  }
  if (!is_said) reader.fail("limits", "is required");
  return limits;
}

}  // namespace

void get_risk_settings(const Call& call) {
  if (!has_scope_words_alone(call)) return;
  const auto scope = read_scope(call, scope_words(call.request));
  if (scope) call.reply(settings_response(call.context, *scope));
}

void put_risk_settings(const Call& call) {
  if (!call.read_body() || !has_scope_words_alone(call)) return;
  const auto scope = read_scope(call, scope_words(call.request));
  if (!scope) return;
  Context& context = call.context;
  json::Reader reader;
  const LimitSet limits = read_body(context, *scope, reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  PutLimits put;
  put.scope = *scope;
  Command command = Command::make(put);
  command.header.actor = call.who.user;
  if (!context.attach_spec(command, limits)) return call.refuse(RejectCode::Busy);
  const auto sent =
      context.submit(command, kOperatorWait,
                     [&context, handle = call.handle, scope = *scope](const Outcome& outcome) {
                       context.network.reply(handle, changed_response(context, outcome, scope));
                     });
  if (sent != RejectCode::None) call.refuse(sent);
}

void get_account_risk(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  if (*id > UINT32_MAX) return call.refuse(RejectCode::NotFound);
  const AccountId account{static_cast<std::uint32_t>(*id)};
  call.reply(risk_summary(call.context, account, Audience::Admin));
}

}  // namespace tribook::gateway::admin
