#include "gateway/admin/dry_run.h"

#include <algorithm>
#include <string_view>

#include "gateway/api/explain.h"

namespace tribook::gateway::admin {
namespace {

constexpr std::string_view kDryRun = "dryRun";

bool can_be_tried(Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::PutAccount:
    case Endpoint::PutLeverage:
    case Endpoint::PutGroup:
    case Endpoint::ChangeGroup:
    case Endpoint::ChangeGroupSymbol:
    case Endpoint::PutSymbol:
    case Endpoint::PutSymbolSettings:
      return true;
    default:
      return false;
  }
}

// A word that is nearly it, or it twice.
bool is_mistyped(const Call& call) {
  int count = 0;
  for (const auto& [key, value] : call.request.params()) {
    const bool is_like_it = std::equal(key.begin(), key.end(), kDryRun.begin(), kDryRun.end(),
                                       [](char a, char b) { return (a | 0x20) == (b | 0x20); });
    if (is_like_it && key != kDryRun) return true;
    if (is_like_it) ++count;
  }
  return count > 1;
}

}  // namespace

// Whoever wants to try what cannot be tried must not find it done.
bool check_dry_run(const Call& call) {
  if (is_mistyped(call)) {
    call.refuse(RejectCode::Validation, "dryRun must be written so, and once");
    return false;
  }
  const auto wanted = call.request.param("dryRun");
  if (!wanted || *wanted == "false") return true;
  if (*wanted != "true") {
    call.refuse(RejectCode::Validation, "dryRun must be true or false");
  } else if (!can_be_tried(call.endpoint)) {
    call.refuse(RejectCode::Validation, "dryRun: there is no dry run of this");
  } else {
    return true;
  }
  return false;
}

bool is_dry_run(const Call& call) { return call.request.param("dryRun") == "true"; }

void try_change(const Call& call, std::vector<ProposedCommand> parts) {
  if (parts.size() > kPartsTried) {
    return call.refuse(RejectCode::Validation, "a dry run takes 1,000 parts at most");
  }
  Question question;
  question.of = Question::Of::Change;
  question.asker = call.who.user;
  question.change = std::move(parts);
  for (ProposedCommand& part : question.change) part.command.header.actor = call.who.user;
  explain(call, question);
}

}  // namespace tribook::gateway::admin
