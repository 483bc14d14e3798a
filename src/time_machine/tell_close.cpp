#include "time_machine/sums.h"
#include "time_machine/teller.h"

// A close or a part of one: who or what asked for it, the tick, the profit.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

const char* title_of(CloseReason reason) {
  switch (reason) {
    case CloseReason::StopLoss:
      return "its stop-loss was reached";
    case CloseReason::TakeProfit:
      return "its take-profit was reached";
    case CloseReason::StopOut:
      return "a stop-out closed it";
    case CloseReason::Admin:
      return "an admin closed it";
    case CloseReason::CloseBy:
      return "it was closed against another position";
    default:
      return "the client closed it";
  }
}

}  // namespace

void Teller::tell_close(const Event& event, const OrderUpdated& updated) {
  if (updated.reason == CloseReason::StopOut) tell_stop_out();
  const CommandHeader& header = record_.command.header;
  Section& section = add("CLOSE", title_of(updated.reason));
  section.number("order", whole(updated.order.value));
  section.number("position", whole(updated.position.value));
  section.number("account", whole(event.header.account.value));
  if (const BookSymbol* symbol = book_.symbol(updated.symbol)) {
    section.say("symbol", symbol->instrument.name.view());
  }
  section.say("side", name_of(updated.side));
  section.number("volume", updated.volume.raw);
  section.say("reason", name_of(updated.reason));
  section.say("book", name_of(updated.book));
  section.say("door", name_of(updated.origin));
  if (header.kind == CommandKind::CloseBy || header.kind == CommandKind::CloseAll) {
    say_user(section, event.header.account);
  }
  if (header.kind == CommandKind::ClosePosition) {
    say_user(section, event.header.account);
    if (record_.command.get<ClosePosition>().partial != 0) section.say("asked for", "a part");
  }
  const BookPosition* position = book_.position(updated.position);
  const bool is_level =
      updated.reason == CloseReason::StopLoss || updated.reason == CloseReason::TakeProfit;
  if (updated.status == OrderStatus::Filling) section.say("status", name_of(updated.status));
  if (position != nullptr && is_level) tell_trigger(*position, updated.reason);
}

void Teller::tell_stop_out() {
  if (stop_out_) story_.sections.push_back(*stop_out_);
}

void Teller::tell_trigger(const BookPosition& position, CloseReason reason) {
  const BookSymbol& symbol = *book_.symbol(position.symbol);
  const Quote quote = book_.quote_for(position.account, position.symbol);
  is_incomplete_ = is_incomplete_ || symbol.is_carried;
  const bool is_stop = reason == CloseReason::StopLoss;
  const bool is_buy = position.side == Side::Buy;
  Section& section = add("TRIGGER", "the tick that reached it");
  section.price("level", is_stop ? position.stop_loss : position.take_profit);
  section.say("fires when", std::string(is_buy ? "bid" : "ask") +
                                (is_buy == is_stop ? " <= " : " >= ") + "level");
  section.price("bid before", symbol.previous.bid);
  section.price("ask before", symbol.previous.ask);
  if (symbol.previous.is_known()) section.say("quoted before at", time_text(symbol.previous.time));
  section.price("bid", quote.bid);
  section.price("ask", quote.ask);
  section.price("venue bid", symbol.venue_bid);
  section.price("venue ask", symbol.venue_ask);
  section.number("markup in pips", markup_of(book_, position.symbol, position.account).raw);
  section.formulas = markup_formulas(book_, position.symbol, position.account);
}

void Teller::tell_reduction(const TradeExecuted& trade) {
  const BookPosition* position = book_.position(trade.position);
  if (position == nullptr) return;
  Section& section = add("PROFIT", "what it brought");
  section.number("trade", whole(trade.trade.value));
  section.number("price", trade.price.raw);
  if (trade.reason != CloseReason::CloseBy) tell_price(trade, position->account);
  section.number("volume before", position->volume.raw);
  section.number("volume closed", trade.volume.raw);
  section.number("volume after", (position->volume - trade.volume).raw);
  const Cost cost{share_of(position->open_cost.raw, trade.volume, position->volume)};
  if (trade.reason == CloseReason::CloseBy) return tell_pair(section, *position, cost, trade);
  section.formulas.push_back(
      profit_formula(book_, *position, cost, trade.volume, trade.price, trade.realized_pnl.raw));
  add_quotes(section, trade.symbol, position->account);
}

// The first of the pair has it all. Its partner is in the book as it was.
void Teller::tell_pair(Section& section, const BookPosition& position, Cost cost,
                       const TradeExecuted& trade) {
  const auto asked = record_.command.get<CloseBy>();
  const BookPosition* other = book_.position(asked.other);
  if (asked.position != position.id || other == nullptr) {
    section.say("profit", "booked on the other position of the pair");
    return;
  }
  section.number("against position", whole(other->id.value));
  const Cost paid{share_of(other->open_cost.raw, trade.volume, other->volume)};
  const bool is_buy = position.side == Side::Buy;
  section.formulas.push_back(pair_formula(book_, position, is_buy ? cost : paid,
                                          is_buy ? paid : cost, trade.realized_pnl.raw));
  add_quotes(section, trade.symbol, position.account);
}

void Teller::tell_closed_by_order(const TradeExecuted& trade, AccountId account) {
  Section& section = add("CLOSE", "an order of the other side closed it before it opened anything");
  section.number("order", whole(trade.order.value));
  section.number("position", whole(trade.position.value));
  section.number("account", whole(account.value));
  section.number("volume", trade.volume.raw);
}

}  // namespace tribook::time_machine
