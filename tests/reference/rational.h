#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <string>
#include <string_view>

namespace tribook::reference {

namespace mp = boost::multiprecision;

/// Exact numbers; no expression templates, so that `auto` and `?:` mean what they say.
using Integer = mp::number<mp::cpp_int_backend<>, mp::et_off>;
using Rational = mp::number<mp::cpp_rational_backend, mp::et_off>;

/// "-12.345" as an exact number. Throws std::invalid_argument on anything else.
Rational number(std::string_view text);

/// 10^exponent, also for negative exponents.
Rational power_of_ten(int exponent);

Integer floor_of(const Rational& value);
Integer ceiling_of(const Rational& value);

/// Half away from zero.
Rational round_digits(const Rational& value, int digits);

/// To a multiple of `unit`, below or above.
Rational floor_to(const Rational& value, const Rational& unit);
Rational ceiling_to(const Rational& value, const Rational& unit);
bool is_multiple(const Rational& value, const Rational& unit);

Rational absolute(const Rational& value);
Rational smaller(const Rational& a, const Rational& b);
Rational larger(const Rational& a, const Rational& b);

/// Without trailing zeros; more than 16 digits are rounded (only for messages).
std::string text_of(const Rational& value);

}  // namespace tribook::reference
