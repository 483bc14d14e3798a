#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/schedule.h"
#include "tribook/base/time.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/ids.h"
#include "tribook/domain/instrument.h"
#include "venue/simulated/market_clock.h"
#include "venue/simulated/profiles.h"

// A market that is a function of its seed and the time: what it quoted, quotes and will quote at an
// instant does not depend on when, or how often, it is asked. So history, a restart, a gap and the
// live quotes fit together without a seam.
//
// Each currency, metal and coin has a value in dollars, the exponential of a weighted sum of paths:
// those of the factors, which it shares, and one of its own. An exchange rate is the quotient of
// two values, so crosses agree with the majors. What is listed by name (indices, oil, stocks) has a
// price of its own, moved by the same factors.
//
// It reckons in double; prices are rounded to the symbol's tick where they leave.

namespace tribook::venue::simulated {

/// What the market must know of a symbol, and what an operator wants otherwise than usual.
struct SymbolSetup {
  std::string symbol;
  SymbolId id;
  Category category = Category::Forex;
  Currency base;
  Currency quote;
  Price tick_size{1};
  Price pip_size{1};
  ScheduleSpec schedule{};
  /// Price and volatility of a currency's pair with USD hold for its crosses too; those of any
  /// other symbol for it alone.
  std::optional<Ratio> price;
  std::optional<Ratio> volatility;  ///< percent a year
  std::optional<Ratio> spread;      ///< pips
  std::optional<Ratio> ticks;       ///< a second, on the average of a working day

  static SymbolSetup of(const Instrument& instrument);
};

/// Logs of prices keep within this of their anchor's, whatever volatility is asked for.
inline constexpr double kLogMost = 20;

/// One symbol of the market, made ready.
struct SymbolPlan {
  /// A path that moves the price, and by how much: log price per deviation of a market second.
  struct Term {
    std::size_t path;
    double weight;
  };

  std::string name;
  SymbolId id;
  calendar::Schedule schedule;
  std::vector<Term> terms;
  double anchor = 1;  ///< what the price always comes back to
  double tick = 0;    ///< smallest step of a price
  std::int64_t tick_raw = 1;
  double spread = 0;  ///< share of the price
  double ticks = 0;   ///< a second at activity 1
  Rhythm rhythm = Rhythm::Global;
  bool has_rollover = true;  ///< its spread widens around 17:00 New York
  std::uint64_t seed = 0;
};

class Market {
 public:
  /// A path of the market: a factor's or that of one asset alone.
  struct PathPlan {
    std::string name;
    std::uint64_t seed;
    Rhythm rhythm;
  };

  /// REQUIRES: load_time_zones() was called.
  Market(std::uint64_t seed, std::vector<SymbolSetup> setups);

  /// Symbols have the numbers of their setups.
  [[nodiscard]] std::size_t size() const { return symbols_.size(); }
  [[nodiscard]] const SymbolPlan& symbol(std::size_t index) const { return symbols_[index]; }
  [[nodiscard]] const std::vector<PathPlan>& paths() const { return paths_; }
  [[nodiscard]] const MarketClock& clock(Rhythm rhythm) const {
    return clocks_[static_cast<std::size_t>(rhythm)];
  }

 private:
  // An asset as this market has it.
  struct Asset {
    std::string code;
    AssetProfile profile;
  };

  Asset& asset(std::string_view code, Category category);
  void adjust_assets(const SymbolSetup& setup);
  SymbolPlan plan(const SymbolSetup& setup);
  void plan_rate(const SymbolSetup& setup, SymbolPlan& plan);
  void plan_listed(const SymbolSetup& setup, SymbolPlan& plan);
  void add_terms(SymbolPlan& plan, std::string_view own, const AssetProfile& profile, double sign);
  std::size_t path(std::string_view name, Rhythm rhythm);

  std::uint64_t seed_;
  std::vector<Asset> assets_;
  std::vector<PathPlan> paths_;
  std::vector<SymbolPlan> symbols_;
  std::array<MarketClock, kRhythms> clocks_{MarketClock(Rhythm::Global),
                                            MarketClock(Rhythm::Crypto)};
};

}  // namespace tribook::venue::simulated
