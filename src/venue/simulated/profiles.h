#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tribook/domain/enums.h"
#include "venue/simulated/market_clock.h"

namespace tribook::venue::simulated {

/// What moves many things at once.
enum class Factor : std::uint8_t {
  Dollar,  ///< its weakness: what is priced in dollars rises with it
  Europe,
  Risk,  ///< appetite for it, and for raw materials
  Equity,
  Metal,
  Crypto,
};
inline constexpr std::size_t kFactors = 6;

/// A currency, metal or coin, priced in dollars, or something with a price of its own. Volatilities
/// are in percent a year: how much each factor moves it, and what is its alone.
struct AssetProfile {
  std::string_view name;  ///< empty: one that is not in the table
  double price = 1;
  std::array<double, kFactors> factors{};
  double own = 0;
  double spread = 0;  ///< its part of a symbol's, in hundredths of a percent of the price
  double ticks = 0;   ///< a second at activity 1; of two assets the lower counts
  Rhythm rhythm = Rhythm::Global;
};

/// By its code; one that is not known gets what is usual for the category.
const AssetProfile& currency_profile(std::string_view code, Category category);
/// By a symbol's name ("US500", "US500.cash"); otherwise what is usual for the category.
const AssetProfile& listed_profile(std::string_view symbol, Category category);

}  // namespace tribook::venue::simulated
