#include "gateway/api/explain.h"

#include <algorithm>
#include <limits>

#include "gateway/admin/admin_api.h"
#include "gateway/rest/lists.h"

// How any order, position, margin call, stop-out or liquidation came about, and how any account
// stands.

namespace tribook::gateway::admin {
namespace {

Question question_of(Question::Of of, std::uint64_t id, TimeNs begin) {
  Question question;
  question.of = of;
  question.id = id;
  question.begin = begin;
  return question;
}

}  // namespace

void explain_order(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  views::OrderView order;
  const auto status = call.context.views.order(OrderId{*id}, order);
  if (status == views::ReadStatus::Busy) return call.refuse(RejectCode::Busy);
  const bool is_found = status == views::ReadStatus::Found;
  explain(call, question_of(Question::Of::Order, *id, is_found ? order.created : TimeNs{}));
}

void explain_position(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  TimeNs begin;
  views::PositionView position;
  views::ClosedPositionView closed;
  auto status = call.context.views.position(PositionId{*id}, position);
  if (status == views::ReadStatus::Found) begin = position.open_time;
  if (status == views::ReadStatus::NotFound) {
    status = call.context.views.closed_position(PositionId{*id}, closed);
    if (status == views::ReadStatus::Found) begin = closed.open_time;
  }
  if (status == views::ReadStatus::Busy) return call.refuse(RejectCode::Busy);
  explain(call, question_of(Question::Of::Position, *id, begin));
}

void explain_account(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  const auto part = read_part(call);
  if (!part) return;
  if (*id > std::numeric_limits<std::uint32_t>::max()) return call.refuse(RejectCode::NotFound);
  Question question = question_of(Question::Of::Account, *id, {});
  question.part = *part;
  explain(call, question);
}

// One that is not among the newest is looked for from the journal's beginning.
void explain_alert(const Call& call) {
  const auto id = call.id();
  if (!id) return;
  const auto page = call.context.views.alerts({}, {}, views::kPageMax);
  if (page.status == views::ReadStatus::Busy) return call.refuse(RejectCode::Busy);
  const auto found =
      std::find_if(page.items.begin(), page.items.end(),
                   [&](const views::AlertView& alert) { return alert.id.value == *id; });
  const TimeNs begin = found == page.items.end() ? TimeNs{} : found->time;
  explain(call, question_of(Question::Of::Alert, *id, begin));
}

}  // namespace tribook::gateway::admin
