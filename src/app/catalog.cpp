#include "app/catalog.h"

#include <algorithm>
#include <stdexcept>

#include "gateway/bodies/symbol_json.h"
#include "gateway/json/document.h"
#include "gateway/json/reader.h"
#include "tribook/message/text.h"

namespace tribook::app {
namespace {

[[noreturn]] void fail(const config::ListedEntry& entry, const char* what, std::string_view why) {
  throw std::runtime_error(entry.where + ": " + what + ": " + std::string(why));
}

template <typename Read>
auto read_entry(const config::ListedEntry& entry, const char* what, Read read) {
  json::Document document;
  json::Reader reader;
  if (!document.parse(entry.json)) fail(entry, what, document.problem());
  auto body = read(document.root(), reader);
  if (!reader.ok()) fail(entry, what, reader.problem());
  return body;
}

/// What there will be when the symbols are made, for groups that name them.
class Planned {
 public:
  void add(const Instrument& instrument) {
    if (find(instrument.name.view()) != nullptr) return;
    symbols_.push_back(instrument);
    symbols_.back().id = SymbolId{static_cast<std::uint16_t>(symbols_.size())};
  }
  [[nodiscard]] const Instrument* find(std::string_view name) const {
    const auto found = std::find_if(symbols_.begin(), symbols_.end(),
                                    [&](const Instrument& i) { return i.name.view() == name; });
    return found != symbols_.end() ? &*found : nullptr;
  }

 private:
  std::vector<Instrument> symbols_;
};

}  // namespace

Instrument read_symbol(const config::ListedEntry& entry) {
  return read_entry(entry, "symbol", [&](json::Value body, json::Reader& reader) {
    const gateway::SymbolBody said = gateway::read_new_symbol(body, reader);
    if (!said.unsupported.empty())
      fail(entry, "symbol", std::string(said.unsupported) + " is not supported yet");
    return said.instrument;
  });
}

gateway::GroupBody read_group(const config::ListedEntry& entry, const gateway::GroupsKnown& known) {
  return read_entry(entry, "group", [&](json::Value body, json::Reader& reader) {
    return gateway::read_new_group(body, known, reader);
  });
}

std::vector<std::string> catalog_problems(const config::Config& config) {
  std::vector<std::string> problems;
  const auto try_to = [&](auto read) {
    try {
      read();
    } catch (const std::runtime_error& error) {
      problems.emplace_back(error.what());
    }
  };
  Planned planned;
  for (const config::ListedEntry& entry : config.symbols) {
    try_to([&] { planned.add(read_symbol(entry)); });
  }
  const GroupBook none(0);
  const gateway::GroupsKnown known{none, [&](std::string_view name) { return planned.find(name); }};
  for (std::size_t i = 0; i < config.groups.size(); ++i) {
    try_to([&] {
      if (i == GroupBook::kGroupsMax) fail(config.groups[i], "group", "there may be 64");
      read_group(config.groups[i], known);
    });
  }
  return problems;
}

void import_limits(Pipeline& pipeline, OwnClient& client, const RiskScope& scope,
                   const LimitSet& limits, const std::string& where) {
  if (limits.is_empty()) return;
  require(client.submit(with_spec(pipeline, PutLimits{scope}, limits)), where);
}

void import_symbol(Pipeline& pipeline, OwnClient& client, const config::ListedEntry& entry) {
  const Instrument instrument = read_symbol(entry);
  const auto id = [&] {
    const auto symbols = pipeline.views().symbols();
    const Instrument* symbol = symbols->find(instrument.name.view());
    return symbol != nullptr ? symbol->id : SymbolId{};
  };
  if (id() == SymbolId{})
    require(client.submit(with_spec(pipeline, CreateSymbol{}, instrument)), entry.where);
  import_limits(pipeline, client, RiskScope::of(id()), entry.limits, entry.where);
}

void import_group(Pipeline& pipeline, OwnClient& client, const config::ListedEntry& entry) {
  const auto symbols = pipeline.views().symbols();
  const GroupBook none(0);
  const gateway::GroupBody body =
      read_group(entry, {none, [&](std::string_view name) { return symbols->find(name); }});
  const std::vector<Event> made = client.submit(with_spec(pipeline, PutGroup{}, body.spec));
  require(made, entry.where);
  GroupId group;
  for (const Event& event : made) {
    if (event.header.kind == EventKind::GroupUpdated) group = event.get<GroupUpdated>().group;
  }
  for (const gateway::GroupPart& part : body.parts) {
    PutGroupTerms put;
    put.group = group;
    put.symbol = part.symbol;
    require(client.submit(with_spec(pipeline, put, part.terms)), entry.where);
  }
  import_limits(pipeline, client, RiskScope::of(group), entry.limits, entry.where);
}

}  // namespace tribook::app
