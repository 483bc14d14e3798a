#include "support/workload.h"

#include <string>

#include "tribook/message/text.h"

namespace tribook::bench {

std::uint64_t Workload::random() {
  seed_ ^= seed_ << 13;
  seed_ ^= seed_ >> 7;
  seed_ ^= seed_ << 17;
  return seed_;
}

Command Workload::create_symbol(Slab& slab, std::uint32_t index) {
  Instrument instrument;
  const std::string base = {static_cast<char>('A' + index), 'X', 'X'};
  instrument.name = SymbolName::of(base + "USD");
  instrument.base = Currency::of(base);
  instrument.quote = Currency::of("USD");
  instrument.margin_currency = instrument.base;
  instrument.commission.currency = instrument.quote;
  instrument.commission.basis = CommissionBasis::PerMillion;
  instrument.commission.amount = Ratio::from_whole(25);
  instrument.tick_size = Price{1'000};
  instrument.pip_size = Price{10'000};
  instrument.contract_size = Quantity::from_whole(100'000);
  instrument.min_volume = instrument.volume_step = Volume{1'000'000};
  instrument.max_volume = Volume::from_whole(100);
  Command command = Command::make(CreateSymbol{});
  command.header.text = put_spec(slab, instrument);
  return command;
}

Command Workload::create_account(Slab& slab, std::uint32_t index) {
  AccountSpec spec;
  spec.user.username = FixedText<100>::of("user" + std::to_string(index));
  spec.user.password_hash = FixedText<64>::of("none");
  spec.currency = Currency::of("USD");
  Deposit deposit;
  set_amount(deposit, Money::from_whole(1'000'000));
  spec.initial_deposit_low = deposit.amount_low;
  spec.initial_deposit_high = deposit.amount_high;
  Command command = Command::make(CreateAccount{});
  command.header.text = put_spec(slab, spec);
  return command;
}

Command Workload::next_quote() {
  const std::uint32_t index = next_symbol_;
  next_symbol_ = (next_symbol_ + 1) % shape_.symbols;
  mids_[index] += (static_cast<std::int64_t>(random() % 21) - 10) * 1'000;
  QuoteCommand quote;
  quote.symbol = SymbolId{static_cast<std::uint16_t>(index + 1)};
  quote.bid = Price{mids_[index] - 1'000};
  quote.ask = Price{mids_[index] + 1'000};
  quote.never_stale = 1;
  return Command::make(quote);
}

Command Workload::next_order() {
  Command command;
  if (opened_ - closed_ > shape_.held_positions) {
    ClosePosition close;
    close.position = PositionId{++closed_};
    close.origin = Origin::Rest;
    command = Command::make(close);
    command.header.account = holders_[closed_ % holders_.size()];
  } else {
    NewOrder order;
    order.symbol = SymbolId{static_cast<std::uint16_t>(1 + random() % shape_.symbols)};
    order.side = random() % 2 == 0 ? Side::Buy : Side::Sell;
    order.volume = Volume{10'000'000};
    order.max_slippage_pips = Ratio{-1};
    order.origin = Origin::Rest;
    command = Command::make(order);
    command.header.account = AccountId{static_cast<std::uint32_t>(1 + random() % shape_.accounts)};
    holders_[++opened_ % holders_.size()] = command.header.account;
  }
  command.header.gateway = 0;
  command.header.request = ++last_request_;
  return command;
}

}  // namespace tribook::bench
