#pragma once

#include <memory>
#include <string>

#include "app/pipeline.h"
#include "app/quote_source.h"
#include "config/config.h"
#include "venue/replay/replay_venue.h"

namespace tribook::app {

/// The earliest tick of the replay venue's files. Throws when a file cannot be read.
TimeNs first_tick_time(const config::Config& config);

/// The replay venue of the configuration. An earlier run's ticks are left out.
class ReplaySource final : public QuoteSource {
 public:
  ReplaySource(const config::Config& config, Pipeline& pipeline);

  [[nodiscard]] std::string_view name() const override { return venue_->name(); }
  [[nodiscard]] runtime::Stage& stage() override { return *venue_; }
  void play() override { venue_->resume(); }
  void pause() override { venue_->pause(); }
  void begin_anew() override { venue_->begin_anew(); }
  /// Empty as well when there is nothing left to play.
  [[nodiscard]] std::string not_ready() const override;
  [[nodiscard]] const market_data::QuoteFilter& filter() const override { return venue_->filter(); }
  [[nodiscard]] std::uint64_t malformed() const override { return venue_->rows_malformed(); }

 private:
  Pipeline& pipeline_;
  std::vector<std::string> symbols_;
  std::unique_ptr<venue::replay::ReplayVenue> venue_;
};

}  // namespace tribook::app
