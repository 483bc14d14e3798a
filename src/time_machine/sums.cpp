#include "time_machine/sums.h"

#include <algorithm>

#include "time_machine/sum_parts.h"

namespace tribook::time_machine {
namespace {

std::string text_of(Currency currency) { return std::string(CurrencyText(currency).view()); }

}  // namespace

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

std::string cost(FormulaMaker& maker, Cost open_cost, Volume volume) {
  const Price open = open_price(open_cost, volume);
  if (cost_of(open, volume) == open_cost) {
    const std::string opened = maker.in("open", open.raw);
    return opened + " * " + maker.in("volume", volume.raw);
  }
  // An average that no price of 8 decimals hits: the sum itself.
  const int128 unit = kFixedOne;
  return "(" + maker.in("cost", open_cost.raw / unit, "open price x volume") + " + " +
         maker.in("cost_rest", open_cost.raw % unit, "its decimals 9 to 16") + " / 100000000)";
}

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
  } else {
    const std::string paid = time_machine::cost(maker, cost, volume);
    const std::string value = close + " * " + lots;
    expression = is_buy ? "(" + value + " - " + paid + ")" : "(" + paid + " - " + value + ")";
  }
  expression += " * " + contract(maker, instrument);
  expression +=
      converted(maker, book, instrument.quote, own, is_loss ? Crossing::Loss : Crossing::Gain);
  return maker.make(expression, booked);
}

Formula pair_formula(const Book& book, const BookPosition& position, Cost bought, Cost sold,
                     std::optional<int128> booked) {
  const Instrument& instrument = book.symbol(position.symbol)->instrument;
  const Currency own = book.account(position.account)->currency;
  FormulaMaker maker("P&L", text_of(own), minor_digits(own));
  const auto exact = [&](const std::string& name, Cost cost) {
    return "(" + maker.in(name, cost.raw / kFixedOne, "open price x volume") + " + " +
           maker.in(name + "_rest", cost.raw % kFixedOne, "its decimals 9 to 16") + " / 100000000)";
  };
  const std::string difference = exact("sold", sold) + " - " + exact("bought", bought);
  const Crossing crossing = sold < bought ? Crossing::Loss : Crossing::Gain;
  return maker.make("(" + difference + ") * " + contract(maker, instrument) +
                        converted(maker, book, instrument.quote, own, crossing),
                    booked);
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

// A sum that has more than 8 decimals, in two inputs.
std::string fine(FormulaMaker& maker, const std::string& name, int128 raw,
                 const std::string& note) {
  const int128 unit = kFixedOne;
  return "(" + maker.in(name, raw / unit, note) + " + " +
         maker.in(name + "_rest", raw % unit, "its decimals 9 to 16") + " / 100000000)";
}

// What the tiers divide: the side's lots, or its notional at open prices.
std::string divided(FormulaMaker& maker, const Instrument& instrument, const std::string& name,
                    const MarginSide& side) {
  const std::string lots = name + "_lots";
  if (instrument.margin.tier_basis == TierBasis::Lots) return maker.in(lots, side.volume.raw);
  const std::string units = contract(maker, instrument);
  if (instrument.margin.mode == MarginMode::Forex) {
    return "(" + maker.in(lots, side.volume.raw) + " * " + units + ")";
  }
  return "(" + fine(maker, name + "_cost", side.cost.raw, "open price x volume") + " * " + units +
         ")";
}

/// What of its leverage an account may use in a symbol, before the symbol's own cap.
struct Granted {
  std::uint32_t leverage;
  const char* whose;
};

Granted granted_to(const Book& book, const BookAccount& owner, SymbolId symbol) {
  const std::uint32_t granted = book.groups().leverage(owner.group, symbol, owner.leverage);
  return {granted, granted < owner.leverage ? "the group's cap" : "the account's"};
}

// The parts of a side over the leverages of their tiers, over all of it.
std::string over_tiers(FormulaMaker& maker, const Instrument& instrument, const std::string& name,
                       const MarginSide& side, const Granted& granted) {
  const MarginSpec& margin = instrument.margin;
  const std::string whole = divided(maker, instrument, name, side);
  std::string parts;
  std::string from;
  for (std::size_t i = 0; i < margin.tier_count; ++i) {
    const std::string number = std::to_string(i + 1);
    const bool is_last = i + 1 == margin.tier_count || margin.tiers[i].up_to() == 0;
    const std::string to =
        is_last ? whole
                : "min(" + whole + ", " + maker.in("tier_" + number, margin.tiers[i].up_to()) + ")";
    const std::uint32_t own = std::min(margin.tiers[i].leverage, granted.leverage);
    const std::string part = from.empty() ? to : "max(" + to + " - " + from + ", 0)";
    parts += (parts.empty() ? "" : " + ") + part + " / " +
             maker.in("leverage_" + number, static_cast<int128>(own) * kFixedOne,
                      own < granted.leverage ? "the tier's" : granted.whose);
    from = maker.in("tier_" + number, margin.tiers[i].up_to());
    if (is_last) break;
  }
  return "(" + parts + ") / " + whole;
}

/// The sides of a symbol as terms of a formula.
struct SideTerms {
  FormulaMaker& maker;
  const Instrument& instrument;
  const Book::Sides& sides;
  Granted leverage;
  // Of a fill that is checked at a rate of its own; else nothing.
  std::optional<Side> grown;
  Money fill;

  [[nodiscard]] bool has_tiers() const {
    return instrument.margin.tier_count != 0 && instrument.margin.has_leverage();
  }
  [[nodiscard]] std::string of(Side side) const {
    const bool is_buy = side == Side::Buy;
    const std::string name = is_buy ? "buys" : "sells";
    const MarginSide& own = is_buy ? sides.buys : sides.sells;
    const Money held = grown == side ? own.basis - fill : own.basis;
    std::string term = maker.in(name, held.raw, "basis of all " + name);
    if (grown) {
      const MarginSpec& margin = instrument.margin;
      term += " * " + maker.in("maintenance", margin.maintenance_rate.raw, "of what is held");
      if (grown == side) {
        term += " + " + maker.in("fill", fill.raw, "basis of the fill") + " * " +
                maker.in("initial", margin.initial_rate.raw, "of the fill");
      }
      term = "(" + term + ")";
    }
    if (!has_tiers()) return term;
    return "(" + term + " * " + over_tiers(maker, instrument, name, own, leverage) + ")";
  }
};

// What is charged under the symbol's hedged policy.
std::string charged_basis(const SideTerms& terms) {
  FormulaMaker& maker = terms.maker;
  const MarginSpec& margin = terms.instrument.margin;
  const Volume bought = terms.sides.buys.volume;
  const Volume sold = terms.sides.sells.volume;
  if (sold.is_zero()) return terms.of(Side::Buy);
  if (bought.is_zero()) return terms.of(Side::Sell);
  const std::string buys = terms.of(Side::Buy);
  const std::string sells = terms.of(Side::Sell);
  if (margin.hedged == HedgedMargin::LargerLeg) return "max(" + buys + ", " + sells + ")";
  if (margin.hedged == HedgedMargin::Sum) return "(" + buys + " + " + sells + ")";
  const std::string net =
      (bought >= sold ? buys : sells) + " * (" +
      maker.in("larger_volume", std::max(bought, sold).raw, "lots of the larger side") + " - " +
      maker.in("smaller_volume", std::min(bought, sold).raw, "lots of the other side") +
      ") / larger_volume";
  if (margin.hedged == HedgedMargin::Net) return "(" + net + ")";
  const std::string percent = maker.in("hedged_percent", margin.hedged_percent.raw);
  return "(" + net + " * (100 - " + percent + ") + (" + buys + " + " + sells + ") * " + percent +
         ") / 100";
}

std::string margin_expression(const SideTerms& terms) {
  const Book::Sides& sides = terms.sides;
  if (sides.buys.volume.is_zero() && sides.sells.volume.is_zero()) return "0";
  std::string expression = charged_basis(terms);
  const MarginSpec& margin = terms.instrument.margin;
  if (terms.has_tiers() || !margin.has_leverage()) return expression;
  const Granted& granted = terms.leverage;
  const bool is_capped = margin.leverage_cap != 0 && margin.leverage_cap < granted.leverage;
  const std::uint32_t leverage = is_capped ? margin.leverage_cap : granted.leverage;
  return expression + " / " +
         terms.maker.in("leverage", static_cast<int128>(leverage) * kFixedOne,
                        is_capped ? "the symbol's cap" : granted.whose);
}

}  // namespace

Formula margin_formula(const Book& book, std::string what, SymbolId symbol, AccountId account,
                       const Book::Sides& sides, Ratio rate) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  const BookAccount& owner = *book.account(account);
  FormulaMaker maker(std::move(what), text_of(owner.currency), minor_digits(owner.currency));
  const Granted leverage = granted_to(book, owner, symbol);
  std::string expression =
      margin_expression({maker, instrument, sides, leverage, std::nullopt, {}});
  if (rate.raw != kFixedOne && expression != "0") {
    expression += " * " + maker.in("rate", rate.raw, "of the symbol");
  }
  return maker.make(expression);
}

namespace {

// The symbol with the fill, that at its initial rate; only when that is another one.
std::optional<Formula> checked_formula(const Book& book, SymbolId symbol, AccountId account,
                                       const Book::Sides& sides, Side side, Money fill) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  if (instrument.margin.initial_rate == instrument.margin.maintenance_rate) return std::nullopt;
  const BookAccount& owner = *book.account(account);
  FormulaMaker maker("used margin of the symbol after, the fill at its initial rate",
                     text_of(owner.currency), minor_digits(owner.currency));
  return maker.make(
      margin_expression({maker, instrument, sides, granted_to(book, owner, symbol), side, fill}));
}

}  // namespace

std::vector<Formula> opening_formulas(const Book& book, SymbolId symbol, AccountId account,
                                      Side side, Volume volume, Price price,
                                      const FilledBefore& before) {
  const BookAccount& owner = *book.account(account);
  const std::string unit = text_of(owner.currency);
  const int digits = minor_digits(owner.currency);
  const Ratio rate = book.symbol(symbol)->instrument.margin.maintenance_rate;
  std::vector<Formula> formulas{basis_formula(book, symbol, account, volume, price)};
  const MarginSide fill{Money{formulas[0].result}, volume, cost_of(price, volume)};
  Book::Sides sides = book.sides(account, symbol);
  const Formula held =
      margin_formula(book, "used margin of the symbol before", symbol, account, sides, rate);
  (side == Side::Buy ? sides.buys : sides.sells) += fill;
  const Formula after =
      margin_formula(book, "used margin of the symbol after", symbol, account, sides, rate);
  formulas.push_back(held);
  formulas.push_back(after);

  FormulaMaker need("required margin", unit, digits);
  std::string most = need.in("after", after.result);
  if (const auto checked = checked_formula(book, symbol, account, sides, side, fill.basis)) {
    formulas.push_back(*checked);
    most = "max(" + most + ", " + need.in("at_initial", checked->result) + ")";
  }
  formulas.push_back(need.make(most + " - " + need.in("before", held.result)));

  const BookPosition opened{{}, account, symbol, side, volume, cost_of(price, volume), {}, {}, {}};
  const Formula spread = profit_formula(book, opened, opened.open_cost, volume,
                                        closing_price(side, book.quote_for(account, symbol)), {});
  const Formula charge =
      commission_formulas(book, symbol, account, volume, price, {}, before).back();
  FormulaMaker left("free margin after", unit, digits);
  std::string sum =
      left.in("balance", owner.balance.raw) + " + " + left.in("credit", owner.credit.raw) + " + " +
      left.in("unrealized", book.unrealized(account).raw, "P&L of the positions held") + " + " +
      left.in("spread", spread.result, "P&L of the new position at once") + " - " +
      left.in("commission", charge.result) + " - " +
      left.in("used", owner.used_margin.raw, "margin of the positions held") + " - " +
      left.in("required", formulas.back().result);
  if (!owner.reserved_margin.is_zero()) {
    sum += " - " + left.in("reserved", owner.reserved_margin.raw, "for what is at venues");
  }
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
    formulas.push_back(level_formula(ratio, expression, level));
  }
  return formulas;
}

Formula level_formula(FormulaMaker& maker, const std::string& expression,
                      std::optional<int128> told) {
  Formula formula = maker.make(expression, told);
  if (formula.result > kMaxFixedRaw || formula.result < -kMaxFixedRaw) formula.booked.reset();
  return formula;
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
