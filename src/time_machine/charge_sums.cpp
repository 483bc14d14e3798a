#include "time_machine/charge_sums.h"

#include "time_machine/sum_parts.h"
#include "tribook/domain/charges.h"

namespace tribook::time_machine {
namespace {

std::string text_of(Currency currency) { return std::string(CurrencyText(currency).view()); }

int128 whole(std::int64_t number) { return static_cast<int128>(number) * kFixedOne; }

Crossing crossing_of(int128 booked) { return booked < 0 ? Crossing::Loss : Crossing::Gain; }

std::string power_of_ten(int digits) {
  return "1" + std::string(static_cast<std::size_t>(digits), '0');
}

// What the position is worth, in the quote currency.
std::string value(FormulaMaker& maker, const Book& book, const BookPosition& position,
                  const SwapSpec& swap) {
  if (swap.price == SwapPrice::Open) return cost(maker, position.open_cost, position.volume);
  const bool is_buy = position.side == Side::Buy;
  const Price mark =
      closing_price(position.side, book.quote_for(position.account, position.symbol));
  return maker.in("price", mark.raw, is_buy ? "the bid" : "the ask") + " * " +
         maker.in("volume", position.volume.raw);
}

std::string in_quote(FormulaMaker& maker, const Book& book, const BookPosition& position,
                     const SwapSpec& swap, Ratio rate) {
  const Instrument& instrument = book.symbol(position.symbol)->instrument;
  if (swap.mode == SwapMode::Points) {
    return maker.in("points", rate.raw, "a night") + " / " + power_of_ten(instrument.digits) +
           " * " + contract(maker, instrument) + " * " + maker.in("volume", position.volume.raw);
  }
  return maker.in("percent", rate.raw, "a year") + " / 100 / " +
         maker.in("days", whole(swap.days_in_year), "of a year") + " * " +
         value(maker, book, position, swap) + " * " + contract(maker, instrument);
}

}  // namespace

Formula swap_formula(const Book& book, const BookPosition& position, std::int32_t day,
                     int128 booked) {
  const Instrument& instrument = book.symbol(position.symbol)->instrument;
  const BookAccount& account = *book.account(position.account);
  const SwapSpec& swap = book.groups().swap(account.group, instrument);
  const Currency own = account.currency;
  FormulaMaker maker("swap", text_of(own), minor_digits(own));
  const Ratio rate = position.side == Side::Buy ? swap.buy : swap.sell;
  std::string sum;
  if (account.swap_free.is_on != 0) {
    sum = maker.in("fee", -account.swap_free.fee.raw, text_of(own) + " a lot and night") + " * " +
          maker.in("volume", position.volume.raw);
  } else if (swap.mode == SwapMode::Money) {
    sum = maker.in("amount", rate.raw, text_of(own) + " a lot and night") + " * " +
          maker.in("volume", position.volume.raw);
  } else {
    sum = in_quote(maker, book, position, swap, rate) +
          converted(maker, book, instrument.quote, own, crossing_of(booked));
  }
  sum += " * " + maker.in("nights", whole(nights_of(swap, day)));
  return maker.make(sum, booked);
}

Formula funding_formula(const Book& book, const BookPosition& position, int128 booked) {
  const Instrument& instrument = book.symbol(position.symbol)->instrument;
  const Currency own = book.account(position.account)->currency;
  const Quote& quote = book.quote(position.symbol);
  FormulaMaker maker("funding", text_of(own), minor_digits(own));
  const bool is_buy = position.side == Side::Buy;
  const std::int64_t rate = instrument.funding.rate.raw;
  std::string sum = maker.in("rate", is_buy ? -rate : rate, is_buy ? "a buy pays" : "a sell gets");
  sum += " * ((" + maker.in("bid", quote.bid.raw);
  sum += " + " + maker.in("ask", quote.ask.raw) + ") / 2)";
  sum += " * " + contract(maker, instrument) + " * " + maker.in("volume", position.volume.raw);
  sum += converted(maker, book, instrument.quote, own, crossing_of(booked));
  return maker.make(sum, booked);
}

}  // namespace tribook::time_machine
