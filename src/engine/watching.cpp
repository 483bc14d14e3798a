#include "engine/watching.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/at_stake.h"
#include "engine/exposure.h"
#include "engine/killing.h"
#include "engine/position_losses.h"
#include "engine/solvency.h"
#include "engine/state.h"
#include "tribook/base/archive.h"

namespace tribook::engine {
namespace {

constexpr std::int64_t kWhole = 100;  // parts of a limit that are used
constexpr std::int64_t kNear = 80;
constexpr std::int64_t kWell = 70;

// Limits of equity: what is crossed at or below a certain one.
constexpr std::array kOfEquity{Limit::MaxDailyLoss, Limit::MaxDailyLossPercent, Limit::MaxDrawdown};
// Of what is at stake, which prices make larger.
constexpr std::array kOfStake{Limit::MaxExposure, Limit::MaxLeverage};

// Of the limits of a day.
std::uint8_t forgiving_bit(Limit limit) {
  if (limit == Limit::MaxDailyLoss) return 1;
  return limit == Limit::MaxDailyLossPercent ? 2 : 0;
}

bool is_on(const LimitInForce& rule) {
  return rule.mode != LimitMode::Off || rule.kill != KillAction::None;
}

// From where the loss counts.
Money base_of(const State& state, const Account& account, Limit limit) {
  if (limit == Limit::MaxDrawdown) return state.risks[account.id.value].peak;
  return day_result(state, account, {}).base;
}

// Up; empty when it does not fit. REQUIRES: whole >= 0.
std::optional<Money> percent_of(Money whole, std::int64_t percent_raw, std::int64_t part) {
  constexpr int128 divisor = int128{100} * kFixedOne * kWhole;
  const auto scaled = checked_multiply<int128>(whole.raw, int128{percent_raw} * part);
  if (!scaled) return std::nullopt;
  return Money{(*scaled + divisor - 1) / divisor};
}

// What may be lost until that part of the limit is used.
std::optional<Money> loss_at(Money base, Limit limit, const LimitInForce& rule, std::int64_t part) {
  if (limit == Limit::MaxDailyLoss)
    return Money{(int128{rule.threshold} * part + kWhole - 1) / kWhole};
  if (base.raw <= 0) return std::nullopt;
  return percent_of(base, rule.threshold, part);
}

std::int64_t saturated(int128 value) {
  constexpr int128 most = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp<int128>(value, -most, most));
}

// As the limit is told: money, or percent.
std::int64_t measured(Money base, Limit limit, Money equity) {
  const Money lost = base - equity;
  if (limit == Limit::MaxDailyLoss) return saturated(lost.raw);
  const auto scaled = checked_multiply<int128>(lost.raw, int128{100} * kFixedOne);
  return scaled ? saturated(*scaled / base.raw) : saturated(lost.raw);
}

struct Finding {
  Limit limit = Limit::Count;
  Money base;
  std::int64_t measured = 0;
  std::int64_t threshold = 0;
};

void tell(State& state, const Account& account, Money equity, const Finding& finding,
          AlertSeverity severity, SymbolId quoted) {
  RiskAlert alert;
  alert.equity = equity;
  alert.base = finding.base;
  alert.alert = state.next_alert();
  alert.measured = finding.measured;
  alert.threshold = finding.threshold;
  alert.symbol = quoted;
  alert.limit = finding.limit;
  alert.severity = severity;
  alert.is_over = severity == AlertSeverity::Info ? 1 : 0;
  state.emit(account.id, alert);
}

void set_off(State& state, Account& account, const LimitInForce& rule, const Finding& finding) {
  if (rule.kill == KillAction::None) return;
  KillSwitch kill_switch;
  kill_switch.measured = finding.measured;
  kill_switch.threshold = finding.threshold;
  kill_switch.action = rule.kill;
  kill_switch.cause =
      finding.limit == Limit::MaxRejectsPerMinute ? KillCause::Rejects : KillCause::Limit;
  kill_switch.limit = finding.limit;
  switch_on(state, account, kill_switch);
}

// True when it goes from one to the other of well, near and crossed. What is crossed is near.
bool step(AccountRisk& risk, Limit limit, bool is_crossed, bool is_near, bool is_well) {
  const std::uint32_t bit = bit_of(limit);
  const AccountRisk before = risk;
  if (is_crossed) {
    risk.crossed |= bit;
    risk.near |= bit;
  } else if (is_well) {
    risk.crossed &= ~bit;
    risk.near &= ~bit;
    risk.forgiven &= static_cast<std::uint8_t>(~forgiving_bit(limit));
  } else if (is_near) {
    risk.near |= bit;
  } else {
    risk.crossed &= ~bit;
  }
  return risk.crossed != before.crossed || risk.near != before.near;
}

/// How much of a limit is used: `used` of `whole`, the same unit; near and well are parts of it.
struct Use {
  int128 used = 0;
  int128 whole = 0;
  int128 near = 0;
  int128 well = 0;
  bool is_crossed_at = true;  // else beyond
};

// An amount of all that is at stake may be as much as the limit; a loss may not.
bool is_crossed(const Use& use) {
  return use.is_crossed_at ? use.used >= use.whole : use.used > use.whole;
}

void judge(State& state, Account& account, Money equity, const LimitInForce& rule,
           const Finding& finding, const Use& use, SymbolId quoted) {
  AccountRisk& risk = state.risks[account.id.value];
  const std::uint32_t bit = bit_of(finding.limit);
  const bool was_crossed = (risk.crossed & bit) != 0;
  const bool now_crossed = is_crossed(use);
  if (!step(risk, finding.limit, now_crossed, use.used >= use.near, use.used < use.well)) return;
  const bool is_worse = now_crossed || ((risk.near & bit) != 0 && !was_crossed);
  const AlertSeverity severity = now_crossed ? AlertSeverity::Critical
                                 : is_worse  ? AlertSeverity::Warning
                                             : AlertSeverity::Info;
  tell(state, account, equity, finding, severity, quoted);
  if (now_crossed) set_off(state, account, rule, finding);
}

void forget(State& state, const Account& account, Limit limit) {
  AccountRisk& risk = state.risks[account.id.value];
  risk.crossed &= ~bit_of(limit);
  risk.near &= ~bit_of(limit);
}

void watch_equity(State& state, Account& account, Money equity, Limit limit, SymbolId quoted) {
  const LimitInForce rule = state.rules.in_force(limit, subject_of(account));
  const Money base = base_of(state, account, limit);
  const auto whole = loss_at(base, limit, rule, kWhole);
  const auto near = loss_at(base, limit, rule, kNear);
  const auto well = loss_at(base, limit, rule, kWell);
  if (!is_on(rule) || !whole || !near || !well) return forget(state, account, limit);
  const Finding finding{limit, base, measured(base, limit, equity), rule.threshold};
  judge(state, account, equity, rule, finding,
        {(base - equity).raw, whole->raw, near->raw, well->raw}, quoted);
}

// What leverage comes to is exposure over equity, cut to 10^-8.
std::optional<int128> leverage_of(Money at_stake, Money equity) {
  const auto scaled = checked_multiply<int128>(at_stake.raw, kFixedOne);
  if (!scaled || equity.raw <= 0) return std::nullopt;
  return *scaled / equity.raw;
}

void watch_stake(State& state, Account& account, Money equity, Limit limit, SymbolId quoted) {
  const LimitInForce rule = state.rules.in_force(limit, subject_of(account));
  const Figure total = is_on(rule) ? total_at_stake(state, account) : Figure{};
  if (!is_on(rule) || !total.is_known()) return forget(state, account, limit);
  const auto used = limit == Limit::MaxExposure ? std::optional(total.amount.raw)
                                                : leverage_of(total.amount, equity);
  if (!used) return;
  const Finding finding{limit, total.amount, saturated(*used), rule.threshold};
  const int128 whole = rule.threshold;
  judge(state, account, equity, rule, finding,
        {*used, whole, whole * kNear / kWhole, whole * kWell / kWhole, false}, quoted);
}

// Of a limit in percent of the peak an eighth: by so much it may rise unseen.
std::optional<Money> next_peak(const State& state, const Account& account) {
  const LimitInForce rule = state.rules.in_force(Limit::MaxDrawdown, subject_of(account));
  const Money peak = state.risks[account.id.value].peak;
  if (!is_on(rule) || peak.raw <= 0) return std::nullopt;
  const auto rise = percent_of(peak, rule.threshold / 8, kWhole);
  if (!rise) return std::nullopt;
  return peak + std::max(*rise, Money{1});
}

void tell_watched(State& state, const Account& account) {
  const AccountRisk& risk = state.risks[account.id.value];
  AccountWatched watched;
  watched.base = day_result(state, account, {}).base;
  watched.peak = risk.peak;
  watched.crossed = risk.crossed;
  watched.near = risk.near;
  state.emit(account.id, watched);
}

}  // namespace

DayResult day_result(const State& state, const Account& account, Money equity) {
  const AccountDay& day = state.timers.days[account.id.value];
  const Money base = day.equity_before + day.payments;
  return {equity - base, base};
}

Money peak_of(const State& state, const Account& account, Money equity) {
  return std::max(state.risks[account.id.value].peak, equity);
}

bool is_watched(const State& state, const Account& account) {
  if (!state.rules.is_any_set(kWatchedLimits)) return false;
  const AccountRisk& risk = state.risks[account.id.value];
  if ((risk.crossed | risk.near) != 0) return true;  // of limits that were there, to be cleared
  const auto is_set = [&](Limit limit) {
    return is_on(state.rules.in_force(limit, subject_of(account)));
  };
  return std::any_of(kOfEquity.begin(), kOfEquity.end(), is_set) ||
         std::any_of(kOfStake.begin(), kOfStake.end(), is_set) ||
         are_losses_watched(state, account);
}

void watch(State& state, Account& account, const Standing& now, SymbolId quoted) {
  AccountRisk& risk = state.risks[account.id.value];
  const AccountRisk before = risk;
  const bool has_drawdown = is_on(state.rules.in_force(Limit::MaxDrawdown, subject_of(account)));
  if (has_drawdown) risk.peak = std::max(risk.peak, now.equity);
  for (const Limit limit : kOfEquity) watch_equity(state, account, now.equity, limit, quoted);
  for (const Limit limit : kOfStake) watch_stake(state, account, now.equity, limit, quoted);
  tell_losses(state, account, now.equity, quoted);
  const bool is_same =
      risk.peak == before.peak && risk.crossed == before.crossed && risk.near == before.near;
  if (!is_same) tell_watched(state, account);
}

namespace {

// Half the way down to where leverage reaches its next level, were nothing else to change.
std::optional<Money> equity_of_next_leverage(const State& state, const Account& account,
                                             Money equity) {
  const LimitInForce rule = state.rules.in_force(Limit::MaxLeverage, subject_of(account));
  const Figure total = is_on(rule) ? total_at_stake(state, account) : Figure{};
  const auto used = total.is_known() ? leverage_of(total.amount, equity) : std::nullopt;
  if (!used || *used == 0) return std::nullopt;
  for (const std::int64_t share : {kNear, kWhole}) {
    const int128 level = int128{rule.threshold} * share / kWhole;
    if (level < *used || level == 0) continue;
    const auto scaled = checked_multiply<int128>(total.amount.raw, kFixedOne);
    return scaled ? std::optional(Money{equity.raw - (equity.raw - *scaled / level) / 2})
                  : std::nullopt;
  }
  return std::nullopt;
}

// Exposure grows with prices, and once more with the rates by which it is converted; leverage grows
// as equity falls, too, which bounds that besides.
int128 part_until_stake(const State& state, const Account& account, Money equity) {
  int128 part = Unwatched::kAllOfPrice;
  for (const Limit limit : kOfStake) {
    const LimitInForce rule = state.rules.in_force(limit, subject_of(account));
    const Figure total = is_on(rule) ? total_at_stake(state, account) : Figure{};
    if (!total.is_known() || total.amount.is_zero()) continue;
    const auto used = limit == Limit::MaxExposure ? std::optional(total.amount.raw)
                                                  : leverage_of(total.amount, equity);
    if (!used || *used <= 0) continue;
    for (const std::int64_t share : {kNear, kWhole}) {
      const int128 level = int128{rule.threshold} * share / kWhole;
      if (level < *used) continue;
      const int128 parts = limit == Limit::MaxExposure ? 4 : 8;
      part = std::min(part, ((level - *used + 1) << kPartBits) / *used / parts);
    }
  }
  return part;
}

}  // namespace

Unwatched unwatched(const State& state, const Account& account, const Standing& now) {
  Unwatched bounds;
  const auto falls_to = [&](Money equity) {
    bounds.above = bounds.above ? std::max(*bounds.above, equity) : equity;
  };
  const auto rises_to = [&](Money equity) {
    bounds.below = bounds.below ? std::min(*bounds.below, equity) : equity;
  };
  for (const Limit limit : kOfEquity) {
    const LimitInForce rule = state.rules.in_force(limit, subject_of(account));
    const Money base = base_of(state, account, limit);
    if (!is_on(rule)) continue;
    for (const std::int64_t part : {kWell, kNear, kWhole}) {
      const auto loss = loss_at(base, limit, rule, part);
      if (!loss) continue;
      const Money level = base - *loss;
      level < now.equity ? falls_to(level) : rises_to(level + Money{1});
    }
  }
  if (const auto peak = next_peak(state, account)) rises_to(*peak);
  bounds.part = part_until_stake(state, account, now.equity);
  if (const auto equity = equity_of_next_leverage(state, account, now.equity)) falls_to(*equity);
  if (are_losses_watched(state, account)) {
    falls_to(now.equity - Money{now.equity.raw / kEquityMayFall});
    bounds.part = std::min(bounds.part, part_until_loss(state, account, now.equity));
  }
  return bounds;
}

bool is_forgiven(const State& state, const Account& account, Limit limit) {
  return (state.risks[account.id.value].forgiven & forgiving_bit(limit)) != 0;
}

void forgive(State& state, Account& account, Limit limit) {
  AccountRisk& risk = state.risks[account.id.value];
  risk.forgiven |= forgiving_bit(limit);
  if (limit != Limit::MaxDrawdown) return;
  const auto now = standing(state, account);
  if (!now) return;
  risk.peak = now->equity;
  forget(state, account, limit);
  tell_watched(state, account);
  state.look_at_next_quote(account);
}

// A minute begins with the first refusal and is told of once.
void note_refused(State& state, Account& account) {
  constexpr Limit limit = Limit::MaxRejectsPerMinute;
  const LimitInForce rule = state.rules.in_force(limit, subject_of(account));
  if (!is_on(rule)) return;
  AccountRisk& risk = state.risks[account.id.value];
  const auto now_s = static_cast<std::uint32_t>(state.now.ns / 1'000'000'000);
  if (risk.refused == 0 || now_s - risk.refusing >= 60) {
    risk.refusing = now_s;
    risk.refused = 0;
  }
  const std::int64_t most = rule.threshold / kFixedOne;
  if (risk.refused != UINT16_MAX) ++risk.refused;
  if (risk.refused != most + 1 || risk.refused == UINT16_MAX) return;
  const Finding finding{limit, {}, std::int64_t{risk.refused} * kFixedOne, rule.threshold};
  const auto now = standing(state, account);
  tell(state, account, now ? now->equity : Money{}, finding, AlertSeverity::Critical, {});
  set_off(state, account, rule, finding);
}

void begin_day_of_risk(State& state, const Account& account, Money equity) {
  AccountRisk& risk = state.risks[account.id.value];
  constexpr std::uint32_t of_the_day =
      bit_of(Limit::MaxDailyLoss) | bit_of(Limit::MaxDailyLossPercent);
  risk.crossed &= ~of_the_day;
  risk.near &= ~of_the_day;
  risk.peak = std::max(risk.peak, equity);
  risk.forgiven = 0;
  tell_watched(state, account);
}

namespace {

// As if nothing had been told of these.
void judge_anew(State& state, Account& account, std::uint32_t limits) {
  AccountRisk& risk = state.risks[account.id.value];
  const bool was_told = ((risk.crossed | risk.near) & limits) != 0;
  risk.crossed &= ~limits;
  risk.near &= ~limits;
  if (was_told) tell_watched(state, account);
  state.look_at_next_quote(account);
}

}  // namespace

void watch_anew(State& state, const RiskScope& scope, std::uint32_t limits) {
  if ((limits & kWatchedLimits) == 0) return;
  if (scope.level == ScopeLevel::Account)
    return judge_anew(state, state.account(AccountId{scope.id}), limits);
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    judge_anew(state, state.accounts[i], limits);
  }
}

void save_risks(base::ArchiveWriter& archive, const State& state) {
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    const AccountRisk& risk = state.risks[i];
    archive(risk.peak, risk.crossed, risk.near, risk.refusing, risk.refused, risk.forgiven);
  }
}

void load_risks(base::ArchiveReader& archive, State& state) {
  for (std::size_t i = 1; i < state.accounts.size() && archive.ok(); ++i) {
    AccountRisk& risk = state.risks[i];
    archive(risk.peak, risk.crossed, risk.near, risk.refusing, risk.refused, risk.forgiven);
    archive.demand(risk.forgiven <= 3);
    archive.demand((risk.near & ~kWatchedLimits) == 0 && (risk.crossed & ~risk.near) == 0);
    archive.demand(magnitude(risk.peak.raw) <= magnitude(kMaxMoney.raw) * 1'000);
  }
}

void mix_risks(base::Digest& digest, const State& state) {
  for (std::size_t i = 1; i < state.accounts.size(); ++i) {
    digest.mix_value(state.risks[i].peak);
    digest.mix(std::uint64_t{state.risks[i].crossed} << 32 | state.risks[i].near);
    digest.mix(std::uint64_t{state.risks[i].refusing} << 32 |
               std::uint64_t{state.risks[i].refused} << 8 | state.risks[i].forgiven);
  }
}

}  // namespace tribook::engine
