#include "gateway/json/writer.h"
#include "gateway/rest/client_api.h"

namespace tribook::gateway::rest {

void get_profile(const Call& call) {
  const Context& context = call.context;
  const auto user = context.views.user(call.who.user);
  if (!user) return call.refuse(RejectCode::NotFound);
  std::string body;
  json::Writer writer(body);
  writer.begin_object()
      .field("id", user->id.value)
      .field("username", user->username)
      .text_or_null("email", user->email)
      .field("role", user->role)
      .field("createdAt", user->created)
      .field("brand", context.options.brand)
      .begin_array("accounts");
  for (const AccountId id : user->accounts) {
    views::AccountView account;
    if (context.views.account(id, account) != views::ReadStatus::Found) continue;
    writer.begin_object()
        .field("id", id.value)
        .field("accountNumber", context.account_number(id))
        .field("accountType", account.kind)
        .field("currency", account.currency)
        .field("leverage", account.leverage)
        .field("marginMode", account.mode)
        .field("status", account.state)
        .end_object();
  }
  writer.end_array().end_object();
  call.reply(json_response(200, std::move(body)));
}

}  // namespace tribook::gateway::rest
