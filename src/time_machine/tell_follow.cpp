#include "time_machine/sum_parts.h"
#include "time_machine/sums.h"
#include "time_machine/teller.h"

// What follows the price: a trailing stop-loss, break-even; and what an order has besides.

namespace tribook::time_machine {
namespace {

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

// Both sides' sums differ in their signs alone.
struct Signs {
  const char* back;   // from the price to the stop-loss
  const char* ahead;  // the way in the position's favour
  const char* best;
  const char* to_tick;
};
Signs signs_of(Side side) {
  return side == Side::Buy ? Signs{" - ", " + ", "max", "ceil"}
                           : Signs{" + ", " - ", "min", "floor"};
}

std::string pips(FormulaMaker& maker, const char* name, PipDistance distance) {
  return maker.in(name, distance.pips().raw, "pips") + " * pip";
}

// Behind the price by the distance, by whole steps.
std::string trailed(FormulaMaker& maker, const BookPosition& position, const std::string& price) {
  const Signs signs = signs_of(position.side);
  const std::string wanted =
      price + signs.back + pips(maker, "distance", position.trailing_distance);
  if (position.stop_loss.is_zero()) return wanted;
  const std::string stop = maker.in("stop", position.stop_loss.raw, "its stop-loss before");
  if (position.trailing_step.is_zero()) return signs.best + ("(" + stop + ", " + wanted + ")");
  const std::string step = "(" + pips(maker, "step", position.trailing_step) + ")";
  const std::string way =
      position.side == Side::Buy ? wanted + " - " + stop : stop + " - (" + wanted + ")";
  return stop + signs.ahead + "floor(max(" + way + ", 0) / " + step + ") * " + step;
}

// The open price and the offset beyond it, to the tick in the position's favour.
std::string evened(FormulaMaker& maker, const BookPosition& position,
                   const Instrument& instrument) {
  const Signs signs = signs_of(position.side);
  const std::string paid = cost(maker, position.open_cost, position.volume);
  const std::string opened = paid + " / " + maker.in("volume", position.volume.raw);
  const std::string offset = pips(maker, "offset", position.break_even_offset);
  const std::string tick = maker.in("tick", instrument.tick_size.raw);
  return std::string(signs.to_tick) + "((" + opened + signs.ahead + offset + ") / " + tick +
         ") * " + tick;
}

}  // namespace

void Teller::hear_follow(const PositionFollowed& followed) {
  const BookPosition* before = book_.position(followed.position);
  if (!subject_.position || followed.position != subject_.position || before == nullptr) return;
  if (record_.command.header.kind == CommandKind::Quote) {
    if (before->waits_for_break_even && followed.waits_for_break_even == 0) {
      evened_ = followed.position;
    }
    return;
  }
  Section& section = add("FOLLOW", "how its stop-loss follows the price was changed");
  say_user(section, account_);
  section.number("trailing distance in pips", followed.trailing_distance.pips().raw);
  section.number("trailing step in pips", followed.trailing_step.pips().raw);
  if (followed.waits_for_break_even != 0) {
    section.number("break-even offset in pips", followed.break_even_offset.pips().raw);
  }
}

// A tick moved its stop-loss. The quote is in the book by now, the level is not.
void Teller::tell_followed(const BookPosition& before, const PositionUpdated& updated) {
  const bool is_even = evened_ == updated.position;
  const bool is_trailing = !before.trailing_distance.is_zero();
  Section& section = add("FOLLOWED", is_even ? "a tick took its stop-loss to break-even"
                                             : "a tick took its stop-loss along");
  section.price("stop-loss before", before.stop_loss);
  section.price("stop-loss after", updated.stop_loss);
  const Quote quote = book_.quote_for(before.account, before.symbol);
  section.price("bid", quote.bid);
  section.price("ask", quote.ask);
  if (!is_even && !is_trailing) return;
  const Instrument& instrument = book_.symbol(before.symbol)->instrument;
  const Signs signs = signs_of(before.side);
  FormulaMaker maker("stop-loss", "", kFixedDigits);
  maker.in("pip", instrument.pip_size.raw);
  std::string sum;
  if (is_trailing) {
    const bool is_buy = before.side == Side::Buy;
    sum = trailed(maker, before,
                  is_buy ? maker.in("bid", quote.bid.raw) : maker.in("ask", quote.ask.raw));
  }
  if (is_even) {
    const std::string even = evened(maker, before, instrument);
    std::string best = sum;
    if (!is_trailing && !before.stop_loss.is_zero()) {
      best = maker.in("stop", before.stop_loss.raw, "its stop-loss before");
    }
    sum = best.empty() ? even : signs.best + ("(" + best + ", " + even + ")");
  }
  section.formulas.push_back(maker.make(sum, updated.stop_loss.raw));
}

// What its OrderUpdated, which was told just before, has no room for.
void Teller::tell_terms(const OrderTerms& terms) {
  if (!subject_.order || terms.order != subject_.order || story_.sections.empty()) return;
  Section& section = story_.sections.back();
  if (section.sequence != record_.sequence) return;
  section.price("trigger", terms.trigger);
  if (terms.partner) section.number("cancels order", whole(terms.partner.value));
  if (terms.expires != TimeNs{}) section.say("expires", time_text(terms.expires));
  if (!terms.trailing_distance.is_zero()) {
    section.number("trailing distance in pips", terms.trailing_distance.pips().raw);
    section.number("trailing step in pips", terms.trailing_step.pips().raw);
  }
  section.price("triggered at bid", terms.bid);
  section.price("triggered at ask", terms.ask);
}

}  // namespace tribook::time_machine
