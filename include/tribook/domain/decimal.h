#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tribook/domain/fixed.h"

// Text to fixed point and back, exactly: the only way by which a number enters or leaves.

namespace tribook {

/// Longest text of a formatted number: sign, 31 digits, point, 8 digits.
inline constexpr std::size_t kDecimalTextMax = 48;

/// Why a text is no fixed-point number.
enum class DecimalError : std::uint8_t { None, Syntax, TooPrecise, TooLarge };

struct DecimalResult {
  int128 raw = 0;  ///< at 10^-8
  DecimalError error = DecimalError::None;
};

/// JSON number syntax ("-12.5", "1e3", "0.10") of any length. More than 8 significant decimals are
/// TooPrecise, more than 10^20 is TooLarge. Exact, never rounds.
DecimalResult parse_decimal(std::string_view text);

std::optional<Price> parse_price(std::string_view text);
std::optional<Volume> parse_volume(std::string_view text);
std::optional<Quantity> parse_quantity(std::string_view text);
std::optional<Ratio> parse_ratio(std::string_view text);
std::optional<Money> parse_money(std::string_view text);

/// Writes without exponent and without trailing zeros; returns the end. REQUIRES: kDecimalTextMax
/// room.
char* format_decimal(char* out, int128 raw);

/// The same with exactly `digits` decimals (0 to 8); what is cut off must be zero.
char* format_decimal(char* out, int128 raw, int digits);

}  // namespace tribook
