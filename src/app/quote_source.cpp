#include "app/quote_source.h"

#include "app/replay_source.h"
#include "app/simulated_source.h"

namespace tribook::app {

std::unique_ptr<QuoteSource> make_quote_source(const config::Config& config, Pipeline& pipeline) {
  if (config.has_venue(config::VenueType::Replay)) {
    return std::make_unique<ReplaySource>(config, pipeline);
  }
  if (config.has_venue(config::VenueType::Simulated)) {
    return std::make_unique<SimulatedSource>(config, pipeline);
  }
  return nullptr;
}

}  // namespace tribook::app
