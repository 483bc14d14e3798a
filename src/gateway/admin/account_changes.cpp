#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/admin/account_json.h"
#include "gateway/admin/admin_api.h"
#include "gateway/admin/dry_run.h"
#include "gateway/bodies/account_options.h"
#include "gateway/bodies/account_request.h"

// What of an account an operator changes later: leverage, group, state, options, password.

namespace tribook::gateway::admin {
namespace {

using json::Value;

/// One command.
struct Part {
  ChangeAccount change;
  OptionsChange options{};  ///< of AccountChange::Options
};

// All that could be seen of the request alone was looked at before it was sent.
http::HttpResponse refusal(RejectCode code, AccountChange what) {
  if (code == RejectCode::Validation && what == AccountChange::Group) {
    return problem(code,
                   "group: the account's stopOutLevel would be above the highest of its "
                   "marginCallLevels");
  }
  if (code == RejectCode::Validation && what == AccountChange::Options)
    return problem(code, "stopOutLevel must not be above the highest of marginCallLevels");
  if (code == RejectCode::InUse && what == AccountChange::Options) {
    return problem(code,
                   "marginMode is changed while nothing is open, and closing while nothing is on "
                   "its way at a liquidity provider");
  }
  return problem(code);
}

http::HttpResponse changed_response(const Context& context, const Outcome& outcome,
                                    AccountId account, AccountChange what,
                                    std::string_view generated = {}) {
  if (outcome.refused != RejectCode::None) return refusal(outcome.refused, what);
  views::AccountSnapshot snapshot;
  if (!outcome.is_settled ||
      context.views.snapshot(account, snapshot) != views::ReadStatus::Found) {
    return json_response(202, R"({"status":"PENDING"})");
  }
  std::string body;
  json::Writer writer(body);
  write_account(writer, context, snapshot);
  add_password(body, generated);
  return json_response(200, std::move(body));
}

/// Parts of one request, each a command that goes in when the one before it is done.
struct Changes {
  http::ReplyHandle handle;
  UserId actor;
  AccountId account;
  std::vector<Part> parts;
  std::size_t next = 0;
};

ProposedCommand command_of(const Part& part, AccountId account) {
  Command command = Command::make(part.change);
  command.header.account = account;
  if (part.change.what == AccountChange::Options) return propose(command, part.options);
  return {command, {}};
}

void send_next(Context& context, const std::shared_ptr<Changes>& changes) {
  const Part& part = changes->parts[changes->next++];
  const AccountChange what = part.change.what;
  auto [command, attachment] = command_of(part, changes->account);
  command.header.actor = changes->actor;
  if (!context.attach_bytes(command, attachment))
    return context.network.reply(changes->handle, problem(RejectCode::Busy));
  const auto sent =
      context.submit(command, kOperatorWait, [&context, changes, what](const Outcome& outcome) {
        const bool is_good = outcome.refused == RejectCode::None && outcome.is_settled;
        if (is_good && changes->next < changes->parts.size()) return send_next(context, changes);
        context.network.reply(changes->handle,
                              changed_response(context, outcome, changes->account, what));
      });
  if (sent != RejectCode::None) context.network.reply(changes->handle, problem(sent));
}

// REQUIRES: one change at least.
void send(const Call& call, std::vector<Part> parts) {
  const auto id = call.id();
  if (!id) return;
  if (*id > UINT32_MAX) return call.refuse(RejectCode::NotFound);
  const AccountId account{static_cast<std::uint32_t>(*id)};
  if (is_dry_run(call)) {
    std::vector<ProposedCommand> proposed;
    for (const Part& part : parts) proposed.push_back(command_of(part, account));
    return try_change(call, std::move(proposed));
  }
  auto changes = std::make_shared<Changes>();
  changes->handle = call.handle;
  changes->actor = call.who.user;
  changes->account = account;
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
  constexpr std::string_view keys[] = {"username", "accountType", "currency", "initialDeposit",
                                       "id"};
  return std::find(std::begin(keys), std::end(keys), key) != std::end(keys);
}

// The account in the path; answered, and false, when there is none.
bool find_account(const Call& call, views::AccountView& out) {
  const auto id = call.id();
  if (!id) return false;
  auto status = views::ReadStatus::NotFound;
  if (*id <= UINT32_MAX)
    status = call.context.views.account(AccountId{static_cast<std::uint32_t>(*id)}, out);
  if (status == views::ReadStatus::Found) return true;
  call.refuse(status == views::ReadStatus::Busy ? RejectCode::Busy : RejectCode::NotFound);
  return false;
}

OptionsBefore options_before(const Context& context, const views::AccountView& account) {
  const AccountDefaults& usual = context.options.account_defaults;
  OptionsBefore before;
  before.holds = context.mirror.groups().options(account.group_id, account.own, account.from_group);
  before.defaults.stop_out_level = usual.stop_out_level;
  before.defaults.margin_call_levels = MarginCallLevels::of(usual.margin_call_level);
  return before;
}

/// What one body asks for.
struct Wishes {
  std::vector<Part> parts;
  bool is_group_known = true;
  bool has_options = false;
};

// False for a field that says nothing of leverage, group or state.
bool read_part(const Call& call, Value value, json::Reader& reader, Wishes& wishes) {
  const std::string_view key = value.key();
  if (key == "group") {
    const NamedGroup named = read_group(call, value, reader);
    wishes.is_group_known = named.is_known;
    wishes.parts.push_back({named.change});
  } else if (value.is_null()) {
    return key == "leverage" || key == "status";
  } else if (key == "leverage") {
    wishes.parts.push_back({read_leverage(call, value, reader)});
  } else if (key == "status") {
    ChangeAccount change;
    change.what = AccountChange::State;
    reader.name(value, change.state);
    wishes.parts.push_back({change});
  } else {
    return false;
  }
  return true;
}

// All its options are one change, at the place of the first.
void add_options(const Call& call, const views::AccountView& account, json::Reader& reader,
                 Wishes& wishes) {
  if (std::exchange(wishes.has_options, true)) return;
  Part part;
  part.change.what = AccountChange::Options;
  part.options = read_account_options(call.context.document.root(),
                                      options_before(call.context, account), reader);
  if (part.options.sets != 0 || part.options.sets_mode != 0) wishes.parts.push_back(part);
}

}  // namespace

void put_account(const Call& call) {
  if (!call.read_body()) return;
  views::AccountView account;
  if (!find_account(call, account)) return;
  json::Reader reader;
  Wishes wishes;
  for (const Value value : call.context.document.root()) {
    const std::string_view key = value.key();
    if (read_part(call, value, reader, wishes)) continue;
    if (option_of(key) || key == "marginMode") {
      add_options(call, account, reader, wishes);
    } else if (value.is_null()) {
      continue;
    } else if (is_for_good(key)) {
      reader.fail(value, "cannot be changed");
    } else if (key == "password") {
      reader.fail(value, "is changed at /admin/accounts/{id}/password");
    } else if (key == "email" && reader.ok()) {
      return call.reply(not_supported(key));
    }
  }
  if (wishes.parts.empty()) reader.fail("leverage, group, status or an option", "is required");
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (!wishes.is_group_known) return call.refuse(RejectCode::GroupUnknown);
  send(call, std::move(wishes.parts));
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
  send(call, {Part{change}});
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
  send(call, {Part{named.change}});
}

void set_account_state(const Call& call, AccountState state) {
  if (!call.request.body.empty() && !call.read_body()) return;
  ChangeAccount change;
  change.what = AccountChange::State;
  change.state = state;
  send(call, {Part{change}});
}

namespace {

// With the hash at hand.
void send_password(Context& context, const http::ReplyHandle& handle, UserId actor,
                   const views::AccountView& account, const std::string& hash,
                   const std::string& generated) {
  PasswordSpec password;
  if (hash.empty() || !decltype(password.hash)::fits(hash))
    return context.network.reply(handle, problem(RejectCode::Unavailable));
  password.hash = decltype(password.hash)::of(hash);
  ChangePassword change;
  change.user = account.user;
  Command command = Command::make(change);
  command.header.actor = actor;
  if (!context.attach_spec(command, password))
    return context.network.reply(handle, problem(RejectCode::Busy));
  const auto sent = context.submit(
      command, kOperatorWait,
      [&context, handle, id = account.id, generated](const Outcome& outcome) {
        context.network.reply(
            handle, changed_response(context, outcome, id, AccountChange::State, generated));
      });
  if (sent != RejectCode::None) context.network.reply(handle, problem(sent));
}

}  // namespace

// Of the account's user: the others of his accounts share it.
void put_password(const Call& call) {
  if (!call.request.body.empty() && !call.read_body()) return;
  views::AccountView account;
  if (!find_account(call, account)) return;
  json::Reader reader;
  std::string_view wanted;
  if (!call.request.body.empty()) {
    for (const Value value : call.context.document.root()) {
      if (value.key() == "password") read_password(value, reader, wanted);
    }
  }
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  Context& context = call.context;
  const std::string generated = wanted.empty() ? context.passwords.generate() : std::string();
  const bool taken =
      context.passwords.hash(wanted.empty() ? generated : std::string(wanted),
                             [&context, handle = call.handle, actor = call.who.user, account,
                              generated](const std::string& hash) {
                               send_password(context, handle, actor, account, hash, generated);
                             });
  if (!taken) call.refuse(RejectCode::Busy);
}

}  // namespace tribook::gateway::admin
