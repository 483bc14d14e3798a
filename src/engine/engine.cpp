#include "tribook/engine/engine.h"

#include "engine/commands.h"
#include "engine/positions.h"
#include "engine/state.h"

namespace tribook::engine {

Engine::Engine(const EngineLimits& capacity, const Slab& slab)
    : state_(std::make_unique<State>(capacity, slab)) {}  // start-up
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;

void Engine::apply(const Record& record, Outbox& out) {
  State& state = *state_;
  TB_ASSERT(record.time >= state.now);
  TB_ASSERT(record.sequence > state.root);
  const CommandHeader& header = record.command.header;
  state.root = record.sequence;
  state.now = record.time;
  state.gateway = header.gateway;
  state.request = header.request;
  state.out = &out;
  const Command& command = record.command;
  switch (header.kind) {
    case CommandKind::NewOrder:
      on_new_order(state, header, command.get<NewOrder>());
      break;
    case CommandKind::ClosePosition:
      on_close_position(state, header, command.get<ClosePosition>());
      break;
    case CommandKind::ModifyPosition:
      on_modify_position(state, header, command.get<ModifyPosition>());
      break;
    case CommandKind::Quote:
      on_quote(state, command.get<QuoteCommand>());
      break;
    case CommandKind::SessionChange:
      on_session_change(state, command.get<SessionChange>());
      break;
    case CommandKind::SetClock:
      on_set_clock(state, command.get<SetClock>());
      break;
    case CommandKind::CreateSymbol:
      on_create_symbol(state, header);
      break;
    case CommandKind::UpdateSymbol:
      on_update_symbol(state, header, command.get<UpdateSymbol>());
      break;
    case CommandKind::CreateAccount:
      on_create_account(state, header, command.get<CreateAccount>());
      break;
    case CommandKind::Deposit:
      on_deposit(state, header, command.get<Deposit>());
      break;
    case CommandKind::Withdraw:
      on_withdraw(state, header, command.get<Withdraw>());
      break;
    case CommandKind::Adjust:
      on_adjust(state, header, command.get<Adjust>());
      break;
    case CommandKind::ChangeCredit:
      on_change_credit(state, header, command.get<ChangeCredit>());
      break;
    case CommandKind::DecideWithdrawal:
      on_decide_withdrawal(state, header, command.get<DecideWithdrawal>());
      break;
    case CommandKind::ChangeAccount:
      on_change_account(state, header, command.get<ChangeAccount>());
      break;
    case CommandKind::PutGroup:
      on_put_group(state, header);
      break;
    case CommandKind::PutGroupTerms:
      on_put_group_terms(state, header, command.get<PutGroupTerms>());
      break;
    case CommandKind::Started:
      on_started(state, command.get<Started>());
      break;
    case CommandKind::CreateUser:  // the directory's
    case CommandKind::None:
      break;
  }
}

std::uint64_t Engine::events_digest() const { return state_->events.value(); }

RejectCode Engine::check_account(const AccountSpec& spec) const {
  return engine::check_account(*state_, spec);
}

TimeNs Engine::now() const { return state_->now; }
Sequence Engine::last_sequence() const { return state_->root; }

bool Engine::is_session_open(SymbolId symbol) const {
  const Symbol* found = state_->find_symbol(symbol);
  return found != nullptr && found->is_session_open;
}

SymbolId Engine::next_symbol() const {
  return SymbolId{static_cast<std::uint16_t>(state_->symbols.size())};
}

const Instrument* Engine::instrument(SymbolId symbol) const {
  const Symbol* found = state_->find_symbol(symbol);
  return found != nullptr ? &found->instrument : nullptr;
}

const Quote& Engine::quote(SymbolId symbol) const { return state_->rates.quote(symbol); }

AccountId Engine::last_account() const {
  return AccountId{static_cast<std::uint32_t>(state_->accounts.size() - 1)};
}

bool Engine::has_account(AccountId account) const {
  return state_->find_account(account) != nullptr;
}

Quote Engine::quote_for(AccountId account, SymbolId symbol) const {
  TB_ASSERT(has_account(account));
  return state_->quote_for(state_->account(account), symbol);
}

const GroupBook& Engine::groups() const { return state_->groups; }

AccountFigures Engine::figures(AccountId id) const {
  TB_ASSERT(has_account(id));
  const Account& account = state_->account(id);
  AccountFigures figures;
  figures.currency = account.currency;
  figures.balance = account.balance;
  figures.credit = account.credit;
  figures.unrealized_pnl = unrealized_pnl(*state_, account);
  figures.equity = account.balance + account.credit + figures.unrealized_pnl;
  figures.used_margin = account.used_margin;
  figures.free_margin = figures.equity - account.used_margin;
  figures.positions = account.positions;
  figures.group = account.group;
  return figures;
}

void Engine::for_each_position(
    const std::function<void(const PositionFigures&)>& visit) const {  // not start-up: cold
  for (const Account& account : state_->accounts) {
    for (std::uint32_t h = account.first_holding; h != 0; h = state_->holdings[h].next_of_account) {
      for (std::uint32_t p = state_->holdings[h].first_position; p != 0;
           p = state_->positions[p].next) {
        const Position& position = state_->positions[p];
        visit({position.id, position.account, position.symbol, position.side, position.volume,
               position.open_cost, position.stop_loss, position.take_profit, position.commission,
               unrealized_pnl(*state_, position)});
      }
    }
  }
}

bool Engine::is_ledger_balanced() const {
  for (const Ledger::Currencies& house : state_->ledger.currencies()) {
    Money sum;
    for (const Money amount : house.house) sum += amount;
    for (const Account& account : state_->accounts) {
      if (account.currency == house.currency) sum += account.balance + account.credit;
    }
    if (!sum.is_zero()) return false;
  }
  return true;
}

}  // namespace tribook::engine
