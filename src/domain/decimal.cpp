#include "tribook/domain/decimal.h"

#include "tribook/base/assert.h"

namespace tribook {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr std::size_t kExponentMax = 100'000'000;  // beyond any text's length: only saturates
constexpr int128 kRawMax = kMaxMoney.raw;

// A number in JSON's syntax, cut into its parts.
struct Parts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
};

bool read_exponent(std::string_view text, int& exponent) {
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  std::size_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    if (value < kExponentMax) value = value * 10 + static_cast<std::size_t>(c - '0');
  }
  exponent = static_cast<int>(value);
  if (negative) exponent = -exponent;
  return true;
}

bool split(std::string_view text, Parts& parts) {
  if (!text.empty() && text.front() == '-') {
    parts.negative = true;
    text.remove_prefix(1);
  }
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  parts.whole = text.substr(0, end);
  if (parts.whole.empty() || (parts.whole.size() > 1 && parts.whole.front() == '0')) return false;
  text.remove_prefix(end);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    end = 0;
    while (end < text.size() && is_digit(text[end])) ++end;
    parts.fraction = text.substr(0, end);
    if (parts.fraction.empty()) return false;
    text.remove_prefix(end);
  }
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  return read_exponent(text.substr(1), parts.exponent);
}

}  // namespace

// Walks the digits with the place value of each: place 0 is the unit, -8 the last that counts.
DecimalResult parse_decimal(std::string_view text) {
  Parts parts;
  if (!split(text, parts)) return {0, DecimalError::Syntax};
  int128 raw = 0;
  const auto digits = parts.whole.size() + parts.fraction.size();
  const auto whole = static_cast<long>(parts.whole.size());
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = i < parts.whole.size() ? parts.whole[i] : parts.fraction[i - parts.whole.size()];
    if (c == '0') continue;
    const long place = whole - 1 - static_cast<long>(i) + parts.exponent;
    if (place < -kFixedDigits) return {0, DecimalError::TooPrecise};
    if (place > 20) return {0, DecimalError::TooLarge};
    int128 value = c - '0';
    for (long p = place + kFixedDigits; p > 0; --p) value *= 10;
    raw += value;
    if (raw > kRawMax) return {0, DecimalError::TooLarge};
  }
  return {parts.negative ? -raw : raw, DecimalError::None};
}

namespace {

template <typename Fixed>
std::optional<Fixed> parse_fixed(std::string_view text) {
  const DecimalResult result = parse_decimal(text);
  if (result.error != DecimalError::None || magnitude(result.raw) > uint128{kMaxFixedRaw}) {
    return std::nullopt;
  }
  return Fixed{static_cast<std::int64_t>(result.raw)};
}

}  // namespace

std::optional<Price> parse_price(std::string_view text) { return parse_fixed<Price>(text); }
std::optional<Volume> parse_volume(std::string_view text) { return parse_fixed<Volume>(text); }
std::optional<Quantity> parse_quantity(std::string_view text) {
  return parse_fixed<Quantity>(text);
}
std::optional<Ratio> parse_ratio(std::string_view text) { return parse_fixed<Ratio>(text); }

std::optional<Money> parse_money(std::string_view text) {
  const DecimalResult result = parse_decimal(text);
  if (result.error != DecimalError::None) return std::nullopt;
  return Money{result.raw};
}

namespace {

char* write_integer(char* out, uint128 value) {
  char reversed[40];
  std::size_t size = 0;
  do {
    reversed[size++] = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  while (size > 0) *out++ = reversed[--size];
  return out;
}

char* write_parts(char* out, int128 raw, int digits) {
  if (raw < 0) *out++ = '-';
  const uint128 absolute = magnitude(raw);
  out = write_integer(out, absolute / static_cast<uint128>(kFixedOne));
  if (digits == 0) return out;
  auto fraction = static_cast<std::uint32_t>(absolute % static_cast<uint128>(kFixedOne));
  *out++ = '.';
  std::uint32_t unit = static_cast<std::uint32_t>(kFixedOne) / 10;
  for (int i = 0; i < digits; ++i, unit /= 10) {
    *out++ = static_cast<char>('0' + fraction / unit);
    fraction %= unit;
  }
  return out;
}

}  // namespace

char* format_decimal(char* out, int128 raw) {
  int digits = kFixedDigits;
  auto fraction = static_cast<std::uint32_t>(magnitude(raw) % static_cast<uint128>(kFixedOne));
  if (fraction == 0) return write_parts(out, raw, 0);
  for (; fraction % 10 == 0; fraction /= 10) --digits;
  return write_parts(out, raw, digits);
}

char* format_decimal(char* out, int128 raw, int digits) {
  TB_ASSERT(digits >= 0 && digits <= kFixedDigits);
  return write_parts(out, raw, digits);
}

}  // namespace tribook
