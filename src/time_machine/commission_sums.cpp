#include "time_machine/sum_parts.h"
#include "time_machine/sums.h"

// What a deal costs besides: commission, and the markup in its price.

namespace tribook::time_machine {
namespace {

std::string text_of(Currency currency) { return std::string(CurrencyText(currency).view()); }

// What lots are charged before the minimum, in the commission's currency.
std::string charged(FormulaMaker& maker, const Book& book, const Instrument& instrument,
                    const CommissionSpec& spec, const std::string& lots, Price price) {
  if (spec.amount.is_zero()) return lots + " * 0";
  const std::string currency = text_of(spec.currency);
  if (spec.basis == CommissionBasis::PerLot) {
    return lots + " * " + maker.in("amount", spec.amount.raw, currency + " a lot");
  }
  std::string charge = lots + " * " + contract(maker, instrument);
  if (spec.currency != instrument.base) {
    charge += " * " + maker.in("price", price.raw, "of the fill");
    charge += converted(maker, book, instrument.quote, spec.currency, Crossing::Mid);
  }
  const bool is_million = spec.basis == CommissionBasis::PerMillion;
  charge +=
      " * " + maker.in("amount", spec.amount.raw, is_million ? currency + " a million" : "percent");
  return charge + (is_million ? " / 1000000" : " / 100");
}

// Of what an order has filled at this price, with what it fills now.
Formula charge_formula(const Book& book, const Instrument& instrument, const CommissionSpec& spec,
                       Volume before, Volume volume, Price price) {
  FormulaMaker maker("charge of what was filled at this price", text_of(spec.currency),
                     kFixedDigits);
  std::string lots = maker.in("volume", volume.raw);
  if (!before.is_zero()) {
    lots = "(" + maker.in("before", before.raw, "filled by the order at this price") + " + " +
           lots + ")";
  }
  return maker.make(charged(maker, book, instrument, spec, lots, price));
}

}  // namespace

// The minimum counts once for an order: until its fills have used it up, they are charged what all
// of them exceed it by.
std::vector<Formula> commission_formulas(const Book& book, SymbolId symbol, AccountId account,
                                         Volume volume, Price price, std::optional<int128> booked,
                                         const FilledBefore& before) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  const BookAccount& owner = *book.account(account);
  const CommissionSpec& spec = book.groups().commission(owner.group, instrument);
  const Currency own = owner.currency;
  FormulaMaker maker("commission", text_of(own), minor_digits(own));
  if (spec.amount.is_zero() && spec.minimum.is_zero()) return {maker.make("0", booked)};
  const auto charge = commission(instrument, spec, volume, price, own, book.rates(), before);
  if (!charge) return {maker.make("0", booked)};  // no rate: nothing is charged
  std::vector<Formula> formulas;
  std::string sum;
  const Money minimum{spec.minimum.raw};
  const auto least = [&] {
    return maker.in("minimum", minimum.raw, text_of(spec.currency) + " an order and side");
  };
  Money used = before.charge;
  if (!before.volume.is_zero()) {
    used += charge_before_minimum(instrument, spec, before.volume, price, book.rates())
                .value_or(Money{});
  }
  const bool is_first = before.volume.is_zero() && !before.is_any;
  if (is_first || used >= minimum) {
    sum = charged(maker, book, instrument, spec, maker.in("volume", volume.raw), price);
    if (is_first && !minimum.is_zero()) sum = "max(" + sum + ", " + least() + ")";
  } else {
    formulas.push_back(charge_formula(book, instrument, spec, before.volume, volume, price));
    sum = maker.in("charged", formulas.front().result, "what was filled at this price");
    if (!before.charge.is_zero()) {
      sum += " + " + maker.in("others", before.charge.raw, "the order's fills at other prices");
    }
    sum = "max(" + sum + " - " + least() + ", 0)";
  }
  sum += converted(maker, book, spec.currency, own, Crossing::Loss);
  formulas.push_back(maker.make(sum, booked));
  return formulas;
}

Ratio markup_of(const Book& book, SymbolId symbol, AccountId account) {
  return book.groups().markup_pips(book.account(account)->group, book.symbol(symbol)->instrument);
}

namespace {

// A venue's price, worse by half of the markup, to the tick; of a price that has no room below, the
// lowest, and of one that has none above, the highest.
Formula marked(const Instrument& instrument, Ratio pips, bool is_bid, const char* what, Price venue,
               Price booked) {
  const int128 half = static_cast<int128>(pips.raw) * instrument.pip_size.raw /
                      (2 * static_cast<int128>(kFixedOne));
  FormulaMaker maker(what, "", kFixedDigits);
  const std::string own = maker.in("venue", venue.raw, "its own price");
  const std::string markup =
      maker.in("half", half, "half of the markup of " + decimal(pips.raw) + " pips");
  const std::string tick = maker.in("tick", instrument.tick_size.raw);
  if (is_bid && venue.raw - half < instrument.tick_size.raw) {
    return maker.make("min(" + own + ", " + tick + ")", booked.raw);
  }
  const int128 step = instrument.tick_size.raw;
  if (!is_bid && (venue.raw + half + step - 1) / step * step > kMaxFixedRaw) {
    const std::string largest = maker.in("largest", kMaxFixedRaw, "of all prices");
    return maker.make("max(floor(" + largest + " / " + tick + ") * " + tick + ", " + own + ")",
                      booked.raw);
  }
  const std::string in_ticks = is_bid ? "floor((" + own + " - " + markup + ") / " + tick + ")"
                                      : "ceil((" + own + " + " + markup + ") / " + tick + ")";
  return maker.make(in_ticks + " * " + tick, booked.raw);
}

}  // namespace

std::vector<Formula> markup_formulas(const Book& book, SymbolId id, AccountId account) {
  const BookSymbol& symbol = *book.symbol(id);
  const Ratio pips = markup_of(book, id, account);
  if (pips.is_zero() || !book.quote(id).is_known()) return {};
  const Quote quote = book.quote_for(account, id);
  return {marked(symbol.instrument, pips, true, "bid", symbol.venue_bid, quote.bid),
          marked(symbol.instrument, pips, false, "ask", symbol.venue_ask, quote.ask)};
}

std::optional<Formula> dealt_formula(const Book& book, SymbolId id, AccountId account, Side side,
                                     Price venue, Price dealt) {
  const Ratio pips = markup_of(book, id, account);
  if (pips.is_zero()) return std::nullopt;
  return marked(book.symbol(id)->instrument, pips, side == Side::Sell, "price", venue, dealt);
}

}  // namespace tribook::time_machine
