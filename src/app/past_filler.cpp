#include "app/past_filler.h"

#include <utility>

namespace tribook::app {

void PastFiller::fill(std::vector<core::Silence> silences) {
  finder_ = core::SilenceFinder(silences.back().until);
  silences_ = std::move(silences);
  fill();
}

void PastFiller::fill() {
  quotes_.fill_past(store_, silences_);
  silences_.clear();
  for (const auto& instrument : views_.symbols()->all()) {
    for (const auto& tail : store_.newest_history(instrument->id)) {
      views_.set_history_tail(instrument->id, tail.timeframe, tail.candle);
    }
  }
}

// Ticks of before the start are older than what the finder began with, and were looked at then.
void PastFiller::apply(const Event& event) {
  store_.apply(event);
  if (event.header.kind != EventKind::QuoteApplied) return;
  if (event.get<QuoteApplied>().is_reference != 0) return;
  if (const auto silence = finder_.tick(event.header.time)) silences_.push_back(*silence);
}

void PastFiller::commit(Sequence last, bool is_caught_up) {
  store_.commit(last, is_caught_up);
  if (!silences_.empty() && store_.stored() >= last) fill();
}

}  // namespace tribook::app
