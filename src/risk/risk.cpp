#include "tribook/risk/risk.h"

#include <algorithm>
#include <limits>

#include "risk/checks.h"
#include "risk/holds.h"
#include "risk/replica.h"
#include "tribook/base/assert.h"
#include "tribook/base/canary.h"
#include "tribook/domain/order_prices.h"

namespace tribook::risk {
namespace {

std::int64_t saturated(Money money) {
  constexpr int128 least = std::numeric_limits<std::int64_t>::min();
  constexpr int128 most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(money.raw, least, most));
}

// What a TRIGGERED order asks for: it was well formed when it came, and its prices are the
// engine's.
NewOrder opening_of(const ExecuteOrder& execute) {
  NewOrder order;
  order.volume = execute.volume;
  order.max_slippage_pips = Ratio{-1};
  order.symbol = execute.symbol;
  order.side = execute.side;
  return order;
}

bool is_answer(EventKind kind) {
  return kind == EventKind::OrderUpdated || kind == EventKind::Refused ||
         kind == EventKind::Settled;
}

}  // namespace

struct Risk::State {
  State(const RiskLimits& limits, const Slab& slab)
      : replica(limits, slab), holds(limits.holds, limits.accounts) {}

  void decide(const CommandHeader& header, NewOrder& order, TimeNs now);
  RejectCode check_resting(const CommandHeader& header, const NewOrder& order, TimeNs now) const;

  Replica replica;
  Holds holds;
};

void Risk::State::decide(const CommandHeader& header, NewOrder& order, TimeNs now) {
  Question question{.replica = replica,
                    .holds = holds,
                    .header = header,
                    .order = order,
                    .now = std::max(now, replica.time())};
  const RejectCode code = check(question);
  order.decision = code;
  order.required_margin_raw = saturated(question.estimate.required);
  order.free_margin_raw = saturated(question.free_margin);
  order.worst_price = {};
  if (code != RejectCode::None || !question.executes_now) return;
  if (order.type == OrderType::Market) {
    order.worst_price = worst_price_from(order.side, opening_price(order.side, question.quote()),
                                         order.max_slippage_pips, question.instrument());
  }
  if (!places_hold(header)) return;
  const Money margin = std::max(question.estimate.required, Money{});
  holds.place(header.gateway, header.request, header.account, margin + question.estimate.costs);
}

// An order of a pair is reached only after it was placed.
RejectCode Risk::State::check_resting(const CommandHeader& header, const NewOrder& order,
                                      TimeNs now) const {
  if (is_at_once(order.type, order.time_in_force)) return RejectCode::Validation;
  CommandHeader nobody = header;
  nobody.gateway = kNoGateway;
  Question question{.replica = replica,
                    .holds = holds,
                    .header = nobody,
                    .order = order,
                    .now = std::max(now, replica.time()),
                    .may_execute = false};
  return check(question);
}

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
  switch (command.header.kind) {
    case CommandKind::NewOrder: {
      NewOrder order = command.get<NewOrder>();
      state_->decide(command.header, order, now);
      return command.set(order);
    }
    case CommandKind::CheckOrder: {
      CheckOrder check = command.get<CheckOrder>();
      CommandHeader nobody = command.header;
      nobody.gateway = kNoGateway;
      state_->decide(nobody, check.order, now);
      return command.set(check);
    }
    case CommandKind::NewOrderPair: {
      NewOrderPair pair = command.get<NewOrderPair>();
      pair.decision = RejectCode::None;
      for (const bool is_second : {false, true}) {
        NewOrder leg = leg_of(pair, is_second);
        if (pair.decision != RejectCode::None) break;
        pair.decision = state_->check_resting(command.header, leg, now);
      }
      return command.set(pair);
    }
    case CommandKind::ExecuteOrder: {
      ExecuteOrder execute = command.get<ExecuteOrder>();
      NewOrder order = opening_of(execute);
      state_->decide(command.header, order, now);
      execute.decision = order.decision;
      execute.required_margin_raw = order.required_margin_raw;
      execute.free_margin_raw = order.free_margin_raw;
      return command.set(execute);
    }
    default:
      return;
  }
}

void Risk::prefetch(std::span<const Command* const> next) const {
  TB_ASSERT(next.size() <= kPrefetchMax);
  for (const Command* command : next) {
    state_->holds.prefetch(command->header.gateway, command->header.request,
                           command->header.account);
  }
  state_->replica.prefetch(next);
}

std::uint64_t Risk::state_digest() const { return state_->replica.digest(); }
TimeNs Risk::time() const { return state_->replica.time(); }
std::size_t Risk::holds() const { return state_->holds.count(); }

}  // namespace tribook::risk
