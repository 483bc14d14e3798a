#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "scenario/random.h"
#include "scenario/stream.h"
#include "tribook/domain/rate_book.h"

namespace tribook::scenario {

/// The symbols of a scenario: EURUSD, and others that are there for their category, margin mode,
/// hedged policy, commission and way of conversion. `varied` draws policies and commissions.
std::vector<Instrument> make_instruments(Random& random, bool varied);

/// The whole recorded file, EURUSD. Throws std::runtime_error when it is not as it should be.
std::span<const SymbolQuote> recorded_ticks();

/// Quotes in order of time: recorded ticks of EURUSD, among them random walks of the other symbols.
class Market {
 public:
  struct Moves {
    bool moves_recorded = false;       ///< gaps and wide spreads are added to the recorded ticks
    std::uint64_t jumps_in_10000 = 5;  ///< of the quotes that may be changed: gaps up to 3 %
    std::uint64_t wide_in_10000 = 10;  ///< spreads up to 20 times the usual
  };

  Market(std::span<const SymbolQuote> ticks, std::span<const Instrument> instruments, Moves moves,
         Random random);

  /// Nothing after the last tick.
  std::optional<SymbolQuote> next();
  [[nodiscard]] const Quote& quote(SymbolId symbol) const { return last_[symbol.value]; }
  [[nodiscard]] std::size_t ticks() const { return ticks_.size(); }
  [[nodiscard]] std::size_t ticks_given() const { return given_; }

 private:
  struct Walk {
    std::int64_t middle = 0;  ///< in ticks, like the rest
    std::int64_t start = 0;
    std::int64_t step_max = 0;
    std::int64_t spread_least = 0;
    std::int64_t spread_most = 0;
  };

  bool happens(std::uint64_t in_10000) { return random_.below(10'000) < in_10000; }
  SymbolQuote move_recorded(SymbolQuote tick);
  std::optional<SymbolQuote> walk();

  std::span<const SymbolQuote> ticks_;
  std::span<const Instrument> instruments_;
  Moves moves_;
  Random random_;
  std::vector<Walk> walks_;  // as instruments_; [0] is unused
  std::vector<Quote> last_;  // by symbol id
  std::size_t given_ = 0;
  TimeNs now_{};
  Price shift_;  // of the recorded ticks
};

}  // namespace tribook::scenario
