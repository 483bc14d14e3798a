#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "time_machine/formula.h"

namespace tribook::time_machine {

struct Exact {
  int128 rounded = 0;     ///< at 10^-8
  std::string unrounded;  ///< to 12 decimals, cut off
};

/// The value of an expression, computed in fractions without any loss and then rounded half away
/// from zero. Empty for what is no expression, names an unknown input or divides by zero.
std::optional<Exact> evaluate(std::string_view expression, const std::vector<Input>& inputs,
                              int digits);

/// The next name, number or sign of an expression and what is left of it.
std::string_view take_token(std::string_view& rest);
bool is_name(std::string_view token);

}  // namespace tribook::time_machine
