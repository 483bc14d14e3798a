#include "app/replay_report.h"

#include <algorithm>
#include <vector>

#include "gateway/json/time_text.h"
#include "gateway/json/writer.h"
#include "tribook/domain/arithmetic.h"

namespace tribook::app {
namespace {

std::vector<engine::PositionFigures> positions_of(const core::House& house, AccountId account) {
  std::vector<engine::PositionFigures> positions;
  house.engine().for_each_position([&](const engine::PositionFigures& position) {
    if (position.account == account) positions.push_back(position);
  });
  std::sort(positions.begin(), positions.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  return positions;
}

Price average_price(const engine::PositionFigures& position) {
  return Price{
      static_cast<std::int64_t>(divide_half_away(position.open_cost.raw, position.volume.raw))};
}

void write_account(json::Writer& out, const core::House& house, AccountId id) {
  const engine::AccountFigures figures = house.engine().figures(id);
  const int digits = minor_digits(figures.currency);
  out.begin_object().field("id", id.value).field("currency", figures.currency);
  out.field("balance", figures.balance, digits).field("credit", figures.credit, digits);
  out.field("equity", figures.equity, digits).field("margin", figures.used_margin, digits);
  out.field("freeMargin", figures.free_margin, digits);
  if (const auto level = margin_level(figures.equity, figures.used_margin)) {
    out.field("marginLevel", *level);
  } else {
    out.null("marginLevel");
  }
  out.field("unrealizedPnL", figures.unrealized_pnl, digits);
  out.begin_array("positions");
  for (const engine::PositionFigures& position : positions_of(house, id)) {
    out.begin_object().field("id", position.id.value);
    out.field("symbol", house.engine().instrument(position.symbol)->name.view());
    out.field("side", position.side).field("volume", position.volume);
    out.field("openPrice", average_price(position));
    out.price_or_null("sl", position.stop_loss).price_or_null("tp", position.take_profit);
    out.field("commission", position.commission, digits);
    out.field("unrealizedPnL", position.unrealized_pnl, digits).end_object();
  }
  out.end_array().end_object();
}

void write_quotes(json::Writer& out, const core::House& house) {
  out.begin_array("quotes");
  for (std::uint16_t i = 1; i < house.engine().next_symbol().value; ++i) {
    const SymbolId symbol{i};
    const Quote& quote = house.engine().quote(symbol);
    out.begin_object().field("symbol", house.engine().instrument(symbol)->name.view());
    out.price_or_null("bid", quote.bid).price_or_null("ask", quote.ask);
    out.field("sessionOpen", house.engine().is_session_open(symbol)).end_object();
  }
  out.end_array();
}

}  // namespace

std::string report_json(const core::House& house, AccountId account) {
  std::string text;
  json::Writer out(text);
  out.begin_object().field("sequence", house.engine().last_sequence().value);
  out.field("time", house.engine().now());
  write_quotes(out, house);
  out.begin_array("accounts");
  for (std::uint32_t i = 1; i <= house.engine().last_account().value; ++i) {
    if (!account || account.value == i) write_account(out, house, AccountId{i});
  }
  out.end_array().end_object();
  text += '\n';
  return text;
}

namespace {

// Columns of a table, each as wide as its widest cell; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width(rows.front().size(), 0);
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) {
      text.append(c == 0 ? 0 : 2, ' ').append(width[c] - row[c].size(), ' ').append(row[c]);
    }
    text += '\n';
  }
  return text;
}

std::string decimal(int128 raw) {
  std::string text;
  json::append_decimal(text, raw);
  return text;
}

std::string price_text(Price price) { return price.is_zero() ? "-" : decimal(price.raw); }

}  // namespace

std::string report_text(const core::House& house, AccountId account) {
  const engine::Engine& engine = house.engine();
  std::string text = "after record " + std::to_string(engine.last_sequence().value) + ", ";
  json::append_time(text, engine.now());
  text += "\n\n";
  std::vector<std::vector<std::string>> rows{{"symbol", "bid", "ask"}};
  for (std::uint16_t i = 1; i < engine.next_symbol().value; ++i) {
    const Quote& quote = engine.quote(SymbolId{i});
    rows.push_back({std::string(engine.instrument(SymbolId{i})->name.view()), price_text(quote.bid),
                    price_text(quote.ask)});
  }
  text += table(rows) + "\n";
  rows = {{"account", "balance", "equity", "margin", "free margin", "positions"}};
  for (std::uint32_t i = 1; i <= engine.last_account().value; ++i) {
    if (account && account.value != i) continue;
    const engine::AccountFigures figures = engine.figures(AccountId{i});
    rows.push_back({std::to_string(i), decimal(figures.balance.raw), decimal(figures.equity.raw),
                    decimal(figures.used_margin.raw), decimal(figures.free_margin.raw),
                    std::to_string(figures.positions)});
  }
  text += table(rows);
  if (!account) return text;
  rows = {{"position", "symbol", "side", "volume", "open price", "sl", "tp", "P&L"}};
  for (const engine::PositionFigures& position : positions_of(house, account)) {
    rows.push_back({std::to_string(position.id.value),
                    std::string(engine.instrument(position.symbol)->name.view()),
                    std::string(name_of(position.side)), decimal(position.volume.raw),
                    decimal(average_price(position).raw), price_text(position.stop_loss),
                    price_text(position.take_profit), decimal(position.unrealized_pnl.raw)});
  }
  return text + "\n" + table(rows);
}

}  // namespace tribook::app
