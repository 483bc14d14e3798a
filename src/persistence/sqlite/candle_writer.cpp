#include "persistence/sqlite/candle_writer.h"

#include "persistence/sqlite/candle_rows.h"

namespace tribook::persistence::sqlite {
namespace {

constexpr std::string_view kLoad =
    "SELECT start, open, high, low, close, ticks, first_time, last_time FROM candles_forming "
    "WHERE symbol = ?1 AND minutes = ?2";
constexpr std::string_view kFinish =
    "INSERT OR REPLACE INTO candles VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
constexpr std::string_view kForm =
    "INSERT OR REPLACE INTO candles_forming VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

void write(Statement& statement, SymbolId symbol, Timeframe timeframe, const Candle& candle) {
  statement.run(symbol.value, minutes_of(timeframe), candle.start.ns, candle.open.raw,
                candle.high.raw, candle.low.raw, candle.close.raw, candle.ticks, candle.first.ns,
                candle.last.ns);
}

}  // namespace

CandleWriter::CandleWriter(Database& database)
    : load_(database, kLoad), finish_(database, kFinish), form_(database, kForm) {}

void CandleWriter::load(SymbolId symbol, Symbol& into) {
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    Rows rows = load_.rows(symbol.value, minutes_of(timeframe_at(i)));
    into.forming[i] = {rows.next() ? candle_of(rows, 0) : Candle{}, false};
  }
  into.is_loaded = true;
}

void CandleWriter::add(SymbolId id, Price bid, TimeNs time) {
  if (id.value >= symbols_.size()) symbols_.resize(id.value + std::size_t{1});
  Symbol& symbol = symbols_[id.value];
  if (!symbol.is_loaded) load(id, symbol);
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    const Timeframe timeframe = timeframe_at(i);
    auto& [candle, is_dirty] = symbol.forming[i];
    const Candle before = candle;
    const bool is_new = candle.follow(timeframe, bid, time);
    if (is_new && !before.is_empty()) write(finish_, id, timeframe, before);
    is_dirty = true;
  }
  if (!symbol.is_dirty) dirty_.push_back(id);
  symbol.is_dirty = true;
}

void CandleWriter::flush() {
  for (const SymbolId id : dirty_) {
    Symbol& symbol = symbols_[id.value];
    for (std::size_t i = 0; i < kTimeframes; ++i) {
      if (symbol.forming[i].is_dirty) {
        write(form_, id, timeframe_at(i), symbol.forming[i].candle);
      }
      symbol.forming[i].is_dirty = false;
    }
    symbol.is_dirty = false;
  }
  dirty_.clear();
}

void CandleWriter::forget() {
  symbols_.clear();
  dirty_.clear();
}

}  // namespace tribook::persistence::sqlite
