#include "gateway/api/risk_json.h"

#include "gateway/api/account_risk.h"
#include "gateway/api/render.h"
#include "gateway/bodies/limit_json.h"

namespace tribook::gateway {

void write_scope(json::Writer& writer, std::string_view key, const Context& context,
                 const RiskScope& scope, Audience audience) {
  writer.begin_object(key).field("level", scope.level);
  const bool is_for_staff = audience == Audience::Admin;
  // The views' own: they may have a group that has not come to this thread yet.
  const auto groups = context.views.groups();
  switch (scope.level) {
    case ScopeLevel::House:
      break;
    case ScopeLevel::Group:
      if (!is_for_staff) break;
      writer.field("group",
                   groups->spec(GroupId{static_cast<std::uint16_t>(scope.id)}).name.view());
      break;
    case ScopeLevel::Account:
      if (is_for_staff) writer.field("accountId", scope.id);
      break;
    case ScopeLevel::Symbol:
      writer.field("symbol", symbol_name(context, SymbolId{static_cast<std::uint16_t>(scope.id)}));
      break;
  }
  writer.end_object();
}

void write_trigger(json::Writer& writer, Limit limit, std::int64_t measured,
                   std::int64_t threshold) {
  if (limit < Limit::Count) writer.field("limit", terms_of(limit).name);
  if (measured == 0 && threshold == 0) return;
  writer.field("measured", Ratio{measured}).field("threshold", Ratio{threshold});
}

void write_actor(json::Writer& writer, const Context& context, UserId actor) {
  const auto user = context.views.user(actor);
  writer.text_or_null("actor", user ? std::string_view(user->username) : std::string_view());
}

void write_kill_switch(json::Writer& writer, const Context& context,
                       const views::KillSwitchView& view, Audience audience) {
  const KillSwitch& kill_switch = view.kill_switch;
  write_scope(writer, "scope", context, view.scope, audience);
  writer.field("action", kill_switch.action)
      .field("cause", kill_switch.cause)
      .text_or_null("reason", kill_switch.reason.view())
      .field("since", kill_switch.since);
  if (audience == Audience::Admin) write_actor(writer, context, kill_switch.actor);
  write_trigger(writer, kill_switch.limit, kill_switch.measured, kill_switch.threshold);
}

void write_limits_in_force(json::Writer& writer, std::string_view key, const Context& context,
                           const RuleSubject& subject) {
  writer.begin_object(key);
  for (const views::LimitView& view : context.views.limits_in_force(subject)) {
    writer.begin_object(terms_of(view.limit).name);
    write_limit_terms(writer, view.limit, view.now);
    writer.field("level", view.now.level).end_object();
  }
  writer.end_object();
}

void write_limit_names(json::Writer& writer, std::uint32_t bits) {
  for (std::size_t i = 0; i < kLimits; ++i) {
    const auto limit = static_cast<Limit>(i);
    if ((bits & bit_of(limit)) != 0) writer.element(terms_of(limit).name);
  }
}

http::HttpResponse risk_summary(const Context& context, AccountId account, Audience audience) {
  views::AccountSnapshot snapshot;
  const auto status = context.views.snapshot(account, snapshot);
  if (status == views::ReadStatus::Busy) return problem(RejectCode::Busy);
  if (status != views::ReadStatus::Found) return problem(RejectCode::NotFound);
  const RuleSubject subject{account, snapshot.account.group_id, {}};
  const auto kill_switch = context.views.kill_switch(subject);
  const AccountRisk risk = risk_of(context, snapshot, kill_switch.has_value());
  const int digits = minor_digits(snapshot.account.currency);
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  money_or_null(writer, "equity", risk.value.equity, digits);
  writer.field("margin", snapshot.account.used_margin, digits);
  money_or_null(writer, "freeMargin", risk.value.free_margin, digits);
  write_level(writer, "marginLevel", risk.value.margin_level);
  writer.field("currency", snapshot.account.currency).field("positions", snapshot.positions.size());
  write_account_risk(writer, context, snapshot, risk);
  if (kill_switch) {
    writer.begin_object("killSwitch");
    write_kill_switch(writer, context, *kill_switch, audience);
    writer.end_object();
  } else {
    writer.null("killSwitch");
  }
  write_limits_in_force(writer, "limits", context, subject);
  writer.end_object();
  return json_response(200, std::move(body));
}

}  // namespace tribook::gateway
