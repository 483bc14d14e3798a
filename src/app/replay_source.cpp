#include "app/replay_source.h"

#include <algorithm>
#include <stdexcept>

#include "app/log.h"

namespace tribook::app {
namespace {

const config::Venue& replay_venue(const config::Config& config, std::size_t& index) {
  for (index = 0; index < config.venues.size(); ++index) {
    if (config.venues[index].type == config::VenueType::Replay) return config.venues[index];
  }
  throw std::logic_error("no replay venue");
}

}  // namespace

TimeNs first_tick_time(const config::Config& config) {
  using venue::replay::TickFileReader;
  std::size_t index = 0;
  TimeNs first{INT64_MAX};
  for (const config::TickFile& file : replay_venue(config, index).files) {
    TickFileReader reader(config.resolve(file.path), file.clock_offset_minutes);
    auto result = reader.next();
    while (result == TickFileReader::Result::Malformed) result = reader.next();
    if (result == TickFileReader::Result::Failed) throw std::runtime_error(reader.error());
    if (result == TickFileReader::Result::Tick) first = std::min(first, reader.tick().time);
  }
  return first.ns == INT64_MAX ? TimeNs{} : first;
}

ReplaySource::ReplaySource(const config::Config& config, Pipeline& pipeline) : pipeline_(pipeline) {
  std::size_t index = 0;
  const config::Venue& venue = replay_venue(config, index);
  venue::replay::ReplaySettings settings;
  settings.name = venue.name;
  settings.venue = VenueId{static_cast<std::uint16_t>(index + 1)};
  settings.speed = venue.speed;
  settings.start_paused = true;
  settings.filter.symbols_max = config.limits.symbols;
  // A first start stands at the first tick, which has not been played.
  if (pipeline.sequencer().house().engine().last_sequence()) {
    settings.played_until = pipeline.sequencer().house().engine().now();
  }
  for (const config::TickFile& file : venue.files) {
    settings.files.push_back({file.symbol, config.resolve(file.path), file.clock_offset_minutes});
    symbols_.push_back(file.symbol);
  }
  const auto resolve = [&views = pipeline.views()](std::string_view name) {
    const Instrument* found = views.symbols()->find(name);
    return found != nullptr ? found->id : SymbolId{};
  };
  venue_ = std::make_unique<venue::replay::ReplayVenue>(
      settings, pipeline.venue(0), resolve, [](std::string_view text) { log_warning(text); });
}

std::string ReplaySource::not_ready() const {
  if (venue_->state() == venue::replay::ReplayState::Failed) return venue_->error();
  if (venue_->finished()) return {};
  for (const std::string& name : symbols_) {
    const Instrument* symbol = pipeline_.views().symbols()->find(name);
    views::QuoteView quote;
    if (symbol == nullptr ||
        pipeline_.views().quote(symbol->id, quote) != views::ReadStatus::Found) {
      return name + " has no quote yet";
    }
  }
  return {};
}

}  // namespace tribook::app
