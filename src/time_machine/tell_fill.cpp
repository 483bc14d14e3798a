#include <algorithm>

#include "time_machine/sums.h"
#include "time_machine/teller.h"

// A fill: with whom, at which price, and what it cost. Of another client nothing is told but that
// it was one, and the limit at which they met.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

constexpr const char* kAtThe = "at the";
constexpr const char* kDealtWith = "dealt with";
constexpr const char* kMarkup = "markup in pips";

void leave_out(Section& section, std::string_view label) {
  std::erase_if(section.facts, [&](const Fact& fact) { return fact.label == label; });
}

}  // namespace

void Teller::tell_fill(const TradeExecuted& trade, AccountId account) {
  finish_look(trade, account);
  Section& section = add("FILL", "it was filled");
  section.number("trade", whole(trade.trade.value));
  section.number("order", whole(trade.order.value));
  section.number("position", whole(trade.position.value));
  section.number("volume", trade.volume.raw);
  section.number("price", trade.price.raw);
  tell_slippage(section, trade);
  tell_price(trade, account);
  add_quotes(section, trade.symbol, account);
}

// In the section just told. That its order took another client's is only known by the print that
// follows: see hear_print.
void Teller::tell_price(const TradeExecuted& trade, AccountId account) {
  Section& section = story_.sections.back();
  dealt_.push_back(story_.sections.size() - 1);
  dealt_order_ = trade.order;
  const BookSymbol& symbol = *book_.symbol(trade.symbol);
  is_incomplete_ = is_incomplete_ || symbol.is_carried;
  if (record_.command.header.kind == CommandKind::VenueReport && !has_reported_) {
    const auto report = record_.command.get<VenueReport>();
    section.say(kDealtWith, "a venue");
    section.number("venue", whole(report.venue.value));
    section.price("venue price", report.price);
    section.number(kMarkup, markup_of(book_, trade.symbol, account).raw);
    const auto dealt =
        dealt_formula(book_, trade.symbol, account, trade.side, report.price, trade.price);
    if (dealt) section.formulas.push_back(*dealt);
    return;
  }
  const BookOrder* order = book_.order(trade.order);
  if (order != nullptr && order->is_maker) {
    section.say(kDealtWith, "another client's order, which reached it");
    section.say(kAtThe, "limit at which it rested");
    return;
  }
  section.say(kDealtWith, "the house");
  section.say(kAtThe, trade.side == Side::Buy ? "ask" : "bid");
  section.number("quoted by record", whole(symbol.quoted_at.value));
  section.price("venue bid", symbol.venue_bid);
  section.price("venue ask", symbol.venue_ask);
  section.number(kMarkup, markup_of(book_, trade.symbol, account).raw);
  for (Formula& formula : markup_formulas(book_, trade.symbol, account)) {
    section.formulas.push_back(std::move(formula));
  }
}

void Teller::hear_print(const BookPrinted& print) {
  if (dealt_.empty() || dealt_last_ != print.trade) return;
  for (const std::size_t index : dealt_) {
    Section& section = story_.sections[index];
    for (const char* label : {kDealtWith, kAtThe, kMarkup}) leave_out(section, label);
    std::erase_if(section.formulas, [](const Formula& formula) {
      return formula.what == "bid" || formula.what == "ask";
    });
    section.say(kDealtWith, "another client's order at rest");
    section.say(kAtThe, "limit at which that rested");
  }
  dealt_.clear();
}

void Teller::tell_slippage(Section& section, const TradeExecuted& trade) const {
  const NewOrder asked = this->asked(trade.order);
  if (asked.worst_price.is_zero()) return;
  FormulaMaker maker("slippage", "", kFixedDigits);
  const Price pip = book_.symbol(trade.symbol)->instrument.pip_size;
  const std::string price = maker.in("price", trade.price.raw);
  const std::string worst = maker.in("worst", asked.worst_price.raw, "acceptable to the client");
  const std::string room = maker.in("allowed", pips_to_price(asked.max_slippage_pips, pip).raw,
                                    "what the client allowed");
  section.formulas.push_back(maker.make(trade.side == Side::Buy
                                            ? price + " - (" + worst + " - " + room + ")"
                                            : "(" + worst + " + " + room + ") - " + price));
}

void Teller::tell_commission(const TradeExecuted& trade, AccountId account) {
  const CommissionSpec& spec = book_.groups().commission(book_.account(account)->group,
                                                         book_.symbol(trade.symbol)->instrument);
  Section& section = add("COMMISSION", "what it cost");
  section.say("basis", name_of(spec.basis));
  const BookOrder* order = book_.order(trade.order);
  const bool is_known = order == nullptr || order->is_charge_known;
  if (!is_known) is_incomplete_ = true;
  const auto booked = is_known ? std::optional<int128>(-trade.commission.raw) : std::nullopt;
  section.formulas = commission_formulas(book_, trade.symbol, account, trade.volume, trade.price,
                                         booked, filled_before(trade.order, trade.price));
}

}  // namespace tribook::time_machine
