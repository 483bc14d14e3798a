#include "time_machine/sums.h"
#include "time_machine/teller.h"
#include "tribook/router/router.h"

// An opening order: how it came in, what was decided about it, how it was filled.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

std::string refusal(RejectCode code) {
  return std::string(name_of(code)) + ": " + std::string(describe(code));
}

}  // namespace

// What was decided about the order in this record, as a new order says it.
NewOrder Teller::asked() const {
  switch (record_.command.header.kind) {
    case CommandKind::NewOrder:
      return record_.command.get<NewOrder>();
    case CommandKind::NewOrderPair:
      return leg_of(record_.command.get<NewOrderPair>(), false);
    case CommandKind::ExecuteOrder: {
      const auto execute = record_.command.get<ExecuteOrder>();
      NewOrder order;
      order.max_slippage_pips = Ratio{-1};
      order.decision = execute.decision;
      order.required_margin_raw = execute.required_margin_raw;
      order.free_margin_raw = execute.free_margin_raw;
      return order;
    }
    default:
      return {};
  }
}

void Teller::tell_order(const Event& event, const OrderUpdated& updated) {
  const AccountId account = event.header.account;
  const CommandKind kind = record_.command.header.kind;
  const bool is_new = kind == CommandKind::NewOrder || kind == CommandKind::NewOrderPair;
  const bool is_placed = is_new && updated.status != OrderStatus::Triggered;
  if (!is_placed && kind != CommandKind::ExecuteOrder) return tell_change(updated, account);
  if (is_placed) tell_received(updated, account);
  tell_risk(updated, account);
  tell_routing(updated);
  if (updated.status == OrderStatus::Working) return tell_change(updated, account);
  tell_recheck(updated, account);
}

// It rests, was reached, was changed or ended, without a fill.
void Teller::tell_change(const OrderUpdated& updated, AccountId account) {
  Section& section =
      add(std::string(name_of(updated.status)), "order " + std::to_string(updated.order.value) +
                                                    " is " + std::string(name_of(updated.status)));
  if (updated.code != RejectCode::None) section.say("because", refusal(updated.code));
  section.number("by user", whole(record_.command.header.actor.value));
  section.number("volume", updated.volume.raw);
  section.price("limit", updated.limit);
  section.price("stop-loss", updated.stop_loss);
  section.price("take-profit", updated.take_profit);
  section.say("time in force", name_of(updated.time_in_force));
  add_quotes(section, updated.symbol, account);
}

void Teller::tell_received(const OrderUpdated& updated, AccountId account) {
  const NewOrder asked = this->asked();
  Section& section = add("RECEIVED", "order " + std::to_string(updated.order.value) + " came in");
  section.say("door", name_of(updated.origin));
  section.number("by user", whole(record_.command.header.actor.value));
  section.number("account", whole(account.value));
  const BookSymbol* symbol = book_.symbol(updated.symbol);
  section.say("symbol", symbol != nullptr ? symbol->instrument.name.view() : "unknown");
  section.say("side", name_of(updated.side));
  section.say("type", name_of(updated.type));
  section.number("volume", updated.volume.raw);
  section.price("limit", updated.limit);
  section.price("stop-loss", updated.stop_loss);
  section.price("take-profit", updated.take_profit);
  if (asked.max_slippage_pips.raw >= 0) {
    section.number("slippage allowed in pips", asked.max_slippage_pips.raw);
  }
  section.say("time in force", name_of(updated.time_in_force));
  section.say("client order id", texts_[0]);
  section.say("strategy", texts_[1]);
  section.say("comment", texts_[2]);
  section.say("metadata", texts_[3]);
}

void Teller::tell_risk(const OrderUpdated& updated, AccountId account) {
  const NewOrder asked = this->asked();
  const RejectCode code = asked.decision == RejectCode::NoRoute ? RejectCode::None : asked.decision;
  Section& section = add("RISK", code == RejectCode::None ? "risk let it pass" : "risk refused it");
  if (code != RejectCode::None) section.say("decision", refusal(code));
  if (code == RejectCode::None || code == RejectCode::InsufficientMargin) {
    section.number("required margin", asked.required_margin_raw);
    section.number("free margin", asked.free_margin_raw);
  }
  section.price("worst price", asked.worst_price);
  add_quotes(section, updated.symbol, account);
  if (code != RejectCode::InsufficientMargin) return;
  const Price price = opening_price(updated.side, book_.quote_for(account, updated.symbol));
  section.say("note", "the formulas take the quotes in force at the record's moment");
  section.formulas =
      opening_formulas(book_, updated.symbol, account, updated.side, updated.volume, price);
}

void Teller::tell_routing(const OrderUpdated& updated) {
  const NewOrder asked = this->asked();
  if (asked.decision == RejectCode::NoRoute) {
    add("ROUTING", "no rule of the router took it").say("decision", refusal(asked.decision));
    return;
  }
  if (asked.decision != RejectCode::None) return;
  Section& section = add("ROUTING", "where it went");
  section.say("book", name_of(updated.book));
  section.number("rule", whole(updated.routing_rule));
  section.say("reason", router::Router().reason(updated.routing_rule));
}

void Teller::tell_recheck(const OrderUpdated& updated, AccountId account) {
  const NewOrder asked = this->asked();
  if (asked.decision != RejectCode::None) return;
  const bool is_good = updated.code == RejectCode::None;
  Section& section = add("ENGINE", is_good ? "the engine looked again and took it"
                                           : "the engine looked again and refused it");
  if (!is_good) section.say("decision", refusal(updated.code));
  if (book_.symbol(updated.symbol) == nullptr || book_.account(account) == nullptr) return;
  const Quote quote = book_.quote_for(account, updated.symbol);
  if (!quote.is_known()) return;
  const Price price = opening_price(updated.side, quote);
  section.price("price", price);
  section.price("worst price", asked.worst_price);
  const BookPosition* held = book_.position(updated.position);
  if (held != nullptr && held->side != updated.side) {
    section.say("first", "it closes what stands against it");
    return;
  }
  if (is_good || updated.code == RejectCode::InsufficientMargin) {
    section.formulas =
        opening_formulas(book_, updated.symbol, account, updated.side, updated.volume, price);
  }
}

void Teller::tell_fill(const TradeExecuted& trade, AccountId account) {
  Section& section = add("FILL", "it was filled");
  const BookSymbol& symbol = *book_.symbol(trade.symbol);
  section.number("trade", whole(trade.trade.value));
  section.number("position", whole(trade.position.value));
  section.number("volume", trade.volume.raw);
  section.number("price", trade.price.raw);
  section.say("at the", trade.side == Side::Buy ? "ask" : "bid");
  section.number("quoted by record", whole(symbol.quoted_at.value));
  section.price("venue bid", symbol.venue_bid);
  section.price("venue ask", symbol.venue_ask);
  section.number("markup in pips", markup_of(book_, trade.symbol, account).raw);
  const NewOrder asked = this->asked();
  if (!asked.worst_price.is_zero()) {
    FormulaMaker maker("slippage", "", kFixedDigits);
    const Price allowed = pips_to_price(asked.max_slippage_pips, symbol.instrument.pip_size);
    const std::string price = maker.in("price", trade.price.raw);
    const std::string worst = maker.in("worst", asked.worst_price.raw, "acceptable to the client");
    const std::string room = maker.in("allowed", allowed.raw, "what the client allowed");
    const bool is_buy = trade.side == Side::Buy;
    section.formulas.push_back(maker.make(is_buy ? price + " - (" + worst + " - " + room + ")"
                                                 : "(" + worst + " + " + room + ") - " + price));
  }
  for (Formula& formula : markup_formulas(book_, trade.symbol, account)) {
    section.formulas.push_back(std::move(formula));
  }
  add_quotes(section, trade.symbol, account);
}

void Teller::tell_commission(const TradeExecuted& trade, AccountId account) {
  const CommissionSpec& spec = book_.groups().commission(book_.account(account)->group,
                                                         book_.symbol(trade.symbol)->instrument);
  Section& section = add("COMMISSION", "what it cost");
  section.say("basis", name_of(spec.basis));
  section.formulas.push_back(commission_formula(book_, trade.symbol, account, trade.volume,
                                                trade.price, -trade.commission.raw, filled_));
}

// What the order closed is told by now.
void Teller::tell_rest(const OrderUpdated& updated, AccountId account) {
  const bool is_good = updated.code == RejectCode::None;
  Section& section = add("REST", is_good ? "the rest of it opens" : "the rest of it was refused");
  if (!is_good) section.say("decision", refusal(updated.code));
  const Price price = opening_price(updated.side, book_.quote_for(account, updated.symbol));
  const Volume rest = updated.volume - filled_;
  section.number("volume", rest.raw);
  section.price("price", price);
  if (is_good || updated.code == RejectCode::InsufficientMargin) {
    section.formulas = opening_formulas(book_, updated.symbol, account, updated.side, rest, price);
  }
}

}  // namespace tribook::time_machine
