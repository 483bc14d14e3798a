#include <algorithm>
#include <set>

#include "time_machine/sums.h"
#include "time_machine/teller.h"

// How an account stands: what it is worth, position by position, what its holdings bind, symbol by
// symbol, and what follows from both. And what a stop-out closed, each with the level before it.

namespace tribook::time_machine {
namespace {

constexpr std::size_t kShown = 24;

int128 whole(std::uint64_t number) { return static_cast<int128>(number) * kFixedOne; }

std::vector<const BookPosition*> positions_of(const Book& book, AccountId account) {
  std::vector<const BookPosition*> positions;
  for (const auto& [id, position] : book.positions()) {
    if (position.account == account) positions.push_back(&position);
  }
  return positions;
}

Formula profit_now(const Book& book, const BookPosition& position) {
  const Price price =
      closing_price(position.side, book.quote_for(position.account, position.symbol));
  Formula formula = profit_formula(book, position, position.open_cost, position.volume, price, {});
  formula.what += " of position " + std::to_string(position.id.value);
  return formula;
}

Formula margin_now(const Book& book, AccountId account, SymbolId symbol) {
  const Instrument& instrument = book.symbol(symbol)->instrument;
  return margin_formula(book, "used margin of " + std::string(instrument.name.view()), symbol,
                        account, book.sides(account, symbol), instrument.margin.maintenance_rate);
}

// Of the holdings as they are: between two closes of a stop-out the account is not told.
Money used_margin(const Book& book, AccountId account) {
  std::set<SymbolId> symbols;
  for (const BookPosition* position : positions_of(book, account)) symbols.insert(position->symbol);
  Money sum;
  for (const SymbolId symbol : symbols) {
    sum += Money{margin_now(book, account, symbol).result};
  }
  return sum;
}

}  // namespace

std::vector<Formula> margin_formulas(const Book& book, AccountId account,
                                     std::optional<int128> booked) {
  std::set<SymbolId> symbols;
  for (const BookPosition* position : positions_of(book, account)) symbols.insert(position->symbol);
  std::vector<Formula> formulas;
  const Currency own = book.account(account)->currency;
  FormulaMaker maker("used margin", std::string(CurrencyText(own).view()), minor_digits(own));
  std::string sum;
  Money rest;
  for (const SymbolId symbol : symbols) {
    Formula formula = margin_now(book, account, symbol);
    if (formulas.size() == kShown) {
      rest += Money{formula.result};
      continue;
    }
    const std::string name = plain_name(book.symbol(symbol)->instrument.name.view());
    sum += (sum.empty() ? "" : " + ") + maker.in(name, formula.result, "margin of the symbol");
    formulas.push_back(std::move(formula));
  }
  if (!rest.is_zero()) sum += " + " + maker.in("rest", rest.raw, "margin of the other symbols");
  formulas.push_back(maker.make(sum.empty() ? "0" : sum, booked));
  return formulas;
}

void Teller::tell_standing(AccountId account, const engine::AccountFigures* booked) {
  const BookAccount* owner = book_.account(account);
  if (owner == nullptr) return;
  const auto optional = [&](Money engine::AccountFigures::*figure) {
    return booked != nullptr ? std::optional<int128>((booked->*figure).raw) : std::nullopt;
  };
  Section& equity = add("EQUITY", "what the account is worth");
  equity.say("currency", CurrencyText(owner->currency).view());
  equity.number("balance", owner->balance.raw);
  equity.number("credit", owner->credit.raw);
  const std::vector<const BookPosition*> positions = positions_of(book_, account);
  equity.number("positions", whole(positions.size()));
  const auto is_told = [&](const BookPosition* position) {
    return book_.worth(*position).has_value();
  };
  for (std::size_t i = 0; i < std::min(positions.size(), kShown); ++i) {
    if (is_told(positions[i])) equity.formulas.push_back(profit_now(book_, *positions[i]));
  }
  const bool is_equity_told = std::all_of(positions.begin(), positions.end(), is_told);
  int128 worth = 0;
  if (is_equity_told) {
    std::vector<Formula> standing =
        standing_formulas(book_, account, optional(&engine::AccountFigures::equity), {});
    worth = standing.front().result;
    equity.formulas.push_back(std::move(standing.front()));
  } else {
    equity.say("equity", "cannot be told: a position is worth more, or less, than money expresses");
  }
  for (const BookPosition* position : positions) {
    const auto& quotes = equity.quotes;
    const std::string_view name = book_.symbol(position->symbol)->instrument.name.view();
    const bool is_there = std::any_of(quotes.begin(), quotes.end(),
                                      [&](const QuoteLine& line) { return line.symbol == name; });
    if (!is_there && quotes.size() < kShown) add_quotes(equity, position->symbol, account);
  }

  Section& margin = add("MARGIN", "what its positions bind");
  margin.number("leverage", whole(owner->leverage));
  const auto used_booked = booked != nullptr ? optional(&engine::AccountFigures::used_margin)
                                             : std::optional<int128>(owner->used_margin.raw);
  margin.formulas = margin_formulas(book_, account, used_booked);
  const int128 used = margin.formulas.back().result;

  if (!is_equity_told) return;
  Section& level = add("LEVEL", "what that leaves");
  const std::string unit(CurrencyText(owner->currency).view());
  FormulaMaker free("free margin", unit, minor_digits(owner->currency));
  std::string left = free.in("equity", worth) + " - " + free.in("used", used, "margin");
  if (!owner->reserved_margin.is_zero()) {
    left += " - " + free.in("reserved", owner->reserved_margin.raw, "for what is at venues");
  }
  level.formulas.push_back(free.make(left, optional(&engine::AccountFigures::free_margin)));
  if (used == 0) return;
  FormulaMaker ratio("margin level", "%", 2);
  level.formulas.push_back(
      ratio.make(ratio.in("equity", worth) + " / " + ratio.in("used", used, "margin") + " * 100"));
}

// The book stands before the close.
void Teller::note_level_before(AccountId account) {
  level_before_.clear();
  if (book_.account(account) == nullptr || !stop_out_) return;
  level_before_ = standing_formulas(book_, account, {}, {});
  level_before_.resize(1);
  const Money used = used_margin(book_, account);
  if (used.is_zero()) return;
  FormulaMaker ratio("margin level", "%", 2);
  level_before_.push_back(ratio.make(ratio.in("equity", level_before_[0].result) + " / " +
                                     ratio.in("used", used.raw, "margin") + " * 100"));
}

void Teller::add_level_before(Section& section, const PositionLiquidated& liquidated) {
  for (Formula& formula : level_before_) {
    const bool is_told = formula.result <= kMaxFixedRaw && formula.result >= -kMaxFixedRaw;
    if (formula.what == "margin level" && is_told) formula.booked = liquidated.level.raw;
    section.formulas.push_back(std::move(formula));
  }
  level_before_.clear();
}

void Teller::tell_liquidation(const PositionLiquidated& liquidated) {
  Section& section = add("LIQUIDATION", "what it closed");
  section.number("alert", whole(liquidated.alert.value));
  section.number("position", whole(liquidated.position.value));
  section.number("order", whole(liquidated.order.value));
  if (const BookSymbol* symbol = book_.symbol(liquidated.symbol)) {
    section.say("symbol", symbol->instrument.name.view());
  }
  section.number("volume", liquidated.volume.raw);
  if (!liquidated.level.is_zero()) section.number("margin level before", liquidated.level.raw);
  section.number("stop-out level", liquidated.threshold.raw);
  section.price("bid", liquidated.bid);
  section.price("ask", liquidated.ask);
  section.number("quote sequence", whole(liquidated.quote.value));
  add_level_before(section, liquidated);
}

}  // namespace tribook::time_machine
