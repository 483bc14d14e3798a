#include "reference/rational.h"

#include <stdexcept>

namespace tribook::reference {

Rational number(std::string_view text) {
  Integer digits = 0;
  int decimals = 0;
  bool negative = false;
  bool point = false;
  bool any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-' && i == 0) {
      negative = true;
    } else if (c == '.' && !point) {
      point = true;
    } else if (c >= '0' && c <= '9') {
      digits = digits * 10 + (c - '0');
      decimals += point ? 1 : 0;
      any = true;
    } else {
      throw std::invalid_argument("not a number: " + std::string(text));
    }
  }
  if (!any) throw std::invalid_argument("not a number: " + std::string(text));
  const Rational value = Rational(digits) * power_of_ten(-decimals);
  return negative ? Rational(-value) : value;
}

Rational power_of_ten(int exponent) {
  Rational result = 1;
  for (int i = 0; i < exponent; ++i) result *= 10;
  for (int i = 0; i > exponent; --i) result /= 10;
  return result;
}

Integer floor_of(const Rational& value) {
  const Integer top = mp::numerator(value);
  const Integer bottom = mp::denominator(value);
  Integer quotient = top / bottom;  // towards zero
  if (top < 0 && quotient * bottom != top) quotient -= 1;
  return quotient;
}

Integer ceiling_of(const Rational& value) { return -floor_of(-value); }

Rational round_digits(const Rational& value, int digits) {
  const Rational scale = power_of_ten(digits);
  const Rational half = Rational(1) / 2;
  const Integer scaled = floor_of(absolute(value) * scale + half);
  const Rational result = Rational(scaled) / scale;
  return value < 0 ? Rational(-result) : result;
}

Rational floor_to(const Rational& value, const Rational& unit) {
  return Rational(floor_of(value / unit)) * unit;
}

Rational ceiling_to(const Rational& value, const Rational& unit) {
  return Rational(ceiling_of(value / unit)) * unit;
}

bool is_multiple(const Rational& value, const Rational& unit) {
  return unit == 0 || mp::denominator(Rational(value / unit)) == 1;
}

Rational absolute(const Rational& value) { return value < 0 ? Rational(-value) : value; }

Rational smaller(const Rational& a, const Rational& b) { return a < b ? a : b; }

Rational larger(const Rational& a, const Rational& b) { return a < b ? b : a; }

std::string text_of(const Rational& value) {
  constexpr int kDigits = 16;
  const Rational rounded = round_digits(absolute(value), kDigits);
  std::string text = floor_of(rounded * power_of_ten(kDigits)).str();
  if (text.size() <= kDigits) text.insert(0, kDigits + 1 - text.size(), '0');
  text.insert(text.size() - kDigits, ".");
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return value < 0 ? "-" + text : text;
}

}  // namespace tribook::reference
