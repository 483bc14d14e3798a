#include <algorithm>

#include "reference/engine.h"

namespace tribook::reference {
namespace {

std::string house_of(EntryType type) {
  switch (type) {
    case EntryType::Deposit:
    case EntryType::Withdrawal:
      return "DEPOSITS";
    case EntryType::Commission:
      return "COMMISSION";
    case EntryType::Swap:
    case EntryType::Funding:
      return "SWAP";
    case EntryType::RealizedPnl:
      return "TRADING_PNL";
    case EntryType::Bonus:
    case EntryType::Credit:
      return "BONUSES";
    case EntryType::Adjustment:
      return "ADJUSTMENTS";
    case EntryType::NegativeBalance:
      return "NEGATIVE_BALANCE_COVER";
  }
  return "";
}

}  // namespace

void Engine::post(LedgerEntry entry) {
  entry.id = Id(ledger_.size()) + 1;
  entry.time = now_;
  if (entry.account != 0) {
    Account& owner = account(entry.account);
    Rational& total = entry.of_credit ? owner.credit : owner.balance;
    entry.before = total;
    total += entry.amount;
    entry.after = total;
    note_payment(owner, entry);
    Event event;
    event.kind = Event::Kind::Ledger;
    event.account = entry.account;
    event.code = name_of(entry.type) + (entry.of_credit ? "(credit)" : "");
    event.amount = entry.amount;
    emit(event);
  } else {
    Rational& total = house_[{entry.house, entry.currency}];
    entry.before = total;
    total += entry.amount;
    entry.after = total;
  }
  ledger_.push_back(entry);
}

void Engine::book(Account& owner, EntryType type, const Rational& amount, Id reference) {
  if (amount == 0) return;
  LedgerEntry client;
  client.account = owner.id;
  client.currency = owner.settings.currency;
  client.type = type;
  client.amount = amount;
  client.reference = reference;
  post(client);
  LedgerEntry house = client;
  house.account = 0;
  house.house = house_of(type);
  house.amount = -amount;
  post(house);
}

// Given by the house, or taken back.
void Engine::book_credit(Account& owner, const Rational& amount, Id reference) {
  LedgerEntry client;
  client.account = owner.id;
  client.currency = owner.settings.currency;
  client.type = EntryType::Credit;
  client.of_credit = true;
  client.amount = amount;
  client.reference = reference;
  post(client);
  LedgerEntry house = client;
  house.account = 0;
  house.of_credit = false;
  house.house = house_of(EntryType::Credit);
  house.amount = -amount;
  post(house);
}

// What the house gains at the provider: TRADING_PNL against what the provider owes.
void Engine::settle_with_venue(const Symbol& traded, const Rational& amount_in_quote,
                               Id reference) {
  const std::string currency = traded.venue_currency.empty() ? traded.quote : traded.venue_currency;
  const auto converted = convert(amount_in_quote, traded.quote, currency, Crossing::Mid);
  const Rational amount = round_digits(converted.value_or(0), digits(currency));
  if (amount == 0) return;
  LedgerEntry entry;
  entry.currency = currency;
  entry.type = EntryType::RealizedPnl;
  entry.reference = reference;
  entry.house = "TRADING_PNL";
  entry.amount = amount;
  post(entry);
  entry.house = "LP_SETTLEMENT";
  entry.amount = -amount;
  post(entry);
}

Engine::Charge Engine::commission_for(const Order& order, const Symbol& traded,
                                      const Rational& volume, const Rational& price) const {
  const Account& owner = account(order.request.account);
  const CommissionSettings settings = commission_of(owner, traded);
  const Rational units = volume * traded.contract;
  Rational notional = units;
  if (settings.currency != traded.base) {
    notional = convert(units * price, traded.quote, settings.currency, Crossing::Mid).value_or(0);
  }
  Rational raw = 0;
  if (settings.basis == CommissionBasis::PerLot) raw = settings.amount * volume;
  if (settings.basis == CommissionBasis::PerMillion) raw = settings.amount * notional / 1'000'000;
  if (settings.basis == CommissionBasis::Percent) raw = settings.amount * notional / 100;
  Charge charge;
  charge.raw = order.commission_raw + raw;
  // By the terms of now: what other terms charged before is not paid back.
  const Rational due = larger(charge.raw, settings.minimum);
  const Rational before =
      order.was_charged ? larger(order.commission_raw, settings.minimum) : Rational(0);
  const std::string& currency = owner.settings.currency;
  const auto converted = convert(due - before, settings.currency, currency, Crossing::Loss);
  charge.amount = round_digits(converted.value_or(0), digits(currency));
  return charge;
}

void Engine::charge_commission(Order& order, Position& position, const Rational& volume,
                               const Rational& price) {
  const Charge charge = commission_for(order, symbol(position.symbol), volume, price);
  order.commission_raw = charge.raw;
  order.was_charged = true;
  position.commission -= charge.amount;
  book(account(position.account), EntryType::Commission, -charge.amount, position.id);
}

void Engine::cover_negative(Account& owner, CloseReason reason) {
  if (reason != CloseReason::StopOut && reason != CloseReason::StopLoss) return;
  if (owner.balance >= 0 || !*options_of(owner).negative_balance_protection) return;
  const bool holds = std::any_of(positions_.begin(), positions_.end(), [&](const auto& entry) {
    return entry.second.open && entry.second.account == owner.id;
  });
  if (holds) return;
  const Rational from_credit = smaller(owner.credit, -owner.balance);
  if (from_credit > 0) {
    book_credit(owner, -from_credit, 0);
    book(owner, EntryType::Credit, from_credit, 0);
  }
  book(owner, EntryType::NegativeBalance, -owner.balance, 0);
}

std::string Engine::move_money(const MoveMoney& move) {
  const auto found = accounts_.find(move.account);
  if (found == accounts_.end()) return "NOT_FOUND";
  Account& owner = found->second;
  if (owner.settings.state == AccountState::Closed) return "FORBIDDEN";
  const bool may_be_negative = move.kind == MoneyKind::Adjustment || move.kind == MoneyKind::Credit;
  if (move.amount == 0 || (move.amount < 0 && !may_be_negative)) return "VALIDATION";
  if (!is_multiple(move.amount, power_of_ten(-digits(owner.settings.currency)))) {
    return "VALIDATION";
  }
  if (move.kind == MoneyKind::Credit) {
    if (owner.credit + move.amount < 0) return "VALIDATION";
    book_credit(owner, move.amount, 0);
    return "";
  }
  EntryType type = EntryType::Deposit;
  if (move.kind == MoneyKind::Bonus) type = EntryType::Bonus;
  if (move.kind == MoneyKind::Adjustment) type = EntryType::Adjustment;
  book(owner, type, move.amount, 0);
  return "";
}

// Credit is not the client's: only balance, and only what no margin needs, can leave.
std::string Engine::request_withdrawal(const RequestWithdrawal& request) {
  const auto found = accounts_.find(request.account);
  if (found == accounts_.end()) return "NOT_FOUND";
  Account& owner = found->second;
  if (owner.settings.state == AccountState::Closed) return "FORBIDDEN";
  const Rational unit = power_of_ten(-digits(owner.settings.currency));
  if (request.amount <= 0 || !is_multiple(request.amount, unit)) return "VALIDATION";
  const Figures figures_now = figures(owner.id);
  const Rational free = figures_now.free_margin - figures_now.credit;
  if (request.amount > smaller(owner.balance, free)) return "INSUFFICIENT_FUNDS";
  const Id id = next_id_++;
  withdrawals_[id] = Withdrawal{id, owner.id, request.amount, true, false};
  book(owner, EntryType::Withdrawal, -request.amount, id);
  result_.id = id;
  return "";
}

std::string Engine::decide_withdrawal(const DecideWithdrawal& decision) {
  const auto found = withdrawals_.find(decision.withdrawal);
  if (found == withdrawals_.end()) return "NOT_FOUND";
  Withdrawal& withdrawal = found->second;
  if (!withdrawal.pending) return "VALIDATION";
  withdrawal.pending = false;
  withdrawal.approved = decision.approve;
  if (!decision.approve) {
    book(account(withdrawal.account), EntryType::Withdrawal, withdrawal.amount, withdrawal.id);
  }
  return "";
}

}  // namespace tribook::reference
