#include "gateway/api/explain.h"

#include "gateway/rest/client_api.h"
#include "gateway/rest/lists.h"

// How a client's own orders and positions came about, and how his account stands. The views say
// since when there is something to tell; what they have forgotten, the store or the story itself
// does.

namespace tribook::gateway::rest {
namespace {

Question question_of(const Call& call, Question::Of of, std::uint64_t id) {
  Question question;
  question.of = of;
  question.id = id;
  question.owner = call.account;
  question.asker = call.who.user;
  return question;
}

// Answers when it is found, or when the views cannot say; true when they do not have it.
bool is_forgotten(const Call& call, views::ReadStatus status, AccountId account, TimeNs begin,
                  Question question) {
  if (status == views::ReadStatus::NotFound) return true;
  if (status == views::ReadStatus::Busy) {
    call.refuse(RejectCode::Busy);
  } else if (account != call.account) {
    call.refuse(RejectCode::NotFound);
  } else {
    question.begin = begin;
    explain(call, question);
  }
  return false;
}

}  // namespace

void explain_order(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  const Question question = question_of(call, Question::Of::Order, *id);
  views::OrderView order;
  const auto status = call.context.views.order(OrderId{*id}, order);
  if (!is_forgotten(call, status, order.account, order.created, question)) return;
  explain(call, question);
}

void explain_position(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  const Question question = question_of(call, Question::Of::Position, *id);
  views::PositionView position;
  auto status = call.context.views.position(PositionId{*id}, position);
  if (!is_forgotten(call, status, position.account, position.open_time, question)) return;
  views::ClosedPositionView closed;
  status = call.context.views.closed_position(PositionId{*id}, closed);
  if (!is_forgotten(call, status, closed.account, closed.open_time, question)) return;
  explain(call, question);
}

void explain_account(const Call& call) {
  const auto part = read_part(call);
  if (!part) return;
  Question question = question_of(call, Question::Of::Account, call.account.value);
  question.part = *part;
  explain(call, question);
}

}  // namespace tribook::gateway::rest
