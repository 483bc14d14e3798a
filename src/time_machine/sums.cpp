#include "time_machine/sums.h"

#include <algorithm>

namespace tribook::time_machine {
namespace {

std::string text_of(Currency currency) { return std::string(CurrencyText(currency).view()); }

// The factors of a conversion, appended to an expression: " * EURUSD_bid / USDJPY_ask".
std::string converted(FormulaMaker& maker, const Book& book, Currency from, Currency to,
                      Crossing crossing) {
  std::string factors;
  if (from == to) return factors;
  const RateBook::Chain& chain = book.rates().chain(from, to);
  for (std::size_t i = 0; i < chain.length; ++i) {
    const RateBook::Step step = chain.steps[i];
    const Quote& rate = book.quote(step.symbol);
    const std::string name = plain_name(book.symbol(step.symbol)->instrument.name.view());
    const bool takes_bid = (crossing == Crossing::Gain) == step.from_base;
    std::string price;
    if (crossing == Crossing::Mid) {
      price = "((" + maker.in(name + "_bid", rate.bid.raw);
      price += " + " + maker.in(name + "_ask", rate.ask.raw) + ") / 2)";
    } else {
      price =
          takes_bid ? maker.in(name + "_bid", rate.bid.raw) : maker.in(name + "_ask", rate.ask.raw);
    }
    factors += (step.from_base ? " * " : " / ") + price;
  }
  return factors;
}

std::string contract(FormulaMaker& maker, const Instrument& instrument) {
  return maker.in("contract", instrument.contract_size.raw,
                  "units of " + text_of(instrument.base) + " a lot");
}

}  // namespace

Formula profit_formula(const Book& book, const BookPosition& position, Cost cost, Volume volume,
                       Price price, std::optional<int128> booked) {
  const Instrument& instrument = book.symbol(position.symbol)->instrument;
  const Currency own = book.account(position.account)->currency;
  FormulaMaker maker("P&L", text_of(own), minor_digits(own));
  const Price open = open_price(cost, volume);
  const std::string lots = maker.in("volume", volume.raw);
  const std::string close = maker.in("close", price.raw);
  const bool is_buy = position.side == Side::Buy;
  const Cost now = cost_of(price, volume);
  const bool is_loss = is_buy ? now < cost : cost < now;
  std::string expression;
  if (cost_of(open, volume) == cost) {
    const std::string opened = maker.in("open", open.raw);
    expression = is_buy ? "(" + close + " - " + opened + ")" : "(" + opened + " - " + close + ")";
    expression += " * " + lots;
  } else {  // an average that no price of 8 decimals hits: the sum of price x volume itself
    const int128 unit = kFixedOne;
    const std::string paid =
        "(" + maker.in("cost", cost.raw / unit, "open price x volume") + " + " +
        maker.in("cost_rest", cost.raw % unit, "its decimals 9 to 16") + " / 100000000)";
    const std::string value = close + " * " + lots;
    expression = is_buy ? "(" + value + " - " + paid + ")" : "(" + paid + " - " + value + ")";
  }
  expression += " * " + contract(maker, instrument);
  expression +=
      converted(maker, book, instrument.quote, own, is_loss ? Crossing::Loss : Crossing::Gain);
  return maker.make(expression, booked);
}

Formula commission_formula(const Book& book, SymbolId symbol, AccountId account, Volume volume,
                           Price price, std::optional<int128> booked) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  const BookAccount& owner = *book.account(account);
  const CommissionSpec& spec = book.groups().commission(owner.group, instrument);
  const Currency own = book.account(account)->currency;
  FormulaMaker maker("commission", text_of(own), minor_digits(own));
  std::string charge = "0";
  if (!spec.amount.is_zero()) {
    charge = maker.in("volume", volume.raw);
    const std::string currency = text_of(spec.currency);
    if (spec.basis == CommissionBasis::PerLot) {
      charge += " * " + maker.in("amount", spec.amount.raw, currency + " a lot");
    } else {
      charge += " * " + contract(maker, instrument);
      if (spec.currency != instrument.base) {
        charge += " * " + maker.in("price", price.raw, "of the fill");
        charge += converted(maker, book, instrument.quote, spec.currency, Crossing::Mid);
      }
      const bool is_million = spec.basis == CommissionBasis::PerMillion;
      charge += " * " + maker.in("amount", spec.amount.raw,
                                 is_million ? currency + " a million" : "percent");
      charge += is_million ? " / 1000000" : " / 100";
    }
  }
  if (!spec.minimum.is_zero()) {
    charge = "max(" + charge + ", " +
             maker.in("minimum", spec.minimum.raw, text_of(spec.currency) + " a side") + ")";
  }
  if (charge != "0") charge += converted(maker, book, spec.currency, own, Crossing::Loss);
  return maker.make(charge, booked);
}

Formula basis_formula(const Book& book, SymbolId symbol, AccountId account, Volume volume,
                      Price price) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  const MarginSpec& margin = instrument.margin;
  const Currency own = book.account(account)->currency;
  FormulaMaker maker("margin basis", text_of(own), kFixedDigits);
  std::string expression = maker.in("volume", volume.raw);
  if (margin.mode == MarginMode::Futures) {
    expression += " * " + maker.in("initial_per_lot", margin.initial_per_lot.raw,
                                   text_of(instrument.margin_currency) + " a lot");
  } else {
    expression += " * " + contract(maker, instrument);
  }
  if (margin.mode == MarginMode::Cfd || margin.mode == MarginMode::CfdLeverage) {
    expression += " * " + maker.in("price", price.raw, "of the fill");
  }
  if (margin.mode == MarginMode::Cfd) {
    expression += " * " + maker.in("percent", margin.percent.raw) + " / 100";
  }
  expression += converted(maker, book, instrument.margin_currency, own, Crossing::Mid);
  return maker.make(expression);
}

namespace {

// The basis that is charged under the symbol's hedged policy.
std::string charged_basis(FormulaMaker& maker, const MarginSpec& margin, const Book::Sides& sides) {
  const auto buys = [&] { return maker.in("buys", sides.buys.basis.raw, "basis of all buys"); };
  const auto sells = [&] { return maker.in("sells", sides.sells.basis.raw, "basis of all sells"); };
  if (sides.sells.volume.is_zero()) return buys();
  if (sides.buys.volume.is_zero()) return sells();
  if (margin.hedged == HedgedMargin::LargerLeg) return "max(" + buys() + ", " + sells() + ")";
  if (margin.hedged == HedgedMargin::Sum) return "(" + buys() + " + " + sells() + ")";
  const bool buys_larger = sides.buys.volume >= sides.sells.volume;
  const std::string larger = buys_larger ? buys() : sells();
  const std::string smaller = buys_larger ? "sells" : "buys";
  const Volume whole = std::max(sides.buys.volume, sides.sells.volume);
  const Volume matched = std::min(sides.buys.volume, sides.sells.volume);
  const std::string net =
      larger + " * (" + maker.in("larger_volume", whole.raw, "lots of the larger side") + " - " +
      maker.in("smaller_volume", matched.raw, "lots of the other side") + ") / larger_volume";
  if (margin.hedged == HedgedMargin::Net) return "(" + net + ")";
  if (buys_larger) {
    sells();
  } else {
    buys();
  }
  const std::string percent = maker.in("hedged_percent", margin.hedged_percent.raw);
  return "(" + net + " * (100 - " + percent + ") + (" + larger + " + " + smaller + ") * " +
         percent + ") / 100";
}

}  // namespace

Formula margin_formula(const Book& book, std::string what, SymbolId symbol, AccountId account,
                       const Book::Sides& sides, Ratio rate) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  const MarginSpec& margin = instrument.margin;
  const BookAccount& owner = *book.account(account);
  FormulaMaker maker(std::move(what), text_of(owner.currency), minor_digits(owner.currency));
  std::string expression = "0";
  if (!sides.buys.volume.is_zero() || !sides.sells.volume.is_zero()) {
    expression = charged_basis(maker, margin, sides);
  }
  if (rate.raw != kFixedOne) expression += " * " + maker.in("rate", rate.raw, "of the symbol");
  const bool has_leverage =
      margin.mode == MarginMode::Forex || margin.mode == MarginMode::CfdLeverage;
  if (has_leverage) {
    const std::uint32_t granted = book.groups().leverage(owner.group, symbol, owner.leverage);
    const bool is_capped = margin.leverage_cap != 0 && margin.leverage_cap < granted;
    const std::uint32_t leverage = is_capped ? margin.leverage_cap : granted;
    const char* whose = is_capped                  ? "the symbol's cap"
                        : granted < owner.leverage ? "the group's cap"
                                                   : "the account's";
    expression += " / " + maker.in("leverage", static_cast<int128>(leverage) * kFixedOne, whose);
  }
  return maker.make(expression);
}

namespace {

// What the symbol's initial rate asks beyond maintenance; true when there is such a difference.
bool add_extra(const Book& book, SymbolId symbol, AccountId account, Side side, MarginSide fill,
               std::vector<Formula>& formulas) {
  const MarginSpec& margin = book.symbol(symbol)->instrument.margin;
  if (margin.initial_rate == margin.maintenance_rate) return false;
  Book::Sides alone;
  (side == Side::Buy ? alone.buys : alone.sells) = fill;
  formulas.push_back(margin_formula(book, "the new position alone, at the initial rate", symbol,
                                    account, alone, margin.initial_rate));
  formulas.push_back(margin_formula(book, "the new position alone, at the maintenance rate", symbol,
                                    account, alone, margin.maintenance_rate));
  return true;
}

}  // namespace

std::vector<Formula> opening_formulas(const Book& book, SymbolId symbol, AccountId account,
                                      Side side, Volume volume, Price price) {
  const BookAccount& owner = *book.account(account);
  const std::string unit = text_of(owner.currency);
  const int digits = minor_digits(owner.currency);
  const Ratio rate = book.symbol(symbol)->instrument.margin.maintenance_rate;
  std::vector<Formula> formulas{basis_formula(book, symbol, account, volume, price)};
  const MarginSide fill{Money{formulas[0].result}, volume};
  Book::Sides sides = book.sides(account, symbol);
  const Formula before =
      margin_formula(book, "used margin of the symbol before", symbol, account, sides, rate);
  MarginSide& grown = side == Side::Buy ? sides.buys : sides.sells;
  grown.basis += fill.basis;
  grown.volume += fill.volume;
  const Formula after =
      margin_formula(book, "used margin of the symbol after", symbol, account, sides, rate);
  formulas.push_back(before);
  formulas.push_back(after);

  FormulaMaker need("required margin", unit, digits);
  std::string required = need.in("after", after.result) + " - " + need.in("before", before.result);
  if (add_extra(book, symbol, account, side, fill, formulas)) {
    const std::string initial = need.in("initial", formulas[formulas.size() - 2].result);
    const std::string held = need.in("maintenance", formulas.back().result);
    required += " + max(" + initial + " - " + held + ", 0)";
  }
  formulas.push_back(need.make(required));

  const BookPosition opened{{}, account, symbol, side, volume, cost_of(price, volume), {}, {}, {}};
  const Formula spread = profit_formula(book, opened, opened.open_cost, volume,
                                        closing_price(side, book.quote_for(account, symbol)), {});
  const Formula charge = commission_formula(book, symbol, account, volume, price, {});
  FormulaMaker left("free margin after", unit, digits);
  const std::string sum =
      left.in("balance", owner.balance.raw) + " + " + left.in("credit", owner.credit.raw) + " + " +
      left.in("unrealized", book.unrealized(account).raw, "P&L of the positions held") + " + " +
      left.in("spread", spread.result, "P&L of the new position at once") + " - " +
      left.in("commission", charge.result) + " - " +
      left.in("used", owner.used_margin.raw, "margin of the positions held") + " - " +
      left.in("required", formulas.back().result);
  formulas.push_back(left.make(sum));
  return formulas;
}

std::vector<Formula> standing_formulas(const Book& book, AccountId account,
                                       std::optional<int128> equity, std::optional<int128> level) {
  constexpr std::size_t kShown = 24;
  const BookAccount& owner = *book.account(account);
  const std::string unit = text_of(owner.currency);
  FormulaMaker worth("equity", unit, minor_digits(owner.currency));
  std::string sum =
      worth.in("balance", owner.balance.raw) + " + " + worth.in("credit", owner.credit.raw);
  std::size_t shown = 0;
  Money rest;
  for (const auto& [id, position] : book.positions()) {
    if (position.account != account) continue;
    const Money pnl = book.unrealized(position);
    if (shown++ < kShown) {
      sum += " + " + worth.in("P" + std::to_string(id.value), pnl.raw, "P&L of the position");
    } else {
      rest += pnl;
    }
  }
  if (shown > kShown) sum += " + " + worth.in("rest", rest.raw, "P&L of the other positions");
  std::vector<Formula> formulas{worth.make(sum, equity)};
  if (!owner.used_margin.is_zero()) {
    FormulaMaker ratio("margin level", "%", 2);
    const std::string expression = ratio.in("equity", equity.value_or(formulas[0].result)) + " / " +
                                   ratio.in("used", owner.used_margin.raw, "margin") + " * 100";
    formulas.push_back(ratio.make(expression, level));
  }
  return formulas;
}

Ratio markup_of(const Book& book, SymbolId symbol, AccountId account) {
  return book.groups().markup_pips(book.account(account)->group, book.symbol(symbol)->instrument);
}

std::vector<Formula> markup_formulas(const Book& book, SymbolId id, AccountId account) {
  const BookSymbol& symbol = *book.symbol(id);
  const Ratio pips = markup_of(book, id, account);
  std::vector<Formula> formulas;
  if (pips.is_zero() || !book.quote(id).is_known()) return formulas;
  const int128 half = static_cast<int128>(pips.raw) * symbol.instrument.pip_size.raw /
                      (2 * static_cast<int128>(kFixedOne));
  const Quote quote = book.quote_for(account, id);
  for (const bool is_bid : {true, false}) {
    FormulaMaker maker(is_bid ? "bid" : "ask", "", kFixedDigits);
    const std::string venue =
        maker.in("venue", is_bid ? symbol.venue_bid.raw : symbol.venue_ask.raw, "its own price");
    const std::string markup =
        maker.in("half", half, "half of the markup of " + decimal(pips.raw) + " pips");
    const std::string tick = maker.in("tick", symbol.instrument.tick_size.raw);
    const std::string in_ticks = is_bid ? "floor((" + venue + " - " + markup + ") / " + tick + ")"
                                        : "ceil((" + venue + " + " + markup + ") / " + tick + ")";
    formulas.push_back(maker.make(in_ticks + " * " + tick, is_bid ? quote.bid.raw : quote.ask.raw));
  }
  return formulas;
}

std::vector<SymbolId> symbols_needed(const RateBook& rates, const Instrument& instrument,
                                     const CommissionSpec& spec, Currency currency) {
  std::vector<SymbolId> needed{instrument.id};
  const auto add_chain = [&](Currency from, Currency to) {
    if (from == to) return;
    const RateBook::Chain& chain = rates.chain(from, to);
    for (std::size_t i = 0; i < chain.length; ++i) {
      const SymbolId symbol = chain.steps[i].symbol;
      if (std::find(needed.begin(), needed.end(), symbol) == needed.end()) {
        needed.push_back(symbol);
      }
    }
  };
  add_chain(instrument.quote, currency);
  add_chain(instrument.margin_currency, currency);
  if (!spec.amount.is_zero() || !spec.minimum.is_zero()) {
    add_chain(spec.currency, currency);
    if (spec.basis != CommissionBasis::PerLot) add_chain(instrument.quote, spec.currency);
  }
  return needed;
}

}  // namespace tribook::time_machine
