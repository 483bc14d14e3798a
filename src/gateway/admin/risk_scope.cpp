#include "gateway/admin/risk_scope.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "tribook/domain/enums.h"

namespace tribook::gateway::admin {
namespace {

// The level that a name is of; House: none is named. Nothing: several are.
std::optional<ScopeLevel> named_level(const ScopeWords& words) {
  ScopeLevel level = ScopeLevel::House;
  const std::pair<bool, ScopeLevel> named[] = {{words.group.has_value(), ScopeLevel::Group},
                                               {words.account.has_value(), ScopeLevel::Account},
                                               {words.symbol.has_value(), ScopeLevel::Symbol}};
  for (const auto& [is_named, its_level] : named) {
    if (!is_named) continue;
    if (level != ScopeLevel::House) return std::nullopt;
    level = its_level;
  }
  return level;
}

std::optional<RiskScope> refuse(const Call& call, RejectCode code, std::string_view detail = {}) {
  call.refuse(code, detail);
  return std::nullopt;
}

std::optional<RiskScope> find_group(const Call& call, const std::string& name) {
  const GroupId id = call.context.mirror.groups().find(name);
  if (!id) return refuse(call, RejectCode::GroupUnknown);
  return RiskScope::of(id);
}

std::optional<RiskScope> find_account(const Call& call, const std::string& text) {
  const auto id = parse_id(text);
  if (!id) return refuse(call, RejectCode::Validation, "accountId must be a number above 0");
  if (*id > UINT32_MAX) return refuse(call, RejectCode::NotFound, "There is no such account");
  const AccountId account{static_cast<std::uint32_t>(*id)};
  views::AccountView view;
  const auto status = call.context.views.account(account, view);
  if (status == views::ReadStatus::Busy) return refuse(call, RejectCode::Busy);
  if (status == views::ReadStatus::NotFound)
    return refuse(call, RejectCode::NotFound, "There is no such account");
  return RiskScope::of(account);
}

std::optional<RiskScope> find_symbol(const Call& call, const std::string& name) {
  const Instrument* instrument = call.context.mirror.find(name);
  if (instrument == nullptr) return refuse(call, RejectCode::SymbolUnknown);
  return RiskScope::of(instrument->id);
}

}  // namespace

// What is mistyped would be of the house.
bool has_scope_words_alone(const Call& call) {
  constexpr std::array<std::string_view, 6> known{"level",  "group",  "accountId",
                                                  "symbol", "reason", "dryRun"};
  std::vector<std::string> seen;
  for (const auto& [key, value] : call.request.params()) {
    const bool is_known = std::find(known.begin(), known.end(), key) != known.end();
    if (!is_known || std::find(seen.begin(), seen.end(), key) != seen.end()) {
      call.refuse(RejectCode::Validation, "name level, group, accountId or symbol, each once");
      return false;
    }
    seen.push_back(key);
  }
  return true;
}

ScopeWords scope_words(const http::HttpRequest& request) {
  return {request.param("level"), request.param("group"), request.param("accountId"),
          request.param("symbol")};
}

std::optional<RiskScope> read_scope(const Call& call, const ScopeWords& words) {
  const auto named = named_level(words);
  if (!named)
    return refuse(call, RejectCode::Validation, "name one of group, accountId and symbol");
  if (words.level) {
    const auto level = enum_of<ScopeLevel>(*words.level);
    if (!level)
      return refuse(call, RejectCode::Validation, "level must be HOUSE, GROUP, ACCOUNT or SYMBOL");
    if (*level != *named)
      return refuse(call, RejectCode::Validation,
                    "level must go with the group, accountId or symbol that is named");
  }
  switch (*named) {
    case ScopeLevel::Group:
      return find_group(call, *words.group);
    case ScopeLevel::Account:
      return find_account(call, *words.account);
    case ScopeLevel::Symbol:
      return find_symbol(call, *words.symbol);
    case ScopeLevel::House:
      break;
  }
  return RiskScope::house();
}

}  // namespace tribook::gateway::admin
