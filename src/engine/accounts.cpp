#include <utility>

#include "engine/commands.h"
#include "engine/groups.h"
#include "engine/payments.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "tribook/domain/charges.h"

namespace tribook::engine {
namespace {

bool is_leverage(std::uint32_t leverage) { return leverage >= 1 && leverage <= 100'000; }

bool is_sane(const AccountSpec& spec) {
  return Currency::parse(CurrencyText(spec.currency).view()) == spec.currency &&
         is_leverage(spec.leverage) && is_valid(spec.kind) && is_valid(spec.mode) &&
         check_values(own_options(spec)).code == RejectCode::None &&
         (spec.from_group & ~kAllOptions) == 0;
}

Money initial_deposit(const AccountSpec& spec) {
  Deposit deposit;
  deposit.amount_low = spec.initial_deposit_low;
  deposit.amount_high = spec.initial_deposit_high;
  return amount_of(deposit);
}

Account make_account(const State& state, const AccountSpec& spec, AccountId id) {
  Account account;
  account.id = id;
  account.currency = spec.currency;
  account.leverage = spec.leverage;
  account.own = own_options(spec);
  account.from_group = spec.from_group;
  account.kind = spec.kind;
  account.mode = spec.mode;
  account.group = state.groups.find(spec.group.view());
  take_options(state, account);
  return account;
}

}  // namespace

RejectCode check_account(const State& state, const AccountSpec& spec) {
  if (!is_sane(spec)) return RejectCode::Validation;
  if (state.accounts.size() > state.limits.accounts) return RejectCode::LimitReached;
  if (!state.rates.has_room_for(spec.currency)) return RejectCode::LimitReached;
  const std::string_view name = spec.group.view();
  const GroupId group = state.groups.find(name);
  if (!name.empty() && !group) return RejectCode::GroupUnknown;
  const OptionValues holds = state.groups.options(group, own_options(spec), spec.from_group);
  if (const auto problem = check(holds); problem.code != RejectCode::None) return problem.code;
  const Money amount = initial_deposit(spec);
  if (amount.is_negative()) return RejectCode::Validation;
  return amount.is_zero() ? RejectCode::None : check_amount(spec.currency, {}, amount);
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
  state.accounts.push_back(make_account(state, *spec, id));
  state.accounts.back().user = create.user;
  state.accounts.back().created = state.now;
  AccountCreated created;
  created.user = create.user;
  state.emit(id, created, header.text);
  Account& account = state.accounts.back();
  book(state, account, LedgerType::Deposit, HouseAccount::Payments, initial_deposit(*spec), {});
  state.emit_account(account);
}

namespace {

RejectCode change_leverage(State& state, Account& account, std::uint32_t leverage) {
  if (!is_leverage(leverage)) return RejectCode::Validation;
  const std::uint32_t before = std::exchange(account.leverage, leverage);
  if (do_margins_fit(state, account)) return RejectCode::None;
  account.leverage = before;
  return RejectCode::ValueOverflow;
}

// Any state may follow any, but what is open has to be closed before the account is, and what was
// asked for decided: rejected, it would come back to an account that pays nothing out.
RejectCode change_state(const State& state, Account& account, AccountState now) {
  if (!is_valid(now)) return RejectCode::Validation;
  const bool is_in_use =
      account.positions != 0 || account.orders != 0 || state.withdrawals.has_any_of(account.id);
  if (now == AccountState::Closed && is_in_use) return RejectCode::InUse;
  account.state = now;
  return RejectCode::None;
}

RejectCode change_own_options(State& state, Account& account, TextRef text) {
  const auto wanted = read_spec<OptionsChange>(state.slab.get(text));
  if (!wanted) return RejectCode::Validation;
  const RejectCode code = change_options(state, account, *wanted);
  if (code == RejectCode::None) state.emit(account.id, AccountOptionsUpdated{}, text);
  return code;
}

RejectCode change(State& state, Account& account, const ChangeAccount& change, TextRef text) {
  switch (change.what) {
    case AccountChange::Leverage:
      return change_leverage(state, account, change.leverage);
    case AccountChange::State:
      return change_state(state, account, change.state);
    case AccountChange::Group:
      return change_group(state, account, change.group);
    case AccountChange::Options:
      return change_own_options(state, account, text);
  }
  return RejectCode::Validation;
}

}  // namespace

void on_change_account(State& state, const CommandHeader& header, const ChangeAccount& wanted) {
  Account* account = state.find_account(header.account);
  if (account == nullptr) return state.refuse(header.account, RejectCode::NotFound);
  const RejectCode code = change(state, *account, wanted, header.text);
  if (code != RejectCode::None) return state.refuse(header.account, code);
  refresh_margins(state, *account);
  state.emit_account(*account);
}

}  // namespace tribook::engine
