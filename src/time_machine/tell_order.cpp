#include "time_machine/sums.h"
#include "time_machine/teller.h"
#include "tribook/domain/lifecycle.h"
#include "tribook/router/router.h"

// An opening order: how it came in, what was decided about it, how it was filled.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

std::string refusal(RejectCode code) {
  return std::string(name_of(code)) + ": " + std::string(describe(code));
}

}  // namespace

// Orders that others reach are not what the record is about.
bool Teller::is_decided_here(OrderId order) const {
  switch (record_.command.header.kind) {
    case CommandKind::NewOrder:
    case CommandKind::NewOrderPair:
      return order > last_before_;
    case CommandKind::ExecuteOrder:
      return record_.command.get<ExecuteOrder>().order == order;
    default:
      return false;
  }
}

// What was decided about the order in this record, as a new order says it.
NewOrder Teller::asked(OrderId id) const {
  NewOrder order;
  order.max_slippage_pips = Ratio{-1};
  if (!is_decided_here(id)) return order;
  switch (record_.command.header.kind) {
    case CommandKind::NewOrder:
      return record_.command.get<NewOrder>();
    case CommandKind::NewOrderPair:
      return leg_of(record_.command.get<NewOrderPair>(), id.value > last_before_.value + 1);
    default: {
      const auto execute = record_.command.get<ExecuteOrder>();
      order.decision = execute.decision;
      order.required_margin_raw = execute.required_margin_raw;
      order.free_margin_raw = execute.free_margin_raw;
      return order;
    }
  }
}

FilledBefore Teller::filled_before(OrderId order, Price price) const {
  return book_.filled_before(order, price);
}

// Who asked, but for another client: his order may be why something became of this one.
void Teller::say_user(Section& section, AccountId account) const {
  const CommandHeader& header = record_.command.header;
  if (!header.actor || (header.account && header.account != account)) return;
  section.number("by user", whole(header.actor.value));
}

void Teller::tell_order(const Event& event, const OrderUpdated& updated, Course& course,
                        bool is_first) {
  const AccountId account = event.header.account;
  const bool is_decided = is_first && is_decided_here(updated.order);
  if (is_decided) {
    if (record_.command.header.kind != CommandKind::ExecuteOrder) tell_received(updated, account);
    tell_risk(updated, account);
    tell_routing(updated);
  }
  const BookOrder* before = book_.order(updated.order);
  const Volume filled = before != nullptr ? before->filled : Volume{};
  if (updated.filled_volume > filled) {
    ++course.fills;
    const bool is_out = before != nullptr && before->goes_out;
    if (is_out || record_.command.header.kind == CommandKind::VenueReport)
      return tell_change(updated, account);
    return tell_look(updated, course);
  }
  const bool is_refused = is_final(updated.status) && updated.code != RejectCode::None;
  if (is_refused && course.fills != 0) return tell_rest(updated, account);
  if (is_decided && (is_refused || updated.status == OrderStatus::Filling))
    tell_recheck(updated, account);
  const bool is_placed = is_decided && is_refused && updated.status == OrderStatus::Rejected;
  if (!is_placed) tell_change(updated, account);
}

// It rests, was reached, was changed or ended, or a venue has filled some of it.
void Teller::tell_change(const OrderUpdated& updated, AccountId account) {
  Section& section =
      add(std::string(name_of(updated.status)), "order " + std::to_string(updated.order.value) +
                                                    " is " + std::string(name_of(updated.status)));
  if (updated.code != RejectCode::None) section.say("because", refusal(updated.code));
  say_user(section, account);
  section.number("volume", updated.volume.raw);
  if (!updated.filled_volume.is_zero()) {
    section.number("filled", updated.filled_volume.raw);
    section.price("average price", updated.filled_price);
  }
  section.price("limit", updated.limit);
  section.price("stop-loss", updated.stop_loss);
  section.price("take-profit", updated.take_profit);
  section.say("time in force", name_of(updated.time_in_force));
  add_quotes(section, updated.symbol, account);
}

void Teller::tell_received(const OrderUpdated& updated, AccountId account) {
  const NewOrder asked = this->asked(updated.order);
  Section& section = add("RECEIVED", "order " + std::to_string(updated.order.value) + " came in");
  section.say("door", name_of(updated.origin));
  say_user(section, account);
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
  const NewOrder asked = this->asked(updated.order);
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
  section.formulas = opening_formulas(book_, updated.symbol, account, updated.side,
                                      updated.volume - updated.filled_volume, price,
                                      filled_before(updated.order, price));
}

void Teller::tell_routing(const OrderUpdated& updated) {
  const NewOrder asked = this->asked(updated.order);
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

// Whole at the house's price: what it is refused for, or goes to a venue with.
void Teller::tell_recheck(const OrderUpdated& updated, AccountId account) {
  const NewOrder asked = this->asked(updated.order);
  if (asked.decision != RejectCode::None) return;
  const bool is_good = updated.code == RejectCode::None;
  Section& section = add("ENGINE", is_good ? "the engine looked again and took it"
                                           : "the engine looked again and refused it");
  if (!is_good) section.say("decision", refusal(updated.code));
  const BookAccount* owner = book_.account(account);
  if (book_.symbol(updated.symbol) == nullptr || owner == nullptr) return;
  const Quote quote = book_.quote_for(account, updated.symbol);
  if (!quote.is_known()) return;
  const Price price = opening_price(updated.side, quote);
  section.price("price", price);
  section.price("worst price", asked.worst_price);
  const Book::Sides sides = book_.sides(account, updated.symbol);
  const MarginSide& against = updated.side == Side::Buy ? sides.sells : sides.buys;
  if (owner->closes_first && !against.volume.is_zero()) {
    section.say("first", "it closes what stands against it");
    return;
  }
  if (!is_good && updated.time_in_force == TimeInForce::Fok) {
    section.say("note",
                "of fill or kill each part was tried at its own price, and none was booked; "
                "the formulas take all of it at the house's");
  }
  if (is_good || updated.code == RejectCode::InsufficientMargin) {
    section.formulas = opening_formulas(book_, updated.symbol, account, updated.side,
                                        updated.volume - updated.filled_volume, price,
                                        filled_before(updated.order, price));
  }
}

// Before each fill that is not a venue's. What opens is checked at its price: see finish_look.
void Teller::tell_look(const OrderUpdated& updated, Course& course) {
  const BookPosition* held = book_.position(updated.position);
  const bool closes = held != nullptr && held->side != updated.side;
  const bool is_rest = !closes && course.has_closed;
  course.has_closed = course.has_closed || closes;
  if (closes && course.fills > 1) return;
  const char* taken = course.fills == 1 ? "the engine looked again and took it"
                                        : "the engine looked at the next part and took it";
  Section& section = is_rest ? add("REST", "the rest of it opens") : add("ENGINE", taken);
  section.price("worst price", asked(updated.order).worst_price);
  if (closes) {
    section.say("first", "it closes what stands against it");
    return;
  }
  look_ = story_.sections.size() - 1;
}

void Teller::finish_look(const TradeExecuted& trade, AccountId account) {
  if (!look_) return;
  Section& section = story_.sections[*look_];
  look_.reset();
  section.number("volume", trade.volume.raw);
  section.price("price", trade.price);
  section.formulas = opening_formulas(book_, trade.symbol, account, trade.side, trade.volume,
                                      trade.price, filled_before(trade.order, trade.price));
}

// What the order filled is told by now.
void Teller::tell_rest(const OrderUpdated& updated, AccountId account) {
  Section& section = add("REST", "the rest of it was refused");
  section.say("decision", refusal(updated.code));
  const Price price = opening_price(updated.side, book_.quote_for(account, updated.symbol));
  const Volume rest = updated.volume - updated.filled_volume;
  section.number("volume", rest.raw);
  section.price("price", price);
  if (updated.code != RejectCode::InsufficientMargin) return;
  section.formulas = opening_formulas(book_, updated.symbol, account, updated.side, rest, price,
                                      filled_before(updated.order, price));
}

}  // namespace tribook::time_machine
