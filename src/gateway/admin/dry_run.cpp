#include "gateway/admin/dry_run.h"

#include "gateway/api/explain.h"

namespace tribook::gateway::admin {
namespace {

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

}  // namespace

// Whoever wants to try what cannot be tried must not find it done.
bool check_dry_run(const Call& call) {
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
