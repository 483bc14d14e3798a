#include <utility>

#include "gateway/admin/account_json.h"
#include "gateway/admin/admin_api.h"

// What of an account an operator changes later: leverage, group, state.

namespace tribook::gateway::admin {
namespace {

using json::Value;

http::HttpResponse changed_response(const Context& context, const Outcome& outcome,
                                    AccountId account) {
  // The rest was looked at before it was sent.
  if (outcome.refused == RejectCode::Validation) {
    return problem(RejectCode::Validation,
                   "group: the account's stopOutLevel would be above the highest of its "
                   "marginCallLevels");
  }
  if (outcome.refused != RejectCode::None) return problem(outcome.refused);
  views::AccountSnapshot snapshot;
  if (!outcome.is_settled ||
      context.views.snapshot(account, snapshot) != views::ReadStatus::Found) {
    return json_response(202, R"({"status":"PENDING"})");
  }
  std::string body;
  json::Writer writer(body);
  write_account(writer, context, snapshot);
  return json_response(200, std::move(body));
}

void send(const Call& call, const ChangeAccount& change) {
  const auto id = call.id();
  if (!id) return;
  if (*id > UINT32_MAX) return call.refuse(RejectCode::NotFound);
  Context& context = call.context;
  Command command = Command::make(change);
  command.header.actor = call.who.user;
  command.header.account = AccountId{static_cast<std::uint32_t>(*id)};
  const auto sent = context.submit(
      command, kOperatorWait,
      [&context, handle = call.handle, account = command.header.account](const Outcome& outcome) {
        context.network.reply(handle, changed_response(context, outcome, account));
      });
  if (sent != RejectCode::None) call.refuse(sent);
}

}  // namespace

void put_leverage(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  ChangeAccount change;
  for (const Value value : call.context.document.root()) {
    if (value.key() != "leverage") continue;
    reader.integer(value, change.leverage, 1, call.context.options.account_defaults.leverage_max);
  }
  if (reader.ok() && change.leverage == 0) reader.fail("leverage", "is required");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  send(call, change);
}

// null: to no group.
void put_account_group(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  ChangeAccount change;
  change.what = AccountChange::Group;
  bool is_named = false;
  std::string_view name;
  for (const Value value : call.context.document.root()) {
    if (value.key() != "group") continue;
    is_named = true;
    reader.text(value, name, sizeof GroupSpec{}.name.bytes);
  }
  if (!is_named) reader.fail("group", "is required");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  change.group = call.context.mirror.groups().find(name);
  if (!name.empty() && !change.group) return call.refuse(RejectCode::GroupUnknown);
  send(call, change);
}

void set_account_state(const Call& call, AccountState state) {
  if (!call.request.body.empty() && !call.read_body()) return;
  ChangeAccount change;
  change.what = AccountChange::State;
  change.state = state;
  send(call, change);
}

}  // namespace tribook::gateway::admin
