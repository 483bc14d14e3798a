#include "app/simulated_source.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <stdexcept>

#include "app/log.h"
#include "venue/simulated/history.h"

namespace tribook::app {
namespace {

using venue::simulated::Market;
using venue::simulated::SymbolSetup;

constexpr std::size_t kCandlesAtOnce = 1'024;

std::size_t simulated_venue(const config::Config& config) {
  const auto found = std::find_if(
      config.venues.begin(), config.venues.end(),
      [](const config::Venue& venue) { return venue.type == config::VenueType::Simulated; });
  if (found == config.venues.end()) throw std::logic_error("no simulated venue");
  return static_cast<std::size_t>(found - config.venues.begin());
}

// Hands candles to the store in lots of one symbol and timeframe.
class CandleLots {
 public:
  CandleLots(persistence::sqlite::SqliteStore& store, const Market& market)
      : store_(store), market_(market), lots_(market.size() * kTimeframes) {}

  void take(std::size_t symbol, Timeframe timeframe, const Candle& candle) {
    const std::size_t lot = symbol * kTimeframes + static_cast<std::size_t>(timeframe);
    lots_[lot].push_back(candle);
    if (lots_[lot].size() == kCandlesAtOnce) flush(lot);
  }
  void flush() {
    for (std::size_t lot = 0; lot < lots_.size(); ++lot) flush(lot);
  }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  void flush(std::size_t lot) {
    if (lots_[lot].empty()) return;
    store_.fill(market_.symbol(lot / kTimeframes).id, timeframe_at(lot % kTimeframes), lots_[lot]);
    count_ += lots_[lot].size();
    lots_[lot].clear();
  }

  persistence::sqlite::SqliteStore& store_;
  const Market& market_;
  std::vector<std::vector<Candle>> lots_;  // by symbol, then timeframe
  std::size_t count_ = 0;
};

}  // namespace

SimulatedSource::SimulatedSource(const config::Config& config, Pipeline& pipeline)
    : settings_(config.venues[simulated_venue(config)]), pipeline_(pipeline) {
  venue::simulated::SimulatedSettings settings;
  settings.name = settings_.name;
  settings.venue = VenueId{static_cast<std::uint16_t>(simulated_venue(config) + 1)};
  settings.filter.symbols_max = config.limits.symbols;
  venue_ = std::make_unique<venue::simulated::SimulatedVenue>(settings, pipeline.venue(0));
}

std::vector<SymbolSetup> SimulatedSource::setups() const {
  std::vector<SymbolSetup> setups;
  const auto symbols = pipeline_.views().symbols();
  if (settings_.quotes.empty()) {
    for (const auto& instrument : symbols->all()) setups.push_back(SymbolSetup::of(*instrument));
    return setups;
  }
  for (const config::SimulatedQuote& wanted : settings_.quotes) {
    const Instrument* instrument = symbols->find(wanted.symbol);
    if (instrument == nullptr) {
      log_warning("venue " + settings_.name + ": there is no symbol " + wanted.symbol);
      continue;
    }
    SymbolSetup setup = SymbolSetup::of(*instrument);
    setup.price = wanted.price;
    setup.volatility = wanted.volatility;
    setup.spread = wanted.spread;
    setup.ticks = wanted.ticks;
    setups.push_back(std::move(setup));
  }
  return setups;
}

const Market& SimulatedSource::market() {
  if (market_ == nullptr) market_ = std::make_shared<const Market>(settings_.seed, setups());
  return *market_;
}

std::string SimulatedSource::source() const {
  return "simulated, seed " + std::to_string(settings_.seed);
}

// Prices would leap to where the other market is, and stop out whoever holds something.
void SimulatedSource::require_own_past(persistence::sqlite::SqliteStore& store) const {
  const auto told = store.history_source();
  if (!told || *told == source()) return;
  throw std::runtime_error("venues." + settings_.name + ": this data folder's market is \"" +
                           *told + "\", not \"" + source() +
                           "\": give its seed, or begin a new folder (--data)");
}

// What an earlier run filled in stays. A new store gets all silences, from before the first tick
// on; a symbol that came since the last fill gets all its past, for nobody quoted it yet.
void SimulatedSource::fill_past(persistence::sqlite::SqliteStore& store,
                                const std::vector<core::Silence>& silences) {
  require_own_past(store);
  const auto begin = std::chrono::steady_clock::now();
  const std::optional<TimeNs> filled = store.filled_until();
  if (!filled) log_info("venue " + settings_.name + ": fills in the market's past");
  std::vector<bool> is_new;
  for (std::size_t i = 0; i < market().size(); ++i) {
    is_new.push_back(filled && store.newest_history(market().symbol(i).id).empty());
  }
  CandleLots lots(store, market());
  const auto fill = [&](core::Silence silence, bool of_new) {
    if (silence.from >= silence.until) return;
    venue::simulated::fill_history(
        market(), silence.from, silence.until,
        [&](std::size_t symbol, Timeframe timeframe, const Candle& candle) {
          if (is_new[symbol] == of_new) lots.take(symbol, timeframe, candle);
        });
    lots.flush();
  };
  const TimeNs until = silences.back().until;
  store.begin_fill();
  for (const core::Silence& silence : silences) {
    fill({std::max(silence.from, filled.value_or(TimeNs{})), silence.until}, false);
  }
  if (std::find(is_new.begin(), is_new.end(), true) != is_new.end()) fill({TimeNs{}, until}, true);
  store.end_fill(std::max(until, filled.value_or(TimeNs{})), source());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  log_info("venue " + settings_.name + ": " + std::to_string(lots.count()) +
           " candles of the past in " + std::to_string(took.count()) + " ms");
}

void SimulatedSource::play() {
  static_cast<void>(market());
  venue_->begin(market_);
  venue_->resume();
}

}  // namespace tribook::app
