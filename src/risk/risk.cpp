#include "tribook/risk/risk.h"

#include <algorithm>
#include <limits>

#include "risk/checks.h"
#include "risk/holds.h"
#include "risk/pace.h"
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

// Of what kind a command is, as far as pace goes.
struct Brings {
  std::uint8_t orders = 0;
  bool is_asked_only = false;
};

bool is_answer(EventKind kind) {
  return kind == EventKind::OrderUpdated || kind == EventKind::Refused ||
         kind == EventKind::Settled;
}

}  // namespace

struct Risk::State {
  State(const RiskLimits& limits, const Slab& slab)
      : replica(limits, slab), holds(limits.holds, limits.accounts), pace(limits.accounts) {}

  void decide(const CommandHeader& header, NewOrder& order, Brings brings, TimeNs now);
  void decide_pair(const CommandHeader& header, NewOrderPair& pair, TimeNs now);
  void count(const Question& question);

  Replica replica;
  Holds holds;
  Pace pace;
};

void Risk::State::decide(const CommandHeader& header, NewOrder& order, Brings brings, TimeNs now) {
  Question question{.replica = replica,
                    .holds = holds,
                    .pace = pace,
                    .header = header,
                    .order = order,
                    .now = std::max(now, replica.time()),
                    .orders = brings.orders};
  const RejectCode code = check(question);
  order.decision = code;
  order.required_margin_raw = saturated(question.estimate.required);
  order.free_margin_raw = saturated(question.free_margin);
  order.worst_price = {};
  order.pace_warnings = 0;
  if (code != RejectCode::None) return;
  order.pace_warnings = question.pace_warnings;
  if (!brings.is_asked_only) count(question);
  if (question.executes_now && order.type == OrderType::Market) {
    order.worst_price = worst_price_from(order.side, opening_price(order.side, question.quote()),
                                         order.max_slippage_pips, question.instrument());
  }
  if (!needs_hold(question)) return;
  const Money margin = std::max(question.estimate.required, Money{});
  holds.place(header.gateway, header.request, header.account, margin + question.estimate.costs,
              brings.orders);
}

// Its orders are reached only after both were placed; they count together.
void Risk::State::decide_pair(const CommandHeader& header, NewOrderPair& pair, TimeNs now) {
  pair.decision = RejectCode::None;
  pair.pace_warnings = 0;
  std::uint8_t warnings = 0;
  for (const bool is_second : {false, true}) {
    const NewOrder leg = leg_of(pair, is_second);
    Question question{.replica = replica,
                      .holds = holds,
                      .pace = pace,
                      .header = header,
                      .order = leg,
                      .now = std::max(now, replica.time()),
                      .orders = 2,
                      .may_execute = false};
    const bool rests = !is_at_once(leg.type, leg.time_in_force);
    pair.decision = rests ? check(question) : RejectCode::Validation;
    if (pair.decision != RejectCode::None) return;
    warnings |= question.pace_warnings;
    if (!is_second) continue;
    pair.pace_warnings = warnings;
    count(question);
    if (needs_hold(question))
      holds.place(header.gateway, header.request, header.account, Money{}, question.orders);
  }
}

// REQUIRES: every check was passed.
void Risk::State::count(const Question& question) {
  for (const Limit limit : {Limit::OrdersPerSecond, Limit::OrdersPerMinute}) {
    const LimitInForce& in_force = question.paced_by_time[Pace::place_of(limit)];
    if (in_force.mode == LimitMode::Off) continue;
    pace.take(question.header.account, limit, in_force, question.orders, question.now);
  }
}

Risk::Risk(const RiskLimits& limits, const Slab& slab)
    : state_(std::make_unique<State>(limits, slab)) {}
Risk::~Risk() = default;
Risk::Risk(Risk&&) noexcept = default;

void Risk::apply(const Event& event) {
  const bool is_new_order = state_->replica.apply(event);
  if (base::is_broken(base::Broken::HoldsKept)) return;
  if (is_answer(event.header.kind) && event.header.gateway != kNoGateway) {
    state_->holds.release(event.header.gateway, event.header.request, is_new_order);
  }
}

void Risk::decide(Command& command, TimeNs now) {
  switch (command.header.kind) {
    case CommandKind::NewOrder: {
      NewOrder order = command.get<NewOrder>();
      state_->decide(command.header, order, {1, false}, now);
      return command.set(order);
    }
    case CommandKind::CheckOrder: {
      CheckOrder check = command.get<CheckOrder>();
      CommandHeader nobody = command.header;
      nobody.gateway = kNoGateway;
      state_->decide(nobody, check.order, {1, true}, now);
      return command.set(check);
    }
    case CommandKind::NewOrderPair: {
      NewOrderPair pair = command.get<NewOrderPair>();
      state_->decide_pair(command.header, pair, now);
      return command.set(pair);
    }
    case CommandKind::ExecuteOrder: {
      ExecuteOrder execute = command.get<ExecuteOrder>();
      NewOrder order = opening_of(execute);
      state_->decide(command.header, order, {}, now);
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
  const RiskRules& rules = state_->replica.rules();
  const bool is_paced = rules.is_any_set(kPacedByTime);
  for (const Command* command : next) {
    state_->holds.prefetch(command->header.gateway, command->header.request,
                           command->header.account);
    rules.prefetch(command->header.account);
    if (is_paced) state_->pace.prefetch(command->header.account);
  }
  state_->replica.prefetch(next);
}

std::uint64_t Risk::state_digest() const { return state_->replica.digest(); }
TimeNs Risk::time() const { return state_->replica.time(); }
std::size_t Risk::holds() const { return state_->holds.count(); }

}  // namespace tribook::risk
