#include "engine/payments.h"

#include <algorithm>

#include "engine/commands.h"
#include "engine/positions.h"
#include "engine/solvency.h"

// Money that moves by somebody's word: deposits and withdrawals, adjustments, bonuses, credit.
//
// A withdrawal is booked when it is asked for, so that it cannot be traded away until somebody has
// looked at it, and booked back when it is rejected. Credit is the client's to lose and not to
// take: it stands beside the balance, counts as equity, and leaves only through a loss.

namespace tribook::engine {
namespace {

/// A payment under its way: what is booked, by which key it is known.
struct Payment {
  Money amount;  // as it is booked
  LedgerType type = LedgerType::Deposit;
  HouseAccount house = HouseAccount::Payments;
  PaymentMethod method = PaymentMethod::None;
  AdjustmentKind adjustment = AdjustmentKind::Manual;

  [[nodiscard]] bool is_of_credit() const { return type == LedgerType::Credit; }
};

std::uint64_t digest_of(const Payment& payment, const Texts& texts) {
  base::Digest digest;
  digest.mix_value(payment.amount);
  digest.mix(static_cast<std::uint64_t>(payment.method));
  digest.mix(static_cast<std::uint64_t>(payment.type) << 8 |
             static_cast<std::uint64_t>(payment.adjustment));
  for (std::size_t i = 1; i < texts.part.size(); ++i) {
    digest.mix_bytes(texts.part[i].data(), texts.part[i].size());
    digest.mix(texts.part[i].size());
  }
  return digest.value();
}

/// An Idempotency-Key and what it was used for. Without one nothing is known or remembered.
class Key {
 public:
  Key(State& state, AccountId account, std::string_view text, std::uint64_t body)
      : state_(state), account_(account), text_(text), body_(body) {}

  [[nodiscard]] const ClientIds::Entry* known() const {
    return is_given() ? state_.client_ids.find(account_, ClientIdUse::Payment, text_, state_.now)
                      : nullptr;
  }
  [[nodiscard]] bool is_for(const ClientIds::Entry& entry) const { return entry.body == body_; }
  void remember(std::uint64_t result) const {
    if (!is_given()) return;
    state_.client_ids.remember(account_, ClientIdUse::Payment, text_, body_, result, state_.now);
  }

 private:
  [[nodiscard]] bool is_given() const { return !text_.empty() && text_.size() <= kClientIdMax; }

  State& state_;
  AccountId account_;
  std::string_view text_;
  std::uint64_t body_;
};

LedgerPosted describe(const Account& account, const Payment& payment, LedgerId entry) {
  LedgerPosted posted;
  posted.amount = payment.amount;
  posted.balance_after = payment.is_of_credit() ? account.credit : account.balance;
  posted.entry = entry;
  posted.type = payment.type;
  posted.house = payment.house;
  posted.method = payment.method;
  posted.is_of_credit = payment.is_of_credit() ? 1 : 0;
  posted.adjustment = payment.adjustment;
  return posted;
}

LedgerId post(State& state, Account& account, const Payment& payment, std::uint64_t reference,
              TextRef text) {
  Money& total = payment.is_of_credit() ? account.credit : account.balance;
  const LedgerId entry = state.ledger.post(total, account.currency, payment.house, payment.amount);
  LedgerPosted posted = describe(account, payment, entry);
  posted.reference = reference;
  state.look_at_next_quote(account);
  state.emit(account.id, posted, text);
  return entry;
}

RejectCode check_payment(const State& state, const Account& account, const Payment& payment) {
  if (account.state == AccountState::Closed) return RejectCode::AccountDisabled;
  const Money total = payment.is_of_credit() ? account.credit : account.balance;
  if (const auto code = check_amount(account.currency, total, payment.amount);
      code != RejectCode::None) {
    return code;
  }
  if (payment.is_of_credit() && (total + payment.amount).is_negative())
    return RejectCode::InsufficientFunds;
  if (payment.type != LedgerType::Withdrawal) return RejectCode::None;
  const auto now = standing(state, account);
  if (!now) return RejectCode::ValueOverflow;
  const Money free = now->equity - now->used_margin - account.reserved_margin - account.credit;
  if (-payment.amount > std::min(account.balance, free)) return RejectCode::InsufficientFunds;
  return state.withdrawals.has_room_for(account.id) ? RejectCode::None : RejectCode::LimitReached;
}

void emit_withdrawal(State& state, const Withdrawal& withdrawal, TextRef text) {
  state.emit(withdrawal.account, describe(withdrawal), text);
}

// The same answer as the first time, of what little is remembered of it.
void answer_repeated(State& state, const Account& account, const Payment& payment,
                     std::uint64_t result) {
  if (payment.type != LedgerType::Withdrawal) {
    LedgerPosted posted = describe(account, payment, LedgerId{result});
    posted.is_duplicate = 1;
    return state.emit(account.id, posted);
  }
  WithdrawalUpdated updated;
  updated.amount = -payment.amount;
  updated.withdrawal = WithdrawalId{result};
  updated.is_duplicate = 1;
  state.emit(account.id, updated);
}

void ask_for(State& state, const CommandHeader& header, Account& account, const Payment& payment,
             const Key& key, const Texts& texts) {
  const WithdrawalId id = state.withdrawals.next();
  Withdrawal withdrawal;
  withdrawal.amount = -payment.amount;
  withdrawal.entry = post(state, account, payment, id.value, header.text);
  withdrawal.requested = state.now;
  withdrawal.account = account.id;
  withdrawal.requested_by = header.actor;
  withdrawal.method = payment.method;
  state.withdrawals.add(withdrawal, texts);
  key.remember(id.value);
  emit_withdrawal(state, *state.withdrawals.find(id), header.text);
}

// Whose money it is comes before what is wrong with it, as with orders.
void pay(State& state, const CommandHeader& header, const Payment& payment, bool is_well_formed) {
  Account* account = state.find_account(header.account);
  if (account == nullptr) return state.refuse(header.account, RejectCode::NotFound);
  if (!is_well_formed) return state.refuse(account->id, RejectCode::Validation);
  const Texts texts = read_texts(state.slab.get(header.text));
  const Key key(state, account->id, texts.part[0], digest_of(payment, texts));
  if (const auto* known = key.known()) {
    if (!key.is_for(*known)) return state.refuse(account->id, RejectCode::Duplicate);
    return answer_repeated(state, *account, payment, known->result);
  }
  const RejectCode code = check_payment(state, *account, payment);
  if (code != RejectCode::None) return state.refuse(account->id, code);
  if (payment.type == LedgerType::Withdrawal) {
    ask_for(state, header, *account, payment, key, texts);
  } else {
    key.remember(post(state, *account, payment, 0, header.text).value);
  }
  state.emit_account(*account);
}

}  // namespace

// Amounts are in the currency's minor units and within what a balance can hold.
RejectCode check_amount(Currency currency, Money total, Money amount) {
  int128 minor_unit = 1;
  for (int digits = minor_digits(currency); digits < kFixedDigits; ++digits) minor_unit *= 10;
  if (amount.is_zero() || amount.raw % minor_unit != 0) return RejectCode::Validation;
  const auto is_within = [](Money value) { return value <= kMaxMoney && value >= -kMaxMoney; };
  return is_within(amount) && is_within(total + amount) ? RejectCode::None
                                                        : RejectCode::ValueOverflow;
}

WithdrawalUpdated describe(const Withdrawal& withdrawal) {
  WithdrawalUpdated updated;
  updated.amount = withdrawal.amount;
  updated.withdrawal = withdrawal.id;
  updated.entry = withdrawal.entry;
  updated.requested = withdrawal.requested;
  updated.requested_by = withdrawal.requested_by;
  updated.method = withdrawal.method;
  return updated;
}

void book_credit_as_balance(State& state, Account& account, Money amount) {
  Payment payment;
  payment.type = LedgerType::Credit;
  payment.house = HouseAccount::Bonus;
  payment.amount = -amount;
  post(state, account, payment, 0, {});
  book(state, account, LedgerType::Credit, HouseAccount::Bonus, amount, {});
}

void on_deposit(State& state, const CommandHeader& header, const Deposit& deposit) {
  Payment payment;
  payment.amount = amount_of(deposit);
  payment.method = deposit.method;
  pay(state, header, payment, !payment.amount.is_negative());
}

void on_withdraw(State& state, const CommandHeader& header, const Withdraw& withdraw) {
  Payment payment;
  payment.type = LedgerType::Withdrawal;
  payment.amount = -amount_of(withdraw);
  payment.method = withdraw.method;
  pay(state, header, payment, payment.amount.is_negative());
}

void on_adjust(State& state, const CommandHeader& header, const Adjust& adjust) {
  const bool is_bonus = adjust.kind == AdjustmentKind::Bonus;
  Payment payment;
  payment.type = is_bonus ? LedgerType::Bonus : LedgerType::Adjustment;
  payment.house = is_bonus ? HouseAccount::Bonus : HouseAccount::Adjustment;
  payment.amount = amount_of(adjust);
  payment.adjustment = adjust.kind;
  const Texts texts = read_texts(state.slab.get(header.text));
  const bool has_reason = !texts.part[kPaymentNote].empty();
  pay(state, header, payment, has_reason && !(is_bonus && payment.amount.is_negative()));
}

void on_change_credit(State& state, const CommandHeader& header, const ChangeCredit& change) {
  Payment payment;
  payment.type = LedgerType::Credit;
  payment.house = HouseAccount::Bonus;
  payment.amount = amount_of(change);
  pay(state, header, payment, true);
}

namespace {

std::uint64_t digest_of(const DecideWithdrawal& decision) {
  base::Digest digest;
  digest.mix(decision.withdrawal.value);
  digest.mix(decision.approve);
  return digest.value();
}

WithdrawalStatus status_of(const DecideWithdrawal& decision) {
  return decision.approve != 0 ? WithdrawalStatus::Approved : WithdrawalStatus::Rejected;
}

// Nothing keeps a rejected withdrawal from going back: it was the client's.
LedgerId reverse(State& state, const Withdrawal& withdrawal, TextRef text) {
  Account& account = state.account(withdrawal.account);
  Payment payment;
  payment.type = LedgerType::Withdrawal;
  payment.amount = withdrawal.amount;
  payment.method = withdrawal.method;
  return post(state, account, payment, withdrawal.id.value, text);
}

}  // namespace

void on_decide_withdrawal(State& state, const CommandHeader& header,
                          const DecideWithdrawal& decision) {
  const Texts texts = read_texts(state.slab.get(header.text));
  const Key key(state, {}, texts.part[0], digest_of(decision));
  if (const auto* known = key.known()) {
    if (!key.is_for(*known)) return state.refuse({}, RejectCode::Duplicate);
    WithdrawalUpdated updated;
    updated.withdrawal = decision.withdrawal;
    updated.status = status_of(decision);
    updated.is_duplicate = 1;
    return state.emit({}, updated);
  }
  const Withdrawal* found = state.withdrawals.find(decision.withdrawal);
  if (found == nullptr) {
    const bool was_there = decision.withdrawal && decision.withdrawal <= state.withdrawals.last();
    return state.refuse({}, was_there ? RejectCode::NotPending : RejectCode::NotFound);
  }
  const Withdrawal withdrawal = *found;
  WithdrawalUpdated updated = describe(withdrawal);
  updated.status = status_of(decision);
  updated.decided_by = header.actor;
  updated.entry = {};
  if (decision.approve == 0) updated.entry = reverse(state, withdrawal, header.text);
  state.withdrawals.remove(withdrawal.id);
  key.remember(withdrawal.id.value);
  state.emit(withdrawal.account, updated, header.text);
  if (decision.approve == 0) state.emit_account(state.account(withdrawal.account));
}

}  // namespace tribook::engine
