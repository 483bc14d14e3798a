#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/json/writer.h"
#include "tribook/base/int128.h"
#include "tribook/domain/fixed.h"

// A sum as a client can check it: the formula in words, each input as it was, the exact result and
// how it was rounded. What is printed as the result is computed from the printed inputs, exactly,
// and not taken from the engine; beside it stands what was booked.

namespace tribook::time_machine {

struct Input {
  std::string name;   ///< as it stands in the formula
  std::string value;  ///< a decimal number
  std::string note;   ///< where it comes from, may be empty
};

struct Formula {
  std::string what;        ///< "commission"
  std::string expression;  ///< "volume * amount": + - * / ( ) max min floor ceil
  std::vector<Input> inputs;
  int digits = 0;                ///< decimals of the result, rounded half away from zero
  std::string unit;              ///< currency or "%"; empty for a price or none
  std::string unrounded;         ///< cut to 12 decimals
  int128 result = 0;             ///< at 10^-8
  std::optional<int128> booked;  ///< what the engine made of it, at 10^-8

  [[nodiscard]] bool agrees() const { return !booked || *booked == result; }
};

/// Puts a formula together.
class FormulaMaker {
 public:
  FormulaMaker(std::string what, std::string unit, int digits);

  /// Adds an input, once a name; gives the name back, to be put into an expression.
  std::string in(std::string name, int128 raw, std::string note = {});
  /// Computes the result. An expression that cannot be (a division by zero) leaves 0.
  [[nodiscard]] Formula make(std::string expression, std::optional<int128> booked = {});

 private:
  Formula formula_;
};

/// "EURUSD" for a formula: a letter first, then letters, digits and underscores.
std::string plain_name(std::string_view name);

/// A decimal without trailing zeros.
std::string decimal(int128 raw);

/// Two lines: the formula, and the same in numbers with the result.
std::string formula_text(const Formula& formula);
void write_formula(json::Writer& out, const Formula& formula);

}  // namespace tribook::time_machine
