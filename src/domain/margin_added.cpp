#include "tribook/domain/margin_added.h"

#include <algorithm>

#include "tribook/domain/arithmetic.h"

namespace tribook {

std::optional<Money> margin_added(const Instrument& instrument, const HeldSides& held, Side side,
                                  const MarginSide& fill, Volume closing, std::uint32_t leverage,
                                  Currency account_currency) {
  const Ratio maintenance = instrument.margin.maintenance_rate;
  const auto before =
      used_margin(instrument, held.buys, held.sells, leverage, maintenance, account_currency);
  HeldSides now = held;
  if (closing.raw > 0) {
    MarginSide& shrunk = now.side(opposite(side));
    shrunk.basis -= Money{share_of(shrunk.basis.raw, closing, shrunk.volume)};
    shrunk.cost = shrunk.cost - Cost{share_of(shrunk.cost.raw, closing, shrunk.volume)};
    shrunk.volume -= closing;
  }
  const auto checked =
      margin_with_fill(instrument, now.buys, now.sells, side, fill, leverage, account_currency);
  MarginSide& grown = now.side(side);
  grown += fill;
  if (grown.volume.raw > kMaxFixedRaw) return std::nullopt;
  const bool is_one_rate = instrument.margin.initial_rate == maintenance;
  const auto after = is_one_rate ? checked
                                 : used_margin(instrument, now.buys, now.sells, leverage,
                                               maintenance, account_currency);
  if (!before || !checked || !after) return std::nullopt;
  return std::max(*checked, *after) - *before;
}

}  // namespace tribook
