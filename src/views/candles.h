#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "tribook/domain/candle.h"
#include "tribook/message/event.h"
#include "views/recent.h"
#include "views/view_types.h"

namespace tribook::views {

/// Of each symbol the newest ticks, and the candles made of them. Memory is taken when the symbol
/// appears; a quote takes none.
class Candles {
 public:
  explicit Candles(const ViewLimits& limits);

  // The writer. REQUIRES: an id within the limit.

  void add_symbol(SymbolId id);
  /// See Views.
  void resume(SymbolId id, const CandleSet& forming, Sequence last);
  void apply(const EventHeader& header, const QuoteApplied& event);

  /// Of the ticks in session after that record, as far as they are kept.
  [[nodiscard]] TickRange marks_after(SymbolId id, Sequence record) const;

  /// Ticks up to `last` were never told. REQUIRES: none was since; nobody reads yet.
  void begin_behind(Sequence last);

  /// See Views.
  bool set_history_tail(SymbolId id, Timeframe timeframe, const Candle& tail);

  // Anybody.

  [[nodiscard]] ReadStatus forming(SymbolId id, Timeframe timeframe, Candle& out) const;
  [[nodiscard]] CandlePage live(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                                std::size_t limit) const;
  [[nodiscard]] CandlePage all(SymbolId id, Timeframe timeframe, TimeNs from, TimeNs until,
                               std::size_t limit) const;
  [[nodiscard]] TickPage ticks(SymbolId id, Sequence before, TimeNs from, TimeNs until,
                               std::size_t limit) const;

 private:
  struct Series {
    explicit Series(std::size_t capacity) : live(capacity) {}
    Recent<Candle> live;
    Candle newest;           // the writer's
    Versioned<Candle> tail;  // of history; another thread writes it
  };
  struct Symbol {
    explicit Symbol(const ViewLimits& limits);
    std::array<std::unique_ptr<Series>, kTimeframes> series;
    Recent<TickView> ticks;
  };

  [[nodiscard]] Symbol* find(SymbolId id) const;
  [[nodiscard]] Series* find(SymbolId id, Timeframe timeframe) const;

  ViewLimits limits_;
  std::unique_ptr<std::atomic<Symbol*>[]> symbol_;  // by id; null until it appears
  std::vector<std::unique_ptr<Symbol>> owned_;      // the writer's
};

}  // namespace tribook::views
