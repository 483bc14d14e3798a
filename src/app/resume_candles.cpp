#include "app/resume_candles.h"

namespace tribook::app {

// A symbol beyond the views' limit is not shown, as in a replay.
void resume_candles(const core::FormingCandles& candles, Sequence last, views::Views& views) {
  candles.each([&](SymbolId id, const CandleSet& forming) {
    static_cast<void>(views.resume(id, forming, last));
  });
}

}  // namespace tribook::app
