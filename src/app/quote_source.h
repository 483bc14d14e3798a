#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/pipeline.h"
#include "config/config.h"
#include "core/silence.h"
#include "market_data/quote_filter.h"
#include "persistence/sqlite/sqlite_store.h"
#include "runtime/stage.h"

namespace tribook::app {

/// A venue of the configuration that quotes by itself, wired to the pipeline. Paused until play().
class QuoteSource {
 public:
  QuoteSource() = default;
  QuoteSource(const QuoteSource&) = delete;
  QuoteSource& operator=(const QuoteSource&) = delete;
  virtual ~QuoteSource() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual runtime::Stage& stage() = 0;
  /// REQUIRES: the symbols of the configuration are imported.
  virtual void play() = 0;
  virtual void pause() = 0;
  /// Its stage threw: back to where it can go on from, whatever it was doing. On the stage's
  /// thread.
  virtual void begin_anew() = 0;

  /// It can say what it quoted while nobody listened.
  [[nodiscard]] virtual bool knows_past() const { return false; }
  /// Candles of such times, and of before the first tick, into a store that lacks them. Before
  /// play(), then on the store's thread.
  virtual void fill_past(persistence::sqlite::SqliteStore& /*store*/,
                         const std::vector<core::Silence>& /*silences*/) {}

  // Any thread.

  /// What should be quoted by now and is not; empty when all is.
  [[nodiscard]] virtual std::string not_ready() const = 0;
  [[nodiscard]] virtual const market_data::QuoteFilter& filter() const = 0;
  /// Rows of files that were no tick.
  [[nodiscard]] virtual std::uint64_t malformed() const { return 0; }
};

/// Null when no venue of the configuration quotes by itself.
std::unique_ptr<QuoteSource> make_quote_source(const config::Config& config, Pipeline& pipeline);

}  // namespace tribook::app
