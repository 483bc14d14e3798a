#include "gateway/bodies/group_body.h"

#include "gateway/bodies/account_options.h"
#include "gateway/bodies/group_json.h"

namespace tribook::gateway {
namespace {

using json::Reader;
using json::Value;

bool says_terms(Value body) {
  for (const Value value : body) {
    const std::string_view key = value.key();
    if (key == "spreadMarkup" || key == "commission" || key == "leverageCap" || key == "swap")
      return true;
  }
  return false;
}

bool says_options(Value body) {
  for (const Value value : body) {
    if (option_of(value.key())) return true;
  }
  return false;
}

void read_symbols(Value list, const GroupsKnown& known, GroupId group, Reader& reader,
                  std::vector<GroupPart>& parts) {
  if (list.is_null() || !reader.expect(list, json::Kind::Array)) return;
  reader.enter(list.key());
  std::size_t index = 0;
  for (const Value element : list) {
    reader.enter(index++);
    if (reader.expect(element, json::Kind::Object))
      read_group_symbol(element, known, group, reader, parts);
    reader.leave();
  }
  reader.leave();
}

// Options, what holds for all symbols, and what for some.
GroupBody read_parts(Value body, const GroupsKnown& known, GroupId group, Reader& reader) {
  GroupBody said;
  said.spec = read_group_options(body, known.groups.spec(group), reader);
  said.says_options = says_options(body);
  if (says_terms(body)) {
    const GroupTerms& current = known.groups.own_terms(group, {});
    said.parts.push_back({{}, read_group_terms(body, nullptr, current, reader)});
  }
  for (const Value value : body) {
    if (value.key() == "symbols") read_symbols(value, known, group, reader, said.parts);
  }
  return said;
}

void check_whole(const GroupSpec& spec, Reader& reader) {
  if (!reader.ok()) return;
  const InstrumentProblem problem = check(spec);
  if (problem.code != RejectCode::None) reader.fail(problem.field, problem.what);
}

}  // namespace

void read_group_symbol(Value body, const GroupsKnown& known, GroupId group, Reader& reader,
                       std::vector<GroupPart>& parts) {
  std::string_view name;
  for (const Value value : body) {
    if (value.key() == "symbol") reader.text(value, name, sizeof SymbolName{}.bytes);
  }
  if (name.empty()) reader.fail("symbol", "is required");
  const Instrument* symbol = known.find_symbol(name);
  if (reader.ok() && symbol == nullptr) reader.fail("symbol", "is not known");
  if (!reader.ok()) return;
  const GroupTerms& current = known.groups.own_terms(group, symbol->id);
  parts.push_back({symbol->id, read_group_terms(body, symbol, current, reader)});
}

GroupBody read_new_group(Value body, const GroupsKnown& known, Reader& reader) {
  std::string_view name;
  for (const Value value : body) {
    if (value.key() == "name") reader.text(value, name, sizeof GroupSpec{}.name.bytes);
  }
  GroupBody said = read_parts(body, known, {}, reader);
  said.spec.name = decltype(said.spec.name)::of(name);
  check_whole(said.spec, reader);
  return said;
}

GroupBody read_group_change(Value body, const GroupsKnown& known, GroupId group, Reader& reader) {
  GroupBody said = read_parts(body, known, group, reader);
  check_whole(said.spec, reader);
  return said;
}

}  // namespace tribook::gateway
