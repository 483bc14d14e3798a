#include "engine/position_losses.h"

#include <algorithm>

#include "engine/exposure.h"
#include "engine/positions.h"
#include "tribook/domain/net_value.h"

namespace tribook::engine {
namespace {

constexpr int128 kHundredPercent = int128{100} * kFixedOne;

LimitInForce limit_of(const State& state, const Account& account, SymbolId symbol) {
  return state.rules.in_force(Limit::MaxPositionLoss, subject_of(account, symbol));
}

// What a position may lose; empty when it may lose anything.
std::optional<Money> allowed(const LimitInForce& limit, Money equity) {
  if (limit.mode == LimitMode::Off || equity.raw <= 0) return std::nullopt;
  const auto scaled = checked_multiply<int128>(equity.raw, limit.threshold);
  if (!scaled) return std::nullopt;
  return Money{*scaled / kHundredPercent};
}

// Below it, what was told is well again.
Money well_of(Money most) { return Money{most.raw / 10 * 7}; }

// What it loses when its price goes against it by its own size, a rate of conversion drifting.
std::optional<Money> weight_of(const State& state, const Account& account,
                               const Position& position) {
  const Instrument& instrument = state.symbol(position.symbol).instrument;
  Product worth =
      worth_of_net(instrument, state.quote_for(account, position.symbol), position.volume.raw);
  if (!state.rates.convert(worth, instrument.quote, account.currency, Crossing::Loss))
    return std::nullopt;
  const auto money = worth.round(kFixedDigits);
  if (!money) return std::nullopt;
  return Money{money->raw + money->raw / kDriftOfRates + 1};
}

template <typename Visit>
void for_each_watched(const State& state, const Account& account, Money equity, Visit visit) {
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    const Holding& holding = state.holdings[h];
    const LimitInForce limit = limit_of(state, account, holding.symbol);
    const auto most = allowed(limit, equity);
    if (!most) continue;
    for (std::uint32_t p = holding.first_position; p != 0; p = state.positions[p].next) {
      const auto pnl = unrealized_pnl(state, state.positions[p]);
      if (pnl) visit(p, -*pnl, *most, limit.threshold);
    }
  }
}

void tell(State& state, const Account& account, const Position& position, Money equity, Money loss,
          std::int64_t threshold, SymbolId quoted) {
  RiskAlert alert;
  alert.equity = equity;
  alert.base = equity;
  alert.alert = state.next_alert();
  const auto scaled = checked_multiply<int128>(loss.raw, kHundredPercent);
  alert.measured = static_cast<std::int64_t>(
      std::clamp<int128>(scaled ? *scaled / equity.raw : kMaxFixedRaw, 0, kMaxFixedRaw));
  alert.threshold = threshold;
  alert.position = position.id;
  alert.symbol = quoted ? quoted : position.symbol;
  alert.limit = Limit::MaxPositionLoss;
  alert.severity = position.is_loss_told ? AlertSeverity::Warning : AlertSeverity::Info;
  alert.is_over = position.is_loss_told ? 0 : 1;
  state.emit(account.id, alert);
}

}  // namespace

bool are_losses_watched(const State& state, const Account& account) {
  if (!state.rules.is_any_set(bit_of(Limit::MaxPositionLoss))) return false;
  if (account.positions == 0 || account.positions > kPositionsWatched) return false;
  for (std::uint32_t h = account.first_holding; h != 0; h = state.holdings[h].next_of_account) {
    if (limit_of(state, account, state.holdings[h].symbol).mode != LimitMode::Off) return true;
  }
  return false;
}

void tell_losses(State& state, const Account& account, Money equity, SymbolId quoted) {
  if (!are_losses_watched(state, account)) return;
  for_each_watched(state, account, equity,
                   [&](std::uint32_t p, Money loss, Money most, std::int64_t threshold) {
                     Position& position = state.positions[p];
                     const bool is_too_much = loss > most;
                     const bool is_well = loss < well_of(most);
                     if (position.is_loss_told ? !is_well : !is_too_much) return;
                     position.is_loss_told = is_too_much;
                     tell(state, account, position, equity, loss, threshold, quoted);
                   });
}

int128 part_until_loss(const State& state, const Account& account, Money equity) {
  int128 part = Unwatched::kAllOfPrice;
  const Money least = equity - Money{equity.raw / kEquityMayFall};
  for_each_watched(state, account, least,
                   [&](std::uint32_t p, Money loss, Money most, std::int64_t /*threshold*/) {
                     const Position& position = state.positions[p];
                     const auto weight = weight_of(state, account, position);
                     const Money until = position.is_loss_told ? loss - well_of(most) : most - loss;
                     const Money left = std::min(until, kMaxMoney);
                     const bool is_known = weight && weight->raw > 0 && left.raw > 0;
                     part = std::min(part, is_known ? (left.raw << kPartBits) / weight->raw : 0);
                   });
  return part;
}

}  // namespace tribook::engine
