#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/sqlite/database.h"
#include "tribook/base/time.h"
#include "tribook/domain/candle.h"
#include "tribook/domain/ids.h"

namespace tribook::persistence::sqlite {

/// The newest candle that history has of a symbol, in one timeframe.
struct HistoryTail {
  Timeframe timeframe = Timeframe::M1;
  Candle candle;
};

/// Candles of before the live ticks, filled in from a venue's history.
class CandleHistory {
 public:
  explicit CandleHistory(Database& database);

  // One transaction. All throw Error; nothing of it counts then.
  void begin();
  /// A candle that is there already takes in the other one: they must share no tick.
  void add(SymbolId symbol, Timeframe timeframe, std::span<const Candle> candles);
  void end(TimeNs filled_until, std::string_view source);
  void roll_back() noexcept { database_.roll_back(); }

  [[nodiscard]] std::optional<TimeNs> filled_until();
  [[nodiscard]] std::optional<std::string> source();
  /// One for each timeframe that has any.
  [[nodiscard]] std::vector<HistoryTail> newest(SymbolId symbol);

 private:
  Database& database_;
  Statement merge_;
  Statement newest_;
  Statement filled_until_;
  Statement set_filled_until_;
  Statement source_;
  Statement set_source_;
};

}  // namespace tribook::persistence::sqlite
