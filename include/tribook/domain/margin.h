#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "tribook/base/wide.h"
#include "tribook/domain/currency.h"
#include "tribook/domain/enums.h"
#include "tribook/domain/fixed.h"
#include "tribook/domain/instrument.h"

// Margin: what each fill adds, and what an account's positions in one symbol take together. Exact
// until the one rounding, half away from zero, to the account's minor digits. An empty result means
// that an amount cannot be converted or does not fit.

namespace tribook {

class RateBook;

/// A fill's margin before leverage and rates, in account currency to 10^-8, converted at the mid.
std::optional<Money> margin_basis(const Instrument& instrument, Volume volume, Price price,
                                  Currency account_currency, const RateBook& rates);

/// What one account holds of one symbol on one side, for margin.
struct MarginSide {
  Money basis;
  Volume volume;
  Cost cost{};  ///< at open prices: what tiers by notional cover

  constexpr MarginSide& operator+=(const MarginSide& other) {
    basis += other.basis;
    volume += other.volume;
    cost = cost + other.cost;
    return *this;
  }
};

/// Margin of both sides of a symbol under its tiers and hedged policy, rounded to the account's
/// minor digits. `rate` is the initial or the maintenance rate.
std::optional<Money> used_margin(const Instrument& instrument, const MarginSide& buys,
                                 const MarginSide& sells, std::uint32_t account_leverage,
                                 Ratio rate, Currency account_currency);

/// The same with a fill that is to be checked: that at the initial rate, all that is held at
/// maintenance.
std::optional<Money> margin_with_fill(const Instrument& instrument, const MarginSide& buys,
                                      const MarginSide& sells, Side side, const MarginSide& fill,
                                      std::uint32_t account_leverage, Currency account_currency);

/// The margin of one position as if its side stood alone, as a fraction: to compare, not to book.
struct MarginShare {
  base::Wider numerator{0};
  base::Wider denominator{1};
};
/// REQUIRES: the position is one of the side's.
MarginShare margin_share(const Instrument& instrument, const MarginSide& side, Money position_basis,
                         std::uint32_t account_leverage);
bool is_less(const MarginShare& a, const MarginShare& b);

/// The most that a margin-call or stop-out level may be: percent.
inline constexpr Ratio kMarginLevelMax{10'000 * kFixedOne};

/// Percentages of margin level at which a client is warned, falling.
struct MarginCallLevels {
  static constexpr std::size_t kMax = 8;

  std::array<Ratio, kMax> level{Ratio{100 * kFixedOne}};
  std::uint8_t count = 1;
  std::array<std::uint8_t, 7> reserved{};

  static constexpr MarginCallLevels of(Ratio only) {
    MarginCallLevels levels;
    levels.level[0] = only;
    return levels;
  }
  /// Falling, each within 0 to 10,000 percent, nothing behind the last.
  [[nodiscard]] constexpr bool is_sane() const {
    if (count > kMax) return false;
    for (std::size_t i = 0; i < kMax; ++i) {
      if (i >= count ? level[i].raw != 0 : level[i].raw < 0 || level[i] > kMarginLevelMax)
        return false;
      if (i > 0 && i < count && level[i] >= level[i - 1]) return false;
    }
    return true;
  }
  friend constexpr bool operator==(const MarginCallLevels&, const MarginCallLevels&) = default;
};

}  // namespace tribook
