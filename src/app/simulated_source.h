#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/quote_source.h"
#include "venue/simulated/simulated_venue.h"

namespace tribook::app {

/// The simulated venue of the configuration. It quotes every symbol there is when it begins, or
/// those that its configuration names.
class SimulatedSource final : public QuoteSource {
 public:
  SimulatedSource(const config::Config& config, Pipeline& pipeline);

  [[nodiscard]] std::string_view name() const override { return venue_->name(); }
  [[nodiscard]] runtime::Stage& stage() override { return *venue_; }
  [[nodiscard]] bool knows_past() const override { return true; }
  void fill_past(persistence::sqlite::SqliteStore& store,
                 const std::vector<core::Silence>& silences) override;
  void play() override;
  void pause() override { venue_->pause(); }
  void begin_anew() override { venue_->begin_anew(); }
  [[nodiscard]] std::string not_ready() const override { return venue_->not_ready(); }
  [[nodiscard]] const market_data::QuoteFilter& filter() const override { return venue_->filter(); }

 private:
  const venue::simulated::Market& market();
  void require_own_past(persistence::sqlite::SqliteStore& store) const;
  [[nodiscard]] std::string source() const;
  [[nodiscard]] std::vector<venue::simulated::SymbolSetup> setups() const;

  const config::Venue& settings_;
  Pipeline& pipeline_;
  std::shared_ptr<const venue::simulated::Market> market_;  // once the symbols are there
  std::unique_ptr<venue::simulated::SimulatedVenue> venue_;
};

}  // namespace tribook::app
