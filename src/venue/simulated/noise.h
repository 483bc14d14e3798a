#pragma once

#include <cstdint>
#include <string_view>

// Chance without state: the same arguments always give the same value. Only whole numbers and the
// four operations are used, so a market does not depend on a machine's mathematical library.

namespace tribook::venue::simulated {

/// A well mixed word of two.
std::uint64_t mix(std::uint64_t a, std::uint64_t b);
/// A seed of another one for what has that name.
std::uint64_t seed_of(std::uint64_t seed, std::string_view name);

/// From 0 to below 1, by the word's upper bits.
double uniform(std::uint64_t word);
/// Normal with mean 0 and deviation 1, within +-4.6, by the bits of both words but for the upper 16
/// of `second`.
double gaussian(std::uint64_t first, std::uint64_t second);

/// e^x. REQUIRES: |x| <= 500.
double exponential(double x);

}  // namespace tribook::venue::simulated
