#include <algorithm>
#include <vector>

#include "client/answer.h"
#include "client/commands.h"
#include "client/failure.h"
#include "client/lists.h"
#include "client/watch.h"

namespace tribook::client {
namespace {

std::vector<std::string> wanted_symbols(const Context& context) {
  std::vector<std::string> symbols;
  for (std::size_t i = 0; i < context.word_count(); ++i) symbols.push_back(context.word(i));
  return symbols;
}

}  // namespace

void show_quotes(Context& context) {
  const std::vector<std::string> wanted = wanted_symbols(context);
  if (context.has("--watch")) return watch_quotes(context, wanted);
  const List list{"/api/symbols", {}, {"symbol", "bid", "ask", "marketOpen"}};
  Table table(list.columns);
  std::string items;
  std::vector<std::string> missing = wanted;
  visit_items(context, list, [&](json::Value symbol) {
    const std::string name = member_text(symbol, "symbol");
    const bool is_wanted = std::find(wanted.begin(), wanted.end(), name) != wanted.end();
    if (!wanted.empty() && !is_wanted) return;
    std::erase(missing, name);
    if (!items.empty()) items += ',';
    items += symbol.raw();
    std::vector<Cell> cells;
    for (const std::string& column : list.columns) cells.push_back(cell_of(symbol, column));
    table.add_row(std::move(cells));
  });
  if (!missing.empty()) throw Failure("SYMBOL_UNKNOWN: there is no symbol " + missing.front());
  Context::print(context.wants_json() ? "{\"items\":[" + items + "]}\n"
                                      : table.text(context.has_colour()));
}

}  // namespace tribook::client
