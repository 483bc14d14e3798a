#include "risk/checks.h"

#include <algorithm>

#include "tribook/base/canary.h"
#include "tribook/domain/order_prices.h"

// Each check may rely on those before it in the table.

namespace tribook::risk {
namespace {

OrderPrices prices_of(const NewOrder& order) {
  OrderPrices prices;
  prices.type = order.type;
  prices.time_in_force = order.time_in_force;
  prices.side = order.side;
  prices.limit = order.limit;
  prices.trigger = order.trigger;
  prices.stop_loss = order.stop_loss;
  prices.take_profit = order.take_profit;
  prices.trailing_distance = order.trailing_distance;
  prices.trailing_step = order.trailing_step;
  return prices;
}

// The end of DAY is the sequencer's to say.
bool is_expiry_good(const Question& q) {
  if (q.order.time_in_force == TimeInForce::Day) return true;
  if (q.order.time_in_force == TimeInForce::Gtd) return q.order.expires > q.now;
  return q.order.expires.ns == 0;
}

bool is_whole(Question& q) { return is_well_formed(prices_of(q.order)) && is_expiry_good(q); }

bool is_at_once(const Question& q) { return is_at_once(q.order.type, q.order.time_in_force); }

Volume closing_of(const Question& q) {
  if (!q.account->closes_first || q.symbol == nullptr) return {};
  Exposure held = q.replica.held(q.header.account, q.order.symbol);
  return std::min(q.order.volume, held.side(opposite(q.order.side)).volume);
}

// Before anybody is known to exist: who does not has no switch of his own.
bool may_anything_open(Question& q) {
  const RiskRules& rules = q.replica.rules();
  if (rules.switches().count() == 0) return true;
  RuleSubject subject;
  q.account = q.replica.account(q.header.account);
  q.symbol = q.replica.symbol(q.order.symbol);
  if (q.symbol != nullptr) subject.symbol = q.order.symbol;
  if (q.account != nullptr) {
    subject.account = q.header.account;
    subject.group = q.account->group;
    q.closing = closing_of(q);
  }
  return q.only_closes() || rules.kill_switch(subject) == nullptr;
}

bool is_account_enabled(Question& q) {
  q.account = q.replica.account(q.header.account);
  return q.account != nullptr && q.account->state != AccountState::Suspended &&
         q.account->state != AccountState::Closed;
}

// An account that only closes may send what only closes: so much must be known of the symbol here.
bool may_account_open(Question& q) {
  q.symbol = q.replica.symbol(q.order.symbol);
  q.closing = closing_of(q);
  return q.account->state != AccountState::CloseOnly || q.only_closes();
}

bool is_symbol_known(Question& q) { return q.symbol != nullptr; }

bool is_symbol_enabled(Question& q) {
  return q.instrument().effective_state() != SymbolState::Disabled;
}

bool may_symbol_open(Question& q) {
  return q.instrument().effective_state() != SymbolState::CloseOnly || q.only_closes();
}

bool is_session_open(Question& q) { return q.symbol->is_session_open || !is_at_once(q); }

// An order at rest was looked at when it was placed; what is left of it may be less than the least.
bool is_volume_in_range(Question& q) {
  if (q.header.kind == CommandKind::ExecuteOrder) return q.order.volume.raw > 0;
  return check_volume(q.instrument(), q.order.volume) != RejectCode::VolumeOutOfRange;
}

bool is_volume_on_step(Question& q) {
  return check_volume(q.instrument(), q.order.volume) != RejectCode::VolumeStep;
}

bool is_fresh(const Question& q, SymbolId symbol) {
  const Quote& quote = q.replica.rates().quote(symbol);
  if (!quote.is_known()) return false;
  if (base::is_broken(base::Broken::AgeIgnored)) return true;
  const std::int64_t stale_after_ms = q.replica.symbol(symbol)->instrument.stale_after_ms;
  if (quote.never_stale || stale_after_ms <= 0) return true;
  return static_cast<int128>(q.now.ns) - quote.time.ns <=
         static_cast<int128>(stale_after_ms) * 1'000'000;
}

// What rests needs no quote. What the market has reached is executed when it comes, but stops go
// the way of all TRIGGERED orders.
bool is_quote_fresh(Question& q) {
  const bool is_tradable = q.symbol->is_session_open && is_fresh(q, q.order.symbol);
  const bool is_met =
      q.order.type == OrderType::Market ||
      (q.order.type == OrderType::Limit && is_limit_met(q.order.side, q.order.limit, q.quote()));
  q.executes_now = q.may_execute && is_tradable && is_met;
  return is_tradable || !is_at_once(q);
}

bool are_prices_valid(Question& q) {
  return are_order_prices_valid(q.instrument(), prices_of(q.order), q.quote());
}

// Of a closed market the last price holds, as in the engine.
bool is_rate_good(const Question& q, SymbolId symbol) {
  if (q.replica.symbol(symbol)->is_session_open) return is_fresh(q, symbol);
  return q.replica.rates().quote(symbol).is_known();
}

bool is_convertible(const Question& q, Currency from, Currency to) {
  if (from == to) return true;
  const RateBook::Chain& chain = q.replica.rates().listed_chain(from, to);
  if (!chain.exists) return false;
  for (std::size_t i = 0; i < chain.length; ++i) {
    if (!is_rate_good(q, chain.steps[i].symbol)) return false;
  }
  return true;
}

bool is_commission_convertible(const Question& q) {
  const CommissionSpec& spec = q.replica.groups().commission(q.account->group, q.instrument());
  if (spec.amount.is_zero() && spec.minimum.is_zero()) return true;
  const bool from_notional = !spec.amount.is_zero() && spec.basis != CommissionBasis::PerLot &&
                             spec.currency != q.instrument().base;
  if (from_notional && !is_convertible(q, q.instrument().quote, spec.currency)) return false;
  return is_convertible(q, spec.currency, q.account->currency);
}

// What closes takes the last rates, however old, and is never refused for margin; what would open
// after it is the engine's to look at.
bool is_all_convertible(Question& q) {
  if (!q.executes_now) return true;
  if (q.closing.raw > 0) return true;
  const Currency own = q.account->currency;
  return is_convertible(q, q.instrument().margin_currency, own) &&
         is_convertible(q, q.instrument().quote, own) && is_commission_convertible(q);
}

bool do_values_fit(Question& q) {
  if (!q.executes_now || q.only_closes()) return true;
  const auto result = estimate(q.replica, *q.account, q.instrument(), q.quote(), q.order.side,
                               q.order.volume, q.closing);
  if (!result) return q.closing.raw > 0;
  q.estimate = *result;
  q.free_margin = result->free_margin - q.holds.held(q.header.account);
  return true;
}

bool is_margin_sufficient(Question& q) {
  if (!q.executes_now) return true;
  if (q.closing.raw > 0) return true;
  const Money left = q.free_margin - q.estimate.required - q.estimate.costs;
  return !(left + rounding_slack(*q.account)).is_negative();
}

// Orders under way count as well: the engine has not told of them yet.
bool is_in_day(const Question& q, std::int64_t most) {
  const auto so_far = std::int64_t{q.account->day_orders} + q.holds.orders(q.header.account);
  return so_far + q.orders <= most;
}

bool is_in_time(Question& q, Limit limit, const LimitInForce& in_force) {
  q.paced_by_time[Pace::place_of(limit)] = in_force;
  return q.pace.has(q.header.account, limit, in_force, q.orders, q.now);
}

template <Limit limit>
bool keeps_pace(Question& q) {
  if (q.orders == 0 || !q.replica.rules().is_any_set(bit_of(limit))) return true;
  const LimitInForce in_force = q.replica.rules().in_force(limit, q.subject());
  if (in_force.mode == LimitMode::Off) return true;
  const bool is_within = limit == Limit::OrdersPerDay ? is_in_day(q, in_force.threshold / kFixedOne)
                                                      : is_in_time(q, limit, in_force);
  if (is_within || q.only_closes()) return true;
  q.pace_warnings |= warning_of(limit);
  return in_force.mode == LimitMode::Warn;
}

bool is_hold_possible(Question& q) {
  return !needs_hold(q) || q.holds.has_room(q.header.gateway, q.header.request);
}

struct Check {
  RejectCode code;
  bool (*passes)(Question&);
};

constexpr std::array kChecks{
    Check{RejectCode::Validation, is_whole},
    Check{RejectCode::KillSwitch, may_anything_open},
    Check{RejectCode::AccountDisabled, is_account_enabled},
    Check{RejectCode::AccountCloseOnly, may_account_open},
    Check{RejectCode::SymbolUnknown, is_symbol_known},
    Check{RejectCode::SymbolDisabled, is_symbol_enabled},
    Check{RejectCode::SymbolCloseOnly, may_symbol_open},
    Check{RejectCode::MarketClosed, is_session_open},
    Check{RejectCode::VolumeOutOfRange, is_volume_in_range},
    Check{RejectCode::VolumeStep, is_volume_on_step},
    Check{RejectCode::StaleQuote, is_quote_fresh},
    Check{RejectCode::PriceInvalid, are_prices_valid},
    Check{RejectCode::NoConversion, is_all_convertible},
    Check{RejectCode::ValueOverflow, do_values_fit},
    Check{RejectCode::InsufficientMargin, is_margin_sufficient},
    Check{RejectCode::OrdersPerSecond, keeps_pace<Limit::OrdersPerSecond>},
    Check{RejectCode::OrdersPerMinute, keeps_pace<Limit::OrdersPerMinute>},
    Check{RejectCode::OrdersPerDay, keeps_pace<Limit::OrdersPerDay>},
    Check{RejectCode::Busy, is_hold_possible},
};

constexpr bool follows_precedence() {
  if (kChecks.size() != kPrecedence.size()) return false;
  for (std::size_t i = 0; i < kChecks.size(); ++i) {
    if (kChecks[i].code != kPrecedence[i]) return false;
  }
  return true;
}
static_assert(follows_precedence());

}  // namespace

bool needs_hold(const Question& q) {
  if (q.header.gateway == kNoGateway) return false;
  return q.executes_now ||
         (q.orders != 0 && q.replica.rules().is_any_set(bit_of(Limit::OrdersPerDay)));
}

RejectCode check(Question& question) {
  for (const Check& row : kChecks) {
    if (!row.passes(question)) return row.code;
  }
  return RejectCode::None;
}

}  // namespace tribook::risk
