#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/admin/admin_api.h"
#include "gateway/admin/dry_run.h"
#include "gateway/admin/search.h"
#include "gateway/bodies/group_body.h"
#include "gateway/bodies/group_json.h"
#include "gateway/json/writer.h"

// Groups and what they set for symbols. A body is read whole and refused whole; then each part goes
// in as a command of its own, when the one before it is done.

namespace tribook::gateway::admin {
namespace {

struct Change {
  http::ReplyHandle handle;
  UserId actor;
  GroupSpec spec;
  bool is_new = false;
  bool has_spec = false;
  GroupId group;  ///< of a new one known when it is made
  std::vector<GroupPart> parts;
  std::size_t next = 0;
};

void write_group(json::Writer& writer, const Context& context, GroupId id) {
  const GroupBook& groups = context.mirror.groups();
  const GroupSpec& spec = groups.spec(id);
  writer.begin_object().field("id", id.value).field("name", spec.name.view());
  write_group_options(writer, spec);
  write_group_terms(writer, groups.own_terms(id, {}));
  writer.begin_array("symbols");
  groups.for_each_terms([&](GroupId group, SymbolId symbol, const GroupTerms& terms) {
    const Instrument* instrument = context.mirror.find(symbol);
    if (group != id || !symbol || instrument == nullptr) return;
    writer.begin_object().field("symbol", instrument->name.view());
    write_group_terms(writer, terms);
    writer.end_object();
  });
  writer.end_array().end_object();
}

http::HttpResponse group_response(const Context& context, unsigned status, GroupId id) {
  std::string body;
  json::Writer writer(body);
  write_group(writer, context, id);
  return json_response(status, std::move(body));
}

void send_next(Context& context, const std::shared_ptr<Change>& change);

void submit(Context& context, const std::shared_ptr<Change>& change, Command command) {
  command.header.actor = change->actor;
  const auto sent =
      context.submit(command, kOperatorWait, [&context, change](const Outcome& outcome) {
        RejectCode code = outcome.refused;
        if (code == RejectCode::None && !outcome.is_settled) code = RejectCode::Busy;
        // Well formed it was: so it does not go with what an account has of its own.
        if (code == RejectCode::Validation) {
          return context.network.reply(
              change->handle,
              problem(code,
                      "an account of the group would have a stopOutLevel above the highest "
                      "of its marginCallLevels"));
        }
        if (code != RejectCode::None) {
          return context.network.reply(change->handle, problem(code));
        }
        if (outcome.group) change->group = outcome.group;
        send_next(context, change);
      });
  if (sent != RejectCode::None) context.network.reply(change->handle, problem(sent));
}

std::optional<ProposedCommand> take_next(Change& change) {
  if (std::exchange(change.has_spec, false)) {
    return propose(Command::make(PutGroup{}), change.spec);
  }
  if (change.next == change.parts.size()) return std::nullopt;
  const GroupPart& part = change.parts[change.next++];
  PutGroupTerms put;
  put.group = change.group;
  put.symbol = part.symbol;
  return propose(Command::make(put), part.terms);
}

void send_next(Context& context, const std::shared_ptr<Change>& change) {
  const auto next = take_next(*change);
  if (!next) {
    return context.network.reply(
        change->handle, group_response(context, change->is_new ? 201 : 200, change->group));
  }
  Command command = next->command;
  if (!context.attach_bytes(command, next->attachment)) {
    return context.network.reply(change->handle, problem(RejectCode::Busy));
  }
  submit(context, change, command);
}

// Of a group that there is.
void send_or_try(const Call& call, const std::shared_ptr<Change>& change) {
  if (!is_dry_run(call)) return send_next(call.context, change);
  std::vector<ProposedCommand> parts;
  while (auto next = take_next(*change)) parts.push_back(std::move(*next));
  try_change(call, std::move(parts));
}

GroupsKnown known_to(const Context& context) {
  return {context.mirror.groups(),
          [&context](std::string_view name) { return context.mirror.find(name); }};
}

std::shared_ptr<Change> make_change(const Call& call, GroupId group, GroupBody body) {
  auto change = std::make_shared<Change>();
  change->handle = call.handle;
  change->actor = call.who.user;
  change->group = group;
  change->spec = body.spec;
  change->is_new = !group;
  change->has_spec = !group || body.says_options;
  change->parts = std::move(body.parts);
  return change;
}

// The group in the path; answers and returns none when there is none.
GroupId find_group(const Call& call) {
  const GroupId id = call.context.mirror.groups().find(call.param);
  if (!id) call.refuse(RejectCode::NotFound, "There is no such group");
  return id;
}

}  // namespace

void list_groups(const Call& call) {
  const auto search = read_search(call);
  if (!search) return;
  const GroupBook& groups = call.context.mirror.groups();
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_array("items");
  std::uint64_t total = 0;
  for (std::size_t i = 1; i <= groups.count(); ++i) {
    const GroupId id{static_cast<std::uint16_t>(i)};
    if (!search->finds(groups.spec(id).name.view())) continue;
    write_group(writer, call.context, id);
    ++total;
  }
  writer.end_array();
  if (search->with_total) write_total(writer, total);
  writer.end_object();
  call.reply(json_response(200, std::move(body)));
}

void get_group(const Call& call) {
  const GroupId id = find_group(call);
  if (id) call.reply(group_response(call.context, 200, id));
}

void create_group(const Call& call) {
  if (!call.read_body()) return;
  json::Reader reader;
  GroupBody body = read_new_group(call.context.document.root(), known_to(call.context), reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  if (call.context.mirror.groups().find(body.spec.name.view())) {
    return call.refuse(RejectCode::Duplicate, "There is a group of that name");
  }
  send_next(call.context, make_change(call, {}, std::move(body)));
}

void change_group(const Call& call) {
  if (!call.read_body()) return;
  const GroupId id = find_group(call);
  if (!id) return;
  json::Reader reader;
  GroupBody body =
      read_group_change(call.context.document.root(), known_to(call.context), id, reader);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  send_or_try(call, make_change(call, id, std::move(body)));
}

void change_group_symbol(const Call& call) {
  if (!call.read_body()) return;
  const GroupId id = find_group(call);
  if (!id) return;
  json::Reader reader;
  GroupBody body;
  read_group_symbol(call.context.document.root(), known_to(call.context), id, reader, body.parts);
  if (!reader.ok()) return call.refuse(RejectCode::Validation, reader.problem());
  send_or_try(call, make_change(call, id, std::move(body)));
}

}  // namespace tribook::gateway::admin
