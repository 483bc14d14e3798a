#include "persistence/sqlite/candle_history.h"

#include "persistence/sqlite/candle_rows.h"

namespace tribook::persistence::sqlite {
namespace {

// Candle::merge, of the row with the new one. All expressions see the row as it was.
constexpr std::string_view kMerge = R"(
INSERT INTO candle_history VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
ON CONFLICT (symbol, minutes, start) DO UPDATE SET
  open = CASE WHEN excluded.first_time < first_time THEN excluded.open ELSE open END,
  close = CASE WHEN excluded.last_time >= last_time THEN excluded.close ELSE close END,
  high = max(high, excluded.high),
  low = min(low, excluded.low),
  ticks = ticks + excluded.ticks,
  first_time = min(first_time, excluded.first_time),
  last_time = max(last_time, excluded.last_time))";

constexpr std::string_view kNewest =
    "SELECT start, open, high, low, close, ticks, first_time, last_time FROM candle_history "
    "WHERE symbol = ?1 AND minutes = ?2 ORDER BY start DESC LIMIT 1";

}  // namespace

CandleHistory::CandleHistory(Database& database)
    : database_(database),
      merge_(database, kMerge),
      newest_(database, kNewest),
      filled_until_(database, "SELECT value FROM meta WHERE name = 'filled_until'"),
      set_filled_until_(database, "INSERT OR REPLACE INTO meta VALUES ('filled_until', ?1)"),
      source_(database, "SELECT value FROM meta WHERE name = 'history_source'"),
      set_source_(database, "INSERT OR REPLACE INTO meta VALUES ('history_source', ?1)") {}

void CandleHistory::begin() { database_.execute("BEGIN IMMEDIATE"); }

void CandleHistory::add(SymbolId symbol, Timeframe timeframe, std::span<const Candle> candles) {
  for (const Candle& candle : candles) {
    if (candle.is_empty()) continue;
    merge_.run(symbol.value, minutes_of(timeframe), candle.start.ns, candle.open.raw,
               candle.high.raw, candle.low.raw, candle.close.raw, candle.ticks, candle.first.ns,
               candle.last.ns);
  }
}

void CandleHistory::end(TimeNs filled_until, std::string_view source) {
  set_filled_until_.run(filled_until.ns);
  set_source_.run(source);
  database_.execute("COMMIT");
}

std::optional<TimeNs> CandleHistory::filled_until() {
  Rows rows = filled_until_.rows();
  if (!rows.next()) return std::nullopt;
  return TimeNs{rows.integer(0)};
}

std::optional<std::string> CandleHistory::source() {
  Rows rows = source_.rows();
  if (!rows.next()) return std::nullopt;
  return std::string(rows.text(0));
}

std::vector<HistoryTail> CandleHistory::newest(SymbolId symbol) {
  std::vector<HistoryTail> tails;
  for (std::size_t i = 0; i < kTimeframes; ++i) {
    Rows rows = newest_.rows(symbol.value, minutes_of(timeframe_at(i)));
    if (rows.next()) tails.push_back({timeframe_at(i), candle_of(rows, 0)});
  }
  return tails;
}

}  // namespace tribook::persistence::sqlite
