#include "time_machine/account_view.h"

#include <algorithm>
#include <set>
#include <vector>

#include "gateway/json/writer.h"
#include "time_machine/book.h"
#include "time_machine/story.h"
#include "time_machine/sums.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::time_machine {
namespace {

using engine::AccountFigures;
using engine::Engine;
using engine::PositionFigures;

std::vector<PositionFigures> positions_of(const Engine& engine, AccountId account) {
  std::vector<PositionFigures> positions;
  engine.for_each_position([&](const PositionFigures& position) {
    if (position.account == account) positions.push_back(position);
  });
  std::sort(positions.begin(), positions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return positions;
}

Price current_price(const Engine& engine, const PositionFigures& position) {
  return closing_price(position.side, engine.quote_for(position.account, position.symbol));
}

// Conversion goes by what is listed and quoted, and both can be asked of the engine.
RateBook rates_of(const Engine& engine, Currency own) {
  RateBook rates(engine.next_symbol().value);
  for (std::uint16_t i = 1; i < engine.next_symbol().value; ++i) {
    rates.add_symbol(*engine.instrument(SymbolId{i}));
  }
  rates.add_currency(own);
  for (std::uint16_t i = 1; i < engine.next_symbol().value; ++i) {
    const Quote& quote = engine.quote(SymbolId{i});
    if (quote.is_known()) rates.set_quote(SymbolId{i}, quote);
  }
  return rates;
}

std::set<SymbolId> symbols_shown(const Engine& engine, AccountId account) {
  std::set<SymbolId> shown;
  if (!account) {
    for (std::uint16_t i = 1; i < engine.next_symbol().value; ++i) shown.insert(SymbolId{i});
    return shown;
  }
  const AccountFigures figures = engine.figures(account);
  const Currency own = figures.currency;
  const RateBook rates = rates_of(engine, own);
  for (const PositionFigures& position : positions_of(engine, account)) {
    const Instrument& instrument = *engine.instrument(position.symbol);
    const CommissionSpec& commission = engine.groups().commission(figures.group, instrument);
    for (const SymbolId id : symbols_needed(rates, instrument, commission, own)) shown.insert(id);
  }
  return shown;
}

std::vector<QuoteLine> quotes_of(const Engine& engine, AccountId account) {
  std::vector<QuoteLine> quotes;
  for (const SymbolId symbol : symbols_shown(engine, account)) {
    quotes.push_back(quote_line(*engine.instrument(symbol), engine.quote(symbol),
                                engine.is_session_open(symbol), engine.now()));
  }
  return quotes;
}

void write_position(json::Writer& out, const Engine& engine, const PositionFigures& position,
                    int digits) {
  out.begin_object().field("id", position.id.value);
  out.field("symbol", engine.instrument(position.symbol)->name.view());
  out.field("side", position.side).field("volume", position.volume);
  out.field("openPrice", open_price(position.open_cost, position.volume));
  out.price_or_null("currentPrice", current_price(engine, position));
  out.price_or_null("sl", position.stop_loss).price_or_null("tp", position.take_profit);
  out.field("commission", position.commission, digits);
  if (position.is_pnl_known) {
    out.field("unrealizedPnL", position.unrealized_pnl, digits);
  } else {
    out.null("unrealizedPnL");
  }
  out.end_object();
}

std::optional<Ratio> level_of(const AccountFigures& figures) {
  return figures.is_equity_known ? margin_level(figures.equity, figures.used_margin) : std::nullopt;
}

void write_account(json::Writer& out, const Engine& engine, AccountId id) {
  const AccountFigures figures = engine.figures(id);
  const int digits = minor_digits(figures.currency);
  out.begin_object().field("id", id.value).field("currency", figures.currency);
  out.field("balance", figures.balance, digits).field("credit", figures.credit, digits);
  // What money cannot express is null.
  const auto worth = [&](std::string_view key, Money amount) {
    figures.is_equity_known ? out.field(key, amount, digits) : out.null(key);
  };
  worth("equity", figures.equity);
  out.field("margin", figures.used_margin, digits);
  worth("freeMargin", figures.free_margin);
  if (const auto level = level_of(figures)) {
    out.field("marginLevel", *level);
  } else {
    out.null("marginLevel");
  }
  worth("unrealizedPnL", figures.unrealized_pnl);
  out.begin_array("positions");
  for (const PositionFigures& position : positions_of(engine, id)) {
    write_position(out, engine, position, digits);
  }
  out.end_array().end_object();
}

std::string money_text(bool is_known, Money amount) { return is_known ? decimal(amount.raw) : "-"; }

std::string price_text(Price price) { return price.is_zero() ? "-" : decimal(price.raw); }

std::string level_text(const AccountFigures& figures) {
  const auto level = level_of(figures);
  return level ? decimal(level->raw) + " %" : "-";
}

std::string account_table(const Engine& engine, AccountId account) {
  std::vector<std::vector<std::string>> rows{{"account", "currency", "balance", "credit", "equity",
                                              "margin", "free margin", "level", "positions"}};
  for (std::uint32_t i = 1; i <= engine.last_account().value; ++i) {
    if (account && account.value != i) continue;
    const AccountFigures figures = engine.figures(AccountId{i});
    rows.push_back({std::to_string(i), std::string(CurrencyText(figures.currency).view()),
                    decimal(figures.balance.raw), decimal(figures.credit.raw),
                    money_text(figures.is_equity_known, figures.equity),
                    decimal(figures.used_margin.raw),
                    money_text(figures.is_equity_known, figures.free_margin), level_text(figures),
                    std::to_string(figures.positions)});
  }
  return table(rows);
}

std::string position_table(const Engine& engine, AccountId account) {
  const std::vector<PositionFigures> positions = positions_of(engine, account);
  if (positions.empty()) return "no open positions\n";
  std::vector<std::vector<std::string>> rows{{"position", "symbol", "side", "volume", "open price",
                                              "price now", "sl", "tp", "commission", "P&L"}};
  for (const PositionFigures& position : positions) {
    rows.push_back({std::to_string(position.id.value),
                    std::string(engine.instrument(position.symbol)->name.view()),
                    std::string(name_of(position.side)), decimal(position.volume.raw),
                    decimal(open_price(position.open_cost, position.volume).raw),
                    price_text(current_price(engine, position)), price_text(position.stop_loss),
                    price_text(position.take_profit), decimal(position.commission.raw),
                    money_text(position.is_pnl_known, position.unrealized_pnl)});
  }
  return table(rows);
}

}  // namespace

std::string accounts_json(const core::House& house, AccountId account) {
  const Engine& engine = house.engine();
  std::string text;
  json::Writer out(text);
  out.begin_object().field("sequence", engine.last_sequence().value);
  out.field("time", engine.now());
  write_quotes(out, quotes_of(engine, account));
  out.begin_array("accounts");
  for (std::uint32_t i = 1; i <= engine.last_account().value; ++i) {
    if (!account || account.value == i) write_account(out, engine, AccountId{i});
  }
  out.end_array().end_object();
  text += '\n';
  return text;
}

std::string accounts_text(const core::House& house, AccountId account) {
  const Engine& engine = house.engine();
  std::string text = "after record " + std::to_string(engine.last_sequence().value) + ", " +
                     time_text(engine.now()) + "\n\n" + account_table(engine, account);
  if (account) text += "\n" + position_table(engine, account);
  const std::vector<QuoteLine> quotes = quotes_of(engine, account);
  if (!quotes.empty()) text += "\n" + quotes_text(quotes, {});
  return text;
}

}  // namespace tribook::time_machine
