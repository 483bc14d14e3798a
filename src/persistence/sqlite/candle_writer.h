#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "persistence/sqlite/database.h"
#include "tribook/base/time.h"
#include "tribook/domain/candle.h"
#include "tribook/domain/ids.h"

namespace tribook::persistence::sqlite {

/// Candles of all timeframes, made of live ticks. The ones still forming are in memory and go into
/// their table at a commit; each is finished by the first tick after its end.
class CandleWriter {
 public:
  explicit CandleWriter(Database& database);

  /// Within a transaction; ticks of a symbol come by time.
  void add(SymbolId symbol, Price bid, TimeNs time);
  /// Before the commit.
  void flush();
  /// The database is what counts, not what is here: after a transaction that was undone.
  void forget();

 private:
  struct Forming {
    Candle candle;
    bool is_dirty = false;
  };
  struct Symbol {
    std::array<Forming, kTimeframes> forming{};
    bool is_loaded = false;
    bool is_dirty = false;
  };
  void load(SymbolId symbol, Symbol& into);

  Statement load_;
  Statement finish_;
  Statement form_;
  std::vector<Symbol> symbols_;  // by symbol id
  std::vector<SymbolId> dirty_;
};

}  // namespace tribook::persistence::sqlite
