#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/random.h"
#include "tribook/domain/instrument.h"
#include "tribook/message/command.h"

namespace tribook::sim {

/// The symbols that a run begins with.
std::vector<Instrument> base_symbols(Random& random);
/// One like them under another name.
Instrument extra_symbol(Random& random, std::uint64_t number);
/// Tiers by volume or notional that orders of some lots reach into.
void give_tiers(Random& random, MarginSpec& margin);

/// Prices by random walk, with gaps (it stays there) and spikes (it comes back).
class Market {
 public:
  /// A quote of the symbol as a venue would give it: 0 < bid <= ask, on its ticks.
  QuoteCommand quote(Random& random, SymbolId symbol, const Instrument& instrument);
  /// Makes it what a venue must not give: crossed, without a side, beyond all measure, or old.
  static void spoil(Random& random, QuoteCommand& quote);

 private:
  struct Walk {
    std::int64_t mid = 0;  ///< ticks
    std::int64_t spread = 1;
  };
  std::vector<Walk> walks_;
};

}  // namespace tribook::sim
