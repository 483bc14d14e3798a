#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "client/answer.h"
#include "client/commands.h"
#include "client/failure.h"
#include "client/lists.h"
#include "gateway/json/writer.h"
#include "tribook/domain/decimal.h"

// Limits and kill switches, as operators see and set them.

namespace tribook::client::admin {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

std::string in_capitals(std::string word) {
  for (char& c : word) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return word;
}

template <std::size_t N>
bool is_one_of(const std::string& word, const char* const (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::optional<json::Value> member(json::Value object, std::string_view key) {
  for (const json::Value value : object) {
    if (value.key() == key) return value;
  }
  return std::nullopt;
}

// Whose limits: of the options at most one.
Query scope_query(const Context& context) {
  Query query;
  const auto add = [&](const char* option, const char* name) {
    if (const auto value = context.option(option)) query.emplace_back(name, *value);
  };
  add("--group", "group");
  add("--account", "accountId");
  add("--symbol", "symbol");
  if (query.size() > 1) throw UsageMistake("name one of --group, --account and --symbol");
  return query;
}

bool is_number(const std::string& word) {
  return parse_decimal(word).error == DecimalError::None && !word.starts_with('-');
}

// "set NAME VALUE [MODE]": VALUE is a number, true, or off. Without a mode the usual one.
void write_set(json::Writer& writer, const Context& context) {
  if (context.word_count() < 3) throw UsageMistake("set takes NAME VALUE [MODE]");
  const std::string& name = context.word(1);
  const std::string& value = context.word(2);
  const bool has_mode = context.word_count() > 3;
  if (value == "off" || value == "OFF") {
    if (has_mode) throw UsageMistake("off takes no MODE");
    writer.begin_object(name).field("mode", "OFF").end_object();
    return;
  }
  if (value != "true" && !is_number(value))
    throw UsageMistake("VALUE must be a number, true or off");
  if (!has_mode) {
    writer.raw(name, value);
    return;
  }
  const std::string mode = in_capitals(context.word(3));
  if (!is_one_of(mode, {"OFF", "WARN", "REJECT"}))
    throw UsageMistake("MODE must be off, warn or reject");
  writer.begin_object(name).raw("value", value).field("mode", mode).end_object();
}

// The words behind "set" or "unset" as a change of one limit.
std::string limits_body(const Context& context) {
  const std::string& what = context.word(0);
  if (what != "set" && what != "unset") throw UsageMistake("it is set or unset, not " + what);
  if (context.word_count() < 2) throw UsageMistake(what + " takes the NAME of a limit");
  const std::string& name = context.word(1);
  const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (!is_plain || name.empty()) throw UsageMistake("NAME must be of letters");
  std::string body;
  json::Writer writer(body);
  writer.begin_object().begin_object("limits");
  if (what == "set") {
    write_set(writer, context);
  } else {
    if (context.word_count() > 2) throw UsageMistake("unset takes one NAME");
    writer.null(name);
  }
  writer.end_object().end_object();
  return body;
}

// What holds, and who says so.
void print_limits(const Context& context, const std::string& answer) {
  if (context.wants_json()) return Context::print(answer + "\n");
  json::Document document;
  read_answer(document, answer);
  const auto limits = member(document.root(), "effective");
  if (!limits) throw Failure("the answer has no limits: check the address given at the login");
  Table table({"limit", "value", "mode", "killSwitch", "level"});
  for (const json::Value limit : *limits) {
    table.add_row({{std::string(limit.key())},
                   cell_of(limit, "value"),
                   cell_of(limit, "mode"),
                   cell_of(limit, "killSwitch"),
                   cell_of(limit, "level")});
  }
  Context::print(table.text(context.has_colour()));
}

/// Whom a kill switch holds for, by the words LEVEL [ID].
struct Scope {
  std::string level;
  std::string key;  ///< the member that names it; empty for the house
  std::string name;
};

// Takes the words from the second on; `next` is the one behind them.
Scope read_scope(const Context& context, std::size_t& next) {
  if (context.word_count() < 2) throw UsageMistake("name a LEVEL: house, group, account or symbol");
  Scope scope;
  scope.level = in_capitals(context.word(1));
  next = 2;
  if (scope.level == "HOUSE") return scope;
  if (scope.level == "GROUP") scope.key = "group";
  if (scope.level == "ACCOUNT") scope.key = "accountId";
  if (scope.level == "SYMBOL") scope.key = "symbol";
  if (scope.key.empty()) throw UsageMistake("LEVEL must be house, group, account or symbol");
  if (context.word_count() < 3) throw UsageMistake("name the " + context.word(1));
  scope.name = context.word(2);
  if (scope.key == "accountId") scope.name = Context::whole_number("ID", scope.name);
  next = 3;
  return scope;
}

void end_words(const Context& context, std::size_t next) {
  if (context.word_count() > next) throw UsageMistake("unexpected word " + context.word(next));
}

Call call_on(const Context& context) {
  std::size_t next = 0;
  const Scope scope = read_scope(context, next);
  if (context.word_count() <= next) throw UsageMistake("name the ACTION");
  const std::string action = in_capitals(context.word(next));
  if (!is_one_of(action, {"BLOCK", "CANCEL", "FLATTEN"}))
    throw UsageMistake("ACTION must be block, cancel or flatten");
  end_words(context, next + 1);
  const std::string reason = context.option("--reason").value_or("");
  if (reason.empty()) throw UsageMistake("--reason must say why");
  Call call;
  call.method = "PUT";
  call.target = "/admin/kill-switch";
  call.may_repeat = true;  // twice is the same as once
  json::Writer writer(call.body);
  writer.begin_object().begin_object("scope").field("level", scope.level);
  if (!scope.key.empty()) writer.field(scope.key, scope.name);
  writer.end_object().field("action", action).field("reason", reason).end_object();
  return call;
}

Call call_off(const Context& context) {
  std::size_t next = 0;
  const Scope scope = read_scope(context, next);
  end_words(context, next);
  Query query{{"level", scope.level}};
  if (!scope.key.empty()) query.emplace_back(scope.key, scope.name);
  if (const auto reason = context.option("--reason")) query.emplace_back("reason", *reason);
  Call call;
  call.method = "DELETE";
  call.target = target_of("/admin/kill-switch", query);
  call.if_lost = "it may be off all the same: see `tribook client admin kill-switch`";
  return call;
}

void print_switches(const Context& context, const std::string& answer) {
  if (context.wants_json()) return Context::print(answer + "\n");
  json::Document document;
  read_answer(document, answer);
  Table table({"level", "of", "action", "cause", "since", "actor", "reason"});
  const auto items = member(document.root(), "items");
  if (!items) throw Failure("the answer is no list: check the address given at the login");
  for (const json::Value item : *items) {
    const auto scope = member(item, "scope");
    if (!scope) continue;
    Cell of{"", Cell::Kind::Nothing};
    for (const char* key : {"group", "accountId", "symbol"}) {
      const std::string name = member_text(*scope, key);
      if (!name.empty()) of = {name};
    }
    table.add_row({cell_of(*scope, "level"), of, cell_of(item, "action"), cell_of(item, "cause"),
                   cell_of(item, "since"), cell_of(item, "actor"), cell_of(item, "reason")});
  }
  Context::print(table.text(context.has_colour()));
}

}  // namespace

void run_risk(Context& context) {
  const std::string target = target_of("/admin/risk-settings", scope_query(context));
  if (context.word_count() == 0) return print_limits(context, context.api().get(target));
  Call call;
  call.method = "PUT";
  call.target = target;
  call.body = limits_body(context);
  call.may_repeat = true;  // twice is the same as once
  print_limits(context, context.api().send(std::move(call)));
}

void run_kill_switch(Context& context) {
  if (context.word_count() == 0) {
    if (context.option("--reason")) throw UsageMistake("--reason goes with on and off");
    return print_switches(context, context.api().get("/admin/kill-switch"));
  }
  const std::string& what = context.word(0);
  if (what != "on" && what != "off") throw UsageMistake("it is on or off, not " + what);
  Call call = what == "on" ? call_on(context) : call_off(context);
  const std::string answer = context.api().send(std::move(call));
  if (context.wants_json()) return Context::print(answer + "\n");
  Context::print(record_text(answer, context.has_colour()));
}

}  // namespace tribook::client::admin
