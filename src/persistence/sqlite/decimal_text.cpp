#include "persistence/sqlite/decimal_text.h"

#include <optional>
#include <stdexcept>
#include <string>

namespace tribook::persistence::sqlite {
namespace {

constexpr std::uint64_t kChunk = 1'000'000'000'000'000'000;  // what a word holds for certain
constexpr int kChunkDigits = 18;

std::optional<int128> parse(std::string_view text, int digits) {
  const bool is_negative = !text.empty() && text.front() == '-';
  if (is_negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  uint128 value = 0;
  int decimals = -1;  // -1: before the point
  for (const char letter : text) {
    if (letter == '.' && decimals < 0) {
      decimals = 0;
      continue;
    }
    if (letter < '0' || letter > '9' || decimals == digits) return std::nullopt;
    if (decimals >= 0) ++decimals;
    if (!multiply_in_place(value, 10)) return std::nullopt;
    value += static_cast<uint128>(letter - '0');
  }
  for (int i = decimals < 0 ? 0 : decimals; i < digits; ++i) {
    if (!multiply_in_place(value, 10)) return std::nullopt;
  }
  const uint128 limit = (uint128{1} << 127) - (is_negative ? 0 : 1);
  if (value > limit) return std::nullopt;
  return static_cast<int128>(is_negative ? uint128{0} - value : value);
}

int128 parsed(std::string_view text, int digits) {
  if (const auto value = parse(text, digits)) return *value;
  throw std::runtime_error("the store has no number where one belongs: " + std::string(text));
}

}  // namespace

DecimalText::DecimalText(int128 raw, int digits) : begin_(text_.size()), end_(text_.size()) {
  uint128 value = magnitude(raw);
  int written = 0;
  const auto put = [&](std::uint64_t part, int least) {
    for (int i = 0; part != 0 || i < least; ++i, part /= 10) {
      text_[--begin_] = static_cast<char>('0' + part % 10);
      if (++written == digits) text_[--begin_] = '.';
    }
  };
  while (value > UINT64_MAX) {
    put(static_cast<std::uint64_t>(value % kChunk), kChunkDigits);
    value /= kChunk;
  }
  put(static_cast<std::uint64_t>(value), 0);
  if (written <= digits) put(0, digits + 1 - written);
  if (digits > 0) {
    while (text_[end_ - 1] == '0') --end_;
    if (text_[end_ - 1] == '.') --end_;
  }
  if (raw < 0) text_[--begin_] = '-';
}

Money money_of(std::string_view text) { return {parsed(text, kFixedDigits)}; }
Cost cost_of_text(std::string_view text) { return {parsed(text, kCostDigits)}; }

}  // namespace tribook::persistence::sqlite
