#include "tribook/domain/volatility.h"

#include "tribook/base/int128.h"

namespace tribook {
namespace {

constexpr int128 kReturnOne = 1'000'000'000'000;  // returns are at 10^-12

// The whole part of the root.
std::int64_t root_of(uint128 square) {
  std::uint64_t root = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 62; bit != 0; bit >>= 1) {
    const std::uint64_t tried = root | bit;
    if (static_cast<uint128>(tried) * tried <= square) root = tried;
  }
  return static_cast<std::int64_t>(root);
}

std::optional<int128> return_of(Price before, Price close) {
  if (before.raw <= 0 || close.raw <= 0) return std::nullopt;
  const int128 value = int128{close.raw - before.raw} * kReturnOne / before.raw;
  if (value > 1'000 * kReturnOne) return std::nullopt;
  return value;
}

// 10^-12 of one to 10^-8 of a percent.
Ratio percent(std::int64_t raw) { return Ratio{raw / 100}; }

}  // namespace

std::optional<Volatility> volatility(std::span<const Price> closes, std::uint32_t many) {
  if (closes.size() < 3) return std::nullopt;
  const auto returns = static_cast<int128>(closes.size() - 1);
  int128 sum = 0;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    const auto value = return_of(closes[i - 1], closes[i]);
    if (!value) return std::nullopt;
    sum += *value;
  }
  const int128 mean = sum / returns;
  uint128 squares = 0;
  for (std::size_t i = 1; i < closes.size(); ++i) {
    const int128 off = *return_of(closes[i - 1], closes[i]) - mean;
    squares += static_cast<uint128>(off * off);
  }
  const uint128 variance = squares / static_cast<uint128>(returns - 1);
  Volatility result;
  result.per_step = percent(root_of(variance));
  result.per_many = percent(root_of(variance * many));
  result.returns = closes.size() - 1;
  return result;
}

}  // namespace tribook
