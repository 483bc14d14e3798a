#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "gateway/bodies/symbol_json.h"
#include "gateway/json/document.h"
#include "tribook/domain/rate_book.h"
#include "venue_simulated/markets.h"

// config/demo.toml: every symbol is one that is taken, quoted as in life, and can be converted.

namespace tribook::venue::simulated {
namespace {

using namespace std::chrono_literals;

std::vector<Instrument> demo_symbols() {
  const auto loaded =
      config::load({.file = TRIBOOK_SOURCE_DIR "/config/demo.toml", .set = {}, .environment = {}});
  REQUIRE(loaded.config);
  std::vector<Instrument> symbols;
  for (const config::ListedEntry& entry : loaded.config->symbols) {
    json::Document document;
    json::Reader reader;
    INFO(entry.where);
    REQUIRE(document.parse(entry.json));
    const gateway::SymbolBody body = gateway::read_new_symbol(document.root(), reader);
    INFO(reader.problem());
    REQUIRE(reader.ok());
    REQUIRE(body.unsupported.empty());
    symbols.push_back(body.instrument);
    symbols.back().id = SymbolId{static_cast<decltype(SymbolId{}.value)>(symbols.size())};
  }
  return symbols;
}

Market demo_market(const std::vector<Instrument>& symbols) {
  std::vector<SymbolSetup> setups;
  for (const Instrument& symbol : symbols) setups.push_back(SymbolSetup::of(symbol));
  return {1, setups};
}

TEST_CASE("every symbol of the demo has a price and a spread of a few pips") {
  const std::vector<Instrument> symbols = demo_symbols();
  REQUIRE(symbols.size() >= 24);
  const Market market = demo_market(symbols);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    INFO(symbols[i].name.view());
    const MarketTick tick = TickSource(market, i).quote_at(utc("2026-11-18 14:00"));
    const double pips = number(tick.ask - tick.bid) / number(symbols[i].pip_size);
    CHECK(pips > 0.3);
    CHECK(pips < 30);
    CHECK((tick.ask - tick.bid).raw >= 3 * symbols[i].tick_size.raw);
    CHECK(market.symbol(i).terms.size() >= 2);
    CHECK(number(tick.bid) > 1e3 * number(symbols[i].tick_size));
    CHECK(calendar::Schedule(symbols[i].schedule).is_open(utc("2026-11-18 14:00")));
    CHECK(calendar::Schedule(symbols[i].schedule).is_open(utc("2026-11-21 14:00")) ==
          (symbols[i].category == Category::Crypto));
  }
}

TEST_CASE("the demo's accounts can trade all of its symbols") {
  const std::vector<Instrument> symbols = demo_symbols();
  RateBook rates(symbols.size());
  for (const Instrument& symbol : symbols) REQUIRE(rates.add_symbol(symbol));
  for (const char* account : {"USD", "EUR", "JPY"}) {
    for (const Instrument& symbol : symbols) {
      for (const Currency currency :
           {symbol.quote, symbol.margin_currency, symbol.commission.currency}) {
        INFO(account << " " << symbol.name.view());
        CHECK(rates.listed_chain(currency, Currency::of(account)).exists);
      }
    }
  }
}

TEST_CASE("the demo ticks so often that it lives, and not more than a small machine takes") {
  const Market market = demo_market(demo_symbols());
  std::size_t count = 0;
  for (std::size_t i = 0; i < market.size(); ++i) {
    ticks_between(market, i, utc("2026-11-18 14:00"), utc("2026-11-18 14:10"),
                  [&count](const MarketTick&) { ++count; });
  }
  INFO(count / 600 << " ticks a second");
  CHECK(count > 600 * 20);
  CHECK(count < 600 * 100);
}

}  // namespace
}  // namespace tribook::venue::simulated
