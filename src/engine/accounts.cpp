#include "engine/commands.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "tribook/domain/charges.h"

namespace tribook::engine {
namespace {

// Amounts are in the currency's minor units and within what a balance can hold.
RejectCode check_amount(const Account& account, Money amount) {
  int128 minor_unit = 1;
  for (int digits = minor_digits(account.currency); digits < kFixedDigits; ++digits)
    minor_unit *= 10;
  if (amount.raw <= 0 || amount.raw % minor_unit != 0) return RejectCode::Validation;
  if (amount > kMaxMoney || account.balance + amount > kMaxMoney) return RejectCode::ValueOverflow;
  return RejectCode::None;
}

struct Payment {
  Money amount;
  PaymentMethod method = PaymentMethod::None;
  LedgerType type = LedgerType::Deposit;
};

std::uint64_t digest_of(const Payment& payment, const Texts& texts) {
  base::Digest digest;
  digest.mix_value(payment.amount);
  digest.mix(static_cast<std::uint64_t>(payment.method));
  digest.mix(static_cast<std::uint64_t>(payment.type));
  for (std::size_t i = 1; i < texts.part.size(); ++i) {
    digest.mix_bytes(texts.part[i].data(), texts.part[i].size());
    digest.mix(texts.part[i].size());
  }
  return digest.value();
}

void emit_payment(State& state, const Account& account, const Payment& payment, LedgerId entry,
                  bool is_duplicate, TextRef text) {
  LedgerPosted posted;
  posted.amount = payment.type == LedgerType::Withdrawal ? -payment.amount : payment.amount;
  posted.balance_after = account.balance;
  posted.entry = entry;
  posted.type = payment.type;
  posted.house = HouseAccount::Payments;
  posted.method = payment.method;
  posted.is_duplicate = is_duplicate ? 1 : 0;
  state.emit(account.id, posted, text);
}

void pay(State& state, const CommandHeader& header, const Payment& payment) {
  Account* account = state.find_account(header.account);
  if (account == nullptr) return state.refuse(header.account, RejectCode::NotFound);
  const Texts texts = read_texts(state.slab.get(header.text));
  const std::string_view key = texts.part[0];
  const bool has_key = !key.empty() && key.size() <= kClientIdMax;
  const std::uint64_t body = digest_of(payment, texts);
  if (has_key) {
    const auto* known = state.client_ids.find(account->id, ClientIdUse::Payment, key, state.now);
    if (known != nullptr && known->body != body)
      return state.refuse(account->id, RejectCode::Duplicate);
    if (known != nullptr)
      return emit_payment(state, *account, payment, LedgerId{known->result}, true, {});
  }
  if (account->state == AccountState::Closed)
    return state.refuse(account->id, RejectCode::AccountDisabled);
  if (const auto code = check_amount(*account, payment.amount); code != RejectCode::None) {
    return state.refuse(account->id, code);
  }
  Money amount = payment.amount;
  if (payment.type == LedgerType::Withdrawal) {
    const Standing now = standing(state, *account);
    const Money free = now.equity - now.used_margin - account->reserved_margin;
    if (amount > free || amount > account->balance) {
      return state.refuse(account->id, RejectCode::InsufficientMargin);
    }
    amount = -amount;
  }
  const LedgerId entry =
      state.ledger.post(account->balance, account->currency, HouseAccount::Payments, amount);
  if (has_key) {
    state.client_ids.remember(account->id, ClientIdUse::Payment, key, body, entry.value, state.now);
  }
  state.look_at_next_quote(*account);
  emit_payment(state, *account, payment, entry, false, header.text);
  state.emit_account(*account);
}

bool is_sane(const AccountSpec& spec) {
  return Currency::parse(CurrencyText(spec.currency).view()) == spec.currency &&
         spec.leverage >= 1 && spec.leverage <= 100'000 && spec.stop_out_level.raw >= 0 &&
         spec.stop_out_level.raw <= 10'000 * kFixedOne && spec.margin_call_levels.is_sane() &&
         is_valid(spec.stop_out_order) && is_valid(spec.kind) && is_valid(spec.mode) &&
         is_valid(spec.closing) && is_sane(spec.swap_free);
}

Money initial_deposit(const AccountSpec& spec) {
  Deposit deposit;
  deposit.amount_low = spec.initial_deposit_low;
  deposit.amount_high = spec.initial_deposit_high;
  return amount_of(deposit);
}

Account make_account(const AccountSpec& spec, AccountId id) {
  Account account;
  account.id = id;
  account.currency = spec.currency;
  account.leverage = spec.leverage;
  account.stop_out_level = spec.stop_out_level;
  account.margin_call_levels = spec.margin_call_levels;
  account.stop_out_order = spec.stop_out_order;
  account.kind = spec.kind;
  account.mode = spec.mode;
  account.closing = spec.closing;
  account.group = spec.group;
  account.swap_free = spec.swap_free;
  account.negative_balance_protection = spec.negative_balance_protection != 0;
  return account;
}

}  // namespace

RejectCode check_account(const State& state, const AccountSpec& spec) {
  if (!is_sane(spec)) return RejectCode::Validation;
  if (state.accounts.size() > state.limits.accounts) return RejectCode::LimitReached;
  if (!state.rates.has_room_for(spec.currency)) return RejectCode::LimitReached;
  const Money amount = initial_deposit(spec);
  return amount.is_zero() ? RejectCode::None : check_amount(make_account(spec, {}), amount);
}

void on_create_account(State& state, const CommandHeader& header, const CreateAccount& create) {
  const auto spec = read_spec<AccountSpec>(state.slab.get(header.text));
  if (!spec) return state.refuse({}, RejectCode::Validation);
  const RejectCode code = check_account(state, *spec);
  if (code != RejectCode::None) return state.refuse({}, code);
  state.rates.add_currency(spec->currency);
  state.ledger.add_currency(spec->currency);
  if (state.accounts.size() == 1) state.timers.begin(state.now);  // the first one
  const AccountId id{static_cast<std::uint32_t>(state.accounts.size())};
  state.accounts.push_back(make_account(*spec, id));
  state.accounts.back().user = create.user;
  state.accounts.back().created = state.now;
  AccountCreated created;
  created.user = create.user;
  state.emit(id, created, header.text);
  Account& account = state.accounts.back();
  book(state, account, LedgerType::Deposit, HouseAccount::Payments, initial_deposit(*spec), {});
  state.emit_account(account);
}

void on_deposit(State& state, const CommandHeader& header, const Deposit& deposit) {
  pay(state, header, {amount_of(deposit), deposit.method, LedgerType::Deposit});
}

void on_withdraw(State& state, const CommandHeader& header, const Withdraw& withdraw) {
  pay(state, header, {amount_of(withdraw), withdraw.method, LedgerType::Withdrawal});
}

}  // namespace tribook::engine
