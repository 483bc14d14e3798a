#pragma once

#include <vector>

#include "app/quote_source.h"
#include "core/event_sink.h"
#include "core/silence.h"
#include "persistence/sqlite/sqlite_store.h"
#include "views/views.h"

namespace tribook::app {

/// Candles of the times that nobody recorded, filled in from the venue's past: those before a run
/// at its start, and those within it as soon as ticks come again. Stands before the store, on its
/// thread, to see the ticks.
class PastFiller final : public core::EventSink {
 public:
  /// All outlive it. The views get the part of the forming candles that lies in the past.
  PastFiller(persistence::sqlite::SqliteStore& store, QuoteSource& quotes, views::Views& views)
      : store_(store), quotes_(quotes), views_(views) {}

  /// Before the follower starts. The last silence ends now.
  void fill(std::vector<core::Silence> silences);

  [[nodiscard]] Sequence stored() const override { return store_.stored(); }
  void apply(const Event& event) override;
  void commit(Sequence last, bool is_caught_up) override;

 private:
  void fill();

  persistence::sqlite::SqliteStore& store_;
  QuoteSource& quotes_;
  views::Views& views_;
  core::SilenceFinder finder_;
  std::vector<core::Silence> silences_;  // not filled in yet
};

}  // namespace tribook::app
