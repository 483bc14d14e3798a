#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

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

/// Parts of one request, each a command that goes in when the one before it is done.
struct Changes {
  http::ReplyHandle handle;
  UserId actor;
  AccountId account;
  std::vector<ChangeAccount> parts;
  std::size_t next = 0;
};

void send_next(Context& context, const std::shared_ptr<Changes>& changes) {
  Command command = Command::make(changes->parts[changes->next++]);
  command.header.actor = changes->actor;
  command.header.account = changes->account;
  const auto sent =
      context.submit(command, kOperatorWait, [&context, changes](const Outcome& outcome) {
        const bool is_good = outcome.refused == RejectCode::None && outcome.is_settled;
        if (is_good && changes->next < changes->parts.size()) return send_next(context, changes);
        context.network.reply(changes->handle,
                              changed_response(context, outcome, changes->account));
      });
  if (sent != RejectCode::None) context.network.reply(changes->handle, problem(sent));
}

// REQUIRES: one change at least.
void send(const Call& call, std::vector<ChangeAccount> parts) {
  const auto id = call.id();
  if (!id) return;
  if (*id > UINT32_MAX) return call.refuse(RejectCode::NotFound);
  auto changes = std::make_shared<Changes>();
  changes->handle = call.handle;
  changes->actor = call.who.user;
  changes->account = AccountId{static_cast<std::uint32_t>(*id)};
  changes->parts = std::move(parts);
  send_next(call.context, changes);
}

ChangeAccount read_leverage(const Call& call, Value value, json::Reader& reader) {
  ChangeAccount change;
  reader.integer(value, change.leverage, 1, call.context.options.account_defaults.leverage_max);
  return change;
}

struct NamedGroup {
  ChangeAccount change;
  bool is_known = true;
};

// null: to no group.
NamedGroup read_group(const Call& call, Value value, json::Reader& reader) {
  NamedGroup named;
  named.change.what = AccountChange::Group;
  std::string_view name;
  reader.text(value, name, sizeof GroupSpec{}.name.bytes);
  if (reader.ok()) named.change.group = call.context.mirror.groups().find(name);
  named.is_known = name.empty() || named.change.group;
  return named;
}

// Said when it was made, and not again.
bool is_for_good(std::string_view key) {
  constexpr std::string_view keys[] = {"username",   "accountType",    "currency",
                                       "marginMode", "initialDeposit", "id"};
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

bool is_later(std::string_view key) {
  constexpr std::string_view keys[] = {
      "password",     "email",    "stopOutLevel", "marginCallLevels", "negativeBalanceProtection",
      "stopOutOrder", "swapFree", "closing",      "swapFreeDays",     "swapFreeFee"};
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

}  // namespace

void put_account(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  std::vector<ChangeAccount> parts;
  bool is_group_known = true;
  for (const Value value : call.context.document.root()) {
    const std::string_view key = value.key();
    if (key == "group") {
      const NamedGroup named = read_group(call, value, reader);
      is_group_known = named.is_known;
      parts.push_back(named.change);
    } else if (value.is_null()) {
      continue;
    } else if (key == "leverage") {
      parts.push_back(read_leverage(call, value, reader));
    } else if (key == "status") {
      ChangeAccount change;
      change.what = AccountChange::State;
      reader.name(value, change.state);
      parts.push_back(change);
    } else if (is_for_good(key)) {
      reader.fail(value, "cannot be changed");
    } else if (is_later(key) && reader.ok()) {
      return call.reply(not_supported(key));
    }
  }
  if (parts.empty()) reader.fail("leverage, group or status", "is required");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (!is_group_known) return call.refuse(RejectCode::GroupUnknown);
  send(call, std::move(parts));
}

void put_leverage(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  ChangeAccount change;
  for (const Value value : call.context.document.root()) {
    if (value.key() == "leverage") change = read_leverage(call, value, reader);
  }
  if (reader.ok() && change.leverage == 0) reader.fail("leverage", "is required");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  send(call, {change});
}

void put_account_group(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  NamedGroup named;
  bool is_named = false;
  for (const Value value : call.context.document.root()) {
    if (value.key() != "group") continue;
    is_named = true;
    named = read_group(call, value, reader);
  }
  if (!is_named) reader.fail("group", "is required");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (!named.is_known) return call.refuse(RejectCode::GroupUnknown);
  send(call, {named.change});
}

void set_account_state(const Call& call, AccountState state) {
  if (!call.request.body.empty() && !call.read_body()) return;
  ChangeAccount change;
  change.what = AccountChange::State;
  change.state = state;
  send(call, {change});
}

}  // namespace tribook::gateway::admin
