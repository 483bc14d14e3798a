#include "scenario/player.h"

#include <stdexcept>

#include "tribook/message/text.h"

namespace tribook::scenario {
namespace {

constexpr std::size_t kOperationsBetweenChecks = 256;

// Commands of one operation; symbols are opened by a second one.
struct ToCommand {
  const Stream& stream;
  Slab& slab;

  Command operator()(const AddSymbol& add) const {
    Command command = Command::make(CreateSymbol{});
    command.header.text = put_spec(slab, stream.instrument(add.symbol));
    return command;
  }
  Command operator()(const AddAccount& add) const {
    AccountSpec spec;
    spec.user.username = FixedText<100>::of("trader" + std::to_string(add.account.value));
    spec.user.password_hash = FixedText<64>::of("none");
    spec.currency = add.currency;
    spec.leverage = add.leverage;
    spec.stop_out_level = add.stop_out_level;
    spec.margin_call_levels = MarginCallLevels::of(add.margin_call_level);
    Command command = Command::make(CreateAccount{.user = UserId{add.account.value}});
    command.header.text = put_spec(slab, spec);
    return command;
  }
  Command operator()(const Payment& payment) const {
    return payment.is_withdrawal ? pay(Withdraw{}, payment) : pay(Deposit{}, payment);
  }
  Command operator()(const SymbolQuote& quote) const {
    QuoteCommand body;
    body.bid = quote.bid;
    body.ask = quote.ask;
    body.venue_time = quote.time;
    body.symbol = quote.symbol;
    body.never_stale = 1;
    body.drives_clock = 1;
    return Command::make(body);
  }
  Command operator()(const MarketOrder& order) const {
    NewOrder body;
    body.volume = order.volume;
    body.stop_loss = order.stop_loss;
    body.take_profit = order.take_profit;
    body.max_slippage_pips = Ratio::from_whole(-1);
    body.symbol = order.symbol;
    body.side = order.side;
    return of_account(Command::make(body), order.account);
  }
  Command operator()(const Close& close) const {
    ClosePosition body;
    body.position = close.position;
    if (close.part) {
      body.volume = *close.part;
      body.partial = 1;
    }
    return of_account(Command::make(body), close.account);
  }
  Command operator()(const Modify& modify) const {
    ModifyPosition body;
    body.position = modify.position;
    body.stop_loss = modify.stop_loss;
    body.take_profit = modify.take_profit;
    return of_account(Command::make(body), modify.account);
  }

 private:
  static Command of_account(Command command, AccountId account) {
    command.header.account = account;
    return command;
  }
  template <typename Body>
  static Command pay(Body body, const Payment& payment) {
    set_amount(body, payment.amount);
    return of_account(Command::make(body), payment.account);
  }
};

}  // namespace

std::span<const Event> Player::submit(const Operation& operation) {
  const auto events = driver_.submit(std::visit(ToCommand{stream_, driver_.slab()}, operation));
  const auto* add = std::get_if<AddSymbol>(&operation);
  if (add == nullptr || driver_.engine().instrument(add->symbol) == nullptr) return events;
  SessionChange opening;
  opening.symbol = add->symbol;
  opening.is_open = 1;
  return driver_.submit(Command::make(opening));
}

std::span<const Event> Player::play(const Operation& operation) {
  ++number_;
  const auto events = submit(operation);
  bool is_to_be_checked = number_ % kOperationsBetweenChecks == 0;
  for (const Event& event : events) {
    results_.add(number_, operation, event);
    is_to_be_checked = is_to_be_checked || event.header.kind == EventKind::LedgerPosted;
  }
  if (is_to_be_checked) check();
  if (const auto* add = std::get_if<AddSymbol>(&operation)) {
    if (driver_.engine().instrument(add->symbol) == nullptr) {
      throw std::runtime_error("symbol refused: " + to_json(stream_, operation));
    }
  }
  if (const auto* add = std::get_if<AddAccount>(&operation)) {
    if (!driver_.engine().has_account(add->account)) {
      throw std::runtime_error("account refused: " + to_json(stream_, operation));
    }
  }
  return events;
}

void Player::check() const {
  if (!driver_.engine().is_ledger_balanced()) {
    throw std::runtime_error("the ledger does not balance after operation " +
                             std::to_string(number_));
  }
}

}  // namespace tribook::scenario
