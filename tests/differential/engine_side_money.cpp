#include <algorithm>

#include "differential/engine_side.h"
#include "differential/to_engine.h"

// Accounts, groups and money: what operators and payments change.

namespace tribook::differential {
namespace {

constexpr std::uint64_t kNone = 999'999'999;

template <typename Spec>
bool is_same(const Spec& a, const Spec& b) {
  const auto bytes_of = [](const Spec& spec) {
    return std::as_bytes(std::span<const Spec, 1>(&spec, 1));
  };
  return std::ranges::equal(bytes_of(a), bytes_of(b));
}

}  // namespace

bool EngineSide::was_refused() const {
  return std::any_of(events_.begin(), events_.end(),
                     [](const Event& event) { return event.header.kind == EventKind::Refused; });
}

// Only what is another: the options, then what it sets for one symbol or for all.
void EngineSide::run(const reference::PutGroup& put) {
  const GroupSpec spec = spec_of(put.group);
  const GroupBook& groups = engine_.groups();
  const GroupId known = groups.find(put.group.name);
  if (!known || !is_same(groups.spec(known), spec)) send_spec(PutGroup{}, spec);
  const GroupId group = groups.find(put.group.name);
  if (!group || was_refused()) return;
  std::map<std::string, SymbolId> all = symbols_;
  all[""] = SymbolId{};
  for (const auto& [name, id] : all) {
    const auto said = put.group.symbols.find(name);
    const GroupTerms terms =
        said == put.group.symbols.end() ? GroupTerms{} : terms_of(said->second);
    if (is_same(groups.own_terms(group, id), terms)) continue;
    PutGroupTerms body;
    body.group = group;
    body.symbol = id;
    send_spec(body, terms);
  }
}

void EngineSide::run(const reference::CreateAccount& create) {
  CreateAccount body;
  body.user = UserId{static_cast<std::uint32_t>(number_)};
  const AccountId before = engine_.last_account();
  send_spec(body, spec_of(create.settings));
  const AccountId made = engine_.last_account();
  if (made == before) return;
  accounts_[number_] = made;
  account_labels_[made.value] = number_;
  settings_[number_] = create.settings;
}

namespace {

OptionsChange options_of(const reference::AccountSettings& settings) {
  const AccountSpec spec = spec_of(settings);
  OptionsChange change;
  change.values = own_options(spec);
  change.sets = kAllOptions;
  change.from_group = spec.from_group;
  return change;
}

}  // namespace

void EngineSide::run(const reference::ChangeAccount& change) {
  const AccountId id = account(change.account);
  const reference::AccountSettings& wanted = change.settings;
  const reference::AccountSettings before = settings_[change.account];
  ChangeAccount body;
  if (wanted.state != before.state) {
    body.what = AccountChange::State;
    body.state = static_cast<AccountState>(wanted.state);
    send(id, body);
  }
  if (wanted.group != before.group) {
    body.what = AccountChange::Group;
    body.group = engine_.groups().find(wanted.group);
    if (!wanted.group.empty() && !body.group) body.group = engine_.groups().next();
    send(id, body);
  }
  if (wanted.leverage != before.leverage) {
    body.what = AccountChange::Leverage;
    body.leverage = static_cast<std::uint32_t>(word_of(wanted.leverage) / kFixedOne);
    send(id, body);
  }
  const OptionsChange options = options_of(wanted);
  const OptionsChange known = options_of(before);
  if (!is_same(options, known)) {
    body.what = AccountChange::Options;
    Command command = Command::make(body);
    command.header.account = id;
    send(command, std::as_bytes(std::span(&options, 1)));
  }
  if (!was_refused()) settings_[change.account] = wanted;
}

void EngineSide::run(const reference::MoveMoney& move) {
  const Money amount{raw_of(move.amount)};
  const AccountId to = account(move.account);
  Deposit deposit;
  Adjust adjust;
  ChangeCredit credit;
  switch (move.kind) {
    case reference::MoneyKind::Deposit:
      set_amount(deposit, amount);
      deposit.method = PaymentMethod::BankTransfer;
      return send(to, deposit);
    case reference::MoneyKind::Bonus:
    case reference::MoneyKind::Adjustment:
      set_amount(adjust, amount);
      adjust.kind =
          move.kind == reference::MoneyKind::Bonus ? AdjustmentKind::Bonus : AdjustmentKind::Manual;
      return send_noted(to, adjust);
    case reference::MoneyKind::Credit:
      set_amount(credit, amount);
      return send(to, credit);
  }
}

void EngineSide::run(const reference::RequestWithdrawal& request) {
  Withdraw withdraw;
  set_amount(withdraw, Money{raw_of(request.amount)});
  withdraw.method = PaymentMethod::BankTransfer;
  send(account(request.account), withdraw);
  for (const Event& event : events_) {
    if (event.header.kind != EventKind::WithdrawalUpdated) continue;
    withdrawals_[number_] = event.get<WithdrawalUpdated>().withdrawal;
  }
}

void EngineSide::run(const reference::DecideWithdrawal& decision) {
  const auto found = withdrawals_.find(decision.withdrawal);
  DecideWithdrawal body;
  body.withdrawal = found == withdrawals_.end() ? WithdrawalId{kNone} : found->second;
  body.approve = decision.approve ? 1 : 0;
  send(AccountId{}, body);
}

}  // namespace tribook::differential
