#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/schedules.h"
#include "calendar/time_zone.h"
#include "venue/simulated/market.h"
#include "venue/simulated/tick_source.h"

namespace tribook::venue::simulated {

using tests::utc;

struct LoadedZones {
  LoadedZones() { calendar::load_time_zones(); }
};
inline const LoadedZones kLoadedZones;

struct Size {
  std::int64_t tick;  ///< raw
  std::int64_t pip;
};

/// A symbol as an operator usually sets it up.
inline SymbolSetup setup_of(const std::string& symbol, Category category = Category::Forex) {
  SymbolSetup setup;
  setup.symbol = symbol;
  setup.category = category;
  const bool is_listed = category == Category::Index || category == Category::Cfd;
  setup.base = Currency::of(is_listed ? "USD" : symbol.substr(0, 3));
  setup.quote = Currency::of(is_listed ? "USD" : symbol.substr(3, 3));
  Size size{1'000, 10'000};
  if (setup.quote == Currency::of("JPY")) size = {100'000, 1'000'000};
  if (category == Category::Metal || category == Category::Cfd) size = {1'000'000, 10'000'000};
  if (category == Category::Index) size = {10'000'000, 100'000'000};
  if (category == Category::Crypto) size = {1'000'000, 100'000'000};
  setup.tick_size = Price{size.tick};
  setup.pip_size = Price{size.pip};
  setup.schedule.kind =
      category == Category::Crypto ? ScheduleSpec::Kind::Always : ScheduleSpec::Kind::FxWeek;
  return setup;
}

/// 24 symbols, ids from 1.
inline std::vector<SymbolSetup> usual_setups() {
  std::vector<SymbolSetup> setups;
  for (const char* name : {"EURUSD", "GBPUSD", "USDJPY", "USDCHF", "AUDUSD", "USDCAD", "NZDUSD",
                           "EURGBP", "EURJPY", "GBPJPY", "EURCHF", "AUDJPY", "AUDNZD", "CADJPY"}) {
    setups.push_back(setup_of(name));
  }
  setups.push_back(setup_of("XAUUSD", Category::Metal));
  setups.push_back(setup_of("XAGUSD", Category::Metal));
  setups.back().tick_size = Price{100'000};
  for (const char* name : {"US500", "US30", "DE40", "USOIL"}) {
    setups.push_back(
        setup_of(name, name == std::string_view("USOIL") ? Category::Cfd : Category::Index));
  }
  for (const char* name : {"BTCUSD", "ETHUSD", "SOLUSD", "XRPUSD"}) {
    setups.push_back(setup_of(name, Category::Crypto));
  }
  setups[22].tick_size = Price{100'000};
  setups[23].tick_size = Price{1'000};
  for (std::size_t i = 0; i < setups.size(); ++i) {
    setups[i].id = SymbolId{static_cast<decltype(SymbolId{}.value)>(i + 1)};
  }
  return setups;
}

inline std::size_t index_of(const Market& market, std::string_view name) {
  for (std::size_t i = 0; i < market.size(); ++i) {
    if (market.symbol(i).name == name) return i;
  }
  FAIL("no symbol " << name);
  return 0;
}

inline std::vector<MarketTick> ticks_of(const Market& market, std::string_view name, TimeNs from,
                                        TimeNs until) {
  std::vector<MarketTick> ticks;
  ticks_between(market, index_of(market, name), from, until,
                [&](const MarketTick& tick) { ticks.push_back(tick); });
  return ticks;
}

inline double number(Price price) {
  return static_cast<double>(price.raw) / static_cast<double>(kFixedOne);
}

}  // namespace tribook::venue::simulated
