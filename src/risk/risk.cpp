#include "tribook/risk/risk.h"

#include <algorithm>
#include <limits>

#include "risk/checks.h"
#include "risk/holds.h"
#include "risk/replica.h"
#include "tribook/base/canary.h"

namespace tribook::risk {
namespace {

std::int64_t saturated(Money money) {
  constexpr int128 least = std::numeric_limits<std::int64_t>::min();
  constexpr int128 most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(money.raw, least, most));
}

bool is_answer(EventKind kind) {
  return kind == EventKind::OrderUpdated || kind == EventKind::Refused ||
         kind == EventKind::Settled;
}

}  // namespace

struct Risk::State {
  State(const RiskLimits& limits, const Slab& slab)
      : replica(limits, slab), holds(limits.holds, limits.accounts) {}

  Replica replica;
  Holds holds;
};

Risk::Risk(const RiskLimits& limits, const Slab& slab)
    : state_(std::make_unique<State>(limits, slab)) {}
Risk::~Risk() = default;
Risk::Risk(Risk&&) noexcept = default;

void Risk::apply(const Event& event) {
  state_->replica.apply(event);
  if (base::is_broken(base::Broken::HoldsKept)) return;
  if (is_answer(event.header.kind) && event.header.gateway != kNoGateway) {
    state_->holds.release(event.header.gateway, event.header.request);
  }
}

void Risk::decide(Command& command, TimeNs now) {
  if (command.header.kind != CommandKind::NewOrder) return;
  NewOrder order = command.get<NewOrder>();
  Question question{.replica = state_->replica,
                    .holds = state_->holds,
                    .header = command.header,
                    .order = order,
                    .now = std::max(now, state_->replica.time())};
  const RejectCode code = check(question);
  order.decision = code;
  order.required_margin_raw = saturated(question.estimate.required);
  order.free_margin_raw = saturated(question.free_margin);
  order.worst_price = {};
  if (code == RejectCode::None) {
    order.worst_price = worst_price(order, question.instrument(), question.quote());
    if (places_hold(command.header)) {
      const Money margin = std::max(question.estimate.required, Money{});
      state_->holds.place(command.header.gateway, command.header.request, command.header.account,
                          margin + question.estimate.costs);
    }
  }
  command.set(order);
}

std::uint64_t Risk::state_digest() const { return state_->replica.digest(); }
TimeNs Risk::time() const { return state_->replica.time(); }
std::size_t Risk::holds() const { return state_->holds.count(); }

}  // namespace tribook::risk
