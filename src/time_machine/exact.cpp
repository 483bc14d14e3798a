#include "time_machine/exact.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <cctype>

namespace tribook::time_machine {
namespace {

using Integer = boost::multiprecision::cpp_int;
using Fraction = boost::multiprecision::cpp_rational;

constexpr int kShownDigits = 12;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::optional<Fraction> number(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  Integer digits = 0;
  Integer scale = 1;
  bool after_point = false;
  for (const char c : text) {
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    digits = digits * 10 + (c - '0');
    if (after_point) scale *= 10;
  }
  const Fraction value(digits, scale);
  return is_negative ? Fraction(-value) : value;
}

Integer floor_of(const Fraction& value) {
  const Integer n = numerator(value);
  const Integer d = denominator(value);
  Integer quotient = n / d;  // towards zero
  if (n < 0 && quotient * d != n) --quotient;
  return quotient;
}

// By recursive descent; the text is ours, yet nothing of it is taken for granted.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<Input>& inputs) : rest_(text), inputs_(inputs) {
    advance();
  }

  std::optional<Fraction> whole() {
    const Fraction value = sum();
    if (!is_good_ || !token_.empty()) return std::nullopt;
    return value;
  }

 private:
  void advance() { token_ = take_token(rest_); }
  bool accept(std::string_view wanted) {
    if (token_ != wanted) return false;
    advance();
    return true;
  }
  void expect(std::string_view wanted) { is_good_ = accept(wanted) && is_good_; }

  Fraction sum() {
    Fraction value = product();
    for (;;) {
      if (accept("+")) {
        value += product();
      } else if (accept("-")) {
        value -= product();
      } else {
        return value;
      }
    }
  }

  Fraction product() {
    Fraction value = factor();
    for (;;) {
      if (accept("*")) {
        value *= factor();
      } else if (accept("/")) {
        const Fraction divisor = factor();
        if (divisor == 0) {
          is_good_ = false;
          return 0;
        }
        value /= divisor;
      } else {
        return value;
      }
    }
  }

  Fraction factor() {
    constexpr int kDepthMax = 32;
    if (++depth_ > kDepthMax) is_good_ = false;
    Fraction value = is_good_ ? leaf() : Fraction(0);
    --depth_;
    return value;
  }

  Fraction leaf() {
    if (accept("-")) return -factor();
    if (accept("(")) {
      Fraction value = sum();
      expect(")");
      return value;
    }
    const std::string_view token = token_;
    advance();
    if (is_name(token) && accept("(")) return call(token);
    const auto value = is_name(token) ? input(token) : number(token);
    if (!value || token.empty()) is_good_ = false;
    return value.value_or(Fraction(0));
  }

  Fraction call(std::string_view function) {
    Fraction value = sum();
    if (function == "floor" || function == "ceil") {
      expect(")");
      return function == "floor" ? Fraction(floor_of(value)) : Fraction(-floor_of(-value));
    }
    if (function != "max" && function != "min") is_good_ = false;
    while (accept(",")) {
      const Fraction other = sum();
      if (function == "max" ? other > value : other < value) value = other;
    }
    expect(")");
    return value;
  }

  [[nodiscard]] std::optional<Fraction> input(std::string_view name) const {
    for (const Input& input : inputs_) {
      if (input.name == name) return number(input.value);
    }
    return std::nullopt;
  }

  std::string_view rest_;
  std::string_view token_;
  const std::vector<Input>& inputs_;
  bool is_good_ = true;
  int depth_ = 0;
};

Integer power_of_ten(int digits) {
  Integer power = 1;
  for (; digits > 0; --digits) power *= 10;
  return power;
}

// The magnitude in units of 10^-digits, as a decimal text without trailing zeros.
std::string text_of(const Integer& units, int digits, bool is_negative) {
  std::string text = units.str();
  const auto places = static_cast<std::size_t>(digits);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (digits > 0) {
    text.insert(text.size() - places, 1, '.');
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return is_negative && text != "0" ? "-" + text : text;
}

}  // namespace

bool is_name(std::string_view token) {
  return !token.empty() && (std::isalpha(static_cast<unsigned char>(token[0])) != 0);
}

std::string_view take_token(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  std::size_t size = rest.empty() ? 0 : 1;
  if (!rest.empty() && is_word(rest.front())) {
    while (size < rest.size() && (is_word(rest[size]) || rest[size] == '.')) ++size;
  }
  const std::string_view token = rest.substr(0, size);
  rest.remove_prefix(size);
  return token;
}

std::optional<Exact> evaluate(std::string_view expression, const std::vector<Input>& inputs,
                              int digits) {
  const auto value = Parser(expression, inputs).whole();
  if (!value) return std::nullopt;
  const bool is_negative = *value < 0;
  const Fraction magnitude = is_negative ? Fraction(-*value) : *value;
  const Fraction half(1, 2);
  const Integer rounded = floor_of(magnitude * power_of_ten(digits) + half);
  const Integer raw = rounded * power_of_ten(kFixedDigits - digits);
  if (raw > Integer(kMaxMoney.raw)) return std::nullopt;
  Exact exact;
  exact.rounded = static_cast<int128>(raw);
  if (is_negative) exact.rounded = -exact.rounded;
  const Integer shown = floor_of(magnitude * power_of_ten(kShownDigits));
  exact.unrounded = text_of(shown, kShownDigits, is_negative);
  return exact;
}

}  // namespace tribook::time_machine
