#pragma once

#include <optional>

#include "tribook/domain/margin.h"

namespace tribook {

/// What an account holds of a symbol.
struct HeldSides {
  MarginSide buys;
  MarginSide sells;

  MarginSide& side(Side of) { return of == Side::Buy ? buys : sells; }
};

/// By how much a fill raises used margin, negative where it hedges: it at the initial rate with all
/// that is held at maintenance, or all of it at maintenance should that be more. `closing`, of the
/// other side, goes first. Empty when an amount does not fit. REQUIRES: closing is at most what
/// that side holds.
std::optional<Money> margin_added(const Instrument& instrument, const HeldSides& held, Side side,
                                  const MarginSide& fill, Volume closing, std::uint32_t leverage,
                                  Currency account_currency);

}  // namespace tribook
