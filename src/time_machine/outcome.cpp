#include "time_machine/outcome.h"

namespace tribook::time_machine {

void Figures::add(const Figures& other) {
  balance += other.balance;
  equity += other.equity;
  used_margin += other.used_margin;
  realized += other.realized;
  commission += other.commission;
  covered += other.covered;
  filled += other.filled;
  rejected += other.rejected;
  stop_outs += other.stop_outs;
  margin_calls += other.margin_calls;
  positions += other.positions;
}

std::map<Currency, Figures> Outcome::by_currency() const {
  std::map<Currency, Figures> sums;
  for (const auto& [id, figures] : accounts) {
    sums[figures.currency].currency = figures.currency;
    sums[figures.currency].add(figures);
  }
  return sums;
}

Figures Outcome::counts() const {
  Figures sum;
  for (const auto& [id, figures] : accounts) sum.add(figures);
  return sum;
}

void Tally::hear(const Event& event) {
  const AccountId account = event.header.account;
  switch (event.header.kind) {
    case EventKind::OrderUpdated: {
      const auto updated = event.get<OrderUpdated>();
      if (updated.is_duplicate != 0 || updated.reason != CloseReason::None) return;
      if (!is_final(updated.status)) return;
      const bool is_rejected = updated.code != RejectCode::None;
      ++(is_rejected ? outcome_.accounts[account].rejected : outcome_.accounts[account].filled);
      if (is_rejected) ++outcome_.rejected[updated.code];
      return;
    }
    case EventKind::TradeExecuted: {
      const auto trade = event.get<TradeExecuted>();
      outcome_.accounts[account].realized += trade.realized_pnl;
      outcome_.accounts[account].commission += trade.commission;
      if (trade.reason != CloseReason::None) ++outcome_.closes[trade.reason];
      return;
    }
    case EventKind::LedgerPosted: {
      const auto posted = event.get<LedgerPosted>();
      if (posted.type == LedgerType::NegativeBalance) {
        outcome_.accounts[account].covered += posted.amount;
      }
      return;
    }
    case EventKind::MarginCall:
      ++outcome_.accounts[account].margin_calls;
      return;
    case EventKind::StopOut:
      ++outcome_.accounts[account].stop_outs;
      return;
    case EventKind::Refused:
      ++outcome_.refused[event.get<Refused>().code];
      return;
    default:
      return;
  }
}

// An order of an account that never was is counted for nobody.
void Tally::finish(const core::House& house) {
  const engine::Engine& engine = house.engine();
  std::erase_if(outcome_.accounts,
                [&](const auto& entry) { return !engine.has_account(entry.first); });
  for (std::uint32_t i = 1; i <= engine.last_account().value; ++i) {
    const engine::AccountFigures now = engine.figures(AccountId{i});
    Figures& figures = outcome_.accounts[AccountId{i}];
    figures.currency = now.currency;
    figures.balance = now.balance;
    figures.equity = now.equity;
    figures.used_margin = now.used_margin;
    figures.positions = now.positions;
  }
}

}  // namespace tribook::time_machine
