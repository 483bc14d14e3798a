#include "hot_path/traffic.h"

#include <algorithm>
#include <string>

#include "support/instruments.h"
#include "tribook/message/text.h"

namespace tribook::test {
namespace {

struct Pair {
  const char* base;
  const char* quote;
  std::int64_t mid;
  std::int64_t tick;
};
constexpr std::array kPairs{
    Pair{"EUR", "USD", 108'500'000, 1'000}, Pair{"USD", "JPY", 10'215'000'000, 100'000},
    Pair{"GBP", "USD", 168'900'000, 1'000}, Pair{"EUR", "GBP", 64'240'000, 1'000}};

struct Holder {
  const char* currency;
  std::int64_t deposit;
};
// The last ones live dangerously.
constexpr std::array kHolders{Holder{"USD", 1'000'000},  Holder{"EUR", 500'000},
                              Holder{"JPY", 90'000'000}, Holder{"GBP", 300'000},
                              Holder{"USD", 250},        Holder{"EUR", 250}};
constexpr std::uint32_t kAccounts = 120;

std::size_t index(SymbolId symbol) { return static_cast<std::size_t>(symbol.value) - 1; }

Command create_account(Slab& slab, std::uint32_t number) {
  const Holder& holder = kHolders[number % kHolders.size()];
  AccountSpec spec;
  spec.user.username = FixedText<100>::of("client" + std::to_string(number));
  spec.user.password_hash = FixedText<64>::of("$2b$04$not.a.real.hash");
  spec.currency = Currency::of(holder.currency);
  spec.leverage = 500;
  Deposit amount;
  set_amount(amount, Money::from_whole(holder.deposit));
  spec.initial_deposit_low = amount.amount_low;
  spec.initial_deposit_high = amount.amount_high;
  Command command = Command::make(CreateAccount{});
  command.header.text = put_spec(slab, spec);
  return command;
}

Command create_symbol(Slab& slab, const Pair& pair) {
  Instrument instrument = forex(pair.base, pair.quote);
  instrument.commission.basis = CommissionBasis::PerMillion;
  instrument.commission.amount = ratio("30");
  Command command = Command::make(CreateSymbol{});
  command.header.text = put_spec(slab, instrument);
  return command;
}

}  // namespace

Traffic::Traffic(app::Pipeline& pipeline, Random random)
    : pipeline_(pipeline), port_(pipeline.gateway(0)), random_(random) {
  for (const Pair& pair : kPairs) mids_.push_back(pair.mid);
}

std::vector<Command> Traffic::opening_commands() {
  std::vector<Command> commands;
  for (const Pair& pair : kPairs) commands.push_back(create_symbol(pipeline_.slab(), pair));
  for (std::uint32_t i = 0; i < kAccounts; ++i) {
    commands.push_back(create_account(pipeline_.slab(), i));
  }
  for (std::uint16_t i = 0; i < kPairs.size(); ++i) {
    QuoteCommand quote;
    quote.symbol = SymbolId{static_cast<std::uint16_t>(i + 1)};
    quote.bid = Price{mids_[i] - kPairs[i].tick};
    quote.ask = Price{mids_[i] + kPairs[i].tick};
    quote.never_stale = 1;
    commands.push_back(Command::make(quote));
  }
  return commands;
}

bool Traffic::submit(Command command) {
  command.header.gateway = 0;
  command.header.request = ++last_request_;
  if (!port_.commands->try_push(command)) return false;
  port_.commands->notify();
  ++submitted_;
  return true;
}

bool Traffic::push() {
  if (!port_.commands->has_room(2) || !push_quote()) return false;
  const Command command = next_command();
  const bool is_in = submit(command);
  TB_ASSERT(is_in);
  return true;
}

bool Traffic::push_quote() {
  const std::size_t i = random_.below(kPairs.size());
  const Pair& pair = kPairs[i];
  // Now and then a jump, so that levels are passed by several positions at once.
  const std::int64_t ticks =
      random_.one_in(100) ? random_.between(-150, 150) : random_.between(-12, 12);
  mids_[i] = std::clamp(mids_[i] + ticks * pair.tick, pair.mid - 2'000 * pair.tick,
                        pair.mid + 2'000 * pair.tick);
  QuoteCommand quote;
  quote.symbol = SymbolId{static_cast<std::uint16_t>(i + 1)};
  quote.bid = Price{mids_[i] - pair.tick};
  quote.ask = Price{mids_[i] + pair.tick};
  quote.never_stale = 1;
  if (!pipeline_.venue(0).try_push(Command::make(quote))) return false;
  pipeline_.venue(0).notify();
  return true;
}

Command Traffic::next_command() {
  if (open_.empty() || random_.below(100) < 50) return next_order();
  return change_of(open_[random_.below(open_.size())]);
}

Command Traffic::next_order() {
  if (random_.one_in(30) && last_client_id_ != 0) {
    Command again = with_client_id_;
    attach_client_id(again);
    return again;
  }
  const std::size_t i = random_.below(kPairs.size());
  const Pair& pair = kPairs[i];
  NewOrder order;
  order.symbol = SymbolId{static_cast<std::uint16_t>(i + 1)};
  order.side = random_.one_in(2) ? Side::Buy : Side::Sell;
  order.volume = Volume{random_.between(1, 60) * 1'000'000};
  order.max_slippage_pips = random_.one_in(2) ? Ratio{-1} : ratio("5");
  order.origin = Origin::Rest;
  const std::int64_t sign = order.side == Side::Buy ? 1 : -1;
  if (random_.one_in(2))
    order.stop_loss = Price{mids_[i] - sign * random_.between(60, 400) * pair.tick};
  if (random_.one_in(2))
    order.take_profit = Price{mids_[i] + sign * random_.between(60, 400) * pair.tick};
  if (random_.one_in(40)) order.symbol = SymbolId{60};
  Command command = Command::make(order);
  command.header.account = AccountId{static_cast<std::uint32_t>(1 + random_.below(kAccounts))};
  if (random_.one_in(2)) {
    if (!random_.one_in(20)) ++last_client_id_;  // else the id stands for another order already
    with_client_id_ = command;
    attach_client_id(command);
  }
  return command;
}

void Traffic::attach_client_id(Command& command) {
  const std::string id = "order-" + std::to_string(last_client_id_);
  Texts texts;
  texts.part[0] = id;
  texts.part[1] = "trend";
  command.header.text = put_texts(pipeline_.slab(), texts);
}

Command Traffic::change_of(const Open& open) {
  Command command;
  if (random_.one_in(4)) {
    ModifyPosition modify;
    modify.position = open.id;
    const std::int64_t tick = kPairs[index(open.symbol)].tick;
    modify.stop_loss = Price{mids_[index(open.symbol)] + random_.between(-300, 300) * tick};
    modify.keep_take_profit = 1;
    command = Command::make(modify);
  } else {
    ClosePosition close;
    close.position = open.id;
    close.origin = Origin::Rest;
    close.partial = random_.one_in(3) ? 1 : 0;
    if (close.partial != 0) close.volume = Volume{random_.between(1, 30) * 1'000'000};
    command = Command::make(close);
  }
  command.header.account = open.account;
  return command;
}

void Traffic::drain() {
  Event event;
  while (port_.events->try_pop(event)) {
    take(event);
    pipeline_.slab().release(event.header.text);
  }
}

void Traffic::take(const Event& event) {
  switch (event.header.kind) {
    case EventKind::OrderUpdated: {
      const auto order = event.get<OrderUpdated>();
      if (order.is_duplicate != 0)
        ++happened_.repeated;
      else if (order.code != RejectCode::None)
        ++happened_.rejected;
      else
        ++happened_.filled;
      break;
    }
    case EventKind::PositionReduced: {
      const auto reduced = event.get<PositionReduced>();
      ++happened_.closed_by[static_cast<std::size_t>(reduced.reason)];
      if (!reduced.left_volume.is_zero()) ++happened_.partly_closed;
      break;
    }
    case EventKind::PositionUpdated:
      take_position(event);
      break;
    case EventKind::QuoteApplied:
      ++happened_.quotes;
      break;
    case EventKind::MarginCall:
      ++happened_.margin_calls;
      break;
    case EventKind::StopOut:
      ++happened_.stop_outs;
      break;
    case EventKind::Refused:
      ++happened_.refused;
      break;
    case EventKind::Settled:
      ++settled_;
      break;
    default:
      break;
  }
}

void Traffic::take_position(const Event& event) {
  const auto position = event.get<PositionUpdated>();
  if (position.action == PositionAction::Opened) {
    open_.push_back({position.position, event.header.account, position.symbol, position.volume});
    return;
  }
  if (position.action == PositionAction::Modified) ++happened_.modified;
  if (position.action != PositionAction::Closed) return;
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const Open& open) { return open.id == position.position; });
  if (found == open_.end()) return;
  *found = open_.back();
  open_.pop_back();
}

}  // namespace tribook::test
