#pragma once

#include <optional>
#include <string>

#include "differential/told.h"

namespace tribook::differential {

struct Difference {
  std::string what;   ///< the figure, "used margin": what stays the same when a program shrinks
  std::string words;  ///< whose it is, and what each engine says
};

/// The first thing in which the engines differ. Money to the last digit.
/// Margin calls only where they are the same by the engine's capabilities.
std::optional<Difference> compare(const Told& engine, const Told& reference);
std::optional<Difference> compare(const Held& engine, const Held& reference);

}  // namespace tribook::differential
