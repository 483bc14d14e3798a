#include "app/test_dealer.h"

#include <algorithm>
#include <chrono>

namespace tribook::app {

// It reports by the last of the venues' rings. Where commands drive the clock, its delays go by
// that.
std::unique_ptr<venue::test::TestVenue> make_test_venue(const config::Config& config,
                                                        Pipeline& pipeline) {
  const auto found = std::find_if(
      config.venues.begin(), config.venues.end(),
      [](const config::Venue& venue) { return venue.type == config::VenueType::Test; });
  if (found == config.venues.end()) return nullptr;
  const config::TestDealing& dealing = found->dealing;
  venue::test::TestVenueSettings settings;
  settings.name = found->name;
  settings.answers.seed = found->seed;
  settings.answers.latency = std::chrono::milliseconds{dealing.latency_ms};
  settings.answers.jitter = std::chrono::milliseconds{dealing.jitter_ms};
  settings.answers.slippage_ppm = dealing.slippage_ppm;
  settings.answers.faults = {dealing.rejected, dealing.partial, dealing.in_parts,
                             dealing.silent,   dealing.late,    dealing.repeated};
  settings.lot_step = [&pipeline](SymbolId symbol) {
    const auto symbols = pipeline.views().symbols();
    const Instrument* instrument = symbols->find(symbol);
    return instrument != nullptr ? instrument->venue.step : Volume{};
  };
  if (config.clock_type() != config::ClockType::System) {
    settings.engine_time = [&pipeline] { return pipeline.sequencer().engine_time(); };
  }
  runtime::Ring<Command>& reports = pipeline.venue(pipeline.venues() - 1);
  return std::make_unique<venue::test::TestVenue>(std::move(settings), pipeline.venue_requests(),
                                                  reports);
}

}  // namespace tribook::app
