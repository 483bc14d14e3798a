#include "tribook/engine/engine.h"

#include <algorithm>

#include "engine/commands.h"
#include "engine/positions.h"
#include "engine/solvency.h"
#include "engine/state.h"
#include "tribook/domain/charges.h"

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
  state.cause = record.sequence;
  state.orders.settled.clear();
  state.desk.asked = 0;
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
    case CommandKind::NewOrderPair:
      on_new_order_pair(state, header, command.get<NewOrderPair>());
      break;
    case CommandKind::CancelOrder:
      on_cancel_order(state, header, command.get<CancelOrder>());
      break;
    case CommandKind::ModifyOrder:
      on_modify_order(state, header, command.get<ModifyOrder>());
      break;
    case CommandKind::ExecuteOrder:
      on_execute_order(state, command.get<ExecuteOrder>());
      break;
    case CommandKind::ExpireOrders:
      on_expire_orders(state, command.get<ExpireOrders>());
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
    case CommandKind::Rollover:
      on_rollover(state, command.get<Rollover>());
      break;
    case CommandKind::Funding:
      on_funding(state, command.get<Funding>());
      break;
    case CommandKind::VenueReport:
      on_venue_report(state, command.get<VenueReport>());
      break;
    case CommandKind::ExpireVenueRequests:
      on_expire_venue_requests(state, command.get<ExpireVenueRequests>());
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
    case CommandKind::PutLimits:
      on_put_limits(state, header, command.get<PutLimits>());
      break;
    case CommandKind::SetKillSwitch:
      on_set_kill_switch(state, header, command.get<SetKillSwitch>());
      break;
    case CommandKind::KillSweep:
      on_kill_sweep(state, command.get<KillSweep>());
      break;
    case CommandKind::Started:
      on_started(state, command.get<Started>());
      break;
    case CommandKind::CloseBy:
      on_close_by(state, header, command.get<CloseBy>());
      break;
    case CommandKind::CloseAll:
      on_close_all(state, header, command.get<CloseAll>());
      break;
    case CommandKind::CreateUser:  // the directory's
    case CommandKind::ChangePassword:
    case CommandKind::CheckOrder:  // nobody sequences it
    case CommandKind::None:
      break;
  }
  if (header.kind != CommandKind::Quote) look_at_changed_accounts(state);
  tell_depth(state);
}

void Engine::finish_timer(Outbox& out) {
  state_->out = &out;
  finish_run(*state_);
  tell_depth(*state_);
}

std::uint64_t Engine::events_digest() const { return state_->events.value(); }

RejectCode Engine::check_account(const AccountSpec& spec) const {
  return engine::check_account(*state_, spec);
}

bool Engine::is_repeated(const Command& command) const {
  const CommandHeader& header = command.header;
  const bool is_order =
      header.kind == CommandKind::NewOrder || header.kind == CommandKind::NewOrderPair;
  const bool is_payment =
      header.kind == CommandKind::Deposit || header.kind == CommandKind::Withdraw;
  if (!is_order && !is_payment) return false;
  const std::string_view id = read_texts(state_->slab.get(header.text)).part[0];
  return !id.empty() &&
         state_->client_ids.has(
             header.account, is_order ? ClientIdUse::Order : ClientIdUse::Payment, id, state_->now);
}

TimeNs Engine::now() const { return state_->now; }
Sequence Engine::last_sequence() const { return state_->root; }

bool Engine::is_session_open(SymbolId symbol) const {
  const Symbol* found = state_->find_symbol(symbol);
  return found != nullptr && found->is_session_open;
}

TimerRun Engine::timer_run() const { return state_->timers.run.what; }
TimeNs Engine::rolled_over() const { return state_->timers.rolled_over; }

// What is due at the time of the last record may still be to come, and was not yet if it is later
// than the last that was.
std::optional<TimeNs> Engine::next_funding() const {
  const TimeNs from = std::max(state_->now, state_->timers.funded + std::chrono::nanoseconds{1});
  std::optional<TimeNs> next;
  if (state_->accounts.size() == 1) return next;
  for (const Symbol& symbol : state_->symbols) {
    const FundingSpec& funding = symbol.instrument.funding;
    if (!has_funding(funding)) continue;
    const TimeNs time = funding_time_from(funding, from);
    if (!next || time < *next) next = time;
  }
  return next;
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
  const auto pnl = unrealized_pnl(*state_, account);
  figures.is_equity_known = pnl.has_value();
  figures.unrealized_pnl = pnl.value_or(Money{});
  figures.equity = account.balance + account.credit + figures.unrealized_pnl;
  figures.used_margin = account.used_margin;
  figures.reserved_margin = account.reserved_margin;
  figures.free_margin = figures.equity - account.used_margin - account.reserved_margin;
  figures.positions = account.positions;
  figures.group = account.group;
  figures.options = state_->groups.options(account.group, account.own, account.from_group);
  return figures;
}

void Engine::for_each_position(
    const std::function<void(const PositionFigures&)>& visit) const {  // not start-up: cold
  for (const Account& account : state_->accounts) {
    for (std::uint32_t h = account.first_holding; h != 0; h = state_->holdings[h].next_of_account) {
      for (std::uint32_t p = state_->holdings[h].first_position; p != 0;
           p = state_->positions[p].next) {
        const Position& position = state_->positions[p];
        const Marks::Range marks = state_->marks_of(position);
        const auto pnl = unrealized_pnl(*state_, position);
        visit({position.id, position.account, position.symbol, position.side, position.volume,
               position.open_cost, position.stop_loss, position.take_profit, position.commission,
               pnl.value_or(Money{}), marks.highest, marks.lowest, position.book,
               volume_at_venue(*state_, position), closing_at_venue(*state_, position),
               pnl.has_value()});
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
